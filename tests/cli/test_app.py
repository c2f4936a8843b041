import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import Result
from support.tables import check_rows
from support.waiting import PATIENCE

from crawler import __version__
from crawler.cli.app import COMMANDS, main
from crawler.errors import ArchiveBusy, BadQuery, CrawlerError, LayoutAlarm, SiteRefused, SiteUnreachable

Run = Callable[..., Result]
Shell = Callable[..., subprocess.CompletedProcess[str]]


def one_line_of(text: str) -> str:
    assert text.startswith("seealso: "), text
    assert text.endswith("\n"), text
    assert text.count("\n") == 1, text
    return text[len("seealso: ") : -1]


def test_help_lists_every_command_with_one_imperative_line(run: Run) -> None:
    shown = run("--help")
    assert shown.exit_code == 0
    for name in COMMANDS:
        line = re.search(rf"^  {name} +([A-Z].*)$", shown.output, re.MULTILINE)
        assert line
        assert line[1].endswith(".")
        assert "..." not in line[1]


@check_rows("name", COMMANDS)
def test_the_group_shows_each_command_s_own_short_help(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.name == name
    assert COMMANDS[name].short_help == command.get_short_help_str(60)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_has_help_and_takes_an_archive(run: Run, name: str) -> None:
    shown = run(name, "--help")
    assert shown.exit_code == 0
    assert "--archive PATH" in shown.output
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.get_short_help_str(200).endswith(".")
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.name}"


def test_each_example_of_two_dashes_has_them_before_a_minus_sign(run: Run) -> None:
    groups = {name: main.get_command(click.Context(main), name) for name in COMMANDS}
    commands = [(name,) for name in COMMANDS] + [
        (name, command)
        for name, group in groups.items()
        if isinstance(group, click.Group)
        for command in group.commands
    ]
    shown = [" ".join(run(*command, "--help").stdout.split()) for command in commands]
    examples = [text.partition("comes after two dashes: ")[2] for text in shown if "two dashes" in text]
    assert len(examples) >= 10
    for example in examples:
        assert " -- '-" in example


@pytest.mark.parametrize(
    "arguments",
    [("graph", "top", "--limit"), ("authors", "list", "--limit"), ("status", "--runs"), ("search", "boat", "--limit")],
)
def test_a_number_may_be_larger_than_sqlite_s(ask: Run, arguments: tuple[str, ...]) -> None:
    shown = ask(*arguments, "9" * 30)
    assert shown.exit_code == 0, shown.stderr
    assert shown.stdout


def test_a_closed_standard_output_is_no_failure(tmp_path: Path) -> None:
    command = f'"{sys.executable}" -m crawler sites >&-'
    ended = subprocess.run(command, shell=True, cwd=tmp_path, stderr=subprocess.PIPE, text=True, timeout=PATIENCE)
    assert ended.returncode == 0
    assert ended.stderr.splitlines()[-1] == "no archive at archive.db yet"


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    assert run().output == run("--help").output


def test_the_version_is_the_distribution_s(run: Run) -> None:
    assert run("--version").output == f"seealso {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("frobnicate",),
        ("crawl",),
        ("crawl", "asianews", "--max-articles", "many"),
        ("crawl", "asianews", "--max-articles", "-1"),
        ("search", "peace", "--since", "yesterday"),
        ("search", "peace", "--until", "2022-02-30"),
        ("search", "peace", "--nonsense"),
        ("show",),
        ("serve", "--port", "70000"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_1(run: Run, arguments: tuple[str, ...]) -> None:
    shown = run(*arguments)
    assert shown.exit_code == 1
    assert shown.stdout == ""
    assert "--help" in one_line_of(shown.stderr)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("search", "-boat"), "comes after two dashes: seealso search -- …"),
        (("serach", "boat"), "No such command 'serach'; did you mean search"),
        (("graph", "tpo"), "No such command 'tpo'; did you mean top?"),
        (("xyzzy",), "No such command 'xyzzy'; there are: demo, crawl, "),
    ],
)
def test_what_was_probably_meant_is_told(run: Run, arguments: tuple[str, ...], told: str) -> None:
    shown = run(*arguments)
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert told in shown.stderr
    assert "two dashes" not in run("search", "--boat").stderr


