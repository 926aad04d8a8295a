"""Words and figures in the reader's language. All read `lang`, `tenant`, `now` of the page's context."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from yidian.faces.shell import figures
from yidian.faces.shell.asked import new_key
from yidian.faces.shell.icons import drawing
from yidian.kernel.calendar import local_date, to_ms
from yidian.platform.wording import entries, remedy, text

register = template.Library()


@register.simple_tag(takes_context=True)
def say(context: Mapping[str, Any], code: str, **params: object) -> str:
    """The words of a code. `count=1` takes `en_one` where the code has one. Parameters are escaped."""
    return sentence(code, context["lang"], params)


def sentence(code: str, lang: str, params: Mapping[str, object]) -> SafeString:
    """Words as HTML: ours as they stand (they may hold <b>), parameters escaped."""
    safe = {name: _safe(value) for name, value in params.items()}
    one = f"{lang}_one"
    if str(params.get("count")) == "1" and one in entries().get(code, {}):
        return mark_safe(entries()[code][one].format_map(safe))  # our own words, escaped parameters
    return mark_safe(text(code, lang, **safe))


def _safe(value: Any) -> str:
    return conditional_escape(figures.NONE if value is None else value)


@register.simple_tag(takes_context=True)
def fault_words(context: Mapping[str, Any], code: str, params: Mapping[str, object]) -> str:
    """The words of a code whose parameters come as a mapping; empty where the code has none."""
    return sentence(code, context["lang"], params) if code in entries() else ""


@register.simple_tag(takes_context=True)
def words(context: Mapping[str, Any], prefix: str, value: object) -> str:
    """The words of a code made of a prefix and a value (`{% words "CYCLE_STATE_" state %}`); else the value."""
    code = f"{prefix}{value}".upper().replace(".", "_").replace("-", "_")
    return sentence(code, context["lang"], {}) if code in entries() else conditional_escape(str(value))


@register.simple_tag(takes_context=True)
def named(context: Mapping[str, Any], names: Mapping[str, Any] | str, code: str) -> str:
    """What a code is called: `names` has a word for it, or one in Chinese and one in English; else the code."""
    found = names.get(code) if isinstance(names, Mapping) else None
    if isinstance(found, tuple):
        found = found[context["lang"] == "en"] or found[0] or found[1]
    return conditional_escape(found or code)


@register.simple_tag(takes_context=True)
def person_name(context: Mapping[str, Any], names: Mapping[str, str] | str, actor: str) -> str:
    """Somebody who did something ("staff/zhang", "system/console:root"), by name, else by login."""
    login = actor.partition("/")[2] or actor
    if login.startswith("console:"):
        return sentence("WHO_CONSOLE", context["lang"], {"who": login.removeprefix("console:")})
    return conditional_escape(names.get(login, login) if isinstance(names, Mapping) else login)


@register.simple_tag(takes_context=True)
def remedy_words(context: Mapping[str, Any], code: str) -> str:
    """What the reader can do about a code; empty where its room gives no advice."""
    return conditional_escape(remedy(code, context["lang"]))


@register.simple_tag(takes_context=True)
def change(context: Mapping[str, Any], amount_minor: int | None) -> str:
    """A difference for a column: +1,083.50, −25.00."""
    if amount_minor is None:
        return figures.NONE
    return ("+" if amount_minor > 0 else "") + figures.figure(amount_minor, context["tenant"].currency)


@register.simple_tag
def tenths(number: int | None) -> str:
    """A change in tenths of a percent: +14.8."""
    if number is None:
        return figures.NONE
    sign = "+" if number > 0 else figures.MINUS if number < 0 else ""
    return f"{sign}{abs(number) // 10}.{abs(number) % 10}"


@register.simple_tag(takes_context=True)
def money(context: Mapping[str, Any], amount_minor: int | None, code: str = "") -> str:
    """<data class=y-money>¥1,234.56</data>; — where it is not known."""
    if amount_minor is None:
        return figures.NONE
    told = figures.money(amount_minor, code or context["tenant"].currency)
    return format_html('<data class="y-money" value="{}">{}</data>', amount_minor, told)


@register.simple_tag(takes_context=True)
def money_big(context: Mapping[str, Any], amount_minor: int) -> str:
    """The one big figure of a page: sign and 分 small."""
    told = figures.money(amount_minor, context["tenant"].currency)
    at = next((n for n, letter in enumerate(told) if letter.isdigit()), 0)
    whole, point, places = told[at:].partition(".")
    return format_html(
        '<data class="y-money-big" value="{}"><small class="y-cur">{}</small>{}<small>{}</small></data>',
        amount_minor, told[:at], whole, point + places,
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def figure(context: Mapping[str, Any], amount_minor: int | None) -> str:
    """1,234.56 for a column whose head names the currency."""
    return figures.NONE if amount_minor is None else figures.figure(amount_minor, context["tenant"].currency)


@register.simple_tag(takes_context=True)
def fine(context: Mapping[str, Any], amount_micro: int | None) -> str:
    """¥0.000031 of micro-units: prices and rated amounts."""
    return figures.NONE if amount_micro is None else figures.fine(amount_micro, context["tenant"].currency)


@register.simple_tag(takes_context=True)
def instant(context: Mapping[str, Any], at: datetime | int | None, seconds: bool = False) -> str:
    if at is None:
        return figures.NONE
    zone = context["tenant"].zone
    return figures.instant(at, lang=context["lang"], zone=zone, now=context["now"], seconds=seconds)


@register.simple_tag(takes_context=True)
def day(context: Mapping[str, Any], on: date | datetime | int | None, weekday: bool = False) -> str:
    """A local day; of an instant the day on the operator's calendar."""
    if on is None:
        return figures.NONE
    zone = context["tenant"].zone
    if isinstance(on, int):
        on = local_date(on, zone)
    elif isinstance(on, datetime):
        on = local_date(to_ms(on), zone)
    return figures.day(on, lang=context["lang"], today=local_date(to_ms(context["now"]), zone), weekday=weekday)


