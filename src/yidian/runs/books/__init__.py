"""The books of a month, added up from both sides. Door: month.month_books."""
