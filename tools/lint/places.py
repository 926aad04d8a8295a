"""No address of a package registry, no folder of one machine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from tools.lint.source import File, Finding

RULE: Final = "where packages come from and where a checkout lies is the machine's affair: not in the repository"
REGISTRY: Final = re.compile(
    r"https?://[^\s/\"']*(?:pypi|pythonhosted|npmjs|yarnpkg|crates\.io|(?:^|[./])mirrors?\.|simple-index)[^\s]*"
    r"|(?<!no-emit-)(?<!emit-)(?:--|\b)(?:extra-)?index-url\s*[=:]?\s*[\"']?https?:"
    r"|--find[-]links\b",
    re.IGNORECASE,
)
MACHINE: Final = re.compile(r"(?<![\w./~})-])/(?:work|root|Users|home/[a-z])[/\w.-]*|(?<![\w.])/opt/[a-z]")
GOOD = [
    ("tools/lock.sh", "uv pip compile --no-emit-index" + "-url --no-emit-find" + "-links"),
    ("README.md", "see https://www.tmforum.org/open-apis and ../shared/data, in /tmp/shop"),
    ("README.md", "yidian init home/work or ~/work"),
    ("tests/a.py", 'client.get("/homepage")'),
]
BAD = [
    ("requirements/runtime.txt", "--index" + "-url https:" + "//example.org/simple"),
    ("requirements/runtime.txt", "a @ https:" + "//files.python" + "hosted.org/a.whl"),
    ("tools/install.sh", "pip install --find" + "-links x"),
    ("docs/START.md", "cd /wo" + "rk/main"),
    ("tests/a.py", 'open("/ro' + 'ot/a")'),
    ("tests/a.py", 'open("/ho' + 'me/zhang/a")'),
]


def check(files: Sequence[File]) -> Iterator[Finding]:
    for file in files:
        if file.path == "LICENSE":
            continue
        for number, line in enumerate(file.text.splitlines(), 1):
            if found := REGISTRY.search(line):
                yield Finding(file.path, number, f"an address of packages: {found[0][:60]}")
            if found := MACHINE.search(line):
                yield Finding(file.path, number, f"a folder of one machine: {found[0]}")
