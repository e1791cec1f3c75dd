"""What a page costs: statements, time, bytes. `make bench` prints it; a few tests hold it."""
