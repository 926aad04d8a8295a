"""Mapping files: a declaration in YAML of how somebody's usage file becomes usage events."""
