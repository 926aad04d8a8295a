"""`make demo`: three months of a small operator, from files to its books, by the command line, each command echoed."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

from tools.demo.life import TODAY, Life
from tools.demo.pages import remember, serve
from tools.demo.terminal import Stopped, Terminal, language
from tools.operator import Size, world
from tools.operator.files import REPOSITORY, write_files
from tools.operator.present import write_present


def main() -> int:
    args = _arguments()
    folder = args.folder.resolve()
    one = world(args.seed, Size(args.subscribers, args.months))
    began = time.perf_counter()
    kept = (args.keep or args.again) and (folder / "mappings").is_dir()
    counts: dict[str, int] = {}
    if not kept:
        _remove(folder)
        counts = write_files(one, folder)
        write_present(one, folder, days=TODAY)
    if not args.again:
        for name in ("shop", "out"):
            shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "out").mkdir(exist_ok=True)
    terminal = Terminal(lang=language(args.lang), folder=folder)
    life = Life(terminal, folder, one, args.threads, args.database, args.again and (folder / "shop").is_dir())
    try:
        life.all(counts)
    except Stopped as stopped:
        terminal.stop(stopped)
    life.last_words(round((time.perf_counter() - began) * 1000))
    remember(folder, life.today_at)
    if args.serve and sys.stdin.isatty() and sys.stdout.isatty():
        return serve(folder, lang=terminal.lang)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.demo", description=__doc__)
    parser.add_argument("--subscribers", type=int, default=2000)
    parser.add_argument("--months", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same operator")
    parser.add_argument(
        "--keep", action="store_true", help="use the files as they are there; only the installation is made anew"
    )
    parser.add_argument("--again", action="store_true", help="type everything once more on what is there")
    parser.add_argument("--folder", type=Path, default=REPOSITORY / "demo", help="where (default: demo/)")
    parser.add_argument("--threads", type=int, default=0, help="threads of a run; 0: one per core")
    parser.add_argument("--database", default="", help="postgresql://USER@HOST/NAME, an empty one; default: SQLite")
    parser.add_argument("--no-serve", dest="serve", action="store_false", help="end instead of serving the pages")
    parser.add_argument("--lang", choices=("en", "zh"), help="default: YIDIAN_LANG, else LANG")
    return parser.parse_args()


def _remove(folder: Path) -> None:
    """Only a folder that this command made is removed: it has our .gitignore and mappings in it."""
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not ((folder / ".gitignore").is_file() and (folder / "mappings").is_dir()):
        print(f"{folder} is not a folder of this demonstration; name another with --folder", file=sys.stderr)
        raise SystemExit(2)
    shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
