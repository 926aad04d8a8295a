"""What happened is told: once committed, in order, however the consumer misbehaves, and again when asked."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from tests.platform.misbehaving_consumer import closes, drips, hangs, says
from tests.platform.outbox_office import NOW, SECRET, Office

from yidian.platform.outbox import operations
from yidian.platform.outbox.models import Delivery, OutboxEvent, Subscription
from yidian.platform.outbox.queries import subscriptions
from yidian.platform.outbox.relay import UnableToServe
from yidian.platform.writing.types import Actor

ACCOUNT, OTHER = "account/A1", "account/A2"


@pytest.fixture
def office(tenant: Any) -> Iterator[Office]:
    made = Office(tenant)
    yield made
    made.consumer.close()


@pytest.mark.django_db(transaction=True)
def test_an_event_is_written_in_a_transaction_only(tenant: Any) -> None:
    told: dict[str, Any] = {
        "tenant": tenant, "operation": "t", "event": "e", "aggregate": "a", "payload": {}, "at": NOW,
        "actor": Actor("staff", "zhang"),
    }  # fmt: skip
    with pytest.raises(RuntimeError):
        operations.append(**told)
    with transaction.atomic():
        operations.append(**told)
    assert OutboxEvent.objects.get().actor == "staff/zhang"


def test_a_write_that_fails_tells_nothing(office: Office) -> None:
    office.subscribes()

    def work(frame: Any) -> None:
        frame.emit("payment.taken", aggregate=ACCOUNT, payload={"n": 1})
        raise ArithmeticError

    with pytest.raises(ArithmeticError):
        office.does(work)
    office.tells()
    assert office.consumer.heard == []


def test_an_event_comes_as_cloudevents_with_a_signature_the_consumer_can_check(office: Office) -> None:
    office.subscribes()
    office.happens(ACCOUNT, 1)
    assert office.tells().taken == 1
    (heard,) = office.consumer.heard
    assert heard.told == {
        "specversion": "1.0", "id": "1", "source": "/yidian/operator", "type": "payment.taken", "subject": ACCOUNT,
        "time": "2026-11-22T04:00:00Z", "datacontenttype": "application/json", "sequence": "1", "previous": "0",
        "operation": "test", "data": {"n": 1},
    }  # fmt: skip
    assert heard.headers["content-type"].startswith("application/cloudevents+json")
    moment, _, mac = heard.headers["yidian-signature"].partition(",v1=")
    assert moment == f"t={int(NOW.timestamp())}"
    signed = moment.removeprefix("t=").encode() + b"." + heard.body
    assert mac == hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()


def test_while_a_secret_is_changed_both_sign(office: Office) -> None:
    office.subscribes()
    office.does(lambda frame: operations.change_secret(frame=frame, name="shop", secret=SECRET + "-new"))
    office.happens(ACCOUNT, 1)
    office.tells()
    (heard,) = office.consumer.heard
    moment, *macs = heard.headers["yidian-signature"].split(",")
    signed = moment.removeprefix("t=").encode() + b"." + heard.body
    for secret in (SECRET, SECRET + "-new"):
        assert "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() in macs


def test_only_what_was_asked_for_is_told_and_a_hole_shows(office: Office) -> None:
    office.happens(ACCOUNT, 0)
    office.tells()
    office.subscribes(events=["payment.*"])
    office.happens(ACCOUNT, 1)
    office.happens(ACCOUNT, 2, event="bill.posted")
    office.happens(ACCOUNT, 3, event="payment.reversed")
    office.tells()
    told = [(one.told["data"]["n"], one.told["sequence"], one.told["previous"]) for one in office.consumer.heard]
    assert told == [(1, "2", "0"), (3, "4", "2")]


def test_numbers_follow_commits_and_not_ids(office: Office) -> None:
    """Id 1 commits after id 2 was told: it is told later, and not lost below a mark."""
    office.subscribes()
    office.happens(ACCOUNT, 2)
    late = OutboxEvent.objects.get()
    office.tells()
    OutboxEvent.objects.create(
        id=late.pk - 1, tenant=office.tenant, event="payment.taken", aggregate=OTHER, payload={"n": 1}, operation="t",
        actor="staff/zhang", at=NOW,
    )  # fmt: skip
    office.tells()
    assert office.consumer.subjects() == [(ACCOUNT, 2), (OTHER, 1)]
    assert list(OutboxEvent.objects.order_by("number").values_list("payload__n", "number")) == [(2, 1), (1, 2)]


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (says(503), "HTTP_503"), (says(429), "HTTP_429"), (hangs, "TIMED_OUT"), (closes, "CONNECTION_CLOSED"),
        (drips, "TIMED_OUT"),
    ],
    ids=["unavailable", "too many", "hangs", "closes", "drips"],
)  # fmt: skip
def test_a_consumer_that_is_away_is_waited_for(office: Office, behaviour: Any, code: str) -> None:
    office.subscribes()
    office.happens(ACCOUNT, 1, 2)
    office.happens(OTHER, 1)
    office.consumer.always(behaviour)
    assert office.tells(deadline_s=0.4).silent == 1
    assert office.tells().silent == 0, "nothing is tried before its time"
    assert len(office.consumer.heard) == 1
    assert Delivery.objects.exclude(answer="").get().answer == code
    assert subscriptions(tenant=office.tenant)[0].silent_since == NOW
    office.consumer.always(says(200))
    office.clock.push(timedelta(minutes=1))
    office.tells()
    assert sorted(office.consumer.subjects()[1:]) == [(ACCOUNT, 1), (ACCOUNT, 2), (OTHER, 1)]
    assert subscriptions(tenant=office.tenant)[0].silent_since is None


def test_down_for_three_days_nothing_is_lost_and_the_order_is_kept(office: Office) -> None:
    office.subscribes()
    office.consumer.always(closes)
    for day in range(3):
        office.happens(ACCOUNT, *range(day * 5, day * 5 + 5))
        office.happens(OTHER, *range(day * 5, day * 5 + 5))
        office.passes(1, every=timedelta(hours=2))
    tried = len(office.consumer.heard)
    assert 24 <= tried <= 100, "it is asked now and then, not hammered"
    office.consumer.always(says(200))
    office.passes(1)
    heard = office.consumer.subjects()[tried:]
    for aggregate in (ACCOUNT, OTHER):
        assert [n for subject, n in heard if subject == aggregate] == list(range(15))
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}


def test_answering_500_for_three_days_kills_nothing(office: Office) -> None:
    office.subscribes()
    office.happens(ACCOUNT, 1, 2)
    office.consumer.always(says(500))
    office.passes(3, every=timedelta(hours=3))
    assert Delivery.objects.filter(state="waiting").count() == 2
    office.consumer.always(says(200))
    office.passes(1)
    assert [n for _, n in office.consumer.subjects()[-2:]] == [1, 2]


def refuses(n: int, *, how: Any = None) -> Any:
    return lambda heard: (how or says(500)) if heard.told["data"]["n"] == n else says(200)


@pytest.mark.parametrize("how", [says(500), says(400), hangs], ids=["500", "400", "hangs"])
def test_an_event_that_is_refused_for_ever_dies_and_those_behind_it_go_on(office: Office, how: Any) -> None:
    office.subscribes(max_attempts=4)
    office.happens(ACCOUNT, 1, 2, 3)
    office.happens(OTHER, 1, 5)
    office.consumer.behaves = refuses(2, how=how)
    office.tells(deadline_s=0.5)
    for n in range(8):
        office.happens(OTHER, 10 + n)
        office.clock.push(timedelta(hours=7))
        office.tells(deadline_s=0.5)
    heard = office.consumer.subjects()
    assert heard.count((ACCOUNT, 2)) == 4
    assert [n for subject, n in heard if subject == OTHER] == [1, 5, *range(10, 18)], "others never wait for it"
    assert heard.index((ACCOUNT, 3)) > max(i for i, one in enumerate(heard) if one == (ACCOUNT, 2))
    assert [(one.aggregate, one.state) for one in Delivery.objects.filter(state="dead")] == [(ACCOUNT, "dead")]
    office.consumer.always(says(200))
    assert office.replays(2, 2) == 1
    office.tells()
    assert office.consumer.heard[-1].told["replayed"] == "1"
    assert office.consumer.subjects()[-1] == (ACCOUNT, 2)


def test_what_was_taken_and_lost_is_told_again_by_range(office: Office) -> None:
    """The consumer said 200 and lost them: it asks for the range, and gets the same ids in the same order."""
    office.happens(ACCOUNT, 1)
    office.tells()
    office.subscribes()
    office.happens(ACCOUNT, 2, 3, 4)
    office.tells()
    first = [one.told["id"] for one in office.consumer.heard]
    office.consumer.heard.clear()
    office.happens(ACCOUNT, 5)
    assert office.replays(1, 3) == 3
    office.tells()
    assert [n for _, n in office.consumer.subjects()] == [1, 2, 3, 5], "also what was from before its time"
    assert [one.told["id"] for one in office.consumer.heard][1:3] == first[:2]
    assert [one.told["previous"] for one in office.consumer.heard] == ["0", "0", "2", "4"]


def test_a_redirect_is_not_followed(office: Office) -> None:
    office.subscribes()
    office.happens(ACCOUNT, 1)
    office.consumer.always(says(302, f"Location: {office.consumer.url}2"))
    did = office.tells()
    assert (did.refused, len(office.consumer.heard)) == (1, 1)
    assert Delivery.objects.get().answer == "HTTP_302"


def test_paused_it_hears_nothing_and_misses_nothing(office: Office) -> None:
    office.subscribes()
    office.moves("pause")
    office.happens(ACCOUNT, 1, 2)
    office.tells()
    assert office.consumer.heard == []
    office.moves("resume")
    office.tells()
    assert [n for _, n in office.consumer.subjects()] == [1, 2]
    office.moves("end")
    office.happens(ACCOUNT, 3)
    office.tells()
    assert len(office.consumer.heard) == 2


def test_of_two_relays_one_serves_and_who_was_overtaken_records_nothing(office: Office) -> None:
    office.subscribes()
    office.happens(ACCOUNT, 1)
    ours, theirs = office.relay("ours"), office.relay("theirs")
    row = ours._claim(Subscription.objects.get())
    assert row is not None
    assert theirs.run().taken == 0
    Subscription.objects.update(relay_until="2000-01-01T00:00:00Z")
    assert theirs.run().taken == 1
    with pytest.raises(UnableToServe):
        ours._serve(row, office.tells())
    assert len(office.consumer.heard) == 1


def test_pauses_come_from_the_name_of_what_is_tried(office: Office) -> None:
    from yidian.platform.backoff import wait_before

    second, hour = timedelta(seconds=1), timedelta(hours=1)
    pauses = [wait_before(attempt=n, seed="delivery 7", first=second, most=hour) for n in range(1, 40)]
    assert pauses == [wait_before(attempt=n, seed="delivery 7", first=second, most=hour) for n in range(1, 40)]
    assert all(second * 2 ** min(n, 20) <= pause or pause >= hour for n, pause in enumerate(pauses))
    assert max(pauses) <= hour * 5 / 4
    others = {wait_before(attempt=3, seed=f"delivery {n}", first=second, most=hour) for n in range(100)}
    assert len(others) == 100
    day = timedelta(days=1)
    assert all(day <= wait_before(attempt=99, seed=str(n), first=day, most=day) <= day * 5 / 4 for n in range(500))
