"""What is disputed is neither dunned nor bears late fees; and no longer than until it is made right."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.cycles.world import OCTOBER
from tests.disputes.office import CLERK, Office

from yidian.domains.credit.operations import set_rules
from yidian.domains.credit.operations.arrears import arrears_of, held_on
from yidian.domains.credit.queries import dunning_list, late_fees
from yidian.domains.credit.types import FeeTerm, Held
from yidian.domains.payment.queries import owed_by
from yidian.domains.payment.types import ClearedDay, Owed
from yidian.kernel.ledger.late_fee import Term, late_fee
from yidian.platform.access.types import UnableToAct
from yidian.runs.dun import dun

DUE = date(2026, 11, 25)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 2, tzinfo=UTC)


@pytest.fixture
def shop(office: Office) -> Office:
    fees = [FeeTerm("", date(2026, 1, 1), True, 3_000)]
    set_rules(tenant=office.tenant, actor=CLERK, key="rules", now=office.now, fees=fees)
    return office


def dunned(office: Office, on: date) -> tuple[int, int]:
    """What a1 is asked for on the list of a day, and all late fees of a1 until then."""
    dun(tenant=office.tenant, actor=CLERK, on=on, now=at(on), locks=office.world.places.work / "locks")
    asked = [one.overdue_minor for one in dunning_list(tenant=office.tenant, on=on) if one.account == "a1"]
    fees = sum(one.amount_minor for one in late_fees(tenant=office.tenant, account="a1"))
    return (asked or [0])[0], fees


def fee(amount_minor: int, days: int) -> int:
    return (amount_minor * 3_000 * days + 500_000) // 1_000_000


def test_what_is_disputed_is_not_dunned_and_bears_no_fee_until_it_is_answered(shop: Office) -> None:
    owed = owed_by(tenant=shop.tenant, accounts=["a1"])["a1"][0]
    shop.now = at(owed.due_on - timedelta(days=2))
    number = shop.examined(1_500)
    asked, fees = dunned(shop, owed.due_on + timedelta(days=11))
    assert (asked, fees) == (owed.open_minor - 1_500, fee(owed.open_minor - 1_500, 10))
    shop.now = at(owed.due_on + timedelta(days=11))
    shop.do("reject", number, answer="the bill is right")
    asked, fees = dunned(shop, owed.due_on + timedelta(days=21))
    assert asked == owed.open_minor + fee(owed.open_minor - 1_500, 10)
    exactly = (owed.open_minor * 20 - 1_500 * 10) * 3_000
    assert fees == (exactly + 500_000) // 1_000_000, "the days it was open stay free"


def test_what_was_too_much_is_asked_for_by_nobody_until_the_bill_that_gives_it_back_is_due(shop: Office) -> None:
    owed = owed_by(tenant=shop.tenant, accounts=["a1"])["a1"][0]
    shop.now = at(owed.due_on - timedelta(days=2))
    number = shop.examined(1_500)
    with pytest.raises(UnableToAct):
        shop.do("uphold", number, over_minor=1_000, answer="ten too much")
    assert shop.agree().state == "used"
    asked, fees = dunned(shop, owed.due_on + timedelta(days=11))
    assert (asked, fees) == (owed.open_minor - 1_000, fee(owed.open_minor - 1_000, 10))
    shop.world.now = at(owed.due_on + timedelta(days=12))
    shop.world.billed(OCTOBER).post(OCTOBER)
    second = next(one for one in owed_by(tenant=shop.tenant, accounts=["a1"])["a1"] if one.cycle == OCTOBER)
    before, _ = dunned(shop, second.due_on)
    after, _ = dunned(shop, second.due_on + timedelta(days=1))
    asked_again = 1_000 + second.open_minor  # both months: the one bears what the other has less
    assert asked_again <= after - before < asked_again + 1_000, "and some days' fees"


def test_whoever_has_paid_has_nothing_held(shop: Office) -> None:
    held = [Held(date(2026, 11, 1), None, 1_500)]
    assert held_on(0, held, DUE) == 0
    assert held_on(1_000, held, DUE) == 1_000
    assert held_on(5_000, held, DUE) == 1_500
    assert held_on(5_000, held, date(2026, 10, 31)) == 0


OWED = Owed(1, "A1", "bill", "1", "2026-10", date(2026, 11, 1), date(2026, 11, 20), 10_000, 0)
LEGAL = [Term(date(2026, 1, 1), True, 3_000, 0, 1_000_000)]
LATE = date(2026, 11, 23)


def test_however_the_days_are_cut_the_fee_is_never_less_on_a_later_day() -> None:
    held = [Held(LATE, date(2026, 11, 26), 7_000), Held(date(2026, 11, 26), date(2026, 12, 3), 2_000)]
    arrears = arrears_of(OWED, [ClearedDay(1, date(2026, 11, 28), 500)], held)
    fees = [
        late_fee(arrears=arrears, terms=LEGAL, due_on=OWED.due_on, to_on=OWED.due_on + timedelta(days=n))
        for n in range(1, 30)
    ]
    assert fees == sorted(fees)
    assert fees[-1] > 0
