"""Usage: files collected, records normalised into events, suspense and its recycling, the usage lake."""
