"""Somebody who signs in, for tests: an operator with staff and a customer, a clock that is pushed, a telephone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import ScryptPasswordHasher
from django_scopes import scope

from yidian.platform.access import staff
from yidian.platform.sign_in import credentials, entering, passwords, totp
from yidian.platform.sign_in.lifecycle import CHANGE, CODE, ENROL
from yidian.platform.sign_in.models import Credential
from yidian.platform.sign_in.queries import person_of
from yidian.platform.sign_in.types import CUSTOMER, STAFF, Browser, Person, Step
from yidian.platform.writing.frame import Frame
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import system

NOW = datetime(2026, 11, 22, 1, tzinfo=UTC)
PASSWORD = "seven horses in a row"
GIVEN = "given by the administrator"


class Quick(ScryptPasswordHasher):
    """scrypt with next to no work: tests hash hundreds of times."""

    algorithm = "quick"
    work_factor, block_size, parallelism = 2, 1, 1


QUICK = ["tests.platform.sign_in_office.Quick"]


@dataclass
class Office:
    tenant: Any
    now: datetime = NOW
    count: int = 0
    devices: dict[str, str] = field(default_factory=dict)

    def push(self, **span: int) -> None:
        self.now += timedelta(**span)

    def do(self, work: Callable[[Frame], Any]) -> Any:
        self.count += 1
        found: list[Any] = []

        def kept(frame: Frame) -> dict[str, Any]:
            found.append(work(frame))
            return {}

        key = f"test {self.count}"
        perform(
            tenant=self.tenant, actor=system("test"), operation="test", key=key, request={}, now=self.now, work=kept
        )
        return found[-1]

    def hire(self, login: str, role: str = "clerk") -> None:
        def work(frame: Frame) -> None:
            staff.add_user(frame=frame, login=login, name=login.title())
            if role:
                staff.give_post(frame=frame, login=login, role=role, organisation=None, since=frame.now)

        self.do(work)

    def given(
        self, subject: str, *, realm: str = STAFF, password: str = GIVEN, names: dict[str, str] | None = None
    ) -> None:
        """Somebody gives a password."""
        encoded = passwords.hashed(password)
        if realm == STAFF:
            self.do(lambda frame: credentials.give_password(frame=frame, realm=realm, subject=subject, encoded=encoded))
            return
        told = names or {subject: "name"}
        self.do(
            lambda frame: credentials.open_customer_login(frame=frame, customer=subject, encoded=encoded, names=told)
        )

    def credential(self, subject: str, realm: str = STAFF) -> Credential:
        with scope(tenant=self.tenant):
            return credentials.found(realm=realm, subject=subject)

    def code(self, subject: str, realm: str = STAFF) -> str:
        """What the telephone shows now, of the second factor that is set up or about to be."""
        row = self.credential(subject, realm)
        return totp.code_at(row, row.totp or row.totp_next, now=self.now)

    def browser(self, address: str = "10.0.0.1", device: str = "") -> Browser:
        return Browser(address, "test", device)

    def type(
        self, subject: str, password: str = PASSWORD, *, realm: str = STAFF, browser: Browser | None = None
    ) -> Step:
        return entering.try_password(
            tenant=self.tenant, realm=realm, name=subject, password=password, browser=browser or self.browser(),
            now=self.now,
        )  # fmt: skip

    def tell(self, step: Step, code: str, *, realm: str = STAFF, browser: Browser | None = None) -> Step:
        return entering.try_code(
            tenant=self.tenant,
            realm=realm,
            token=step.token,
            code=code,
            browser=browser or self.browser(),
            now=self.now,
        )

    def settle(self, subject: str, *, realm: str = STAFF) -> list[str]:
        """A given password becomes one's own, and staff set up the second factor. The recovery sheet."""
        self.given(subject, realm=realm)
        step, sheet = self.type(subject, GIVEN, realm=realm), list[str]()
        if step.stage == ENROL:
            step, sheet = entering.confirm_second_factor(
                tenant=self.tenant, realm=realm, token=step.token, code=self.code(subject, realm),
                browser=self.browser(), now=self.now,
            )  # fmt: skip
        assert step.stage == CHANGE
        step = entering.choose_password(
            tenant=self.tenant, realm=realm, token=step.token, password=PASSWORD, browser=self.browser(), now=self.now
        )
        self.devices[subject] = step.device
        self.push(minutes=2)
        return sheet

    def enter(self, subject: str, *, realm: str = STAFF, browser: Browser | None = None) -> Step:
        """Sign in, all steps."""
        step = self.type(subject, realm=realm, browser=browser)
        if step.stage == CODE:
            step = self.tell(step, self.code(subject, realm), realm=realm, browser=browser)
        self.push(seconds=31)
        return step

    def who(self, step: Step | str, *, realm: str = STAFF) -> Person | None:
        token = step if isinstance(step, str) else step.token
        found = person_of(tenant=self.tenant, realm=realm, token=token, now=self.now)
        return found[0] if found else None

    def person(self, step: Step, *, realm: str = STAFF) -> Person:
        found = self.who(step, realm=realm)
        assert found is not None
        return found


__all__ = ["CUSTOMER", "GIVEN", "NOW", "PASSWORD", "QUICK", "STAFF", "Office"]
