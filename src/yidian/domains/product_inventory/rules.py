"""What may be done with a subscription as it stands: life × reasons × deed (C8). Of several rows the strictest counts.

The table is what the counter keeps to, and whoever acts for it. Credit control, which stops for arrears and resumes by
itself, has a table of its own here; an office that lifts its own stop asks neither. docs/numbers/states.md prints both.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from yidian.domains.product_inventory.changes.lifecycle import IN_USE, PRE_TERMINATED, TERMINATED
from yidian.domains.product_inventory.stops.types import KEEP, REASONS, UNSTATED

Kind = Literal["yes", "warn", "no"]
DEEDS: Final = (
    "new", "plan_change", "add_on", "drop_on", "number_change", "card_swap", "relocation", "transfer", "keep_number",
    "loss", "found", "stop", "resume", "pre_terminate", "un_terminate", "terminate", "port_in", "port_out", "contract",
)  # fmt: skip
NONE_YET: Final = ""  # the life of what is not there yet
LIVES: Final = (NONE_YET, IN_USE, PRE_TERMINATED, TERMINATED)
STRICTNESS: Final[Mapping[Kind, int]] = {"yes": 0, "warn": 1, "no": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`code` (with `params`): why not, or what to mind; empty with "yes"."""

    kind: Kind
    code: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


class Row(NamedTuple):
    """One life or reason. `otherwise`: the code of the no for every deed not named; "": yes.

    `yes`, `warn`: deeds that may be done, the second ones with the code of what to mind; `no`: deeds with codes of
    their own.
    """

    otherwise: str
    yes: str = ""
    warn: Mapping[str, str] = {}
    no: Mapping[str, str] = {}

    def verdict(self, deed: str) -> tuple[Kind, str]:
        if deed in self.no:
            return "no", self.no[deed]
        if deed in self.warn:
            return "warn", self.warn[deed]
        return ("yes", "") if deed in self.yes.split() or not self.otherwise else ("no", self.otherwise)


OPEN: Final = {"new": "SUBSCRIPTION_IS_OPEN", "port_in": "SUBSCRIPTION_IS_OPEN"}
BY_LIFE: Final[Mapping[str, Row]] = {
    NONE_YET: Row("NO_SUBSCRIPTION_YET", "new port_in"),
    IN_USE: Row("", no=OPEN | {"un_terminate": "NOT_PRE_TERMINATED"}),
    PRE_TERMINATED: Row("PRE_TERMINATED", "un_terminate terminate"),
    TERMINATED: Row("SUBSCRIPTION_IS_OVER"),
}
# A loss is taken down in whatever state the line is: it protects the customer and is no business with him (R2).
BY_REASON: Final[Mapping[str, Row]] = {
    "on_request": Row(
        "STOPPED_ON_REQUEST", "resume keep_number loss found card_swap drop_on relocation pre_terminate terminate",
        warn=dict.fromkeys(("plan_change", "add_on", "number_change"), "STAYS_STOPPED"),
    ),
    "loss": Row(
        "LOST_FIRST", "found card_swap pre_terminate terminate", no={"resume": "LOST_USE_FOUND", "loss": "LOST_ALREADY"}
    ),
    KEEP: Row("NUMBER_IS_KEPT", "resume loss found card_swap pre_terminate terminate"),
    "arrears": Row("ARREARS_FIRST", "resume loss"),
    "rule_violation": Row("RULE_VIOLATION", "loss"),
    "data_abnormal": Row("DATA_ABNORMAL", "loss", warn=dict.fromkeys(("resume", "card_swap"), "VERIFY_FIRST")),
    "operator": Row("STOPPED_BY_OPERATOR", "loss"),
    "not_real_name": Row(
        "NOT_REAL_NAME", "loss",
        warn=dict.fromkeys(("resume", "transfer", "pre_terminate", "terminate"), "SHOW_IDENTITY"),
    ),
    "over_five_cards": Row(
        "OVER_FIVE_CARDS", "loss pre_terminate terminate", warn=dict.fromkeys(("resume", "transfer"), "COUNT_CARDS")
    ),
    "high_fee": Row(
        "HIGH_FEE", "loss found card_swap drop_on",
        warn=dict.fromkeys(("resume", "plan_change", "add_on", "pre_terminate", "terminate"), "TELL_HIGH_FEE"),
    ),
    "not_activated": Row("NOT_ACTIVATED", "resume loss card_swap pre_terminate terminate"),
    "test": Row("TEST_LINE", "loss terminate"),
    UNSTATED: Row(
        "", "loss",
        warn={deed: "ASK_WHY_STOPPED" for deed in DEEDS if deed != "loss"},
    ),
}  # fmt: skip
CreditAct = Literal["stop", "resume"]
# What credit control may not do, by life and reason (C3, C4, C9). All other reasons stack: who finds his card again
# owes still, and who pays is rid of the arrears alone.
BY_CREDIT: Final[Mapping[CreditAct, Mapping[str, str]]] = {
    "stop": {
        NONE_YET: "NO_SUBSCRIPTION_YET", PRE_TERMINATED: "PRE_TERMINATED", TERMINATED: "SUBSCRIPTION_IS_OVER",
        "not_activated": "NOT_ACTIVATED", "test": "TEST_LINE",
    },
    # Also of a line that is to end: at the counter nothing is done with it before the arrears are gone.
    "resume": {NONE_YET: "NO_SUBSCRIPTION_YET", TERMINATED: "SUBSCRIPTION_IS_OVER"},
}  # fmt: skip
NOT_NORMAL: Final = "PORT_NORMAL_ONLY"  # only a line in its normal state is ported, whatever it is stopped for (N2)


