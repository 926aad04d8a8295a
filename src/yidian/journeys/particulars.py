"""What a customer is called, how it is reached, what it proves itself by, whom to speak to: one write each."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from yidian.domains.party.operations import (
    add_contact,
    change_customer,
    end_check,
    end_contact,
    expect_words,
    replace_document,
)
from yidian.domains.party.types import Shown
from yidian.platform.secrets.sealing import blind_index
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

Reach = Collection[str] | None


def change(
    *, tenant: Tenant, actor: Actor, customer: str, key: str, now: datetime, name: str | None = None,
    phone: str | None = None, address: str | None = None, reason: str = "",
) -> None:  # fmt: skip
    """Another name, telephone number or address (改名、资料变更); None: as before. UnableToRegister."""
    told = {"name": name, "phone": phone, "address": address}
    expect_words(**told)
    _once(
        tenant, actor, "customer.change", key, {"customer": customer} | told, now,
        lambda frame: change_customer(frame=frame, customer=customer, **told), reason,
    )  # fmt: skip


def replace(
    *, tenant: Tenant, actor: Actor, customer: str, shown: Shown, key: str, now: datetime, within: Reach = None,
    reason: str = "",
) -> None:  # fmt: skip
    """Another document in the place of the known one of its kind, which is kept (换证). UnableToRegister."""
    plain = shown.number[:80].encode(errors="replace").decode()
    index = blind_index(tenant=tenant, purpose="request", plain=plain)
    request = {"customer": customer, "kind": shown.kind, "index": index, "until": str(shown.valid_until or "")}
    _once(
        tenant, actor, "identity.replace", key, request, now,
        lambda frame: replace_document(frame=frame, customer=customer, shown=shown, within=within), reason,
    )  # fmt: skip


def add(
    *, tenant: Tenant, actor: Actor, customer: str, role: str, name: str, phone: str, key: str, now: datetime
) -> int:
    """Somebody to speak to at a customer; the id. UnableToRegister."""
    told = {"customer": customer, "role": role, "name": name, "phone": phone}
    expect_words(name=name, phone=phone)
    answer = _once(
        tenant, actor, "customer.contact", key, told, now, lambda frame: add_contact(frame=frame, **told)
    )  # fmt: skip
    return int(answer["done"])


def end(*, tenant: Tenant, actor: Actor, customer: str, contact: int, key: str, now: datetime) -> None:
    """Somebody is not to be spoken to any more. UnableToRegister CONTACT_UNKNOWN."""
    _once(
        tenant, actor, "customer.contact", key, {"customer": customer, "end": contact}, now,
        lambda frame: end_contact(frame=frame, customer=customer, contact=contact),
    )  # fmt: skip


def leave(*, tenant: Tenant, actor: Actor, check: int, key: str, now: datetime) -> None:
    """The customer has left the desk: the actor's check is over."""
    _once(
        tenant, actor, "identity.leave", key, {"check": check}, now, lambda frame: end_check(frame=frame, check=check)
    )  # fmt: skip


def _once(
    tenant: Tenant, actor: Actor, operation: str, key: str, request: dict[str, Any], now: datetime,
    does: Callable[[Frame], Any], reason: str = "",
) -> dict[str, Any]:  # fmt: skip
    outcome = perform(
        tenant=tenant, actor=actor, operation=operation, key=key, request=request, now=now, reason=reason,
        work=lambda frame: {"done": does(frame)},
    )  # fmt: skip
    return outcome.answer
