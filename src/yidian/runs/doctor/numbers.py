"""I14 of papers: a series of numbers has no hole. What was counted is there, and nothing is there that was not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from yidian.domains.customer_bill.queries import bill_numbers, correction_numbers
from yidian.domains.dispute.queries import dispute_numbers
from yidian.domains.payment.queries import receipt_numbers, refund_numbers
from yidian.domains.product_order.queries import forms_with_holes, order_numbers
from yidian.platform.numbering.queries import series_of
from yidian.platform.tenancy.models import Tenant
from yidian.runs.doctor.finding import Finding, Look
from yidian.runs.doctor.visit import Visit

Given = Callable[..., Iterable[str]]
# Customers' and accounts' codes are counted too, but one that a file has brought is passed over: theirs have holes.
SERIES: Final[tuple[tuple[str, str, Given], ...]] = (
    ("bill", "B", bill_numbers), ("receipt", "R", receipt_numbers), ("refund", "F", refund_numbers),
    ("order", "O", order_numbers), ("dispute", "D", dispute_numbers), ("correction", "C", correction_numbers),
)  # fmt: skip
WIDTHS: Final = {"bill": 8, "correction": 5}  # digits; 6 else


def numbers(on: Visit) -> Finding:
    look = Look("I14", "NUMBERS")
    for kind, letter, given in SERIES:
        for period, last in series_of(tenant=on.tenant, kind=kind).items():
            head = f"{letter}{period.replace('-', '')}-"
            _one(look, on.tenant, kind, period, last, head, given)
    for order, newest, forms in forms_with_holes(tenant=on.tenant):
        look.violation("FORM_MISSING", order=order, newest=newest, forms=forms)
    return look.finding()


def _one(look: Look, tenant: Tenant, kind: str, period: str, last: int, head: str, given: Given) -> None:
    """A series against the papers that bear its numbers."""
    there, beyond = bytearray(last + 1), list[str]()
    for number in given(tenant=tenant, head=head):
        look.checked += 1
        place = number[len(head) :]
        if place.isdecimal() and int(place) <= last:
            there[int(place)] = 1
        else:
            beyond.append(number)
    for first, end in _holes(there):
        look.violation(
            "NUMBER_MISSING", first=f"{head}{first:0{WIDTHS.get(kind, 6)}}", last=f"{head}{end:0{WIDTHS.get(kind, 6)}}",
            count=end - first + 1,
        )  # fmt: skip
    now = series_of(tenant=tenant, kind=kind)[period] if beyond else last  # somebody may have gone on meanwhile
    for number in sorted(beyond):
        place = number[len(head) :]
        if not place.isdecimal() or int(place) > now:
            look.violation("NUMBER_NEVER_COUNTED", number=number, last=now)


def _holes(there: bytearray) -> Iterator[tuple[int, int]]:
    """The first and the last of each run of places from 1 on that are not there."""
    at = there.find(0, 1)
    while at >= 0:
        end = there.find(1, at)
        end = len(there) if end < 0 else end
        yield at, end - 1
        at = there.find(0, end)