def permitted(*, deed: str, life: str, reasons: Collection[str], about: str = "") -> Verdict:
    """Whether somebody at the counter may do a deed. `life`: "" where there is no subscription yet.

    `about`: of `resume`, the one reason to be taken away; the others then have no say.
    """
    if deed not in DEEDS or life not in LIVES or not set(reasons) <= REASONS.keys():
        raise ValueError((deed, life, sorted(reasons)))
    kind, code = BY_LIFE[life].verdict(deed)
    if kind == "no":
        return Verdict(kind=kind, code=code)
    lacking = _lacking(deed, reasons, about)
    if lacking:
        return Verdict(kind="no", code=lacking)
    asked = [about] if about and deed == "resume" else [reason for reason in REASONS if reason in reasons]
    verdicts = [(reason, *_by_reason(reason, deed)) for reason in asked]
    worst = max(verdicts, key=lambda one: STRICTNESS[one[1]], default=("", kind, code))
    return Verdict(kind=worst[1], code=worst[2], params={"reason": worst[0]} if worst[2] else {})


def permitted_to_credit(*, act: CreditAct, life: str, reasons: Collection[str]) -> Verdict:
    """Whether credit control may stop a line for arrears (both ways where it was one), or resume it from them."""
    if act not in BY_CREDIT or life not in LIVES or not set(reasons) <= REASONS.keys():
        raise ValueError((act, life, sorted(reasons)))
    noes = BY_CREDIT[act]
    for one in (life, *(reason for reason in REASONS if reason in reasons)):
        if one in noes:
            return Verdict(kind="no", code=noes[one], params={"reason": one} if one in REASONS else {})
    if act == "resume" and "arrears" not in reasons:
        return Verdict(kind="no", code="NOT_STOPPED")
    return Verdict(kind="yes")


def _by_reason(reason: str, deed: str) -> tuple[Kind, str]:
    if deed == "port_out" and reason != "arrears":
        return "no", NOT_NORMAL
    return BY_REASON[reason].verdict(deed)


def _lacking(deed: str, reasons: Collection[str], about: str) -> str:
    """Nobody takes away what is not there."""
    if deed == "found" and "loss" not in reasons:
        return "NOT_LOST"
    if deed == "resume" and (about not in reasons if about else not reasons):
        return "NOT_STOPPED"
    return ""
