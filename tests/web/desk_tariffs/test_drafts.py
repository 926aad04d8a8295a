"""A draft's pages where no month was rated: charts, files, and what is refused."""

from __future__ import annotations

import io
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.cycles.world import OCTOBER
from tests.web.desk_month.office import plain, read, send
from tests.web.desk_tariffs.office import drafted, waiting
from tests.web.town import NOW, Town

from yidian.domains.customer_bill.models import BillingCycle


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


def test_a_draft_that_rewrites_closed_months_is_refused_before_anybody_is_asked_and_when_it_is_done(
    quiet: Town,
) -> None:
    from tests.launch.way import LI, Way

    way = Way.__new__(Way)
    way.tenant, way.number = quiet.tenant(), drafted(quiet)
    way.do("confirm_product").do("confirm_partner", LI)
    for event in ("configure_catalogue", "configure_crm", "configure_billing"):
        way.do(event)
    october = BillingCycle.objects.filter(name=OCTOBER)
    before = october.get().state
    product, where = quiet.staff("product"), f"/desk/tariffs/{way.number}/publish/"
    october.update(state="closed", closed_at=NOW)
    refused = send(product, where, lang="en")
    assert (refused.status_code, "2026-11-01" in plain(refused)) == (409, True)
    with pytest.raises(AssertionError):
        waiting(quiet)  # nobody was asked

    october.update(state=before, closed_at=None)
    assert send(product, where).status_code == 303, "a second person is asked"
    october.update(state="closed", closed_at=NOW)
    agreed = send(quiet.staff("product-2"), f"/desk/approvals/{waiting(quiet)}/decide/", answer="yes")
    assert "2026-11-01" in read(quiet.staff("product-2"), agreed["Location"])
    assert way.facts.state == "configured"
