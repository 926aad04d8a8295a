"""Files that are taken whole: looked at, mended, taken, known again; nothing hostile, nothing half, nothing twice."""

from __future__ import annotations

import io
import zipfile

import pytest
import xlsxwriter
from tests.web.desk_month.office import plain, send
from tests.web.imports.bureau import CARDS, NORTHERN, STOCK, Bureau

from yidian.domains.party.models import Customer
from yidian.domains.resource_inventory.models import Address, Card
from yidian.domains.resource_inventory.operations import order_cards
from yidian.platform import points
from yidian.platform.access import approvals
from yidian.platform.access.models import RoleAction
from yidian.platform.audit.models import AuditEntry
from yidian.platform.jobs.models import Job
from yidian.platform.writing.types import Actor

KEY = "0123456789ABCDEF0123456789ABCDEF"
WHOLE = "customers,cards,numbers,office-data,levels,level-rules,addresses,boxes,ports,devices"


def test_cards_are_looked_at_mended_taken_once_and_their_keys_lie_nowhere(bureau: Bureau) -> None:
    before = Card.objects.count()
    wrong = CARDS + "89861126100770000203,,,\n89861126100770000210,460110070009999,B1,secret\n"
    look = bureau.looked("cards", wrong)
    page = bureau.see(look)
    for told in ("2 rows are wrong", "CHECK_DIGIT", "89861126100770000203", "KEY_WRONG", "Look again"):
        assert told in page, (told, page)
    assert "secret" not in page
    assert KEY not in page
    assert bureau.take(look)["Location"] == look, "a file with faults is not taken"
    reasons = [row["Reason"] for row in bureau.file(f"{look}rows.csv")]
    assert [bool(reason) for reason in reasons] == [False, True, True]

    look = bureau.looked("cards", CARDS)
    assert "Take the row" in bureau.see(look)
    done = bureau.taken(look)
    page = bureau.see(done)
    assert "It is done" in page, page
    [row] = bureau.file(f"{done}result.csv")
    assert (row["iccid"], row["ki"], row["Result"]) == ("89861126100770000202", "••••", "new")
    assert Card.objects.count() == before + 1
    for by in (STOCK, "stock-2"):  # the same file again is answered with what came of it, whoever sends it
        again = bureau.looked("cards", CARDS, by=by)
        assert bureau.by(by).get(again)["Location"] == done
    assert Job.objects.filter(kind="import.resources").count() == 1
    digest = look.split("/")[-2]
    lying = (path for path in (bureau.shop.hall.home / "work").rglob("*") if path.is_file() and digest in path.name)
    assert [path.name for path in lying if KEY in path.read_bytes().decode("utf-8", "replace")] == []
    entries = AuditEntry.objects.filter(operation="cards.import")
    assert [(one.actor_id, digest in one.changes) for one in entries.order_by("-id")[:1]] == [(STOCK, True)]
    listed = bureau.see("/desk/imports/")
    assert digest[:16] in listed


def test_what_was_seen_is_held_against_what_is_stored_when_it_is_taken(bureau: Bureau) -> None:
    Address.objects.filter(code="GX").update(name="广西")
    file = "address,name\nGX,广西壮族自治区\nGX/BS,=HYPERLINK(1)\n"
    look = bureau.looked("addresses", file)
    assert "changed 1" in bureau.see(look)
    answer = bureau.take(look)
    Address.objects.filter(code="GX").update(name="广西壮族自治区")  # somebody was quicker
    assert bureau.worked() == ["JOB_PARKED IMPORT_STALE"]
    page = bureau.see(answer["Location"])
    assert "would do something else than you saw" in page
    assert not Address.objects.filter(code="GX/BS").exists(), "nothing half"

    assert "would do something else" in bureau.see(look)
    send(bureau.by(), f"{look}look/")
    assert "same 1" in bureau.see(look)
    done = bureau.taken(look)
    rows = bureau.file(f"{done}result.csv")
    assert [row["Result"] for row in rows] == ["the same", "new"]
    assert rows[1]["name"] == "'=HYPERLINK(1)", "no spreadsheet takes it for a formula"
    assert Address.objects.get(code="GX/BS").name == "=HYPERLINK(1)"
    book = bureau.by().get(f"{done}result.xlsx").content
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist())


def test_a_delivery_shows_what_of_its_order_is_missing_and_what_was_not_ordered(bureau: Bureau) -> None:
    order = {"code": "KD-7", "vendor": "EastCard", "iccid": "8986112610079900000", "imsi": "460110079900000"}
    run = bureau.shop.hall.do(order_cards, **order, count=3)
    rows = "".join(f"{iccid},{imsi},KD-7\n" for iccid, imsi in list(run.cards())[:2])
    stranger = "89861126100770000202"
    page = bureau.see(bureau.looked("cards", f"iccid,imsi,batch\n{rows}{stranger},460110070009999,KD-7\n"))
    assert "KD-7: 3 ordered, 0 came before, 2 come with this file" in page
    assert f"1 are still missing: {run.iccid(2)}" in page
    assert f"1 were not ordered: {stranger}" in page


def test_ten_thousand_faults_come_in_pages(bureau: Bureau) -> None:
    rows = "".join(f"P{n},no-such-box\n" for n in range(10_000))
    look = bureau.looked("ports", f"port,box\n{rows}")
    raw = bureau.by().get(look).content.decode()
    assert "10,000" in raw
    assert raw.count("BOX_UNKNOWN") == 50
    assert len(raw) < 120_000
    assert "?after=51" in raw
    assert bureau.by().get(f"{look}?after=9991").content.decode().count("BOX_UNKNOWN") == 10
    assert len(bureau.file(f"{look}rows.csv")) == 10_000


