"""Setting up on a machine that lacks something: it stops with 2 and the line to type."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
LISTS = ("runtime.txt", "dev.txt")


def run(folder: Path, path: Path, *line: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(line),
        cwd=folder,
        env={"HOME": str(folder), "PATH": f"{path}:/usr/bin:/bin", **env},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=60,
    )


def checkout(folder: Path) -> Path:
    """What the installer reads, in a folder of its own."""
    for name in ("tools", "requirements"):
        shutil.copytree(REPOSITORY / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    return folder


def command(folder: Path, name: str, body: str) -> Path:
    """A command of that name, first on the PATH."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return folder


def test_an_older_python_is_refused_with_the_remedy(tmp_path: Path) -> None:
    old = 'case "$1" in --version) echo "Python 3.10.9" ;; *) exit 1 ;; esac'
    bin_ = command(tmp_path / "bin", "old-python", old)
    done = run(checkout(tmp_path / "c"), bin_, "tools/install.sh", "runtime", PYTHON="old-python")
    assert done.returncode == 2
    assert "Python 3.11 to 3.14; here is: Python 3.10.9" in done.stderr
    assert "apt-get install -y python3 python3-venv" in done.stderr


def test_a_python_that_can_make_no_environment_gets_the_apt_line(tmp_path: Path) -> None:
    bare = f'case "$*" in *ensurepip*|*"-m pip"*) exit 1 ;; esac\nexec {sys.executable} "$@"'
    bin_ = command(tmp_path / "bin", "bare-python", bare)
    done = run(checkout(tmp_path / "c"), bin_, "tools/install.sh", "runtime", PYTHON="bare-python", NO_UV="1")
    assert done.returncode == 2
    assert "sudo apt-get install -y python3-venv" in done.stderr
    assert not (tmp_path / "c" / ".venv").exists()


def test_packages_that_are_here_are_not_talked_about(tmp_path: Path) -> None:
    done = run(REPOSITORY, tmp_path, "tools/packages.sh", "sh=dash", "/bin/sh=dash")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_root_or_sudo_the_line_to_type_is_printed(tmp_path: Path) -> None:
    bin_ = command(tmp_path / "bin", "id", "echo 1000")
    command(bin_, "sudo", "exit 9")
    done = run(REPOSITORY, bin_, "tools/packages.sh", "no-such-command=its-package", "/no/such/file=fonts", CI="true")
    assert done.returncode == 2
    assert "sudo apt-get install -y --no-install-recommends its-package fonts" in done.stderr


def test_root_installs_what_is_missing(tmp_path: Path) -> None:
    bin_ = command(tmp_path / "bin", "id", "echo 0")
    command(bin_, "apt-get", f'echo "$@" >>{tmp_path}/asked')
    done = run(REPOSITORY, bin_, "tools/packages.sh", "no-such-command=its-package")
    assert done.returncode == 0, done.stderr
    assert (
        (tmp_path / "asked").read_text().splitlines()[-1].endswith("install -y -q --no-install-recommends its-package")
    )


@pytest.mark.parametrize("name", LISTS)
def test_every_requirement_is_pinned_with_hashes_and_without_an_address(name: str) -> None:
    text = (REPOSITORY / "requirements" / name).read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) > 15
    for entry in entries:
        assert re.match(r"[a-z0-9-]+==[^\s;]+", entry), entry
        assert "--hash=sha256:" in entry
    assert "://" not in text
    assert "#" not in text


def test_the_lists_hold_what_the_project_declares() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    runtime, dev = (
        set(re.findall(r"^([a-z0-9-]+)==", (REPOSITORY / "requirements" / n).read_text(), re.M)) for n in LISTS
    )

    def names(rows: list[object]) -> set[str]:
        return {re.match(r"[A-Za-z0-9-]+", row)[0].lower() for row in rows if isinstance(row, str)}  # type: ignore[index]

    groups = project["dependency-groups"]
    assert names(project["project"]["dependencies"]) | names(groups["install"]) <= runtime
    assert names(groups["dev"]) <= dev
    assert runtime <= dev


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not on this machine")
def test_shell_scripts_are_clean() -> None:
    scripts = [str(path) for path in (REPOSITORY / "tools").rglob("*.sh")] + [str(REPOSITORY / ".ci" / "run")]
    subprocess.run(["shellcheck", *scripts], check=True)


@pytest.mark.parametrize(("shared_is_there", "failed"), [(True, 1), (False, 0)])
def test_a_skipped_real_input_test_fails_where_the_data_is(shared_is_there: bool, failed: int, tmp_path: Path) -> None:
    (tmp_path / "tests" / "real").mkdir(parents=True)
    (tmp_path / "tests" / "real" / "test_tap.py").write_text("import pytest\ndef test_tap(): pytest.skip('later')\n")
    (tmp_path / "tests" / "test_other.py").write_text("import pytest\ndef test_other(): pytest.skip('no printer')\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    if shared_is_there:
        (tmp_path / "shared" / "data").mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tools.real_input", "-p", "no:cacheprovider", "-p", "no:django"],
        cwd=tmp_path,
        env={**os.environ, "YIDIAN_SHARED": str(tmp_path / "shared"), "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == failed, done.stdout
    assert ("1 failed, 1 skipped" if failed else "2 skipped") in done.stdout
