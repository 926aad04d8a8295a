"""The home page in words: what is left with its forecast, and what concerns the customer."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from yidian.faces.shell.words import Words
from yidian.kernel.calendar import local_date
from yidian.runs.explain.types import BookSum, Concern, Home, Left


@dataclass(frozen=True, slots=True)
class LeftShown:
    """`used`, `projected`: tenths of a percent of what was granted, for the bar."""

    title: str
    left: str
    granted: str
    note: str  # a code, with its parameters beside it: its words are HTML
    told: dict[str, str]
    sub: str
    used: int
    projected: int
    short: bool


@dataclass(frozen=True, slots=True)
class ConcernShown:
    title: str
    note: str
    account: str
    cycle: str


def left_words(words: Words, left: Left) -> LeftShown:
    """One allowance: how much is left, and what that means for the rest of the month."""
    used = words.usage(left.drawn, left.measure)
    short = left.emptied_ms is not None or left.out_ms is not None
    shared = words.say("HALL_SHARED", count=left.shared) if left.shared > 1 else ""
    items = words.names(left.items) if len(left.items) > 1 else ""
    return LeftShown(
        title=words.joined([words.say(f"HALL_LEFT_{left.measure.upper()}"), _of_day(words, left), left.hours]),
        left=words.usage(left.left, left.measure), granted=words.usage(left.granted, left.measure),
        note=_forecast(left), told={"used": used} | _params(words, left),
        sub=words.joined([words.name(left.offer), items, shared]),
        used=_tenths(left.drawn, left.granted),
        projected=_tenths(left.projected if left.projected is not None else left.drawn, left.granted), short=short,
    )  # fmt: skip


def _of_day(words: Words, left: Left) -> str:
    if left.day_ms is None:
        return ""
    return words.say("HALL_LEFT_DAY", day=words.day(local_date(left.day_ms, words.zone)))


def _forecast(left: Left) -> str:
    if left.emptied_ms is not None:
        return "HALL_LEFT_EMPTY"
    if left.day_ms is not None:
        return "HALL_LEFT_TODAY"
    if left.projected is None:
        return "HALL_LEFT_NO_PACE"
    return "HALL_LEFT_RUNS_OUT" if left.out_ms is not None else "HALL_LEFT_ENOUGH"


def _params(words: Words, left: Left) -> dict[str, str]:
    rest = max(left.granted - (left.projected or 0), 0)
    return {
        "at": words.instant(left.emptied_ms) if left.emptied_ms is not None else "",
        "day": words.day(left.out_ms) if left.out_ms is not None else "",
        "rest": words.usage(_about(rest), left.measure),
    }


def _about(quantity: int) -> int:
    """An estimate needs no more than two digits."""
    size: int = 10 ** max(len(str(quantity)) - 2, 0)
    return int(quantity // size * size)


def _tenths(part: int, whole: int) -> int:
    return min(max(part, 0), whole) * 1000 // whole if whole else 0


def concern_words(words: Words, one: Concern) -> ConcernShown:
    """A concern in one sentence and its note."""
    told = dict(one.told)
    params: dict[str, object] = {}
    for name, value in told.items():
        if name == "amount_minor":
            params["amount"] = words.money(int(str(value)))
        elif name in ("since", "until"):
            params[name] = words.day(value)  # type: ignore[arg-type]
        elif name in ("until_ms", "emptied_ms"):
            params[name] = words.day(local_date(int(str(value)), words.zone))
        elif name == "at_ms":
            params["at"] = words.instant(int(str(value)))
        elif name == "purpose":
            params["purpose"] = words.known(f"PURPOSE_{str(value).upper()}", "PURPOSE_ORIGINAL")
        elif name == "cycle":
            params["month"] = words.month(str(value))
        elif name == "measure":
            params["what"] = words.say(f"HALL_LEFT_{str(value).upper()}")
        elif name == "quantity":
            params["quantity"] = words.usage(*value)  # type: ignore[misc]
        elif name == "offer":
            params["offer"] = words.name(value)  # type: ignore[arg-type]
        else:
            params[name] = value
    title, note = f"HALL_CONCERN_{one.code}", f"HALL_CONCERN_{one.code}_NOTE"
    return ConcernShown(words.say(title, **params), words.say(note, **params), one.account, one.cycle)


def book_words(words: Words, book: BookSum) -> tuple[str, int]:
    """What a kind of book is called, and what it holds."""
    name = "HALL_BOOK_OWN" if book.principal and book.type == "general" else f"HALL_BOOK_{book.type.upper()}"
    return words.known(name, "HALL_BOOK_GIFT"), book.balance_minor


def offers_of(words: Words, home: Home) -> list[str]:
    """What is held now; packs of one kind that are held together once, with their number."""
    count = Counter(words.name(one) for one in home.offers)
    return [name if many == 1 else f"{name} × {many}" for name, many in count.items()]
