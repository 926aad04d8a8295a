"""The BER walker and the TAP tree: lengths, depth, tables, and nothing that garbage could do to them."""

from __future__ import annotations

import io
from typing import Any

import pytest

from yidian.domains.usage.mapping.rows import ReaderSpec
from yidian.domains.usage.readers.tap import ber
from yidian.domains.usage.readers.tap.reader import TapReader
from yidian.kernel.faults import BadInput

EVENT = bytes.fromhex("630669045f3e0105")
AUDIT = bytes.fromhex("6f095f831f01055f2b0101")


def wrap(tag: str, content: bytes) -> bytes:
    length = bytes([len(content)]) if len(content) < 128 else b"\x82" + len(content).to_bytes(2, "big")
    return bytes.fromhex(tag) + length + content


def audit(count: int, charge: int) -> bytes:
    return wrap("6f", wrap("5f831f", bytes([charge])) + wrap("5f2b", bytes([count])))


def records(data: bytes) -> list[Any]:
    return [record.values for record in TapReader(io.BytesIO(data), ReaderSpec("tap3"), "x")]


def test_indefinite_lengths_are_read_like_definite_ones() -> None:
    definite = wrap("61", wrap("63", wrap("69", wrap("5f3e", b"\x05"))) + audit(1, 5))
    inner = b"\x69\x80" + wrap("5f3e", b"\x05") + b"\0\0"
    indefinite = b"\x61\x80" + b"\x63\x80" + inner + b"\0\0" + audit(1, 5) + b"\0\0"
    assert records(indefinite) == records(definite)
    assert records(definite)[0]["charge"] == 5


def test_codes_are_resolved_by_the_tables_of_the_file() -> None:
    offsets = wrap("66", wrap("5f816a", wrap("5f8169", wrap("5f8168", b"\x03") + wrap("5f8167", b"+0330"))))
    start = wrap("5f2c", wrap("50", b"20260502120000") + wrap("5f8168", b"\x03")).replace(b"\x5f\x2c", b"\x7f\x2c", 1)
    offsets = offsets.replace(b"\x5f\x81\x6a", b"\x7f\x81\x6a").replace(b"\x5f\x81\x69", b"\x7f\x81\x69")
    call = wrap("69", wrap("7f8113", start))
    (record,) = records(wrap("61", offsets + wrap("63", call) + audit(1, 0)))
    told = record["basicCallInformation"]["callEventStartTimeStamp"]
    assert told == {"localTimeStamp": "20260502120000", "utcTimeOffsetCode": 3, "utcTimeOffset": "+0330"}


def test_digits_come_left_half_first_and_lose_their_filler() -> None:
    subscriber = wrap("7f8147", wrap("5f8101", bytes.fromhex("460001234567890f")))
    call = wrap("69", wrap("7f8113", wrap("7f832b", subscriber)))
    (record,) = records(wrap("61", wrap("63", call) + audit(1, 0)))
    subscriber = record["basicCallInformation"]["chargeableSubscriber"]["simChargeableSubscriber"]
    assert subscriber == {"imsi": "460001234567890"}


def test_a_field_of_a_newer_release_is_kept_by_its_number() -> None:
    (record,) = records(wrap("61", wrap("63", wrap("69", wrap("5f8f7f", b"\xab\xcd"))) + audit(1, 0)))
    assert record["tag2047"] == "abcd"


def test_a_notification_is_a_file_without_events() -> None:
    assert records(wrap("62", wrap("5f8144", b"FRAF1"))) == []


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\x61\x80" * 60, "TAP_BROKEN"),
        (b"\x61\x80" * 20, "TAP_TRUNCATED"),
        (b"\x61\x80" + b"\x63\x80" * 100 + b"\0\0" * 101, "TAP_BROKEN"),
        (b"\x61\x84\xff\xff\xff\xff", "TAP_TRUNCATED"),
        (b"\x61\x89" + b"\xff" * 9, "TAP_BROKEN"),
        (wrap("61", wrap("63", wrap("04", b"x")) + audit(1, 0)), "TAP_BROKEN"),
        (wrap("61", wrap("63", wrap("69", b"\x7f\xff\xff\xff\xff\xff\x01")) + audit(1, 0)), "TAP_BROKEN"),
        (wrap("61", wrap("63", wrap("69", wrap("5f3e", b"\x01" * 20))) + audit(1, 0)), "TAP_BROKEN"),
        (wrap("61", wrap("63", wrap("69", wrap("5f8101", b"\xff\xff"))) + audit(1, 0)), "TAP_BROKEN"),
        (wrap("61", wrap("63", wrap("69", wrap("5f3e", b"\x05") * 2)) + audit(1, 5)), "TAP_BROKEN"),
    ],
)
def test_no_bomb_of_lengths_or_depths_gets_far(data: bytes, code: str) -> None:
    with pytest.raises(BadInput) as told:
        records(data)
    assert told.value.faults[0].code == code
    assert int(told.value.faults[0].params["offset"]) <= len(data)


def test_the_walker_tells_where_it_stopped() -> None:
    with pytest.raises(ber.UnableToWalk) as told:
        ber.element_at(b"\x61\x05\x01", 0, 3)
    assert (told.value.truncated, told.value.offset) == (True, 2)
