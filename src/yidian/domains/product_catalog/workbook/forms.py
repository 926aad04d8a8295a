# ruff: noqa: E501 (a table: one column of the format, one line)
"""The format of a tariff's sheets as data: which sheets, which columns, of which kind, for which field of which row.

A column is required when its field has no default. The reader, the reference in docs/howto/tariff.md and the tests
read this table; nothing else says what the format is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import Any, Final

from yidian.domains.product_catalog.workbook import kinds as k
from yidian.kernel.money.rounding import ROUNDINGS
from yidian.kernel.rating import tariff as t

FORMAT: Final = "1"
DAY_TYPES: Final = ("workday", "weekend", "holiday")
DAY_MINUTES: Final = 24 * 60
ROUNDING: Final = k.choice(*ROUNDINGS)
ROUND_TO: Final = k.choice("micro", "minor")
SCOPE: Final = k.choice("subscriber", "unit")
REACH: Final = k.choice("subscriber", "unit", "account")
PERIOD: Final = k.choice("cycle", "day")
LINE: Final = k.choice("mobile", "fixed", "broadband", "iptv", "iot", "leased")
STATE: Final = k.choice("any", "active", "stopped", "kept")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet, and the field of the row that it fills."""

    name: str
    kind: k.Kind
    about: str
    field: str = ""

    @property
    def fills(self) -> str:
        return self.field or self.name


def _as_read(values: dict[str, Any]) -> list[dict[str, Any]]:
    return [values]


@dataclass(frozen=True, slots=True)
class Form:
    """A sheet: its rows are `row`; `spread` may make several rows of the kernel out of one that was written,
    and what it refuses stands in `spread_column`."""

    sheet: str
    row: type[t.Row]
    about: str
    columns: tuple[Column, ...]
    spread: Callable[[dict[str, Any]], list[dict[str, Any]]] = _as_read
    spread_column: str = ""

    @property
    def defaults(self) -> dict[str, Any]:
        """Field → default, of those that have one: a row may leave them empty, a sheet may leave the column out."""
        return {f.name: f.default for f in fields(self.row) if f.default is not MISSING}

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.fills not in self.defaults)


def _over_midnight(values: dict[str, Any]) -> list[dict[str, Any]]:
    """23:00–07:00 is 23:00–24:00 and 00:00–07:00 of the same kind of day. Raises CellRefused."""
    start, end = values["from_minute"], values["to_minute"]
    if start == end:
        raise k.CellRefused("BAND_EMPTY")
    if start < end:
        return [values]
    parts = ((start, DAY_MINUTES), (0, end))
    return [values | {"from_minute": a, "to_minute": b} for a, b in parts if a < b]


VALIDITY: Final = (
    Column("from", k.KIND_DATE, "first day in force; empty: always was", "valid_from"),
    Column("to", k.KIND_DATE, "first day no longer in force; empty: open", "valid_to"),
)
NAMES: Final = (
    Column("name_zh", k.KIND_TEXT, "name in Chinese"),
    Column("name_en", k.KIND_TEXT, "name in English"),
)
OFFER: Final = Column("offer", k.KIND_CODE, "code of an offer")
OFFER_OR_STANDARD: Final = Column("offer", k.KIND_CODE_OR_ANY, "code of an offer; `*`: the standard tariff, for all")
ITEM: Final = Column("item", k.KIND_CODE, "code of a charge item")
ITEMS: Final = Column("items", k.KIND_CODES, "codes of charge items")

