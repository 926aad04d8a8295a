"""Who has a resource: reserved, used, handed over, released, retired, given back. Two never have one.

Each door reads the row and moves it by one UPDATE that names the state, holder and instant it was read with: of two who
come at once the second changes no row and is told RESOURCE_TAKEN. A reservation that ran out is nobody's from that
instant on, tidied or not.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from yidian.domains.resource_inventory import lifecycle
from yidian.domains.resource_inventory.lifecycle import CARD, DEVICE, NUMBER, OPEN, PORT, RESERVED
from yidian.domains.resource_inventory.models import OfficeData, ResourceStep
from yidian.domains.resource_inventory.operations._steps import Held, read, step, swapped
from yidian.domains.resource_inventory.operations.installing import install, install_as_before, never_installed
from yidian.kernel.calendar import to_ms
from yidian.platform.database.asking import where

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame


def reserve(
    *, frame: Frame, kind: str, id: str, holder: str, until_ms: int, within: Collection[str] | None = None,
    reseller: str = "",
) -> None:  # fmt: skip
    """Keep a resource for a holder ("order/O202611-000001") until an instant; the same holder again makes it longer.

    `within`: the organisations whose resources may be taken, besides the operator's own (None: any); `reseller`: for
    whose customer. UnableToHold RESOURCE_UNKNOWN, RESOURCE_TAKEN, RESOURCE_NOT_SELECTABLE, OFFICE_DATA_MISSING.
    """
    now_ms = to_ms(frame.now)
    if not holder or until_ms <= now_ms:
        raise ValueError("a reservation has a holder, and an end that is still to come")
    held = read(frame, kind, id)
    _expect_offered(held, within, reseller)
    row = held.row
    if row.state == RESERVED and (row.holder == holder or row.until_ms > now_ms):
        if row.holder != holder:
            raise held.refused("RESOURCE_TAKEN")
        step(frame, held, "reserve", holder=holder, until_ms=until_ms)
        return
    if row.state in lifecycle.HELD and row.state != RESERVED:
        raise held.refused("RESOURCE_TAKEN")
    if kind == NUMBER and row.block_id is not None and not office_data_complete(row.block_id, frame):
        raise held.refused("OFFICE_DATA_MISSING")
    if row.state == RESERVED:
        step(frame, held, freeing(held, "expire"))
    if row.state not in OPEN[kind]:
        raise held.refused("RESOURCE_NOT_SELECTABLE")
    step(frame, held, "reserve", holder=holder, until_ms=until_ms)


def use(*, frame: Frame, kind: str, id: str, holder: str, subscriber: str, place: str = "") -> None:
    """What a holder has reserved is in use by a subscriber (its code). UnableToHold RESOURCE_NOT_YOURS.

    `place`: of a port, the standard address where the line comes out; "" where it came out for this one before.

    Also where the reservation ran out: whoever is not sure reserves again first.
    """
    if not subscriber:
        raise ValueError("somebody uses it")
    held = read(frame, kind, id)
    row = held.row
    if row.state != RESERVED or row.holder != holder or row.until_ms <= to_ms(frame.now):
        raise held.refused("RESOURCE_NOT_YOURS")
    home: dict[str, Any] = {"guest": False} if kind == NUMBER and row.block_id is not None else {}
    if kind == CARD and not row.imsi:
        raise held.refused("CARD_BLANK")
    step(frame, held, "use", holder=subscriber, **home)
    if kind == PORT and place:
        install(frame, row, subscriber, place)


def hand_over(*, frame: Frame, kind: str, id: str, subscriber: str, to: str) -> None:
    """What a subscriber uses another one uses from now on (过户). UnableToHold RESOURCE_NOT_YOURS."""
    if not to:
        raise ValueError("somebody uses it")
    held = read(frame, kind, id)
    held.expect_used_by(subscriber)
    step(frame, held, "hand_over", holder=to)
    if kind == PORT:
        install_as_before(frame, held.row, subscriber, to)


def release(*, frame: Frame, kind: str, id: str, holder: str) -> None:
    """A reservation of the holder ends. Of nobody's or another's nothing is done: a compensation is repeated."""
    held = read(frame, kind, id)
    if held.row.state == RESERVED and held.row.holder == holder:
        swapped(frame, held, freeing(held, "release"))


def retire(*, frame: Frame, kind: str, id: str, subscriber: str, quarantine_until_ms: int) -> None:
    """A subscriber needs it no more (拆机, 补换卡): a number rests until an instant, a guest goes home, a port is free,
    a card is void (a lost one too), a terminal stays with whoever bought it. UnableToHold RESOURCE_NOT_YOURS.
    """
    held = read(frame, kind, id)
    held.expect_used_by(subscriber, *([lifecycle.LOST] if kind == CARD else []))
    if kind == DEVICE:
        return
    if kind == NUMBER and held.row.guest:
        step(frame, held, "leave")
    else:
        step(frame, held, "retire", until_ms=quarantine_until_ms if kind == NUMBER else 0)


def give_back(*, frame: Frame, kind: str, id: str, subscriber: str) -> None:
    """What a subscriber uses was never really used (返销): it can be chosen at once; a card is in stock again.

    A guest goes home. UnableToHold RESOURCE_NOT_YOURS.
    """
    held = read(frame, kind, id)
    held.expect_used_by(subscriber)
    if kind == NUMBER and held.row.guest:
        step(frame, held, "leave")
    else:
        back: dict[str, Any] = {"organisation": ""} if kind == CARD else {}
        step(frame, held, "give_back", **back)
    if kind == PORT:
        never_installed(frame, held.row, subscriber)


def restore(*, frame: Frame, kind: str, id: str, subscriber: str) -> None:
    """What a subscriber last retired, or took to another network, is in use by it again, as if nothing had been.

    UnableToHold RESOURCE_TAKEN where somebody has it by now, RESOURCE_NOT_YOURS where it was not this one's last,
    RESOURCE_NOT_SELECTABLE where it has rested and is in the pool.
    """
    held = read(frame, kind, id)
    if kind == DEVICE:
        held.expect_used_by(subscriber)
        return
    if held.row.holder:
        raise held.refused("RESOURCE_TAKEN")
    last = ResourceStep.objects.filter(tenant=frame.tenant, kind=kind, resource=id, last="").order_by("-id").first()
    if last is None or last.event not in ("retire", "leave") or last.holder != subscriber:
        raise held.refused("RESOURCE_NOT_YOURS" if held.row.state != lifecycle.IN_POOL else "RESOURCE_NOT_SELECTABLE")
    step(frame, held, "restore_lost" if last.before == lifecycle.LOST else "restore", holder=subscriber)


def freeing(held: Held, event: str) -> str:
    """`release` or `expire` by what the table calls it for this resource."""
    row = held.row
    if held.kind == CARD and row.organisation:
        return "shelve"
    return "let_go" if held.kind == NUMBER and row.guest else event


def office_data_complete(block: int, frame: Frame) -> bool:
    """All cities that a block (its id) needs have its office data at the frame's instant; a block needs some."""
    since = [since for _, since in where(OfficeData, "block_id", [block], "since_ms", tenant=frame.tenant)]
    return bool(since) and all(one is not None and one <= to_ms(frame.now) for one in since)


def _expect_offered(held: Held, within: Collection[str] | None, reseller: str) -> None:
    """RESOURCE_NOT_SELECTABLE for what another organisation or reseller has been given."""
    row = held.row
    others = within is not None and row.organisation and row.organisation not in within
    if others or getattr(row, "reseller", "") != reseller:
        raise held.refused("RESOURCE_NOT_SELECTABLE")
