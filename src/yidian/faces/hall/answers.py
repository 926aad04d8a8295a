"""Files as answers."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from django.http import HttpResponse

UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


def attached(body: bytes, *, kind: str, name: str, plain: str, shown: bool = False) -> HttpResponse:
    """A file with a name in any script (RFC 6266, RFC 8187) and a plain one for old programs.

    `shown`: in the browser itself, where it can.
    """
    how = "inline" if shown else "attachment"
    safe = UNSAFE.sub("_", plain) or "file"
    answer = HttpResponse(body, content_type=kind)
    answer["Content-Disposition"] = f"{how}; filename=\"{safe}\"; filename*=UTF-8''{quote(name, safe='')}"
    return answer
