"""Who may do what, on what terms. Owns every row that the work and the web shell both need."""
