"""A file of payments through the browser: looked at, nothing taken; applied once; hostile ones refused."""

from __future__ import annotations

import gzip
import io
import tomllib
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from tests.conftest import REPOSITORY
from tests.web.desk_month.office import job_of, plain, read, send, work
from tests.web.town import Town

from yidian.domains.payment.models import Payment
from yidian.platform.uploads import operations as uploads

MAPPING = (REPOSITORY / "examples" / "payments" / "counter.toml").read_bytes()
CHANNEL = tomllib.loads(MAPPING.decode())["channel"]
HEAD = "receipt,account,amount,paid_at,method\n"
GOOD = HEAD + "t1,a1,10.00,2026-11-03 09:15:00,cash\nt2,a5,5.50,2026-11-03 09:16:00,cash\n"
WRONG = "t4,a1,=1+2,2026-11-03 09:18:00,cash\nt5,a1,0,2026-11-03 09:19:00,cash\n"
MIXED = GOOD + "t3,nobody,1.00,2026-11-03 09:17:00,cash\n" + WRONG
NEW = "/desk/payments/files/new/"


def sent(browser: Client, data: bytes | str, *, name: str = "payments.csv", **fields: object) -> HttpResponse:
    raw = data.encode() if isinstance(data, str) else data
    mapping = SimpleUploadedFile("counter.toml", MAPPING)
    return send(browser, f"{NEW}send/?lang=en", file=SimpleUploadedFile(name, raw), **{"mapping": mapping} | fields)


@pytest.fixture
def finance(town: Town) -> Client:
    return town.staff("finance")


def test_the_preview_counts_and_takes_nothing_then_it_is_applied_once(town: Town, finance: Client) -> None:
    before = Payment.objects.count()
    there = str(sent(finance, MIXED)["Location"])
    told = read(finance, there)
    assert "Nothing has been taken yet" in told
    assert "Good 2 " in told
    assert "Rejected 2 " in told
    assert "Of nobody known 1 " in told
    assert "4 · " not in told.split("Refused lines")[0]
    assert "=1+2" in told
    assert "Take 3 payments, ¥16.50" in told
    assert Payment.objects.count() == before
    jobs = {job_of(send(finance, f"{there}apply/")), job_of(send(finance, f"{there}apply/"))}
    assert len(jobs) == 1
    work(town)
    assert Payment.objects.count() == before + 3
    assert "Good 2" in read(finance, f"/desk/jobs/{jobs.pop()}/")
    assert "imported before" in read(finance, there)
    assert "payments.csv" in read(finance, "/desk/payments/files/")


def test_the_error_file_is_the_lines_with_their_reasons_and_no_formula(finance: Client) -> None:
    there = str(sent(finance, MIXED)["Location"])
    answer = finance.get(f"{there}errors.csv?lang=en")
    assert answer["Content-Disposition"].startswith("attachment")
    lines = answer.content.decode().splitlines()
    assert lines[0].startswith(HEAD.strip())
    assert [line.split(",")[0] for line in lines[1:]] == ["t4", "t5"]
    assert "'=1+2" in lines[1]
    assert not lines[1].endswith(",")


def test_a_file_whose_channel_is_known_needs_no_mapping(finance: Client) -> None:
    sent(finance, GOOD)
    assert f">{CHANNEL}<" in finance.get(NEW).content.decode()
    again = send(finance, f"{NEW}send/", channel=CHANNEL, file=SimpleUploadedFile("b.csv", MIXED.encode()))
    assert again.status_code == 303


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("payments.csv", b"0" * 10_000_000)
    return out.getvalue()


HOSTILE = {
    "an empty one": (b"", "empty"),
    "a zip bomb": (_zip(), "no text file but zip"),
    "a gzip bomb": (gzip.compress(b"0" * 5_000_000), "no text file but gzip"),
    "a program": (b"MZ" + b"a" * 100, "no text file but exe"),
    "an old workbook": (b"\xd0\xcf\x11\xe0" + b"a" * 100, "no text file but ole"),
    "zero bytes": (GOOD.encode() + b"\0", "zero byte"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_is_refused_and_not_kept(town: Town, finance: Client, case: str) -> None:
    data, told = HOSTILE[case]
    answer = sent(finance, data)
    assert answer.status_code == 422
    if data:  # a browser's form without a file is told by its field
        assert told in plain(answer)
    folder = town.home / "work" / "uploads"
    assert [path.name for path in folder.rglob("*") if path.is_file()] == []


def test_too_large_and_too_many_are_refused(finance: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads.keep, "__kwdefaults__", {"most": 50, "tables": False})
    assert "larger than 50 bytes" in plain(sent(finance, GOOD))
    monkeypatch.undo()
    monkeypatch.setattr(uploads, "QUOTA", 10)
    assert "together would be larger than 10 bytes" in plain(sent(finance, GOOD))


def test_another_encoding_is_told_with_its_line(finance: Client) -> None:
    answer = sent(finance, (HEAD + "t1,张三,1.00,2026-11-03 09:15:00,cash\n").encode("gbk"))
    page = finance.get(str(answer["Location"]), {"lang": "en"})
    assert page.status_code == 422
    assert "utf-8" in plain(page)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"), ("..\\..\\boot.ini", "boot.ini"), ("a\u202egnp.csv", "agnp.csv"),
        ("x" * 400 + ".csv", "x" * 100), ("<script>alert(1)</script>.csv", "script>.csv"),
        ("\r\nSet-Cookie: a=b", "Set-Cookie: a=b"),
    ],
)  # fmt: skip
def test_a_name_is_only_shown_and_cleaned(name: str, kept: str) -> None:
    assert uploads.clean_name(name) == kept


def test_files_are_kept_under_our_own_names_and_nobody_elses(town: Town, finance: Client) -> None:
    sent(finance, GOOD, name="../../evil.csv")
    folder = town.home / "work" / "uploads" / "operator"
    assert all(uploads.NAME_OF_OURS.fullmatch(path.name.removesuffix(".json")) for path in folder.iterdir())
    for id_ in ("../../yidian.toml", "0" * 64, "x"):
        assert finance.get(f"/desk/payments/files/{id_.replace('/', '%2F')}/{CHANNEL}/").status_code == 404
    for login in ("clerk-north", "supervisor", "system", "nobody"):
        assert town.staff(login).get(NEW).status_code == 403
        assert sent(town.staff(login), GOOD).status_code == 403


def test_a_mapping_with_faults_is_told_and_nothing_kept(finance: Client) -> None:
    answer = sent(finance, GOOD, mapping=SimpleUploadedFile("m.toml", b"format = 9\nchannel = 7\n"))
    assert answer.status_code == 422
    assert sent(finance, GOOD, mapping=SimpleUploadedFile("m.toml", b"a" * 70_000)).status_code == 422
    assert sent(finance, GOOD, mapping=SimpleUploadedFile("m.toml", b"[" * 60_000)).status_code == 422
