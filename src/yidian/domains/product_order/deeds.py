"""The deeds (业务动作) an order item may be: what each asks to be told, and beside which others it may be in flight.

D3, the list of small actions; G3, D12: an order in flight blocks what conflicts with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from yidian.kernel.faults import BadInput, Fault, Where, refuse

Kind = Literal[
    "line", "number", "foreign", "card", "login", "address", "port", "device", "plan", "offers", "offer", "account",
    "customer", "check", "member", "area", "when", "way", "reason", "code", "minor", "months",
]  # fmt: skip
Web = Literal["alone", "asks", "never"]
LINES: Final = ("mobile", "fixed", "broadband", "iptv")
MOST_OFFERS: Final = 20
FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    "line": re.compile("|".join(LINES)),
    "number": re.compile(r"[0-9]{3,20}"),
    "foreign": re.compile(r"1[0-9]{10}"),
    "card": re.compile(r"[0-9]{18,20}"),
    "login": re.compile(r"[\w.@+-]{1,64}"),
    "port": re.compile(r"[\w./#-]{1,64}"),
    "address": re.compile(r"[\w./#-]{1,64}"),
    "device": re.compile(r"[0-9]{15}"),
    "when": re.compile("now|next_cycle"),
    "way": re.compile("one|two"),
    "reason": re.compile("[a-z_]{1,32}"),
    "code": re.compile("[0-9]{6}"),
    "minor": re.compile("[0-9]{1,12}"),
    "check": re.compile("[0-9]{1,18}"),
    "months": re.compile("[1-9][0-9]?"),
    "area": re.compile("[0-9]{1,8}"),
}
TEXT: Final = re.compile(r"[^\x00-\x1f]{1,64}")


class Field(NamedTuple):
    """Something that is told of an item; where it is not `needed` it may be left out. `many`: a list of such."""

    name: str
    kind: Kind
    needed: bool = True
    many: bool = False


class Deed(NamedTuple):
    """`makes`: it makes a subscription, so none is named. `beside`: deeds that may be in flight on the same one.

    `web`: what of it a customer does without us: all of it (alone), or somebody looks at it before anything is done
    (asks: 实名核验), or it takes a document, a card or a second person in a hall (never: words WEB_NEVER_…).
    """

    code: str
    fields: tuple[Field, ...] = ()
    makes: bool = False
    beside: frozenset[str] = frozenset()
    web: Web = "never"


WHEN: Final = Field("when", "when", needed=False)
OFFERS: Final = frozenset({"add_on", "drop_on"})
STOPS: Final = frozenset({"stop", "resume"})  # they bar the line, and leave what it has alone
BESIDE_STOPS: Final = OFFERS | {"plan_change", "number_change", "relocation"}
_BOUGHT: Final = (
    Field("plan", "plan"),
    Field("add_ons", "offers", needed=False, many=True),
    Field("account", "account", needed=False),
    Field("with", "member", needed=False),
    Field("area", "area", needed=False),
)
_ALL: Final = (
    Deed("new", (
        Field("line", "line"), Field("number", "number", needed=False), Field("card", "card", needed=False),
        Field("login", "login", needed=False), Field("address", "address", needed=False),
        Field("port", "port", needed=False), *_BOUGHT,
    ), makes=True, web="asks"),
    Deed("port_in", (
        Field("number", "foreign"), Field("donor", "reason"), Field("code", "code"), Field("card", "card"), *_BOUGHT,
    ), makes=True),
    Deed("plan_change", (Field("plan", "plan"), WHEN), beside=STOPS | {"loss"}, web="alone"),
    Deed("add_on", (Field("offer", "offer"), WHEN), beside=OFFERS | STOPS | {"loss"}, web="alone"),
    Deed("drop_on", (Field("offer", "offer"), WHEN), beside=OFFERS | STOPS | {"loss"}, web="alone"),
    Deed("number_change", (Field("number", "number"),), beside=STOPS),
    Deed("card_swap", (Field("card", "card"),)),
    Deed("relocation", (Field("address", "address"), Field("port", "port")), beside=STOPS, web="asks"),
    Deed("transfer", (
        Field("customer", "customer"), Field("check", "check", needed=False), Field("account", "account", needed=False),
    )),
    Deed("keep_number", web="alone"),
    Deed("loss", beside=frozenset({"plan_change", "add_on", "drop_on"}), web="alone"),
    Deed("found", web="alone"),
    Deed("stop", (Field("way", "way", needed=False),), beside=BESIDE_STOPS, web="alone"),
    Deed("resume", (Field("reason", "reason", needed=False),), beside=BESIDE_STOPS, web="alone"),
    Deed("pre_terminate", web="alone"),
    Deed("un_terminate", web="alone"),
    Deed("terminate", web="asks"),
    Deed("port_out", (Field("recipient", "reason"), Field("code", "code", needed=False))),
    Deed("contract", (
        Field("offer", "offer"), Field("device", "device", needed=False), Field("deposit", "minor", needed=False),
        Field("months", "months", needed=False),
    )),
)  # fmt: skip
DEEDS: Final[Mapping[str, Deed]] = {deed.code: deed for deed in _ALL}
Told = Mapping[str, str | list[str]]


def checked(deed: str, told: Mapping[str, object]) -> dict[str, str | list[str]]:
    """What was told of an item, each field in its form; what is empty is left out. BadInput names the field.

    Codes ORDER_DEED_UNKNOWN, ORDER_FIELD_UNKNOWN, ORDER_FIELD_MISSING, ORDER_FIELD_FORM.
    """
    if deed not in DEEDS:
        raise refuse("ORDER_DEED_UNKNOWN", value=deed[:40])
    fields = {field.name: field for field in DEEDS[deed].fields}
    faults = [_fault("ORDER_FIELD_UNKNOWN", name, "") for name in sorted(told.keys() - fields.keys())]
    found: dict[str, str | list[str]] = {}
    for name, field in fields.items():
        values = _values(told.get(name))
        faults += [_fault("ORDER_FIELD_FORM", name, one) for one in values if not _fits(field, one)]
        if len(values) > (MOST_OFFERS if field.many else 1):
            faults.append(_fault("ORDER_FIELD_FORM", name, " ".join(values)))
        elif values:
            found[name] = values if field.many else values[0]
        elif field.needed:
            faults.append(_fault("ORDER_FIELD_MISSING", name, ""))
    if faults:
        raise BadInput(faults)
    return found


def _values(told: object) -> list[str]:
    some = told if isinstance(told, list | tuple) else [told]
    return [text for one in some if one is not None and (text := str(one).strip())]


def _fits(field: Field, text: str) -> bool:
    return FORMS.get(field.kind, TEXT).fullmatch(text) is not None


def _fault(code: str, name: str, value: str) -> Fault:
    return Fault(code=code, where=Where(column=name), value=value[:40])


def conflicts(one: str, other: str) -> bool:
    """Whether a deed in flight keeps another from the same subscription."""
    return other not in DEEDS[one].beside
