"""Documents in full: what was sealed is opened for one look, and who looked is written down."""

from __future__ import annotations

from yidian.domains.party._particulars import IDENTITY, opened
from yidian.domains.party.models import Customer, IdentityDocument, IdentityLook, StandIn
from yidian.domains.party.operations.checking import LARGEST_ID, bound_of
from yidian.domains.party.queries import looks_since
from yidian.kernel.calendar import to_ms
from yidian.platform.locks import hold_until_commit
from yidian.platform.secrets.sealing import unseal
from yidian.platform.writing.frame import Frame


class UnableToReveal(Exception):
    """The customer has no document of that kind. Code DOCUMENT_UNKNOWN."""

    code = "DOCUMENT_UNKNOWN"

    def __init__(self, *, customer: str, kind: str) -> None:
        self.params = {"customer": customer, "kind": kind}
        super().__init__(f"{customer} has no {kind}")


def reveal_document(*, frame: Frame, customer: str, kind: str, purpose: str) -> str:
    """The number of a document in full. That it was shown, to whom and for what, is in the audit with this write.

    UnableToReveal, UnableToUnseal. The number itself goes nowhere but to the caller: not into the answer of the write.
    """
    row = IdentityDocument.objects.filter(customer__tenant=frame.tenant, customer__code=customer, kind=kind).first()
    if row is None:
        raise UnableToReveal(customer=customer, kind=kind)
    number = opened(frame.tenant, customer, row)
    frame.changed("identity", customer, before=None, after={"kind": kind, "masked": row.masked, "purpose": purpose})
    return number


def reveal_stand_in(*, frame: Frame, customer: str, check: int, purpose: str) -> tuple[str, str]:
    """(kind, number) of the document of who acted for a customer at a check, as `reveal_document` does of their own.

    UnableToReveal also where the check is another customer's; UnableToUnseal.
    """
    rows = StandIn.objects.filter(check_of__customer__tenant=frame.tenant, check_of__customer__code=customer)
    row = rows.filter(check_of_id=max(0, min(check, LARGEST_ID))).first()
    if row is None:
        raise UnableToReveal(customer=customer, kind="stand-in")
    number = unseal(tenant=frame.tenant, purpose=IDENTITY, bound=bound_of(row.check_of_id), sealed=row.sealed)
    told = {"kind": row.kind, "masked": row.masked, "purpose": purpose, "acting": row.role, "check": row.check_of_id}
    frame.changed("identity", customer, before=None, after=told)
    return row.kind, number


def count_look(
    *, frame: Frame, customer: str, kind: str, purpose: str, since_ms: int, most: int, check: int | None = None
) -> int:
    """Write down that the actor sees a document in full; how many they have seen since an instant, with this one.

    `check`: the document was that of who acted for the customer at it.
    Nothing is written beyond `most`. One look of a person at a time: two windows do not make a limit twice as high.
    """
    actor = frame.actor
    hold_until_commit(f"identity looks {frame.tenant.pk} {actor.kind} {actor.id}")
    made = 1 + looks_since(tenant=frame.tenant, actor=actor, since_ms=since_ms)
    if made <= most:
        IdentityLook.objects.create(
            tenant=frame.tenant, customer=Customer.objects.get(tenant=frame.tenant, code=customer), kind=kind,
            purpose=purpose, check_of_id=check, actor_kind=actor.kind, actor_id=actor.id, at_ms=to_ms(frame.now),
        )  # fmt: skip
    return made
