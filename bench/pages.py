"""How long each page takes to be made: `make bench CASES=pages`, or `python -m bench.pages HOME`; p50 and p95 of each.

In one process, through the whole of the application but the socket: middleware, rights, reading, template. The month
is rated, billed and posted before, and some PAYMENTS have come in. Customers are drawn at random; every page is asked
LOOKS times after one warm look, or as often as PATIENCE_S allows. `python -m bench.pages HOME payments` writes the file
of payments.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.locks import MAPPING
from bench.synthetic import CYCLE, name_of

LOOKS = 60
PATIENCE_S = 30  # after which a page has been looked at often enough
PAYMENTS = 20_000  # at most, beside those of the customers drawn
GOAL_MS = 100
SEED = 1
NOW = datetime(2026, 11, 2, 2, tzinfo=UTC)
BLOCKS = ("months", "products", "accounts", "bills", "payments", "books", "usage", "adjustments", "trail")
PAGES = (  # name, who looks, address (and what is typed into the find box)
    ("hall home", "hall", "/"),
    ("hall bills", "hall", "/bills/"),
    ("hall bill", "hall", "/bills/{a}/{cycle}/"),
    ("hall bill line", "hall", "/bills/{a}/{cycle}/lines/1/"),
    ("hall usage", "hall", "/usage/?cycle={cycle}"),
    ("hall bill as pdf", "hall", "/bills/{a}/{cycle}/pdf/"),
    ("desk home", "desk", "/desk/"),
    ("desk find by number", "desk", "/desk/find/ {n}"),
    ("desk find by account", "desk", "/desk/find/ {a}"),
    ("desk find by name", "desk", "/desk/find/ {name}"),
    ("desk customer", "desk", "/desk/customers/{c}/"),
    *((f"desk customer's {block}", "desk", f"/desk/customers/{{c}}/{block}/") for block in BLOCKS),
    ("desk customer's bill", "desk", "/desk/customers/{c}/bills/{a}/{cycle}/"),
    ("desk months", "finance", "/desk/months/"),
    ("desk month", "finance", "/desk/months/{cycle}/"),
    ("desk month's books", "finance", "/desk/months/{cycle}/books/"),
    ("desk payments", "finance", "/desk/payments/"),
    ("desk payment files", "finance", "/desk/payments/files/"),
    ("desk suspense", "finance", "/desk/suspense/"),
    ("desk approvals", "finance", "/desk/approvals/"),
)


def measure(home: Path) -> None:
    import os

    os.environ["YIDIAN_NOW"] = NOW.isoformat()
    from yidian.config.start import start

    start(home)
    from django.conf import settings
    from django_scopes import scope

    from yidian.platform.tenancy.queries import tenant_by_code

    settings.ALLOWED_HOSTS.append("testserver")
    tenant = tenant_by_code(code=settings.TENANT)
    rng = random.Random(SEED)
    with scope(tenant=tenant):
        drawn = _drawn(tenant, rng)
        desk, finance = (signed_in(tenant, "staff", login, "yidian_desk") for login in ("clerk", "finance"))
        halls = {customer: signed_in(tenant, "customer", customer, "yidian_hall") for customer, _, _ in drawn}
    print(f"# {len(drawn)} customers drawn; goal p95 <= {GOAL_MS} ms a page", flush=True)
    browsers = {"desk": lambda _: desk, "finance": lambda _: finance, "hall": halls.__getitem__}
    for name, whose, address in PAGES:
        _tell(name, browsers[whose], address, drawn)


def _tell(name: str, browser: Any, address: str, drawn: list[tuple[str, str, str]]) -> None:
    took: list[float] = []
    worked: list[float] = []  # this process's own time, which a busy machine does not lengthen; a server's is not in it
    wrong = 0
    for look, (customer, account, number) in enumerate([drawn[0], *drawn]):
        words = {"c": customer, "a": account, "n": number, "cycle": CYCLE, "name": name_of(int(customer[1:]))}
        where, _, asked = address.partition(" ")
        began, began_work = time.perf_counter(), time.process_time()
        one = browser(customer)
        if asked:  # what is looked for stands in no address
            answer = one.post(where, {"q": asked.format_map(words), "key": "bench-find-1"})
        else:
            answer = one.get(where.format_map(words))
        if look:
            took.append((time.perf_counter() - began) * 1000)
            worked.append((time.process_time() - began_work) * 1000)
            wrong += answer.status_code != 200
        if sum(took) > PATIENCE_S * 1000:
            break
    took.sort()
    p95 = took[min(len(took) - 1, len(took) * 95 // 100)]
    more = f", processor {statistics.median(worked):.0f} ms"
    more += f"; {len(took)} looks" if len(took) < len(drawn) else ""
    more += f"; {wrong} answered otherwise than 200" if wrong else ""
    print(f"pages {name}: p50 {statistics.median(took):.0f} ms, p95 {p95:.0f} ms{more}", flush=True)


def _drawn(tenant: Any, rng: random.Random) -> list[tuple[str, str, str]]:
    """(customer, account, number) of customers who have a bill."""
    from yidian.domains.party.models import BillingAccount
    from yidian.domains.product_inventory.models import AccessIdentifier

    found = []
    for code in _codes(BillingAccount.objects.filter(tenant=tenant).count(), rng):
        number = AccessIdentifier.objects.filter(tenant=tenant, subscriber__customer__code=f"C{code[1:]}").first()
        if number is not None:
            found.append((f"C{code[1:]}", code, number.value))
    return found


def _codes(count: int, rng: random.Random) -> list[str]:
    return [f"A{rng.randrange(1, count):07d}" for _ in range(LOOKS)]


def payment_file(home: Path) -> None:
    """Payments of the accounts drawn and of others evenly spread, between 20 and 199 yuan."""
    from yidian.config.start import start

    start(home)
    from yidian.domains.party.models import BillingAccount
    from yidian.platform.tenancy.queries import serving

    with serving(code="operator") as tenant:
        codes = list(BillingAccount.objects.filter(tenant=tenant).order_by("code").values_list("code", flat=True))
    paying = {*codes[:: -(-len(codes) // PAYMENTS)], *_codes(len(codes), random.Random(SEED))}
    lines = [f"{code},{code},{20 + n * 37 % 180}.00,2026-11-01 10:00:00" for n, code in enumerate(sorted(paying))]
    (home / "paid.csv").write_text("\n".join(["id,account,amount,at", *lines]) + "\n")
    (home / "payments.toml").write_text(MAPPING)


def signed_in(tenant: Any, realm: str, subject: str, cookie: str) -> Any:
    """A browser that is signed in, second factor just given."""
    from django.test import Client

    from yidian.kernel.calendar import to_ms
    from yidian.platform.access import staff
    from yidian.platform.sign_in import credentials, passwords, sessions
    from yidian.platform.sign_in.lifecycle import OPEN
    from yidian.platform.sign_in.types import Browser
    from yidian.platform.writing.operations import perform
    from yidian.platform.writing.types import Actor

    token = sessions.new_token()

    def work(frame: Any) -> dict[str, Any]:
        if realm == "staff":
            staff.add_user(frame=frame, login=subject, name=subject)
            since = frame.now - timedelta(days=1)
            staff.give_post(frame=frame, login=subject, role=subject, organisation=None, since=since)
        credential = credentials.give_password(frame=frame, realm=realm, subject=subject, encoded=HASHED[0])
        credential.must_change = False
        credential.save()
        row = sessions.open_session(
            frame=frame, credential=credential, token=token, stage=OPEN, browser=Browser("127.0.0.1"), device=""
        )
        row.stepped_ms = to_ms(frame.now)
        row.save()
        return {}

    if not HASHED:
        HASHED.append(passwords.hashed("a password of the bench"))
    perform(
        tenant=tenant,
        actor=Actor("system", "bench"),
        operation="bench.session",
        key=token,
        request={},
        now=NOW,
        work=work,
    )
    browser = Client()
    browser.cookies[cookie] = token
    return browser


HASHED: list[str] = []

if __name__ == "__main__":
    (payment_file if sys.argv[2:] == ["payments"] else measure)(Path(sys.argv[1]))
