"""Commands and answers as they go over the wire: JSON objects, read with suspicion.

POST <url>/commands           {"key": "O1/3", "verb": "open", "subscriber": "S1", "params": {"number": "189…"}}
GET  <url>/commands/<key>
  200 {"key": "O1/3", "state": "done"}            also "accepted", "refused" with a code
  202 {"key": "O1/3", "state": "accepted"}
  4xx {"key": "O1/3", "code": "NETWORK_NUMBER_TAKEN"}    409 without a code: the key was used for another command
  404 to a GET, whatever it says: never heard of
GET  <url>/lines?after=<subscriber>
  200 {"lines": [{"subscriber": "S1", "number": "189…", "bars": "none"}, …]}     ascending; [] at the end
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final
from urllib.parse import quote

from yidian.platform.network.commands import BARS
from yidian.platform.network.types import Answer, Command, OpenLine
from yidian.platform.outbox.posting import Reply

CODE: Final = re.compile(r"[A-Z][A-Z0-9_]{1,63}")
SUCCESS: Final = ("done", "accepted", "refused")
MOST_PARAMS: Final = 32
MOST_TEXT: Final = 500
UNREAD: Final = Answer("unknown", "NETWORK_ANSWER_UNREAD")


def body_of(command: Command) -> bytes:
    """A command as it is sent; the same one has the same bytes."""
    told = {
        "key": command.key, "verb": command.verb, "subscriber": command.subscriber, "params": dict(command.params),
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def place_of(key: str) -> str:
    """Where a command is looked at, below the network's URL."""
    return f"/commands/{quote(key, safe='')}"


def place_of_lines(after: str) -> str:
    """Where the open lines behind a subscriber are told."""
    return f"/lines?after={quote(after, safe='')}"


def answer_of(reply: Reply, *, key: str, looked: bool) -> Answer:
    """What a reply says of the command `key`. Whatever is not understood is unknown, never anything else."""
    if reply.status == 0:
        return Answer("unknown", reply.code)
    if looked and reply.status == 404:
        return Answer("unknown", "NETWORK_COMMAND_UNHEARD")
    told = _object(reply.body)
    if 400 <= reply.status < 500:
        return _refused(reply.status, told, key)
    if not 200 <= reply.status < 300:
        return Answer("unknown", f"HTTP_{reply.status}")
    if told is None or told.get("key") != key:
        return UNREAD  # an answer to somebody else's question is none to ours
    if told.get("state") == "refused":
        return _refused(reply.status, told, key)
    if told.get("state") not in SUCCESS or (reply.status == 202 and told["state"] != "accepted"):
        return UNREAD
    return Answer(told["state"], "", _params(told))


def lines_of(reply: Reply, *, after: str) -> list[OpenLine] | None:
    """The lines of a reply, None where it is not understood: no list, not ascending, or not behind `after`."""
    told = _object(reply.body) if reply.status == 200 else None
    rows = told.get("lines") if told else None
    if not isinstance(rows, list):
        return None
    found = [_open_line(row) for row in rows]
    names = [after, *(line.subscriber for line in found if line is not None)]
    if None in found or any(name >= following for name, following in pairwise(names)):
        return None
    return [line for line in found if line is not None]


def _refused(status: int, told: Mapping[str, Any] | None, key: str) -> Answer:
    """Only the network itself refuses, and it names the command: what a gateway before it says is no answer."""
    if told is None or told.get("key") != key:
        return Answer("unknown", f"HTTP_{status}")
    code = told.get("code", "NETWORK_KEY_USED" if status == 409 else "")
    if not isinstance(code, str) or not CODE.fullmatch(code):
        return UNREAD
    return Answer("refused", code, _params(told))


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _params(told: Mapping[str, Any]) -> dict[str, str]:
    """What it tells besides, as far as it is short text: it is shown to people and stored, never acted on."""
    params = told.get("params")
    if not isinstance(params, dict):
        return {}
    fit = {name: one for name, one in params.items() if _is_text(name) and _is_text(one)}
    return dict(sorted(fit.items())[:MOST_PARAMS])


def _open_line(row: Any) -> OpenLine | None:
    if not isinstance(row, dict):
        return None
    told = (row.get("subscriber"), row.get("number"), row.get("bars"))
    if not all(map(_is_text, told)) or told[2] not in BARS or not told[0]:
        return None
    return OpenLine(*map(str, told))


def _is_text(value: Any) -> bool:
    """Short, and fit for any database: no NUL, no half of a character."""
    return isinstance(value, str) and len(value) <= MOST_TEXT and value.isprintable()
