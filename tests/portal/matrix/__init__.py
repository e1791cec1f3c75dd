"""Who gets through where: every page, as every kind of person, against a policy written by hand."""
