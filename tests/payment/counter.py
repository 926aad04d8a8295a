"""An operator with a few accounts that owe, and a look at where all its money stands."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from yidian.domains.charging.queries import books
from yidian.domains.ledger.bulk import post_many
from yidian.domains.ledger.queries import balance, balances, rebuild_differences
from yidian.domains.ledger.types import AccountKey, Entry, Leg
from yidian.domains.party.operations import add_parties
from yidian.domains.payment.bulk import open_receivables
from yidian.domains.payment.operations import pay
from yidian.domains.payment.queries import open_by_account, owed_by, totals
from yidian.domains.payment.types import NewReceivable
from yidian.platform.writing.operations import chunk
from yidian.platform.writing.types import Actor, Outcome

STAFF = Actor("staff", "zhang")
NOW = datetime(2026, 11, 5, 2, 0, tzinfo=UTC)  # ten in the morning of the 5th in Shanghai
_keys = count(1)


def key() -> str:
    return f"k{next(_keys)}"


def accounts(tenant: Any, *codes: str) -> None:
    add_parties(tenant=tenant, customers={f"C-{code}": "" for code in codes},
                accounts={code: f"C-{code}" for code in codes})  # fmt: skip


def bill(tenant: Any, number: int, account: str, amount_minor: int, *, cycle: str = "2026-10", due: date | None = None,
         now: datetime = NOW) -> int:  # fmt: skip
    """Post a bill as a bill run does, without its bill; the receivable's id."""
    with chunk(
        tenant=tenant, actor=STAFF, operation="test.post", now=now, digest="", count=1, subject=f"bill/{number}"
    ) as frame:
        open_receivables(
            frame=frame, rows=[NewReceivable(number, account, cycle, due or date(2026, 11, 20), amount_minor)]
        )
        legs = (
            Leg(AccountKey("receivable", account), amount_minor),
            Leg(AccountKey("revenue", code="x"), -amount_minor),
        )
        post_many(frame=frame, entries=[Entry("bill", legs, f"bill/{number}", now.date(), cycle)])
    return next(one.id for one in owed_by(tenant=tenant, accounts=[account])[account] if one.refers == str(number))


def paid(tenant: Any, account: str, amount_minor: int, **more: Any) -> Outcome:
    """A payment at the counter."""
    told = {
        "tenant": tenant,
        "actor": STAFF,
        "key": key(),
        "now": NOW,
        "account": account,
        "amount_minor": amount_minor,
    }
    return pay(**(told | more))


def principal(tenant: Any, account: str) -> int:
    return sum(book.balance_minor for book in books(tenant=tenant, account=account) if book.principal)


def owing(tenant: Any, account: str) -> list[int]:
    """What is open of each of the account's receivables that is, oldest due first."""
    return [one.open_minor for one in owed_by(tenant=tenant, accounts=[account]).get(account, [])]


def cash(tenant: Any, channel: str = "counter") -> int:
    return balance(tenant=tenant, key=AccountKey("cash", code=channel))


def add_up(tenant: Any) -> None:
    """The laws of money in: receipts stand somewhere, the ledger says the same, and stored sums are sums."""
    said = totals(tenant=tenant)
    assert said.taken_minor == said.cleared_minor + said.credited_minor + said.suspense_minor + said.returned_minor
    assert rebuild_differences(tenant=tenant) == []
    control = {key.owner: amount for key, amount in balances(tenant=tenant, kind="receivable").items()}
    assert {a: m for a, m in control.items() if m} == {a: m for a, m in open_by_account(tenant=tenant).items() if m}
    channels = {key.code: amount for key, amount in balances(tenant=tenant, kind="cash").items()}
    expected = {
        channel: amount - said.refunded_by_channel.get(channel, 0) for channel, amount in said.by_channel.items()
    }
    assert {c: m for c, m in channels.items() if m} == {c: m for c, m in expected.items() if m}
    assert balance(tenant=tenant, key=AccountKey("suspense", code="unknown_payer")) == -said.suspense_minor
