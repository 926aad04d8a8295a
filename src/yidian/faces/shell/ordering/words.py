"""An order in sentences, its values in bold: what is read to the customer, shown on the mirror, printed on the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from yidian.domains.party.queries import customers_by_code
from yidian.domains.product_catalog.queries import item_names, offer_names
from yidian.domains.product_inventory.queries import standing
from yidian.domains.product_order.types import DEEDS, ItemFacts, OrderFacts
from yidian.domains.resource_inventory.queries import addresses_called, level_terms, resource
from yidian.faces.shell import figures
from yidian.faces.shell.asked import Asked
from yidian.faces.shell.ordering.prices import monthly
from yidian.faces.shell.words import percent, words_of
from yidian.kernel.calendar import FOREVER_MS, local_date, to_ms
from yidian.platform.wording import entries, text
from yidian.runs.first_bill.types import FirstBill, OfferTerms

Sentence = tuple[str, Mapping[str, object]]
KEYS: Final = {"new": "TAKING_LINE_{line}", "port_in": "DEED_PORT_IN"}


@dataclass(frozen=True, slots=True)
class Said:
    """Something of an order that is read out: a heading of few letters, and sentences by their codes."""

    heading: str
    sentences: tuple[Sentence, ...]

    def plain(self, lang: str) -> str:
        """Without bold, for paper."""
        told = (text(code, lang, **params) for code, params in self.sentences)
        return " ".join(one.replace("<b>", "").replace("</b>", "") for one in told)


class Told:
    """The words of one order; what offers, numbers and addresses are called is asked once."""

    def __init__(self, asked: Asked, facts: OrderFacts) -> None:
        self.asked, self.facts, self.words = asked, facts, words_of(asked)
        codes = {str(one) for item in facts.items for one in _offers(item)}
        self._offers = offer_names(tenant=asked.tenant, codes=codes)
        self._numbers: dict[str, str] = {}

    def offer(self, code: str) -> str:
        return _name(self._offers.get(code, ("", "")), self.asked.lang, code)

    def number_of(self, subscriber: str) -> str:
        """The number or login by which the customer knows a subscription, else its code."""
        if subscriber not in self._numbers:
            found = standing(tenant=self.asked.tenant, subscriber=subscriber, at_ms=to_ms(self.asked.now))
            known = found.identifiers if found else {}
            told = next((known[kind][0] for kind in ("msisdn", "login") if known.get(kind)), subscriber)
            self._numbers[subscriber] = told
        return self._numbers[subscriber]

    def item(self, item: ItemFacts) -> Said:
        """What an item does, in one or several sentences."""
        told = {name: self._value(name, value) for name, value in item.told.items()}
        line = str(item.told.get("line", ""))
        code = f"TAKING_READ_{item.deed}{'_' + line if item.deed == 'new' else ''}".upper()
        own = code.replace("TAKING_", f"{self.asked.face}_".upper())  # a customer needs no card's number, nor a port's
        code = own if own in entries() else code
        params: dict[str, object] = {"number": "", "who": "", **told}
        if not DEEDS[item.deed].makes:
            params["who"] = self._telephone(self.number_of(item.subscriber))
        plan = str(item.told.get("plan", ""))
        params["price"] = self.price(plan or str(item.told.get("offer", "")))
        sentences: list[Sentence] = [(code, params)]
        if item.told.get("add_ons"):
            sentences.append(("TAKING_READ_ADD_ONS", {"offers": told["add_ons"]}))
        if item.told.get("with"):
            sentences.append(("TAKING_READ_WITH", {"member": told["with"]}))
        if item.told.get("account"):
            sentences.append(("TAKING_READ_ACCOUNT", {"account": told["account"]}))
        if item.told.get("when") == "next_cycle":
            sentences.append(("TAKING_READ_NEXT_CYCLE", {}))
        if item.told.get("device"):
            sentences.append(("TAKING_READ_DEVICE", {"device": told["device"]}))
        if item.told.get("deposit"):
            amount = self.words.money(int(item.told["deposit"]))
            sentences.append(("TAKING_READ_DEPOSIT", {"amount": amount, "months": item.told.get("months", "")}))
        return Said(self.heading(item), (*sentences, *self._level(item)))

    def heading(self, item: ItemFacts) -> str:
        line = str(item.told.get("line", "mobile"))
        return self.words.say(KEYS.get(item.deed, f"DEED_{item.deed}").format(line=line).upper())

    def about(self, item: ItemFacts) -> str:
        """The number or login that an item is about."""
        named = str(item.told.get("number") or item.told.get("login") or "")
        if not named:
            mates = (one for one in self.facts.items if one.subscriber == item.subscriber)
            named = next(
                (str(one.told[name]) for one in mates for name in ("number", "login") if one.told.get(name)), ""
            )
        return self._telephone(named or self.number_of(item.subscriber))

    def price(self, offer: str) -> str:
        amount = monthly(self.asked, offer) if offer else None
        return figures.NONE if amount is None else self.words.money(amount)

    def terms(self, bill: FirstBill) -> list[Said]:
        """What is promised for longer: terms, minimum spends, what leaving early costs."""
        found = []
        for one in bill.terms:
            sentences = [*self._span(one), *self._least(one), *self._penalties(one)]
            if sentences:
                found.append(Said(self.words.say("TAKING_TERMS"), tuple(sentences)))
        return found

    def money(self, bill: FirstBill) -> Said:
        """This month's bill, and every month's after it."""
        params = {
            "month": self.words.month(bill.this.cycle), "total": self.words.money(bill.this.total_minor),
            "later": self.words.money(bill.next.total_minor),
        }  # fmt: skip
        sentences: list[Sentence] = [("TAKING_READ_MONEY", params)]
        if bill.this.one_off_minor:
            sentences.append(("TAKING_READ_ONCE", {"once": self.words.money(bill.this.one_off_minor)}))
        return Said(self.words.say("TAKING_MONEY"), tuple(sentences))

    def whose(self, bill: FirstBill) -> dict[str, str]:
        """The numbers of the subscriptions on the bills of a quote."""
        made = {
            item.subscriber: str(item.told.get("number") or item.told.get("login") or "") for item in self.facts.items
        }
        lines = [line for month in (bill.this, bill.next) for one in month.accounts for line in one.bill.lines]
        codes = {line.subscriber for line in lines if line.subscriber}
        return {code: made.get(code) or self.number_of(code) for code in sorted(codes)}

    def _value(self, name: str, value: Any) -> str:
        if isinstance(value, list):
            return ("、" if self.asked.lang == "zh" else ", ").join(self.offer(str(one)) for one in value)
        shown = str(value)
        if name in ("plan", "offer"):
            return self.offer(shown)
        if name == "number":
            return self._telephone(shown)
        if name == "customer":
            heir = customers_by_code(tenant=self.asked.tenant, codes=[shown]).get(shown)
            return f"{heir.name} {shown}" if heir else shown
        if name == "address":
            found = addresses_called(tenant=self.asked.tenant, asked=shown, limit=1, exact=True)
            return found[0][1] if found else shown
        if name == "with":
            return self._telephone(self._mate(shown))
        for prefix in ("TAKING_NETWORK_", "STOP_WAYS_", "STOP_REASON_"):
            code = f"{prefix}{shown}".upper()
            if name in ("donor", "recipient", "way", "reason") and code in entries():
                return self.words.say(code)
        return shown

    def _mate(self, member: str) -> str:
        """Whom something is shared with: a subscription, or #n of this order."""
        if not member.startswith("#"):
            return self.number_of(member)
        item = next((one for one in self.facts.items if f"#{one.place}" == member), None)
        return str(item.told.get("number") or item.told.get("login") or member) if item else member

    def _telephone(self, number: str) -> str:
        return self.words.number(number) if number.isdigit() else number

    def _level(self, item: ItemFacts) -> list[Sentence]:
        """The terms of a premium number (G1)."""
        number = str(item.told.get("number", ""))
        if not number or item.deed == "port_in":
            return []
        found = resource(tenant=self.asked.tenant, kind="number", id=number)
        on = local_date(to_ms(self.asked.now), self.asked.zone)
        terms = level_terms(tenant=self.asked.tenant, level=found.level, on=on) if found and found.level else None
        if terms is None:
            return []
        params = {
            "level": terms.level, "least": self.words.money(terms.min_spend_minor), "months": terms.months,
            "deposit": self.words.money(terms.deposit_minor), "share": percent(terms.penalty_ppm),
        }  # fmt: skip
        return [("TAKING_READ_LEVEL", params)]

    def _span(self, one: OfferTerms) -> list[Sentence]:
        if not one.months:
            return []
        end = self.words.day(one.to_ms - 1) if one.to_ms < FOREVER_MS else figures.NONE
        name = _name((one.name_zh, one.name_en), self.asked.lang, one.offer)
        return [("TAKING_READ_TERM", {"offer": name, "months": one.months, "end": end})]

    def _least(self, one: OfferTerms) -> list[Sentence]:
        name = _name((one.name_zh, one.name_en), self.asked.lang, one.offer)
        return [
            ("TAKING_READ_LEAST", {"offer": name, "amount": self.words.fine(least.amount_micro)}) for least in one.least
        ]

    def _penalties(self, one: OfferTerms) -> list[Sentence]:
        name = _name((one.name_zh, one.name_en), self.asked.lang, one.offer)
        return [
            (
                f"TAKING_READ_LEAVING_{told.counted}".upper(),
                {"offer": name, "amount": self.words.fine(told.amount_micro), "cycles": told.cycles},
            )
            for told in one.penalties
        ]


def names_of(asked: Asked, bill: FirstBill) -> dict[str, dict[str, tuple[str, str]]]:
    """What the items and offers of a quote are called."""
    lines = [line for month in (bill.this, bill.next) for one in month.accounts for line in one.bill.lines]
    items = {code for line in lines for code in (line.item, line.of_item) if code}
    offers = {line.offer for line in lines if line.offer}
    return {
        "items": item_names(tenant=asked.tenant, codes=items), "offers": offer_names(tenant=asked.tenant, codes=offers)
    }  # fmt: skip


def _offers(item: ItemFacts) -> list[str]:
    more = item.told.get("add_ons") or []
    return [str(one) for one in (item.told.get("plan"), item.told.get("offer"), *more) if one]


def _name(names: tuple[str, str], lang: str, code: str) -> str:
    zh, en = names
    return (en if lang == "en" else zh) or zh or en or code
