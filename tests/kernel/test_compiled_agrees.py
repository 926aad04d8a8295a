"""Compiled functions answer as the plain text does, and as a few lines of an independent way to say it."""

from __future__ import annotations

import random

import numba
import numpy as np
import pytest

from yidian.kernel.calendar import month_period
from yidian.kernel.rating import batch, classify, identify
from yidian.kernel.rating.arrays import I64, array
from yidian.kernel.rating.batch import RECORD, Columns
from yidian.kernel.rating.book import compile_tariff
from yidian.kernel.rating.classifier import Classifier
from yidian.kernel.rating.engine import fast
from yidian.kernel.rating.tariff import Prefix, Tariff, Zone
from yidian.kernel.rating.units import Events


def joined(texts: list[bytes], dtype: type) -> tuple[np.ndarray, np.ndarray]:
    """Texts as offsets and bytes."""
    return np.cumsum([0, *map(len, texts)]).astype(dtype), np.frombuffer(b"".join(texts) or b"\0", np.uint8)


def columns(size: int, **given: np.ndarray) -> Columns:
    nothing, no_text = np.zeros(size, np.int64), joined([b""] * size, np.int32)
    texts = {"identifier_first": no_text[0], "identifier": no_text[1], "other_first": no_text[0], "other": no_text[1]}
    return Columns(**{name: given.get(name, texts.get(name, nothing)) for name in Columns._fields})


@pytest.mark.parametrize("width", [np.int32, np.int64])
def test_identifiers_are_found_as_the_plain_text_finds_them(width: type) -> None:
    dice = random.Random(7)
    texts = [bytes(dice.choice(b"01") for _ in range(length)) for length in range(41) for _ in range(4)]
    held = [(dice.randrange(3), dice.choice(texts), dice.randrange(50), dice.randrange(50, 100)) for _ in range(300)]
    kind = np.array([k for k, *_ in held], width)
    first, arena = joined([text for _, text, *_ in held], np.int64)
    since, until = array([a for *_, a, _ in held]), array([b for *_, b in held])
    ids = identify.empty_identities(first, arena, since, until, array(range(300)))
    exact = ids.rows.astype(object)  # integers of any size
    plain = ids._replace(rows=exact, table=ids.table.copy(), text_first=first.tolist(), text=arena.tobytes())
    fast().fill_identities(ids, kind, np.zeros(identify.WORDS, np.int64))
    identify.fill_identities(plain, kind.tolist(), [0] * identify.WORDS)
    assert (ids.table == plain.table).all()
    assert (ids.rows == plain.rows.astype(np.int64)).all()

    calls = [(dice.randrange(4), dice.choice(texts), dice.randrange(-5, 110)) for _ in range(2000)]
    offsets, letters = joined([text for _, text, _ in calls], width)
    asked_for = columns(
        len(calls), kind=np.array([k for k, *_ in calls], width), start_ms=array([at for *_, at in calls]),
        identifier_first=offsets, identifier=letters,
    )  # fmt: skip
    verdict, sub = np.zeros(len(calls), np.int32), np.full(len(calls), -7, np.int32)
    fast().identify_batch(ids, asked_for, 0, 100, verdict, sub, batch.block())
    for n, (k, text, at) in enumerate(calls):
        holders = {row for row, (k_, t_, a, b) in enumerate(held) if (k_, t_) == (k, text) and a <= at < b}
        found = identify.subscriber_at(plain, k, text, 0, len(text), at)
        if not 0 <= at < 100:
            assert (verdict[n], sub[n]) == (classify.OUT_OF_CYCLE, -7)
            continue
        assert sub[n] == found
        assert found in (holders or {-1})
        assert verdict[n] == (0 if holders else classify.UNKNOWN_SUBSCRIBER)
    assert 100 < (verdict == 0).sum() < 1900


def test_identifiers_are_of_one_type_whoever_made_their_texts() -> None:
    """A second type would be compiled in the middle of a run."""
    nought: I64 = np.zeros(0, np.int64)
    texts = np.zeros(3, np.uint8), np.frombuffer(b"123", np.uint8)
    first, second = (identify.empty_identities(array([0]), text, nought, nought, nought) for text in texts)
    assert numba.typeof(first) == numba.typeof(second)
    assert texts[0].flags.writeable


