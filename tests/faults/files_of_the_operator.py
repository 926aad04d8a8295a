"""The files of a small operator, made from a seed: customers, two mappings, four usage files. Same seed, same bytes."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

SEED = 202610
CYCLE = "2026-10"
CALLS, SESSIONS = 2_000, 900
BEGIN = datetime(2026, 9, 30, 16, tzinfo=UTC)  # midnight in Shanghai
CUSTOMERS_HEADER = "customer,customer_name,account,subscriber,kind,identifier,home_area,pool,offer,from,to\n"
FAR = ("13800100001", "13800210002", "02188880000", "01066660000", "008112345678", "0085223456789", "10000", "95588")
TYPES = {"MOC": "voice", "MTC": "voice", "CF": "voice", "SMS": "sms"}
CALLS_MAPPING = """format: 1
source: switch
reader: {kind: delimited}
zone: Asia/Shanghai
fields:
  service: {from: type, map: {MOC: voice, MTC: voice, CF: voice, SMS: sms}, unmapped: refuse}
  direction: {from: type, map: {MOC: out, MTC: in, CF: forward, SMS: out}, unmapped: refuse}
  identifier: {from: caller, digits_only: yes}
  other_party: {from: callee, digits_only: yes}
  place: {from: area}
  start: {from: began, time: "%Y-%m-%d %H:%M:%S"}
  duration: {from: lasted, unit: s}
key: [reference, began]
window: 30d
carry: [price]
"""
SESSIONS_MAPPING = """format: 1
source: gateway
reader: {kind: jsonl}
zone: Asia/Shanghai
fields:
  service: {const: data}
  direction: {const: out}
  identifier: {from: user.imsi}
  identifier_kind: {const: imsi}
  place: {from: network}
  start: {from: at, time: epoch_s}
  duration: {from: seconds, unit: s}
  bytes_up: {from: bytes.up, unit: B}
  bytes_down: {from: bytes.down, unit: B}
