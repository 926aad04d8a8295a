"""One field of an event, and the conditions under which it or a rule applies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from yidian.domains.usage.mapping.nodes import Node, Reading
from yidian.domains.usage.mapping.rows import FieldSpec, Test, When
from yidian.domains.usage.mapping.schema import (
    ALWAYS_REQUIRED,
    EPOCHS,
    QUANTITY_FIELDS,
    ROUNDINGS,
    TEXT_FIELDS,
    UNITS,
)

ONLY_TEXT: Final = ("digits_only", "strip_prefix", "add_prefix", "map", "unmapped")
ONLY_START: Final = ("time", "offset")
ONLY_QUANTITY: Final = ("unit", "scale", "round")
DIRECTIVES: Final = frozenset("YmdHMSfybBpIjz%")
TIME_UNITS: Final = ("s", "ms", "us", "min", "hms")
VOLUME_UNITS: Final = ("B", "KB", "MB", "GB")
BIGGEST_SCALE: Final = 1 << 40

References = list[tuple[str, int]]


def read_field(reading: Reading, name: str, node: Node, references: References) -> FieldSpec:
    """One way to fill field `name`; the columns it names are added to `references`."""
    found = reading.section(node, "field")
    _check_places(reading, name, found)
    if ("const" in found) == ("from" in found):
        reading.fault("MAPPING_FIELD_SOURCE", node.line, field=name)
    sources = reading.texts(found["from"], name) if "from" in found else ()
    references += [(source, found["from"].line) for source in sources]
    offset = reading.text(found["offset"], name) if "offset" in found else ""
    if offset:
        references.append((offset, found["offset"].line))
    return FieldSpec(
        name=name,
        const=_text(reading, name, found, "const"),
        sources=sources,
        when=read_when(reading, found["when"], references) if "when" in found else (),
        default=_text(reading, name, found, "default"),
        required=name in ALWAYS_REQUIRED or _flag(reading, found, "required", False),
        trim=_flag(reading, found, "trim", True),
        digits_only=_flag(reading, found, "digits_only", False),
        strip_prefix=reading.texts(found["strip_prefix"], name) if "strip_prefix" in found else (),
        add_prefix=_text(reading, name, found, "add_prefix") or "",
        table=_table(reading, found),
        refuse_unmapped="unmapped" in found and reading.choice(found["unmapped"], name, ("keep", "refuse")) == "refuse",
        times=_times(reading, name, found),
        offset=offset,
        unit=_unit(reading, name, found),
        scale=reading.whole(found["scale"], name, low=1, high=BIGGEST_SCALE) if "scale" in found else 1,
        rounding=reading.choice(found["round"], name, ROUNDINGS) if "round" in found else "refuse",
    )


def _check_places(reading: Reading, name: str, found: Mapping[str, Node]) -> None:
    groups = ((ONLY_TEXT, TEXT_FIELDS), (ONLY_START, ("start",)), (ONLY_QUANTITY, QUANTITY_FIELDS))
    for options, fields in groups:
        for option in options:
            if option in found and name not in fields:
                reading.fault("MAPPING_OPTION_MISPLACED", found[option].line, field=name, value=option, kind=name)


def _text(reading: Reading, name: str, found: Mapping[str, Node], option: str) -> str | None:
    return reading.text(found[option], name) if option in found else None


def _flag(reading: Reading, found: Mapping[str, Node], option: str, default: bool) -> bool:
    return reading.flag(found[option], option) if option in found else default


def _table(reading: Reading, found: Mapping[str, Node]) -> dict[str, str]:
    if "map" not in found:
        return {}
    return {key: reading.text(value, "map") for key, _, value in reading.pairs(found["map"], "map")}


def _times(reading: Reading, name: str, found: Mapping[str, Node]) -> tuple[str, ...]:
    if name != "start" or "time" not in found:
        return ("iso",)
    times = reading.texts(found["time"], name)
    for text in times:
        if text != "iso" and text not in EPOCHS and not _is_format(text):
            reading.fault("MAPPING_TIME_FORMAT", found["time"].line, field=name, value=text)
    return times


def _is_format(text: str) -> bool:
    """A strptime format of known directives that gives at least year, month and day."""
    used = [after[:1] for after in text.replace("%%", "").split("%")[1:]]
    return set(used) <= DIRECTIVES and len(used) == len(set(used)) and {"Y", "y"} & set(used) != set() and "d" in used


def _unit(reading: Reading, name: str, found: Mapping[str, Node]) -> str:
    allowed = TIME_UNITS if name == "duration" else VOLUME_UNITS if name.startswith("bytes") else ()
    default = allowed[0] if allowed else ""
    if "unit" not in found:
        return default
    if not allowed:
        reading.fault("MAPPING_OPTION_MISPLACED", found["unit"].line, field=name, value="unit", kind=name)
        return default
    assert set(allowed) <= set(UNITS)
    return reading.choice(found["unit"], name, allowed)


def read_when(reading: Reading, node: Node, references: References) -> When:
    """Conditions by column, all of which must hold: a value, a list of values, or tests by name."""
    conditions = []
    for column, line, value in reading.pairs(node, "when"):
        references.append((column, line))
        conditions.append((column, _tests(reading, value)))
    return tuple(conditions)


def _tests(reading: Reading, node: Node) -> tuple[Test, ...]:
    if node.pairs is None:
        return (("in", frozenset(reading.texts(node, "when"))),)
    tests: list[Test] = []
    for name, value in reading.section(node, "test").items():
        if name == "not":
            tests.append(("not_in", frozenset(reading.texts(value, name))))
        elif name == "starts_with":
            tests.append(("starts", reading.texts(value, name)))
        else:
            tests.append(("empty" if reading.flag(value, name) else "filled", frozenset()))
    return tuple(tests)
