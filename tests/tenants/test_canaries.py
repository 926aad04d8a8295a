"""I10, E5: what belongs to tenant B is nowhere in what A is told, given or stores; nor does A learn what B has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests import installations
from tests.tenants.two import CYCLE, A, B, Told, Two, canaries, make, words_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Two:
    made = make(tmp_path_factory.mktemp("resellers") / "operator")
    made.done(*(
        ("--tenant", tenant, "--as", f"{who}-sec", "user", "add", f"{who}-{role}", "--role", "finance")
        for tenant, who in ((A, "zhang"), (B, "canary"))
        for role in ("fin", "two")
    ))  # fmt: skip
    return made


NAMED = re.compile(r"CANARYA1001|NOBODYA1001|(canary|nobody)-switch|2026-0[58]")
EXPORTS = ("bills", "items", "usage", "suspense")


def asked(tenant: str, folder: Path) -> list[tuple[object, ...]]:
    """Every command that tells, shows or writes something, as `tenant`. Staff is at work, so they name themselves."""
    folder.mkdir()
    who = "canary" if tenant == B else "zhang"
    lines: list[tuple[object, ...]] = [
        ("tariff", "show"), ("cycle", "list"), ("suspense", "list"), ("suspense", "list", "--code", "BAD_TIME"),
        ("runs",), ("runs", "--json"), ("doctor", "--json", "--law", "I10"), ("payments", "list"), ("jobs", "list"),
        ("outbox", "list"), ("audit", "list"), ("audit", "verify"), ("month", CYCLE), ("dun", "2026-11-02", "--show"),
        ("dispute", "list"), ("dispute", "list", "--ended"),
        ("user", "list"), ("org", "list"), ("org", "list", "--tree", "channel"), ("approve", "list", "--all"),
        ("tenant", "list"),
        *(("export", kind, CYCLE, "-o", folder / f"{kind}{end}") for kind in EXPORTS for end in (".csv", ".parquet")),
        ("export", "canonical", CYCLE, "-o", folder / "canonical"), ("export", "bills", CYCLE, "-o", folder / "b.xlsx"),
    ]  # fmt: skip
    return [("--tenant", tenant, "--as", f"{who}-{_role(line)}", *line) for line in lines]


def _role(line: tuple[object, ...]) -> str:
    return "sec" if line[0] in ("user", "org") else "fin"


@pytest.fixture(scope="module")
def told(two: Two, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[list[Told], Path]]:
    folder = tmp_path_factory.mktemp("out")
    exports = [
        ("--tenant", tenant, "--as", f"{who}-fin", "export", kind, CYCLE, "-o", folder / "asked.csv")
        for tenant, who in ((A, "zhang"), (B, "canary"))
        for kind in ("usage", "suspense")
    ]
    two.type(*exports)  # personal data takes two: this asks
    both = {}
    lines = {tenant: asked(tenant, folder / tenant) for tenant in (A, B)}
    found = two.type(*lines[B], *lines[A])  # B first: whatever is remembered is B's
    both[B] = (found[: len(lines[B])], folder / B)
    both[A] = (found[len(lines[B]) :], folder / A)
    return both


def test_nothing_of_b_is_in_what_a_is_told(told: dict[str, tuple[list[Told], Path]]) -> None:
    leaks = {one.line: canaries(one.all) for one in told[A][0] if canaries(one.all)}
    assert leaks == {}
    refused = [one.line for one in told[A][0] if one.code not in (0, 3)]
    assert refused == [], "a command that is refused shows nothing and proves nothing"


def test_nothing_of_b_is_in_what_a_is_given(told: dict[str, tuple[list[Told], Path]]) -> None:
    given = [path for path in told[A][1].rglob("*") if path.is_file()]
    assert {path.stem for path in given} >= {"bills", "items"}
    assert {path: canaries(words_of(path)) for path in given if canaries(words_of(path))} == {}


def test_the_search_finds_canaries_where_they_belong(two: Two, told: dict[str, tuple[list[Told], Path]]) -> None:
    shown = {one.line[4] for one in told[B][0] if canaries(one.out)}
    assert shown >= {"suspense", "tariff", "user", "org", "approve", "payments"}
    assert all(canaries(words_of(path)) for path in told[B][1].glob("*.csv"))
    stored = list((two.home / "lake" / B).rglob("*.parquet"))
    assert len(stored) > 3
    assert any(canaries(words_of(path)) for path in stored)


def test_nothing_of_b_lies_in_as_folder_of_the_lake(two: Two) -> None:
    stored = [path for path in (two.home / "lake" / A).rglob("*") if path.is_file()]
    assert len(stored) > 3
    assert {path.name: canaries(words_of(path)) for path in stored if canaries(words_of(path))} == {}
    assert {path.name for path in (two.home / "lake").iterdir()} == {A, B}


def test_what_b_has_and_what_nobody_has_are_told_alike(two: Two) -> None:
    """E2: the words and the code are those of a thing that does not exist."""
    pairs = [
        (("rate", "2026-08"), ("rate", "2026-05")), (("export", "bills", "2026-08", "-o", "x.csv"),
         ("export", "bills", "2026-05", "-o", "x.csv")),
        (("payments", "owing", "CANARYA1001"), ("payments", "owing", "NOBODYA1001")),
        (("suspense", "list", "--source", "canary-switch"), ("suspense", "list", "--source", "nobody-switch")),
        (("pay", "CANARYA1001", "1.00", "--channel", "cash", "--txn", "t-1"),
         ("pay", "NOBODYA1001", "1.00", "--channel", "cash", "--txn", "t-2")),
        (("approve", "yes", "3"), ("approve", "yes", "9")),
    ]  # fmt: skip
    head = ("--tenant", A, "--as", "zhang-fin")
    found = two.type(*((*head, *line) for pair in pairs for line in pair))
    for theirs, nobodys in zip(found[::2], found[1::2], strict=True):
        same = [NAMED.sub("@", one.all) for one in (theirs, nobodys)]
        assert theirs.code == nobodys.code
        if theirs.line[4] != "approve":
            assert same[0].split() == same[1].split()
    (stranger, ghost) = two.type(*(("--tenant", A, "--as", login, "runs") for login in ("canary-fin", "nobody-fin")))
    assert (stranger.code, stranger.err.replace("canary-fin", "nobody-fin")) == (ghost.code, ghost.err)


@pytest.mark.parametrize(
    ("defects", "line", "ends"),
    [
        (["orm"], ("--as", "zhang-sec", "user", "list"), "STATEMENT_WITHOUT_TENANT"),
        (["orm"], ("--as", "zhang-sec", "org", "list"), "STATEMENT_WITHOUT_TENANT"),
        (["orm", "guard"], ("--as", "zhang-sec", "user", "list"), "LEAK"),
        (["lake"], ("--as", "zhang-fin", "export", "items", CYCLE, "-o", "OUT"), "FILE_OF_OTHER_TENANT"),
    ],
)
def test_a_wall_with_a_stone_taken_out(
    two: Two, tmp_path: Path, defects: list[str], line: tuple[str, ...], ends: str
) -> None:
    """Where the ORM forgets the tenant the guard stops it; were both gone, the search would see the canary – but for
    the second lock that PostgreSQL has.
    """
    start = ("--tenant", A, "cycle", "list")
    told = [str(tmp_path / "items.csv") if word == "OUT" else word for word in line]
    shown = two.type(start, ("PLANT", *defects), ("--tenant", A, *told))[-1]
    if ends == "LEAK":
        assert bool(canaries(shown.out)) is not installations.ON_POSTGRESQL
        assert shown.code == 0
        return
    assert canaries(shown.all) == set()
    assert ("was stopped" if ends.startswith("STATEMENT") else "not one of the tenant") in shown.err
    assert not any(canaries(words_of(path)) for path in tmp_path.rglob("*.csv"))
