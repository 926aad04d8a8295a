"""The frame of the command line: how it is asked, how it answers, how it ends."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from yidian.faces.cli import main as frame
from yidian.faces.cli.context import Context
from yidian.kernel.faults import BadInput, Fault, Where
from yidian.platform import points

HEAVY = {"django", "numba", "numpy", "pyarrow", "rich", "yaml", "xlsxwriter", "python_calamine"}
Act = Callable[[Context], int]


@pytest.fixture
def ghost(monkeypatch: pytest.MonkeyPatch) -> Callable[[Act], None]:
    """A command `ghost` that does what the test says."""

    def install(act: Act) -> None:
        module = ModuleType("ghost")
        module.declare = lambda parser: parser.add_argument("--times", type=int)  # type: ignore[attr-defined]
        module.run = lambda _, context: act(context)  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "yidian.faces.cli.ghost", module)
        monkeypatch.setitem(frame.COMMANDS, "ghost", ("ghost", "haunts", "出没"))  # type: ignore[arg-type]

    return install


def test_help_is_quick_and_loads_nothing_heavy() -> None:
    script = (
        "import sys; from yidian.faces.cli.main import main; main(['--help']); print(*sys.modules, file=sys.stderr)"
    )
    best, loaded = 9.0, set()
    for _ in range(3):
        began = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        best = min(best, time.perf_counter() - began)
        loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert not loaded & HEAVY
    assert best <= 0.7


@pytest.mark.parametrize(("lang", "words"), [("zh", "批价"), ("en", "rate the usage")])
def test_help_lists_every_command_in_the_readers_language(
    lang: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert frame.main(["--lang", lang, "--help"]) == 0
    shown = capsys.readouterr().out
    assert words in shown
    assert all(f"\n  {command} " in shown for command in frame.COMMANDS)


@pytest.mark.parametrize(
    ("told", "lang", "expected"),
    [("", "zh_CN.UTF-8", "zh"), ("", "en_US.UTF-8", "en"), ("", "", "en"), ("en", "zh_CN", "en"), ("xx", "zh", "zh")],
)
def test_the_language_is_told_or_the_machines(
    told: str, lang: str, expected: str, monkeypatch: pytest.MonkeyPatch, ghost: Callable[[Act], None]
) -> None:
    monkeypatch.setenv("YIDIAN_LANG", told)
    monkeypatch.setenv("LANG", lang)
    seen = []
    ghost(lambda context: seen.append(context.lang) or 0)
    assert frame.main(["ghost"]) == 0
    assert seen == [expected]


@pytest.mark.parametrize("line", [["--quiet", "--home", "x", "ghost"], ["ghost", "--home", "x", "--quiet"]])
def test_options_stand_before_the_command_or_behind_it(line: list[str], ghost: Callable[[Act], None]) -> None:
    seen = []
    ghost(lambda context: seen.append((context.home.name, context.quiet)) or 0)
    assert frame.main(line) == 0
    assert seen == [("x", True)]


def test_an_unknown_command_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert frame.main(["--lang", "en", "frob"]) == 2
    assert "`frob`" in capsys.readouterr().err


def test_a_command_that_is_not_built_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(frame.COMMANDS, "later", ("no_such_module", "", ""))  # type: ignore[arg-type]
    assert frame.main(["--lang", "en", "later"]) == 2
    shown = capsys.readouterr().err
    assert "does not have `later`" in shown
    assert "Traceback" not in shown


def test_a_wrong_option_ends_with_two_in_chinese(
    capsys: pytest.CaptureFixture[str], ghost: Callable[[Act], None]
) -> None:
    ghost(lambda _: 0)
    assert frame.main(["--lang", "zh", "ghost", "--speed", "9"]) == 2
    shown = capsys.readouterr().err
    assert "用法：" in shown
    assert "无法识别的参数：--speed 9" in shown


def refused_tariff(_: Context) -> int:
    raise BadInput(
        [
            Fault("ZONE_UNKNOWN", Where("t.xlsx", "prices", 12, "zone"), "Mars/\x1b[31mX", {"zone": "Mars"}),
            Fault("SOME_CODE_WITHOUT_WORDS", Where("t.xlsx", "prices", 13, "amount"), "x\ny"),
        ]
    )


def test_bad_input_is_shown_with_its_place_and_ends_with_two(
    capsys: pytest.CaptureFixture[str], ghost: Callable[[Act], None]
) -> None:
    ghost(refused_tariff)
    assert frame.main(["--lang", "en", "ghost"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    row = next(line for line in shown.err.splitlines() if "ZONE_UNKNOWN" in line)
    for part in ("t.xlsx", "prices", "12", "zone", "not a known time zone", "Asia/Shanghai"):
        assert part in row
    assert "SOME_CODE_WITHOUT_WORDS" in shown.err
    assert "\x1b" not in shown.err, "a value must not reach the terminal as a command"


def test_interrupted_ends_with_130(ghost: Callable[[Act], None]) -> None:
    def interrupted(_: Context) -> int:
        raise KeyboardInterrupt

    ghost(interrupted)
    assert frame.main(["ghost"]) == 130


def broken(_: Context) -> int:
    raise RuntimeError("the roof")


def test_the_unforeseen_is_one_line(capsys: pytest.CaptureFixture[str], ghost: Callable[[Act], None]) -> None:
    ghost(broken)
    assert frame.main(["--lang", "en", "ghost"]) == 1
    shown = capsys.readouterr().err
    assert "RuntimeError: the roof" in shown
    assert "YIDIAN_TRACE=1" in shown
    assert shown.count("\n") == 1


def test_a_trace_is_there_for_the_asking(ghost: Callable[[Act], None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIDIAN_TRACE", "1")
    ghost(broken)
    with pytest.raises(RuntimeError, match="the roof"):
        frame.main(["ghost"])


class UnableToLock(Exception):
    def __init__(self) -> None:
        self.name, self.holder = "rate 2026-10", "process 7"


def test_a_refused_operation_speaks_its_words(capsys: pytest.CaptureFixture[str], ghost: Callable[[Act], None]) -> None:
    def locked(_: Context) -> int:
        raise UnableToLock

    ghost(locked)
    assert frame.main(["--lang", "en", "ghost"]) == 1
    shown = capsys.readouterr().err
    assert "rate 2026-10 (process 7)" in shown
    assert "YIDIAN_TRACE" not in shown


@pytest.mark.parametrize("says", [True, False])
def test_the_answer_is_a_point_passed_once(says: bool, ghost: Callable[[Act], None], tmp_path: Path) -> None:
    log = tmp_path / "points"
    points.configure("", str(log))
    try:

        def work(context: Context) -> int:
            assert not log.exists()
            if says:
                context.say("INIT_ALREADY", dir="x")
                context.say("INIT_ALREADY", dir="y")
            return 0

        ghost(work)
        assert frame.main(["ghost"]) == 0
    finally:
        points.configure("")
    assert log.read_text() == "answer\n"


def test_quiet_leaves_tables_and_silences_words(
    capsys: pytest.CaptureFixture[str], ghost: Callable[[Act], None]
) -> None:
    def work(context: Context) -> int:
        context.say("INIT_ALREADY", dir="somewhere")
        context.table("INPUT_REFUSED", ["COLUMN_FILE", "COLUMN_LINE"], [["a.csv", 1234567], ["[b]b.csv", 7]])
        return 0

    ghost(work)
    assert frame.main(["--lang", "en", "--quiet", "ghost"]) == 0
    shown = capsys.readouterr().out
    assert "somewhere" not in shown
    assert "1,234,567" in shown
    assert "[b]b.csv" in shown


def test_a_bar_draws_nothing_where_nobody_looks(
    capsys: pytest.CaptureFixture[str], ghost: Callable[[Act], None]
) -> None:
    def work(context: Context) -> int:
        with context.progress(3, "COLUMN_FILE") as bar:
            bar.advance()
            bar.advance(2)
        return 0

    ghost(work)
    assert frame.main(["ghost"]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_reader_that_goes_away_is_no_failure_to_talk_about() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from yidian.faces.cli.main import main; sys.exit(main())", "--help"],
        stdout=writer,
        stderr=subprocess.PIPE,
        env={k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"},  # unbuffered, argparse swallows the error
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


def test_no_installation_is_said_with_the_remedy(
    capsys: pytest.CaptureFixture[str],
    ghost: Callable[[Act], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("YIDIAN_HOME", raising=False)
    ghost(lambda context: len(str(context.home)))
    assert frame.main(["--lang", "en", "ghost"]) == 2
    assert "yidian init DIR" in capsys.readouterr().err


def test_every_command_that_is_built_declares_itself_in_both_languages() -> None:
    for command in frame.COMMANDS:
        module = frame._module(frame.COMMANDS[command][0])
        if module is None:
            continue
        for kind in (frame.Parser, frame.ChineseParser):
            parser = kind(prog=command)
            module.declare(parser)
            assert isinstance(parser, argparse.ArgumentParser)
            assert parser.format_help()
        assert set(module.HELP) >= {"en", "zh"}, command
