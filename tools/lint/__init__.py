"""The house's own lints: `python -m tools.lint`. Each rule carries its good and bad lines, which are tested."""