@pytest.mark.parametrize("name", ["status", "verify", "serve"])
def test_reading_an_archive_that_is_not_there_says_how_to_make_one(run: Run, name: str) -> None:
    shown = run(name, "--archive", "nowhere.db")
    assert shown.exit_code == 1
    line = one_line_of(shown.stderr)
    assert line.startswith("no archive at nowhere.db")
    assert "seealso demo" in line
    assert not Path("nowhere.db").exists()


@pytest.mark.parametrize(
    ("problem", "code"), [(BadQuery, 1), (ArchiveBusy, 3), (SiteRefused, 4), (SiteUnreachable, 5), (LayoutAlarm, 6)]
)
def test_each_kind_of_failure_has_its_exit_code(run: Run, problem: type[CrawlerError], code: int) -> None:
    @click.command()
    def fail() -> None:
        raise problem("what is wrong\nand \x1b[31mwhat to do")

    with registered("fail", fail):
        shown = run("fail")
    assert shown.exit_code == code
    assert one_line_of(shown.stderr) == "what is wrong and what to do"


def test_an_unexpected_error_is_one_line_and_shows_its_trace_only_on_demand(run: Run) -> None:
    @click.command()
    def fail() -> None:
        raise ZeroDivisionError("division by zero")

    with registered("fail", fail):
        quiet, loud = run("fail"), run("fail", env={"SEEALSO_DEBUG": "1"})
    assert quiet.exit_code == loud.exit_code == 1
    assert one_line_of(quiet.stderr) == "unexpected ZeroDivisionError: division by zero (SEEALSO_DEBUG=1 shows where)"
    assert "Traceback" in loud.stderr


def test_an_interruption_exits_130(run: Run) -> None:
    @click.command()
    def fail() -> None:
        raise KeyboardInterrupt

    for name, goes_on in (("fail", False), ("crawl", True)):
        with registered(name, fail):
            shown = run(name)
        assert shown.exit_code == 130
        line = one_line_of(shown.stderr.removeprefix("\n"))  # which parts it from the terminal's ^C
        assert line.startswith("interrupted")
        assert ("the same command goes on from there" in line) is goes_on, "only where it does"


def test_a_reader_that_leaves_early_is_no_failure_worth_a_word(tmp_path: Path) -> None:
    program = (
        "import click; from crawler.cli.app import CommandGroup, main\n"
        "command = click.Command('flood', callback=lambda: [click.echo('x' * 1000) for _ in range(10000)])\n"
        "CommandGroup.get_command = lambda self, ctx, name: command\n"
        "main(['flood'])"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(30) == 141


def test_a_terminal_without_the_letters_gets_their_codes(shell: Shell) -> None:
    shown = shell("crawl", "香港", env={"PYTHONIOENCODING": "ascii"})
    assert shown.returncode == 1
    assert "Traceback" not in shown.stderr


def test_the_group_s_archive_and_the_environment_s_count_and_the_command_s_own_wins(run: Run) -> None:
    def named(*arguments: str, **env: str) -> str:
        return one_line_of(run(*arguments, env=env).stderr).split(";")[0]

    assert named("status") == "no archive at archive.db"
    assert named("status", SEEALSO_ARCHIVE="env.db") == "no archive at env.db"
    assert named("--archive", "group.db", "status", SEEALSO_ARCHIVE="env.db") == "no archive at group.db"
    assert named("--archive", "group.db", "status", "--archive", "own.db") == "no archive at own.db"


class registered:
    """Make a command known while the block runs."""

    def __init__(self, name: str, command: click.Command) -> None:
        self.name, self.command = name, command

    def __enter__(self) -> None:
        self.patch = pytest.MonkeyPatch()
        known = type(main).get_command
        self.patch.setattr(
            type(main),
            "get_command",
            lambda group, ctx, name: self.command if name == self.name else known(group, ctx, name),
        )

    def __exit__(self, *_: object) -> None:
        self.patch.undo()
