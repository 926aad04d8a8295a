"""What sign-in tells: who it is, how far they have come, and how it refuses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from yidian.platform.writing.types import Actor

STAFF: Final = "staff"
CUSTOMER: Final = "customer"
REALMS: Final = (STAFF, CUSTOMER)

IDLE: Final = {STAFF: timedelta(minutes=30), CUSTOMER: timedelta(minutes=30)}
LONGEST: Final = {STAFF: timedelta(hours=12), CUSTOMER: timedelta(hours=12)}
ON_THE_WAY: Final = timedelta(minutes=10)  # from the password to the last step of signing in
FRESH: Final = timedelta(minutes=5)  # how long a second factor counts as just given
ONE_TIME: Final = timedelta(days=3)  # how long a password that somebody else has given is good
CODES: Final = 10  # recovery codes on a sheet


class UnableToSignIn(Exception):
    """SIGN_IN_WRONG, SIGN_IN_CODE_WRONG, SIGN_IN_TOO_OFTEN (`seconds`), SIGN_IN_ENDED, PASSWORD_…; never whether
    somebody exists.
    """

    def __init__(self, code: str, **params: str | int) -> None:
        self.code, self.params = code, params
        super().__init__(f"{code} {params}")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is signed in. `subject`: login of the staff, code of the customer; `name` "" where not known here.

    `stepped_ms`: when the second factor was last given (0: never), UTC ms; `second`: whether there is one at all.
    """

    realm: str
    subject: str
    name: str
    user_id: int | None
    session: int
    opened_ms: int
    stepped_ms: int
    second: bool

    @property
    def login(self) -> str:
        return self.subject

    @property
    def actor(self) -> Actor:
        return Actor(self.realm, self.subject, self.user_id)


@dataclass(frozen=True, slots=True)
class Browser:
    """Where an attempt comes from. `device`: the token a browser keeps of earlier visits, "" of one that has none."""

    address: str
    agent: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What a step of signing in came to: the session's new token, what is asked next, the device's token."""

    token: str
    stage: str
    device: str = ""


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """Somebody between the password and the last step. `uri`: of a second factor to be set up, else ""."""

    session: int
    stage: str
    subject: str
    realm: str
    uri: str = ""


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """A session as its owner sees it; instants UTC ms."""

    id: int
    opened_ms: int
    seen_ms: int
    address: str
    agent: str
    current: bool


@dataclass(frozen=True, slots=True)
class CredentialFacts:
    """What may be told of a credential: never what is needed to use it."""

    realm: str
    subject: str
    names: tuple[str, ...]
    second: bool
    must_change: bool
    recovery_left: int
