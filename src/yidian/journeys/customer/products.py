"""What a customer has and had: subscriptions with their numbers, offers and payers, now and before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from yidian.domains.product_catalog.queries import offer_names
from yidian.domains.product_inventory.queries import had_by
from yidian.domains.product_inventory.types import HadLine, Period
from yidian.kernel.calendar import FOREVER_MS, to_ms
from yidian.platform.tenancy.models import Tenant

MOST: Final = 50  # subscriptions on one page


@dataclass(frozen=True, slots=True)
class Had:
    """Something had: `what` its code or value, what it is called ("": nothing), UTC ms; end None: open."""

    what: str
    kind: str
    zh: str
    en: str
    from_ms: int
    end_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A subscription. `number` is the one people know, "" never had one; `state` "ok" or "ended" at `ended_ms`."""

    code: str
    home_area: str
    number: str
    kind: str
    state: str
    ended_ms: int | None
    account: str
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
    found = [_product(line, names, at_ms) for line in lines]
    ordered = [one for one in found if one.state != "ended"] + [one for one in found if one.state == "ended"]
    ended = sum(1 for one in found if one.state == "ended")
    return Products(tuple(ordered[:MOST]), ended, max(0, len(ordered) - MOST))


def _product(line: HadLine, names: dict[str, tuple[str, str]], at_ms: int) -> Product:
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
        offers=_had([one for one in line.offers if one.to_ms > at_ms], names),
        cards=_had([one for one in line.numbers if one.kind in ("imsi", "iccid")]),
        numbers_before=_had([one for one in known if one is not shown]),
        offers_before=_had([one for one in line.offers if one.to_ms <= at_ms], names),
        accounts_before=_had([one for one in line.payers if one.to_ms <= at_ms]),
    )  # fmt: skip


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
