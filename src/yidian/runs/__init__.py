"""Many rows through one kernel: each run reads what the step before made visible, and shows its own result at once."""