def test_the_longest_prefix_is_the_longest() -> None:
    dice = random.Random(8)
    prefixes = sorted({"".join(dice.choices("012", k=dice.randint(1, 7))) for _ in range(400)})
    rows = tuple(Prefix(prefix=p, zone="z") for p in prefixes)
    tariff = Tariff(currency="CNY", zone="Asia/Shanghai", zones=(Zone(code="z"),), prefixes=rows)
    period = month_period("2026-10", "Asia/Shanghai")
    tables = Classifier(compile_tariff(tariff, period)).tables
    dialled = ["".join(dice.choices("0123#", (9, 9, 9, 1, 1), k=dice.randrange(12))) for _ in range(3000)]
    offsets, letters = joined([text.encode() for text in dialled], np.int32)
    calls = columns(len(dialled), start_ms=np.full(len(dialled), period.start_ms), other_first=offsets, other=letters)
    found = np.zeros(len(dialled), np.int32)
    fast().destination_batch(tables, calls, np.zeros(len(dialled), np.int32), found)
    for text, entry in zip(dialled, found.tolist(), strict=True):
        longest = max((p for p in prefixes if text.startswith(p)), key=len, default=None)
        none = -1 if text else classify.NO_OTHER_PARTY
        assert entry == (none if longest is None else prefixes.index(longest))
        if text:
            assert entry == classify.longest_prefix(tables, int(tables.root[0]), text.encode(), 0, len(text))


def records_of(dice: random.Random, subs: list[int], starts: int) -> np.ndarray:
    """Records with many equal starts and some equal ids."""
    made = np.zeros(len(subs), RECORD)
    for name, values in (("sub", subs), ("quantity", range(len(subs)))):
        made[name] = values
    made["start_ms"] = [dice.randrange(starts) for _ in subs]
    made["event_id"] = [dice.randrange(-3, 40) for _ in subs]
    return made


@pytest.mark.parametrize("groups", [1, 40])
def test_records_stand_by_group_start_and_id(groups: int) -> None:
    dice = random.Random(groups)
    group_of: I64 = array(sorted(dice.randrange(groups) for _ in range(60)))
    subs = [100 + dice.randrange(60) for _ in range(900)]
    records = records_of(dice, subs, 300)
    made = []
    for order_records, rows in ((fast().order_records, records), (batch.order_records, records.view(np.recarray))):
        first, (order, start, identity) = np.zeros(groups + 1, np.int64), np.zeros((3, 900), np.int64)
        order_records(rows, group_of, 100, groups, first, order, start, identity)
        made.append((first.tolist(), order.tolist()))
    group = group_of[records["sub"] - 100]
    wanted = np.lexsort((records["event_id"], records["start_ms"], group))
    assert made[0] == made[1] == ([*np.searchsorted(group[wanted], range(groups + 1))], wanted.tolist())
    assert (np.diff(start[: first[1]]) < 0).any() == (groups == 1)  # keys left unsorted: the merge sort did it


def test_picked_records_are_those_of_the_wanted() -> None:
    dice = random.Random(9)
    records = records_of(dice, [dice.randrange(30) for _ in range(500)], 50)
    wanted: I64 = array([dice.choice((-1, n + 7)) for n in range(30)])
    number = fast().pick(records, wanted, np.empty(0, RECORD))
    picked, plain = np.zeros(number, RECORD), np.zeros(number, RECORD)
    assert fast().pick(records, wanted, picked) == number
    assert batch.pick(records.view(np.recarray), wanted, plain.view(np.recarray)) == number
    kept = records[wanted[records["sub"]] >= 0]
    assert 0 < number < 500
    assert picked.tobytes() == plain.tobytes()
    assert picked["quantity"].tolist() == kept["quantity"].tolist()
    assert picked["sub"].tolist() == wanted[kept["sub"]].tolist()


def test_gathered_events_are_the_records_in_order() -> None:
    dice = random.Random(10)
    records = records_of(dice, [100 + dice.randrange(30) for _ in range(200)], 50)
    records["item"] = [dice.randrange(9) for _ in records]
    order: I64 = array(dice.sample(range(200), 150))
    events = Events(*np.zeros((5, 150), np.int64))
    fast().gather(records, order, 100, events)
    for name in Events._fields:
        wanted = records[name][order].astype(np.int64) - (100 if name == "sub" else 0)
        assert getattr(events, name).tolist() == wanted.tolist()
