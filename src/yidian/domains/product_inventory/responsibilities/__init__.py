"""Who pays for what of a subscriber beside its own account (帐务定制关系, D4)."""
