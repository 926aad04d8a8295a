"""The hall: pages of customers (网厅)."""
