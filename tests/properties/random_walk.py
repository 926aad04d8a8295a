"""What makes the walk of an event richer, put onto a random tariff: days, blocks over events, volume prices, set-ups,
what is free, pools that convert, limits of members, caps of a day, marks.
"""

from __future__ import annotations

from dataclasses import replace

from tests.properties.choosing import Chooser, likely, pick, some

from yidian.kernel.rating.tariff import Allowance, Cap, Conversion, Item, Mark, Price, Tariff

SETUPS = (100_000, 1, 333_333)


def enriched(by: Chooser, made: Tariff) -> Tariff:
    """The tariff, half of the times with some of all that."""
    if not likely(by, 5):
        return made
    items = tuple(_item(by, item) for item in made.items)
    allowances = tuple(_allowance(by, row) for row in made.allowances)
    pools, conversions = _pools(by, allowances, [item for item in items if item.kind == "usage"])
    return replace(
        made, items=items, prices=_prices(by, made.prices), allowances=pools, conversions=conversions,
        caps=tuple(_cap(by, row) for row in made.caps), marks=_marks(by, made, items),
    )  # fmt: skip


def _item(by: Chooser, item: Item) -> Item:
    if item.kind != "usage":
        return item
    split = "block" if item.measure == "duration" and likely(by, 4) else item.split
    return replace(item, free_below=pick(by, (0, 0, 6, 2, 61)), split=split)


def _prices(by: Chooser, rows: tuple[Price, ...]) -> tuple[Price, ...]:
    """The rows of one ladder count alike; the first alone has a set-up."""
    ladders: dict[tuple[object, ...], dict[str, object]] = {}
    liking = by.number(0, 2)
    found = []
    for row in rows:
        key = _ladder(row)
        if key not in ladders:
            ladders[key] = _counting(by, row, liking)
        setup = pick(by, SETUPS) if row.tier_from == 0 and likely(by, 3) else 0
        counted = replace(row, setup_micro=setup, **ladders[key])  # type: ignore[arg-type]
        found.append(counted)
        alone = not any(other is not row and _ladder(other) == key for other in rows)
        if counted.tier_mode == "volume" and alone:  # a lower price that reaches back
            less = counted.price_micro // pick(by, (2, 3, 1))
            found.append(replace(counted, tier_from=pick(by, (60, 1, 7, 600)), price_micro=less, setup_micro=0))
    return tuple(found)


def _ladder(row: Price) -> tuple[object, ...]:
    return row.offer, row.item, row.band, row.valid_from, row.valid_to


def _counting(by: Chooser, row: Price, liking: int) -> dict[str, object]:
    """What the rows of a ladder have in common; most of a tariff's ladders are of one kind."""
    kind = liking if likely(by, 6) else by.number(0, 3)
    scope = pick(by, ("day", "cycle", row.tier_scope))
    if kind == 1 and scope != "event":
        return {"tier_scope": scope, "block_on": "counter", "block": pick(by, (100, 60, 1024, 7))}
    if kind == 2:
        return {"tier_scope": scope, "tier_mode": "volume", "repeat": 0}
    return {"tier_scope": scope} if kind == 0 else {}


def _allowance(by: Chooser, row: Allowance) -> Allowance:
    if likely(by, 4):
        row = replace(row, period="day", proration="none", quantity=pick(by, (4000, 60, row.quantity)))
    return replace(row, member_limit=pick(by, (60, 1, 61, 7))) if row.scope == "unit" and likely(by, 6) else row


def _pools(
    by: Chooser, rows: tuple[Allowance, ...], items: list[Item]
) -> tuple[tuple[Allowance, ...], tuple[Conversion, ...]]:  # fmt: skip
    """Some allowances serve everything, most of it converted; a conversion may begin in the middle of the cycle."""
    codes = tuple(item.code for item in items)
    chosen = {code for code in sorted({row.code for row in rows}) if likely(by, 4)}
    change = next((row.valid_from for row in rows if row.valid_from is not None), None)
    conversions = []
    for code in sorted(chosen):
        for item in some(by, codes):
            block, takes = pick(by, (60, 1, 7, 1024)), pick(by, (1, 2, 7, 61))
            since = change if change is not None and likely(by, 2) else None
            conversions.append(Conversion(allowance=code, item=item, block=block, takes=takes, valid_from=since))
    return tuple(replace(row, items=codes) if row.code in chosen else row for row in rows), tuple(conversions)


def _cap(by: Chooser, row: Cap) -> Cap:
    return replace(row, period=pick(by, ("day", "cycle")))


def _marks(by: Chooser, made: Tariff, items: tuple[Item, ...]) -> tuple[Mark, ...]:
    codes = tuple(item.code for item in items if item.kind == "usage")
    offers = ("*", *(offer.code for offer in made.offers))
    dates = sorted({row.valid_from for row in made.prices if row.valid_from is not None})
    return tuple(
        Mark(
            code=f"m{n}", offer=pick(by, offers), items=some(by, codes), quantity=pick(by, (60, 1, 100, 700, 5000)),
            mark=pick(by, ("throttle", "stop", "notice")), scope=pick(by, ("subscriber", "unit")),
            period=pick(by, ("cycle", "day")), valid_from=dates[0] if dates and likely(by, 2) else None,
        )
        for n in range(by.number(0, 2))
    )  # fmt: skip
