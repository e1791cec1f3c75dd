"""All that speaks outward: mail, and later stores and catalogues. Nothing else opens a socket."""