@register.simple_tag(takes_context=True)
def month(context: Mapping[str, Any], cycle: str, short: bool = False) -> str:
    return figures.month(cycle, lang=context["lang"], short=short)


@register.simple_tag(takes_context=True)
def usage(context: Mapping[str, Any], quantity: int | None, measure: str) -> str:
    return figures.NONE if quantity is None else figures.usage(quantity, measure, lang=context["lang"])


def _named(prefix: str) -> Callable[[Mapping[str, Any], str], str]:
    """A tag that names a code of ours (`data.export` → DATA_EXPORT) in words; a code without words names itself."""

    def name(context: Mapping[str, Any], code: str) -> str:
        words = f"{prefix}_{code.upper().replace('.', '_')}"
        return text(words, context["lang"]) if words in entries() else code

    return name


for tag, prefix in (
    ("role_name", "ROLE_IS"), ("action_name", "ACTION_IS"), ("reach_name", "REACH_IS"), ("tree_name", "TREE_IS"),
    ("document_kind", "DOCUMENT"), ("number_kind", "NUMBER_KIND"), ("receipt_state", "RECEIPT_STATE"),
    ("change_kind", "BOOK_CHANGE"), ("operation_words", "DID"), ("purpose_words", "PURPOSE"),
    ("group_words", "BILL_GROUP"),
):  # fmt: skip
    register.simple_tag(_named(prefix), takes_context=True, name=tag)


@register.simple_tag(takes_context=True)
def called(context: Mapping[str, Any], thing: Any) -> str:
    """What the tariff calls something in the reader's language (`zh`, `en`), else its `code` or `what`."""
    return str(getattr(thing, context["lang"]) or getattr(thing, "code", "") or getattr(thing, "what", ""))


@register.simple_tag(takes_context=True)
def line_name(context: Mapping[str, Any], line: Any) -> str:
    """A line of a bill in a few words: what, of what, and the offer that it comes from."""
    item, of_item, offer = (called(context, one) for one in (line.item, line.of_item, line.offer))
    told = f"{item} ({of_item})" if item and of_item else item or of_item
    kind = f"LINE_KIND_{line.kind.upper()}"
    own = text(kind, context["lang"]) if kind in entries() else ""
    return " · ".join(part for part in (own, told, offer) if part) or line.kind


@register.simple_tag(takes_context=True)
def span_words(context: Mapping[str, Any], had: Any) -> str:
    """From when until when something was had: `from_ms`, `end_ms` (None: still)."""
    begin = day(context, had.from_ms)
    if had.end_ms is None:
        return sentence("SPAN_SINCE", context["lang"], {"begin": begin})
    return sentence("SPAN_BETWEEN", context["lang"], {"begin": begin, "end": day(context, had.end_ms)})


@register.filter
def count(number: int | None) -> str:
    return figures.NONE if number is None else figures.count(number)


@register.filter
def masked(value: str) -> str:
    return figures.masked(value)


@register.filter
def tel(number: str) -> str:
    """3-4-4 with gaps that are not copied."""
    groups = format_html_join("", "<b>{}</b>", ((part,) for part in figures.telephone(number)))
    return format_html('<span class="y-tel">{}</span>', groups)


@register.simple_tag
def icon(name: str, label: str = "") -> str:
    """An icon of Tabler inline; with `label` it speaks, else it is silent."""
    if label:
        return format_html(
            '<svg class="y-ic" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>', label, drawing(name)
        )
    return format_html(
        '<svg class="y-ic" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>', drawing(name)
    )


@register.simple_tag(takes_context=True)
def key(context: Mapping[str, Any]) -> str:
    """The hidden key of a form: the one it was sent with, where it is shown again."""
    typed = context.get("typed") or {}
    return format_html('<input type="hidden" name="key" value="{}">', typed.get("key") or new_key())


@register.simple_tag(takes_context=True)
def fault_of(context: Mapping[str, Any], name: str) -> str:
    """What is wrong with a field of a form that was refused; empty where nothing is."""
    for field, code, params in context.get("faults") or ():
        if field == name:
            return sentence(code, context["lang"], params)
    return ""


@register.simple_tag(takes_context=True)
def typed(context: Mapping[str, Any], name: str, otherwise: object = "") -> object:
    """What stood in a field when the form was refused, else the given."""
    return (context.get("typed") or {}).get(name, otherwise)


@register.simple_tag(takes_context=True)
def bar(context: Mapping[str, Any], part: int, whole: int, kind: str = "") -> str:
    """How much of a whole, as a bar that says nothing by itself: words stand beside it."""
    del context
    width = 0 if whole <= 0 else min(max(part, 0), whole) * 1000 // whole
    return format_html(
        '<svg class="y-bar y-bar-lg" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" '
        'focusable="false"><rect class="bg" width="100" height="6"/>'
        '<rect class="fg {}" width="{}.{}" height="6"/></svg>',
        kind, width // 10, width % 10,
    )  # fmt: skip


@register.simple_tag(takes_context=True)
def share(context: Mapping[str, Any], part: int, whole: int) -> str:
    del context
    return figures.share(part, whole)


@register.simple_tag(takes_context=True)
def other_language(context: Mapping[str, Any]) -> str:
    """This page's address in the other language."""
    query = context["request"].GET.copy()
    query["lang"] = "en" if context["lang"] == "zh" else "zh"
    return f"{context['request'].path}?{query.urlencode()}"
