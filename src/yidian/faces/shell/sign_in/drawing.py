"""What is shown of secrets and browsers: a picture to be scanned, letters to be typed, a name that people know."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qs, urlsplit

import segno

BROWSERS: Final = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("MicroMessenger", "WeChat"), ("Chrome/", "Chrome"),
                   ("Safari/", "Safari"))  # fmt: skip
SYSTEMS: Final = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
                  ("Mac OS", "Mac"), ("Linux", "Linux"))  # fmt: skip


def drawn(uri: str) -> str:
    """A QR code as a data: address of an SVG."""
    picture = segno.make(uri, error="m", micro=False)
    return str(picture.svg_data_uri(scale=5, border=3, dark="#1a2330", light="#ffffff"))


def in_groups(uri: str) -> str:
    """The secret in fours."""
    secret = parse_qs(urlsplit(uri).query)["secret"][0]
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def named(agent: str) -> str:
    """What people call a browser: "Chrome, Windows"; the beginning of what it says of itself where that is unknown."""
    found = [next((name for mark, name in table if mark in agent), "") for table in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, found)) or agent[:40]
