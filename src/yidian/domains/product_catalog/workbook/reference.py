"""The reference of the format, printed from the table that the reader reads."""

from __future__ import annotations

from yidian.domains.product_catalog.workbook.forms import FORMS, HEAD, HEAD_SHEET, Column, Form

BEGIN = "<!-- reference: made from workbook/forms.py by workbook/reference.py; a test compares -->"
END = "<!-- end of reference -->"


def markdown() -> str:
    """Markdown: a table of keys for `tariff`, and a table of columns for every other sheet."""
    parts = [BEGIN, "", f"### `{HEAD_SHEET}`", "", "The head of the tariff, as rows of `key` and `value`.", ""]
    parts += ["| key | kind | meaning |", "|---|---|---|"]
    parts += [f"| `{column.name}` | {_kind(column)} | {column.about} |" for column in HEAD]
    for form in FORMS:
        parts += ["", f"### `{form.sheet}`", "", form.about, "", *_table(form)]
    return "\n".join([*parts, "", END])


def _table(form: Form) -> list[str]:
    lines = ["| column | kind | when empty | meaning |", "|---|---|---|---|"]
    for column in form.columns:
        empty = "required" if column.name in form.required else _shown(form.defaults[column.fills])
        lines.append(f"| `{column.name}` | {_kind(column)} | {empty} | {column.about} |")
    return lines


def _kind(column: Column) -> str:
    return column.kind.about if column.kind.name == "one of" else column.kind.name


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return "`yes`" if default else "`no`"
    if isinstance(default, tuple):
        return f"`{';'.join(default)}`"
    return f"`{default}`" if default not in (None, "") else "–"
