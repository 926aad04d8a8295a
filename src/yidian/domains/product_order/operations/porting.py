"""授权码: six digits with which a customer takes a number to another network; good for an hour and for one order (N4).

The code stands nowhere: it follows from its row and the installation's secret, so whoever reads tables reads none.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from yidian.domains.product_order._port_codes import PURPOSE, digits_of, fault_of
from yidian.domains.product_order.models import PortOutCode
from yidian.platform.locks import hold_until_commit
from yidian.platform.secrets.sealing import blind_index
from yidian.platform.writing.frame import Frame

VALID: Final = timedelta(minutes=60)  # N4


class UnableToPort(Exception):
    """Why a code is not good: PORT_CODE_NEEDED (none was told), PORT_CODE_NONE (none was given out), PORT_CODE_OLD,
    PORT_CODE_USED, PORT_CODE_WRONG, PORT_CODE_GUESSED (too often wrong)."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def give_port_code(*, frame: Frame, subscriber: str, number: str, channel: str) -> tuple[str, datetime]:
    """A new code for a subscription and its number, and until when it is good; the one before is good no more."""
    row = PortOutCode.objects.create(
        tenant=frame.tenant, subscriber=subscriber, number=number, channel=channel, at=frame.now,
        until_at=frame.now + VALID, actor_kind=frame.actor.kind, actor_id=frame.actor.id,
    )  # fmt: skip
    told = {"subscriber": subscriber, "number": number, "channel": channel, "until": row.until_at.isoformat()}
    frame.changed("port_code", str(row.pk), before=None, after=told)
    return digits_of(blind_index(tenant=frame.tenant, purpose=PURPOSE, plain=str(row.pk))), row.until_at


def spend_port_code(*, frame: Frame, subscriber: str, code: str, order: str) -> None:
    """The code is this order's from now on, and no other's. UnableToPort."""
    hold_until_commit(f"port code of {frame.tenant.pk} {subscriber}")
    row = PortOutCode.objects.filter(tenant=frame.tenant, subscriber=subscriber).order_by("-id").first()
    fault = fault_of(frame.tenant, row, code, order, frame.now)
    if fault or row is None:
        raise UnableToPort(fault, subscriber=subscriber)
    row.order = order
    row.save(update_fields=["order"])
    frame.changed("port_code", str(row.pk), before={"order": ""}, after={"order": order})


def note_wrong_code(*, frame: Frame, subscriber: str, order: str, fault: str) -> None:
    """Somebody told a code that is not good: counted against the newest, and audited."""
    codes = PortOutCode.objects.select_for_update(no_key=True)  # of two guesses at once each counts
    row = codes.filter(tenant=frame.tenant, subscriber=subscriber).order_by("-id").first()
    if row is not None and fault == "PORT_CODE_WRONG":
        row.wrong += 1
        row.save(update_fields=["wrong"])
    told = {"refused": fault, "order": order, "wrong": row.wrong if row else 0}
    frame.changed("port_code", str(row.pk) if row else subscriber, before=None, after=told)
