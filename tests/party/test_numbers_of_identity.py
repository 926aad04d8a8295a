"""Five numbers to an identity (R3): over all customers that have the document, ordered numbers too, and no race."""

from __future__ import annotations

import time
from collections import Counter as Count
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.party.counter import FIRM, LEI, XIAOYU, Counter, code_of, refused
from tests.platform.real_database import at_once, committing

from yidian.domains.party.models import CustomerContact
from yidian.domains.party.operations import UnableToRegister, add_contact, identities, set_real_name_terms
from yidian.domains.party.types import RealNameTerms
from yidian.domains.product_inventory.models import Subscriber
from yidian.journeys import realname

DAY_MS = 86_400_000


@pytest.fixture
def counter(tenant: Any) -> Counter:
    counter = Counter(tenant)
    counter.has("C1", "李晓雨", XIAOYU)
    counter.has("C2", "李晓雨", XIAOYU)
    counter.has("C3", "李雷", LEI)
    counter.has("F1", "晓晓有限公司", FIRM)
    counter.has("C4", "韩梅梅")
    return counter


def test_r3_numbers_of_every_customer_with_the_document_count_and_only_mobile_ones(counter: Counter) -> None:
    counter.has_numbers("C1", "19900000001", "8613900000002", "077155501", "5550101", "1064900000001")
    counter.has_numbers("C2", "17000000003")  # of a virtual operator's block
    counter.has_numbers("C2", "19900000009", to_ms=counter.now_ms)  # ended this instant
    counter.has_numbers("C2", "19900000004", from_ms=counter.now_ms + DAY_MS)  # sold, begins tomorrow
    counter.has_numbers("C3", "19900000005")
    assert counter.room("C1") == realname.Room(4, 5, ("C1", "C2"))
    assert counter.room("C2").have == 4
    assert refused(lambda: counter.room("C2", flying=1)) == (
        "TOO_MANY_NUMBERS", {"customer": "C2", "have": 5, "most": 5}
    )  # fmt: skip
    assert code_of(lambda: counter.room("C1", more=2)) == "TOO_MANY_NUMBERS"
    assert counter.room("C1", more=0, flying=9).have == 13, "who takes none is not stopped"
    shown = realname.room_of(tenant=counter.tenant, customer="C1", now=counter.now)
    assert (shown.have, shown.most) == (4, 5)
    assert counter.room("C3").have == 1


def test_a_number_that_is_changed_later_is_one(counter: Counter) -> None:
    counter.has_numbers("C1", "19900000001", to_ms=counter.now_ms + DAY_MS)
    counter.number(Subscriber.objects.get(), "19900000002", counter.now_ms + DAY_MS)
    assert counter.room("C1").have == 1
    counter.push(days=1)
    assert counter.room("C1").have == 1


def test_limits_are_dated_and_organisations_have_their_own_or_none(counter: Counter) -> None:
    counter.has_numbers("F1", *(f"1990000{n:04}" for n in range(7)))
    assert counter.room("F1", more=1000).most is None
    assert code_of(lambda: counter.room("C4")) == "DOCUMENT_NONE", "no number without a document"
    assert code_of(lambda: counter.room("nobody")) == "CUSTOMER_UNKNOWN"
    terms = RealNameTerms(most_person=None, most_organisation=8)
    set_real_name_terms(
        tenant=counter.tenant, actor=counter.actor, valid_from=date(2026, 11, 24), terms=terms, now=counter.now
    )
    assert code_of(lambda: counter.room("C1", more=6)) == "TOO_MANY_NUMBERS"
    counter.push(days=1)
    assert counter.room("C1", more=6).most is None
    assert counter.room("F1").most == 8
    assert code_of(lambda: counter.room("F1", more=2)) == "TOO_MANY_NUMBERS"


def test_an_identity_is_held_inside_a_write_only(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identities, "connection", type("Alone", (), {"in_atomic_block": False}))
    with pytest.raises(RuntimeError, match="held until the transaction ends"):
        identities.hold_identity(tenant=counter.tenant, customer="C1")


ORDERS = 6


def race(folder: Path) -> Count[str]:
    """Four numbers in use; six orders for one more, by two customers of one document. (An order here is a contact.)"""
    with committing(folder) as tenant:
        mine = Counter(tenant)
        mine.has("C1", "李晓雨", XIAOYU)
        mine.has("C2", "李晓雨", XIAOYU)
        mine.has_numbers("C1", "19900000001", "19900000002", "19900000003", "19900000004")

        def ordered(codes: Collection[str]) -> int:
            count = CustomerContact.objects.filter(customer__tenant=tenant, customer__code__in=codes).count()
            time.sleep(0.05)
            return count

        def order(n: int) -> str:
            one, customer = Counter(tenant, count=100 * n), f"C{1 + n % 2}"

            def work(frame: Any) -> None:
                realname.expect_room_for(
                    tenant=tenant, customer=customer, more=1, in_flight=ordered, now=frame.now
                )  # fmt: skip
                add_contact(frame=frame, customer=customer, role="contact", name="号码", phone=f"1990000010{n}")

            one.write(work)
            return "ordered"

        told = at_once(tenant, order, ORDERS)
    return Count(one.code if isinstance(one, UnableToRegister) else str(one) for one in told)


@pytest.mark.django_db(transaction=True)
def test_r3_of_orders_at_once_for_the_fifth_number_one_is_taken(tmp_path: Path) -> None:
    assert race(tmp_path) == {"ordered": 1, "TOO_MANY_NUMBERS": ORDERS - 1}


@pytest.mark.django_db(transaction=True)
def test_without_the_hold_the_race_is_lost_and_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If this went unnoticed, the one above would prove nothing. SQLite's writers follow one another anyway."""
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time")
    monkeypatch.setattr(identities, "hold_until_commit", lambda _name: None)
    assert race(tmp_path)["ordered"] > 1
