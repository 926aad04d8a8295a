"""A machine that orders at random, from a seed: clerks, carts, cancels, reversals, a bad network, dying workers, time.

After every act the laws that cost little are asked; every so often, and at the end, the doctor's. Nothing may end
otherwise than done or refused with a code that a room has words for.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.db.models import Count
from tests.orders.hall import HOME, PORTS, Hall
from tests.orders.soak_till import Till

from yidian.domains.charging.operations import UnableToTakeDeposit, UnableToTakePrincipal
from yidian.domains.credit.models import DunningEntry
from yidian.domains.party.operations import UnableToRegister
from yidian.domains.party.queries import accounts_of
from yidian.domains.party.types import PERSON, Shown
from yidian.domains.payment.operations import UnableToMoveOrderMoney
from yidian.domains.product_inventory.models import AccessIdentifier, Subscriber
from yidian.domains.product_inventory.queries import lines_in_service, subscriber_owners
from yidian.domains.product_inventory.types import UnableToChange
from yidian.domains.product_order.models import OrderItem, ProductOrder
from yidian.domains.product_order.operations import UnableToOrder
from yidian.domains.product_order.queries import held_by_nothing, order_named, subscriptions_under_way
from yidian.domains.product_order.types import (
    MANUAL,
    UnableToChangeOrder,
    lifecycle,
    waits_for_payment,
)
from yidian.domains.resource_inventory.operations import UnableToHold, import_cards, release_expired
from yidian.journeys import realname
from yidian.journeys.ordering import at_once, for_arrears, going_back, opening, porting, submitting, taking, working
from yidian.journeys.ordering.doing import UnableToDo
from yidian.journeys.ordering.tidying import let_old_carts_go
from yidian.kernel.calendar import local_date, to_ms
from yidian.kernel.faults import BadInput
from yidian.platform import points
from yidian.platform.jobs.models import Run
from yidian.platform.network.misbehaviour import Misbehaviour
from yidian.platform.network.types import Answer, Command, OpenLine
from yidian.platform.writing.types import Actor, system
from yidian.runs.doctor.balances import balances
from yidian.runs.doctor.ledger_sums import ledger_sums
from yidian.runs.doctor.network import network
from yidian.runs.doctor.numbers import numbers
from yidian.runs.doctor.order_money import order_money
from yidian.runs.doctor.orders import orders
from yidian.runs.doctor.receipts import receipts
from yidian.runs.doctor.resources import resources
from yidian.runs.doctor.subscriptions import histories, subscriptions
from yidian.runs.doctor.visit import Visit

REFUSALS: Final = (
    UnableToDo, UnableToHold, UnableToOrder, UnableToChangeOrder, UnableToChange, UnableToRegister,
    UnableToTakeDeposit, UnableToMoveOrderMoney, UnableToTakePrincipal, BadInput,
)  # fmt: skip
CLERKS: Final = tuple(Actor("staff", login) for login in ("zhou", "sun", "ma"))
PEOPLE: Final = 6
PLACES: Final = ("order.sent", "order.complete", "write.commit", "write.commit:2", "write.commit:5")
FAULTS: Final = ("down", "deaf", "late", "mute", "twice", "slow", "refuses")
CODES: Final = ("NETWORK_BUSY", "NETWORK_BUSY", "NO_FREE_PORT")
LAWS: Final = (
    orders, network, resources, subscriptions, histories, receipts, order_money, ledger_sums, balances, numbers
)  # fmt: skip
EVERY: Final = 50
MOST_GONE: Final = 8  # numbers that went to other networks: few, as there are few
PHONE: Final = "356938035600007"


def luhn_digit(digits: str) -> str:
    doubled = (sum(divmod(2 * int(sign), 10)) if n % 2 == 0 else int(sign) for n, sign in enumerate(reversed(digits)))
    return str(-sum(doubled) % 10)


def resident_id(n: int) -> str:
    """A number of an identity that nobody has, with its check digit (GB 11643)."""
    digits = f"45010219900307{n:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return digits + "10X98765432"[sum(int(sign) * w for sign, w in zip(digits, weights, strict=True)) % 11]


class Tripping:
    """The network behind an adapter that now and then trips over itself."""

    def __init__(self, soak: Soak) -> None:
        self.soak = soak

    def send(self, command: Command) -> Answer:
        network, drawn = self.soak.hall.network, self.soak.drawn
        if self.soak.trips:
            self.soak.trips -= 1
            if drawn.random() < 0.5:
                network.send(command)
            raise KeyError(command.subscriber)
        return network.send(command)

    def look(self, key: str) -> Answer:
        return self.soak.hall.network.look(key)

    def open_lines(self) -> Iterator[OpenLine]:
        return self.soak.hall.network.open_lines()


class Soak(Till):
    """`done` counts what came of each kind of act."""

    def __init__(self, hall: Hall, seed: int, *, cards: int = 400) -> None:
        self.hall, self.drawn, self.done = hall, random.Random(seed), Counter[str]()
        self.numbers = [f"1390077{n:04}" for n in range(2000)]
        self.drawn.shuffle(self.numbers)
        self.numbers = self.numbers[:40]  # few, so that they are fought for
        self.cards = self._cards(cards)
        self.people = [self._person(n) for n in range(PEOPLE)]
        self.accounts = [accounts_of(tenant=hall.tenant, customer=code)[0].code for code in self.people]
        hall.level("7", min_spend=88, months=24, deposit=200, deposit_months=12, offer="LEVEL7")
        self.trips = self.left = 0
        self.carts: list[str] = []
        self.ordered: list[str] = []

    def _person(self, n: int) -> str:
        shown = Shown("resident_id", resident_id(n), None)
        return realname.register(**self.hall.by, name="韦春花", kind=PERSON, shown=shown, phone="13800138000").customer

    def _cards(self, count: int) -> list[str]:
        stem = [f"8986112700770{n:06}" for n in range(count)]
        cards = [one + luhn_digit(one) for one in stem]
        rows = "".join(f"{iccid},46011900{n:07}\n" for n, iccid in enumerate(cards))
        path = Path(self.hall.home) / "soak-cards.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("iccid,imsi\n" + rows, encoding="utf-8")
        import_cards(tenant=self.hall.tenant, actor=system("test"), path=path, now=self.hall.now)
        return cards

    def act(self) -> None:
        """One thing that somebody does, and the laws after it."""
        kinds: dict[Callable[[], str], int] = {
            self.order: 20, self.cart: 4, self.onwards: 6, self.work: 34, self.time: 14, self.cancel: 4,
            self.reverse: 5, self.there_and_back: 1, self.by_hand: 9, self.fault: 5, self.tidy: 1, self.leave: 2,
            self.trip: 1, self.credit: 2, self.pay: 5, self.till: 1,
        }  # fmt: skip
        [kind] = self.drawn.choices(list(kinds), weights=list(kinds.values()))
        try:
            came = kind()
        except REFUSALS as refusal:
            came = f"{getattr(refusal, 'code', '') or refusal.args[0]}"[:40]
        self.done[f"{kind.__name__} {came}".strip()] += 1
        self.laws()

    def by(self) -> dict[str, Any]:
        return {**self.hall.by, "actor": self.drawn.choice(CLERKS)}

    def deed(self, customer: str) -> tuple[str, dict[str, object], str]:
        """Something that a customer may want: mostly sensible, sometimes not."""
        theirs = Subscriber.objects.filter(tenant=self.hall.tenant, customer__code=customer).order_by("-id")
        mine = list(theirs.values_list("code", flat=True)[:8])
        if not mine or self.drawn.random() < 0.2:
            return self._new()
        deeds = list(_DEEDS)
        deed = self.drawn.choice(deeds)
        return deed, _DEEDS[deed](self), self.drawn.choice(mine)

    def _new(self) -> tuple[str, dict[str, object], str]:
        if self.drawn.random() < 0.15:
            n = self.drawn.randrange(3)
            return "new", {
                "line": "broadband", "login": f"soak{self.drawn.randrange(9)}@nn", "address": HOME, "port": PORTS[n],
                "plan": "B100",
            }, ""  # fmt: skip
        told: dict[str, object] = {
            "line": "mobile",
            "number": self.dear() or self.number(),
            "card": self.card(),
            "plan": "M59",
        }
        if self.drawn.random() < 0.3:
            told["add_ons"] = ["NIGHT"]
        return "new", told, ""

    def number(self) -> str:
        return self.drawn.choice(self.numbers)

    def card(self) -> str:
        return self.drawn.choice(self.cards)

    def lines(self) -> list[Any]:
        return list(lines_in_service(tenant=self.hall.tenant, at_ms=to_ms(self.hall.now)))

    def order(self) -> str:
        """In one write."""
        customer = self.drawn.choice(self.people)
        deed, told, subscriber = self.deed(customer)
        wish = at_once.Wish(customer, deed, told, subscriber)
        self.ordered.append(
            at_once.take(**self.by(), wish=wish, channel="cli", price=lambda changes: {"changes": len(changes)}).order
        )
        return deed

    def cart(self) -> str:
        """Step by step, several at once, and now and then never further."""
        customer = self.drawn.choice(self.people)
        order = taking.open_cart(**self.by(), customer=customer, organisation="", channel="cli")
        self.carts.append(order)
        for _ in range(self.drawn.randrange(1, 4)):
            deed, told, subscriber = self.deed(customer)
            taking.put(**self.by(), order=order, deed=deed, told=told, subscriber=subscriber)
        return ""

    def onwards(self) -> str:
        """A cart changes, is let go, or submitted."""
        if not self.carts:
            return "none"
        order = self.carts.pop(self.drawn.randrange(len(self.carts)))
        facts = self.hall.see(order)
        if facts.items and self.drawn.random() < 0.3:
            taking.drop(**self.by(), order=order, place=facts.items[-1].place)
            facts = self.hall.see(order)
        if self.drawn.random() < 0.2:
            taking.let_go(**self.by(), order=order)
            return "let go"
        taking.priced(**self.by(), order=order, revision=facts.revision, quote={})
        facts = self.wish(order)
        taking.agreed(**self.by(), order=order, revision=facts.revision)
        tender = self.hall.tender(order) if self.drawn.random() < 0.5 else None  # else it waits: no till is there
        submitting.submit(**self.by(), order=order, revision=facts.revision, tender=tender)
        self.ordered.append(order)
        return "submitted"

    def work(self) -> str:
        """A worker for a while; sometimes it dies."""
        dies = self.drawn.random() < 0.15
        points.configure(f"{self.drawn.choice(PLACES)}=raise" if dies else "")
        try:
            opening.advance(
                tenant=self.hall.tenant, network=Tripping(self), now=self.hall.now,
                limit=self.drawn.choice((1, 3, 20)),
            )  # fmt: skip
        except points.PlantedFault:
            return "died"
        finally:
            points.configure("")
        return ""

    def time(self) -> str:
        minutes = self.drawn.choice((1, 1, 10, 10, 60, 8 * 60))
        self.hall.later(minutes=minutes)
        return ""

    def state_of(self, *states: str) -> str | None:
        rows = ProductOrder.objects.filter(tenant=self.hall.tenant, state__in=states).order_by("-id")
        found = list(rows.values_list("number", flat=True)[:12])
        return self.drawn.choice(found) if found else None

    def cancel(self) -> str:
        order = self.state_of(lifecycle.AT_WORK, lifecycle.HELD)
        if order is None:
            return "none"
        going_back.cancel(**self.by(), order=order, reason="客户改主意")
        return "begun"

    def reverse(self) -> str:
        order = self.state_of(lifecycle.COMPLETED)
        if order is None:
            return "none"
        self.hall.do(going_back.reverse_within, order=order, reason="开错")
        return "begun"

    def there_and_back(self) -> str:
        """On a quiet line: ordered, opened and reversed, and everything is as it was."""
        self.hall.network.mend()
        before = self.everything()
        busy = subscriptions_under_way(tenant=self.hall.tenant)
        customer = self.drawn.choice(self.people)
        deed, told, subscriber = self.deed(customer)
        if subscriber in busy:
            return "busy"
        wish = at_once.Wish(customer, deed, told, subscriber)
        order = at_once.take(**self.by(), wish=wish, channel="cli", price=lambda _: {}).order
        if self.hall.opened(order).state != "completed":
            return "not opened"
        self.hall.do(going_back.reverse_within, order=order, reason="开错")
        while opening.advance(
            tenant=self.hall.tenant, network=self.hall.network, now=self.hall.now, order=order
        ).taken:  # fmt: skip
            pass
        assert self.hall.see(order).state == "reversed", self.hall.see(order)
        after = self.everything()
        assert after == before, (wish, [one for one in before if one not in after], [
            one for one in after if one not in before
        ])  # fmt: skip
        return deed

    def everything(self) -> list[Any]:
        """All that billing, the network and the pool know of lines that no order is at work on."""
        busy = subscriptions_under_way(tenant=self.hall.tenant)
        lines = [one for one in self.lines() if one.subscriber not in busy]
        there = [one for one in self.hall.network.open_lines() if one.subscriber not in busy]
        from yidian.domains.resource_inventory.queries import holders

        held = [
            (kind, id, *state)
            for kind in ("number", "card", "port", "device")
            for id, state in sorted(holders(tenant=self.hall.tenant, kind=kind).items())
            if not state[1].startswith("order/") and state[1] not in busy
        ]
        return [*lines, *there, *held]

    def by_hand(self) -> str:
        """Somebody works off what waits: installs, begins again, gives up."""
        order = self.state_of(*lifecycle.IN_FLIGHT)
        if order is None:
            return "none"
        for item in self.hall.see(order).items:
            for step in item.steps:
                told = {"order": order, "item": item.place, "step": step.place}
                if waits_for_payment(step):
                    return "waits for money"
                if step.kind == MANUAL and step.ready and step.state == lifecycle.WAITING:
                    if self.drawn.random() < 0.2:
                        working.cannot(**self.by(), **told, reason="ORDER_CANNOT_OTHER", note="不在家")
                        return "cannot"
                    working.by_hand(**self.by(), **told, seen=step.reason, note="装好")
                    return "installed"
                if step.state in (lifecycle.FALLEN, lifecycle.STUCK):
                    if step.kind == MANUAL:
                        working.by_hand(**self.by(), **told, seen=step.reason, note="装好")
                    else:
                        working.again(**self.by(), **told, seen=step.reason)
                    return "again"
        return "nothing waits"

    def fault(self) -> str:
        kind = self.drawn.choice(FAULTS)
        code = self.drawn.choice(CODES) if kind == "refuses" else ""
        self.hall.network.misbehave(Misbehaviour(kind, times=self.drawn.randrange(1, 4), looks=1, ms=60_000, code=code))
        return kind

    def trip(self) -> str:
        """The adapter has a bug for a while: it trips before it sends, or after."""
        self.trips = self.drawn.choice((1, 3, 40))
        return ""

    def leave(self) -> str:
        """Somebody asks for a code and takes their number elsewhere, with that code or a guessed one."""
        lines = self.lines()
        if not lines or self.left >= MOST_GONE:
            return "none"
        me = self.drawn.choice(lines).subscriber
        given = porting.give_code(**self.by(), subscriber=me, channel="desk")
        self.hall.later(minutes=self.drawn.choice((1, 30, 61)))
        code = given.code if self.drawn.random() < 0.7 else "000000"
        [(customer, _)] = subscriber_owners(tenant=self.hall.tenant, codes=[me]).values()
        wish = at_once.Wish(customer, "port_out", {"recipient": "cmcc", "code": code}, me)
        self.ordered.append(at_once.take(**self.by(), wish=wish, channel="cli", price=lambda _: {}).order)
        self.left += 1
        return "ordered"

    def credit(self) -> str:
        """The list of today: one account is on it or nobody; its lines are stopped, the others resumed."""
        tenant, now = self.hall.tenant, self.hall.now
        on = local_date(to_ms(now), tenant.zone)
        told = {"tenant": tenant, "kind": "dun", "subject": on.isoformat(), "state": Run.State.DONE}
        Run.objects.get_or_create(**told, defaults={"started_at": now, "input_digest": ""})
        DunningEntry.objects.all().delete()
        stage = self.drawn.choice(("", "single_stop", "double_stop"))
        if stage:
            DunningEntry.objects.create(
                tenant=tenant, on=on, account=self.drawn.choice(self.accounts), stage=stage, overdue_minor=1,
                oldest_due_on=on, buckets=[1, 0, 0, 0], run=1,
            )  # fmt: skip
        found = for_arrears.act(tenant=tenant, actor=system("credit"), on=on, now=now)
        return f"{stage} {'acted' if any(one.order for one in found) else 'nothing'}"

    def tidy(self) -> str:
        told = {"tenant": self.hall.tenant, "actor": system("worker"), "now": self.hall.now}
        release_expired(**told)
        let_old_carts_go(**told)
        return ""

    def laws(self) -> None:
        """After every act: nothing has two holders, nothing is at work on nothing; sometimes everything."""
        tenant = self.hall.tenant
        now = AccessIdentifier.objects.filter(
            tenant=tenant, from_ms__lte=to_ms(self.hall.now), to_ms__gt=to_ms(self.hall.now)
        )
        twice = now.values("kind", "value").annotate(count=Count("id")).filter(count__gt=1)
        assert list(twice) == []
        acts = sum(self.done.values())
        if acts % 5 == 0:
            assert held_by_nothing(tenant=tenant) == []
        if acts % EVERY == 0:
            self.healthy()

    def healthy(self) -> None:
        on = Visit(
            tenant=self.hall.tenant, home=self.hall.home, places=self.hall.world.places, now=self.hall.now,
            network=lambda: self.hall.network,
        )  # fmt: skip
        for law in LAWS:
            found = law(on)
            assert found.ok, found.violations[:5]

    def evening(self) -> None:
        """The network is well again and everybody works until nothing is in flight: what is billed is open."""
        self.hall.network.mend()
        self.trips = 0
        for _ in range(400):
            while opening.advance(tenant=self.hall.tenant, network=self.hall.network, now=self.hall.now).taken:
                pass
            flying = ProductOrder.objects.filter(tenant=self.hall.tenant, state__in=lifecycle.IN_FLIGHT)
            numbers = list(flying.values_list("number", flat=True))
            if not numbers:
                break
            for number in numbers:
                self._help(number)
            self.hall.later(minutes=10)
        left = [order_named(tenant=self.hall.tenant, number=number) for number in numbers]
        left = [order for order in left if all(item.completed_ms is None for item in order.items)]
        assert left == [], left[:3]  # what is open in part is the clerk's to bring to its end
        self.healthy()
        stranded = subscriptions_under_way(tenant=self.hall.tenant)
        ours = [(one.subscriber, one.number, one.ways or "none") for one in self.lines()]
        theirs = [tuple(one) for one in self.hall.network.open_lines()]
        assert [one for one in ours if one[0] not in stranded] == [one for one in theirs if one[0] not in stranded]

    def completed(self) -> set[str]:
        """Deeds of which at least one came to its completion."""
        rows = OrderItem.objects.filter(tenant=self.hall.tenant, completed_ms__isnull=False)
        return set(rows.values_list("deed", flat=True))

    def _help(self, number: str) -> None:
        """What fell out twice is cancelled; the rest paid, begun again, or installed."""
        facts = self.hall.see(number)
        if self.hall.paid(number):
            return
        fallen = [
            (item, step) for item in facts.items for step in item.steps
            if step.state in (lifecycle.FALLEN, lifecycle.STUCK)
            or (step.kind == MANUAL and step.ready and step.state == lifecycle.WAITING)
        ]  # fmt: skip
        for item, step in fallen:
            told = {"order": number, "item": item.place, "step": step.place, "seen": step.reason}
            try:
                if step.kind == MANUAL:
                    working.by_hand(**self.by(), **told, note="装好")
                elif self.done[f"{number} again"] < 3:
                    self.done[f"{number} again"] += 1
                    working.again(**self.by(), **told)
                else:
                    going_back.cancel(**self.by(), order=number, reason="做不了")
                    return
            except REFUSALS:
                continue


_DEEDS: Final[Mapping[str, Callable[[Soak], dict[str, object]]]] = {
    "plan_change": lambda s: {"plan": s.drawn.choice(("M59", "M99")), **_when(s)},
    "add_on": lambda s: {"offer": s.drawn.choice(("PACK", "NIGHT")), **_when(s)},
    "drop_on": lambda s: {"offer": s.drawn.choice(("PACK", "NIGHT")), **_when(s)},
    "number_change": lambda s: {"number": s.number()},
    "card_swap": lambda s: {"card": s.card()},
    "relocation": lambda s: {"address": HOME, "port": s.drawn.choice(PORTS)},
    "transfer": lambda s: {"customer": s.drawn.choice(s.people)},
    "keep_number": lambda _: {},
    "loss": lambda _: {},
    "found": lambda _: {},
    "stop": lambda s: {"way": s.drawn.choice(("one", "two"))},
    "resume": lambda _: {},
    "pre_terminate": lambda _: {},
    "un_terminate": lambda _: {},
    "terminate": lambda _: {},
    "contract": lambda s: {"offer": "PHONE24", **({"device": PHONE} if s.drawn.random() < 0.5 else {}),
                           **({"deposit": "240000", "months": "24"} if s.drawn.random() < 0.5 else {})},
}  # fmt: skip


EVERY_DEED: Final = {"new", "add_on", "stop", "terminate"}


def _when(s: Soak) -> dict[str, object]:
    return {"when": "next_cycle"} if s.drawn.random() < 0.3 else {}


def no_lease(monkeypatch: Any) -> None:
    """Who comes after a worker that died need not wait a minute, and who wants to go not a third of a year."""
    from yidian.domains.product_order.operations import stepping
    from yidian.journeys.ordering import portability

    monkeypatch.setattr(portability, "STAY_DAYS", 0)
    monkeypatch.setitem(stepping.claim.__kwdefaults__, "lease", timedelta(0))
