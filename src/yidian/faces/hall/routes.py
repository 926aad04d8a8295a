"""The hall's table of addresses."""

from __future__ import annotations

from typing import Final

from yidian.faces.hall.own_routes import OWN_ROUTES
from yidian.faces.shell.routes import Route

ROUTES: Final[tuple[Route, ...]] = (*OWN_ROUTES,)
