"""What pages ask, where the questions are too many to stand beside the views."""
