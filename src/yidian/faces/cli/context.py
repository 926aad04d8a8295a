"""What a command may ask for: its installation, tenant, present instant, and a mouth that speaks the reader's language.

Everything is made at first use: a command that asks for no tenant starts no Django.
"""

from __future__ import annotations

import os
import pwd
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from yidian.faces.cli import terminal
from yidian.kernel.faults import Fault, refuse
from yidian.platform import clock
from yidian.platform.points import point
from yidian.platform.wording import entries, remedy, text

if TYPE_CHECKING:
    from yidian.config.installation import Installation
    from yidian.platform.tenancy.queries import Tenant
    from yidian.platform.writing.types import Actor


BETWEEN: Final = {"en": "; ", "zh": "；"}  # what is wrong, and what to do about it


class Context(ExitStack):
    """One command's surroundings; left with the command, and with it the tenant's scope."""

    def __init__(self, *, home: Path | None, lang: str, quiet: bool) -> None:
        super().__init__()
        self.home_told = home
        self.lang = lang
        self.quiet = quiet
        self.tenant_told: str | None = None
        self.login_told: str | None = None
        self._answered = False

    @cached_property
    def home(self) -> Path:
        """The installation's folder: --home, else YIDIAN_HOME, else the nearest upward. BadInput when there is none."""
        from yidian.config.installation import find_home

        told = self.home_told or os.environ.get("YIDIAN_HOME")
        return (Path(told) if told else find_home(Path.cwd())).resolve()

    @cached_property
    def installation(self) -> Installation:
        """Settings of the installation, with Django ready. BadInput when they cannot be read."""
        from yidian.config.installation import read
        from yidian.config.start import start

        read(self.home)  # refuses in our words before Django would in its own
        return start(self.home)

    @cached_property
    def tenant(self) -> Tenant:
        """The tenant served, in scope until the command ends: --tenant, else YIDIAN_TENANT, else the operator."""
        installation = self.installation
        code = self.tenant_told or os.environ.get("YIDIAN_TENANT") or installation.tenant
        from yidian.platform.schema import expect_current
        from yidian.platform.tenancy import queries

        expect_current()
        return self.enter_context(queries.serving(code=code))

    @cached_property
    def actor(self) -> Actor:
        """Who types: --as LOGIN, else YIDIAN_ACTOR, else the console. BadInput ACTOR_UNKNOWN."""
        tenant = self.tenant
        from yidian.platform.access.queries import user_id_of
        from yidian.platform.writing.types import Actor, system

        login = self.login_told or os.environ.get("YIDIAN_ACTOR")
        if not login:
            return system(f"console:{_os_user()}")
        user_id = user_id_of(tenant=tenant, login=login)
        if user_id is None:
            raise refuse("ACTOR_UNKNOWN", value=login)
        return Actor("staff", login, user_id)

    def demand(
        self, action: str, *, subject: str = "", params: Mapping[str, Any] | None = None,
        organisation: str | None = None, amount_minor: int | None = None, asks_itself: bool = False,
    ) -> None:  # fmt: skip
        """Go on only if the actor may; where it takes two, ask for the second person and stop (UnableToAct).

        `asks_itself`: the act consumes its approval in its own frame, and asks for it there.
        """
        tenant, actor = self.tenant, self.actor
        from yidian.platform.access.gate import admit

        admit(
            tenant=tenant, actor=actor, action=action, now=self.now, subject=subject, params=params,
            organisation=organisation, amount_minor=amount_minor, asks_itself=asks_itself,
        )  # fmt: skip

    @cached_property
    def now(self) -> datetime:
        """The instant of this command, aware UTC; the same however often it is asked."""
        return clock.now()

    def answer(self) -> None:
        """Pass the point between what is done and its being told, once."""
        if not self._answered:
            self._answered = True
            point("answer")

    def say(self, code: str, /, **params: object) -> None:
        """Tell on stdout something that has been done. Silent with --quiet."""
        self.answer()
        if not self.quiet:
            terminal.write_line(text(code, self.lang, **params))

    def table(self, title_code: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        """Print a table on stdout. Title and columns are codes; integers are set flush right, with thousands apart."""
        self.answer()
        heads = [text(column, self.lang) for column in columns]
        terminal.write_table(text(title_code, self.lang), heads, rows)

    def local(self, at: datetime | None, timespec: str = "seconds") -> str:
        """An instant as it is written where the tenant is; "" for none."""
        from yidian.kernel.calendar import zone_named

        return at.astimezone(zone_named(self.tenant.zone)).isoformat(" ", timespec) if at else ""

    def progress(self, total: int, label_code: str) -> AbstractContextManager[terminal.Bar]:
        """A bar on stderr while work goes on, `with context.progress(n, "RATING") as bar: bar.advance(1)`.

        Nothing is drawn where stderr is no terminal or with --quiet.
        """
        return terminal.bar(total, text(label_code, self.lang), shown=not self.quiet)

    def complain(self, code: str, /, **params: object) -> None:
        """One line on stderr: what is wrong, and what to do about it."""
        wrong, help_ = text(code, self.lang, **params), remedy(code, self.lang, **params)
        between = " " if wrong.endswith((".", "。")) else BETWEEN[self.lang]
        terminal.write_complaint("yidian: " + between.join(filter(None, (wrong, help_))))

    def complain_of(self, error: Exception) -> None:
        """An error speaks the words of its `code`, or of its name (UnableToLock: UNABLE_TO_LOCK), if it has any."""
        code = getattr(error, "code", None) or CAPITALS.sub("_", type(error).__name__).upper()
        if isinstance(code, str) and code in entries():
            self.complain(code, **getattr(error, "params", vars(error)))
        else:
            self.complain("UNFORESEEN", kind=type(error).__name__, error=error)

    def show_faults(self, faults: Sequence[Fault]) -> None:
        """Every fault of a refused input, as a table on stderr."""
        columns = [text(name, self.lang) for name in FAULT_COLUMNS]
        terminal.write_faults(
            text("INPUT_REFUSED", self.lang, count=len(faults)), columns, list(self.fault_rows(faults))
        )

    def fault_rows(self, faults: Sequence[Fault]) -> Iterator[tuple[str, ...]]:
        """The first hundred in words: file, sheet, line, column, value, reason, remedy."""
        for fault in faults[:FAULTS_SHOWN]:
            where = fault.where
            line = str(where.line) if where.line else ""
            told = dict(fault.params)
            params = {"value": fault.value, "file": where.file, "line": where.line, "column": where.column} | told
            reason = f"{text(fault.code, self.lang, **params)} [{fault.code}]"
            help_ = remedy(fault.code, self.lang, **params)
            yield where.file, where.sheet, line, where.column, fault.value, reason, help_


def _os_user() -> str:
    """Who the operating system says this is; its number where it has no name for it."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


FAULTS_SHOWN = 100
CAPITALS = re.compile(r"(?<!^)(?=[A-Z])")
FAULT_COLUMNS = (
    "COLUMN_FILE",
    "COLUMN_SHEET",
    "COLUMN_LINE",
    "COLUMN_COLUMN",
    "COLUMN_VALUE",
    "COLUMN_REASON",
    "COLUMN_REMEDY",
)
