"""Addresses of the desk that bring in files: which kinds, one file before and after it is taken."""

from __future__ import annotations

from functools import partial
from typing import Final

from yidian.faces.desk.views.imports import done, look, which
from yidian.faces.shell.routes import Entry, Route

RIGHT: Final = "file.import"  # each kind takes its own right besides, which the views ask for
KIND: Final = "imports/<str:kind>/"
FILE: Final = f"{KIND}files/<str:upload>/"
DONE: Final = "imports/done/<int:file>/"
ENDINGS: Final = ("csv", "xlsx")


def _read(path: str, name: str, view: object) -> Route:
    return Route(path, name, view, reads=RIGHT, narrows=True, part="imports")  # type: ignore[arg-type]


def _write(path: str, name: str, view: object) -> Route:
    return Route(path, name, view, writes=RIGHT, narrows=True, part="imports")  # type: ignore[arg-type]


IMPORT_ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "imports/",
        "imports",
        which.listed,
        reads=RIGHT,
        narrows=True,
        entry=Entry("IMPORTS_TITLE", "file-plus", 52, "I"),
    ),
    _read(DONE, "import_done", done.one),
    *(
        _read(f"{DONE}result.{ending}", f"import_result_{ending}", partial(done.rows_file, ending=ending))
        for ending in ENDINGS
    ),
    _read(KIND, "import_kind", which.form),
    *(
        _read(f"{KIND}template.{ending}", f"import_template_{ending}", partial(which.template, ending=ending))
        for ending in ENDINGS
    ),
    _write(f"{KIND}send/", "import_send", which.sent),
    _read(FILE, "import_look", look.one),
    _write(f"{FILE}look/", "import_again", look.again),
    _write(f"{FILE}take/", "import_take", look.taken),
    *(
        _read(f"{FILE}rows.{ending}", f"import_rows_{ending}", partial(look.rows_file, ending=ending))
        for ending in ENDINGS
    ),
)  # fmt: skip
