"""Packs that stack, and offers that end by themselves, through the door of customers."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from django_scopes import scope
from tests.catalog.example import EXAMPLE
from tests.inventory.files import OFFERS, day, row, sheet, stored

from yidian.domains.product_catalog.operations import load_tariff
from yidian.domains.product_catalog.types import Terms, read_tariff
from yidian.domains.product_inventory.operations import import_sheet
from yidian.domains.product_inventory.queries import overlaps, versions
from yidian.domains.product_inventory.types import ImportReport
from yidian.faces.cli import customers
from yidian.faces.cli.context import Context
from yidian.kernel.calendar import FOREVER_MS
from yidian.kernel.faults import BadInput
from yidian.platform.tenancy.models import Tenant

MINUTE = 60_000
TERMS = {"PACK": Terms(stacks=True, months=1, ends_with="month"), "B": Terms(months=7, ends_with="month")}


def give(tenant: Any, *rows: Mapping[str, str], terms: Mapping[str, Terms] = TERMS, **quotas: int) -> ImportReport:
    return import_sheet(tenant=tenant, sheet=sheet(rows), known_offers=OFFERS, terms=terms, quotas=quotas)


def refused(tenant: Any, *rows: Mapping[str, str], **more: Any) -> list[tuple[str, int, str]]:
    before = stored()
    with pytest.raises(BadInput) as refusal:
        give(tenant, *rows, **more)
    assert stored() == before
    return [(fault.code, fault.where.line, fault.where.column) for fault in refusal.value.faults]


def held(offer: str = "PACK") -> list[tuple[int, int]]:
    return sorted((begin, end) for _, what, begin, end in stored()["holdings"] if what == offer)


def pack(begin: str, **cells: str) -> dict[str, str]:
    return row(offer="PACK", begin=begin, **cells)


MORNING = (pack("2026-10-20 10:03"), pack("2026-10-20 10:07"), pack("2026-10-20"), pack("2026-10-25"))


def test_packs_that_begin_at_different_instants_are_several_and_come_again_unchanged(tenant: Tenant) -> None:
    noon, end = day("2026-10-20"), day("2026-11-01")
    with scope(tenant=tenant):
        report = give(tenant, *MORNING)
        four = [(noon, end), (noon + 603 * MINUTE, end), (noon + 607 * MINUTE, end), (day("2026-10-25"), end)]
        assert (held(), report.counts["holdings"].added) == (four, 4)
        known = versions(tenant=tenant)
        again = give(tenant, *MORNING)
        assert again.nothing_new
        assert again.counts["holdings"].unchanged == 4
        assert versions(tenant=tenant) == known, "no run notices what is not new"
        give(tenant, pack("2026-10-20 10:05"), *MORNING)
        assert len(held()) == 5
        assert overlaps(tenant=tenant, stacking=["PACK"]) == []
        assert len(overlaps(tenant=tenant)) == 4


def test_the_order_of_rows_and_files_says_nothing(tenant: Tenant) -> None:
    found = []
    for n, rows in enumerate(list(permutations(MORNING))[::5]):
        one = Tenant.objects.create(code=f"t{n}", currency="CNY", zone="Asia/Shanghai")
        with scope(tenant=one):
            give(one, *rows[:2])
            give(one, *rows)
            found.append(stored()["holdings"])
    assert all(each == found[0] for each in found)


def test_two_that_begin_at_one_instant_are_not_silently_one(tenant: Tenant) -> None:
    with scope(tenant=tenant):
        twice = [("HOLDING_SAME_BEGIN", 3, "offer")]
        assert refused(tenant, pack("2026-10-20"), pack("2026-10-20")) == twice
        assert refused(tenant, pack("2026-10-20"), pack("2026-10-20", end="2026-10-22")) == twice
        beside = (pack("2026-10-20", subscriber="S"), pack("2026-10-20", subscriber="S", identifier="13900000001"))
        give(tenant, *beside)
        assert len(held()) == 1, "one pack, told beside two numbers"
        give(tenant, pack("2026-10-20", subscriber="S", identifier="", end="2026-10-22"))
        later = pack("2026-10-20", subscriber="S", identifier="", end="2026-10-23")
        assert refused(tenant, later) == [("HOLDING_SAME_BEGIN", 2, "offer")], "what has ended is not opened again"


def test_an_offer_that_does_not_stack_is_held_once_at_a_time_as_ever(tenant: Tenant) -> None:
    with scope(tenant=tenant):
        rows = [row(offer="B", begin="2026-10-20"), row(offer="B", begin="2026-10-25")]
        assert refused(tenant, *rows) == [("HOLDING_OVERLAP", 3, "offer")]
        give(tenant, rows[0])
        assert refused(tenant, rows[1]) == [("HOLDING_OVERLAP", 2, "offer")]
        assert refused(tenant, row(offer="B", begin="2027-04-30")) == [("HOLDING_OVERLAP", 2, "offer")]
        give(tenant, row(offer="B", begin="2027-05-01"))
        assert held("B") == [(day("2026-10-20"), day("2027-05-01")), (day("2027-05-01"), day("2027-12-01"))]


def test_the_end_is_of_the_offer_and_not_of_the_number_or_the_payer(tenant: Tenant) -> None:
    with scope(tenant=tenant):
        give(tenant, row(offer="B", begin="2026-03-10"), pack("2026-10-31 23:59:59"))
        found = stored()
        assert held("B") == [(day("2026-03-10"), day("2026-10-01"))]
        assert held() == [(day("2026-11-01") - 1000, day("2026-11-01"))]
        for kind in ("identifiers", "payers", "memberships"):
            assert [told[-2:] for told in found[kind]] == [(day("2026-03-10"), FOREVER_MS)], kind


def test_an_earlier_end_wins_and_a_later_one_is_refused_at_its_line(tenant: Tenant) -> None:
    def card(end: str = "") -> dict[str, str]:
        return row(offer="B", begin="2026-03-10", end=end, subscriber="S", identifier="")

    with scope(tenant=tenant):
        assert refused(tenant, pack("2026-03-10"), card("2026-10-01 00:00:01")) == [("HOLDING_TOO_LONG", 3, "to")]
        give(tenant, card("2026-10-01"))
        assert give(tenant, card("2026-10-01")).nothing_new
        assert give(tenant, card()).nothing_new
        give(tenant, card("2026-05-01"))
        assert held("B") == [(day("2026-03-10"), day("2026-05-01"))], "who leaves early, leaves early"
        assert give(tenant, card()).nothing_new, "and is not brought back by the first file"
        assert refused(tenant, card("2026-10-01")) == [("HOLDING_OVERLAP", 2, "offer")]


def test_who_leaves_with_his_last_offer_gives_back_his_number(tenant: Tenant) -> None:
    with scope(tenant=tenant):
        give(tenant, row(offer="B", begin="2026-03-10"), pack("2026-03-12"))
        give(tenant, row(offer="B", begin="2026-03-10", end="2026-05-01"))
        assert [told[-1] for told in stored()["identifiers"]] == [day("2026-05-01")], "the pack was over on 1 April"


def test_a_later_edition_moves_no_end(tenant: Tenant) -> None:
    longer, none = {"B": Terms(months=13, ends_with="month")}, dict[str, Terms]()
    first = row(offer="B", begin="2026-03-10")
    with scope(tenant=tenant):
        give(tenant, row(begin="2026-03-10"), terms=none)
        give(tenant, first)
        assert give(tenant, first, terms=longer).nothing_new
        assert held("B") == [(day("2026-03-10"), day("2026-10-01"))]
        assert give(tenant, row(begin="2026-03-10"), terms={"A": Terms(months=1)}).nothing_new
        assert held("A") == [(day("2026-03-10"), FOREVER_MS)], "given when it did not end by itself"
        give(tenant, row(begin="2026-03-10", end="2028-01-01"), terms={"A": Terms(months=1)})
        assert held("A") == [(day("2026-03-10"), day("2028-01-01"))]


def test_each_pack_is_a_sale(tenant: Tenant) -> None:
    with scope(tenant=tenant):
        assert refused(tenant, *MORNING, PACK=3) == [("OFFER_SOLD_OUT", 5, "offer")]
        give(tenant, *MORNING[:3], PACK=3)
        assert refused(tenant, MORNING[3], PACK=3) == [("OFFER_SOLD_OUT", 2, "offer")]


def test_the_command_reads_the_terms_of_the_newest_tariff(tenant: Tenant, tmp_path: Path) -> None:
    example = read_tariff(EXAMPLE)
    offers = tuple(
        replace(o, kind="pack", stacks=True, months=1, ends_with="month") if o.code == "ll5g" else o
        for o in example.offers
    )
    now = datetime(2026, 11, 2, tzinfo=UTC)
    load_tariff(tenant=tenant, tariff=replace(example, offers=offers), source="t", now=now)
    context = Context(home=None, lang="en", quiet=True)
    context.__dict__["tenant"] = tenant
    path = tmp_path / "customers.csv"
    begins = ("2026-10-10 10:03", "2026-10-10 10:07")
    rows = (f"c,a,13800000001,ll5g,{begin}," for begin in begins)
    path.write_text("\n".join(["customer,account,identifier,offer,from,to", *rows]) + "\n")
    customers.run(argparse.Namespace(path=path), context)
    with scope(tenant=tenant):
        ten = day("2026-10-10") + 600 * MINUTE
        assert held("ll5g") == [(ten + n * MINUTE, day("2026-11-01")) for n in (3, 7)]
