"""`profile` and `[web]` of yidian.toml, the secret of an installation, and what the commands of this room refuse."""

from __future__ import annotations

import os
import sys
import tomllib
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from tests import forks

from yidian.config import installation
from yidian.config.web import Web, read_profile, read_web
from yidian.kernel.faults import BadInput
from yidian.platform.secrets.key_file import UnableToUseSecret, key_ring, signing_keys

YIDIAN = str(Path(sys.executable).with_name("yidian"))
HOME = Path("home")


@pytest.mark.parametrize(
    "told", ['web = "x"', "[web]\nport = 1", '[web]\ncertificate = "a.pem"', '[web]\nproxies = ["proxy.example"]']
)
def test_what_means_nothing_in_the_settings_is_refused(told: str) -> None:
    with pytest.raises(BadInput, match="WEB_SETTINGS"):
        read_web(tomllib.loads(told)["web"], home=HOME)


def test_settings_of_the_web_are_read() -> None:
    told = tomllib.loads('hosts = ["bss.example"]\ncertificate = "c.pem"\nkey = "k.pem"\nproxies = ["10.0.0.1"]')
    web = read_web(told, home=HOME)
    assert web == Web(("bss.example",), True, HOME / "c.pem", HOME / "k.pem", ("10.0.0.1",))
    assert web.allowed == ["bss.example", "localhost", "127.0.0.1", "[::1]"]
    assert read_web(None, home=HOME) == Web()


def test_a_demonstration_holds_no_money() -> None:
    with pytest.raises(BadInput, match="PROFILE_MONEY"):
        read_profile("demo", money=True)
    with pytest.raises(BadInput, match="PROFILE_UNKNOWN"):
        read_profile("production", money=False)


def test_e54_a_secret_is_for_its_owner_only_and_long_enough(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    assert signing_keys(path) == ("", []), "nothing is signed before there is one, and with no other"
    key_ring(path)
    assert path.stat().st_mode & 0o777 == 0o600
    key, before = signing_keys(path)
    assert (len(key), before, key in path.read_text()) == (64, [], False)
    path.chmod(0o640)
    with pytest.raises(UnableToUseSecret, match="SECRET_UNSAFE"):
        signing_keys(path)
    path.chmod(0o600)
    path.write_text("abcd\n")
    with pytest.raises(UnableToUseSecret, match="SECRET_UNREADABLE"):
        signing_keys(path)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An installation that has a settings file, and no database: what is refused is refused before it is opened."""
    home = tmp_path / "shop"
    (home / "work").mkdir(parents=True)
    (home / "yidian.toml").write_text(
        'format = 1\ndatabase = "yidian.sqlite3"\ntenant = "operator"\ncurrency = "CNY"\nzone = "Asia/Shanghai"\n'
    )
    return home


def yidian(home: Path, *words: str) -> CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("YIDIAN_", "DJANGO_"))}
    told = {"YIDIAN_HOME": str(home), "YIDIAN_LANG": "en"}
    return forks.run([YIDIAN, *words], env=clean | told, timeout=60)


@pytest.mark.parametrize(
    ("more", "host", "said"),
    [
        ('profile = "demo"\n[web]\ntls = true\n', "0.0.0.0", "a demonstration serves this machine only"),
        ('profile = "demo"\n', "::", "a demonstration serves this machine only"),
        ("", "0.0.0.0", "by TLS only"),
        ('profile = "test"\n', "192.0.2.1", "by TLS only"),
        ("", "bss.example", "by TLS only"),
    ],
)
def test_pages_are_served_outside_this_machine_by_tls_and_never_by_a_demonstration(
    home: Path, more: str, host: str, said: str
) -> None:
    (home / "yidian.toml").write_text((home / "yidian.toml").read_text() + more)
    done = yidian(home, "serve", "--host", host)
    assert (done.returncode, said in done.stderr) == (2, True), done


def test_demo_logins_are_refused_everywhere_else(home: Path) -> None:
    done = yidian(home, "demo-logins")
    assert (done.returncode, "demo profile only" in done.stderr) == (2, True), done
    assert installation.read(home).profile == ""
