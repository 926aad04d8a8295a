"""A tariff as people keep it: a workbook, or a folder of CSV. `read_tariff(path)` needs no database.

The format is data (`forms.FORMS`); `reference.markdown()` prints it for docs/howto/tariff.md.
"""

from yidian.domains.product_catalog.workbook.reading import read_tariff

__all__ = ["read_tariff"]
