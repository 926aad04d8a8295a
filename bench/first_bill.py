"""What quoting an order costs: `make bench CASES=first-bill`, on the operator of the case best (200 plans, 3 months).

`python -m bench.first_bill HOME`: kinds of orders for customers drawn at random, in one process, on one thread.
*whole*: with the database, the tariff compiled and usage that the process has seen; *cold*: usage read from the lake.
Beside it what the same accounts would cost if the month ended now (`so_far`), which is read from what was rated.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from bench.best import LOOKS, MONTHS, _started

GOAL_MS = 100
AT_MS = 1_792_461_600_000  # 2026-10-20 10:00 in Shanghai


def measure(home: Path) -> None:
    """p50 and p95 of kinds of orders."""
    tenant = _started(home)
    from django_scopes import scope

    from yidian.runs.rate.inputs import Places
    from yidian.runs.warm import warm

    warm()
    with scope(tenant=tenant):
        _measure(tenant, Places(home / "lake", home / "work"))


def _measure(tenant: Any, places: Any) -> None:
    from yidian.domains.customer_bill.queries import cycle_named
    from yidian.domains.party.queries import accounts_by_code
    from yidian.runs.explain.so_far import so_far
    from yidian.runs.first_bill.quote import first_bill
    from yidian.runs.rate.few import forget_usage

    drawn = _drawn(tenant)
    cycle = cycle_named(tenant=tenant, name=MONTHS[-1])
    ids = {code: one.id for code, one in accounts_by_code(tenant=tenant, codes={one.account for one in drawn}).items()}
    month = [
        partial(so_far, tenant=tenant, lake=places.lake, cycle=cycle, account=one.account,
                account_id=ids[one.account], subscriber=None)
        for one in drawn
    ]  # fmt: skip
    began = time.perf_counter()
    quotes = {
        kind: [partial(first_bill, tenant=tenant, places=places, at_ms=AT_MS, changes=make(one)) for one in drawn]
        for kind, make in ORDERS.items()
    }
    quotes["new"][0]()
    print(f"first-bill first of a process: {(time.perf_counter() - began) * 1000:.0f} ms", flush=True)
    _tell("so far", month, quiet=True)
    alone = _tell("so far", month)
    for kind, work in quotes.items():
        forget_usage()
        _tell(f"{kind}, cold", work)
        ratio = _tell(f"{kind}, whole", work) / alone
        print(f"first-bill {kind} ratio_to_so_far: {ratio:.2f}", flush=True)


class Drawn(NamedTuple):
    subscriber: str
    customer: str
    account: str
    unit: str
    offer: str  # the main one


def _drawn(tenant: Any) -> list[Drawn]:
    """Subscriptions that hold one plan."""
    from yidian.domains.product_inventory.models import AccountOfSubscriber, OfferHolding, UnitMembership

    found = []
    rows = OfferHolding.objects.filter(tenant=tenant, offer__startswith="plan", from_ms__lt=AT_MS, to_ms__gt=AT_MS)
    columns = ("subscriber_id", "subscriber__code", "subscriber__customer__code", "offer")
    for who, code, customer, offer in random.Random(1).sample(list(rows.order_by("id").values_list(*columns)), LOOKS):
        account = AccountOfSubscriber.objects.filter(subscriber_id=who).values_list("account__code", flat=True).last()
        unit = UnitMembership.objects.filter(subscriber_id=who).values_list("unit__code", flat=True).last()
        found.append(Drawn(code, customer, str(account), str(unit), offer))
    return found


def _new(one: Drawn) -> list[Any]:
    """Everything new: customer, account, subscription, number."""
    code = f"new-{one.subscriber}"
    return _beside(one._replace(customer=code, account=code, unit=code))


def _beside(one: Drawn) -> list[Any]:
    """A second line of the customer, in the same unit."""
    from yidian.domains.product_inventory.types import GiveIdentifier, GiveOffer, OpenSubscription

    code = f"new-{one.subscriber}"
    return [
        OpenSubscription(subscriber=code, customer=one.customer, account=one.account, unit=one.unit, at_ms=AT_MS),
        GiveIdentifier(subscriber=code, kind="msisdn", value="19900000000", at_ms=AT_MS),
        GiveOffer(subscriber=code, offer=one.offer, at_ms=AT_MS),
    ]


def _plan_change(one: Drawn) -> list[Any]:
    from yidian.domains.product_inventory.types import EndOffer, GiveOffer

    other = "plan00" if one.offer != "plan00" else "plan01"
    return [
        EndOffer(subscriber=one.subscriber, offer=one.offer, at_ms=AT_MS),
        GiveOffer(subscriber=one.subscriber, offer=other, at_ms=AT_MS),
    ]


ORDERS: dict[str, Callable[..., list[Any]]] = {"new": _new, "second line": _beside, "plan change": _plan_change}


def _tell(name: str, work: list[Callable[[], Any]], *, quiet: bool = False) -> float:
    """The median of processor time, ms."""
    took, worked = [], []
    for one in work:
        began, began_work = time.perf_counter(), time.process_time()
        one()
        took.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - began_work) * 1000)
    if not quiet:
        took, worked = sorted(took), sorted(worked)
        at = min(len(took) - 1, len(took) * 95 // 100)
        print(
            f"first-bill {name}: p50 {statistics.median(took):.0f} ms, p95 {took[at]:.0f} ms, processor "
            f"p50 {statistics.median(worked):.0f} ms, p95 {worked[at]:.0f} ms (goal p95 {GOAL_MS})", flush=True,
        )  # fmt: skip
    return statistics.median(worked)


if __name__ == "__main__":
    measure(Path(sys.argv[1]))
