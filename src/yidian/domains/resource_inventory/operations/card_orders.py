"""An order of cards to a vendor (制卡单, MV-24): a run of ICCIDs, each with its IMSI; what comes is held against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models.functions import Length

from yidian.domains.resource_inventory._card_runs import CardRun, UnableToOrderCards, run_of
from yidian.domains.resource_inventory.models import Card, CardOrder
from yidian.kernel.calendar import to_ms
from yidian.platform.tenancy.models import Tenant

if TYPE_CHECKING:
    from yidian.platform.writing.frame import Frame

MOST: Final = 1_000_000  # cards of one order
FACTS: Final = ("vendor", "kind", "first_iccid", "first_imsi", "count", "reseller")


def order_cards(
    *, frame: Frame, code: str, vendor: str, iccid: str, imsi: str, count: int, reseller: str = ""
) -> CardRun:  # fmt: skip
    """Order `count` cards from an ICCID (without its check digit) and an IMSI on; `imsi` "": blank ones. The same order
    again is the same. UnableToOrderCards; nothing is kept then.
    """
    if reseller and not Tenant.objects.filter(code=reseller).exclude(pk=frame.tenant.pk).exists():
        raise UnableToOrderCards("RESELLER_UNKNOWN", reseller=reseller[:32])
    run = run_of(code=code, iccid=iccid, imsi=imsi, count=count, most=MOST)
    kind = Card.Kind.FINISHED if imsi else Card.Kind.BLANK
    told = dict(zip(FACTS, (vendor, str(kind), iccid, imsi, count, reseller), strict=True))
    known = CardOrder.objects.filter(tenant=frame.tenant, code=code).values(*FACTS).first()
    if known == told:
        return run
    if known is not None:
        raise UnableToOrderCards("CARD_ORDER_KNOWN", order=code)
    _refuse_known(frame, run)
    CardOrder.objects.create(
        tenant=frame.tenant, code=code, at_ms=to_ms(frame.now), actor_kind=frame.actor.kind, actor_id=frame.actor.id,
        **told,
    )  # fmt: skip
    frame.changed("card_order", code, before=None, after=told)
    return run


def _refuse_known(frame: Frame, run: CardRun) -> None:
    """No card is ordered that is there, or that another order names: CARD_ORDER_OVERLAPS."""
    same = _first_of(frame, "iccid", run.iccid(0), run.iccid(run.count - 1))
    if not same and run.first_imsi:
        same = _first_of(frame, "imsi", run.imsi(0), run.imsi(run.count - 1))
    for other in CardOrder.objects.filter(tenant=frame.tenant):
        if run.meets(other.run):
            same = other.code
    if same:
        raise UnableToOrderCards("CARD_ORDER_OVERLAPS", order=run.code, other=same)


def _first_of(frame: Frame, column: str, first: str, last: str) -> str:
    """A card from one ICCID or IMSI to another of as many digits; "" none."""
    rows: Any = Card.objects.filter(tenant=frame.tenant).annotate(length=Length(column))
    found = rows.filter(**{f"{column}__gte": first, f"{column}__lte": last, "length": len(first)})
    return str(found.values_list(column, flat=True).first() or "")
