"""Every way in which a whole file is refused: nothing of it is taken, nothing is left behind, nobody waits."""

from __future__ import annotations

import errno
import gzip
import os
from pathlib import Path
from typing import Any

import pytest
from tests.usage.told import HEADER, NOW, calls, mapping, take

from yidian.domains.usage import operations, queries
from yidian.domains.usage.readers import delimited, source_file
from yidian.kernel.faults import BadInput

GZ = gzip.compress((HEADER + calls(12)).encode(), mtime=0)
TAP = "{kind: tap3}"
JSON = "{kind: json}"
WAIT = {"more": "max_suspense: 3\n"}
# A batch of one event with a charge of 5, in BER: [1] { [3] { [9] { [62] 5 } } [15] { [415] 5, [43] 1 } }
EVENT = bytes.fromhex("630669045f3e0105")
AUDIT = bytes.fromhex("6f095f831f01055f2b0101")


def tap(events: bytes = EVENT, audit: bytes = AUDIT) -> bytes:
    audit = audit[:1] + bytes([len(audit) - 2]) + audit[2:] if audit else b""
    body = events + audit
    return b"\x61" + bytes([len(body)]) + body


CASES: dict[str, tuple[bytes, dict[str, str]]] = {
    "FILE_EMPTY": (b"", {}),
    "ENCODING_UNDECODABLE": (HEADER.encode() + "1,中文,2026-10-05 08:30:01,5\n".encode("gbk"), {}),
    "HEADER_MISSING": (b"\n\n", {}),
    "HEADER_BROKEN": (b'who,"whom\n', {}),
    "HEADER_COLUMN_TWICE": (b"who,whom,whom,at,seconds\n", {}),
    "SOURCE_COLUMN_MISSING": (b"who,whom,at\n1,2,3\n", {}),
    "GZ_TRUNCATED": (GZ[:-9], {}),
    "GZ_BROKEN": (GZ[:30] + b"\0" * 20 + GZ[50:], {}),
    "JSON_BROKEN": (b'{"a": ', {"reader": JSON}),
    "JSON_TOO_DEEP": (b"[" * 100_000, {"reader": JSON}),
    "JSON_RECORDS_MISSING": (b'{"a": 1}', {"reader": "{kind: json, records: a.b}"}),
    "FILE_TOO_BIG": (b'{"a": "' + b"x" * 200 + b'"}', {"reader": "{kind: json, max_document_bytes: 100}"}),
    "TAP_NOT_A_BATCH": (b"who,whom", {"reader": TAP}),
    "TAP_TRUNCATED": (tap()[:-3], {"reader": TAP}),
    "TAP_BROKEN": (tap() + b"\0", {"reader": TAP}),
    "TAP_AUDIT_MISSING": (tap(audit=b""), {"reader": TAP}),
    "TAP_COUNT_MISMATCH": (tap(audit=AUDIT[:-1] + b"\x02"), {"reader": TAP}),
    "TAP_CHARGE_MISMATCH": (tap(audit=AUDIT.replace(b"\x1f\x01\x05", b"\x1f\x01\x06")), {"reader": TAP}),
    "TOO_MANY_REJECTED": ((HEADER + "1\n2\n3\n4\n").encode(), WAIT),
}


def refused(tenant: Any, folder: Path, data: bytes, **parts: Any) -> str:
    with pytest.raises(BadInput) as told:
        take(tenant, folder, data, **parts)
    assert not queries.files(tenant=tenant)
    assert not list(queries.suspense(tenant=tenant))
    assert not [path for path in (folder / "lake").rglob("*") if path.is_file()]
    return told.value.faults[0].code


@pytest.mark.parametrize("code", sorted(CASES))
def test_a_file_refused_as_a_whole_leaves_nothing(tenant: Any, tmp_path: Path, code: str) -> None:
    data, parts = CASES[code]
    assert refused(tenant, tmp_path, data, **parts) == code


def test_the_small_tap_batch_itself_is_sound(tenant: Any, tmp_path: Path) -> None:
    taken = take(tenant, tmp_path, tap(), reader=TAP)
    assert (taken.records, dict(taken.rejected)) == (1, {"START_MISSING": 1})


def make_link(path: Path) -> None:
    (path.parent / "real.csv").write_text(HEADER + calls(1))
    path.symlink_to(path.parent / "real.csv")


NOT_AS_ROOT = pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")


