"""A million customers, and how long it takes to find one and to see everything of them: `make bench CASES=customers`.

`python -m bench.customers HOME make N` adds N customers to an operator whose month is billed and posted, by statements
over whole tables: each with a document, an account, a subscription, a number, a card and a plan; one in ten with a bill
that is owed, one in twenty with an order. Indexes and foreign keys are taken away before and put back after.
`python -m bench.customers HOME` looks for each kind of thing and opens whole pages, LOOKS times each.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from bench.pages import BLOCKS, GOAL_MS, NOW, signed_in
from bench.synthetic import CYCLE, M0, name_of

LOOKS = 60
SEED = 2
CHUNK = 10_000
DAY_MS = 86_400_000
BILLED, ORDERED = 10, 20  # one customer in so many
FOREVER = 1 << 62
COMING = ("n", "customer_id", "account_id", "subscriber_id", "unit_id", "name", "document", "sealed", "blind", "masked")


class Fill(NamedTuple):
    """Rows of a table out of those that are `coming`: its columns, what stands in them, of which rows."""

    table: str
    columns: str
    values: str
    where: str = "TRUE"


def fills(run: int, cycle: int, text: Any) -> list[Fill]:
    """`text`: how a number is written with leading noughts, and a text as bytes, in this database's words."""
    n, since = text.digits, M0 - 500 * DAY_MS
    life = f"{since}, {FOREVER}"
    order = "'O202610-' || " + n("n", 7, 9_000_000)
    return [
        Fill("party_customer", "id, code, name, kind, organisation, phone, address",
             f"customer_id, 'K' || {n('n', 7)}, name, 'person', '', '', '南宁市民族大道' || n || '号'"),
        *(Fill("party_namekey", "customer_id, place, key", f"customer_id, {place}, {text.octets(place)}",
               f"length(name) > {place}") for place in range(4)),
        Fill("party_identitydocument", "customer_id, kind, sealed, blind, masked",
             "customer_id, 'resident_id', sealed, blind, masked"),
        Fill("party_billingaccount", "id, code, customer_id, currency",
             f"account_id, 'B' || {n('n', 7)}, customer_id, 'CNY'"),
        Fill("product_inventory_ratingunit", "id, code", f"unit_id, 'B' || {n('n', 7)}"),
        Fill("product_inventory_subscriber", "id, code, home_area, customer_id",
             f"subscriber_id, 'L' || {n('n', 7)}, '771', customer_id"),
        Fill("product_inventory_accessidentifier", "kind, value, from_ms, to_ms, subscriber_id",
             f"'imsi', '46003' || {n('n', 10)}, {life}, subscriber_id"),
        Fill("product_inventory_accessidentifier", "kind, value, from_ms, to_ms, subscriber_id",
             f"'msisdn', '198' || {n('n', 8)}, {life}, subscriber_id"),
        Fill("product_inventory_offerholding", "offer, from_ms, to_ms, subscriber_id",
             f"'plan' || {n('n % 60', 2)}, {life}, subscriber_id"),
        Fill("product_inventory_accountofsubscriber", "from_ms, to_ms, account_id, subscriber_id",
             f"{life}, account_id, subscriber_id"),
        Fill("product_inventory_unitmembership", "from_ms, to_ms, unit_id, subscriber_id",
             f"{life}, unit_id, subscriber_id"),
        Fill("product_inventory_subscriberlife", "life, from_ms, to_ms, subscriber_id",
             f"'in_use', {life}, subscriber_id"),
        Fill("customer_bill_customerbill",
             "id, number, currency, total_minor, tax_minor, remainder_micro, items, state, account_id, cycle_id, "
             "published_id, run_id",
             f"account_id * 1024 + 512, 'KB' || {n('n', 8)}, 'CNY', 3900 + n % 9000, 322, 0, 2, 'final', account_id, "
             f"{cycle}, {run}, {run}", f"n % {BILLED} = 0"),
        Fill("payment_receivable",
             "account, kind, refers, cycle, opened_on, due_on, amount_minor, cleared_minor",
             f"'B' || {n('n', 7)}, 'bill', CAST(account_id * 1024 + 512 AS varchar(64)), '{CYCLE}', '2026-11-01', "
             "'2026-11-20', 3900 + n % 9000, 0", f"n % {BILLED} = 0"),
        Fill("product_order_productorder",
             "number, organisation, channel, state, revision, quote, quoted, read_back, taken_at, submitted_at, "
             "promised_at, ended_at, actor_kind, actor_id, customer_id",
             f"{order}, '', 'cli', CASE WHEN n % 400 = 0 THEN 'at_work' ELSE 'completed' END, 1, '{{}}', 1, 1, "
             "'2026-10-20 02:00:00', '2026-10-20 02:00:00', '2026-10-20 03:00:00', "
             f"CASE WHEN n % 400 = 0 THEN NULL ELSE {text.instant('2026-10-20 02:01:00')} END, 'staff', 'bench', "
             "customer_id", f"n % {ORDERED} = 0"),
    ]  # fmt: skip


