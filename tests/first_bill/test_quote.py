"""What a quote tells beside amounts, what it refuses, and what it stands on."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.billing.desk import YUAN, ms
from tests.cycles.world import NOVEMBER, OCTOBER, SEPTEMBER, ZHANG, some_usage
from tests.first_bill.shop import SHOP, Shop, by_account, really, shop

from yidian.domains.customer_bill import operations
from yidian.domains.party.operations import add_parties, import_grades
from yidian.domains.product_catalog.operations import load_tariff
from yidian.domains.product_inventory.types import (
    Change,
    EndIdentifier,
    EndOffer,
    GiveIdentifier,
    GiveOffer,
    MovePayer,
    OpenSubscription,
    ResumeFrom,
    StopFor,
)
from yidian.kernel.calendar import FOREVER_MS
from yidian.kernel.rating.tariff import Rule
from yidian.runs.first_bill import quote
from yidian.runs.first_bill.types import FirstBill, UnableToQuote

AT = "2026-10-20T10:00"
STARTS = ms(AT)


@pytest.fixture
def here(tenant: Any, tmp_path: Path) -> Shop:
    return shop(tenant, tmp_path / "home")


def new_line(*offers: str, at_ms: int = STARTS, customer: str = "cx", account: str = "ax") -> list[Change]:
    return [
        OpenSubscription(subscriber="sx", customer=customer, account=account, unit=account, at_ms=at_ms),
        GiveIdentifier(subscriber="sx", kind="msisdn", value="13912345678", at_ms=at_ms),
        *(GiveOffer(subscriber="sx", offer=offer, at_ms=at_ms) for offer in offers),
    ]


def changing(subscriber: str, before: str, after: str) -> list[Change]:
    return [
        EndOffer(subscriber=subscriber, offer=before, at_ms=STARTS),
        GiveOffer(subscriber=subscriber, offer=after, at_ms=STARTS),
    ]


def expect_as_billed(world: Shop, found: FirstBill, *changes: Change) -> None:
    world.carried_out(*changes)
    world.billed(OCTOBER).billed(NOVEMBER)
    for month, told in ((OCTOBER, found.this), (NOVEMBER, found.next)):
        bills = really(world, month)
        assert {account: bills.get(account, (0, {})) for account in by_account(told.accounts)} == by_account(
            told.accounts
        )


def test_nothing_is_written_and_what_is_new_is_nowhere(here: Shop) -> None:
    with CaptureQueriesContext(connection) as asked:
        found = here.quoted(*new_line("TERM", "STACK"), at=AT)
    assert {query["sql"].split()[0] for query in asked.captured_queries} == {"SELECT"}
    assert [one.account for one in found.this.accounts] == ["ax"]
    assert found.this.of("ax").now.total_minor == 0 == found.this.of("nobody").bill.total_minor
    assert (found.this.one_off_minor, found.this.difference_minor) == (2_300, 2_300), "the first month is free of rent"
    assert (found.next.one_off_minor, found.next.total_minor) == (0, 5_900)
    bill = found.next.of("ax").bill
    assert [(tax.tax_class, tax.base_minor, tax.tax_minor) for tax in bill.taxes] == [("basic", 5_900, 487)]
    assert bill.tax_minor == 487


def test_terms_are_told_of_what_is_given_and_all_is_kept_as_json(here: Shop) -> None:
    found = here.quoted(*new_line("TERM", "HALF", "STACK"), at=AT)
    assert FirstBill.from_json(json.loads(json.dumps(found.to_json()))) == found
    assert here.quoted(at=AT).this.accounts == (), "an order that changes nothing"
    term, half, stack = sorted(found.terms, key=lambda one: ("TERM", "HALF", "STACK").index(one.offer))
    assert (term.months, term.ends_with, term.to_ms) == (12, "month", ms("2027-10-01"))
    assert [(one.item, one.amount_micro, one.cycles, one.counted) for one in term.penalties] == [
        ("LEAVE", 120 * YUAN, 12, "by_term")
    ]  # fmt: skip
    assert [(one.item, one.amount_micro, one.free_cycles) for one in half.least] == [("LEAST", 58 * YUAN, 1)]
    assert (half.to_ms, stack.to_ms, stack.stacks) == (FOREVER_MS, ms("2026-11-20T10:00"), True)


BROKEN: dict[str, tuple[str, list[Change]]] = {
    "unknown offer": ("OFFER_UNKNOWN", new_line("PLAN", "GOLD")),
    "sold no more": ("OFFER_NOT_ON_SALE", new_line("PLAN", "OLD")),
    "held back": ("OFFER_SALE_SUSPENDED", new_line("PLAN", "HELD")),
    "sub card alone": ("OFFER_NEEDS", new_line("ROLL", "SUB")),
    "held twice": ("HOLDING_OVERLAP", [GiveOffer(subscriber="s1", offer="PLAN", at_ms=STARTS)]),
    "two at one instant": ("HOLDING_SAME_BEGIN", new_line("STACK", "STACK")),
    "longer than it lasts": (
        "HOLDING_TOO_LONG", [GiveOffer(subscriber="s1", offer="TERM", at_ms=STARTS, to_ms=ms("2028-01-01"))]
    ),
    "not held": ("OFFER_NOT_HELD", [EndOffer(subscriber="s1", offer="ROLL", at_ms=STARTS)]),
    "nobody": ("SUBSCRIBER_UNKNOWN", [EndOffer(subscriber="s9", offer="PLAN", at_ms=STARTS)]),
    "somebody already": (
        "SUBSCRIBER_KNOWN", [OpenSubscription(subscriber="s1", customer="c1", account="a1", unit="a1", at_ms=STARTS)]
    ),
    "another's number": (
        "IDENTIFIER_NOT_HELD", [EndIdentifier(subscriber="s1", kind="msisdn", value="13800000002", at_ms=STARTS)]
    ),
    "given and ended": (
        "ENDS_WHERE_IT_BEGINS", [EndOffer(subscriber="s5", offer="AHEAD", at_ms=ms("2026-09-20"))]
    ),
    "another payer later": (
        "PAYER_LATER", [MovePayer(subscriber="s1", account="a9", unit="a9", at_ms=ms("2025-12-01"))]
    ),
    "no reason": ("REASON_UNKNOWN", [StopFor(subscriber="s1", reason="mood", ways="two", at_ms=STARTS)]),
    "not stopped": ("NOT_STOPPED_FOR", [ResumeFrom(subscriber="s1", reason="loss", at_ms=STARTS)]),
}  # fmt: skip


def test_a_broken_cart_is_refused_with_the_change_that_is_wrong(here: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quote, "offers_held_back", lambda **_: {"HELD": "OFFER_SALE_SUSPENDED"})
    for name, (code, changes) in BROKEN.items():
        with pytest.raises(UnableToQuote) as refused:
            here.quoted(*changes, at=AT)
        told = refused.value.code, refused.value.params["change"], refused.value.params["subscriber"]
        assert told == (code, len(changes) - 1, changes[-1].subscriber), name


def test_months_in_the_books_are_not_quoted_and_those_nobody_has_opened_are(here: Shop) -> None:
    here.bill(SEPTEMBER)
    here.post(SEPTEMBER)
    for at, code in (("2026-09-10", "CYCLE_FIXED"), ("2026-08-31", "CYCLE_NOT_FOUND")):
        with pytest.raises(UnableToQuote) as refused:
            here.quoted(*new_line("PLAN", at_ms=ms(at)), at=at)
        assert refused.value.code == code
    later = here.quoted(*new_line("PLAN", at_ms=ms("2026-12-17")), at="2026-12-17")
    assert (later.this.cycle, later.next.cycle) == ("2026-12", "2027-01")
    assert (later.this.total_minor, later.next.total_minor) == (2_177, 4_500), "15 of 31 days of the least spend"


def test_usage_that_came_after_the_rating_counts_and_after_the_cut_it_does_not(here: Shop) -> None:
    changes = changing("s1", "PLAN", "HALF")
    here.rate(OCTOBER)
    early = here.quoted(*changes, at=AT)
    here.usage(*some_usage(random.Random(8), OCTOBER, 60, first_id=2001))
    found = here.quoted(*changes, at=AT)
    assert found.this.of("a1").bill.total_minor != early.this.of("a1").bill.total_minor
    operations.cut_cycle(tenant=here.tenant, name=OCTOBER, now=here.now)
    here.usage(*some_usage(random.Random(9), OCTOBER, 60, first_id=3001))
    assert here.quoted(*changes, at=AT).this == early.this, "what rating has read is what belongs"
    expect_as_billed(here, early, *changes)


def test_what_was_asked_in_advance_was_asked_by_the_tariff_of_then(here: Shop) -> None:
    """s5 has paid 29 for October on September's bill; the newest tariff asks 35."""
    fees = tuple(replace(fee, amount_micro=35 * YUAN) if fee.offer == "AHEAD" else fee for fee in SHOP.fees)
    load_tariff(tenant=here.tenant, tariff=replace(SHOP, fees=fees), source="t", now=here.now)
    changes = changing("s5", "AHEAD", "PACK")
    expect_as_billed(here, here.quoted(*changes, at=AT), *changes)


