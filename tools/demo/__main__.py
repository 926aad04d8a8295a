"""`make demo`: a small operator's month from files to bills, by the command line alone, each command echoed."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

from tools.demo.files import REPOSITORY, write_files
from tools.demo.terminal import Stopped, Terminal, language
from tools.demo.walk import Walk


def main() -> int:
    args = _arguments()
    folder = args.folder.resolve()
    keep = args.keep and (folder / "customers.csv").is_file()
    if not keep:
        _remove(folder)
        counts = write_files(folder)
    else:
        counts = {}
        shutil.rmtree(folder / "shop", ignore_errors=True)
        shutil.rmtree(folder / "out", ignore_errors=True)
    (folder / "out").mkdir()
    terminal = Terminal(lang=language(args.lang), folder=folder)
    began = time.perf_counter()
    walk = Walk(terminal=terminal, folder=folder, threads=args.threads)
    try:
        walk.all(counts)
    except Stopped as stopped:
        terminal.stop(stopped)
    walk.last_words(round((time.perf_counter() - began) * 1000))
    return 0 if walk.law_holds else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.demo", description=__doc__)
    parser.add_argument(
        "--keep", action="store_true", help="use the files as they are there; only the installation is made anew"
    )
    parser.add_argument("--folder", type=Path, default=REPOSITORY / "demo", help="where (default: demo/)")
    parser.add_argument("--threads", type=int, default=0, help="threads of a run; 0: one per core")
    parser.add_argument("--lang", choices=("en", "zh"), help="default: YIDIAN_LANG, else LANG")
    return parser.parse_args()


def _remove(folder: Path) -> None:
    """Only a folder that this command made is removed: it has our .gitignore and customers in it."""
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not ((folder / ".gitignore").is_file() and (folder / "mappings").is_dir()):
        print(f"{folder} is not a folder of this demonstration; name another with --folder", file=sys.stderr)
        raise SystemExit(2)
    shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
