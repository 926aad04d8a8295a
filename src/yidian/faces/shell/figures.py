"""Money, instants, months, numbers and usage as people read them, in Chinese and in English (ux: tables and formats).

Integers in, text out; nothing is rounded but quantities of data, and those down, to hundredths.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from yidian.kernel.calendar import from_ms
from yidian.kernel.money import currency, format_micro, format_minor

MINUS: Final = "\N{MINUS SIGN}"
NONE: Final = "—"
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DAYS: Final = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
SIZES: Final = ((1 << 40, "TB"), (1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB"))
SIGNS: Final = {"CNY": "¥"}


def money(amount_minor: int, code: str) -> str:
    """Minor units with their sign: −¥1,234.56, −USD 1,234.56."""
    sign = SIGNS.get(code, f"{code}\N{NO-BREAK SPACE}")
    text = grouped(format_minor(abs(amount_minor), currency(code)))
    return f"{MINUS if amount_minor < 0 else ''}{sign}{text}"


def figure(amount_minor: int, code: str) -> str:
    """Minor units for a column whose head names the currency: −1,234.56."""
    return f"{MINUS if amount_minor < 0 else ''}{grouped(format_minor(abs(amount_minor), currency(code)))}"


def fine(amount_micro: int, code: str) -> str:
    """Micro-units to the last digit that is not zero: ¥0.15, ¥0.000031."""
    sign = SIGNS.get(code, f"{code}\N{NO-BREAK SPACE}")
    text = grouped(format_micro(abs(amount_micro), at_least=currency(code).minor_digits))
    return f"{MINUS if amount_micro < 0 else ''}{sign}{text}"


def grouped(text: str) -> str:
    """Digits before the point in threes."""
    whole, point, places = text.partition(".")
    return f"{int(whole):,}{point}{places}"


def count(number: int) -> str:
    return f"{MINUS if number < 0 else ''}{abs(number):,}"


def local(at: datetime | int, zone: str) -> datetime:
    """An instant (aware, or UTC ms) on the operator's wall clock."""
    moment = from_ms(at) if isinstance(at, int) else at
    return moment.astimezone(ZoneInfo(zone))


def instant(at: datetime | int, *, lang: str, zone: str, now: datetime, seconds: bool = False) -> str:
    """11-20 14:32 · 20 Nov 14:32; with the year where it is another one."""
    wall = local(at, zone)
    clock = f"{wall:%H:%M:%S}" if seconds else f"{wall:%H:%M}"
    this_year = wall.year == local(now, zone).year
    if lang == "zh":
        return f"{wall:%m-%d} {clock}" if this_year else f"{wall:%Y-%m-%d} {clock}"
    named = f"{wall.day} {MONTHS[wall.month - 1]}"
    return f"{named} {clock}" if this_year else f"{named} {wall.year}, {clock}"


def clock(at: datetime | int, *, zone: str) -> str:
    """14:32."""
    return f"{local(at, zone):%H:%M}"


def day(on: date, *, lang: str, today: date, weekday: bool = False) -> str:
    """11 月 24 日(周二) · Tue 24 Nov; with the year where it is another one."""
    on = on.date() if isinstance(on, datetime) else on
    other_year = on.year != today.year
    if lang == "zh":
        text = f"{f'{on.year} 年 ' if other_year else ''}{on.month} 月 {on.day} 日"
        return f"{text}（周{DAYS['zh'][on.weekday()]}）" if weekday else text
    text = f"{on.day} {MONTHS[on.month - 1]}{f' {on.year}' if other_year else ''}"
    return f"{DAYS['en'][on.weekday()]} {text}" if weekday else text


def month(cycle: str, *, lang: str, short: bool = False) -> str:
    """The name of a monthly cycle as people say it: 2026 年 10 月 · October 2026; another name stays as it is."""
    year, _, number = cycle.partition("-")
    if not (len(cycle) == 7 and year.isdigit() and number.isdigit() and 1 <= int(number) <= 12):
        return cycle
    if lang == "zh":
        return f"{int(number)} 月" if short else f"{year} 年 {int(number)} 月"
    return MONTHS[int(number) - 1] if short else f"{LONG_MONTHS[int(number) - 1]} {year}"


def usage(quantity: int, measure: str, *, lang: str) -> str:
    """Seconds as minutes and seconds, bytes in their largest unit with two places at most (cut), events."""
    sign, size = (MINUS, -quantity) if quantity < 0 else ("", quantity)
    if measure == "duration":
        return sign + _duration(size, lang)
    if measure == "volume":
        return sign + _volume(size)
    return f"{sign}{size:,}{' 次' if lang == 'zh' else ''}"


def _duration(seconds: int, lang: str) -> str:
    minutes, rest = divmod(seconds, 60)
    names = ("分钟", "分", "秒") if lang == "zh" else ("min", "min", "s")
    if not rest:
        return f"{minutes:,} {names[0]}"
    return f"{minutes:,} {names[1]} {rest} {names[2]}" if minutes else f"{rest} {names[2]}"


def _volume(size: int) -> str:
    unit, name = next((pair for pair in SIZES if size >= pair[0]), (1, "B"))
    hundredths = size * 100 // unit
    places = f"{hundredths % 100:02}".rstrip("0")
    return f"{hundredths // 100:,}{'.' if places else ''}{places} {name}"


def masked(text: str, *, head: int = 4, tail: int = 4) -> str:
    """4501**********2231; what is short is hidden whole but its last."""
    if len(text) <= head + tail:
        return "*" * (len(text) - 1) + text[-1:] if text else ""
    return text[:head] + "*" * (len(text) - head - tail) + text[-tail:]


def telephone(number: str) -> list[str]:
    """Groups of a number as people read it: 3-4-4 of a mobile one, of a fixed one its area first, fours of others."""
    if number.isdigit() and (len(number) == 11 or (len(number) == 12 and number[0] == "0")):
        area = 4 if number[0] == "0" and number[1] not in "12" else 3  # 010 and 02x: the large cities
        return [number[:area], number[area:-4], number[-4:]]
    if number.isdigit() and len(number) > 8:
        return [number[at : at + 4] for at in range(0, len(number), 4)]
    return [number]


def share(part: int, whole: int) -> str:
    """14.8%, cut at one place; — of nothing."""
    if not whole:
        return NONE
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10}%"
