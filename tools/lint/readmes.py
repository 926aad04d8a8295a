"""A README at each domain's door, with the same headings everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final

from tools.lint.source import File, Finding

RULE: Final = "every domain tells at its door what it owns, its words, its times, its invariants, how it fails"
DOMAINS: Final = "src/yidian/domains"
HEADINGS: Final = (
    "Owns",
    "Does not own",
    "Words",
    "What each time means",
    "Invariants",
    "What failure looks like",
)
WHOLE: Final = "# usage\n" + "".join(f"## {heading}\ntext\n" for heading in HEADINGS)
GOOD = [(f"{DOMAINS}/usage/README.md", WHOLE), (f"{DOMAINS}/__init__.py", "")]
BAD = [
    (f"{DOMAINS}/usage/models.py", ""),
    (f"{DOMAINS}/usage/README.md", WHOLE.replace("## Invariants", "## Laws")),
    (f"{DOMAINS}/usage/README.md", ""),
]


def check(files: Sequence[File]) -> Iterator[Finding]:
    texts = {file.path: file.text for file in files if file.within(DOMAINS)}
    rooms = {PurePosixPath(path).parts[3] for path in texts if len(PurePosixPath(path).parts) > 4}
    for room in sorted(rooms):
        path = f"{DOMAINS}/{room}/README.md"
        if path not in texts:
            yield Finding(path, 1, "the domain has no README.md")
            continue
        for heading in HEADINGS:
            if not re.search(rf"^(#+ *|\*\*){heading}\b", texts[path], re.IGNORECASE | re.MULTILINE):
                yield Finding(path, 1, f"lacks `## {heading}` (or a paragraph that begins **{heading}**)")
