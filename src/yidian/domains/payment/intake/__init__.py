"""Payment files: their mappings, their lines, and what each line says."""
