"""Numbers that come from another network and that go there (携号转网)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yidian.domains.resource_inventory.lifecycle import AWAY, NUMBER, QUARANTINE, RESERVED
from yidian.domains.resource_inventory.models import Number
from yidian.domains.resource_inventory.operations._steps import Held, UnableToHold, read, step
from yidian.kernel.calendar import to_ms

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame


def enter(*, frame: Frame, number: str, holder: str, until_ms: int) -> None:
    """A number of another network, or one of ours that had left, is reserved for whoever brings it (携入).

    Released, or out of time, it is away again. The same holder again makes it longer. UnableToHold RESOURCE_TAKEN
    where somebody else brings it or it is ours and not away.
    """
    if not holder or until_ms <= to_ms(frame.now):
        raise ValueError("a reservation has a holder, and an end that is still to come")
    if not (number.isascii() and number.isdigit() and 3 <= len(number) <= 20):
        raise ValueError("a number has 3 to 20 digits")
    row = Number.objects.filter(tenant=frame.tenant, value=number).first()
    if row is None:
        row = Number.objects.create(
            tenant=frame.tenant, value=number, reversed=number[::-1], block=None, state=AWAY, guest=True
        )
    held = Held(NUMBER, number, row)
    if row.state == RESERVED and row.guest:
        if row.holder == holder:
            step(frame, held, "reserve", holder=holder, until_ms=until_ms)
            return
        if row.until_ms <= to_ms(frame.now):
            step(frame, held, "let_go")
    if row.state != AWAY:
        raise held.refused("RESOURCE_TAKEN")
    step(frame, held, "enter", holder=holder, until_ms=until_ms, guest=True)


def leave(*, frame: Frame, number: str, subscriber: str) -> None:
    """A number that a subscriber uses goes to another network (携出). UnableToHold RESOURCE_NOT_YOURS."""
    held = read(frame, NUMBER, number)
    held.expect_used_by(subscriber)
    step(frame, held, "leave")


def come_home(*, frame: Frame, number: str, quarantine_until_ms: int) -> None:
    """A number of our blocks was given up where it had gone: it rests, then it is in the pool again. UnableToHold."""
    held = read(frame, NUMBER, number)
    if held.row.block_id is None:
        raise UnableToHold("RESOURCE_NOT_SELECTABLE", kind=NUMBER, resource=number, state=held.row.state)
    step(frame, held, "come_home", until_ms=quarantine_until_ms, guest=False)
    assert held.row.state == QUARANTINE
