"""One customer over all domains, read for those who stand before him: each file is one block of the page."""