def make_unreadable(path: Path) -> None:
    path.write_text(HEADER)
    path.chmod(0)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda _: None, "FILE_NOT_FOUND"),
        (lambda path: path.mkdir(), "FILE_NOT_REGULAR"),
        (lambda path: os.mkfifo(path), "FILE_NOT_REGULAR"),
        (make_link, "FILE_NOT_REGULAR"),
        pytest.param(make_unreadable, "FILE_UNREADABLE", marks=NOT_AS_ROOT),
    ],
)  # fmt: skip
def test_what_is_no_file_is_refused_and_never_waited_for(tenant: Any, tmp_path: Path, make: Any, code: str) -> None:
    path = tmp_path / "calls.csv"
    make(path)
    with pytest.raises(BadInput) as told:
        operations.take_file(tenant=tenant, lake=tmp_path / "lake", mapping=mapping(), path=path, now=NOW)
    assert told.value.faults[0].code == code


def test_a_device_is_refused(tenant: Any, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as told:
        operations.take_file(tenant=tenant, lake=tmp_path / "lake", mapping=mapping(), path=Path("/dev/zero"), now=NOW)
    assert told.value.faults[0].code == "FILE_NOT_REGULAR"


def test_a_disk_that_fails_while_a_file_is_read_is_told_and_the_file_can_come_again(
    tenant: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = source_file._Heard.readinto

    def failing(self: Any, buffer: Any) -> int:
        self._file = FailingDisk()
        return whole(self, buffer)

    data = (HEADER + calls(5)).encode()
    with monkeypatch.context() as patched:
        patched.setattr(source_file._Heard, "readinto", failing)
        assert refused(tenant, tmp_path, data) == "FILE_UNREADABLE"
    assert take(tenant, tmp_path, data).good == 5


class FailingDisk:
    def readinto(self, _: Any) -> int:
        raise OSError(errno.EIO, "read")


@pytest.mark.parametrize("how", ["grown", "swapped", "rewritten"])
def test_a_file_that_changes_while_it_is_read_is_left(
    tenant: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    path = tmp_path / "calls.csv"
    whole = delimited.DelimitedReader.__iter__

    def disturbed(self: Any) -> Any:
        yield from whole(self)
        if how == "grown":
            with path.open("a") as file:
                file.write(calls(1, first=99))
        elif how == "swapped":
            (tmp_path / "new.csv").write_bytes(path.read_bytes())
            (tmp_path / "new.csv").replace(path)
        else:
            facts = path.stat()
            with path.open("r+b") as file:
                file.write(b"WHO")
            os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns + 1))

    monkeypatch.setattr(delimited.DelimitedReader, "__iter__", disturbed)
    assert refused(tenant, tmp_path, (HEADER + calls(5)).encode()) == "FILE_CHANGED"


def test_a_gzip_cut_at_every_byte_is_never_half_loaded(tenant: Any, tmp_path: Path) -> None:
    for length in range(1, len(GZ)):
        code = refused(tenant, tmp_path, GZ[:length], name="calls.csv.gz")
        assert code in ("GZ_TRUNCATED", "GZ_BROKEN"), length
    assert take(tenant, tmp_path, GZ, name="calls.csv.gz").good == 12


def test_a_small_tap_batch_cut_at_every_byte_is_never_half_loaded(tenant: Any, tmp_path: Path) -> None:
    for length in range(1, len(tap())):
        assert refused(tenant, tmp_path, tap()[:length], reader=TAP) == "TAP_TRUNCATED", length


def test_a_csv_cut_anywhere_keeps_the_row_law(tenant: Any, tmp_path: Path) -> None:
    data = (HEADER + calls(3)).encode()
    for length in range(len(HEADER) + 1, len(data), 3):
        taken = take(tenant, tmp_path, data[:length], source=f"s{length}")
        assert taken.records == taken.good + sum(taken.rejected.values()) + taken.duplicates
    assert not queries.row_law_breaks(tenant=tenant, lake=tmp_path / "lake")


def test_every_refusal_has_words_in_both_languages() -> None:
    from yidian.platform.wording import entries

    words = entries()
    for code in [*CASES, "FILE_NOT_FOUND", "FILE_NOT_REGULAR", "FILE_UNREADABLE", "FILE_CHANGED"]:
        assert words[code]["en"], code
        assert words[code]["zh"], code
