"""A wrong price found when the month is in the books: corrected by two people, killed on the way, borne once."""

from __future__ import annotations

import csv
import os
import re
from decimal import Decimal
from pathlib import Path

from tests import forks, installations
from tests.stories.shop import DEAR, Operator

CALLS = (
    "1,19900000002,13800211111,2026-10-05 10:00:00,60,021",  # S2: standard tariff, 0.40
    "2,19900000001,13800211111,2026-10-02 10:00:00,61,021",  # S1: two minutes at 0.19
)


def killed(operator: Operator, plan: str, *words: str) -> int:
    """Type a command that dies at a point."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("YIDIAN_", "LANG", "LC_"))}
    done = forks.run(
        [forks.YIDIAN, *installations.typed(words, cwd=operator.folder)], cwd=operator.home,
        env=environment | {"LANG": "C.UTF-8", "YIDIAN_POINTS": f"{plan}=kill"},
    )  # fmt: skip
    return done.returncode


def late_of(operator: Operator) -> dict[str, Decimal]:
    path = operator.folder / "november.csv"
    operator.yidian("--as", "qian", "export", "bills", "2026-11", "-o", path)
    with path.open(encoding="utf-8", newline="") as f:
        return {row["account"]: Decimal(row["late"]) for row in csv.DictReader(f) if Decimal(row["late"])}


def test_a_wrong_price_is_put_right_by_two_people(operator: Operator) -> None:
    operator.collect("october.csv", CALLS)
    for step in ("rate", "bill", "post"):
        operator.yidian(step, "2026-10", *(["--leave-parked"] if step == "post" else []))
    assert "needs no correction" in operator.yidian("correct", "preview", "2026-11", "--everybody", exits=3)
    folder = operator.tariff("tariff-2", DEAR)
    path = Path(folder) / "prices.csv"
    told = path.read_text(encoding="utf-8")
    assert "sl49,voice_local,*,0.19," in told
    path.write_text(told.replace("sl49,voice_local,*,0.19,", "sl49,voice_local,*,0.15,"), encoding="utf-8")
    operator.yidian("tariff", "load", folder)
    what = ("2026-10", "--edition", "2", "--offer", "sl49")
    seen = operator.yidian("correct", "preview", *what, "-o", operator.folder / "seen.xlsx")
    assert "-0.08" in seen
    assert (operator.folder / "seen.xlsx").read_bytes()[:2] == b"PK"
    assert "no such offer" in operator.yidian("correct", "preview", "2026-10", "--offer", "none", exits=2)
    assert "edition" in operator.yidian("correct", "preview", "2026-10", "--edition", "9", "--offer", "sl49", exits=2)
    assert operator.yidian("correct", "preview", "2026-10", exits=2)
    reason = ("--reason", "wrong_price")
    assert killed(operator, "write.commit", "correct", "ask", *what, *reason) == -9
    assert killed(operator, "write.committed", "correct", "ask", *what, *reason) == -9
    asked = operator.yidian("correct", "ask", *what, *reason)
    number = re.findall(r"C2\d{3}-\d{5}", asked)[0]
    assert number.endswith("00001"), "asked for once"
    approval = re.findall(r"approval (\d+)", asked)[0]
    assert operator.yidian("correct", "agree", number, exits=3)
    for login, role in (("an", "security_admin"), ("li", "finance"), ("qian", "finance")):
        me = () if login == "an" else ("--as", "an")
        operator.yidian(*me, "user", "add", login, "--role", role, "--name", login)
    operator.yidian("--as", "li", "approve", "yes", approval)
    assert operator.yidian("--as", "li", "correct", "agree", number, exits=3), "not by whoever agreed"
    assert killed(operator, "write.committed", "--as", "qian", "correct", "agree", number) == -9
    operator.yidian("--as", "qian", "correct", "agree", number)
    operator.yidian("--as", "qian", "rate", "2026-11")
    for plan in ("run.opened", "lake.renamed", "run.task.committed", "run.publish", "run.published"):
        assert killed(operator, plan, "--as", "qian", "bill", "2026-11") == -9, plan
    operator.yidian("--as", "qian", "bill", "2026-11")
    assert late_of(operator) == {"A1": Decimal("-0.08")}
    operator.yidian("--as", "qian", "bill", "2026-11")
    assert late_of(operator) == {"A1": Decimal("-0.08")}
    assert "Every law that was asked holds" in operator.yidian("doctor")
    assert "counts" in operator.yidian("--as", "qian", "correct", "list")
    assert "sl49" in operator.yidian("--as", "qian", "correct", "show", number)
    withdrawn = operator.yidian("--as", "qian", "correct", "withdraw", number, exits=3)
    operator.yidian("--as", "li", "approve", "yes", re.findall(r"approval (\d+)", withdrawn)[0])
    operator.yidian("--as", "qian", "correct", "withdraw", number)
    operator.yidian("--as", "qian", "bill", "2026-11")
    assert late_of(operator) == {}