def _xlsx(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["address", "name"])
        sheet.write_row(1, 0, ["GX/BS", "百色"])
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def test_nothing_hostile_is_kept(bureau: Bureau) -> None:
    place = bureau.shop.hall.home / "work" / "imports"
    for name, data, told in (
        ("a.csv", b"", "empty"), ("a.csv", b"\0\0", "zero byte"), ("a.csv", b"MZ\x90", "no text file"),
        ("a.exe", b"address,name\n", "no table"), ("a.xlsm", _xlsx(), "no table"), ("a.csv", _xlsx(), "no table"),
        ("a.xlsx", b"address,name\n", "no table"), ("a.xlsx", b"PK\x03\x04rubbish", "no table"),
        ("../../a.xlsx", _xlsx(("xl/vbaProject.bin", b"x")), "macros"),
        ("a.xlsx", _xlsx(("xl/media/bomb.bin", bytes(40 << 20))), "unpacks to too much"),
        ("a.csv", b"x" * ((16 << 20) + 1), "larger than"),
    ):  # fmt: skip
        answer = bureau.sent("addresses", data, name=name, lang="en")
        assert answer.status_code == 422, name
        assert told in plain(answer), (name, plain(answer))
    assert [path for path in place.rglob("*") if path.is_file()] == []

    name = "<script>\u202e../../x.xlsx"
    look = bureau.looked("addresses", _xlsx(), name=name)
    page = bureau.by().get(look).content.decode()
    assert "<script>x" not in page
    assert "\u202e" not in page
    assert "百色" in page
    assert "FORMULA_IN_CELL" in bureau.see(bureau.looked("addresses", _formula(), name="f.xlsx"))
    assert "COLUMN_UNKNOWN" in bureau.see(bureau.looked("addresses", "address,name,colour\nGX,x,red\n"))


def _formula() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["address", "name"])
        sheet.write_formula(1, 0, "=1+1")
    return out.getvalue()


def test_customers_by_who_may_and_their_documents_shown_to_nobody(bureau: Bureau) -> None:
    head = "customer,customer_name,account,identifier,offer,from,to,organisation,id_kind,id_number\n"
    one = "K1,王芳,KA1,13755550001,M59,2026-11-01,,north,resident_id,450102199003078835\n"
    look = bureau.looked("customers", head + one, by="finance")
    page = bureau.see(look, by="finance")
    assert "new 1" in page
    assert "450102199003078835" not in page
    bureau.taken(look, by="finance")
    assert Customer.objects.get(code="K1").organisation == "north"
    more = one.replace("王芳", "王小芳") + "K2,李强,KA2,13755550002,none,2026-11-01,,,,\n"
    page = bureau.see(bureau.looked("customers", head + more, by="finance"), by="finance")
    assert "OFFER_UNKNOWN" in page
    look = bureau.looked("customers", head + one.replace("王芳", "王小芳"), by="finance")
    assert "changed 1" in bureau.see(look, by="finance")

    assert bureau.by(NORTHERN).get("/desk/imports/customers/").status_code == 404
    assert bureau.by("query").get("/desk/imports/").status_code == 403
    assert send(bureau.by(NORTHERN), f"{look}take/", seen="x").status_code == 404
    assert bureau.by().get(look).status_code == 404, "another's kind"
    shown = bureau.see("/desk/imports/", by=NORTHERN)
    assert "Orders" in shown
    assert "Cards of a vendor" not in shown
    for kind in WHOLE.split(","):
        who = "finance" if kind == "customers" else STOCK
        assert bureau.by(who).get(f"/desk/imports/{kind}/").status_code == 200
        for ending in ("csv", "xlsx"):
            answer = bureau.by(who).get(f"/desk/imports/{kind}/template.{ending}")
            empty = bureau.looked(kind, answer.content, by=who, name=f"t.{ending}")
            assert "COLUMN_" not in bureau.see(empty, by=who), kind


def test_where_it_takes_two_people_the_second_is_asked(bureau: Bureau) -> None:
    RoleAction.objects.filter(action="resource.import").update(limit_minor=0, asks=True, approves=True)
    look = bureau.looked("cards", CARDS)
    assert bureau.take(look)["Location"] == look
    assert not Job.objects.filter(kind="import.resources").exists()
    hall = bureau.shop.hall
    [asked] = [one for one in approvals.approvals(tenant=hall.tenant) if one.action == "resource.import"]
    approvals.decide(
        tenant=hall.tenant, actor=Actor("staff", "stock-2"), key="agree", now=hall.now, approval=asked.id, yes=True
    )
    bureau.taken(look)
    assert Card.objects.filter(iccid="89861126100770000202").exists()


@pytest.mark.parametrize("place", ["import.committed", "write.committed:2"])
def test_cut_off_after_the_file_is_in_it_is_not_taken_twice(bureau: Bureau, place: str) -> None:
    look = bureau.looked("cards", CARDS)
    done = bureau.take(look)["Location"]
    points.configure(f"{place}=raise")
    try:
        bureau.worked()
    finally:
        points.configure("")
    bureau.shop.hall.later(minutes=10)
    bureau.worked()
    assert "It is done" in bureau.see(done)
    assert Card.objects.filter(iccid="89861126100770000202").count() == 1
    assert bureau.file(f"{done}result.csv")[0]["Result"] == "new"
