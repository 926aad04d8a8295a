"""The way of a tariff to sale as a table: state × event → state; what is not in it cannot happen (MV-13 … MV-20)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

DRAFT: Final = "draft"  # a workbook that two sides talk about
CONFIRMED: Final = "confirmed"  # both sides want just this
CONFIGURED: Final = "configured"  # catalogue, customer care and billing know it
PUBLISHED: Final = "published"  # it is the newest edition; nobody may be given its offers
TESTED: Final = "tested"  # a sample of real bills has come out right under it
ON_SALE: Final = "on_sale"
SUSPENDED: Final = "suspended"  # not sold for a while; who has it keeps it
WITHDRAWN: Final = "withdrawn"  # never sold again; who has it keeps it
CANCELLED: Final = "cancelled"  # given up before anything of it was sold

STATES: Final = (DRAFT, CONFIRMED, CONFIGURED, PUBLISHED, TESTED, ON_SALE, SUSPENDED, WITHDRAWN, CANCELLED)
ENDED: Final = (WITHDRAWN, CANCELLED)
CONFIRMS: Final = ("confirm_product", "confirm_partner")
CONFIGURES: Final = ("configure_catalogue", "configure_crm", "configure_billing")
EVENTS: Final = (
    "revise", "comment", *CONFIRMS, *CONFIGURES, "publish", "test_passed", "test_failed", "launch", "suspend", "resume",
    "withdraw", "cancel",
)  # fmt: skip

TABLE: Final[Mapping[tuple[str, str], str]] = {
    **{(state, "comment"): state for state in STATES if state not in ENDED},
    **{(state, "revise"): DRAFT for state in (DRAFT, CONFIRMED, CONFIGURED, PUBLISHED, TESTED)},
    **{(DRAFT, event): CONFIRMED for event in CONFIRMS},
    **{(CONFIRMED, event): CONFIGURED for event in CONFIGURES},
    (CONFIGURED, "publish"): PUBLISHED,
    (PUBLISHED, "test_passed"): TESTED,
    (PUBLISHED, "test_failed"): PUBLISHED,
    (TESTED, "test_passed"): TESTED,
    (TESTED, "test_failed"): PUBLISHED,  # who tests again has a reason
    (TESTED, "launch"): ON_SALE,
    (ON_SALE, "suspend"): SUSPENDED,
    (SUSPENDED, "resume"): ON_SALE,
    **{(state, "withdraw"): WITHDRAWN for state in (PUBLISHED, TESTED, ON_SALE, SUSPENDED)},
    **{(state, "cancel"): CANCELLED for state in (DRAFT, CONFIRMED, CONFIGURED)},
}
NEEDS: Final[Mapping[str, Collection[str]]] = {CONFIRMED: CONFIRMS, CONFIGURED: CONFIGURES}  # all of them, in any order

# Whoever asks for an event needs a right; its words stand in platform/access/rights.toml.
RIGHTS: Final[Mapping[str, str]] = {
    "revise": "tariff.draft", "cancel": "tariff.draft", "comment": "tariff.read",
    **dict.fromkeys(CONFIRMS, "tariff.confirm"), **dict.fromkeys(CONFIGURES, "tariff.configure"),
    "publish": "tariff.publish", "test_passed": "tariff.configure", "test_failed": "tariff.configure",
    **dict.fromkeys(("launch", "suspend", "resume", "withdraw"), "tariff.launch"),
}  # fmt: skip


class UnableToLaunch(Exception):
    """A draft cannot do this step.

    DRAFT_UNKNOWN; DRAFT_NOT_IN_STATE; DRAFT_WITHOUT_POLICY, DRAFT_WITHOUT_TITLE, DRAFT_WITHOUT_WORDS: something is left
    out; DRAFT_SAYS_NOTHING_NEW; DRAFT_SAME_PERSON, DRAFT_STEP_DONE: both sides are two people, each once;
    DRAFT_VERSION_DIFFERS: another version was configured; DRAFT_OVERTAKEN: a newer edition than the one it was made on.
    """

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


def after(*, number: int, state: str, event: str, done: Collection[str] = ()) -> str:
    """The state of a draft after an event; UnableToLaunch DRAFT_NOT_IN_STATE if the table has none.

    `done`: the events of its round so far; a state that needs several is reached with the last of them.
    """
    if (state, event) not in TABLE:
        raise UnableToLaunch("DRAFT_NOT_IN_STATE", number=number, state=state, event=event)
    reached = TABLE[state, event]
    missing = {*NEEDS.get(reached, ())} - {*done, event} if state != reached else ()
    return state if missing else reached


def open_to(state: str, done: Collection[str]) -> tuple[str, ...]:
    """The events that may happen now, in the order of the way; what its round has already is not asked again."""
    once = {*CONFIRMS, *CONFIGURES} & {*done}
    return tuple(event for event in EVENTS if (state, event) in TABLE and event not in once)
