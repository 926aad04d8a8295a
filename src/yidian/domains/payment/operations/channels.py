"""How channels write their files: the mapping last used for each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from yidian.domains.payment.intake.mapping import PaymentMapping, read_payment_mapping
from yidian.domains.payment.models import PaymentChannel
from yidian.domains.payment.queries import mapping_text
from yidian.kernel.faults import refuse
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor, Outcome


def mapping_of_channel(*, tenant: Tenant, channel: str) -> PaymentMapping:
    """The mapping last used for a channel. BadInput PAYMENT_CHANNEL_UNKNOWN."""
    text = mapping_text(tenant=tenant, channel=channel)
    if not text:
        raise refuse("PAYMENT_CHANNEL_UNKNOWN", value=channel)
    return read_payment_mapping(text=text, zone=tenant.zone, file=channel)


def remember_mapping(*, tenant: Tenant, mapping: PaymentMapping, now: datetime) -> None:
    """A channel's files are written so from now on; inside the caller's write."""
    rows = PaymentChannel.objects.filter(tenant=tenant, channel=mapping.channel)
    before = rows.values_list("mapping", flat=True).first()
    if before is None:
        told = {"channel": mapping.channel, "mapping": mapping.text, "changed_at": now}
        PaymentChannel.objects.bulk_create([PaymentChannel(tenant=tenant, **told)], ignore_conflicts=True)
    elif before != mapping.text:
        rows.update(mapping=mapping.text, changed_at=now)


def set_mapping(*, tenant: Tenant, actor: Actor, key: str, text: str, file: str, now: datetime) -> Outcome:
    """Say how a channel writes its files; answers {"channel": …}. BadInput with every fault of the mapping."""
    mapping = read_payment_mapping(text=text, zone=tenant.zone, file=file)

    def work(frame: Frame) -> dict[str, Any]:
        remember_mapping(tenant=tenant, mapping=mapping, now=now)
        frame.changed("payment_channel", mapping.channel, before=None, after={"mapping": mapping.text})
        return {"channel": mapping.channel}

    return perform(
        tenant=tenant, actor=actor, operation="payment.mapping", key=key, request={"text": text}, now=now, work=work
    )
