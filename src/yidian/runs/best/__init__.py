"""What the last months would have cost under every offer on sale: for one customer, and as a list for marketing."""
