"""A workbook (.xlsx) or CSV files as sheets of text cells, each row with its line, each fault with its place.

`read_sheets(path)` reads a workbook, or a folder with one UTF-8 CSV file per sheet; `read_table(path)` reads one CSV
file, or the first sheet of a workbook. Both raise `kernel.faults.BadInput` and then have taken nothing.
"""

from yidian.platform.sheets.columns import check_columns
from yidian.platform.sheets.fault_list import FaultList
from yidian.platform.sheets.reading import read_sheets, read_table
from yidian.platform.sheets.sheet import Sheet

__all__ = ["FaultList", "Sheet", "check_columns", "read_sheets", "read_table"]
