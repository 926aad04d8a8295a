"""TAP3 roaming files (GSMA TD.57): a small BER walker, a table of field numbers, and the reading of events."""
