"""Disputes as they are typed: lines of a console, what they say, and how they end."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from tests.cycles.world import OCTOBER, SEPTEMBER
from tests.disputes.office import Office
from tests.typed import Ended, Type, typing

from yidian.domains.dispute.queries import disputes_of

SAYS = "the rent is too much"


@pytest.fixture
def typed(office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Type:
    """`yidian --as LOGIN dispute …` in the office."""
    line = typing(
        monkeypatch, capsys, tenant=office.tenant, now=lambda: office.now,
        installation=SimpleNamespace(lake=office.lake), by="clerk",
    )  # fmt: skip
    return lambda words, *more, **how: line(f"dispute {words}", *more, **how)


def raised(office: Office, typed: Type, amount: str = "15.00", **how: Any) -> Ended:
    place = office.line().place
    return typed(f"raise a1 --cycle {SEPTEMBER} --line {place} --amount {amount} --says", SAYS, **how)


def number_of(office: Office) -> str:
    return disputes_of(tenant=office.tenant, accounts=["a1"])[0].number


def test_from_the_question_to_the_books_by_lines(office: Office, typed: Type) -> None:
    first = raised(office, typed)
    number = number_of(office)
    promised = f"dispute {number} of a1 is taken; the answer is promised by 2026-11-10 10:00"
    assert first.code == 0
    assert promised in first.said
    assert raised(office, typed) == first, "the same line again takes nothing"
    assert len(disputes_of(tenant=office.tenant, accounts=["a1"])) == 1
    for listing in ("list", "list --account a1"):
        told = typed(listing)
        assert told.code == 0
        assert f"{number} a1 {SEPTEMBER} RENT 15.00 raised 2026-11-10 10:00" in told.said
    assert number not in typed("list --ended").said
    assert "待核查" in typed("list", lang="zh").said
    examined = typed(f"examine {number} --findings", "ran twice")
    assert examined == (0, f"The findings of {number} are kept.")
    upheld = typed(f"uphold {number} --amount 10.00 --answer", "ten yuan were counted twice")
    assert upheld.code == 3
    assert "second person" in upheld.said
    assert typed(f"settle {number}").code == 3, "nobody has agreed yet"
    office.agree()
    assert typed(f"settle {number}") == (0, f"{number} is settled: it is in the books.")
    assert office.given_back() == [("a1", "RENT", -1_000)]
    assert f"{number} a1 {SEPTEMBER} RENT 15.00 settled" in typed("list --ended").said
    shown = typed(f"show {number}")
    assert shown.code == 0
    for words in ("Raised", "Looked into", "ran twice", "Upheld in part", "ten yuan were counted twice", "Booked"):
        assert words in shown.said


REFUSED = {  # in a state: what cannot be done there
    "raised": ("uphold", "reject", "settle", "reconsider"),
    "upheld_part": ("examine", "uphold", "reject", "withdraw"),
    "rejected": ("examine", "uphold", "reject", "settle", "reconsider", "withdraw"),
    "withdrawn": ("examine", "uphold", "reject", "settle", "reconsider", "withdraw"),
}
OTHERWISE = {
    "examine": ("--findings", "other"), "uphold": ("--amount", "9.00", "--answer", "other"),
    "reject": ("--answer", "other"), "reconsider": ("--reason", "other"), "withdraw": ("--reason", "other"),
}  # fmt: skip


def test_what_its_state_does_not_allow_is_refused(office: Office, typed: Type) -> None:
    def expect_refused(state: str) -> None:
        number = number_of(office)
        assert office.now_of(number).state == state
        for act in REFUSED[state]:
            code, said = typed(f"{act} {number}", *OTHERWISE.get(act, ()))
            assert (code, f"dispute {number} is {state}" in said) == (3, True), (state, act, said)
        assert office.now_of(number).state == state

    assert raised(office, typed).code == 0
    expect_refused("raised")
    one = number_of(office)
    assert typed(f"examine {one} --findings", "ran twice").code == 0
    assert typed(f"uphold {one} --amount 10.00 --answer", "so it is").code == 3
    expect_refused("upheld_part")
    again = typed(f"reconsider {one} --reason", "counted again")
    assert again == (0, f"The findings of {one} are kept."), "back to what was found"
    for _ in range(2):  # the same line again finds it done
        assert typed(f"reject {one} --answer", "the bill is right") == (0, f"{one} is answered: the bill is right.")
    expect_refused("rejected")
    assert raised(office, typed, "14.00").code == 0, "of what was rejected more may be said"
    two = number_of(office)
    assert two != one
    assert typed(f"withdraw {two}") == (0, f"{two} is withdrawn.")
    expect_refused("withdrawn")


def test_what_is_no_dispute_and_who_may_not(office: Office, typed: Type) -> None:
    place = office.line().place
    wrong = {
        f"raise a1 --cycle {OCTOBER} --amount 1.00 --says x": (2, "has no bill of 2026-10 in the books"),
        f"raise a1 --cycle {SEPTEMBER} --line 99 --amount 1.00 --says x": (2, "has no line 99"),
        f"raise a1 --cycle {SEPTEMBER} --line {place} --amount much --says x": (2, "not an amount"),
        f"raise a1 --cycle {SEPTEMBER} --line {place} --amount 9999 --says x": (2, "no more than was charged"),
        "show D202611-000009": (2, "there is no dispute D202611-000009"),
        "withdraw D202611-000009": (2, "there is no dispute D202611-000009"),
        "uphold D202611-000009 --answer x": (2, "--amount"),
    }
    for words, (code, said) in wrong.items():
        told = typed(words)
        assert (told.code, said in told.said) == (code, True), (words, told)
    assert raised(office, typed, by="finance").code == 3, "finance agrees, and takes no disputes"
    assert disputes_of(tenant=office.tenant, accounts=["a1"]) == []
    assert raised(office, typed).code == 0
    open_already = raised(office, typed, "14.00")
    assert (open_already.code, number_of(office) in open_already.said) == (3, True)
    assert typed(f"examine {number_of(office)} --findings x", by="finance").code == 3
    office.now += timedelta(days=200)
    assert raised(office, typed, "13.00").code == 3, "X3: five months"


def test_terms_from_a_day_on(typed: Type) -> None:
    assert typed("terms --from 2026-12-01 --multiple 3", by="supervisor").code == 3
    told = typed("terms --from 2026-12-01 --multiple 3", by="finance")
    assert told.code == 0
    assert "— 5 2 48 2026-12-01 5 3 48" in told.said
    assert typed("terms", by="clerk").said == told.said, "who may read them"
    for words in ("--from soon", "--from 2026-12-01 --months 4", "--from 2027-01-01 --multiple 99"):
        assert typed(f"terms {words}", by="finance").code == 2, words
    assert typed("terms", by="clerk").said == told.said
