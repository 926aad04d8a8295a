"""An operator from one seed: its customers and orders, its usage files, its payments, its mistakes.

Standard library only. Every entity draws from a generator of its own, keyed by (seed, kind, number): a larger operator
has the same first customers as a small one, and a longer life the same first months. docs/howto/operator.md.
"""

from __future__ import annotations

from tools.operator.world import Odds, Size, World, world

__all__ = ["Odds", "Size", "World", "world"]
