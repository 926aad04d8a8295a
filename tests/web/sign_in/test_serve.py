"""`yidian serve`, as a process of its own: a demonstration from `init` to a page behind the sign-in."""

from __future__ import annotations

import gzip
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tests.web.sign_in.serving import Server, demonstration

LINKED = re.compile(r'(?:href|src)="(/static/[^"]+)"')


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with demonstration(tmp_path_factory.mktemp("served") / "shop", workers=2) as one:
        yield one


def test_what_a_page_names_is_served_packed_and_for_ever(server: Server) -> None:
    answer, body = server.ask("GET", "/desk/sign-in/")
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")
    named = LINKED.findall(body.decode())
    assert len(named) >= 5
    for path in named:
        assert re.search(r"\.[0-9a-f]{12}\.", path), "a name that changes with its contents"
        plain, whole = server.ask("GET", path)
        packed, less = server.ask("GET", path, Accept_Encoding="gzip")
        assert (plain.status, packed.status) == (200, 200), path
        assert "immutable" in str(plain.headers["Cache-Control"])
        assert plain.headers["X-Content-Type-Options"] == "nosniff"
        if packed.headers["Content-Encoding"] == "gzip":
            assert gzip.decompress(less) == whole
            assert len(less) < len(whole)


def test_somebody_signs_in_over_the_wire_and_the_server_writes_no_secret_down(server: Server) -> None:
    shown, body = server.ask("GET", "/sign-in/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body.decode())
    password = re.search(r'id="demo-password">([^<]+)<', body.decode())
    assert token
    assert password
    form = {"csrfmiddlewaretoken": token[1], "login": "xiaoyu", "password": password[1]}
    cookie = str(shown.headers["Set-Cookie"]).partition(";")[0]
    told = {"Cookie": cookie, "Content_Type": "application/x-www-form-urlencoded"}
    answer, _ = server.ask("POST", "/sign-in/", urlencode(form), **told)
    assert answer.status == 303, answer.headers
    cookies = answer.headers.get_all("Set-Cookie") or []
    session = next(one for one in cookies if one.strip().startswith("yidian_hall=")).strip().partition(";")[0]
    assert "xiaoyu" in server.page("/security/", Cookie=session)


def test_whatever_is_not_ours_is_refused(server: Server) -> None:
    assert server.ask("GET", "/desk/sign-in/", Host="evil.example")[0].status == 400
    for path in ("/.git/config", "/static/../yidian.toml", "/secret", "/static/%2e%2e/secret", "/metrics", "/admin/"):
        assert server.ask("GET", path)[0].status in (303, 400, 404), path


def test_a_clerk_opens_no_login_for_nobody(server: Server) -> None:
    for words in (["customer", "NOBODY"], ["customer", "C1", "--end"]):
        with pytest.raises(subprocess.CalledProcessError) as error:
            server.type("--as", "chenxi", "login", *words)
        assert (error.value.returncode, "there is no customer" in error.value.stderr) == (2, True)


def test_it_ends_when_told_and_answers_what_is_under_way(server: Server) -> None:
    server.process.send_signal(signal.SIGTERM)
    said, _ = server.process.communicate(timeout=40)
    assert server.process.returncode == 0, said
    assert f"127.0.0.1:{server.port}" in said
    for told in ("xiaoyu", "yidian-demo", "/sign-in/", "csrf"):
        assert told not in said, "the server's log names neither people nor what they asked for"


def test_killed_it_takes_its_workers_along(tmp_path: Path) -> None:
    """They would answer on, with the program of before, beside those of the server that is started next."""
    with demonstration(tmp_path / "home", workers=2) as server:
        server.process.kill()
        server.process.wait()
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                server.ask("GET", "/healthz")
            except ConnectionRefusedError:
                return
            except OSError:  # it was just ending
                continue
            time.sleep(0.1)
    pytest.fail("somebody serves still")


def test_e54_an_installation_of_before_gets_its_secret_by_upgrade(server: Server) -> None:
    secret = server.home / "secret"
    assert secret.stat().st_mode & 0o777 == 0o600
    secret.unlink()
    server.type("upgrade", "--plan")
    assert not secret.exists(), "looking makes nothing"
    server.type("upgrade")
    assert (secret.stat().st_mode & 0o777, len(secret.read_text())) == (0o600, 65)
