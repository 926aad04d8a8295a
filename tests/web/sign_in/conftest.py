"""A browser before it is signed in, and the office of tests/platform/sign_in_office behind the pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from tests.platform.sign_in_office import QUICK, Office

FORM = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Visitor:
    """One browser that follows no redirect and sends what its forms hold."""

    client: Client
    office: Office
    monkeypatch: Any

    def at(self) -> None:
        """The server's clock is the office's."""
        self.monkeypatch.setenv("YIDIAN_NOW", self.office.now.isoformat())

    def get(self, path: str, **headers: str) -> Any:
        self.at()
        return self.client.get(path, headers=headers or None)

    def send(self, path: str, *, page: str = "", **fields: str) -> Any:
        """The form of a page, with its token."""
        self.at()
        shown = self.client.get(page or path)
        token = FORM.search(shown.content.decode())
        assert token, f"no form at {page or path}: {shown.status_code}"
        return self.client.post(path, {"csrfmiddlewaretoken": token[1], **fields})

    def sign_in(self, login: str, password: str, *, face: str = "/desk", **fields: str) -> Any:
        return self.send(f"{face}/sign-in/", login=login, password=password, **fields)


@pytest.fixture
def office(tenant: Any, settings: Any) -> Office:
    settings.PASSWORD_HASHERS = QUICK
    office = Office(tenant)
    office.hire("zhang")
    office.hire("security", "security_admin")
    return office


@pytest.fixture
def visitor(office: Office, monkeypatch: Any) -> Visitor:
    return Visitor(Client(enforce_csrf_checks=True), office, monkeypatch)


@pytest.fixture
def another(office: Office, monkeypatch: Any) -> Visitor:
    return Visitor(Client(enforce_csrf_checks=True), office, monkeypatch)
