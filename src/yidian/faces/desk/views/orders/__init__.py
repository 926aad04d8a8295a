"""营业受理 on the desk: who somebody is, what they want, what it costs, read back, printed, signed, submitted."""
