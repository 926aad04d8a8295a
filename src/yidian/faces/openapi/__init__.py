"""The face for systems: TM Forum's words over the same journeys as the desk's (docs/howto/reseller-orders.md)."""
