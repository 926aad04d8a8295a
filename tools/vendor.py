"""Brings the files of others that our pages serve, from their npm packages, and holds them to the hashes written here.

`make vendor` needs npm and the network; nothing else does: the files are part of the repository, with their licences.
Icons: only those that a template or a view names, as path data in faces/shell/icons.toml.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).parents[1]
SHELL: Final = REPOSITORY / "src/yidian/faces/shell"
VENDOR: Final = SHELL / "static/yidian/vendor"
AXE: Final = REPOSITORY / "tests/browser"
PACKAGES: Final = {
    "@tabler/core@1.6.1": (VENDOR, {"dist/css/tabler.min.css": "tabler.min.css"}),
    "htmx.org@4.0.1": (VENDOR, {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "htmx.LICENSE"}),
    "echarts@6.1.0": (
        VENDOR,
        {
            "dist/echarts.common.min.js": "echarts.common.min.js",
            "LICENSE": "echarts.LICENSE",
            "NOTICE": "echarts.NOTICE",
        },
    ),
    "axe-core@4.14.1": (AXE, {"axe.min.js": "axe.min.js", "LICENSE": "axe.LICENSE"}),
}
ICONS: Final = "@tabler/icons@3.51.0"  # its licence is that of the stylesheet too, whose package brings none
LIST: Final = VENDOR / "VENDOR.toml"
NAMED: Final = re.compile(r"""\{%\s*icon\s+"([a-z0-9-]+)"|Entry\("[A-Z_]+", "([a-z0-9-]+)\"""")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        hashes = {}
        for package, (target, wanted) in PACKAGES.items():
            archive = _archive(package, Path(folder))
            target.mkdir(parents=True, exist_ok=True)
            for inside, name in wanted.items():
                data = _member(archive, f"package/{inside}")
                (target / name).write_bytes(data)
                hashes[(target / name).relative_to(REPOSITORY).as_posix()] = (package, hashlib.sha256(data).hexdigest())
        drawn = _archive(ICONS, Path(folder))
        (VENDOR / "tabler.LICENSE").write_bytes(_member(drawn, "package/LICENSE"))
        _icons(drawn)
    lines = ["# Files of others, as they came. Written by tools/vendor.py, checked by the tests.", ""]
    lines += [f'[files."{path}"]\npackage = "{package}"\nsha256 = "{sha}"\n' for path, (package, sha) in hashes.items()]
    LIST.write_text("\n".join(lines), encoding="utf-8")
    print(f"vendor: {len(hashes)} files, {len(names_used())} icons")
    return 0


def names_used() -> list[str]:
    """Icons that templates and views name."""
    found = set()
    for pattern in ("*.html", "*.py"):
        for path in (REPOSITORY / "src/yidian/faces").rglob(pattern):
            found |= {one or other for one, other in NAMED.findall(path.read_text(encoding="utf-8"))}
    return sorted(found)


def wrong_files() -> list[str]:
    """Vendored files that are not as they came."""
    told = tomllib.loads(LIST.read_text(encoding="utf-8"))["files"]
    return [p for p, row in told.items() if hashlib.sha256((REPOSITORY / p).read_bytes()).hexdigest() != row["sha256"]]


def _archive(package: str, folder: Path) -> tarfile.TarFile:
    command = ["npm", "pack", package, "--json", "--pack-destination", str(folder)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return tarfile.open(folder / json.loads(told)[0]["filename"])


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    if file is None:
        raise SystemExit(f"vendor: no {name} in its package")
    return file.read()


def _icons(archive: tarfile.TarFile) -> None:
    lines = [
        "# Path data of Tabler's outline icons (MIT), those that pages name. Written by tools/vendor.py.",
        "[icons]",
    ]
    for name in names_used():
        svg = _member(archive, f"package/icons/outline/{name}.svg").decode()
        inner = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.S)
        if inner is None:
            raise SystemExit(f"vendor: {name} is no icon")
        drawn = re.sub(r'<path stroke="none"[^>]*/>', "", inner.group(1))
        plain = " ".join(drawn.split()).replace('"', "'")
        lines.append(f"{name} = {json.dumps(plain)}")
    (SHELL / "icons.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
