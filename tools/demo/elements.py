"""The files that the network elements leave behind, each in its own format, with the faults of real life in them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tools.demo.usage import SHANGHAI, Call, at, card_of

MSC_KINDS: Final = {"out": "主叫", "in": "被叫", "forward": "呼转"}
MSC_HEAD: Final = "话单号;类型;计费号码;对方号码;位置区;开始时间;时长;结果"
LOST: Final = (at("2026-10-28 14:00:00"), at("2026-10-28 18:00:00"))  # the link was down; these came in November


def write_all(folder: Path, calls: Sequence[Call], strangers: Iterable[Call]) -> dict[str, int]:
    """Every file below `folder`, and how many lines or records each element wrote."""
    msc = sorted([c for c in calls if c.element == "msc"] + list(strangers), key=lambda c: (c.start, c.person.number))
    return {
        "msc": _write_msc(folder, msc),
        "smsc": _write_smsc(folder / "smsc", [c for c in calls if c.element == "smsc"]),
        "pgw": _write_pgw(folder / "pgw", [c for c in calls if c.element == "pgw"]),
        "exchange": _write_exchange(folder / "exchange", [c for c in calls if c.element == "exchange"]),
    }


# --- the mobile switch: `;`, GBK, local time


def _write_msc(folder: Path, calls: Sequence[Call]) -> int:
    """Ten files. Number 4 came under two names; 6 begins with the end of 5; 7 has lines twice and broken lines."""
    lines = [(c, _msc_line(n, c)) for n, c in enumerate(calls, 1)]
    late = [line for c, line in lines if LOST[0] <= c.start < LOST[1]]
    files = _chunks([line for c, line in lines if not LOST[0] <= c.start < LOST[1]], 10)
    files[5] = files[4][-25:] + files[5]
    files[6] = files[6] + files[6][10:18] + BROKEN_MSC
    for number, rows in enumerate(files, 1):
        _write_gbk(folder / "msc" / f"msc-{number:02}.cdr", rows)
    _write_gbk(folder / "msc" / "msc-04-resent.cdr", files[3])
    _write_gbk(folder / "late" / "msc-11.cdr", late)
    return sum(map(len, files)) + len(files[3]) + len(late)


def _msc_line(number: int, call: Call) -> str:
    kind = ("VoLTE" if call.volte else "") + MSC_KINDS[call.kind]
    start = f"{call.start:%Y-%m-%d %H:%M:%S}"
    seconds = call.seconds if call.answered else 0
    result = "应答" if call.answered else "无应答"
    return f"M{number:08};{kind};+86{call.person.number};{call.other};{call.place};{start};{seconds};{result}"


BROKEN_MSC: Final = [
    "M90000001;主叫;+8619900010001;+8613800215555;021;2026-10-32 10:00:00;60;应答",  # no such day
    "M90000002;主叫;+8619900010001;+8613800215555;021;2026-02-30 10:00:00;60;应答",
    "M90000003;主叫;+8619900010004;+8613800215555;021;2026-10-20 10:00:00;-60;应答",  # a clock ran backwards
    "M90000004;主叫;+8619900010004;+8613800215555;021;2026-10-20 10:05:00;六十;应答",
    "M90000005;主叫;+8619900010004;+8613800215555;021",  # the disk was full
    "M90000006;主叫;;+8613800215555;021;2026-10-20 10:06:00;60;应答",
    "M90000007;主叫;+8619900010004;+8613800215555;021;2026-10-20 10:07:00;99999999;应答",  # three years long
    "M90000008;;+8619900010004;+8613800215555;021;2026-10-20 10:08:00;60;应答",
]


def _write_gbk(path: Path, rows: Sequence[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(f"{row}\r\n" for row in [MSC_HEAD, *rows]).encode("gbk"))


# --- the short message centre: fixed positions, UTC


def _write_smsc(folder: Path, calls: Sequence[Call]) -> int:
    lines = [_smsc_line(n, c) for n, c in enumerate(calls, 1)]
    files = _chunks(lines, 4)
    files[1] = [*files[1], *files[1][:6], files[1][7].replace("MO", "XX").replace("MT", "XX"), files[1][8][:30]]
    return _write_each(folder, "smsc-{}.txt", files, lambda rows: "".join(f"{row}\n" for row in rows).encode("ascii"))


def _smsc_line(number: int, call: Call) -> str:
    kind = "MO" if call.kind == "out" else "MT"
    start = f"{call.start.astimezone(UTC):%Y%m%d%H%M%S}"
    return f"{number:010}{kind}{'86' + call.person.number:<15}{call.other:<20}{start}{call.place:<4}"


# --- the packet gateway: JSON lines, gzip, epoch


def _write_pgw(folder: Path, calls: Sequence[Call]) -> int:
    lines = [_pgw_line(n, c) for n, c in enumerate(calls, 1)]
    files = _chunks(lines, 6)
    files[3] = [*files[2][-12:], *files[3]]
    files[4] = [*files[4], '{"charging_id": 9000001, "part": 1, "served": {"imsi": "4601', _pgw_negative()]
    return _write_each(
        folder, "pgw-{}.jsonl.gz", files, lambda rows: gzip.compress("".join(f"{r}\n" for r in rows).encode(), mtime=0)
    )


def _pgw_line(number: int, call: Call) -> str:
    return _pgw_text(number, card_of(call), call.place, call.start, call.seconds, call.up, call.down)


def _pgw_negative() -> str:
    return _pgw_text(9000002, "460110000010004", "021", at("2026-10-24 10:00:00"), 60, -1, 5)


def _pgw_text(number: int, imsi: str, area: str, start: datetime, seconds: int, up: int, down: int) -> str:
    return json.dumps({
        "charging_id": 7_000_000 + number, "part": 1, "served": {"imsi": imsi, "apn": "internet"},
        "cell": {"area": area},
        "opened": int(start.timestamp()) * 1000 + number % 1000, "seconds": seconds, "rating_group": 10,
        "volume": {"up": up, "down": down},
    })  # fmt: skip


# --- the IP exchange: one nested document per half month


def _write_exchange(folder: Path, calls: Sequence[Call]) -> int:
    records = [_exchange_record(n, c) for n, c in enumerate(calls, 1)]
    half = sum(c.start.day <= 15 for c in calls)
    files = [records[:half], [*records[half - 3 : half], *records[half:]]]

    def document(rows: Sequence[Any]) -> bytes:
        report = {"exchange": "SH-PBX-7", "zone": "+08:00", "calls": list(rows)}
        return json.dumps({"version": 3, "report": report}, ensure_ascii=False, indent=1).encode()

    return _write_each(folder, "exchange-{}.json", files, document)


def _exchange_record(number: int, call: Call) -> dict[str, Any]:
    return {
        "id": f"SH-PBX-7/2026/{number}",
        "side": "originating" if call.kind == "out" else "terminating",
        "line": {"number": f"+86{call.person.number.removeprefix('0')}", "rack": [7, number % 4]},
        "peer": {"dialled": call.other},
        "times": {
            "answered": call.start.astimezone(SHANGHAI).isoformat(),
            "talked_ms": max(0, call.seconds * 1000 - number % 997),
        },
        "charge": {"exchange_units": call.seconds // 6},
    }


def _chunks(rows: Sequence[Any], count: int) -> list[list[Any]]:
    size = -(-len(rows) // count)
    return [list(rows[n * size : (n + 1) * size]) for n in range(count)]


def _write_each(
    folder: Path, name: str, files: Sequence[Sequence[Any]], content: Callable[[Sequence[Any]], bytes]
) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    for number, rows in enumerate(files, 1):
        (folder / name.format(number)).write_bytes(content(rows))
    return sum(map(len, files))
