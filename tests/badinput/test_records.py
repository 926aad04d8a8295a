"""Records that are wrong stop no other: each waits in suspense with its line and reason, and what is good is taken."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.badinput.faults_table import CALLS_HEADER, CUSTOMERS_HEADER, GOOD_CALL, GOOD_CUSTOMER, TARIFF
from tests.faults.files_of_the_operator import CALLS_MAPPING
from tests.faults.small_operator import HOME, Kept, Operator
from tests.installations import rows_of

from yidian.platform.wording import LANGUAGES, entries

RULES = CALLS_MAPPING.replace("source: switch", "source: odd").replace(
    "window: 30d", "records:\n  - {when: {area: '099'}, reject: NOT_OURS}\nwindow: 30d"
)


def call(reference: str = "R", kind: str = "MOC", caller: str = "19900010001", callee: str = "10000", area: str = "021",
         began: str = "2026-10-05 10:00:00", lasted: str = "5") -> bytes:  # fmt: skip
    return f"{reference},{kind},{caller},{callee},{area},{began},{lasted},0\n".encode()


BROKEN: dict[str, bytes] = {
    "QUANTITY_NEGATIVE": call(lasted="-5"),
    "QUANTITY_ABSURD": call(lasted="99999999999999999999"),
    "QUANTITY_NOT_WHOLE": call(lasted="1.5"),
    "QUANTITY_NOT_A_NUMBER": call(lasted="1e3"),
    "START_IMPOSSIBLE": call(began="2026-02-30 10:00:00"),
    "START_OUT_OF_RANGE": call(began="1899-10-05 10:00:00"),
    "START_MISSING": call(began=""),
    "IDENTIFIER_MISSING": call(caller=""),
    "VALUE_NOT_MAPPED": call(kind="FAX"),
    "VALUE_TOO_LONG": call(callee="7" * 129),
    "CHARACTER_FORBIDDEN": call(reference="K", area="02\x1b[31m"),
    "NUL_CHARACTER": call(reference="N", area="02\0"),
    "RECORD_RAGGED": b"B,MOC,19900010001\n",
    "QUOTE_BROKEN": b'Q,"MOC,19900010001,10000,021,2026-10-05 10:00:00,5,0\n',
    "NOT_OURS": call(area="099"),
    "LINE_TOO_LONG": call(area="9" * 10_000_000),
}


def test_every_broken_record_waits_with_its_line_and_reason(kept: Kept, operator: Operator) -> None:
    operator.stand(kept, before="rate")
    before = rows_of(kept.folder / HOME)["usage_suspenserecord"]
    (kept.folder / "odd.yaml").write_text(RULES, encoding="utf-8")
    (kept.folder / "odd.csv").write_bytes(CALLS_HEADER.encode() + b"".join(BROKEN.values()) + GOOD_CALL.encode())
    ended = kept.run("collect", "--mapping", "odd.yaml", "odd.csv")
    assert ended.code == 0, ended
    assert f"{len(BROKEN) + 1} records = 1 good + {len(BROKEN)} rejected + 0 duplicates" in ended.out
    assert rows_of(kept.folder / HOME)["usage_suspenserecord"] == before + len(BROKEN)
    for language in LANGUAGES:
        told = kept.run("suspense", "list", "--source", "odd", YIDIAN_LANG=language)
        rows = [re.split(r"\s{2,}", line.strip()) for line in told.out.splitlines() if line.startswith("odd ")]
        assert [(row[3], row[4]) for row in rows] == [(str(n), code) for n, code in enumerate(BROKEN, start=2)]
        for row in rows:
            words = max(re.split(r"\{[^}]*\}", entries()[row[4]][language]), key=len).strip()
            assert any(words in cell for cell in row), row
    assert kept.run("doctor").code == 0


def gbk_declared(folder: Path) -> list[str]:
    (folder / "ok.yaml").write_text(
        RULES.replace("{kind: delimited}", "{kind: delimited, encoding: gbk}"), encoding="utf-8"
    )
    (folder / "ok.csv").write_bytes((CALLS_HEADER + GOOD_CALL.replace(",021,", ",上海,")).encode("gbk"))
    return ["collect", "--mapping", "ok.yaml", "ok.csv"]


def mark_before_usage(folder: Path) -> list[str]:
    (folder / "ok.yaml").write_text(RULES, encoding="utf-8")
    (folder / "ok.csv").write_bytes((CALLS_HEADER + GOOD_CALL).encode("utf-8-sig"))
    return ["collect", "--mapping", "ok.yaml", "ok.csv"]


def mark_before_customers(folder: Path) -> list[str]:
    (folder / "ok.csv").write_bytes((CUSTOMERS_HEADER + GOOD_CUSTOMER).encode("utf-8-sig"))
    return ["import", "customers", "ok.csv"]


def mark_before_a_tariff(folder: Path) -> list[str]:
    (folder / "ok").mkdir(exist_ok=True)
    for path in TARIFF.glob("*.csv"):
        (folder / "ok" / path.name).write_bytes(path.read_text(encoding="utf-8").encode("utf-8-sig"))
    return ["tariff", "load", "ok"]


@pytest.mark.parametrize("make", [gbk_declared, mark_before_usage, mark_before_customers, mark_before_a_tariff])
def test_a_declared_encoding_and_a_byte_order_mark_do_no_harm(kept: Kept, operator: Operator, make: object) -> None:
    operator.stand(kept, before="rate")
    ended = kept.run(*make(kept.folder))  # type: ignore[operator]
    assert ended.code == 0, ended
    if make in (gbk_declared, mark_before_usage):
        assert "1 records = 1 good" in ended.out
