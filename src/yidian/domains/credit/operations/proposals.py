"""The dunning list of a day: who is overdue, with how much, how old, and which stage the rules propose.

A list proposes; nobody is stopped by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from yidian.domains.credit.models import DunningEntry
from yidian.domains.credit.operations.arrears import held_on
from yidian.domains.credit.operations.fees import NONE
from yidian.domains.credit.queries import brands_of, stage_rules
from yidian.domains.credit.types import AGE_BUCKETS, GRACE, Held, Proposal, StageRule
from yidian.domains.payment.types import Owed
from yidian.platform.writing.frame import Frame


def list_accounts(
    *, frame: Frame, on: date, run: int, owed: Mapping[str, Sequence[Owed]], held: Mapping[int, Sequence[Held]] = NONE
) -> int:
    """Put accounts on the list of a day in place of what stood there for them; how many are overdue.

    What is `held` of a receivable (by id) on that day is not asked for.
    """
    rules = stage_rules(tenant=frame.tenant)
    brands = brands_of(tenant=frame.tenant, accounts=owed.keys(), on=on)
    found = [
        proposal
        for account, rows in sorted(owed.items())
        if (
            proposal := propose(
                account=account, owed=rows, on=on, rules=rules, brand=brands.get(account, ""), held=held
            )
        )
    ]
    DunningEntry.objects.filter(on=on, account__in=sorted(owed)).delete()
    DunningEntry.objects.bulk_create([
        DunningEntry(
            tenant=frame.tenant, on=on, account=one.account, stage=one.stage, overdue_minor=one.overdue_minor,
            oldest_due_on=one.oldest_due_on, buckets=list(one.buckets), run=run,
        )
        for one in found
    ])  # fmt: skip
    return len(found)


def publish_list(*, frame: Frame, on: date, run: int) -> None:
    """The list of a day is that of a run: who stood on it only by an earlier one is taken off."""
    DunningEntry.objects.filter(tenant=frame.tenant, on=on).exclude(run=run).delete()
    frame.emit("credit.dunned", aggregate=f"dunning/{on.isoformat()}", payload={"on": on.isoformat()})


def propose(
    *, account: str, owed: Sequence[Owed], on: date, rules: Sequence[StageRule], brand: str,
    held: Mapping[int, Sequence[Held]] = NONE,
) -> Proposal | None:  # fmt: skip
    """What an account is overdue with on a day and the last stage it has reached; None: it is not overdue."""
    asked = [(one.due_on, one.open_minor - held_on(one.open_minor, held.get(one.id, ()), on)) for one in owed]
    late = [(due_on, minor) for due_on, minor in asked if due_on < on and minor > 0]
    if not late:
        return None
    overdue = sum(minor for _, minor in late)
    oldest = min(due_on for due_on, _ in late)
    buckets = [0] * (len(AGE_BUCKETS) + 1)
    for due_on, minor in late:
        age = (on - due_on).days
        buckets[sum(age > limit for limit in AGE_BUCKETS)] += minor
    stage = _stage(rules, brand, on, (on - oldest).days, overdue)
    return Proposal(account, on, stage, overdue, oldest, tuple(buckets))


def _stage(rules: Sequence[StageRule], brand: str, on: date, days: int, overdue: int) -> str:
    """Of the rules that hold on the day, the one with the most days that are reached."""
    own = [rule for rule in rules if rule.brand == brand and rule.from_on <= on]
    held = own or [rule for rule in rules if rule.brand == "" and rule.from_on <= on]
    newest = {rule.stage: rule for rule in sorted(held, key=lambda rule: rule.from_on)}
    reached = [rule for rule in newest.values() if rule.days_overdue <= days and rule.at_least_minor <= overdue]
    return max(reached, key=lambda rule: rule.days_overdue).stage if reached else GRACE
