"""Setting rules: new dated rows. What was charged under older ones stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from yidian.domains.credit.models import AccountTerms, DunningRule, LateFeeTerm
from yidian.domains.credit.queries import booked_until
from yidian.domains.credit.types import FeeTerm, StageRule
from yidian.kernel.faults import refuse
from yidian.platform.tenancy.models import Tenant
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor, Outcome

MOST_PPM: Final = 1_000_000


class UnableToSetTerms(Exception):
    """TERMS_IN_THE_PAST: fees are booked up to `until`; a term may begin there, not before."""

    code = "TERMS_IN_THE_PAST"

    def __init__(self, *, from_on: date, until: date) -> None:
        self.params = {"from_on": from_on.isoformat(), "until": until.isoformat()}
        super().__init__(f"a term from {from_on}; fees are booked until {until}")


def set_rules(
    *, tenant: Tenant, actor: Actor, key: str, now: datetime, fees: Sequence[FeeTerm] = (),
    stages: Sequence[StageRule] = (), brands: Sequence[tuple[str, date, str]] = (),
) -> Outcome:  # fmt: skip
    """Set terms of late fees, rules of stages, and brands of accounts (account, from the day, brand).

    The same (brand, day) again replaces what was said. UnableToSetTerms for what would change booked days;
    BadInput LATE_FEE_TERM_INVALID.
    """
    request = {
        "fees": [_told(one) for one in fees], "stages": [_told(one) for one in stages],
        "brands": [[account, on.isoformat(), brand] for account, on, brand in brands],
    }  # fmt: skip

    for fee in fees:
        if not 0 <= fee.rate_ppm <= MOST_PPM or min(fee.grace_days, fee.cap_ppm) < 0:
            raise refuse("LATE_FEE_TERM_INVALID", value=f"{fee.rate_ppm} {fee.grace_days} {fee.cap_ppm}")

    def work(frame: Frame) -> dict[str, Any]:
        _expect_future(tenant, [one.from_on for one in fees] + [on for _, on, _ in brands])
        for fee in fees:
            _put(frame, LateFeeTerm, "late_fee_term", {"brand": fee.brand, "from_on": fee.from_on}, {
                "charged": fee.charged, "rate_ppm": fee.rate_ppm, "grace_days": fee.grace_days, "cap_ppm": fee.cap_ppm,
            })  # fmt: skip
        for rule in stages:
            _put(
                frame, DunningRule, "dunning_rule",
                {"brand": rule.brand, "stage": rule.stage, "from_on": rule.from_on},
                {"days_overdue": rule.days_overdue, "at_least_minor": rule.at_least_minor},
            )  # fmt: skip
        for account, on, brand in brands:
            _put(frame, AccountTerms, "account_terms", {"account": account, "from_on": on}, {"brand": brand})
        return {"fees": len(fees), "stages": len(stages), "brands": len(brands)}

    return perform(tenant=tenant, actor=actor, operation="credit.rules", key=key, request=request, now=now, work=work)


def _expect_future(tenant: Tenant, days: Sequence[date]) -> None:
    until = booked_until(tenant=tenant)
    for day in days:
        if until is not None and day < until:
            raise UnableToSetTerms(from_on=day, until=until)


def _put(frame: Frame, model: Any, kind: str, key: dict[str, Any], values: dict[str, Any]) -> None:
    row, _ = model.objects.update_or_create(tenant=frame.tenant, **key, defaults=values)
    after = {name: value.isoformat() if isinstance(value, date) else value for name, value in (key | values).items()}
    frame.changed(kind, row.pk, before=None, after=after)


def _told(one: FeeTerm | StageRule) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value := getattr(one, name), date) else value
        for name in type(one).__dataclass_fields__
    }
