"""`python -m tests.browser.site FOLDER [town | orders]`: an installation, served until the input ends.

A `town` is an installation with two months behind it, `orders` the shop of tests.web.orders, where everything can be
ordered: what is in the folder becomes one. Without a word it is served as it is, and only its address is told.

September is in the books, October billed; files of the switch have come before, so its mapping is known. c1 has a
document; one job has stopped for good. `KEYS` signs in by password and second factor, everybody else has a session.
Prints one line of JSON: the address, the tokens of those sessions by login or customer, the secret of KEYS.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

RESIDENT: Final = "11010519491231002X"  # the example of GB 11643: nobody's
KEYS: Final = "keys"  # works in the south, and at the month
SHOP_LINES: Final = {  # what happens to them: their number, whose they are
    "lost": (2, "li"), "changes": (4, "li"), "given": (5, "li"), "rests": (3, "gao"), "ends": (6, "gao"),
}  # fmt: skip
WEB_LINE: Final = {"line": "mobile", "number": "13900770007", "card": "89861126100770000152", "plan": "M59"}


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the test tells what it saw."""


def main() -> None:
    home = Path(sys.argv[1])
    os.environ["YIDIAN_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "yidian.config.settings"
    import django

    django.setup()
    from tests.web import town

    os.environ["YIDIAN_NOW"] = town.NOW.isoformat()
    told: dict[str, Any] = {}
    if sys.argv[2:] == ["orders"]:
        told = _shop(home)
    elif sys.argv[2:] == ["town"]:
        told = _live(home, town)
    server = make_server("127.0.0.1", 0, _handler(), server_class=Server, handler_class=Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    told = {"address": f"http://127.0.0.1:{server.server_port}", "home": str(home), **told}
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    sys.stdin.read()


def _handler() -> Any:
    """Files that do not change are asked for once by a browser, as they are of a real server."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.handlers.wsgi import WSGIHandler

    class Kept(StaticFilesHandler):
        def get_response(self, request: Any) -> Any:
            answer = super().get_response(request)
            answer["Cache-Control"] = "max-age=3600"
            return answer

    return Kept(WSGIHandler())


def _live(home: Path, town: Any) -> dict[str, Any]:
    """Two months of the small operator, its people and their sessions."""
    from tests.cycles.world import World

    from yidian.domains.party.operations import add_parties
    from yidian.domains.party.types import Particulars
    from yidian.platform.sign_in import passwords
    from yidian.platform.sign_in.types import CUSTOMER, STAFF
    from yidian.platform.tenancy.queries import serving

    hashed = passwords.hashed(town.PASSWORD)
    with serving(code=town.ALPHA) as tenant:
        _known_file(tenant, home, town)
        town._month(World(tenant, home, now=town.NOW), town.ALPHA)
        town._people(tenant)
        told = {"c1": Particulars("north", "13900000001", "星湖路 1 号", "resident_id", RESIDENT)}
        add_parties(tenant=tenant, customers={"c1": "李晓雨"}, accounts={}, particulars=told)
        secret = _keys(tenant, town, hashed)
        _stopped(tenant, town)
        _disputed(tenant, home, town)
        who = [(STAFF, login) for login in town.STAFF_OF] + [(CUSTOMER, code) for code in town.CUSTOMERS]
        tokens = {subject: town._session(tenant, realm, subject, hashed) for realm, subject in who}
    return {"tokens": tokens, "secret": secret}


def _shop(home: Path) -> dict[str, Any]:
    """A shop on the day it opens for orders; who works there, its first customers, and what they ordered by phone."""
    from tests.orders.hall import broadband
    from tests.web import town
    from tests.web.orders import counter

    from yidian.kernel.calendar import to_ms
    from yidian.platform.sign_in.models import WebSession
    from yidian.platform.sign_in.types import CUSTOMER
    from yidian.platform.tenancy.queries import serving

    os.environ["YIDIAN_NOW"] = counter.NOON.isoformat()
    with serving(code=counter.TENANT) as tenant:
        desk = counter.staffed(tenant, home)
        hall = desk.hall
        hall.fees("card_swap", "CARD_FEE")
        hall.fees("relocation", "MOVE_FEE")
        lines = {what: hall.line(n, who=who) for what, (n, who) in SHOP_LINES.items()}
        hall.ordered(("contract", {"offer": "PHONE24"}, lines["ends"]), who="gao")
        order = hall.ordered(("new", broadband(1)), who="gao")
        lines["moves"] = hall.see(order).items[0].subscriber
        people = {who: hall.customer(who) for who in ("li", "gao")}
        lines["web"] = hall.see(hall.ordered(("new", WEB_LINE), who="gao")).items[0].subscriber
        tokens = desk.tokens | {"gao": town._session(tenant, CUSTOMER, people["gao"], town.hashed())}
        now = os.environ["YIDIAN_NOW"] = _moving(hall.now)
        WebSession.objects.update(opened_ms=to_ms(hall.now), seen_ms=to_ms(hall.now), stepped_ms=to_ms(hall.now))
        WebSession.objects.filter(credential__realm=CUSTOMER).update(stepped_ms=0)  # a password is asked for
        return {"tokens": tokens, "lines": lines, "now": now, **people}


def _moving(now: datetime) -> str:
    """YIDIAN_NOW for a clock that goes on from there: one thing is done after the other."""
    seconds = int((now - datetime.now(UTC)).total_seconds())
    return f"{seconds:+d}s"


def _known_file(tenant: Any, home: Path, town: Any) -> None:
    """A file of the switch, with a line that nobody can read."""
    from tests.usage.told import HEADER, mapping

    from yidian.domains.usage import operations

    known = home / "known.csv"
    known.write_text(HEADER + "13800000001,13900000000,2026-08-30 08:00:00,60\nnobody\n")
    operations.take_file(tenant=tenant, lake=home / "lake", mapping=mapping(), path=known, now=town.NOW)


def _keys(tenant: Any, town: Any, hashed: str) -> str:
    """Somebody with two posts and a second factor set up an hour ago; its secret."""
    from yidian.platform.access import staff
    from yidian.platform.sign_in import credentials, totp
    from yidian.platform.sign_in.types import STAFF

    told: dict[str, str] = {}

    def work(frame: Any) -> dict[str, Any]:
        staff.add_user(frame=frame, login=KEYS, name="钥")
        for role, node in (("clerk", town.SOUTH), ("finance", None)):
            staff.give_post(frame=frame, login=KEYS, role=role, organisation=node, since=town.NOW)
        row = credentials.give_password(frame=frame, realm=STAFF, subject=KEYS, encoded=hashed)
        row.must_change = False
        row.save()
        credentials.prepare_second_factor(frame=frame, credential=row)
        told["secret"] = totp.opened(row, row.totp_next)
        step = int((town.NOW - timedelta(hours=1)).timestamp()) // 30
        credentials.confirm_second_factor(frame=frame, credential=row, step=step, codes=credentials.new_codes())
        return {}

    town._do(tenant, "keys", work)
    return told["secret"]


def _disputed(tenant: Any, home: Path, town: Any) -> None:
    """c1 has questioned a bill, and a clerk has looked into it."""
    from yidian.domains.dispute.operations import examine
    from yidian.platform.writing.types import Actor
    from yidian.runs.disputes.raising import dispute

    asked = {"tenant": tenant, "key": "the-bill", "now": town.NOW}
    made = dispute(
        **asked, lake=home / "lake", actor=Actor("customer", "c1"), account="a1", cycle="2026-09", place=0,
        amount_minor=500, says="九月的账单不对。",
    )  # fmt: skip
    examine(**asked, actor=Actor("staff", "clerk-north"), number=made.number, findings="月租算了两次。")


def _stopped(tenant: Any, town: Any) -> None:
    """A job that was given up after all its attempts."""
    from yidian.platform.jobs.models import Job
    from yidian.platform.jobs.operations import enqueue

    def work(frame: Any) -> dict[str, Any]:
        job = enqueue(frame=frame, kind="rate", params={"cycle": "2026-09"}, key="stopped")
        Job.objects.filter(id=job).update(state="parked", attempts=5, reason={"code": "JOB_OWNER_DIED"})
        return {}

    town._do(tenant, "stopped", work)


if __name__ == "__main__":
    main()
