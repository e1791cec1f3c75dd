"""The work: requests, contributions, insight, responses and releases of a pilot."""
