"""YAML with line numbers: a mapping file as nodes, and the reading of nodes that collects every fault with its line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import yaml

from yidian.domains.usage.mapping.schema import SECTIONS
from yidian.kernel.faults import BadInput, Fault, Where, refuse

NODES: Final = 20_000
DEPTH: Final = 20
FAULTS: Final = 100
LONGEST_TEXT: Final = 1 << 20
FLAGS: Final = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
PLAIN_TAGS: Final = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "value", "merge", "map", "seq")
)


@dataclass(frozen=True, slots=True)
class Node:
    """One place of a mapping file. Scalars are kept as written: `0086` and `NO` stay themselves."""

    line: int
    text: str | None = None
    items: tuple[Node, ...] | None = None
    pairs: tuple[tuple[str, int, Node], ...] | None = None

    @property
    def shown(self) -> str:
        return self.text if self.text is not None else ("…" if self.items or self.pairs else "")


def parse(*, text: str, file: str) -> Node:
    """The tree of a YAML text; BadInput when it is no YAML, too big, or asks for a type of its own."""
    if len(text) > LONGEST_TEXT:
        raise refuse("MAPPING_TOO_BIG", file=file, limit=LONGEST_TEXT)
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise refuse("MAPPING_NOT_YAML", file=file, line=mark.line + 1 if mark else 0, value=error.problem) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise refuse("MAPPING_NOT_YAML", file=file, value=error) from error
    if root is None:
        raise refuse("MAPPING_EMPTY", file=file)
    return _Tree(file).node(root, 0)


class _Tree:
    def __init__(self, file: str) -> None:
        self._file = file
        self._count = 0

    def node(self, found: yaml.Node, depth: int) -> Node:
        self._count += 1
        line = found.start_mark.line + 1
        if depth > DEPTH or self._count > NODES:  # aliases may point at themselves, or multiply
            raise refuse("MAPPING_TOO_BIG", file=self._file, line=line, limit=NODES)
        if found.tag not in PLAIN_TAGS:
            raise refuse("MAPPING_TAG_FORBIDDEN", file=self._file, line=line, value=found.tag)
        if isinstance(found, yaml.MappingNode):
            pairs = [(self._key(k), k.start_mark.line + 1, self.node(v, depth + 1)) for k, v in found.value]
            return Node(line, pairs=tuple(pairs))
        if isinstance(found, yaml.SequenceNode):
            return Node(line, items=tuple(self.node(v, depth + 1) for v in found.value))
        return Node(line, text=str(found.value))

    def _key(self, found: yaml.Node) -> str:
        if not isinstance(found, yaml.ScalarNode):
            raise refuse("MAPPING_NOT_YAML", file=self._file, line=found.start_mark.line + 1)
        return str(found.value)


class Reading:
    """Reads nodes as texts, numbers, flags, sections; notes what is wrong and goes on, so that all is told at once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def fault(self, code: str, line: int, *, field: str = "", value: str = "", **params: str | int) -> None:
        if len(self.faults) < FAULTS:
            self.faults.append(Fault(code, Where(file=self.file, line=line, column=field), value[:200], params))

    def finish(self) -> None:
        if self.faults:
            raise BadInput(self.faults)

    def section(self, node: Node, name: str) -> Mapping[str, Node]:
        """The options of one section of the schema; unknown, repeated and missing ones are faults."""
        options = SECTIONS[name]
        found: dict[str, Node] = {}
        for key, line, value in self.pairs(node, name):
            if key not in options:
                self.fault("MAPPING_FIELD_UNKNOWN", line, field=name, value=key, known=", ".join(options))
            else:
                found[key] = value
        for key, option in options.items():
            if option.required and key not in found:
                self.fault("MAPPING_FIELD_MISSING", node.line, field=name, value=key)
        return found

    def pairs(self, node: Node, field: str) -> Iterable[tuple[str, int, Node]]:
        """Names and values of a mapping node; a name given twice is a fault and counts once."""
        if node.pairs is None:
            self.fault("MAPPING_VALUE_WRONG", node.line, field=field, value=node.shown, wanted="name: value")
            return ()
        seen: dict[str, tuple[str, int, Node]] = {}
        for key, line, value in node.pairs:
            if key in seen:
                self.fault("MAPPING_FIELD_TWICE", line, field=field, value=key)
            seen.setdefault(key, (key, line, value))
        return seen.values()

    def text(self, node: Node, field: str) -> str:
        if node.text is None:
            self.fault("MAPPING_VALUE_WRONG", node.line, field=field, value=node.shown, wanted="text")
        return node.text or ""

    def texts(self, node: Node, field: str) -> tuple[str, ...]:
        """One text, or a list of them."""
        if node.items is None:
            return (self.text(node, field),)
        return tuple(self.text(item, field) for item in node.items)

    def whole(self, node: Node, field: str, *, low: int, high: int) -> int:
        written = self.text(node, field).replace("_", "")
        if written.isascii() and written.isdecimal() and len(written) < 20 and low <= int(written) <= high:
            return int(written)
        self.fault("MAPPING_VALUE_WRONG", node.line, field=field, value=node.shown, wanted=f"{low} … {high}")
        return low

    def flag(self, node: Node, field: str) -> bool:
        written = self.text(node, field).lower()
        if written not in FLAGS:
            self.fault("MAPPING_VALUE_WRONG", node.line, field=field, value=node.shown, wanted="yes, no")
        return FLAGS.get(written, False)

    def choice(self, node: Node, field: str, options: Iterable[str]) -> str:
        allowed = tuple(options)
        written = self.text(node, field)
        if written in allowed:
            return written
        self.fault("MAPPING_VALUE_WRONG", node.line, field=field, value=node.shown, wanted=", ".join(allowed))
        return allowed[0]
