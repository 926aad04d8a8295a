"""A tariff tried on a month that was: what everybody would have paid (MV-19). Nothing is booked."""
