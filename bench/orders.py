"""What an order costs from an empty cart to a line that is open: `make bench CASES=orders`.

`python -m bench.orders HOME`: ORDERS of each kind, one after the other, in one process: as a desk takes them (a write
for each thing that is done), each opened at once; as a file does (one write), opened after by one worker that takes
what is due. Then workers side by side open what waits: `python -m bench.orders HOME worker` is one of them.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from bench.synthetic import CYCLE

ORDERS = 100
NOW = datetime(2026, 10, 20, 2, tzinfo=UTC)
BLOCK, FIRST = "BENCH", 19977000000
Took = tuple[float, float]  # seconds: of a clock, of this process's processor
STAGES = ("capture", "quote", "sign", "submit", "open")


def measure(home: Path) -> None:
    from yidian.config.start import start

    start(home)
    from django.conf import settings
    from django_scopes import scope

    from yidian.platform.tenancy.queries import tenant_by_code

    tenant = tenant_by_code(code=settings.TENANT)
    with scope(tenant=tenant):
        counter = Counter(tenant, home)
        counter.prepare()
        for kind in ("new", "plan_change"):
            counter.at_a_desk(kind)
            counter.from_a_file(kind)
        for workers in (1, 2):
            counter.side_by_side(workers)


class Counter:
    """Somebody who takes orders, and a worker who opens them."""

    def __init__(self, tenant: Any, home: Path) -> None:
        from yidian.platform.clock import VirtualClock
        from yidian.platform.network.choosing import simulated_network
        from yidian.platform.writing.types import Actor
        from yidian.runs.rate.inputs import Places

        self.tenant, self.home, self.keys = tenant, home, count(1)
        self.places, self.actor = Places(home / "lake", home / "work"), Actor("staff", "bench")
        self.stock = count()
        self.network = simulated_network(tenant=tenant, clock=VirtualClock(NOW), work=home / "work")

    def prepare(self) -> None:
        self._fill()
        self.lines = self._drawn()

    def by(self) -> dict[str, Any]:
        return {"tenant": self.tenant, "actor": self.actor, "key": f"bench{next(self.keys)}", "now": NOW}

    def wish(self, kind: str) -> Any:
        from yidian.journeys.ordering.at_once import Wish

        code, customer, plan, other = next(self.lines)
        if kind == "plan_change":
            return Wish(customer, kind, {"plan": other}, code)
        n = next(self.stock)
        customer = self._registered(n)
        told = {"line": "mobile", "number": str(FIRST + n), "card": card(n), "plan": plan}
        return Wish(customer, kind, told)

    def _registered(self, n: int) -> str:
        """Somebody new, with a document: nobody gets a number without."""
        from yidian.domains.party.types import PERSON, Shown
        from yidian.journeys import realname

        digits = f"450102{1950 + n // 900}0307{n % 900 + 100:03}"
        weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
        number = digits + "10X98765432"[sum(int(sign) * w for sign, w in zip(digits, weights, strict=True)) % 11]
        shown = Shown("resident_id", number, None)
        made = realname.register(**self.by(), name="韦春花", kind=PERSON, shown=shown, phone="13800138000")
        return made.customer

    def price(self, changes: Any) -> Any:
        from yidian.kernel.calendar import to_ms
        from yidian.runs.first_bill.quote import first_bill

        return first_bill(tenant=self.tenant, places=self.places, at_ms=to_ms(NOW), changes=changes).to_json()

    def at_a_desk(self, kind: str) -> None:
        from yidian.journeys.ordering import submitting, taking
        from yidian.journeys.ordering.planned import changes_of
        from yidian.kernel.calendar import to_ms

        took: defaultdict[str, list[Took]] = defaultdict(list)

        def timed(stage: str, work: Callable[[], Any]) -> Any:
            began = _now()
            done = work()
            took[stage].append(_since(began))
            return done

        def captured(wish: Any) -> str:
            order = taking.open_cart(**self.by(), customer=wish.customer, organisation="", channel="cli")
            told = {"order": order, "deed": wish.deed, "told": wish.told, "subscriber": wish.subscriber}
            taking.put(**self.by(), **told)
            return order

        def quoted(order: str) -> Any:
            return self.price(changes_of(tenant=self.tenant, order=order, at_ms=to_ms(NOW)))

        def signed(order: str, quote: Any) -> None:
            taking.priced(**self.by(), order=order, revision=1, quote=quote)
            taking.agreed(**self.by(), order=order, revision=1)
            version, _ = taking.printed(**self.by(), order=order)
            taking.signed(**self.by(), order=order, version=version)

        def submitted(order: str) -> None:
            submitting.submit(**self.by(), order=order, revision=1)

        for n in range(ORDERS + 3):
            if n == 3:
                took.clear()  # the first ones warm up
            wish = self.wish(kind)
            order = timed("capture", lambda wish=wish: captured(wish))
            quote = timed("quote", lambda order=order: quoted(order))
            timed("sign", lambda order=order, quote=quote: signed(order, quote))
            timed("submit", lambda order=order: submitted(order))
            timed("open", lambda order=order: self.opened(order))
        for stage in STAGES:
            print(f"orders {kind} {stage}: {_spread(took[stage])}")
        whole = [
            (sum(part[0] for part in parts), sum(part[1] for part in parts))
            for parts in zip(*(took[stage] for stage in STAGES), strict=True)
        ]
        print(f"orders {kind} at a desk: {_spread(whole)}, {_rate(whole)}", flush=True)

    def from_a_file(self, kind: str) -> None:
        took = [self._taken(kind) for _ in range(ORDERS)]
        began = _now()
        done = self._advanced(ORDERS)
        opening = _since(began)
        assert done == ORDERS, done
        whole = sum(wall for wall, _ in took) + opening[0]
        print(f"orders {kind} from a file: {_spread(took)}")
        print(
            f"orders {kind} from a file, opened by one worker: {opening[0] * 1000 / ORDERS:.0f} ms each, processor "
            f"{opening[1] * 1000 / ORDERS:.0f} ms; taken and opened {ORDERS / whole:.1f} orders/s", flush=True
        )  # fmt: skip

    def _taken(self, kind: str) -> Took:
        from yidian.journeys.ordering import at_once

        wish, began = self.wish(kind), _now()
        at_once.take(**self.by(), wish=wish, channel="cli", price=self.price)
        return _since(began)

    def _advanced(self, limit: int) -> int:
        """Open what is due, as a worker does: how many orders were completed."""
        from yidian.journeys.ordering.opening import advance

        done = 0
        while (told := advance(tenant=self.tenant, network=self.network, now=NOW)).taken and done < limit:
            done += told.completed
        return done

    def side_by_side(self, workers: int) -> None:
        """Orders that wait, opened by so many processes at a time."""
        for _ in range(ORDERS):
            self._taken("new")
        go = self.home / "go"
        go.unlink(missing_ok=True)
        command = [sys.executable, "-m", "bench.orders", str(self.home), "worker"]
        started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(workers)]
        for one in started:
            assert one.stdout is not None
            assert one.stdout.readline().strip() == "ready"
        began = time.perf_counter()
        go.write_text("")
        done = [int(one.communicate()[0]) for one in started]
        took = time.perf_counter() - began
        assert sum(done) == ORDERS, done
        print(
            f"orders opened by {workers} workers: {ORDERS / took:.1f} orders/s, {' + '.join(map(str, done))}",
            flush=True,
        )

    def opened(self, order: str) -> None:
        from yidian.journeys.ordering.opening import advance

        done = 0
        while not done:
            done = advance(tenant=self.tenant, network=self.network, now=NOW, order=order).completed
        assert done == 1, order

    def _fill(self) -> None:
        """Numbers, cards, and the lines that are there in the network."""
        from yidian.domains.resource_inventory import operations
        from yidian.journeys.ordering.filling import fill
        from yidian.platform.writing.types import system

        many = 5 * ORDERS
        last = FIRST + many - 1
        files = {
            "import_blocks": "block,kind,first,last,network,area,portable,cities,state\n"
            f"{BLOCK},mobile,{FIRST},{last},CT,0771,yes,0771,selectable\n",
            "import_office_data": f"block,city,name,since\n{BLOCK},0771,南宁,2026-01-01\n",
            "import_cards": "iccid,imsi\n" + "".join(f"{card(n)},46099{n:010}\n" for n in range(many)),
        }
        for door, text in files.items():
            path = self.home / f"{door}.csv"
            path.write_text(text, encoding="utf-8")
            getattr(operations, door)(tenant=self.tenant, actor=system("bench"), path=path, now=NOW)
        began = time.perf_counter()
        filled = fill(tenant=self.tenant, network=self.network, now=NOW)
        print(f"orders: {filled.added:,} lines filled into the network in {time.perf_counter() - began:.2f} s")

    def _drawn(self) -> Any:
        """(subscriber, customer, its plan, another plan) of lines with one main offer, one after the other."""
        from yidian.domains.product_catalog.queries import offers_for_orders
        from yidian.domains.product_inventory.queries import lines_in_service, subscriber_owners
        from yidian.kernel.calendar import local_date, to_ms

        offers = offers_for_orders(tenant=self.tenant, on=local_date(to_ms(NOW), self.tenant.zone))
        mains = sorted(code for code, one in offers.items() if one.role == "main")
        lines = list(lines_in_service(tenant=self.tenant, at_ms=to_ms(NOW)))
        owners = subscriber_owners(tenant=self.tenant, codes=[one.subscriber for one in lines])
        for one in lines:
            held = [code for code in one.offers if code in mains]
            if len(held) == 1:
                other = next(code for code in mains if code != held[0])
                yield one.subscriber, owners[one.subscriber][0], held[0], other


def work(home: Path) -> None:
    """A worker: says that it is ready, waits until it may begin, opens what is due, says how many."""
    from yidian.config.start import start

    start(home)
    from django.conf import settings
    from django_scopes import scope

    from yidian.platform.tenancy.queries import tenant_by_code

    tenant = tenant_by_code(code=settings.TENANT)
    with scope(tenant=tenant):
        worker = Counter(tenant, home)
        print("ready", flush=True)
        while not (home / "go").exists():
            time.sleep(0.01)
        print(worker._advanced(ORDERS))


def card(n: int) -> str:
    """An ICCID with its check digit."""
    digits = f"8986199{n:012}"
    doubled = (sum(divmod(2 * int(sign), 10)) if k % 2 == 0 else int(sign) for k, sign in enumerate(reversed(digits)))
    return f"{digits}{-sum(doubled) % 10}"


def _now() -> Took:
    return time.perf_counter(), time.process_time()


def _since(began: Took) -> Took:
    return time.perf_counter() - began[0], time.process_time() - began[1]


def _spread(took: list[Took]) -> str:
    ordered = sorted(wall for wall, _ in took)
    at = min(len(ordered) - 1, len(ordered) * 95 // 100)
    worked = statistics.median(work for _, work in took)
    return (
        f"p50 {statistics.median(ordered) * 1000:.0f} ms, p95 {ordered[at] * 1000:.0f} ms, processor p50 "
        f"{worked * 1000:.0f} ms"
    )


def _rate(took: list[Took]) -> str:
    return f"{len(took) / sum(wall for wall, _ in took):.1f} orders/s"


if __name__ == "__main__":
    assert CYCLE in f"{NOW:%Y-%m}"
    (work if sys.argv[2:] == ["worker"] else measure)(Path(sys.argv[1]))
