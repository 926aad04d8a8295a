"""Many rows through one kernel: each run reads what the step before made visible, and makes its own result visible at once."""
