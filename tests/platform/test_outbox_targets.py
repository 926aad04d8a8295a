"""Where a webhook may go, and its signature as a consumer would check it."""

from __future__ import annotations

import ipaddress
import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.platform.misbehaving_consumer import Consumer

from yidian.kernel.faults import BadInput
from yidian.platform.outbox import posting, targets
from yidian.platform.outbox.posting import Kind
from yidian.platform.outbox.signing import new_secret, signature, verify

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
INSIDE = (
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1",
    "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2001:db8::1",
)  # fmt: skip
OUTSIDE = ("1.1.1.1", "8.8.8.8", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808")


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_refused(address: str) -> None:
    assert not targets.is_public(ipaddress.ip_address(address))
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(BadInput) as refused:
        targets.read(f"https://{host}/hook", to_private=False)
    assert refused.value.faults[0].code == "WEBHOOK_PRIVATE"
    targets.read(f"http://{host}/hook", to_private=True)


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_of_the_internet_is_allowed(address: str) -> None:
    assert targets.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://shop.example/", "WEBHOOK_URL"), ("https:///hook", "WEBHOOK_URL"), ("hook", "WEBHOOK_URL"),
        ("https://zhang:pw@shop.example/", "WEBHOOK_URL"), ("https://shop.example/a b", "WEBHOOK_URL"),
        ("https://shop.example:99999/", "WEBHOOK_URL"), ("https://shop.example/\r\nX: y", "WEBHOOK_URL"),
        ("file:///etc/passwd", "WEBHOOK_URL"), ("http://shop.example/", "WEBHOOK_NOT_HTTPS"),
        ("https://[::1/", "WEBHOOK_URL"), ("https://127.0.0.1/", "WEBHOOK_PRIVATE"),
    ],
)  # fmt: skip
def test_what_is_no_url_for_a_webhook_is_refused(url: str, code: str) -> None:
    with pytest.raises(BadInput) as refused:
        targets.read(url, to_private=False)
    assert refused.value.faults[0].code == code


def leads_to(*addresses: str) -> Any:
    def look(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    asked: list[str] = []
    look.asked = asked  # type: ignore[attr-defined]
    return look


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("169.254.169.254",), ("8.8.8.8", "10.0.0.1")])
def test_a_name_that_leads_inside_is_refused_when_it_is_sent(
    monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...]
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", leads_to(*addresses))
    answer = posting.post("https://shop.example/", body=b"{}", headers={}, to_private=False)
    assert (answer.kind, answer.code) == (Kind.REFUSED, "TARGET_PRIVATE")


def test_the_name_is_looked_up_once_and_that_address_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads elsewhere at the second look (rebinding) is not asked a second time."""
    consumer, look = Consumer(), leads_to("127.0.0.1")
    monkeypatch.setattr(socket, "getaddrinfo", look)
    connected: list[tuple[str, int]] = []

    def create(address: tuple[str, int], timeout: float | None = None) -> socket.socket:
        connected.append(address)
        made = socket.socket()
        made.settimeout(timeout)
        made.connect(address)
        return made

    monkeypatch.setattr(socket, "create_connection", create)
    url = f"http://shop.example:{consumer.port}/hook?a=1"
    answer = posting.post(url, body=b"{}", headers={"X-Of": "test"}, to_private=True)
    consumer.close()
    assert answer.kind is Kind.TAKEN
    assert (look.asked, connected) == (["shop.example"], [("127.0.0.1", consumer.port)])
    assert consumer.heard[0].headers["host"] == f"shop.example:{consumer.port}"


def test_nobody_listens_and_nobody_knows_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    answer = posting.post(f"http://127.0.0.1:{port}/", body=b"{}", headers={}, to_private=True)
    assert (answer.kind, answer.code) == (Kind.SILENT, "CONNECTION_REFUSED")

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    answer = posting.post("https://no.example/", body=b"{}", headers={}, to_private=False)
    assert (answer.kind, answer.code) == (Kind.SILENT, "TARGET_UNKNOWN")


def test_a_certificate_that_is_not_trusted_is_not_talked_to() -> None:
    """A consumer that does not speak TLS where TLS is asked for: nothing of the event is sent in the clear."""
    consumer = Consumer()
    answer = posting.post(f"https://127.0.0.1:{consumer.port}/", body=b"{}", headers={}, to_private=True, deadline_s=1)
    consumer.close()
    assert answer.kind is Kind.SILENT
    assert consumer.heard == []


def test_a_signature_fits_its_body_secret_and_time_only() -> None:
    secret, body = new_secret(), b'{"n": 1}'
    header = signature(secrets=[secret], body=body, at=NOW)

    def fits(**other: Any) -> bool:
        told: dict[str, Any] = {"header": header, "body": body, "secrets": [secret], "now": NOW} | other
        return verify(**told)

    assert fits()
    assert fits(secrets=[new_secret(), secret])
    assert fits(now=NOW + timedelta(seconds=299))
    assert not fits(now=NOW + timedelta(seconds=301)), "replayed too late"
    assert not fits(now=NOW - timedelta(seconds=301))
    assert not fits(body=body + b" ")
    assert not fits(secrets=[new_secret()])
    moved = header.replace(f"t={int(NOW.timestamp())}", f"t={int(NOW.timestamp()) + 1}")
    assert not fits(header=moved), "the time is signed too"
    for broken in (
        "",
        "v1=",
        header.partition(",")[0],
        header + ",t=1",
        "t=x,v1=y",
        header.replace("v1", "v0"),
        "t=²,v1=é",
    ):
        assert not fits(header=broken), broken
