"""Rows of an edition by the thousand: written by a few statements, and prefixes read as columns."""

from yidian.domains.product_catalog.bulk.reading import prefixes
from yidian.domains.product_catalog.bulk.storing import store

__all__ = ["prefixes", "store"]
