"""A run looks other parties up together, and only where an item hangs on them: it tells what the plain door tells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from tests.properties.doors import by_kernel
from tests.properties.random_months import World, seeded_world

from yidian.domains.product_inventory.types import CircleRows, PortedRows, Reference
from yidian.kernel.calendar import FOREVER_MS, Period
from yidian.kernel.rating.book import compile_tariff
from yidian.kernel.rating.classifier import Classifier
from yidian.kernel.rating.engine import fast
from yidian.runs.rate.classify import classified, stage
from yidian.runs.rate.others import Known, asks_for
from yidian.runs.rate.people import people

WORLDS = 80
NUMBERS = ("start_ms", "event_id", "duration_s", "bytes_up", "bytes_down", "count")
NAMES = ("service", "direction", "place", "rating_group")


def columns(rows: list[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in range(width)]


def whole(values: list[int]) -> np.ndarray:
    return np.array(values, np.int64)


def dated(made: World, told: str) -> list[tuple[int, str, int, int]]:
    """(subscriber, what, from, to) of everybody, in their order."""
    return [(n, *row) for n, who in enumerate(made.subscribers) for row in sorted(who[told], key=lambda r: r[1])]


def reference_of(made: World) -> Reference:
    """Everybody by a card that nobody calls, and by the numbers that others may call."""
    count = range(len(made.subscribers))
    cards = [(n, f"card{n}", 0, FOREVER_MS, "card") for n in count]
    known = columns(sorted([*cards, *((*row, "msisdn") for row in dated(made, "numbers"))]), 5)
    alone = [(n, f"unit of {n}", 0, FOREVER_MS) for n in count if not made.subscribers[n]["units"]]
    units = sorted([*dated(made, "units"), *alone], key=lambda row: (row[0], row[2]))
    codes = sorted({code for _, code, *_ in units})
    nothing = whole([])
    return Reference(
        subscriber_id=whole([n + 1 for n in count]), subscriber_code=[who["code"] for who in made.subscribers],
        home_area=[who["home_area"] for who in made.subscribers],
        id_kind=known[4], id_value=known[1], id_sub=whole(known[0]), id_from=whole(known[2]), id_to=whole(known[3]),
        offer_codes=[], hold_sub=nothing, hold_offer=nothing, hold_from=nothing, hold_to=nothing,
        account_id=nothing, account_code=[], acc_sub=nothing, acc_index=nothing, acc_from=nothing, acc_to=nothing,
        unit_id=whole(list(range(len(codes)))), unit_code=codes,
        mem_sub=whole([row[0] for row in units]), mem_unit=whole([codes.index(row[1]) for row in units]),
        mem_from=whole([row[2] for row in units]), mem_to=whole([row[3] for row in units]),
    )  # fmt: skip


def known_of(made: World) -> Known:
    ported, friends, groups = columns(sorted(made.ported), 4), columns(dated(made, "friends"), 4), dated(made, "groups")
    networks, names = sorted(set(ported[1])), sorted({code for _, code, *_ in groups})
    nets, circles = asks_for(made.tariff)
    return Known(
        PortedRows(
            pa.array(ported[0], pa.string()), whole([networks.index(one) for one in ported[1]]), whole(ported[2]),
            whole(ported[3]), networks,
        ) if nets else None,
        CircleRows(
            whole([n + 1 for n in friends[0]]), pa.array(friends[1], pa.string()), whole(friends[2]),
            whole(friends[3]), whole([row[0] + 1 for row in groups]), whole([names.index(row[1]) for row in groups]),
            whole([row[2] for row in groups]), whole([row[3] for row in groups]), names,
        ) if circles else None,
    )  # fmt: skip


def usage_of(made: World) -> pa.Table:
    place = {who["code"]: f"card{n}" for n, who in enumerate(made.subscribers)}
    named = {"identifier_kind": ["card"] * len(made.events)} | {n: [e[n] for e in made.events] for n in NAMES}
    return pa.table(
        {n: pa.array([event[n] for event in made.events], pa.int64()) for n in NUMBERS}
        | {name: pa.array(texts, pa.string()).dictionary_encode() for name, texts in named.items()}
        | {"identifier": [place.get(event["subscriber"], "nobody") for event in made.events]}
        | {"other_party": pa.array([event["other_party"] for event in made.events], pa.string())}
    )


def test_a_run_takes_other_parties_for_whom_the_plain_door_takes_them(tmp_path: Path) -> None:
    looked_up = {"nets": 0, "circles": 0}
    for seed in range(WORLDS):
        made = seeded_world(seed)
        told = known_of(made)
        if not made.events or told == Known(None, None):
            continue
        classifier = Classifier(compile_tariff(made.tariff, Period(*made.cycle)))
        everybody = people(reference_of(made), parts=1)
        ready = stage(classifier=classifier, people=everybody, engine=fast(), scratch=tmp_path, known=told)
        verdict = classified(ready, usage_of(made)).verdict.tolist()
        items = [item.code for item in classifier.compiled.items]
        found = {e["event_id"]: items[n] for e, n in zip(made.events, verdict, strict=True) if n >= 0}
        wanted = {line.event_id: line.item for line in by_kernel(made).lines}
        assert {event: found.get(event) for event in wanted} == wanted, seed
        looked_up["nets"] += told.ported is not None
        looked_up["circles"] += told.circles is not None
    assert min(looked_up.values()) > 20
