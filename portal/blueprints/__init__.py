"""Pages. One blueprint for each noun or job; none imports another."""
