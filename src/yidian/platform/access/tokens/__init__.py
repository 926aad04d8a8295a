"""Tokens by which other systems, those of resellers, act here: made, told once, expiring, taken back."""