def test_a_new_line_of_a_gold_customer_is_billed_as_gold(here: Shop) -> None:
    add_parties(tenant=here.tenant, customers={"c1": ""}, accounts={"a9": "c1"})
    (here.home / "grades.csv").write_text("customer,grade,from\nc1,gold,2026-10-01\n", encoding="utf-8")
    import_grades(tenant=here.tenant, actor=ZHANG, path=here.home / "grades.csv", now=here.now)
    changes = new_line("HALF", customer="c1", account="a9")
    found = here.quoted(*changes, at=AT)
    assert {line.discount for line in found.this.of("a9").bill.lines} >= {"VIP"}
    expect_as_billed(here, found, *changes)


CALLS = replace(
    SHOP, rules=(Rule(order=0, item="LONG", circle="unit"), *SHOP.rules),
    prices=(*SHOP.prices, *(replace(p, item="LONG", price_micro=10_000) for p in SHOP.prices if p.item == "LOCAL")),
)  # fmt: skip


def test_whom_the_order_makes_family_is_called_as_family(tenant: Any, tmp_path: Path) -> None:
    """The number that all call is given to a new member of the pool: what the others call it costs otherwise since."""
    here = shop(tenant, tmp_path / "home", tariff=CALLS)
    begin = ms("2026-10-03")
    changes: list[Change] = [
        OpenSubscription(subscriber="sx", customer="c2", account="a2", unit="pool:family", at_ms=begin),
        GiveIdentifier(subscriber="sx", kind="msisdn", value="13900000000", at_ms=begin),
        GiveOffer(subscriber="sx", offer="PLAN", at_ms=begin),
        MovePayer(subscriber="s6", account="a2", unit="pool:family", at_ms=begin),
    ]
    found = here.quoted(*changes, at="2026-10-03")
    assert "LONG" in {line.item for line in found.this.of("a3").bill.lines}
    assert "LONG" not in {line.item for line in found.this.of("a3").now.lines}
    expect_as_billed(here, found, *changes)