FORMS: Final = (
    Form("zones", t.Zone, "Destinations and places that prices tell apart.", (
        Column("code", k.KIND_CODE, "code of the zone (not `none`, `home`, `national`)"), *NAMES,
        Column("domestic", k.KIND_YES_NO, "`yes`: numbers and places in it have areas, so calls are local or long"),
        *VALIDITY)),
    Form("prefixes", t.Prefix, "Digits of the other party → zone and area; the longest that fits counts.", (
        Column("prefix", k.KIND_DIGITS, "first digits of the other party"),
        Column("zone", k.KIND_CODE, "zone of these numbers"),
        Column("area", k.KIND_CODE, "area (长途区号) of these numbers; domestic zones only"), *VALIDITY)),
    Form("places", t.Place, "Where the subscriber was, as the network says it → zone and area; the longest fits.", (
        Column("place", k.KIND_CODE, "first characters of an area code, PLMN or TADIG"),
        Column("zone", k.KIND_CODE, "zone of the place"),
        Column("area", k.KIND_CODE, "area of the place; domestic zones only"), *VALIDITY)),
    Form("areas", t.Area, "The province of an area, for prices within a province.", (
        Column("area", k.KIND_CODE, "the area, as `prefixes` and `places` name it"),
        Column("province", k.KIND_CODE, "code of the province"), *VALIDITY)),
    Form("networks", t.Network, "Digits of the other party → its network; the longest that fits counts, a ported number before all.", (
        Column("prefix", k.KIND_DIGITS, "first digits of the other party"),
        Column("network", k.KIND_CODE, "code of the network"),
        Column("own", k.KIND_YES_NO, "`yes`: ours"), *VALIDITY)),
    Form("days", t.Day, "Dates that are not what their weekday says.", (
        Column("on", k.KIND_DATE, "the date"), Column("day_type", k.choice(*DAY_TYPES), "what it counts as"),
        *VALIDITY)),
    Form("bands", t.Band, "Parts of the day with prices of their own; a set covers every minute of every kind of day.", (
        Column("band_set", k.KIND_CODE, "the set this band belongs to"), Column("band", k.KIND_CODE, "code of the band"),
        Column("day_type", k.choice("*", *DAY_TYPES), "kind of day; a named kind goes before `*`"),
        Column("start", k.KIND_CLOCK, "begins at", "from_minute"),
        Column("end", k.KIND_CLOCK, "ends before; earlier than `start`: over midnight, on days of this kind", "to_minute"),
        *VALIDITY), _over_midnight, "end"),
    Form("items", t.Item, "Charge items (科目): what is measured, how it is rounded, which tax it bears.", (
        Column("code", k.KIND_CODE, "code of the item"),
        Column("kind", k.choice("usage", "recurring", "once", "discount", "minimum"), "what makes it"), *NAMES,
        Column("measure", k.choice("duration", "volume", "count"), "usage: what is measured"),
        Column("tax_class", k.KIND_CODE, "tax class; empty: no tax"),
        Column("band_set", k.KIND_CODE, "usage: set of bands; empty: no bands"),
        Column("split", k.choice("start", "block"), "`start`: all of it in the band of its start; `block`: each block in the band where it begins (durations)"),
        Column("rounding", ROUNDING, "how amounts are rounded"),
        Column("round_to", ROUND_TO, "to a millionth, or to the minor unit (分)"),
        Column("round_on", k.choice("event", "total"), "each event, or the subscriber's total of the cycle"),
        Column("free_below", k.KIND_QUANTITY, "usage: an event of less than this costs nothing and draws nothing"), *VALIDITY)),
    Form("rules", t.Rule, "Classification: the first rule by `order` whose every column fits names the charge item.", (
        Column("order", k.KIND_INTEGER, "the lowest is asked first"), ITEM,
        Column("service", k.KIND_CODE_OR_ANY, "`voice` `sms` `mms` `data` or another code of the mapping"),
        Column("direction", k.choice("*", "out", "in", "forward"), "direction of the event"),
        Column("zone", k.KIND_CODE_OR_ANY, "zone of the other party; `none`: there is no other party"),
        Column("visited", k.KIND_CODE_OR_ANY, "`home`, `province`, `national` (both), or the zone of the visited place"),
        Column("relation", k.choice("*", "local", "province", "long", "none"), "area of the other party against the visited area; `long`: any other area, `province`: another of the same province"),
        Column("rating_group", k.KIND_CODE_OR_ANY, "rating group as received"),
        Column("net", k.KIND_CODE_OR_ANY, "network of the other party: `own`, `other`, `none`, or its code"),
        Column("circle", k.choice("*", "friend", "unit", "group", "none"), "the other party is on the subscriber's list of friends, in its rating unit, in its closed group, or none of them"), *VALIDITY)),
    Form("offers", t.Offer, "Product offerings (销售品) that subscribers hold. The standard tariff `*` is not listed.", (
        Column("code", k.KIND_CODE, "code of the offer"), Column("kind", k.choice("base", "pack"), "main plan or add-on"),
        *NAMES, Column("priority", k.KIND_INTEGER, "where several held offers price one item the lowest wins"),
        Column("quota", k.KIND_INTEGER, "how often it may be sold, ended holdings counted too; empty: without limit"),
        Column("stacks", k.KIND_YES_NO, "of a pack: one subscriber may hold it several times at one time, from an instant of its own each"),
        Column("months", k.KIND_INTEGER, "a holding given without an end ends by itself after so many calendar months; empty: it does not"),
        Column("ends_with", k.choice("day", "month"), "of `months`: on the same day so many months later, or with the last of so many calendar months, the first counted"),
        Column("needs", k.KIND_CODES, "it is given only beside one of these offers, held in the same rating unit (a sub card beside its main card); empty: beside anything"),
        Column("line_of_business", LINE, "what it is sold for: the best plan sets main offers of one line beside each other; empty: beside those of any"), *VALIDITY)),
    Form("fees", t.Fee, "Recurring and one-off fees of offers.", (
        OFFER, Column("item", k.KIND_CODE, "charge item of kind `recurring` (charged `cycle`) or `once` (the others)"),
        Column("amount", k.KIND_MONEY, "the fee", "amount_micro"),
        Column("charged", k.choice("cycle", "once", "leaving"), "every cycle it is held; in the cycle in which the holding begins; in the one in which it ends before its term"),
        Column("proration", k.choice("none", "by_days", "day_price", "half", "each_left", "by_term"), "part of a cycle: whole; by days; days × `day_price`, at most the fee; half of it if it begins after the 15th. Of `leaving`: whole; for each cycle left of the term; cycles left ÷ `term_cycles` of it"),
        Column("day_price", k.KIND_MONEY, "price of a day, for proration `day_price`", "day_price_micro"),
        Column("rounding", ROUNDING, "how the fee is rounded"), Column("round_to", ROUND_TO, "to what"),
        Column("during", STATE, "counted are only days on which the subscriber is in this state"),
        Column("free_cycles", k.KIND_INTEGER, "so many calendar cycles from the holding's first one are free"),
        Column("billed", k.choice("arrears", "advance"), "on the bill of its own cycle, or of the cycle before"),
        Column("term_cycles", k.KIND_INTEGER, "of `leaving`: calendar cycles of the term, that in which the holding begins is the first"), *VALIDITY)),
    Form("parts", t.Part, "Parts of a bundled fee, each with the tax of its own item; they sum to the fee.", (
        OFFER, Column("item", k.KIND_CODE, "the charge item of the fee"),
        Column("part_item", k.KIND_CODE, "charge item of kind `recurring` for the part"),
        Column("price", k.KIND_MONEY, "stand-alone price of the part, by which the fee is split", "price_micro"), *VALIDITY)),
    Form("prices", t.Price, "Steps of prices: `price` for each `per`, in whole blocks of `block`.", (
        OFFER_OR_STANDARD, Column("item", k.KIND_CODE, "charge item of kind `usage`"),
        Column("price", k.KIND_MONEY, "money for each `per`", "price_micro"),
        Column("per", k.KIND_SIZE, "the quantity that costs `price`"), Column("block", k.KIND_SIZE, "charged in whole blocks of this"),
        Column("band", k.KIND_CODE_OR_ANY, "band of the item's band set; `*`: any band that has no price of its own"),
        Column("tier_from", k.KIND_QUANTITY, "quantity at which this step begins"),
        Column("tier_scope", k.choice("event", "cycle", "day"), "the quantity is counted within one event, over the cycle, or over the local day"),
        Column("counter", k.KIND_CODE, "cycle and day: items with the same counter climb together; empty: the item alone"),
        Column("repeat", k.KIND_QUANTITY, "the steps begin again every so much; empty: never"),
        Column("block_on", k.choice("event", "counter"), "each event begins a block; or a block lasts until the counter has used it up"),
        Column("tier_mode", k.choice("graduated", "volume"), "each unit at the price of its step; or all of them at the price of the step that was reached"),
        Column("setup", k.KIND_MONEY, "once for an event of which anything is charged; on the first step", "setup_micro"), *VALIDITY)),
    Form("allowances", t.Allowance, "Units included in an offer (套餐内资源), drawn before anything is charged.", (
        Column("code", k.KIND_CODE, "code of the allowance"), OFFER, ITEMS,
        Column("quantity", k.KIND_SIZE, "how much"), Column("block", k.KIND_SIZE, "drawn in whole blocks of this"),
        Column("bands", k.KIND_CODES, "only in these bands; `*`: any"), Column("priority", k.KIND_INTEGER, "the lowest is drawn first"),
        Column("scope", SCOPE, "one subscriber's, or shared by the rating unit (family)"),
        Column("proration", k.choice("none", "by_days"), "part of a cycle: whole, or by days"),
        Column("rounding", ROUNDING, "how the part is rounded to whole blocks"),
        Column("period", k.choice("cycle", "day", "holding"), "anew each cycle, each local day, or once for as long as it is held"),
        Column("rollover", k.KIND_INTEGER, "for so many further cycles what is left may be drawn, before the cycle's own"),
        Column("member_limit", k.KIND_QUANTITY, "scope `unit`: the most that one member draws in a period; empty: no limit"), *VALIDITY)),
    Form("conversions", t.Conversion, "Items drawn from an allowance of another measure (1 MB = 1 min = 1 SMS).", (
        Column("allowance", k.KIND_CODE, "code of an allowance, written as a count"), ITEM,
        Column("block", k.KIND_SIZE, "each begun block of this"), Column("takes", k.KIND_SIZE, "takes so many units"), *VALIDITY)),
    Form("marks", t.Mark, "Quantities of use that have a consequence (达量限速).", (
        Column("code", k.KIND_CODE, "code of the mark"), OFFER_OR_STANDARD, ITEMS,
        Column("quantity", k.KIND_SIZE, "when so much is used, allowances included"),
        Column("mark", k.choice("throttle", "stop", "notice"), "what follows"),
        Column("scope", SCOPE, "counted per subscriber, or per rating unit"), Column("period", PERIOD, "counted over"),
        Column("value", k.KIND_TEXT, "says more, `1Mbps`"), *VALIDITY)),
    Form("caps", t.Cap, "The most that items may cost in a period (封顶).", (
        Column("code", k.KIND_CODE, "code of the cap"), OFFER_OR_STANDARD, ITEMS,
        Column("amount", k.KIND_MONEY, "the most", "amount_micro"), Column("scope", SCOPE, "per subscriber, or per rating unit"),
        Column("period", PERIOD, "in a cycle, or in a local day"), *VALIDITY)),
    Form("discounts", t.Discount, "Reductions on the bill: a rate or an amount.", (
        Column("code", k.KIND_CODE, "code of the discount"), OFFER,
        Column("item", k.KIND_CODE, "charge item of kind `discount` under which it is shown"),
        Column("items", k.KIND_CODES, "the charge items that are reduced"), Column("rate", k.KIND_RATE, "reduction as a rate", "rate_ppm"),
        Column("amount", k.KIND_MONEY, "reduction as an amount, at most what the items cost", "amount_micro"),
        Column("threshold", k.KIND_MONEY, "only from this spend on the items", "threshold_micro"),
        Column("priority", k.KIND_INTEGER, "the lowest first, each on what the former left"),
        Column("scope", REACH, "the charges of the subscriber, of its whole rating unit, or, after all others, those on the account that pays for the offer"),
        Column("requires", k.KIND_CODES, "only if each of these offers is held in the rating unit in the cycle"),
        Column("level", k.KIND_CODES, "only for customers of these grades; `*`: any"),
        Column("cycles", k.KIND_INTEGER, "only in so many calendar cycles from the holding's first one; empty: always"),
        Column("cap", k.KIND_MONEY, "what the items may come to at most (封顶), after the discounts before; instead of `rate` and `amount`", "cap_micro"), *VALIDITY)),
    Form("minimums", t.Minimum, "The least that a subscriber with the offer pays in a full cycle (低消).", (
        OFFER, Column("item", k.KIND_CODE, "charge item of kind `minimum` for the difference"),
        Column("amount", k.KIND_MONEY, "the least", "amount_micro"),
        Column("during", STATE, "counted are only days on which the subscriber is in this state"),
        Column("free_cycles", k.KIND_INTEGER, "so many calendar cycles from the holding's first one have none"),
        Column("level", k.KIND_CODES, "only for customers of these grades; `*`: any"), *VALIDITY)),
    Form("taxes", t.Tax, "Tax rates of classes; prices contain the tax.", (
        Column("tax_class", k.KIND_CODE, "code of the class"), Column("rate", k.KIND_RATE, "rate on the net amount", "rate_ppm"),
        *VALIDITY)),
)  # fmt: skip

HEAD_SHEET: Final = "tariff"
HEAD: Final = (
    Column("format", k.choice(FORMAT), "version of this format"),
    Column("currency", k.KIND_TEXT, "ISO 4217 code, `CNY`"),
    Column("zone", k.KIND_TEXT, "IANA name of the zone in which dates and bands are local, `Asia/Shanghai`"),
    Column("bill_rounding", ROUNDING, "how a bill item is rounded to the minor unit; empty: `half_up`"),
)