key: [record]
window: 30d
"""


@dataclass(frozen=True)
class Person:
    number: str
    imsi: str
    area: str


def person(n: int, area: str = "021") -> Person:
    return Person(f"1990001{n:04d}", f"46011000001{n:04d}", area)


PEOPLE = [person(n, ("021", "010", "0571")[n % 3]) for n in range(40)]


EVER: Final = "2026-03-01"
SHARED: Final = {  # subscriber: who pays, and with whom it shares; a pool may have several payers
    **dict.fromkeys((12, 13, 14, 15), ("FAMILY", "family")),
    16: ("SALES", "trade"), 17: ("OFFICE", "trade"),
    **dict.fromkeys((18, 19), ("FAMILY2", "family2")),
}  # fmt: skip
SINCE: Final = {15: "2026-10-10", 38: "2026-10-20", 39: "2026-10-05 13:30"}  # who came within the month
UNTIL: Final = {37: "2026-10-12"}
HELD: Final = (  # offer, by whom, since, until: plans, changed plans, packs
    ("cx129", (*range(12), 38), "", ""),
    ("jt199", (12, 18), "", ""),
    ("fk10", (13, 14, 15, 19), "", ""),
    ("sl189", (16,), "", ""),
    ("sl89", (17,), "", ""),
    ("sl49", tuple(range(20, 26)), "", "2026-10-15"),
    ("sl89", tuple(range(20, 26)), "2026-10-15", ""),
    ("sl129", tuple(range(26, 30)), "", ""),
    ("bz50", tuple(range(30, 38)), "", ""),
    ("sl49", (39,), "", ""),
    ("ll5g", (2, 5, 8), "2026-10-08 20:15", "2026-11-01"),
    ("hy2026", (3, 26), "2026-07-07", "2027-07-07"),
    ("xs10g", (5, 27), "2026-10-01", "2026-11-01"),
)
GIVEN_ON: Final = f"C-NEW,新客户,A-NEW,S-NEW,msisdn,{PEOPLE[37].number},021,,bz50,2026-10-22,"


def customers() -> str:
    """Forty subscribers: single plans, pools, changed plans, packs, a number that goes to somebody else."""
    rows = [row_of(n, offer, since, until) for offer, holders, since, until in HELD for n in holders]
    return CUSTOMERS_HEADER + "\n".join([*rows, *(row_of(n, "", "", "") for n in range(40)), GIVEN_ON]) + "\n"


def row_of(n: int, offer: str, since: str, until: str) -> str:
    """An offer held with the number, or (no offer) the card."""
    who = PEOPLE[n]
    account, pool = SHARED.get(n, (f"A{n:03d}", ""))
    kind, identifier = ("msisdn", who.number) if offer else ("imsi", who.imsi)
    period = f"{since or SINCE.get(n, EVER)},{until or UNTIL.get(n, '')}"
    cells = (
        f"C-{pool or account}",
        f"客户{pool or account}",
        account,
        f"S{n:03d}",
        kind,
        identifier,
        who.area,
        pool,
        offer,
    )
    return ",".join((*cells, period))


def moment(dice: random.Random) -> datetime:
    """Mostly within the cycle, some before and after it."""
    return BEGIN + timedelta(seconds=dice.randrange(-86_400, 32 * 86_400))


def calls(dice: random.Random) -> list[str]:
    found = []
    for n in range(CALLS):
        who = dice.choice(PEOPLE)
        caller = who.number if dice.random() > 0.01 else "19999999999"  # a number nobody has
        callee = dice.choice(FAR) if dice.random() > 0.01 else "9123"  # a destination nobody knows
        if dice.random() < 0.2:
            callee = dice.choice(PEOPLE).number
        kind = dice.choice(("MOC", "MOC", "MOC", "MTC", "CF", "SMS", "SMS"))
        began, lasted = (
            moment(dice) + timedelta(hours=8),
            0 if kind == "SMS" else dice.choice((0, 5, 59, 60, 61, 600, 3_600, 9_000)),
        )
        area = who.area if dice.random() > 0.1 else "0755"
        found.append(f"R{n:06d},{kind},{caller},{callee},{area},{began:%Y-%m-%d %H:%M:%S},{lasted},0.1")
    return found


BROKEN_CALLS = (
    "B1,MOC,19900010001,10000,021,2026-02-30 10:00:00,5,0",
    "B2,MOC,19900010001,10000,021,2026-10-05 10:00:00,-5,0",
    "B3,FAX,19900010001,10000,021,2026-10-05 10:00:00,5,0",
    "B4,MOC,,10000,021,2026-10-05 10:00:00,5,0",
    "B5,MOC,19900010001",
    "B6,MOC,19900010001,10000,021,2026-10-05 10:00:00,99999999999999,0",
)


def sessions(dice: random.Random) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for n in range(SESSIONS):
        who = dice.choice(PEOPLE)
        at = moment(dice)
        # A few of the standard tariff and of cx129 use so much that ladders repeat and caps are met.
        down = dice.choice((10_000, 3_000_000, 400 << 20, 1 << 30, 9 << 30)) + dice.randrange(100_000)
        found.append({"record": n, "user": {"imsi": who.imsi}, "network": "460", "at": int(at.timestamp()),
                      "seconds": dice.randrange(7_200), "bytes": {"up": down // 9, "down": down}})  # fmt: skip
    return found


def write(folder: Path, example_tariff: Path) -> None:
    """Everything the operator types commands about. `example_tariff` is used as it is."""
    import shutil

    dice = random.Random(SEED)
    folder.mkdir(parents=True)
    shutil.copytree(example_tariff, folder / "tariff")
    (folder / "customers.csv").write_text(customers(), encoding="utf-8")
    (folder / "calls.yaml").write_text(CALLS_MAPPING, encoding="utf-8")
    (folder / "sessions.yaml").write_text(SESSIONS_MAPPING, encoding="utf-8")
    rows = calls(dice)
    header = "reference,type,caller,callee,area,began,lasted,price"
    first = [*rows[:1_100], *BROKEN_CALLS, *dice.sample(rows[:1_100], 25)]
    second = [*rows[1_100:], *dice.sample(rows[:1_100], 40), BROKEN_CALLS[0]]
    for name, lines in (("calls-1", first), ("calls-2", second)):
        (folder / f"{name}.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    (folder / "calls-1-again.csv").write_bytes((folder / "calls-1.csv").read_bytes())
    used = sessions(dice)
    texts = [json.dumps(one) for one in [*used, *dice.sample(used, 12)]]
    texts[300:300] = ['{"record": ', '["no object"]', json.dumps(used[0] | {"record": 9_999, "at": "yesterday"})]
    for name, part in (("sessions-1", texts[:600]), ("sessions-2", texts[600:])):
        (folder / f"{name}.jsonl").write_text("\n".join(part) + "\n", encoding="utf-8")
