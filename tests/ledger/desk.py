"""A bookkeeper's desk for tests: frames by the hundred without saying the same six things each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from yidian.domains.ledger.types import AccountKey, Leg
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import chunk, perform
from yidian.platform.writing.types import Actor

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
ON = date(2026, 11, 2)
ZHANG = Actor("staff", "zhang")
_keys = count(1)


def write(tenant: Tenant, work: Callable[[Frame], Any]) -> Any:
    """Do one write under a key of its own; what `work` returned."""
    found: list[Any] = []

    def once(frame: Frame) -> dict[str, Any]:
        found.append(work(frame))
        return {}

    perform(tenant=tenant, actor=ZHANG, operation="test", key=f"k{next(_keys)}", request={}, now=NOW, work=once)
    return found[-1]


@contextmanager
def run(tenant: Tenant) -> Iterator[Frame]:
    with chunk(tenant=tenant, actor=ZHANG, operation="test", now=NOW, digest="0", count=0, subject="t") as frame:
        yield frame


def receivable(account: str) -> AccountKey:
    return AccountKey("receivable", account)


def bill(account: str, net: int, tax: int = 0) -> list[Leg]:
    """A bill's legs: what the account owes, what was earned, and the tax in it."""
    legs = [Leg(receivable(account), net + tax), Leg(AccountKey("revenue", code="voice"), -net)]
    return [*legs, Leg(AccountKey("tax", code="basic"), -tax)] if tax else legs


def paid(account: str, amount: int) -> list[Leg]:
    return [Leg(AccountKey("cash", code="counter"), amount), Leg(receivable(account), -amount)]
