"""The steps of a slip in words: what it is, a note below it, and what stands on its right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from yidian.faces.shell.words import Words, percent
from yidian.runs.explain.types import BillLine, Slip, Step

Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of a slip. `rule`: the tariff's own name of the price, for whoever asks for it."""

    title: str
    note: str
    figure: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line of a bill in the list."""

    place: int
    title: str
    note: str
    amount_minor: int


def line_words(words: Words, line: BillLine) -> LineShown:
    """What a line is called, and the note below it."""
    item, offer = words.name(line.item), words.name(line.offer)
    number = words.number(line.number) if line.number else ""
    if line.adjustment:
        title, note = words.say("HALL_LINE_ADJUSTED", item=item), words.month(line.origin)
    elif line.correction:
        title = words.say("HALL_LINE_CORRECTED", item=item, month=words.month(line.origin))
        note = words.joined([_used(words, line), number])
    elif line.origin:
        title = words.say("HALL_LINE_LATE", item=item, month=words.month(line.origin))
        note = words.joined([_used(words, line), number])
    elif line.kind == "usage":
        title, note = item, words.joined([_used(words, line), number])
    elif line.kind == "discount":
        title, note = item, words.joined([words.say("HALL_LINE_OFF", item=words.name(line.of_item)), number])
    elif line.kind == "advance":
        title, note = words.say("HALL_LINE_ADVANCE", item=item, offer=offer), number
    else:
        title, note = words.say("HALL_LINE_FEE", item=item, offer=offer), number
    return LineShown(line.place, words.title(title), note, line.amount_minor)


def _used(words: Words, line: BillLine) -> str:
    if line.measure in ("", "count"):
        return words.usage(line.quantity, "count")
    return words.say("HALL_USED_TIMES", usage=words.usage(line.quantity, line.measure), count=line.events)


def slip_context(words: Words, slip: Slip) -> dict[str, Any]:
    """What shell/_slip_steps.html shows."""
    return {
        "slip": slip, "steps": slip_words(words, slip), "reduced": [line_words(words, one) for one in slip.reduced],
        "rate": percent(slip.rate_ppm),
    }  # fmt: skip


def slip_words(words: Words, slip: Slip) -> list[Shown]:
    """Every step, in order."""
    drawn = any(step.code == "DRAWN" for step in slip.steps)
    return [STEPS[step.code](words, step, step.told, drawn) for step in slip.steps]


def _usage_step(words: Words, step: Step, told: Told, drawn: bool) -> Shown:
    del step, drawn
    times = words.say("HALL_TIMES", count=told["events"]) if told["measure"] != "count" else ""
    where = [words.say("HALL_TO", zones=words.names(told["zones"]))] if told["zones"] else []
    where += [words.say(f"HALL_{told['relation'].upper()}")] if told["relation"] else []
    where += [words.say(f"HALL_AT_{told['visited'].upper()}")] if told["visited"] else []
    where += [_net(words, told["net"])] if told["net"] else []
    where += [words.say(f"HALL_CIRCLE_{told['circle'].upper()}")] if told["circle"] else []
    return Shown(
        words.say("HALL_STEP_USED"), words.joined([times, *where]), words.usage(told["quantity"], told["measure"])
    )


def _net(words: Words, net: str) -> str:
    if net in ("own", "other"):
        return words.say(f"HALL_NET_{net.upper()}")
    return words.say("HALL_NET_NAMED", network=net)


def _drawn_step(words: Words, step: Step, told: Told, drawn: bool) -> Shown:
    del step, drawn
    emptied = words.say("HALL_EMPTIED", at=words.instant(told["emptied_ms"])) if told["emptied_ms"] is not None else ""
    shared = words.say("HALL_SHARED", count=told["shared"]) if told["shared"] > 1 else ""
    whole = words.say("HALL_OF_DAY") if told["day"] else ""
    if told["converted"]:
        block, takes = told["converted"]
        each = words.usage(block, told["measure"])
        taken = words.say("HALL_CONVERTED", each=each, takes=takes, units=told["units"])
        whole = words.joined([whole, taken])
    elif told["units"] != told["quantity"] and told["measure"] == "duration":
        block, units = words.block(told["block"], "duration"), words.usage(told["units"], "duration")
        whole = words.joined([whole, words.say("HALL_WHOLE_BLOCKS", block=block, units=units)])
    note = words.joined([emptied, shared, told["hours"], whole])
    return Shown(
        words.say("HALL_STEP_DRAWN", offer=words.name(told["offer"])), note,
        words.usage(-told["quantity"], told["measure"]), told["allowance"],
    )  # fmt: skip


def _free_step(words: Words, step: Step, told: Told, drawn: bool) -> Shown:
    del step, drawn
    least = words.usage(told["least"], told["measure"])
    note = words.joined([words.say("HALL_TIMES", count=told["events"]), words.usage(told["quantity"], told["measure"])])
    return Shown(words.say("HALL_STEP_FREE", least=least), note, words.fine(0))


def _set_up_step(words: Words, step: Step, told: Told, drawn: bool) -> Shown:
    del drawn
    note = words.say("HALL_SETUP_TIMES", count=told["events"], setup=words.fine(told["setup_micro"]))
    return Shown(words.say("HALL_STEP_SETUP"), note, words.fine(step.amount_micro))


def _priced_step(words: Words, step: Step, told: Told, drawn: bool) -> Shown:
    price = words.price(told["price_micro"], told["per"], told["measure"])
    units = words.usage(told["units"], told["measure"])
    offer = words.name(told["offer"]) if told["offer"] else words.say("HALL_STANDARD")
    tier = ""
    if told["volume"]:
        tier = words.say("HALL_VOLUME")
    elif told["tiers"] > 1:
        tier = words.say("HALL_TIER", start=words.usage(told["tier_from"], told["measure"]))
        if told["repeat"]:
            tier = words.joined([tier, words.say("HALL_REPEAT", every=words.usage(told["repeat"], told["measure"]))])
    since = words.say("HALL_SINCE", day=words.day(told["since"])) if told["since"] else ""
    block = ""
    if told["lasts"]:
        scope = words.say("HALL_LASTS_DAY" if told["scope"] == "day" else "HALL_LASTS_MONTH")
        block = words.say("HALL_BLOCK_LASTS", block=words.block(told["block"], told["measure"]), scope=scope)
    elif told["units"] != told["quantity"]:
        block = words.say("HALL_BLOCK", block=words.block(told["block"], told["measure"]))
    code = "HALL_STEP_REST" if drawn else "HALL_STEP_PRICED"
    note = words.joined([words.say("HALL_UNITS", units=units, price=price), block, told["hours"], tier, offer, since])
    return Shown(words.say(code, price=price), note, words.fine(step.amount_micro), told["rule"])


def _rounded_usage(words: Words, step: Step, told: Told, drawn: bool) -> Shown:
    del drawn
    on = words.say("HALL_ROUND_TOTAL" if told["on"] == "total" else "HALL_ROUND_EVENT")
    unit = words.say("HALL_ROUND_MINOR" if told["unit"] == "minor" else "HALL_ROUND_MICRO")
    how = words.say(f"HALL_ROUND_{told['rounding'].upper()}")
    return Shown(words.say("HALL_STEP_ROUNDED"), words.joined([on, unit, how]), words.fine(step.amount_micro))


def _capped(words: Words, step: Step, told: Told, drawn: bool) -> Shown:
    del drawn
    limit = told["limit_micro"]
    code = "HALL_CAP_DAY" if told.get("period") == "day" else "HALL_CAP"
    note = words.say(code, limit=words.fine(limit)) if limit is not None else ""
    return Shown(words.say("HALL_STEP_CAPPED"), note, words.fine(step.amount_micro))


def _fee(words: Words, step: Step, told: Told, drawn: bool) -> Shown:
    del drawn
    full = words.fine(told["amount_micro"])
    span = words.say("HALL_SPAN", first=words.day(told["first"]), last=words.day(told["last"]))
    if told["charged"] == "leaving":
        title, note = _leaving(words, told)
    elif told["charged"] == "once":
        title, note = words.say("HALL_FEE_ONCE", full=full), words.say("HALL_FEE_BEGAN", day=words.day(told["first"]))
    elif told["proration"] == "day_price":
        day_price = words.fine(told["day_price_micro"])
        title = words.say("HALL_FEE_DAY_PRICE", day=day_price, full=full)
        note = words.joined([span, words.say("HALL_DAYS", count=told["days"])])
    elif told["proration"] == "by_days" and told["days"] != told["of_days"]:
        title = words.say("HALL_FEE_MONTH", full=full)
        note = words.joined([span, words.say("HALL_DAYS_OF", days=told["days"], of=told["of_days"])])
    elif told["proration"] == "half" and told["half"]:
        title, note = words.say("HALL_FEE_MONTH", full=full), words.joined([span, words.say("HALL_FEE_HALF")])
    else:
        title, note = words.say("HALL_FEE_MONTH", full=full), words.say("HALL_FEE_WHOLE")
    if told["during"]:
        state = words.say(f"HALL_DURING_{told['during'].upper()}")
        days = words.say("HALL_DAYS", count=told["days"]) if told["counted"] else ""
        note = words.joined([note, state, days])
    if told["free"]:
        code = "HALL_FREE_UNTIL" if told["ended_free"] else "HALL_FREE_WAS"
        note = words.joined([note, words.say(code, count=told["free"], day=words.day(told["first"]))])
    return Shown(title, note, words.fine(step.amount_micro))


def _leaving(words: Words, told: Told) -> tuple[str, str]:
    """What a fee on leaving asks, and how much of the term was left."""
    code = {"each_left": "HALL_FEE_LEFT_EACH", "by_term": "HALL_FEE_LEFT_TERM"}.get(
        told["proration"], "HALL_FEE_LEFT_WHOLE"
    )
    title = words.say(code, full=words.fine(told["amount_micro"]), term=told["term"])
    return title, words.say("HALL_FEE_LEFT", day=words.day(told["last"]), left=told["days"], term=told["term"])


def _fee_ahead(words: Words, step: Step, told: Told, drawn: bool) -> Shown:
    del drawn
    title = words.say("HALL_FEE_AHEAD", month=words.month_of(told["from_ms"]))
    return Shown(title, words.say("HALL_FEE_AHEAD_WHY"), words.fine(step.amount_micro))


def _fee_borne(words: Words, step: Step, told: Told, drawn: bool) -> Shown:
    del drawn, told
    return Shown(words.say("HALL_FEE_BORNE"), words.say("HALL_FEE_BORNE_WHY"), words.fine(step.amount_micro))


def _fee_part(words: Words, step: Step, told: Told, drawn: bool) -> Shown:
    del drawn
    title = words.say("HALL_FEE_PART", part=words.name(told["part"]), whole=words.name(told["of"]))
    return Shown(title, words.say("HALL_FEE_PART_WHY"), words.fine(step.amount_micro))


def _paid_by(words: Words, step: Step, told: Told, drawn: bool) -> Shown:
    del drawn
    much = [_how_much(words, one) for one in told["mine"] or told["others"]]
    whole = words.say("HALL_PAID_OF", whole=words.fine(told["whole_micro"]))
    if told["mine"]:
        return Shown(words.say("HALL_PAID_FOR_OTHERS"), words.joined([*much, whole]), words.fine(step.amount_micro))
    accounts = ("、" if words.lang == "zh" else ", ").join(one["account"] for one in told["others"])
    title = words.say("HALL_PAID_BY_OTHERS", account=accounts)
    return Shown(title, words.joined([*much, whole]), words.fine(step.amount_micro))


def _how_much(words: Words, payer: Told) -> str:
    if payer["mode"] == "limit":
        return words.say("HALL_PAYS_LIMIT", limit=words.fine(payer["limit_micro"]))
    if payer["mode"] == "share":
        return words.say("HALL_PAYS_SHARE", rate=percent(payer["rate_ppm"]))
    return words.say("HALL_PAYS_FULL")


def _discount(words: Words, step: Step, told: Told, drawn: bool) -> Shown:
    del drawn
    offer = words.name(told["offer"])
    if told["cap_micro"]:
        title = words.say("HALL_DISCOUNT_CAP", cap=words.fine(told["cap_micro"]))
    elif told["rate_ppm"]:
        title = words.say("HALL_DISCOUNT_RATE", rate=percent(told["rate_ppm"]))
    else:
        title = words.say("HALL_DISCOUNT_AMOUNT", amount=words.fine(told["limit_micro"]))
    base = (
        words.say("HALL_DISCOUNT_BASE", base=words.fine(told["base_micro"])) if told["base_micro"] is not None else ""
    )
    least = (
        words.say("HALL_DISCOUNT_FROM", least=words.fine(told["threshold_micro"])) if told["threshold_micro"] else ""
    )
    bundle = words.say("HALL_DISCOUNT_BUNDLE", offers=words.names(told["requires"])) if told["requires"] else ""
    unit = words.say("HALL_DISCOUNT_UNIT") if told["unit"] else ""
    if told["account"]:
        unit = words.say("HALL_DISCOUNT_ACCOUNT")
    grade = words.say("HALL_DISCOUNT_GRADE") if told["level"] != ("*",) else ""
    cycles = words.say("HALL_DISCOUNT_CYCLES", count=told["cycles"]) if told["cycles"] else ""
    note = words.joined([offer, words.names(told["of_items"]), base, least, bundle, unit, grade, cycles])
    return Shown(title, note, words.fine(step.amount_micro))


def _elsewhere(words: Words, step: Step, told: Told, drawn: bool) -> Shown:
    del drawn, told
    return Shown(words.say("HALL_DISCOUNT_ELSEWHERE"), "", words.fine(step.amount_micro))


def _least(words: Words, step: Step, told: Told, drawn: bool) -> Shown:
    del drawn
    grade = words.say("HALL_DISCOUNT_GRADE") if told["graded"] else ""
    days = words.say("HALL_DAYS_OF", days=told["days"], of=told["of_days"])
    note = words.joined([words.name(told["offer"]), days, grade])
    return Shown(words.say("HALL_STEP_LEAST"), note, words.fine(step.amount_micro))


def _spent(words: Words, step: Step, told: Told, drawn: bool) -> Shown:
    del drawn, told
    return Shown(words.say("HALL_STEP_SPENT"), "", words.fine(step.amount_micro))


def _late(words: Words, step: Step, told: Told, drawn: bool) -> Shown:
    del drawn
    used = words.usage(told["quantity"], told["measure"] or "count") if told["kind"] == "usage" else ""
    title = words.say("HALL_STEP_LATE", month=words.month(told["origin"]))
    note = words.joined([used, words.say("HALL_LATE_WHY", month=words.month(told["origin"]))])
    return Shown(title, note, words.fine(step.amount_micro))


def _corrected(words: Words, step: Step, told: Told, drawn: bool) -> Shown:
    del drawn
    month = words.month(told["origin"])
    code = "HALL_STEP_CORRECTION_BACK" if told["back"] else "HALL_STEP_CORRECTED"
    if told["back"]:
        how = words.say("HALL_CORRECTED_BACK", month=month)
    elif told["edition"]:
        how = words.say("HALL_CORRECTED_BY", month=month, edition=told["edition"])
    else:
        how = words.say("HALL_CORRECTED_OWN", month=month)
    reason = words.known(f"CORRECTION_BECAUSE_{told['reason'].upper()}", told["reason"])
    note = words.joined([reason, how, told["correction"]])
    return Shown(words.say(code, month=month), note, words.fine(step.amount_micro))


def _adjusted(words: Words, step: Step, told: Told, drawn: bool) -> Shown:
    del drawn
    reason = words.known(f"ADJUST_REASON_{told['reason'].upper()}", told["reason"])
    code = "HALL_STEP_REVERSED" if told["reverses"] else "HALL_STEP_ADJUSTED"
    note = words.joined([reason, words.say("HALL_ADJUSTED_AT", at=words.instant(told["made_at"]))])
    return Shown(words.say(code, month=words.month(told["origin"])), note, words.fine(step.amount_micro))


def _as_billed(words: Words, step: Step, told: Told, drawn: bool) -> Shown:
    del drawn, told
    return Shown(words.say("HALL_STEP_AS_BILLED"), words.say("HALL_AS_BILLED_WHY"), words.fine(step.amount_micro))


def _rounded_line(words: Words, step: Step, told: Told, drawn: bool) -> Shown:
    del drawn
    how = words.say(f"HALL_ROUND_{str(told['rounding']).upper()}")
    return Shown(words.say("HALL_STEP_ROUNDED_LINE"), how, words.fine(step.amount_micro))


STEPS: Final[Mapping[str, Callable[[Words, Step, Told, bool], Shown]]] = {
    "USED": _usage_step, "FREE": _free_step, "SET_UP": _set_up_step, "DRAWN": _drawn_step,
    "PRICED": _priced_step, "ROUNDED_USAGE": _rounded_usage, "CAPPED": _capped, "FEE": _fee,
    "FEE_AHEAD": _fee_ahead, "FEE_BORNE": _fee_borne,
    "FEE_PART": _fee_part, "PAID_BY": _paid_by, "DISCOUNT": _discount, "DISCOUNT_ELSEWHERE": _elsewhere,
    "LEAST": _least, "SPENT": _spent, "LATE": _late, "CORRECTED": _corrected, "ADJUSTED": _adjusted,
    "AS_BILLED": _as_billed, "ROUNDED_LINE": _rounded_line,
}  # fmt: skip
