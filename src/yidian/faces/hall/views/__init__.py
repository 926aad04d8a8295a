"""Views: each makes one call and shows what it answers."""
