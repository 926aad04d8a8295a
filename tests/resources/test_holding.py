"""Who has a number, a card, a port, a terminal: each door, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from tests.resources.store import CARD, DEVICE, NUMBER, ONE_OF, PORT, Store

from yidian.domains.resource_inventory.operations import UnableToHold
from yidian.domains.resource_inventory.queries import resources_of, steps_of
from yidian.kernel.calendar import to_ms
from yidian.platform.audit.models import AuditEntry
from yidian.platform.outbox.models import OutboxEvent

KINDS = sorted(ONE_OF)
OPEN = {"number": "selectable", "card": "stock", "port": "free", "device": "stock"}
AFTER = {"number": "quarantine", "card": "void", "port": "free", "device": "in_use"}


def code_of(store: Store, verb: str, **told: Any) -> str:
    with pytest.raises(UnableToHold) as refused:
        store.do(verb, **told)
    assert refused.value.params["resource"]
    return refused.value.code


def taken(store: Store, kind: str, id: str, holder: str = "order/2", **more: Any) -> str:
    until_ms = to_ms(store.now) + 60_000
    return code_of(store, "reserve", kind=kind, id=id, holder=holder, until_ms=until_ms, **more)


@pytest.mark.parametrize("kind", KINDS)
def test_from_the_shelf_to_a_subscriber_and_away_again(store: Store, kind: str) -> None:
    id = ONE_OF[kind]
    assert store.state(kind, id) == (OPEN[kind], "")
    store.reserve(kind, id)
    store.reserve(kind, id, minutes=60)
    assert store.facts(kind, id).until_ms == to_ms(store.now) + 3_600_000, "the same holder again makes it longer"
    assert taken(store, kind, id) == "RESOURCE_TAKEN"
    assert code_of(store, "use", kind=kind, id=id, holder="order/2", subscriber="S2") == "RESOURCE_NOT_YOURS"
    store.do("release", kind=kind, id=id, holder="order/2")
    assert store.state(kind, id) == ("reserved", "order/1"), "another's is not released"
    store.do("use", kind=kind, id=id, holder="order/1", subscriber="S1")
    assert store.state(kind, id) == ("in_use", "S1")
    assert (kind, id) in resources_of(tenant=store.tenant, holder="S1")
    assert taken(store, kind, id) == "RESOURCE_TAKEN"
    store.do("hand_over", kind=kind, id=id, subscriber="S1", to="S2")
    told = {"kind": kind, "id": id, "subscriber": "S1"}
    assert code_of(store, "retire", **told, quarantine_until_ms=0) == "RESOURCE_NOT_YOURS"
    assert code_of(store, "give_back", **told) == "RESOURCE_NOT_YOURS"
    until_ms = to_ms(store.now) + 90 * 86_400_000
    store.do("retire", kind=kind, id=id, subscriber="S2", quarantine_until_ms=until_ms)
    assert store.state(kind, id) == (AFTER[kind], "S2" if kind == "device" else "")
    store.do("restore", kind=kind, id=id, subscriber="S2")
    assert store.state(kind, id) == ("in_use", "S2"), "as if it had never been retired"
    store.do("give_back", kind=kind, id=id, subscriber="S2")
    assert store.state(kind, id) == (OPEN[kind], "")
    steps = [one.event for one in steps_of(tenant=store.tenant, kind=kind, id=id)]
    ends = [] if kind == "device" else ["retire", "restore"]
    assert steps == ["make", "reserve", "reserve", "use", "hand_over", *ends, "give_back"]


def test_a_step_is_in_the_audit_and_told_to_others(store: Store) -> None:
    store.used("number", NUMBER)
    entry = AuditEntry.objects.filter(tenant=store.tenant, operation="test").order_by("-id").first()
    assert NUMBER in str(entry.changes)
    event = OutboxEvent.objects.filter(tenant=store.tenant, event="resource.use").get()
    assert event.aggregate == f"number/{NUMBER}"


@pytest.mark.parametrize("kind", KINDS)
def test_a_reservation_that_ran_out_is_the_next_ones_at_once(store: Store, kind: str) -> None:
    id = ONE_OF[kind]
    store.reserve(kind, id, minutes=10)
    store.later(minutes=10)
    assert code_of(store, "use", kind=kind, id=id, holder="order/1", subscriber="S1") == "RESOURCE_NOT_YOURS"
    store.reserve(kind, id, "order/2")
    assert store.state(kind, id) == ("reserved", "order/2")
    assert store.events(kind, id)[-2:] == ["expire", "reserve"]
    store.do("release", kind=kind, id=id, holder="order/1")
    assert store.state(kind, id) == ("reserved", "order/2")
    store.later(minutes=31)
    assert store.tidied() == 1
    assert (store.state(kind, id), store.tidied()) == ((OPEN[kind], ""), 0)


def test_a_number_rests_and_is_in_the_pool_again_whoever_had_it(store: Store) -> None:
    store.used("number", NUMBER)
    store.do("retire", kind="number", id=NUMBER, subscriber="S1", quarantine_until_ms=to_ms(store.now) + 86_400_000)
    assert taken(store, "number", NUMBER) == "RESOURCE_NOT_SELECTABLE"
    store.later(hours=23)
    assert store.tidied() == 0
    store.later(hours=1)
    assert store.tidied() == 1
    assert store.state("number", NUMBER) == ("in_pool", "")
    restored = code_of(store, "restore", kind="number", id=NUMBER, subscriber="S1")
    assert restored in ("RESOURCE_NOT_SELECTABLE", "RESOURCE_NOT_YOURS")


@pytest.mark.parametrize(
    ("kind", "id", "code"),
    [
        ("number", "13912345678", "RESOURCE_UNKNOWN"), ("number", "17099770001", "OFFICE_DATA_MISSING"),
        ("number", "1441077000001", "RESOURCE_NOT_SELECTABLE"), ("port", "FG-MZ88-3/4", "RESOURCE_NOT_SELECTABLE"),
        ("card", "x", "RESOURCE_UNKNOWN"), ("device", "", "RESOURCE_UNKNOWN"),
    ],
)  # fmt: skip
def test_what_cannot_be_reserved(store: Store, kind: str, id: str, code: str) -> None:
    with pytest.raises(UnableToHold) as refused:
        store.reserve(kind, id)
    assert refused.value.code == code
    for wrong in ({"minutes": 0}, {"holder": ""}):
        with pytest.raises(ValueError, match="reservation"):
            store.reserve("number", NUMBER, **wrong)


def test_what_is_taken_back_only_of_the_last_who_had_it(store: Store) -> None:
    store.used("port", PORT)
    store.do("retire", kind="port", id=PORT, subscriber="S1", quarantine_until_ms=0)
    assert code_of(store, "restore", kind="port", id=PORT, subscriber="S2") == "RESOURCE_NOT_YOURS"
    store.reserve("port", PORT, "order/2")
    assert code_of(store, "restore", kind="port", id=PORT, subscriber="S1") == "RESOURCE_TAKEN"
    store.do("release", kind="port", id=PORT, holder="order/2")
    assert code_of(store, "restore", kind="port", id=PORT, subscriber="S1") == "RESOURCE_NOT_YOURS", "it was another's"
    assert code_of(store, "restore", kind="port", id="FG-MZ88-3/2", subscriber="S1") == "RESOURCE_NOT_YOURS"


def test_a_card_lost_and_found_or_void_and_lost_again(store: Store) -> None:
    store.used("card", CARD)
    assert code_of(store, "lose", card=CARD, subscriber="S2") == "RESOURCE_NOT_YOURS"
    assert code_of(store, "find_again", card=CARD, subscriber="S1") == "RESOURCE_NOT_YOURS"
    store.do("lose", card=CARD, subscriber="S1")
    assert store.state("card", CARD) == ("lost", "S1")
    assert taken(store, "card", CARD) == "RESOURCE_TAKEN"
    store.do("find_again", card=CARD, subscriber="S1")
    store.do("lose", card=CARD, subscriber="S1")
    store.do("retire", kind="card", id=CARD, subscriber="S1", quarantine_until_ms=0)
    assert store.state("card", CARD) == ("void", "")
    store.do("restore", kind="card", id=CARD, subscriber="S1")
    assert store.state("card", CARD) == ("lost", "S1")


def test_a_blank_card_is_written_before_it_is_used(store: Store) -> None:
    blank, other = "89861126100770000160", "89861126100770000178"
    assert store.facts("card", blank).card_kind == "blank"
    store.reserve("card", blank)
    use = {"kind": "card", "id": blank, "holder": "order/1", "subscriber": "S1"}
    assert code_of(store, "use", **use) == "CARD_BLANK"
    write = {"card": blank, "holder": "order/1", "imsi": "460110079999999", "secrets": {"ki": "00" * 16}}
    assert code_of(store, "write_card", **{**write, "holder": "order/2"}) == "RESOURCE_NOT_YOURS"
    assert code_of(store, "write_card", **{**write, "imsi": store.facts("card", CARD).imsi}) == "IMSI_TAKEN"
    store.do("write_card", **write)
    assert code_of(store, "write_card", **write) == "CARD_NOT_BLANK"
    store.do("use", **use)
    assert store.facts("card", blank).imsi == "460110079999999"
    assert store.do("card_secrets", card=blank, purpose="order/1").values == {"ki": "00" * 16}
    store.do("scrap_card", card=other)
    assert taken(store, "card", other) == "RESOURCE_NOT_SELECTABLE"


def test_what_a_card_keeps_is_sealed_and_each_look_is_on_record(store: Store) -> None:
    from yidian.domains.resource_inventory.models import Card

    row = Card.objects.get(tenant=store.tenant, iccid=CARD)
    found = store.do("card_secrets", card=CARD, purpose="puk").values
    assert set(found) == {"ki", "pin1", "puk1"}
    assert found["puk1"] not in row.sealed
    entry = AuditEntry.objects.filter(tenant=store.tenant).order_by("-id").first()
    assert "looked_at" in str(entry.changes)
    assert found["puk1"] not in str(entry.changes)


def test_a_number_from_another_network_comes_and_goes_home(store: Store) -> None:
    guest, until_ms = "13312345678", to_ms(store.now) + 600_000
    store.do("enter", number=guest, holder="order/1", until_ms=until_ms)
    assert code_of(store, "enter", number=guest, holder="order/2", until_ms=until_ms) == "RESOURCE_TAKEN"
    store.do("release", kind="number", id=guest, holder="order/1")
    assert store.state("number", guest) == ("away", "")
    store.do("enter", number=guest, holder="order/2", until_ms=until_ms)
    store.later(minutes=10)
    store.do("enter", number=guest, holder="order/3", until_ms=until_ms + 600_000)
    store.do("enter", number=guest, holder="order/3", until_ms=until_ms + 900_000)
    store.do("use", kind="number", id=guest, holder="order/3", subscriber="S1")
    assert taken(store, "number", guest) == "RESOURCE_TAKEN"
    store.do("retire", kind="number", id=guest, subscriber="S1", quarantine_until_ms=until_ms * 2)
    assert store.state("number", guest) == ("away", ""), "it goes home and rests there"
    assert code_of(store, "come_home", number=guest, quarantine_until_ms=0) == "RESOURCE_NOT_SELECTABLE"
    assert code_of(store, "enter", number=NUMBER, holder="o", until_ms=until_ms * 2) == "RESOURCE_TAKEN"


def test_a_number_of_ours_leaves_comes_back_and_is_ours_again(store: Store) -> None:
    store.used("number", NUMBER)
    store.do("leave", number=NUMBER, subscriber="S1")
    assert store.state("number", NUMBER) == ("away", "")
    assert taken(store, "number", NUMBER) == "RESOURCE_NOT_SELECTABLE"
    until_ms = to_ms(store.now) + 600_000
    store.do("enter", number=NUMBER, holder="order/2", until_ms=until_ms)
    store.do("use", kind="number", id=NUMBER, holder="order/2", subscriber="S2")
    assert not store.facts("number", NUMBER).guest
    store.do("leave", number=NUMBER, subscriber="S2")
    store.do("come_home", number=NUMBER, quarantine_until_ms=until_ms)
    assert store.state("number", NUMBER) == ("quarantine", "")


def test_a_port_breaks_and_is_mended(store: Store) -> None:
    store.do("break_port", port=PORT)
    assert taken(store, "port", PORT) == "RESOURCE_NOT_SELECTABLE"
    store.do("mend_port", port=PORT)
    store.used("port", PORT)
    assert code_of(store, "break_port", port=PORT) == "RESOURCE_NOT_SELECTABLE"
    store.do("scrap_device", device=DEVICE)
    assert taken(store, "device", DEVICE) == "RESOURCE_NOT_SELECTABLE"


def test_rows_that_contradict_themselves_are_refused_by_the_database(store: Store) -> None:
    from django.db import IntegrityError, transaction

    from yidian.domains.resource_inventory.models import Number

    row = Number.objects.filter(tenant=store.tenant, value=NUMBER)
    for wrong in ({"state": "in_use"}, {"holder": "S1"}, {"until_ms": 5}, {"state": "gone"}, {"block": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**wrong)
