"""Answers of any resource: which attributes were asked for, pages, instants and money as TM Forum writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from django.http import HttpResponse, JsonResponse

from yidian.faces.openapi.asking import Call
from yidian.faces.openapi.errors import PLAIN, TOLD
from yidian.kernel.calendar import FOREVER_MS, from_ms
from yidian.kernel.money import currency

ORDERING: Final = "productOrderingManagement/v4"
CATALOG: Final = "productCatalogManagement/v4"
INVENTORY: Final = "productInventory/v4"
POOL: Final = "resourcePoolManagement/v1"
ALWAYS: Final = ("id", "href")
Row = Mapping[str, Any]


def one(row: Row, *, fields: str = "", status: int = 200, at: str = "") -> HttpResponse:
    """`at`: where something new is found from now on."""
    headers = {TOLD: "1"} | ({"Location": at} if at else {})
    return JsonResponse(_chosen(row, fields), status=status, headers=headers, json_dumps_params=PLAIN)


def page(rows: Sequence[Row], *, total: int, fields: str = "") -> HttpResponse:
    """206 where there are more than these."""
    headers = {TOLD: "1", "X-Total-Count": str(total), "X-Result-Count": str(len(rows))}
    status = 200 if len(rows) == total else 206
    return JsonResponse(
        [_chosen(row, fields) for row in rows], safe=False, status=status, headers=headers, json_dumps_params=PLAIN
    )


def _chosen(row: Row, fields: str) -> dict[str, Any]:
    """The attributes that were named, and always id and href; all where none is named. What is not is left out."""
    named = {name.strip() for name in fields.split(",") if name.strip()}
    return {
        name: value
        for name, value in row.items()
        if value not in (None, "", [], {}) and (not named or name in named or name in ALWAYS)
    }


def href(call: Call, place: str, id_: str) -> str:
    return f"{call.root}{place}/{quote(id_, safe='')}"


def ref(call: Call, place: str, id_: str, name: str = "") -> dict[str, Any]:
    return {"id": id_, "href": href(call, place, id_)} | ({"name": name} if name else {})


def instant(at: datetime | None) -> str | None:
    """As TM Forum's filters send it back: with Z, for a plus sign in an address is a blank."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def instant_ms(at_ms: int | None) -> str | None:
    return None if at_ms is None or at_ms >= FOREVER_MS else instant(from_ms(at_ms))


def money(amount_minor: int, unit: str) -> dict[str, Any]:
    """TM Forum's Money is a JSON number: made of an integer here, at the border, and never computed with."""
    return {"unit": unit, "value": amount_minor / 10 ** currency(unit).minor_digits}
