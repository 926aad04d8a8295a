"""What only cards know: lost and found, written, given to organisations, scrapped; what they keep sealed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from yidian.domains.resource_inventory.lifecycle import CARD, LOST, RESERVED
from yidian.domains.resource_inventory.models import Card
from yidian.domains.resource_inventory.operations._steps import UnableToHold, read, step
from yidian.domains.resource_inventory.types import CardSecrets
from yidian.kernel.calendar import to_ms
from yidian.platform.secrets.sealing import seal, unseal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from yidian.platform.tenancy.models import Tenant
    from yidian.platform.writing.frame import Frame

PURPOSE = "card"


def lose(*, frame: Frame, card: str, subscriber: str) -> None:
    """A card that a subscriber uses is lost (挂失). UnableToHold RESOURCE_NOT_YOURS."""
    held = read(frame, CARD, card)
    held.expect_used_by(subscriber)
    step(frame, held, "lose", holder=subscriber)


def find_again(*, frame: Frame, card: str, subscriber: str) -> None:
    """A lost card of a subscriber is found (解挂). UnableToHold RESOURCE_NOT_YOURS."""
    held = read(frame, CARD, card)
    if held.row.state != LOST or held.row.holder != subscriber:
        raise held.refused("RESOURCE_NOT_YOURS")
    step(frame, held, "find", holder=subscriber)


def write_card(*, frame: Frame, card: str, holder: str, imsi: str, secrets: Mapping[str, str]) -> None:
    """A blank card that a holder has reserved gets its IMSI (写卡). UnableToHold RESOURCE_NOT_YOURS, CARD_NOT_BLANK,
    IMSI_TAKEN.
    """
    held = read(frame, CARD, card)
    row = held.row
    if row.state != RESERVED or row.holder != holder or row.until_ms <= to_ms(frame.now):
        raise held.refused("RESOURCE_NOT_YOURS")
    if row.imsi:
        raise held.refused("CARD_NOT_BLANK")
    if not (imsi.isascii() and imsi.isdigit() and 14 <= len(imsi) <= 15):
        raise ValueError("an IMSI has 14 or 15 digits")
    if Card.objects.filter(tenant=frame.tenant, imsi=imsi).exists():
        raise UnableToHold("IMSI_TAKEN", kind=CARD, resource=card, state=row.state)
    step(
        frame, held, "write", holder=holder, until_ms=row.until_ms, imsi=imsi,
        sealed=sealed_of(tenant=frame.tenant, iccid=card, secrets=secrets),
    )  # fmt: skip


def allocate_card(*, frame: Frame, card: str, organisation: str) -> None:
    """A card that nobody has reserved goes to an organisation (its code), with "" back to stock. UnableToHold."""
    held = read(frame, CARD, card)
    if not organisation and not held.row.organisation:
        return
    step(frame, held, "allocate" if organisation else "take_back", organisation=organisation)


def scrap_card(*, frame: Frame, card: str) -> None:
    """A card that nobody has reserved is void: damaged, or the wrong one. UnableToHold."""
    step(frame, read(frame, CARD, card), "scrap")


def card_secrets(*, frame: Frame, card: str, purpose: str) -> CardSecrets:
    """What a card keeps sealed, opened for a purpose ("order/…", "puk"); every look is in the audit. UnableToHold."""
    held = read(frame, CARD, card)
    frame.changed(CARD, card, before=None, after={"looked_at": purpose[:200]})
    return CardSecrets(card, opened(tenant=frame.tenant, row=held.row))


def sealed_of(*, tenant: Tenant, iccid: str, secrets: Mapping[str, str]) -> str:
    """What is stored of Ki, PIN, PUK …; "" of nothing."""
    told = {name: value for name, value in sorted(secrets.items()) if value}
    return seal(tenant=tenant, purpose=PURPOSE, bound=iccid, plain=json.dumps(told)) if told else ""


def opened(*, tenant: Tenant, row: Any) -> dict[str, str]:
    if not row.sealed:
        return {}
    plain = unseal(tenant=tenant, purpose=PURPOSE, bound=row.iccid, sealed=row.sealed)
    found: dict[str, str] = json.loads(plain)
    return found
