"""Whom a subscriber calls as one of its own: numbers on its list of friends, members of its closed groups."""
