"""What is taken back leaves exactly what was before; what something later builds on is not taken back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from django_scopes import scope
from tests.inventory.changed import change, everything, number, offer, opening, undo
from tests.inventory.files import day, row, take

from yidian.domains.party.operations import add_parties
from yidian.domains.product_inventory.changes.lifecycle import LIVES
from yidian.domains.product_inventory.changes.types import (
    Change,
    Effect,
    EndIdentifier,
    EndOffer,
    MovePayer,
    ResumeFrom,
    SetLife,
    StopFor,
    UnableToChange,
)
from yidian.domains.product_inventory.models import AccountOfSubscriber, Responsibility
from yidian.domains.product_inventory.queries import overlaps, states_astray
from yidian.domains.product_inventory.stops.types import REASONS
from yidian.platform.audit.models import AuditEntry
from yidian.platform.tenancy.models import Tenant

OCT, NOV, TEN, DEC = day("2026-10-01"), day("2026-11-01"), day("2026-11-10"), day("2026-12-01")
PEOPLE = ("S1", "S2", "S3", "NEW1", "NEW2")
NUMBERS = [f"1380000000{n}" for n in range(1, 7)]


@pytest.fixture
def town(tenant: Tenant) -> Iterator[Tenant]:
    """Three lines of a file, one of them left already, and two accounts."""
    add_parties(tenant=tenant, customers={"C1": ""}, accounts={"ACC1": "C1", "ACC2": "C1"})
    with scope(tenant=tenant):
        take(
            tenant, row(subscriber="S1"), row(subscriber="S2", identifier=NUMBERS[1], pool="P"),
            row(subscriber="S3", identifier=NUMBERS[2], end="2026-10-20"),
        )  # fmt: skip
        yield tenant


def chance(rng: random.Random, at_ms: int) -> Change:
    """Anything, most of it possible."""
    one, other = rng.choice(PEOPLE), rng.choice(NUMBERS)
    account = rng.choice(["ACC1", "ACC2"])
    unit, reason, code = rng.choice([account, "pool:P", "pool:Q"]), rng.choice(["arrears", "loss", "keep_number"]), "AB"
    return rng.choice(
        [
            opening(rng.choice(PEOPLE[3:]), at_ms, account=account, unit=unit),
            number(one, other, at_ms), offer(one, rng.choice(code), at_ms),
            offer(one, "PACK", at_ms, at_ms + rng.randrange(1, 40)),
            EndIdentifier(subscriber=one, kind="msisdn", value=other, at_ms=at_ms),
            EndOffer(subscriber=one, offer=rng.choice([*code, "PACK"]), at_ms=at_ms),
            MovePayer(subscriber=one, account=account, unit=unit, at_ms=at_ms),
            StopFor(subscriber=one, reason=reason, ways=rng.choice(sorted(REASONS[reason])), at_ms=at_ms),
            ResumeFrom(subscriber=one, reason=reason, at_ms=at_ms),
            SetLife(subscriber=one, life=rng.choice(LIVES), at_ms=at_ms),
        ]
    )  # fmt: skip


def rows_of(people: set[str]) -> dict[str, set[Any]]:
    return {
        table: {told for told in rows if told[1 if table == "subscribers" else 0] in people}
        for table, rows in everything().items()
    }


@pytest.mark.parametrize("seed", range(2))
def test_a_history_taken_back_step_by_step_is_what_was_before_each(town: Tenant, seed: int) -> None:
    rng, at_ms = random.Random(seed), NOV
    done: list[tuple[dict[str, set[Any]], tuple[Effect, ...]]] = []
    written = refusals = 0
    while len(done) < 14:
        at_ms += rng.choice([0, 1, 1, 5, -4])
        told = [chance(rng, at_ms) for _ in range(rng.choice([1, 1, 2]))]
        before, others = everything(), rows_of(set(PEOPLE) - {one.subscriber for one in told})
        try:
            effects = change(town, *told)
        except UnableToChange:
            refusals += 1
            assert everything() == before
            continue
        assert rows_of(set(PEOPLE) - {one.subscriber for one in told}) == others, "nobody else is touched"
        assert overlaps(tenant=town) == []
        assert states_astray(tenant=town) == []
        if rng.random() < 0.3:
            undo(town, effects)
            assert everything() == before, told
        else:
            done.append((before, effects))
            written += any(effect.action != "keep" for effect in effects)
    assert written > 7
    assert refusals
    for before, effects in reversed(done):
        undo(town, effects)
        assert everything() == before


def overtaken(tenant: Tenant, effects: tuple[Effect, ...]) -> str:
    before = everything()
    with pytest.raises(UnableToChange) as refusal:
        undo(tenant, effects)
    assert refusal.value.code == "EFFECT_OVERTAKEN"
    assert everything() == before
    return str(refusal.value.params["table"])


def test_what_something_later_builds_on_is_not_taken_back(town: Tenant) -> None:
    opened = change(town, opening("NEW1", NOV), number("NEW1", NUMBERS[4], NOV), offer("NEW1", "A", NOV))
    given = change(town, offer("NEW1", "B", TEN))
    assert overtaken(town, opened) == "subscribers", "an offer came later"
    ended = change(town, EndOffer(subscriber="NEW1", offer="B", at_ms=DEC))
    assert overtaken(town, given) == "holdings", "it has ended since"
    undo(town, ended)
    undo(town, given)
    assert overtaken(town, given) == "holdings", "it is gone"
    gone = change(town, EndIdentifier(subscriber="NEW1", kind="msisdn", value=NUMBERS[4], at_ms=TEN))
    taken = change(town, number("S1", NUMBERS[4], DEC))
    assert overtaken(town, gone) == "identifiers", "somebody else has the number"
    undo(town, taken)
    dropped = change(town, EndOffer(subscriber="NEW1", offer="A", at_ms=TEN))
    change(town, SetLife(subscriber="NEW1", life="terminated", at_ms=DEC))
    assert overtaken(town, dropped) == "holdings", "who is terminated holds nothing"
    assert overtaken(town, opened) == "lives"


def test_a_subscription_that_another_room_names_is_not_taken_back(town: Tenant) -> None:
    opened = change(town, opening("NEW1", NOV))
    (row_of,) = (one.row for one in opened if one.table == "subscribers")
    (account,) = {told for told in everything()["payers"] if told[0] == "NEW1"}
    assert account[1] == "ACC1"
    payer = AccountOfSubscriber.objects.get(subscriber_id=row_of).account_id
    other = Responsibility.objects.create(
        tenant=town, subscriber_id=row_of, items="*", account_id=payer, mode="full", limit_micro=0, rate_ppm=0,
        priority=1, from_ms=NOV, to_ms=DEC,
    )  # fmt: skip
    assert overtaken(town, opened) == "subscribers"
    other.delete()
    undo(town, opened)
    entry = AuditEntry.objects.order_by("id").last()
    assert entry is not None
    assert '"after":null' in entry.changes.replace(" ", ""), "the audit says that it is gone"


def test_a_stop_taken_back_leaves_the_line_as_its_other_stops_draw_it(town: Tenant) -> None:
    loss = change(town, StopFor(subscriber="S1", reason="loss", ways="two", at_ms=NOV))
    arrears = change(town, StopFor(subscriber="S1", reason="arrears", ways="two", at_ms=TEN))
    assert [one.table for one in arrears] == ["stops"], "the line was stopped already"
    undo(town, loss)
    assert [told[1:3] for told in everything()["states"]] == [("stopped", TEN)]
    assert states_astray(tenant=town) == []
    undo(town, arrears)
    assert everything()["states"] == set()
