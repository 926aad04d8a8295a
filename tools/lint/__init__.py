"""The house's own lints: `python -m tools.lint`. Each rule is a module with its good and bad lines, which are tested."""
