"""A file of gifts taken whole or refused whole (K4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yidian.domains.charging._gift_rows import ALLOWED, REQUIRED, GiftFile, Row
from yidian.domains.charging.bulk import move
from yidian.domains.charging.models import BalanceType
from yidian.domains.charging.operations._credit import GIFT_COST
from yidian.domains.charging.operations._moves import CHANGED, books_with, event_of, key_of
from yidian.domains.charging.operations._rules import seed
from yidian.domains.charging.queries import types
from yidian.domains.charging.types import Gift, GiftReport, Terms
from yidian.domains.ledger.bulk import post_many
from yidian.domains.ledger.types import AccountKey, Entry, Leg
from yidian.domains.party.queries import accounts_by_code
from yidian.domains.product_inventory.queries import payers_at, who_has
from yidian.kernel.calendar import to_ms
from yidian.platform.files import sha256
from yidian.platform.points import point
from yidian.platform.sheets import check_columns, read_table
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.operations import perform

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame
    from yidian.platform.writing.types import Actor


def import_gifts(*, tenant: Tenant, actor: Actor, path: Path, now: datetime, on: date) -> GiftReport:
    """Take a gift file (csv or xlsx, docs/howto/books.md), or refuse it whole with BadInput.

    The same bytes again do nothing. A number's gift goes to the account that pays for it at `now`.
    """
    gifts = _read(tenant, path, now)
    accounts = {gift.account for gift in gifts}
    total = sum(gift.amount_minor for gift in gifts)
    digest = sha256(path)

    def work(frame: Frame) -> dict[str, Any]:
        seed(tenant=tenant)
        _book(frame, gifts, on, digest)
        told = {"rows": len(gifts), "accounts": len(accounts), "amount_minor": total}
        frame.changed("gift_file", digest, before=None, after=told)
        point("import.commit")
        return told

    outcome = perform(
        tenant=tenant, actor=actor, operation="gifts.import", key=f"gifts/{digest}", request={"sha256": digest},
        now=now, work=work,
    )  # fmt: skip
    point("import.committed")
    return GiftReport(repeated=outcome.repeated, **outcome.answer)


def _read(tenant: Tenant, path: Path, now: datetime) -> list[Gift]:
    sheet = read_table(path)
    known = types(tenant=tenant)
    file = GiftFile(sheet=sheet, types=[c for c, t in known.items() if t.active and not t.principal and t.items])
    check_columns(sheet, required=REQUIRED, allowed=ALLOWED, faults=file.faults)
    file.faults.raise_if_any()
    rows = file.rows()
    gifts = _targeted(tenant, file, rows, now)
    file.faults.raise_if_any()
    return gifts


def _targeted(tenant: Tenant, file: GiftFile, rows: Sequence[Row], now: datetime) -> list[Gift]:
    """The rows with the account each goes to; faults for those that lead nowhere."""
    known = accounts_by_code(tenant=tenant, codes={row.target for row in rows if row.target_kind == "account"})
    at_ms = to_ms(now)
    numbers = {(row.target, at_ms) for row in rows if row.target_kind == "number"}
    payers = payers_at(tenant=tenant, kind="msisdn", asked=numbers)
    gifts = []
    for row in rows:
        account: str | None = row.target if row.target in known else None
        subscriber = ""
        if row.target_kind == "number":
            account = payers.get((row.target, at_ms))
            if account is not None and row.on_number:
                subscriber = who_has(tenant=tenant, kind="msisdn", value=row.target, at=now) or ""
        if account is None:
            file.fault("GIFT_TARGET_UNKNOWN", row.line, "target", row.target, kind=row.target_kind)
            continue
        gifts.append(Gift(
            account=account, subscriber=subscriber, type=row.type, amount_minor=row.amount_minor,
            cycle_upper_minor=row.cycle_upper_minor, cycle_lower_minor=row.cycle_lower_minor,
            effective_on=row.effective_on, expires_on=row.expires_on, line=row.line,
        ))  # fmt: skip
    return gifts


def _book(frame: Frame, gifts: Sequence[Gift], on: date, digest: str) -> None:
    tenant = frame.tenant
    accounts = {code: row.id for code, row in
                accounts_by_code(tenant=tenant, codes={gift.account for gift in gifts}).items()}  # fmt: skip
    type_ids = dict(BalanceType.objects.filter(tenant=tenant).values_list("code", "id"))
    books = books_with(tenant=tenant, wanted=[(accounts[g.account], type_ids[g.type], _terms(g)) for g in gifts])
    moved: defaultdict[int, int] = defaultdict(int)
    events = []
    for gift, book in zip(gifts, books, strict=True):
        events.append(event_of(book, "gift", book.balance_minor + moved[book.pk], gift.amount_minor))
        moved[book.pk] += gift.amount_minor
    entries = [_entry(gift, key_of(book), on, digest) for gift, book in zip(gifts, books, strict=True)]
    post_many(frame=frame, entries=entries)
    move(tenant=tenant, by_minor=moved)
    frame.emit_many(CHANGED, told=events)


def _terms(gift: Gift) -> Terms:
    return Terms(
        gift.subscriber, gift.effective_on, gift.expires_on, 0, None, gift.cycle_lower_minor, gift.cycle_upper_minor,
    )  # fmt: skip


def _entry(gift: Gift, book: AccountKey, on: date, digest: str) -> Entry:
    legs = [Leg(GIFT_COST, gift.amount_minor), Leg(book, -gift.amount_minor)]
    return Entry("gift", legs, f"gifts/{digest[:16]}/{gift.line}", on)
