"""Numbers that were taken to another network (携号转网): whoever has them."""
