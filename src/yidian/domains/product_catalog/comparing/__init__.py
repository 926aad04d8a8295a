"""What one tariff says that another does not, day by day and in the words of the workbook. Needs no database."""

from yidian.domains.product_catalog.comparing.changes import ADDED, CHANGED, ENDED, RENAMED, Cell, Change
from yidian.domains.product_catalog.comparing.compare import compare_tariffs

__all__ = ["ADDED", "CHANGED", "ENDED", "RENAMED", "Cell", "Change", "compare_tariffs"]
