"""An offer with a quota is sold so many times and no more, whoever sells it and however many do so at once."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django_scopes import scope
from tests.catalog.example import EXAMPLE
from tests.inventory.files import OFFERS, row, sheet, stored
from tests.platform.real_database import at_once, committing

from yidian.domains.product_catalog.operations import load_tariff
from yidian.domains.product_catalog.types import read_tariff
from yidian.domains.product_inventory import _quota
from yidian.domains.product_inventory.models import OfferHolding, Subscriber
from yidian.domains.product_inventory.operations import import_sheet
from yidian.domains.product_inventory.types import ImportReport
from yidian.faces.cli import customers
from yidian.faces.cli.context import Context
from yidian.kernel.faults import BadInput
from yidian.platform.tenancy.models import Tenant

AT_ONCE = 6


def taker(n: int, **cells: str) -> dict[str, str]:
    told = {"customer": f"C{n}", "account": f"ACC{n}", "identifier": f"1380000{n:04}", "offer": "PACK", **cells}
    return row(**told)


def give(tenant: Any, *rows: Mapping[str, str], **quotas: int) -> ImportReport:
    return import_sheet(tenant=tenant, sheet=sheet(rows), known_offers=OFFERS, quotas=quotas)


def refused(tenant: Any, *rows: Mapping[str, str], **quotas: int) -> list[tuple[str, int, str, str]]:
    with pytest.raises(BadInput) as refusal:
        give(tenant, *rows, **quotas)
    return [(fault.code, fault.where.line, fault.where.column, fault.value) for fault in refusal.value.faults]


def test_the_one_too_many_is_refused_at_its_line_and_nothing_is_loaded_in_part(tenant: Tenant) -> None:
    three = [taker(n) for n in (1, 2, 3)]
    with scope(tenant=tenant):
        assert refused(tenant, *three, taker(4, offer="A"), PACK=2) == [("OFFER_SOLD_OUT", 4, "offer", "PACK")]
        assert not any(stored().values())
        give(tenant, *three[:2], PACK=2)
        before = stored()
        assert refused(tenant, three[2], taker(5), PACK=2) == [
            ("OFFER_SOLD_OUT", line, "offer", "PACK") for line in (2, 3)
        ]
        assert stored() == before
        assert give(tenant, *three[:2], PACK=2).nothing_new, "who has it keeps it, and says so as often as he likes"
        give(tenant, three[2], PACK=3)


def test_ended_sales_count_and_so_does_every_holding(tenant: Tenant) -> None:
    with scope(tenant=tenant):
        give(tenant, taker(1, end="2026-10-10"), PACK=2)
        give(tenant, taker(1, begin="2026-10-20"), PACK=2)
        assert refused(tenant, taker(2), PACK=2) == [("OFFER_SOLD_OUT", 2, "offer", "PACK")]
        give(tenant, taker(1, begin="2026-10-20", end="2026-11-01"), PACK=2)  # to end one is no sale
        assert refused(tenant, taker(2), PACK=2) == [("OFFER_SOLD_OUT", 2, "offer", "PACK")]


def test_a_holding_told_beside_two_numbers_is_sold_once(tenant: Tenant) -> None:
    with scope(tenant=tenant):
        both = [taker(1, subscriber="S1"), taker(1, subscriber="S1", identifier="13900000001")]
        give(tenant, *both, PACK=1)
        assert OfferHolding.objects.count() == 1


def test_other_offers_and_other_operators_have_quotas_of_their_own(tenant: Tenant) -> None:
    other = Tenant.objects.create(code="other", currency="CNY", zone="Asia/Shanghai")
    for one in (tenant, other):
        with scope(tenant=one):
            give(one, taker(1), taker(2, offer="A"), taker(3, offer="B"), PACK=1, A=1)


def test_the_command_reads_the_quota_of_the_newest_tariff(tenant: Tenant, tmp_path: Path) -> None:
    example = read_tariff(EXAMPLE)
    offers = tuple(replace(o, quota=1) if o.code == "cx129" else o for o in example.offers)
    now = datetime(2026, 11, 2, tzinfo=UTC)
    load_tariff(tenant=tenant, tariff=replace(example, offers=offers), source="rare", now=now)
    context = Context(home=None, lang="en", quiet=True)
    context.__dict__["tenant"] = tenant
    path = tmp_path / "customers.csv"
    rows = (f"c{n},a{n},1380000000{n},cx129,2026-10-01," for n in (1, 2))
    path.write_text("\n".join(["customer,account,identifier,offer,from,to", *rows]) + "\n")
    with pytest.raises(BadInput) as refusal:
        customers.run(argparse.Namespace(path=path), context)
    assert [(fault.code, fault.where.line) for fault in refusal.value.faults] == [("OFFER_SOLD_OUT", 3)]


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Any]:
    with committing(tmp_path) as tenant:
        yield tenant


def kept_to(tenant: Any, ended: list[Any], quota: int) -> bool:
    """The law: as many sales as the quota, each refused importer with its reason and without a trace."""
    refusals = [one for one in ended if isinstance(one, BadInput)]
    codes = {fault.code for one in refusals for fault in one.faults}
    with scope(tenant=tenant):
        sold, people = OfferHolding.objects.filter(offer="PACK").count(), Subscriber.objects.count()
    return (sold, people, len(refusals)) == (quota, quota, len(ended) - quota) and codes == {"OFFER_SOLD_OUT"}


@pytest.mark.django_db(transaction=True)
def test_importers_at_once_sell_no_more_than_there_is(operator: Any) -> None:
    ended = at_once(operator, lambda n: give(operator, taker(n), PACK=2), AT_ONCE)
    assert kept_to(operator, ended, 2)


@pytest.mark.django_db(transaction=True)
def test_who_counts_before_it_may_write_is_caught(operator: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: each importer counts what is sold first, and writes when all have counted."""
    counted, all_have = _quota._sold, threading.Barrier(2)

    def check_then_write(n: int) -> ImportReport:
        mine.sold = counted(operator, {"PACK"})
        all_have.wait()
        return give(operator, taker(n), PACK=1)

    mine = threading.local()
    monkeypatch.setattr(_quota, "_sold", lambda *_: dict(mine.sold))
    ended = at_once(operator, check_then_write, 2)
    assert all(isinstance(one, ImportReport | BadInput) for one in ended), ended
    assert not kept_to(operator, ended, 1)
