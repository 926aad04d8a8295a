"""A draft's pages where no month was rated: charts, files, and what is refused."""

from __future__ import annotations

import io
import json
import re

from django.core.files.uploadedfile import SimpleUploadedFile
from tests.web.desk_month.office import send
from tests.web.desk_tariffs.office import drafted
from tests.web.town import Town


def test_a_trial_has_its_numbers_as_tables_and_as_data_for_charts(quiet: Town) -> None:
    number = drafted(quiet)
    page = quiet.staff("product").get(f"/desk/tariffs/{number}/trials/1/?lang=en").content.decode()
    charts = [json.loads(told.replace("&quot;", '"')) for told in re.findall(r'data-chart="([^"]+)"', page)]
    assert [chart["kind"] for chart in charts] == ["grouped", "spread", "bridge", "grouped"]
    assert charts[0]["series"] == [[10_000], [11_500]]
    assert charts[1]["tones"] == [0, 1]
    for word in ("+15.00", "100.00", "115.00", "+15.0 %"):
        assert word in page
    assert "<script>" not in page


def test_files_come_as_files(quiet: Town) -> None:
    number = drafted(quiet)
    sent = quiet.staff("product").get(f"/desk/tariffs/{number}/workbook/")
    assert sent.content == (quiet.home / "new-operator.xlsx").read_bytes()
    told = quiet.staff("product").get(f"/desk/tariffs/{number}/trials/1/xlsx/")
    assert io.BytesIO(told.content).read(2) == b"PK"
    assert "attachment" in told["Content-Disposition"]


def test_what_is_left_out_is_said_beside_its_field(quiet: Town) -> None:
    number = drafted(quiet)
    product = quiet.staff("product")
    assert send(product, "/desk/tariffs/new/send/").status_code == 422
    assert send(product, f"/desk/tariffs/{number}/comment/").status_code == 409
    for fields in ({}, {"cycle": "2026-10", "on": "soon"}, {"cycle": "2026-10", "held": "PLAN"}):
        assert send(product, f"/desk/tariffs/{number}/try/", **fields).status_code == 422, fields
    for fields in ({"size": "0"}, {"threshold": "most"}, {"tolerance": "NaN"}, {"amount": "x"}):
        told = send(product, f"/desk/tariffs/{number}/test/", cycle="2026-10", **fields)
        assert told.status_code == 422, fields


def test_a_big_or_strange_file_is_refused(quiet: Town) -> None:
    told = {"title": "t", "policy": "p"}
    for name, data in (("a.xlsx", b"PK no workbook"), ("a.txt", b"words"), ("a.zip", b""), ("../../a.zip", b"PK")):
        answer = send(quiet.staff("product"), "/desk/tariffs/new/send/", **told, file=SimpleUploadedFile(name, data))
        assert answer.status_code == 422, name
