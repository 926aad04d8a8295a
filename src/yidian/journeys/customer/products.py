"""What a customer has and had: subscriptions with their numbers, offers and payers, now and before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple

from yidian.domains.product_catalog.queries import offer_names, offers_for_orders
from yidian.domains.product_inventory.queries import had_by, lives_and_reasons
from yidian.domains.product_inventory.types import HadLine, Period, Stop
from yidian.domains.product_order.queries import in_flight
from yidian.kernel.calendar import FOREVER_MS, local_date, to_ms
from yidian.platform.tenancy.models import Tenant

MOST: Final = 50  # subscriptions on one page
SOON: Final = 90  # days: a term ends, and something new may be offered


@dataclass(frozen=True, slots=True)
class Had:
    """Something had: `what` its code or value, what it is called ("": nothing), UTC ms; end None: open.

    `days_left`: of an offer with a term that is running, until it ends.
    """

    what: str
    kind: str
    zh: str
    en: str
    from_ms: int
    end_ms: int | None
    days_left: int | None = None

    @property
    def last_ms(self) -> int | None:
        """The last instant at which it is had."""
        return None if self.end_ms is None else self.end_ms - 1

    @property
    def ends_soon(self) -> bool:
        return self.days_left is not None and self.days_left <= SOON


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A subscription. `number` is the one people know, "" never had one; `state` "ok" or "ended" at `ended_ms`.

    `life`: "" where nothing was ever said of it; `reasons`: why it is stopped, and since when; `order`: the one that is
    in flight on it, "" none.
    """

    code: str
    home_area: str
    number: str
    kind: str
    state: str
    ended_ms: int | None
    account: str
    life: str
    reasons: tuple[Stop, ...]
    order: str
    offers: tuple[Had, ...]
    cards: tuple[Had, ...]
    numbers_before: tuple[Had, ...]
    offers_before: tuple[Had, ...]
    accounts_before: tuple[Had, ...]

    @property
    def has_history(self) -> bool:
        return bool(self.numbers_before or self.offers_before or self.accounts_before or self.cards)


@dataclass(frozen=True, slots=True)
class Products:
    """Those in use first, then what has ended. `more`: how many are not shown."""

    shown: tuple[Product, ...]
    ended: int
    more: int


def products(*, tenant: Tenant, customer: str, now: datetime) -> Products:
    at_ms = to_ms(now)
    lines = had_by(tenant=tenant, customer=customer)
    names = offer_names(tenant=tenant, codes={offer.what for line in lines for offer in line.offers})
    on = local_date(at_ms, tenant.zone)
    months = {code: offer.terms.months for code, offer in offers_for_orders(tenant=tenant, on=on).items()}
    stand = lives_and_reasons(tenant=tenant, subscribers=[line.id for line in lines], at_ms=at_ms)
    flying = in_flight(tenant=tenant, subscribers=[line.code for line in lines])
    about = _About(tenant.zone, at_ms, names, {code for code, count in months.items() if count})
    found = [_product(line, about, *stand[line.id], flying.get(line.code, "")) for line in lines]
    ordered = [one for one in found if one.state != "ended"] + [one for one in found if one.state == "ended"]
    ended = sum(1 for one in found if one.state == "ended")
    return Products(tuple(ordered[:MOST]), ended, max(0, len(ordered) - MOST))


class _About(NamedTuple):
    """What holds for all lines of a page. `terms`: offers that are given for some months."""

    zone: str
    at_ms: int
    names: dict[str, tuple[str, str]]
    terms: set[str]


def _product(line: HadLine, about: _About, life: str, reasons: tuple[Stop, ...], order: str) -> Product:
    names, at_ms = about.names, about.at_ms
    known = [one for one in line.numbers if one.kind in ("msisdn", "login")] or list(line.numbers)
    now = [one for one in known if one.holds(at_ms)]
    shown = (now or known or [Period("", 0, 0)])[-1]
    payers = [one for one in line.payers if one.holds(at_ms)] or list(line.payers[-1:])
    held = any(one.holds(at_ms) for one in (*line.numbers, *line.offers))
    later = any(one.from_ms > at_ms for one in (*line.numbers, *line.offers))
    ends = max((one.to_ms for one in (*line.numbers, *line.offers)), default=at_ms)
    state = "ok" if held else "later" if later else "ended"
    return Product(
        code=line.code, home_area=line.home_area, number=shown.what, kind=shown.kind, state=state,
        ended_ms=ends if state == "ended" else None, account=payers[-1].what if payers else "",
        life=life, reasons=reasons, order=order,
        offers=tuple(_with_term(one, about) for one in _had([p for p in line.offers if p.to_ms > at_ms], names)),
        cards=_had([one for one in line.numbers if one.kind in ("imsi", "iccid")]),
        numbers_before=_had([one for one in known if one is not shown]),
        offers_before=_had([one for one in line.offers if one.to_ms <= at_ms], names),
        accounts_before=_had([one for one in line.payers if one.to_ms <= at_ms]),
    )  # fmt: skip


def _with_term(offer: Had, about: _About) -> Had:
    """An offer whose term is running, with the days that are left of it."""
    if offer.end_ms is None or offer.what not in about.terms or offer.from_ms > about.at_ms:
        return offer
    left = local_date(offer.end_ms - 1, about.zone) - local_date(about.at_ms, about.zone)
    return replace(offer, days_left=left.days)


def _had(periods: list[Period], names: dict[str, tuple[str, str]] | None = None) -> tuple[Had, ...]:
    """Newest first."""
    told = names or {}
    return tuple(
        Had(
            one.what,
            one.kind,
            *told.get(one.what, ("", "")),
            one.from_ms,
            one.to_ms if one.to_ms < FOREVER_MS else None,
        )
        for one in reversed(periods)
    )
