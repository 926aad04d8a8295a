"""What a rule looks at: the files of the repository, parsed once, and names as they were imported."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import NamedTuple


class Finding(NamedTuple):
    path: str
    line: int
    what: str


@dataclass(frozen=True)
class File:
    """A tracked text file; `path` is relative to the repository, with slashes."""

    path: str
    text: str

    @property
    def is_python(self) -> bool:
        return self.path.endswith(".py")

    def within(self, *rooms: str) -> bool:
        """Whether the file is one of `rooms` (paths of files or folders)."""
        here = PurePosixPath(self.path)
        return any(here.is_relative_to(room) for room in rooms)

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, filename=self.path)

    @cached_property
    def imports(self) -> dict[str, str]:
        """Local name → full dotted name, of every import anywhere in the file."""
        names: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    whole = alias.name if alias.asname else alias.name.partition(".")[0]
                    names[alias.asname or whole] = whole
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        return names

    def name_of(self, node: ast.expr) -> str:
        """`dt.now` → `datetime.datetime.now` after `from datetime import datetime as dt`; "" for what is no name."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return ""
        return ".".join([self.imports.get(node.id, node.id), *reversed(parts)])

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))


def python_files(files: Sequence[File], *rooms: str) -> Iterator[File]:
    """The Python files in `rooms`, without migrations."""
    return (f for f in files if f.is_python and f.within(*rooms) and "/migrations/" not in f.path)


def files_of(repository: Path) -> list[File]:
    """Every text file that is tracked or could be added; a file that is no UTF-8 text is left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=repository,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    found = []
    for path in sorted(filter(None, listed.split("\0"))):
        try:
            found.append(File(path, (repository / path).read_text(encoding="utf-8")))
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
    return found