def make(home: Path, count: int) -> None:
    from yidian.config.start import start

    start(home)
    from django.db import connection, transaction
    from django_scopes import scopes_disabled

    from yidian.platform.tenancy.queries import tenant_by_code

    tenant = tenant_by_code(code="operator")
    text = Postgres() if connection.vendor == "postgresql" else Sqlite()
    began = time.perf_counter()
    with scopes_disabled(), connection.cursor() as cursor:
        for pragma in text.before:
            cursor.execute(pragma)
        with transaction.atomic(), text.bare(cursor):
            _come(cursor, tenant, count, text)
            _told("people", began)
            cursor.execute("SELECT id, bill_run_id FROM customer_bill_billingcycle WHERE name = %s", [CYCLE])
            cycle, run = cursor.fetchone()
            for one in fills(run, cycle, text):
                cursor.execute(
                    f"INSERT INTO {one.table} (tenant_id, {one.columns}) SELECT {tenant.pk}, {one.values} "
                    f"FROM coming WHERE {one.where} ORDER BY n"
                )
            cursor.execute(
                "INSERT INTO product_order_orderitem "
                "(tenant_id, order_id, place, deed, subscriber, told, after, state, moves, deposits) "
                f"SELECT {tenant.pk}, o.id, 1, 'new', s.code, '{{}}', 0, "
                "CASE WHEN o.state = 'completed' THEN 'completed' ELSE 'at_work' END, '[]', '[]' "
                "FROM product_order_productorder o "
                "JOIN product_inventory_subscriber s ON s.customer_id = o.customer_id "
                "WHERE o.number LIKE 'O202610-9%%'"
            )
            _told("rows", began)
        _told("indexes", began)
        cursor.execute("ANALYZE")
    took, worked = time.perf_counter() - began, time.process_time()
    print(f"customers: {count:,} made in {took:.0f} s, {worked:.0f} s of a processor here", flush=True)


def _told(what: str, began: float) -> None:
    print(f"# {what}: after {time.perf_counter() - began:.0f} s", flush=True)


def _come(cursor: Any, tenant: Any, count: int, text: Any) -> None:
    """Those who come, each with their ids: 10 bits of an id are its code's."""
    from yidian.platform.identity import make_id, sequence_of
    from yidian.platform.secrets.sealing import blind_index, seal

    firsts = []
    for table in ("party_customer", "party_billingaccount", "product_inventory_subscriber",
                  "product_inventory_ratingunit"):  # fmt: skip
        cursor.execute(f"SELECT max(id) FROM {table}")
        firsts.append(sequence_of(cursor.fetchone()[0]) + 1)

    numbers = residents(count)

    def rows() -> Iterator[tuple[Any, ...]]:
        for n, number in enumerate(numbers):
            codes = (f"K{n:07d}", f"B{n:07d}", f"L{n:07d}", f"B{n:07d}")
            ids = [make_id(first + n, code) for first, code in zip(firsts, codes, strict=True)]
            sealed = seal(tenant=tenant, purpose="identity", bound=f"{codes[0]}/resident_id", plain=number)
            blind = blind_index(tenant=tenant, purpose="identity", plain=number)
            yield (n, *ids, name_of(n), number, sealed, blind, f"{number[:4]}**********{number[-4:]}")

    cursor.execute(
        "CREATE TEMPORARY TABLE coming (n bigint PRIMARY KEY, customer_id bigint, account_id bigint, "
        "subscriber_id bigint, unit_id bigint, name text, document text, sealed text, blind text, masked text)"
    )
    text.load(cursor, rows())


