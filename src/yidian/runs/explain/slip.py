"""Why a line of a bill is what it is: the door that answers with a slip whose steps add up to the line."""

from __future__ import annotations

from pathlib import Path

from yidian.domains.customer_bill.queries import adjustment, correction
from yidian.kernel.money import currency, micro_per_minor
from yidian.kernel.tax import included_tax
from yidian.platform.jobs.queries import done
from yidian.platform.tenancy.models import Tenant
from yidian.runs.differences.sources import KIND
from yidian.runs.explain.fee_steps import fee_steps
from yidian.runs.explain.found import BillFound, found_bill
from yidian.runs.explain.month import Month
from yidian.runs.explain.payer_steps import paid_by
from yidian.runs.explain.reduction_steps import discount_steps, minimum_steps
from yidian.runs.explain.types import BillLine, Slip, Step
from yidian.runs.explain.usage_steps import usage_steps


class UnableToFindLine(Exception):
    """A bill has no line of that place. Code LINE_NOT_FOUND."""

    code = "LINE_NOT_FOUND"

    def __init__(self, *, account: str, cycle: str, place: int) -> None:
        self.params = {"account": account, "cycle": cycle, "line": place}
        super().__init__(f"no line {place} in the bill {account} {cycle}")


def slip(*, tenant: Tenant, lake: Path, account: str, cycle: str, place: int) -> Slip:
    """The slip of a line. UnableToFindBill, UnableToFindLine, UnableToUseFile."""
    bill = found_bill(tenant=tenant, lake=lake, account=account, cycle=cycle)
    line = next((one for one in bill.lines if one.place == place), None)
    if line is None:
        raise UnableToFindLine(account=account, cycle=cycle, place=place)
    return slip_of(bill, line)


def slip_of(bill: BillFound, line: BillLine, month: Month | None = None) -> Slip:
    """The slip of a line of a bill at hand; `month` where several are made of one bill."""
    month = month or month_of(bill)
    steps, events = _steps(bill, month, line)
    if sum(step.amount_micro for step in steps) != line.amount_micro:
        steps, events = [Step(code="AS_BILLED", amount_micro=line.amount_micro, told=_facts(line))], 0
    unit = micro_per_minor(currency(bill.bill.currency))
    rounded = line.amount_minor * unit - line.amount_micro
    if rounded:
        told = {"rounding": month.known.tariff.bill_rounding}
        steps.append(Step(code="ROUNDED_LINE", amount_micro=rounded, told=told))
    rate = next((t.rate_ppm for t in bill.bill.taxes if _bears(t.tax_class, t.kind, t.origin, line)), 0)
    return Slip(
        cycle=bill.cycle.name, customer=bill.bill.customer_code, account=bill.bill.account_code, line=line,
        steps=tuple(steps), rate_ppm=rate,
        tax_minor=included_tax(gross_minor=line.amount_minor, rate_ppm=rate),
        reduced=tuple(one for one in bill.lines if _reduces(one, line)), events=events,
    )  # fmt: skip


def month_of(bill: BillFound) -> Month:
    """The rating of the bill's account in its cycle."""
    return Month(
        tenant=bill.tenant, lake=bill.lake, cycle=bill.cycle, accounts=[bill.bill.account_code], by=bill.known
    )  # fmt: skip


def _steps(bill: BillFound, month: Month, line: BillLine) -> tuple[list[Step], int]:
    if line.adjustment:
        return [_adjusted(bill, line)], 0
    if line.correction:
        return [_corrected(bill, line)], 0
    if line.origin:
        return [Step(code="LATE", amount_micro=line.amount_micro, told=_facts(line) | {"origin": line.origin})], 0
    if line.kind == "usage":
        return _usage(bill, month, line)
    if line.kind in ("fee", "advance"):
        return paid_by(
            month, line, account=bill.bill.account_id, gross=lambda own: fee_steps(month, line, account=own)
        ), 0
    if line.kind == "discount":
        return discount_steps(month, line, bill.lines), 0
    return minimum_steps(month, line, bill.lines), 0


def _usage(bill: BillFound, month: Month, line: BillLine) -> tuple[list[Step], int]:
    events = [0]

    def gross(own: int) -> list[Step]:
        steps, count = usage_steps(month, line, account=own)
        events[0] += count
        return steps

    steps = paid_by(month, line, account=bill.bill.account_id, gross=gross)
    return steps, events[0]


def _facts(line: BillLine) -> dict[str, object]:
    names = ("kind", "measure", "quantity", "events", "item", "of_item", "offer")
    return {name: getattr(line, name) for name in names}


def _adjusted(bill: BillFound, line: BillLine) -> Step:
    made = adjustment(tenant=bill.tenant, id=line.adjustment)
    told = {"origin": made.origin, "reason": made.reason, "made_at": made.made_at, "item": line.item}
    return Step(code="ADJUSTED", amount_micro=line.amount_micro, told=told | {"reverses": made.reverses is not None})


def _corrected(bill: BillFound, line: BillLine) -> Step:
    """`back`: the bill gives back what bills before have borne of a correction that was withdrawn."""
    made = correction(tenant=bill.tenant, number=line.correction)
    runs = done(tenant=bill.tenant, kind=KIND, subject=bill.cycle.name)
    told = {
        "origin": line.origin, "correction": made.number, "edition": made.edition, "reason": made.reason,
        "back": any(made.number in run.counts["months"].get(line.origin, {}).get("withdrawn", ()) for run in runs),
    }  # fmt: skip
    return Step(code="CORRECTED", amount_micro=line.amount_micro, told=_facts(line) | told)


def _bears(tax_class: str, kind: str, origin: str, line: BillLine) -> bool:
    own = "adjustment" if line.adjustment else ("late" if line.origin else "")
    return (tax_class, kind, origin) == (line.tax_class, own, line.origin)


def _reduces(one: BillLine, line: BillLine) -> bool:
    same = one.subscriber == line.subscriber and one.of_item.code == line.item.code and not one.origin
    return same and one.kind == "discount" and line.kind in ("usage", "fee", "advance") and not line.origin
