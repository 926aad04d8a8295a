"""Lists of friends and closed groups: imported once, family networks within their limits (TP5)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.inventory.files import OFFERS, day, row
from tests.inventory.files import take as take_customers

from yidian.domains.product_inventory.models import FriendNumber, GroupMembership
from yidian.domains.product_inventory.operations import import_friends
from yidian.domains.product_inventory.queries import versions
from yidian.kernel.calendar import FOREVER_MS
from yidian.kernel.faults import BadInput
from yidian.platform.writing.files import FileTaken
from yidian.platform.writing.types import Actor

NOW = datetime(2026, 11, 2, tzinfo=UTC)
assert OFFERS


@pytest.fixture
def take(tenant: Any, tmp_path: Path) -> Any:
    people = (
        row(customer=f"C{n}", account=f"A{n}", subscriber=f"s{n}", identifier=f"1380000{n:04d}") for n in range(21)
    )
    take_customers(tenant, *people)

    def taken(*rows: str) -> FileTaken:
        path = tmp_path / "friends.csv"
        path.write_text("\n".join(("subscriber,number,group,kind,from,to", *rows)) + "\n", encoding="utf-8")
        return import_friends(tenant=tenant, actor=Actor("staff", "zhang"), path=path, now=NOW)

    return taken


def family(*members: int, group: str = "f1", begin: str = "2026-10-01", end: str = "") -> list[str]:
    return [f"s{n},,{group},family,{begin},{end}" for n in members]


def test_friends_and_groups_are_dated_and_taken_once(tenant: Any, take: Any) -> None:
    rows = ("s1,13900000001,,,2026-10-01,", "s1,,firm,,2026-10-01,2026-11-01", *family(1, 2))
    assert take(*rows)[:3] == (4, 4, 0)
    assert take(*rows).repeated
    assert take(*reversed(rows))[1:3] == (0, 0)
    assert versions(tenant=tenant)[3] == 1
    assert take("s1,13900000001,,,2026-10-01,2026-10-20")[1:3] == (0, 1)
    assert list(FriendNumber.objects.values_list("subscriber__code", "number", "to_ms")) == [
        ("s1", "13900000001", day("2026-10-20"))
    ]
    groups = GroupMembership.objects.order_by("group_code", "subscriber__code")
    assert list(groups.values_list("subscriber__code", "group_code", "kind", "to_ms")) == [
        ("s1", "f1", "family", FOREVER_MS),
        ("s2", "f1", "family", FOREVER_MS),
        ("s1", "firm", "group", day("2026-11-01")),
    ]
    assert versions(tenant=tenant)[3] == 2


def test_a_family_may_have_nineteen_numbers_and_change_them(take: Any) -> None:
    assert take(*family(*range(19))).added == 19
    leaves = family(18, end="2026-10-09")
    assert take(*leaves, *family(19, begin="2026-10-09"))[1:3] == (1, 1)


REFUSED = {
    "FAMILY_SIZE": [
        (family(1), 2),
        (family(*range(20)), 2),
        ([*family(1, 2), *family(3, end="2026-10-09", group="f2")], 4),
    ],
    "FAMILY_TWICE": [([*family(1, 2), *family(3, 4, 1, group="f2", begin="2026-10-05")], 2)],
    "FRIEND_UNCLEAR": [(["s1,13900000001,firm,,2026-10-01,"], 2), (["s1,,,,2026-10-01,"], 2)],
    "SUBSCRIBER_UNKNOWN": [(["nobody,13900000001,,,2026-10-01,"], 2)],
    "VALUE_UNKNOWN": [(["s1,,firm,club,2026-10-01,"], 2)],
    "IDENTIFIER_INVALID": [(["s1,+86139,,,2026-10-01,"], 2)],
    "PERIOD_EMPTY": [(["s1,,firm,,2026-10-01,2026-10-01"], 2)],
    "FRIEND_TWICE": [(["s1,139000,,,2026-10-01,", "s1,139000,,,2026-10-05,"], 3)],
}


@pytest.mark.parametrize(("code", "rows", "line"), [(code, *case) for code, cases in REFUSED.items() for case in cases])
def test_what_cannot_be_is_refused_with_its_line(take: Any, code: str, rows: list[str], line: int) -> None:
    with pytest.raises(BadInput) as refusal:
        take(*rows)
    assert code in {fault.code for fault in refusal.value.faults}
    assert min(fault.where.line for fault in refusal.value.faults if fault.code == code) == line
    assert not GroupMembership.objects.exists()
    assert not FriendNumber.objects.exists()
