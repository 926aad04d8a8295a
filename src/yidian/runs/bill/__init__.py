"""Totals of a rated cycle → bill items in the lake and bill headers in the database. Doors: run.bill, results."""