def residents(count: int) -> list[str]:
    """Residents' numbers with their check digits, 999 born on each day."""
    weights, ends = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"

    def weighed(digits: str, first: int) -> int:
        return sum(int(sign) * weight for sign, weight in zip(digits, weights[first:], strict=False))

    tails = [(tail, weighed(tail, 14)) for tail in (f"{n:03d}" for n in range(1, 1000))]
    found: list[str] = []
    for day in range(-(-count // len(tails))):
        head = f"450102{date(2004, 12, 31) - timedelta(days=day):%Y%m%d}"
        weight = weighed(head, 0)
        found += [f"{head}{tail}{ends[(weight + more) % 11]}" for tail, more in tails]
    return found[:count]


class Sqlite:
    before = (
        "PRAGMA foreign_keys = OFF",
        "PRAGMA synchronous = OFF",
        "PRAGMA journal_mode = MEMORY",
        "PRAGMA cache_size = -800000",
        "PRAGMA temp_store = MEMORY",
    )

    def digits(self, expression: str, width: int, plus: int = 0) -> str:
        return f"printf('%%0{width}d', {expression} + {plus})".replace("%%", "%")

    def octets(self, place: int) -> str:
        return f"CAST(substr(name, {place + 1}, 8) AS BLOB)"

    def instant(self, told: str) -> str:
        return f"'{told}'"

    def load(self, cursor: Any, rows: Iterator[tuple[Any, ...]]) -> None:
        cursor.executemany(f"INSERT INTO coming VALUES ({', '.join(['%s'] * len(COMING))})", rows)

    @contextmanager
    def bare(self, cursor: Any) -> Iterator[None]:
        """Without the indexes that can be made again."""
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN "
            f"({', '.join(['%s'] * len(TABLES))})", list(TABLES)
        )  # fmt: skip
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _, sql in indexes:
            cursor.execute(sql)


class Postgres:
    before = ("SET synchronous_commit = off", "SET maintenance_work_mem = '512MB'", "SET work_mem = '256MB'")

    def digits(self, expression: str, width: int, plus: int = 0) -> str:
        return f"lpad(({expression} + {plus})::text, {width}, '0')".replace("%", "%")

    def octets(self, place: int) -> str:
        return f"convert_to(substr(name, {place + 1}, 8), 'UTF8')"

    def instant(self, told: str) -> str:
        return f"'{told}'::timestamptz"

    def load(self, cursor: Any, rows: Iterator[tuple[Any, ...]]) -> None:
        with cursor.copy(f"COPY coming ({', '.join(COMING)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    @contextmanager
    def bare(self, cursor: Any) -> Iterator[None]:
        """Without indexes and foreign keys; what comes is right by itself."""
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)", [list(TABLES)]
        )  # fmt: skip
        keys = cursor.fetchall()
        for table, name, _ in keys:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute(
            "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i "
            "WHERE i.indrelid::regclass::text = ANY(%s) AND NOT EXISTS "
            "(SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)", [list(TABLES)]
        )  # fmt: skip
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        yield
        for _, sql in indexes:
            cursor.execute(sql)
        for table, name, told in keys:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {told} NOT VALID')


TABLES = (
    "party_customer", "party_namekey", "party_identitydocument", "party_billingaccount", "product_inventory_ratingunit",
    "product_inventory_subscriber", "product_inventory_accessidentifier", "product_inventory_offerholding",
    "product_inventory_accountofsubscriber", "product_inventory_unitmembership", "product_inventory_subscriberlife",
    "customer_bill_customerbill", "payment_receivable", "product_order_productorder", "product_order_orderitem",
)  # fmt: skip
ASKED = (  # what is typed into the find box
    ("name", "{name}"),
    ("part of a name", "{part}"),
    ("number", "198{n:08d}"),
    ("first digits of a number", "198{few}"),
    ("identity", "{document}"),
    ("account", "B{n:07d}"),
    ("customer", "K{n:07d}"),
    ("subscription", "L{n:07d}"),
    ("bill", "KB{bill:08d}"),
    ("order", "O202610-{order}"),
    ("first signs of an order", "O202610-9{few}"),
    ("nothing that is there", "Z{n:07d}"),
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
    tenant = tenant_by_code(code="operator")
    with scope(tenant=tenant):
        from yidian.domains.party.models import Customer

        count = Customer.objects.filter(code__startswith="K").count()
        desk = signed_in(tenant, "staff", "clerk", "yidian_desk")
    rng = random.Random(SEED)
    drawn, numbers = [rng.randrange(count) for _ in range(LOOKS + 1)], residents(count)
    print(f"# {count:,} customers, {LOOKS} drawn; goal p95 <= {GOAL_MS} ms", flush=True)
    for kind, typed in ASKED:
        asked = [_typed(typed, n, numbers[n]) for n in drawn]
        _looked(f"find by {kind}", [lambda q=q: desk.post("/desk/find/", {"q": q, "key": "bench-find"}) for q in asked])
    for name, every in (("customer, the page alone", [""]), ("customer 360", ["", *(f"{block}/" for block in BLOCKS)])):
        pages = [[f"/desk/customers/K{n:07d}/{part}" for part in every] for n in drawn]
        _looked(name, [lambda parts=parts: [desk.get(part) for part in parts] for parts in pages])


def _typed(typed: str, n: int, document: str) -> str:
    name = name_of(n)
    return typed.format(
        n=n, name=name, part=name[1:], few=f"{n:07d}"[:3], document=document, bill=n // BILLED * BILLED,
        order=9_000_000 + n // ORDERED * ORDERED,
    )  # fmt: skip


def _looked(name: str, looks: list[Any]) -> None:
    took, worked, wrong = [], [], 0
    for n, look in enumerate(looks):
        began, began_work = time.perf_counter(), time.process_time()
        answers = look()
        if n:  # the first warms up
            took.append((time.perf_counter() - began) * 1000)
            worked.append((time.process_time() - began_work) * 1000)
            wrong += any(one.status_code != 200 for one in (answers if isinstance(answers, list) else [answers]))
    took.sort()
    p95 = took[min(len(took) - 1, len(took) * 95 // 100)]
    more = f"; {wrong} answered otherwise than 200" if wrong else ""
    print(
        f"customers {name}: p50 {statistics.median(took):.0f} ms, p95 {p95:.0f} ms, processor "
        f"{statistics.median(worked):.0f} ms{more}", flush=True
    )  # fmt: skip


if __name__ == "__main__":
    (make(Path(sys.argv[1]), int(sys.argv[3])) if sys.argv[2:3] == ["make"] else measure(Path(sys.argv[1])))
