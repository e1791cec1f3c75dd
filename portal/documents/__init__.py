"""Documents that leave the portal: made from a plain description, never from a page."""
