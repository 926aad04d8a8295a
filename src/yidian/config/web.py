"""`[web]` of yidian.toml: under which names the pages are reached, and who guards the way to them.

[web]
hosts = ["bss.example.net"]       names the server answers to, beside this machine's own
tls = true                        people come by https: a proxy in front of us ends it, or we do:
certificate = "cert.pem"          PEM files, relative to the installation's folder
key = "key.pem"
proxies = ["127.0.0.1"]           whose X-Forwarded-For is believed; nobody's else
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from yidian.kernel.faults import refuse

PROFILES: Final = ("", "demo", "test")
LOCAL: Final = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Web:
    """How the web faces are reached. `certificate`, `key`: None where TLS ends before us, or there is none."""

    hosts: tuple[str, ...] = ()
    tls: bool = False
    certificate: Path | None = None
    key: Path | None = None
    proxies: tuple[str, ...] = ()

    @property
    def allowed(self) -> list[str]:
        """Host names that a request may be for."""
        return [*self.hosts, *LOCAL]


NOTHING_TOLD: Final = Web()


def read_web(told: object, *, home: Path) -> Web:
    """The table `[web]`; BadInput WEB_SETTINGS for what is in it and means nothing."""
    rows: Mapping[str, Any] = told if isinstance(told, dict) else {}
    strange = sorted(rows.keys() - {"hosts", "tls", "certificate", "key", "proxies"})
    files = {name: home / str(rows[name]) for name in ("certificate", "key") if rows.get(name)}
    if strange or len(files) == 1 or not isinstance(told, dict | None):
        raise refuse("WEB_SETTINGS", column="web", value=", ".join(strange) or told)
    proxies = tuple(str(one) for one in rows.get("proxies", ()))
    for one in proxies:
        try:
            ipaddress.ip_address(one)
        except ValueError as error:
            raise refuse("WEB_SETTINGS", column="proxies", value=one) from error
    return Web(
        hosts=tuple(str(one) for one in rows.get("hosts", ())), tls=rows.get("tls", False) is True or bool(files),
        certificate=files.get("certificate"), key=files.get("key"), proxies=proxies,
    )  # fmt: skip


def read_profile(told: object, *, money: bool) -> str:
    """Empty, or "test" or "demo", which never hold money. BadInput PROFILE_UNKNOWN, PROFILE_MONEY."""
    if told not in PROFILES:
        raise refuse("PROFILE_UNKNOWN", column="profile", value=told)
    if told and money:
        raise refuse("PROFILE_MONEY", column="profile", value=told)
    return str(told)
