"""Terms of disputes, as rows with a day: a new row changes nothing that was before it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from yidian.domains.dispute.models import DisputeTerm
from yidian.domains.dispute.types import Terms
from yidian.kernel.faults import refuse
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor


def set_terms(*, tenant: Tenant, actor: Actor, valid_from: date, terms: Terms, now: datetime) -> None:
    """From a local day on, disputes are taken and answered by these terms; one that is raised keeps its own.

    BadInput DISPUTE_TERMS, DISPUTE_TERMS_TAKEN where a row begins on that day already.
    """
    if not (1 <= terms.months <= 60 and 1 <= terms.multiple <= 10 and 1 <= terms.answer_hours <= 24 * 365):
        raise refuse("DISPUTE_TERMS", value=f"{terms.months} {terms.multiple} {terms.answer_hours}")
    told = {"months": terms.months, "multiple": terms.multiple, "answer_hours": terms.answer_hours}

    def work(frame: Frame) -> dict[str, Any]:
        if DisputeTerm.objects.filter(tenant=tenant, valid_from=valid_from).exists():
            raise refuse("DISPUTE_TERMS_TAKEN", value=valid_from)
        DisputeTerm.objects.create(tenant=tenant, valid_from=valid_from, **told)
        frame.changed("dispute_term", valid_from.isoformat(), before=None, after=told)
        return {}

    perform(
        tenant=tenant, actor=actor, operation="dispute.terms", key=f"terms/{valid_from}/{terms}", request=told, now=now,
        work=work,
    )  # fmt: skip
