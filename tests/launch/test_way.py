"""The way of a tariff to sale: each step from its own state only, by two people where it takes two (MV-13 … MV-20)."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from tests.catalog.example import EXAMPLE, change
from tests.launch.way import DEARER, LI, NOW, ZHANG, Way, changed, key

from yidian.domains.product_catalog import queries
from yidian.domains.product_catalog.operations import draft_tariff, load_tariff, move_draft, publish_draft, revise_draft
from yidian.domains.product_catalog.types import UnableToLaunch, lifecycle, offers_changed, pack, read_tariff
from yidian.kernel.faults import BadInput
from yidian.platform.audit.models import AuditEntry
from yidian.platform.outbox.models import OutboxEvent

MAY = {  # told apart from the table: what a product manager would draw
    "draft": "revise comment confirm_product confirm_partner cancel",
    "confirmed": "revise comment configure_catalogue configure_crm configure_billing cancel",
    "configured": "revise comment publish cancel",
    "published": "revise comment test_passed test_failed withdraw",
    "tested": "revise comment test_passed test_failed launch withdraw",
    "on_sale": "comment suspend withdraw",
    "suspended": "comment resume withdraw",
    "withdrawn": "",
    "cancelled": "",
}


def test_every_event_in_every_state() -> None:
    assert sorted(MAY) == sorted(lifecycle.STATES)
    for state, event in itertools.product(lifecycle.STATES, lifecycle.EVENTS):
        if event in MAY[state].split():
            assert lifecycle.after(number=1, state=state, event=event) in lifecycle.STATES
        else:
            with pytest.raises(UnableToLaunch) as refused:
                lifecycle.after(number=1, state=state, event=event)
            assert refused.value.params == {"number": 1, "state": state, "event": event}
    assert {event for events in MAY.values() for event in events.split()} == {*lifecycle.EVENTS}
    assert lifecycle.RIGHTS.keys() == {*lifecycle.EVENTS}


def test_the_whole_way_is_remembered(tenant: Any) -> None:
    way = Way(tenant).to("on_sale").do("suspend").do("resume").do("withdraw")
    steps = way.facts.steps
    assert [step.sequence for step in steps] == list(range(1, len(steps) + 1))
    assert [step.state for step in steps] == [
        "draft", "draft", "confirmed", "confirmed", "confirmed", "configured", "published", "tested", "on_sale",
        "suspended", "on_sale", "withdrawn",
    ]  # fmt: skip
    assert {step.actor for step in steps} == {"staff:zhang", "staff:li"}
    assert AuditEntry.objects.filter(operation__startswith="tariff.").count() == len(steps)
    assert OutboxEvent.objects.filter(event="tariff.draft.moved").count() == len(steps)


@pytest.mark.parametrize(("missing", "code"), [("title", "DRAFT_WITHOUT_TITLE"), ("policy", "DRAFT_WITHOUT_POLICY")])
def test_a_draft_without_its_policy_is_rejected(tenant: Any, missing: str, code: str) -> None:
    """MV-13."""
    with pytest.raises(UnableToLaunch) as refused:
        Way(tenant, **{missing: "  "})
    assert refused.value.code == code
    assert queries.drafts(tenant=tenant) == []


def test_a_workbook_with_faults_is_no_draft(tenant: Any, tmp_path: Path) -> None:
    folder = changed(tmp_path, ("prices", DEARER[1], "*,sms,*,-0.10,1,1,,,,,"))
    with pytest.raises(BadInput) as refused:
        Way(tenant, folder)
    [fault] = refused.value.faults
    assert (fault.code, fault.where.file, fault.where.column) == ("PRICE_NEGATIVE", "prices.csv", "price")
    assert queries.drafts(tenant=tenant) == []


def test_both_sides_are_two_people(tenant: Any) -> None:
    way = Way(tenant).do("confirm_product", ZHANG)
    for event, who, code in (
        ("confirm_partner", ZHANG, "DRAFT_SAME_PERSON"), ("confirm_product", LI, "DRAFT_STEP_DONE"),
        ("configure_crm", LI, "DRAFT_NOT_IN_STATE"),
    ):  # fmt: skip
        with pytest.raises(UnableToLaunch) as refused:
            way.do(event, who)
        assert refused.value.code == code
    assert way.facts.state == "draft"
    assert way.do("confirm_partner", LI).facts.state == "confirmed"


def test_each_system_tells_the_version_that_is_in_it(tenant: Any) -> None:
    """MV-16, MV-18: published only when all three are done, and of one version."""
    way = Way(tenant).to("confirmed").do("configure_crm")
    for version in ("", "0" * 12, way.facts.version[:11]):
        with pytest.raises(UnableToLaunch) as refused:
            way.do("configure_billing", version=version)
        assert refused.value.code == "DRAFT_VERSION_DIFFERS"
    with pytest.raises(UnableToLaunch):
        way.do("publish")
    assert way.do("configure_billing").facts.state == "confirmed"
    assert way.do("configure_catalogue", LI).facts.state == "configured"


def test_a_new_workbook_voids_what_was_confirmed(tenant: Any, tmp_path: Path) -> None:
    way = Way(tenant).to("configured").revise(changed(tmp_path, DEARER))
    assert (way.facts.state, way.facts.round) == ("draft", 2)
    assert not way.facts.done & {*lifecycle.CONFIRMS, *lifecycle.CONFIGURES}
    assert way.to("configured").facts.round == 2


def test_a_comment_takes_words_and_changes_nothing(tenant: Any) -> None:
    """MV-14."""
    way = Way(tenant).do("comment", LI, comment="月费太低")
    last = way.facts.steps[-1]
    assert (last.state, last.comment, last.actor) == ("draft", "月费太低", "staff:li")
    with pytest.raises(UnableToLaunch) as refused:
        way.do("comment", comment=" ")
    assert refused.value.code == "DRAFT_WITHOUT_WORDS"


def test_publishing_loads_the_draft_as_the_newest_edition(tenant: Any) -> None:
    way = Way(tenant).to("published")
    assert way.facts.edition == 1
    assert queries.current_tariff(tenant=tenant) == (1, read_tariff(EXAMPLE))
    assert queries.offers_held_back(tenant=tenant) == dict.fromkeys(way.facts.offers, "OFFER_NOT_ON_SALE_YET")


def test_a_draft_that_was_overtaken_is_revised_first(tenant: Any, tmp_path: Path) -> None:
    way = Way(tenant).to("configured")
    load_tariff(tenant=tenant, tariff=read_tariff(changed(tmp_path, DEARER)), source="other", now=NOW)
    with pytest.raises(UnableToLaunch) as refused:
        way.do("publish")
    assert (refused.value.code, refused.value.params) == (
        "DRAFT_OVERTAKEN", {"number": way.number, "base": 0, "edition": 1}
    )  # fmt: skip
    assert way.revise(EXAMPLE).to("published").facts.edition == 2


def test_the_same_rows_as_the_newest_edition_are_nothing_to_launch(tenant: Any) -> None:
    load_tariff(tenant=tenant, tariff=read_tariff(EXAMPLE), source="t", now=NOW)
    with pytest.raises(UnableToLaunch) as refused:
        Way(tenant)
    assert refused.value.code == "DRAFT_SAYS_NOTHING_NEW"


def test_a_failed_test_is_kept_and_blocks_the_launch(tenant: Any) -> None:
    """MV-19, MV-20."""
    way = Way(tenant).to("published").do("test_failed")
    assert (way.facts.state, way.facts.steps[-1].evidence["cycle"]) == ("published", "2026-10")
    with pytest.raises(UnableToLaunch):
        way.do("launch")
    way.do("test_passed").do("test_failed")
    assert way.facts.state == "published", "who tests again has a reason"


def test_what_is_sold_follows_the_draft(tenant: Any) -> None:
    way = Way(tenant).to("on_sale")
    assert queries.offers_held_back(tenant=tenant) == {}
    codes = set(way.facts.offers)
    for event, code in (("suspend", "OFFER_SALE_SUSPENDED"), ("resume", ""), ("withdraw", "OFFER_SALE_WITHDRAWN")):
        way.do(event)
        assert queries.offers_held_back(tenant=tenant) == (dict.fromkeys(codes, code) if code else {})


def test_only_what_the_newer_draft_is_about_is_held_back(tenant: Any, tmp_path: Path) -> None:
    Way(tenant).to("on_sale")
    offer = offers_with_fees()[0]
    folder = changed(tmp_path)
    rows = [line for line in (folder / "fees.csv").read_text().split("\n") if f"{offer}," in line]
    change(folder, "fees", rows[0], "")
    newer = Way(tenant, folder)
    assert newer.facts.offers == (offer,)
    newer.to("published")
    assert list(queries.offers_held_back(tenant=tenant)) == [offer]


def offers_with_fees() -> list[str]:
    """Offers of the example that have a fee."""
    return sorted({fee.offer for fee in read_tariff(EXAMPLE).fees})


def test_an_offer_is_about_its_amounts_not_its_names(tmp_path: Path) -> None:
    before = read_tariff(EXAMPLE)
    assert offers_changed(before, before) == ()
    first = (EXAMPLE / "offers.csv").read_text().split("\n")[1]
    folder = changed(tmp_path)
    cells = first.split(",")
    header = (EXAMPLE / "offers.csv").read_text().split("\n")[0].split(",")
    cells[header.index("name_en")] = "Another name"
    change(folder, "offers", first, ",".join(cells))
    assert offers_changed(before, read_tariff(folder)) == ()


def test_asked_twice_it_is_done_once(tenant: Any, tmp_path: Path) -> None:
    source, content = pack(EXAMPLE)
    told = {"tenant": tenant, "actor": ZHANG, "now": NOW, "source": source, "content": content}
    made = [draft_tariff(key="once", title="t", policy="p", **told).answer for _ in range(2)]
    assert made == [{"draft": 1}, {"draft": 1}]
    way = Way(tenant)
    moved = {"tenant": tenant, "actor": LI, "now": NOW, "number": way.number, "event": "confirm_partner", "key": key()}
    assert [move_draft(**moved).repeated for _ in range(2)] == [False, True]
    way.do("confirm_product")
    [way.do(event) for event in lifecycle.CONFIGURES]
    once = {"tenant": tenant, "actor": ZHANG, "now": NOW, "number": way.number, "key": "publish"}
    assert [publish_draft(**once).answer["edition"] for _ in range(2)] == [1, 1]
    source, content = pack(changed(tmp_path, DEARER))
    again = {"tenant": tenant, "actor": ZHANG, "now": NOW, "number": way.number, "source": source, "content": content}
    assert [revise_draft(key="r", **again).answer["round"] for _ in range(2)] == [2, 2]


def test_a_zip_is_read_like_the_folder_and_a_bad_one_refused(tenant: Any) -> None:
    way = Way(tenant)
    assert queries.tariff_of_draft(tenant=tenant, number=way.number) == read_tariff(EXAMPLE)
    assert pack(EXAMPLE) == pack(EXAMPLE), "the same files are the same bytes"
    for name, content, code in (("x.zip", b"no zip", "XLSX_DAMAGED"), ("x.txt", b"words", "FILE_KIND_UNKNOWN")):
        with pytest.raises(BadInput) as refused:
            draft_tariff(
                tenant=tenant, actor=ZHANG, key=key(), now=NOW, title="t", policy="p", source=name, content=content
            )
        assert [(fault.code, fault.where.file) for fault in refused.value.faults] == [(code, name)]


def test_nobody_sees_another_tenants_drafts(tenant: Any) -> None:
    """MV-17."""
    from yidian.platform.tenancy.models import Tenant

    way = Way(tenant).to("published")
    other = Tenant.objects.create(code="reseller", currency="CNY", zone="Asia/Shanghai")
    assert queries.drafts(tenant=other) == []
    assert queries.offers_held_back(tenant=other) == {}
    with pytest.raises(UnableToLaunch) as refused:
        queries.tariff_draft(tenant=other, number=way.number)
    assert refused.value.code == "DRAFT_UNKNOWN"
