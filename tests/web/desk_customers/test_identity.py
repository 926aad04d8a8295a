"""An identity number in full: for a purpose, after proving oneself, written down, so many a day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.web.desk_customers.conftest import RESIDENT
from tests.web.town import NOW, Town

from yidian.journeys.identity import A_DAY, looks_at
from yidian.platform.audit.queries import entries

WHERE = "/desk/customers/c1/identity/resident_id/"


def look(town: Town, key: str, *, login: str = "clerk-north", purpose: str = "original") -> Any:
    return town.staff(login).post(WHERE, {"key": key, "purpose": purpose})


def test_a_look_shows_the_number_and_is_written_down(quarter: Town) -> None:
    page = look(quarter, "key-00001")
    assert page.status_code == 200
    assert RESIDENT in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"
    [entry] = entries(tenant=quarter.tenant(), limit=5, operation="identity.unmask")
    assert (entry.actor_id, entry.reason, entry.changes[0].id) == ("clerk-north", "original", "c1")
    assert RESIDENT not in repr(entry)
    [told] = looks_at(tenant=quarter.tenant(), customer="c1")
    assert (told.actor_id, told.purpose, told.kind) == ("clerk-north", "original", "resident_id")


def test_the_same_form_again_shows_nothing_and_counts_nothing(quarter: Town) -> None:
    look(quarter, "key-00001")
    again = look(quarter, "key-00001")
    assert again.status_code == 422
    assert RESIDENT not in again.content.decode()
    assert len(looks_at(tenant=quarter.tenant(), customer="c1")) == 1


def test_without_a_purpose_nothing_is_shown(quarter: Town) -> None:
    for purpose in ("", "curiosity"):
        page = look(quarter, f"key-of-{purpose}-look", purpose=purpose)
        assert page.status_code == 422
        assert RESIDENT not in page.content.decode()
    assert looks_at(tenant=quarter.tenant(), customer="c1") == []


def test_so_many_looks_a_day_and_the_next_day_again(quarter: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(A_DAY):
        assert look(quarter, f"key-{n:05}").status_code == 200
    refused = look(quarter, "key-99999")
    assert refused.status_code == 422
    assert RESIDENT not in refused.content.decode()
    assert len(looks_at(tenant=quarter.tenant(), customer="c1", limit=99)) == A_DAY
    assert look(quarter, "key-00001", login="supervisor").status_code == 200, "the limit is each person's own"
    monkeypatch.setenv("YIDIAN_NOW", (NOW + timedelta(minutes=4)).isoformat())
    assert look(quarter, "key-88888").status_code == 422, "the same day"


def test_who_did_not_prove_themselves_lately_proves_first(quarter: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    client = quarter.staff("clerk-north")
    monkeypatch.setenv("YIDIAN_NOW", (NOW + timedelta(minutes=10)).isoformat())
    for page in (client.get(WHERE), client.post(WHERE, {"key": "key-00001", "purpose": "original", "back": WHERE})):
        assert page.status_code == 303
        assert "again" in page.headers["Location"]
    assert looks_at(tenant=quarter.tenant(), customer="c1") == []


def test_who_holds_no_right_to_it_sees_it_masked(quarter: Town) -> None:
    page = quarter.staff("query").get("/desk/customers/c1/").content.decode()
    assert "1101**********002X" in page
    assert "/identity/" not in page
    assert quarter.staff("query").get(WHERE).status_code == 403
    assert quarter.staff("query").post(WHERE, {"key": "key-00001", "purpose": "original"}).status_code == 403
    assert quarter.staff("clerk-south").get(WHERE).status_code == 404


def test_no_other_document_is_made_up(quarter: Town) -> None:
    page = quarter.staff("clerk-north").post(
        "/desk/customers/c1/identity/passport/", {"key": "key-00001", "purpose": "original"}
    )
    assert page.status_code == 422
    assert looks_at(tenant=quarter.tenant(), customer="c1") == []
