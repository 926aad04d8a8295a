"""Terms of real names, as rows with a day: a new row changes nothing that was before it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Final

from yidian.domains.party.models import RealNameTerm
from yidian.domains.party.types import RealNameTerms
from yidian.kernel.faults import refuse
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor

MOST_NUMBERS: Final = 1_000_000
MOST_MINUTES: Final = 24 * 60
OLDEST: Final = 25


def set_real_name_terms(*, tenant: Tenant, actor: Actor, valid_from: date, terms: RealNameTerms, now: datetime) -> None:
    """From a local day on, identities are checked and their numbers counted by these terms; checks that were made keep
    their own end. BadInput REAL_NAME_TERMS, REAL_NAME_TERMS_TAKEN where a row begins on that day already.
    """
    numbers = [most for most in (terms.most_person, terms.most_organisation) if most is not None]
    sane = 1 <= terms.check_minutes <= MOST_MINUTES and 0 <= terms.adult_years <= OLDEST
    if not (sane and all(0 <= most <= MOST_NUMBERS for most in numbers)):
        raise refuse("REAL_NAME_TERMS", value=" ".join(str(told) for told in asdict(terms).values()))
    told = asdict(terms)

    def work(frame: Frame) -> dict[str, Any]:
        if RealNameTerm.objects.filter(tenant=tenant, valid_from=valid_from).exists():
            raise refuse("REAL_NAME_TERMS_TAKEN", value=valid_from)
        RealNameTerm.objects.create(tenant=tenant, valid_from=valid_from, **told)
        frame.changed("real_name_term", valid_from.isoformat(), before=None, after=told)
        return {}

    perform(
        tenant=tenant, actor=actor, operation="party.real_name_terms", key=f"terms/{valid_from}/{terms}", request=told,
        now=now, work=work,
    )  # fmt: skip
