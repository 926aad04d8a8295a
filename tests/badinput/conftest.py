"""An operator with usage in its lake, shared with tests/faults, and a place where wrong commands are typed."""

from tests.faults.fixtures import kept, operator

__all__ = ["kept", "operator"]
