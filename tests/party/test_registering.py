"""A new customer at the desk, and what changes of a customer afterwards."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.party.counter import CHILD, FIRM, LEI, PROXY, XIAOYU, Counter, code_of, refused

from yidian.domains.party import queries
from yidian.domains.party._spelling import clean, name_fault
from yidian.domains.party.models import FormerDocument, IdentityDocument
from yidian.domains.party.types import Acting, Shown
from yidian.journeys import particulars
from yidian.platform.access import organisation
from yidian.platform.audit.queries import entries
from yidian.platform.numbering.operations import reserve

PASSPORT = Shown("passport", "E12345678", date(2031, 5, 1))


@pytest.fixture
def counter(tenant: Any) -> Counter:
    return Counter(tenant)


def test_a_new_customer_has_a_code_an_account_and_is_checked_by_what_it_showed(counter: Counter) -> None:
    counter.has("C202611-000001", "from a file")
    told = counter.registers(" 李\u200b晓雨 ", XIAOYU, phone="１３９ 0000 0001", address="星湖路 1 号 #3", key="once")
    assert (told.customer, told.account) == ("C202611-000002", "A202611-000001"), "a file took the first"
    [row] = queries.customers(tenant=counter.tenant, codes=[told.customer])
    assert (row.name, row.kind, row.phone, row.address) == ("李晓雨", "person", "139 0000 0001", "星湖路 1 号 #3")
    [account] = queries.accounts_of(tenant=counter.tenant, customer=told.customer)
    assert (account.code, account.currency) == (told.account, "CNY")
    assert counter.relies(told.check, told.customer, deeds=["new"]).document == "resident_id"
    again = counter.registers(" 李\u200b晓雨 ", XIAOYU, phone="１３９ 0000 0001", address="星湖路 1 号 #3", key="once")
    assert again == told, "asked twice, made once"
    [entry] = entries(tenant=counter.tenant, limit=5, operation="customer.register")
    assert XIAOYU.number not in repr(entry)


def test_a_known_document_leads_to_its_customer_and_never_to_a_second_one(counter: Counter) -> None:
    first = counter.registers()
    assert refused(counter.registers) == ("DOCUMENT_KNOWN", {"customer": first.customer})
    elsewhere = refused(lambda: counter.registers(within=["north"], organisation=""))
    assert elsewhere[0] == "ORGANISATION_UNKNOWN", "a clerk of the north registers for the north"
    counter.write(lambda frame: organisation.add(frame=frame, code="north", name="北"))
    told = refused(lambda: counter.registers(within=["north"], organisation="north"))
    assert told == ("DOCUMENT_KNOWN_ELSEWHERE", {}), "whose it is stays there"
    assert counter.registers("李雷", LEI, within=["north"], organisation="north").customer == "C202611-000002"
    assert code_of(lambda: counter.registers("x", Shown("other", XIAOYU.number))) == "DOCUMENT_KIND_OTHER"
    assert len(entries(tenant=counter.tenant, limit=9, operation="identity.refuse")) == 2
    assert counter.registers("王芳", PASSPORT).customer == "C202611-000003", "what is refused takes no number"


def test_one_number_on_documents_of_two_kinds_is_two_people(counter: Counter) -> None:
    first = counter.registers("陈大文", Shown("hk_macao", "H12345678"))
    second = counter.registers("Anna Schmidt", Shown("passport", "H12345678"))
    assert first.customer != second.customer
    assert code_of(lambda: counter.shows(first.customer, Shown("passport", "H12345678"))) == "DOCUMENT_NOT_THEIRS"
    assert counter.room(first.customer).customers == (first.customer,)


def test_organisations_and_minors_are_registered_by_who_may_act_for_them(counter: Counter) -> None:
    assert code_of(lambda: counter.registers("晓晓有限公司", FIRM, "person")) == "DOCUMENT_OF_OTHERS"
    assert code_of(lambda: counter.registers("李晓雨", XIAOYU, "organisation")) == "DOCUMENT_OF_OTHERS"
    assert code_of(lambda: counter.registers("晓晓有限公司", FIRM, "organisation")) == "RESPONSIBLE_NEEDED"
    assert code_of(lambda: counter.registers("小明", CHILD)) == "MINOR_NEEDS_GUARDIAN"
    assert IdentityDocument.objects.count() == 0, "nothing half-written"
    firm = counter.registers(
        "晓晓有限公司", FIRM, "organisation", acting=Acting("responsible", "李雷", LEI, "13900000002")
    )
    child = counter.registers("小明", CHILD, acting=PROXY._replace(role="guardian"))
    unit = counter.registers(
        "某部队", Shown("other", "ARMY-7788"), "organisation", acting=Acting("responsible", "李雷", LEI)
    )
    rows = queries.customers(tenant=counter.tenant, codes=[firm.customer, child.customer, unit.customer])
    assert [row.kind for row in rows] == ["organisation", "person", "organisation"]
    [check] = queries.checks_of(tenant=counter.tenant, customer=firm.customer, limit=9)
    assert (check.role, check.name) == ("responsible", "李雷")


def test_a_changed_name_is_found_the_old_one_is_kept_and_the_audit_has_no_telephone(counter: Counter) -> None:
    code = counter.registers(phone="13900000001", address="星湖路 1 号").customer

    def change(**told: Any) -> None:
        particulars.change(
            tenant=counter.tenant, actor=counter.actor, customer=code, key=counter.key(), now=counter.now, **told
        )

    change(name="李小雨", phone="", address="民族大道 9 号")
    change(name="李小雨")
    [row] = queries.customers(tenant=counter.tenant, codes=[code])
    assert (row.name, row.phone, row.address) == ("李小雨", "", "民族大道 9 号")
    assert [one.code for one in queries.customers_called(tenant=counter.tenant, asked="小雨", limit=8)] == [code]
    assert queries.customers_called(tenant=counter.tenant, asked="晓雨", limit=8) == []
    [before] = queries.called_before(tenant=counter.tenant, customer=code)
    assert before[:3] == ("李晓雨", "13900000001", "星湖路 1 号")
    assert before.until_ms == counter.now_ms
    changed = entries(tenant=counter.tenant, limit=9, operation="customer.change")[-1].changes[0]
    assert (changed.before, changed.after) == (
        {"name": "李晓雨"}, {"name": "李小雨", "changed": ["name", "phone", "address"]}
    )  # fmt: skip
    for wrong, fault in (({"name": ""}, "NAME_EMPTY"), ({"phone": "1"}, "PHONE_INVALID")):
        assert code_of(lambda wrong=wrong: change(**wrong)) == fault  # type: ignore[misc]
    assert len(queries.called_before(tenant=counter.tenant, customer=code)) == 1


def test_a_document_in_the_place_of_another_proves_and_the_old_one_proves_nothing(counter: Counter) -> None:
    code = counter.registers(shown=PASSPORT).customer
    other = Shown("passport", "E87654321", date(2036, 5, 1))
    counter.has("C2", "李雷", LEI)

    def replace(shown: Shown, **more: Any) -> None:
        particulars.replace(
            tenant=counter.tenant, actor=counter.actor, customer=code, shown=shown, key=counter.key(), now=counter.now,
            **more,
        )  # fmt: skip

    assert refused(lambda: replace(LEI)) == ("DOCUMENT_KNOWN", {"customer": "C2"})
    assert code_of(lambda: replace(FIRM)) == "DOCUMENT_OF_OTHERS"
    replace(other)
    assert counter.shows(code, other)
    assert code_of(lambda: counter.shows(code, PASSPORT)) == "DOCUMENT_NOT_THEIRS"
    [before] = queries.documents_before(tenant=counter.tenant, customer=code)
    assert (before.kind, before.masked, before.valid_until) == ("passport", "E1*****78", date(2031, 5, 1))
    assert "E12345678" not in repr(FormerDocument.objects.values_list())
    replace(XIAOYU)
    assert counter.shows(code, XIAOYU), "beside the other kinds"
    replace(other._replace(valid_until=date(2040, 1, 1)))
    assert len(queries.documents_before(tenant=counter.tenant, customer=code)) == 1, "renewed, not replaced"
    assert counter.registers("王芳", PASSPORT), "what proves nothing is free for whose it is"


def test_a_file_that_brings_another_number_says_nothing_of_the_old_ones_last_day(counter: Counter) -> None:
    code = counter.registers(shown=PASSPORT).customer
    counter.has(code, "", Shown("passport", "E87654321"))
    [document] = queries.documents_of(tenant=counter.tenant, customers=[code])
    assert (document.masked, document.valid_until) == ("E8*****21", None)


def test_contacts_are_dated_rows_said_once(counter: Counter) -> None:
    code = counter.registers().customer

    def add(role: str = "billing", name: str = "韩梅梅", phone: str = "0771-5550101") -> int:
        return particulars.add(
            tenant=counter.tenant, actor=counter.actor, customer=code, role=role, name=name, phone=phone,
            key=counter.key(), now=counter.now,
        )  # fmt: skip

    def end(contact: int) -> None:
        particulars.end(
            tenant=counter.tenant, actor=counter.actor, customer=code, contact=contact, key=counter.key(),
            now=counter.now,
        )  # fmt: skip

    first = add()
    assert add() == first
    for wrong, fault in (
        ({"role": "boss"}, "CONTACT_ROLE"), ({"phone": ""}, "PHONE_INVALID"), ({"name": " "}, "NAME_EMPTY"),
    ):  # fmt: skip
        assert code_of(lambda wrong=wrong: add(**wrong)) == fault  # type: ignore[misc]
    for n in range(19):
        add(phone=f"139000000{n:02}")
    assert refused(lambda: add(phone="13911111111")) == ("CONTACT_MANY", {"most": 20})
    counter.push(minutes=1)
    end(first)
    assert code_of(lambda: end(first)) == "CONTACT_UNKNOWN"
    assert code_of(lambda: end(2**80)) == "CONTACT_UNKNOWN"
    there = queries.contacts_of(tenant=counter.tenant, customer=code, at_ms=counter.now_ms)
    assert (len(there), first in {row.id for row in there}) == (19, False)
    assert len(queries.contacts_of(tenant=counter.tenant, customer=code, at_ms=counter.now_ms - 1)) == 20


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  李\u3000晓雨\t", "李 晓雨"),
        ("李\u202e晓雨\u202c", "李晓雨"),  # right to left
        ("\ufeff李\u200b\u200d晓\u2066雨", "李晓雨"),  # zero width
        ("e\u0301lise", "élise"),
        ("𠮷田太郎", "𠮷田太郎"),  # four bytes a sign, and a name
        ("A+B 工作室（南宁）", "A+B 工作室（南宁）"),
        ("阿卜杜拉·买买提", "阿卜杜拉·买买提"),
        ("O'Brien-Smith, Jr.", "O'Brien-Smith, Jr."),
        ("龘" * 200, "龘" * 200),
    ],
)
def test_names_people_have_are_taken_and_what_nobody_sees_goes(counter: Counter, typed: str, kept: str) -> None:
    told = counter.registers(typed)
    [row] = queries.customers(tenant=counter.tenant, codes=[told.customer])
    assert row.name == kept
    [found] = queries.customers_called(tenant=counter.tenant, asked=kept, limit=2)
    assert found.code == told.customer


@pytest.mark.parametrize(
    ("typed", "code", "sign"),
    [
        ("<script>alert(1)</script>", "NAME_SIGN", "U+003C <"),
        ("李\x00雨", "NAME_SIGN", "U+0000"),
        ("李\x1b[31m", "NAME_SIGN", "U+001B"),
        ("李😀", "NAME_SIGN", "U+1F600 😀"),
        ("李\ue000", "NAME_SIGN", "U+E000"),
        ("李\ud800雨", "NAME_SIGN", "U+D800"),
        ("=1+1 李", "NAME_SIGN", "U+003D ="),
        ("@SUM(李)", "NAME_SIGN", "U+0040 @"),
        ("Z" + "\u0334\u0335\u0336\u0337\u0338" + "algo", "NAME_SIGN", "U+0338"),
        ("\u200b\u3164 \u202e", "NAME_EMPTY", ""),
        ("12345", "NAME_EMPTY", ""),
        ("龘" * 201, "NAME_LONG", ""),
    ],
)
def test_what_no_name_has_is_refused_and_the_sign_is_named(typed: str, code: str, sign: str) -> None:
    told, named = name_fault(clean(typed))
    assert (told, named.startswith(sign)) == (code, True)


def test_a_refused_name_leaves_nothing_behind(counter: Counter) -> None:
    for name in ("<script>", "李\ud800雨", "龘" * 100_000):
        assert code_of(lambda name=name: counter.registers(name)).startswith("NAME_")  # type: ignore[misc]
    for told, fault in (
        ({"address": "路" * 201}, "ADDRESS_LONG"), ({"address": "<b>"}, "ADDRESS_SIGN"),
        ({"phone": "; DROP"}, "PHONE_INVALID"), ({"phone": "\ud800"}, "PHONE_INVALID"),
    ):  # fmt: skip
        assert code_of(lambda told=told: counter.registers(**told)) == fault  # type: ignore[misc]
    assert IdentityDocument.objects.count() == 0
    assert reserve(tenant=counter.tenant, series="party/C202611", count=1)[0] == 1, "no number is used up"
