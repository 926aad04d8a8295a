"""What runs read in bulk is what a slow reading of the tables gives, and it is one tenant's."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from django_scopes import scope, scopes_disabled
from tests.inventory.files import day, row, take

from yidian.domains.product_inventory import bulk
from yidian.domains.product_inventory.bulk import Reference, load_reference
from yidian.domains.product_inventory.models import (
    AccessIdentifier,
    AccountOfSubscriber,
    OfferHolding,
    RatingUnit,
    Subscriber,
    UnitMembership,
)
from yidian.platform.identity import bucket_of
from yidian.platform.tenancy.models import Tenant

START, END = day("2026-10-01"), day("2026-11-01")


def _operator(seed: int, customers: int = 40) -> list[dict[str, str]]:
    """A small operator: pools, cards, plan changes, packs, moves between accounts, some before and after October."""
    draw = random.Random(seed)
    rows = []
    for n in range(customers):
        who = {
            "customer": f"C{n}",
            "account": f"A{n}",
            "subscriber": f"S{n}",
            "home_area": draw.choice(["010", "021", ""]),
        }
        who["pool"] = draw.choice(["", "", "p1", "p2"])
        begin = draw.choice(["2026-08-01", "2026-09-15", "2026-10-01", "2026-10-20", "2026-11-01", "2026-12-01"])
        number = {"identifier": f"139{n:08d}"}
        rows.append(row(**who, **number, begin=begin))
        if draw.random() < 0.5:
            rows.append(row(**who, kind="imsi", identifier=f"46000{n:010d}", offer="", begin=begin))
        if draw.random() < 0.4:
            rows.append(row(**who, **number, offer="PACK", begin=begin, end="2026-12-24"))
        if begin < "2026-10-10" and draw.random() < 0.5:
            moved = who | {"account": f"B{n}", "pool": draw.choice(["", "p3"])}
            for one in rows:
                if one["subscriber"] == f"S{n}":
                    one["to"] = "2026-10-10"
            rows.append(row(**moved, **number, offer="B", begin="2026-10-10"))
    return rows


def _slow(tenant: Any, start_ms: int, end_ms: int, units: set[int] | None) -> dict[str, Any]:
    """The same by one query per row."""
    window = {"from_ms__lt": end_ms, "to_ms__gt": start_ms}
    members = [m for m in UnitMembership.objects.filter(**window) if units is None or m.unit_id in units]
    found = {m.subscriber_id for m in members}
    subscribers = sorted((Subscriber.objects.get(pk=pk) for pk in found), key=lambda s: (bucket_of(s.pk), s.code))
    out: dict[str, Any] = {
        "subscribers": [(s.pk, s.code, s.home_area) for s in subscribers],
        "identifiers": [], "holdings": [], "payers": [], "memberships": [],
    }  # fmt: skip
    for n, s in enumerate(subscribers):
        own = {"subscriber_id": s.pk, **window}
        out["identifiers"] += sorted(
            (n, i.from_ms, i.value, i.kind, i.to_ms) for i in AccessIdentifier.objects.filter(**own)
        )
        out["holdings"] += sorted((n, h.from_ms, h.offer, h.to_ms) for h in OfferHolding.objects.filter(**own))
        out["payers"] += sorted(
            (n, a.from_ms, a.account.code, a.to_ms) for a in AccountOfSubscriber.objects.filter(**own)
        )
        out["memberships"] += sorted((n, m.from_ms, m.unit.code, m.to_ms) for m in members if m.subscriber_id == s.pk)
    return out


def _told(reference: Reference) -> dict[str, Any]:
    r = reference
    return {
        "subscribers": list(zip(r.subscriber_id.tolist(), r.subscriber_code, r.home_area, strict=True)),
        "identifiers": list(
            zip(r.id_sub.tolist(), r.id_from.tolist(), r.id_value, r.id_kind, r.id_to.tolist(), strict=True)
        ),
        "holdings": list(
            zip(
                r.hold_sub.tolist(), r.hold_from.tolist(), [r.offer_codes[o] for o in r.hold_offer], r.hold_to.tolist(),
                strict=True,
            )
        ),
        "payers": list(
            zip(
                r.acc_sub.tolist(), r.acc_from.tolist(), [r.account_code[a] for a in r.acc_index], r.acc_to.tolist(),
                strict=True,
            )
        ),
        "memberships": list(
            zip(
                r.mem_sub.tolist(), r.mem_from.tolist(), [r.unit_code[u] for u in r.mem_unit], r.mem_to.tolist(),
                strict=True,
            )
        ),
    }  # fmt: skip


@pytest.mark.parametrize("whole", [0, 20_000])
@pytest.mark.parametrize("only", ["all", "some", "pool", "none"])
def test_the_bulk_reading_is_the_slow_reading(tenant: Any, only: str, whole: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(bulk, "WHOLE", whole)
    take(tenant, *_operator(7))
    codes = RatingUnit.objects.values_list("id", "code")
    wanted = {
        "all": None,
        "some": sorted(pk for pk, code in codes if code.endswith(("1", "3", "7"))),
        "pool": [pk for pk, code in codes if code == "pool:p1"],
        "none": [],
    }[only]
    reference = load_reference(tenant=tenant, period_start_ms=START, period_end_ms=END, unit_ids=wanted)
    expected = _slow(tenant, START, END, None if wanted is None else set(wanted))
    assert _told(reference) == expected
    assert bool(expected["subscribers"]) == (only != "none")


def test_what_lies_outside_the_period_is_not_read(tenant: Any) -> None:
    take(tenant, *_operator(7))
    inside = load_reference(tenant=tenant, period_start_ms=START, period_end_ms=END)
    assert 0 < len(inside.subscriber_code) < Subscriber.objects.count()
    before = load_reference(tenant=tenant, period_start_ms=0, period_end_ms=day("2026-08-01"))
    assert _told(before) == {name: [] for name in _told(before)}


def test_what_ended_where_the_period_begins_is_not_read(tenant: Any) -> None:
    take(tenant, row(begin="2026-09-01", end="2026-10-01"), row(offer="B", begin="2026-10-01"))
    assert load_reference(tenant=tenant, period_start_ms=START, period_end_ms=END).offer_codes == ["B"]


def test_types_and_orders_are_as_promised(tenant: Any) -> None:
    take(tenant, *_operator(11))
    r = load_reference(tenant=tenant, period_start_ms=START, period_end_ms=END)
    assert {a.dtype for a in (r.id_sub, r.hold_sub, r.hold_offer, r.acc_sub, r.acc_index, r.mem_sub, r.mem_unit)} == {
        np.dtype(np.int32)
    }
    assert {a.dtype for a in (r.subscriber_id, r.account_id, r.unit_id, r.id_from, r.hold_to)} == {np.dtype(np.int64)}
    for ids, codes in ((r.subscriber_id, r.subscriber_code), (r.account_id, r.account_code), (r.unit_id, r.unit_code)):
        keys = [(bucket_of(int(pk)), code) for pk, code in zip(ids, codes, strict=True)]
        assert keys == sorted(keys)
    assert r.offer_codes == sorted(set(r.offer_codes))


def test_the_order_of_imports_does_not_show(tenant: Any) -> None:
    with scopes_disabled():
        other = Tenant.objects.create(code="other", currency="CNY", zone="Asia/Shanghai")
    rows = _operator(3)
    take(tenant, *rows)
    by_customer: dict[str, list[dict[str, str]]] = {}
    for one in rows:
        by_customer.setdefault(one["customer"], []).append(one)
    with scope(tenant=other):
        for _, own in sorted(by_customer.items(), reverse=True):
            take(other, *own)
    period = {"period_start_ms": START, "period_end_ms": END}
    first, second = _told(load_reference(tenant=tenant, **period)), _told(load_reference(tenant=other, **period))
    assert [s[1:] for s in first.pop("subscribers")] == [s[1:] for s in second.pop("subscribers")]
    assert first == second


def test_two_tenants_do_not_see_each_other(tenant: Any) -> None:
    with scopes_disabled():
        other = Tenant.objects.create(code="other", currency="CNY", zone="Asia/Shanghai")
    take(tenant, row(subscriber="OURS", pool="home"))
    with scope(tenant=other):
        take(other, row(subscriber="THEIRS", pool="home", offer="B"))
        units = list(RatingUnit.objects.values_list("id", flat=True))
    period = {"period_start_ms": START, "period_end_ms": END}
    ours = load_reference(tenant=tenant, **period)
    assert (ours.subscriber_code, ours.offer_codes, ours.unit_code) == (["OURS"], ["A"], ["pool:home"])
    assert load_reference(tenant=other, **period).subscriber_code == ["THEIRS"]
    assert load_reference(tenant=tenant, **period, unit_ids=units).subscriber_code == []
