"""A hall where everything can be ordered: tariff, numbers, cards, ports, a network, months, and who works there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from tests.billing.desk import YUAN, tariff
from tests.cycles.world import World
from tests.resources.store import filled

from yidian.domains.charging.models import Deposit
from yidian.domains.customer_bill.operations import open_cycle
from yidian.domains.party.types import PERSON, Shown
from yidian.domains.product_catalog.operations import load_tariff
from yidian.domains.product_inventory.queries import standing
from yidian.domains.product_inventory.types import Standing
from yidian.domains.product_order.operations import by_hand, set_order_terms
from yidian.domains.product_order.queries import order_named
from yidian.domains.product_order.types import MANUAL, OrderFacts
from yidian.domains.resource_inventory.operations import import_levels
from yidian.domains.resource_inventory.queries import resource
from yidian.journeys import realname
from yidian.journeys.ordering import going_back, opening, paying, submitting, taking
from yidian.journeys.ordering.paying import Tender
from yidian.journeys.ordering.planned import changes_of
from yidian.kernel.calendar import to_ms
from yidian.kernel.rating.tariff import Allowance, Fee, Item, Minimum, Offer, Place, Prefix, Price, Rule, Zone
from yidian.platform.clock import VirtualClock
from yidian.platform.network.choosing import simulated_network
from yidian.platform.network.simulated import SimulatedNetwork
from yidian.platform.writing.operations import perform
from yidian.platform.writing.types import Actor
from yidian.runs.first_bill.quote import first_bill
from yidian.runs.first_bill.types import FirstBill

CLERK = Actor("staff", "zhou")
NOON = datetime(2026, 11, 10, 4, tzinfo=UTC)  # the 10th of November, noon in Shanghai
NOVEMBER, DECEMBER = "2026-11", "2026-12"
PEOPLE = {  # name → a number of an identity that nobody has
    "li": ("李晓雨", "450102199003078835"),
    "gao": ("高天宇", "450102198511127416"),
}
NUMBERS = ("13900771234", "13900770001", "13900771002", "13900771003", "13900771013", "13900771014", "13900771015")
CARDS = tuple(f"898611261007700000{n}" for n in ("04", "12", "20", "38", "46", "53", "61"))
PORTS = ("FG-MZ88-3/1", "FG-MZ88-3/2", "FG-MZ88-3/3")
HOME = "GX/NN/QX/MZ88/3"
_ITEMS = (
    Item(code="LOCAL", measure="duration", tax_class="basic"),
    Item(code="RENT", kind="recurring", tax_class="basic"),
    Item(code="KEPT", kind="recurring", tax_class="basic"),
    Item(code="ONCE", kind="once", tax_class="basic"),
    Item(code="LEAVE", kind="once", tax_class="basic"),
    Item(code="LEAST", kind="minimum", tax_class="basic"),
)


def _plan(code: str, yuan: int, line: str, **told: Any) -> tuple[Offer, Fee]:
    rent = Fee(offer=code, item="RENT", amount_micro=yuan * YUAN, proration="by_days", during="active")
    return Offer(code=code, name_zh=code, line_of_business=line, **told), rent


_PLANS = (
    _plan("M59", 59, "mobile"), _plan("M99", 99, "mobile"), _plan("SUB", 10, "mobile", needs=("M59", "M99")),
    _plan("B100", 80, "broadband"), _plan("F20", 20, "fixed"), _plan("PACK", 20, "", kind="pack"),
    _plan("NIGHT", 5, "", kind="pack"), _plan("PHONE24", 30, "", kind="pack", months=24),
)  # fmt: skip
SHOP_TARIFF = tariff(
    items=_ITEMS, zones=(Zone(code="cn", domestic=True),), prefixes=(Prefix(prefix="1", zone="cn", area="10"),),
    places=(Place(place="10", zone="cn", area="10"),), rules=(Rule(order=1, item="LOCAL"),),
    offers=(
        *(offer for offer, _ in _PLANS),
        *(Offer(code=code, kind="pack", stacks=True) for code in ("CARD_FEE", "MOVE_FEE")),
        Offer(code="LEVEL7", kind="pack", months=24),
    ),
    fees=(
        *(rent for _, rent in _PLANS),
        *(Fee(offer=p, item="KEPT", amount_micro=5 * YUAN, during="kept") for p in ("M59", "M99")),
        Fee(offer="CARD_FEE", item="ONCE", amount_micro=10 * YUAN, charged="once"),
        Fee(offer="MOVE_FEE", item="ONCE", amount_micro=100 * YUAN, charged="once"),
        Fee(
            offer="PHONE24", item="LEAVE", amount_micro=20 * YUAN, charged="leaving", proration="each_left",
            term_cycles=24,
        ),
        Fee(
            offer="LEVEL7", item="LEAVE", amount_micro=26_400_000, charged="leaving", proration="each_left",
            term_cycles=24,
        ),
    ),
    minimums=(Minimum(offer="LEVEL7", item="LEAST", amount_micro=88 * YUAN),),
    prices=tuple(Price(offer=p, item="LOCAL", price_micro=150_000, per=60, block=60) for p in ("M59", "M99", "SUB")),
    allowances=(Allowance(code="talk", offer="M99", items=("LOCAL",), quantity=6_000, block=60, scope="unit"),),
)  # fmt: skip


@dataclass
class Hall:
    """`now` moves the network's clock along."""

    tenant: Any
    home: Path
    clock: VirtualClock
    keys: Any = field(default_factory=lambda: count(1))
    checks: dict[str, int] = field(default_factory=dict)
    codes: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def later(self, **how: int) -> Hall:
        self.clock.push(timedelta(**how))
        return self

    @property
    def network(self) -> SimulatedNetwork:
        return simulated_network(tenant=self.tenant, clock=self.clock, work=self.home / "work")

    @property
    def world(self) -> World:
        return World(self.tenant, self.home, now=self.now)

    def key(self) -> str:
        return f"k{next(self.keys)}"

    @property
    def by(self) -> dict[str, Any]:
        """What every write of the clerk takes."""
        return {"tenant": self.tenant, "actor": CLERK, "key": self.key(), "now": self.now}

    def customer(self, who: str = "li") -> str:
        """Their code; registered with their document when they come for the first time."""
        if who not in self.codes:
            name, number = PEOPLE[who]
            made = realname.register(
                **self.by, name=name, kind=PERSON, shown=Shown("resident_id", number, None), phone="13800138000"
            )
            self.codes[who], self.checks[who] = (made.customer, made.account), made.check
        return self.codes[who][0]

    def account(self, who: str = "li") -> str:
        self.customer(who)
        return self.codes[who][1]

    def checked(self, who: str = "li", **more: Any) -> int:
        """They show their document; `more`: what is written with it."""
        shown = Shown("resident_id", PEOPLE[who][1], None)
        self.checks[who] = realname.check_document(**self.by, customer=self.customer(who), shown=shown, **more)
        return self.checks[who]

    def cart(self, *deeds: tuple[Any, ...], who: str = "li") -> str:
        """A minute later a cart of (deed, what is told, subscription "" none, after which item)."""
        self.later(minutes=1)
        order = taking.open_cart(
            **self.by, customer=self.customer(who), organisation="", channel="desk", check=self.checked(who)
        )
        for deed, told, *more in deeds:
            self.put(order, deed, told, *more)
        return order

    def put(self, order: str, deed: str, told: dict[str, Any], subscriber: str = "", after: int = 0) -> int:
        return taking.put(**self.by, order=order, deed=deed, told=told, subscriber=subscriber, after=after)

    def quoted(self, order: str) -> FirstBill:
        """What it would cost were it open now."""
        at_ms = to_ms(self.now)
        changes = changes_of(tenant=self.tenant, order=order, at_ms=at_ms)
        return first_bill(tenant=self.tenant, places=self.world.places, at_ms=at_ms, changes=changes)

    def heir(self, who: str) -> dict[str, str]:
        """Who takes a number over, with their document shown."""
        return {"customer": self.customer(who), "check": str(self.checked(who))}

    def recheck(self, order: str, who: str = "li") -> str:
        """They show their document again."""
        self.checked(who, then=taking.with_check(order=order))
        return order

    def agreed(self, order: str) -> int:
        """Priced, read back, printed and signed."""
        revision = self.see(order).revision
        quote = self.quoted(order)
        told = {one.account: one.bill.total_minor for one in quote.this.accounts}
        taking.priced(**self.by, order=order, revision=revision, quote=told)
        taking.agreed(**self.by, order=order, revision=revision)
        version, _ = taking.printed(**self.by, order=order)
        taking.signed(**self.by, order=order, version=version)
        return revision

    def submitted(self, order: str) -> str:
        """With what is due with it paid in cash."""
        revision = self.agreed(order)
        submitting.submit(**self.by, order=order, revision=revision, tender=self.tender(order))
        return order

    def submitted_as_signed(self, order: str) -> None:
        submitting.submit(**self.by, order=order, revision=self.see(order).revision, tender=self.tender(order))

    def tender(self, order: str, method: str = "cash") -> Tender | None:
        """What is due, as it lies on the counter; nothing where nothing is."""
        due = self.see(order).due
        return Tender(due.total_minor, method) if due is not None and due.total_minor else None

    def worked(self, order: str = "") -> opening.Advanced:
        return opening.advance(tenant=self.tenant, network=self.network, now=self.now, order=order)

    def opened(self, order: str) -> OrderFacts:
        """What it waits for is paid, the worker works, installers install, until nothing moves."""
        while True:
            moved = self.paid(order) + self.worked(order).taken
            for item in self.see(order).items:
                for step in item.steps:
                    if step.kind == MANUAL and step.ready and step.state == "waiting":
                        told = {"order": order, "item": item.place, "step": step.place}
                        self.do(by_hand, at_ms=to_ms(self.now), note="装好", **told)
                        moved += 1
            if not moved:
                return self.see(order)

    def paid(self, order: str) -> bool:
        """What an order waits for, in cash; False where it does not."""
        tender = self.tender(order)
        if tender is None or not self.see(order).waits_for_payment:
            return False
        paying.pay(**self.by, order=order, tender=tender)
        return True

    def ordered(self, *deeds: tuple[Any, ...], who: str = "li") -> str:
        """Everything, from cart to completion; the order."""
        order = self.submitted(self.cart(*deeds, who=who))
        facts = self.opened(order)
        assert facts.state == "completed", facts
        return order

    def line(self, n: int = 0, *, plan: str = "M59", who: str = "li", **told: Any) -> str:
        """A mobile line with the n-th number and card: the code of its subscription."""
        order = self.ordered(("new", mobile(n, plan, **told)), who=who)
        return self.see(order).items[0].subscriber

    def cancelled(self, order: str) -> OrderFacts:
        return going_back.cancel(**self.by, order=order, reason="客户改主意")

    def reversed(self, order: str) -> OrderFacts:
        self.do(going_back.reverse_within, order=order, reason="开错")
        while self.worked(order).taken:
            pass
        return self.see(order)

    def see(self, order: str) -> OrderFacts:
        return order_named(tenant=self.tenant, number=order)

    def stands(self, subscriber: str) -> Standing:
        found = standing(tenant=self.tenant, subscriber=subscriber, at_ms=to_ms(self.now))
        assert found is not None
        return found

    def held(self, subscriber: str) -> list[str]:
        return sorted(one.offer for one in self.stands(subscriber).holdings)

    def resource(self, kind: str, id: str) -> tuple[str, str]:
        found = resource(tenant=self.tenant, kind=kind, id=id)
        assert found is not None
        return found.state, found.holder

    def open_lines(self) -> dict[str, tuple[str, str]]:
        """What the network has open: subscription → (number, how it is barred)."""
        return {one.subscriber: (one.number, one.bars) for one in self.network.open_lines()}

    def bills(self, month: str = NOVEMBER) -> dict[str, int]:
        """The month rated and billed now: account → total in 分."""
        rows = self.world.billed(month).bills(month)
        return {account: row["total_minor"] for account, row in rows.items()}

    def do(self, operation: Any, **told: Any) -> Any:
        """A door of a room, in a write of its own."""
        kept: list[Any] = []

        def work(frame: Any) -> dict[str, Any]:
            kept[:] = [operation(frame=frame, **told)]
            return {}

        perform(tenant=self.tenant, actor=CLERK, operation="test", key=self.key(), request={}, now=self.now, work=work)
        return kept[0]

    def level(self, code: str, **terms: Any) -> None:
        """Terms of a level of premium numbers from the first of November on."""
        path = self.home / f"level-{self.key()}.csv"
        path.parent.mkdir(exist_ok=True)
        told = {"level": code, "from": "2026-11-01", **terms}
        path.write_text(",".join(told) + "\n" + ",".join(map(str, told.values())) + "\n")
        import_levels(tenant=self.tenant, actor=CLERK, path=path, now=self.now)

    def deposits(self) -> list[tuple[str, str, int, int]]:
        """(account, subscription, 分, months)"""
        rows = Deposit.objects.order_by("id")
        return list(rows.values_list("account__code", "subscriber", "amount_minor", "months"))

    def fees(self, deed: str, *offers: str, free_for: tuple[str, ...] = (), line: str = "") -> None:
        self.do(
            set_order_terms, deed=deed, line=line, valid_from=date(2026, 1, 1), fees=offers, free_for=free_for, hours=0
        )


def mobile(n: int = 0, plan: str = "M59", **told: Any) -> dict[str, Any]:
    return {"line": "mobile", "number": NUMBERS[n], "card": CARDS[n], "plan": plan, **told}


def broadband(n: int = 0, **told: Any) -> dict[str, Any]:
    return {"line": "broadband", "login": f"gx{n}@nn", "address": HOME, "port": PORTS[n], "plan": "B100", **told}


def furnished(tenant: Any, home: Path) -> Hall:
    """Open for business on the 10th of November."""
    filled(tenant)
    load_tariff(tenant=tenant, tariff=SHOP_TARIFF, source="t", now=NOON)
    for month in (NOVEMBER, DECEMBER):
        open_cycle(tenant=tenant, name=month, now=NOON)
    return Hall(tenant, home, VirtualClock(NOON))
