"""The command as it is typed: killed, loaded, loaded again, refused."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests import forks, installations
from tests.catalog.example import EXAMPLE, change, copy_of_example
from tests.conftest import REPOSITORY

START = "import sys; from yidian.faces.cli.main import main; sys.exit(main())"


def _yidian(*arguments: object, points: str = "") -> tuple[int, str, str]:
    paths = {"PYTHONPATH": str(REPOSITORY / "src")}
    environment = {**os.environ, **paths, "YIDIAN_LANG": "en", "YIDIAN_POINTS": points}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = forks.run([sys.executable, "-c", START, *installations.typed(arguments)], env=environment)
    return done.returncode, done.stdout, done.stderr


def test_a_tariff_is_loaded_once_and_a_bad_one_not_at_all(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert _yidian("init", home)[0] == 0
    load = ("--home", home, "tariff", "load")
    assert _yidian(*load, EXAMPLE, points="import.commit=kill")[0] == -9
    assert "no tariff has been loaded" in _yidian("--home", home, "tariff", "show")[2]
    code, told, _ = _yidian(*load, EXAMPLE)
    assert (code, told.splitlines()[0]) == (0, "Loaded as edition 1: 244 rows from tariff-cn")
    assert _yidian(*load, EXAMPLE, points="answer=kill")[0] == -9  # done, and nobody was told
    code, told, _ = _yidian(*load, EXAMPLE)
    assert (code, told.splitlines()) == (0, ["Edition 1 has the same rows already; nothing was added"])

    folder = copy_of_example(tmp_path)
    change(folder, "prices", "*,sms,*,0.10,1,1,,,,,", "*,sms,*,-0.10,1,1,,,,,")
    code, told, complaint = _yidian(*load, folder)
    assert (code, told) == (2, "")
    for word in ("prices.csv", "price", "-0.10", "PRICE_NEGATIVE", "write reductions in the sheet discounts"):
        assert word in complaint
    code, told, _ = _yidian("--home", home, "tariff", "show")
    assert (code, told.count("tariff-cn")) == (0, 1)
