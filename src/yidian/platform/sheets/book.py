"""A workbook for people: sheets with a head that stays, text that is never a formula, counts, and money as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import xlsxwriter

LONGEST_NAME: Final = 31  # of a sheet, as Excel has it
WIDTH: Final = 18


class Book:
    """`digits`: of the money in it, behind the point."""

    def __init__(self, book: Any, digits: int) -> None:
        self.digits = digits
        self._book = book
        self._bold = book.add_format({"bold": True})
        self._text = book.add_format({"num_format": "@"})
        self._money = book.add_format({"num_format": "#,##0." + "0" * digits if digits else "#,##0"})

    def money(self, amount_minor: int) -> Decimal:
        """An amount as a cell of money."""
        return Decimal(amount_minor).scaleb(-self.digits)

    def sheet(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, typed: bool = False) -> Any:
        """One more sheet: Decimals are money, ints counts, all else is text. Answers the sheet of the writer.

        `typed`: whatever is typed into its columns is text, so that no long number loses its last digits.
        """
        sheet = self._book.add_worksheet(name[:LONGEST_NAME])
        sheet.set_column(0, max(len(columns) - 1, 0), WIDTH, self._text if typed else None)
        sheet.freeze_panes(1, 0)
        for n, column in enumerate(columns):
            sheet.write_string(0, n, column, self._bold)
        for line, row in enumerate(rows, start=1):
            for n, value in enumerate(row):
                if isinstance(value, Decimal):
                    sheet.write_number(line, n, value, self._money)
                elif isinstance(value, int):
                    sheet.write_number(line, n, value)
                else:
                    sheet.write_string(line, n, str(value))
        return sheet

    def columns_drawn(self, sheet: Any, *, count: int, title: str, at: str) -> None:
        """A chart of columns beside a sheet: its second column by the words of its first, `count` rows."""
        chart = self._book.add_chart({"type": "column"})
        name = sheet.get_name()
        chart.add_series({"categories": [name, 1, 0, count, 0], "values": [name, 1, 1, count, 1], "gap": 20})
        chart.set_legend({"none": True})
        chart.set_title({"name": title})
        sheet.insert_chart(at, chart, {"x_scale": 1.6, "y_scale": 1.3})


@contextmanager
def written_book(path: Path, *, digits: int) -> Iterator[Book]:
    """A workbook that stands at the path when the block ends."""
    # Rows go to disk as they come: a list of everybody has millions of cells.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    with xlsxwriter.Workbook(path, options) as book:
        yield Book(book, digits)
