"""One text, two ways to run it: functions written in plain Python are compiled for a run, as they stand.

A kernel function uses integers, tuples and numpy arrays only. `compiled(functions)` makes machine code of the
same code objects; the plain functions stay as they are, for a lone quote in a process that never loads numba.

numba's own cache does not see a change in a callee or in an imported constant, so the cache folder is named by a hash
of every kernel source, the library versions and the processor.
"""

from __future__ import annotations

import functools
import hashlib
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FunctionType, SimpleNamespace
from typing import Any

KERNEL = Path(__file__).resolve().parent


@functools.cache
def sources_hash(sources: Path = KERNEL) -> str:
    """Hash of the kernel's sources: what a result depends on besides its inputs."""
    digest = hashlib.sha256()
    for path in sorted(sources.rglob("*.py")):
        digest.update(path.relative_to(sources).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def cache_key(sources: Path = KERNEL) -> str:
    """Hash of the kernel's sources, of the interpreter and libraries, and of the processor."""
    from importlib.metadata import version

    digest = hashlib.sha256(sources_hash(sources).encode())
    digest.update(f"{sys.version}|{version('numba')}|{version('numpy')}|{platform.machine()}".encode())
    digest.update(_processor().encode())
    digest.update(
        repr(sorted(n for n in os.environ.items() if n[0].startswith("NUMBA_") and n[0] != "NUMBA_CACHE_DIR")).encode()
    )
    return digest.hexdigest()[:24]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    return "".join(line for line in lines[:30] if line.startswith(("model name", "flags")))


def cache_folder() -> Path:
    """The first place that can be written: beside the interpreter, the user's cache, else a temporary folder."""
    name = f"yidian-{cache_key()}"
    home = os.environ.get("HOME", "")
    mine = os.environ.get("XDG_CACHE_HOME") or (os.path.join(home, ".cache") if home else "")
    for parent in (os.environ.get("YIDIAN_CACHE", ""), os.path.join(sys.prefix, "var", "cache"), mine):
        if not parent:
            continue
        folder = Path(parent) / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return Path(tempfile.mkdtemp(prefix=name))


@functools.cache
def _jit(inline: str, counting: bool) -> Callable[[FunctionType], Any]:
    folder = str(cache_folder())  # whatever was told: only a keyed folder is never stale
    os.environ["NUMBA_CACHE_DIR"] = folder
    import numba

    # Somebody may have imported numba before, which reads the environment only then.
    numba.config.CACHE_DIR = folder  # type: ignore[attr-defined]  # its names are made at run time
    options: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "inline": inline}
    if not counting:
        options["_nrt"] = False
    made: Callable[[FunctionType], Any] = numba.njit(**options)
    return made


def compiled(
    functions: Sequence[Any], *, inlined: Sequence[Any] = (), borrowing: Sequence[Any] = ()
) -> SimpleNamespace:
    """The given functions, callees before callers, as machine code that calls machine code.

    A function sees the names of its own module as they are, except functions given here, which it sees compiled. Those
    in `inlined` become part of their callers: handing a tuple of arrays over costs more than most of them do. Those in
    `borrowing` make no array of their own, so nobody counts references for them (twice as fast); one that does is
    refused.
    """
    made: dict[str, Any] = {}
    for plain in functions:
        world = plain.__globals__ | made
        rebound = FunctionType(plain.__code__, world, plain.__name__, plain.__defaults__, plain.__closure__)
        rebound.__module__, rebound.__qualname__ = plain.__module__, plain.__qualname__
        inline = "always" if plain in inlined else "never"
        made[plain.__name__] = _jit(inline, plain not in borrowing)(rebound)
    return SimpleNamespace(**made)
