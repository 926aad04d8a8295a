"""A quote says who was called: a number that was taken to another network, a friend, the family, a closed group."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.numbers.pages import FOLDER, read_page

from yidian.kernel.faults import BadInput
from yidian.runs.quote.quote import quote
from yidian.runs.quote.rows import row_table

PAGE = {section.title: section for section in read_page(FOLDER / "who-is-called.md")}
HEADER = "subscriber,offers,start,service,other_party,ported,friends,duration\n"
WHEN = "2026-10-11T09:00:00"


def why(tmp_path: Path, section: str, row: str, lang: str) -> str:
    """The reason of the only line of a quote."""
    tariff, usage = tmp_path / "tariff", tmp_path / "usage.csv"
    if not tariff.is_dir():
        PAGE[section].write_tariff(tariff)
    usage.write_text(HEADER + row + "\n", encoding="utf-8")
    [told] = row_table(quote(tariff=tariff, usage=usage), lang).to_pylist()
    return str(told["why"])


def test_a_ported_number_is_said_to_be_one(tmp_path: Path) -> None:
    section = "Own network and others, ported numbers"
    row = f"s,,{WHEN},voice,13900000001,cucc@2026-10-10T12:00:00..,,60s"
    assert why(tmp_path, section, row, "en").endswith("; the number was taken to the network cucc")
    assert why(tmp_path, section, row, "zh").endswith("；该号码已携转至 cucc 网")
    assert "taken" not in why(tmp_path, section, row.replace("2026-10-11", "2026-10-09"), "en")


def test_a_friend_is_said_to_be_one(tmp_path: Path) -> None:
    row = f"s,,{WHEN},voice,13900000001,,13900000001,60s"
    assert why(tmp_path, "Friends", row, "en").endswith("; a number on the list of friends")
    assert why(tmp_path, "Friends", row.replace(",13900000001,60s", ",,60s"), "en").count("friend") == 0


def test_a_number_has_gone_to_one_network_only(tmp_path: Path) -> None:
    rows = (f"s,,{WHEN},voice,13900000001,{network},,60s" for network in ("cucc", "ctcc"))
    with pytest.raises(BadInput) as refusal:
        why(tmp_path, "Friends", "\n".join(rows), "en")
    [fault] = refusal.value.faults
    assert (fault.code, fault.where.line, fault.where.column) == ("QUOTE_TOLD_OTHERWISE", 3, "ported")
