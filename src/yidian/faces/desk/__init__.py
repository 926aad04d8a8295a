"""The desk: pages of staff (营业台)."""
