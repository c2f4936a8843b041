"""The help of commands with many options: under headings, within 80 columns, and whole."""

from __future__ import annotations

import re

import click
from click.testing import CliRunner

from crawler.cli import main
from crawler.cli.app import CommandGroup
from crawler.cli.help_sections import CRAWL_SECTIONS, FEW_OPTIONS, SectionedCommand


def iter_commands(command: click.Command, name: str = "") -> list[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        return [(name, command)]
    context = click.Context(command)
    names = command.list_commands(context)
    return [
        found
        for child in names
        if (subcommand := command.get_command(context, child))
        for found in iter_commands(subcommand, f"{name} {child}".strip())
    ]


def test_options_that_commands_share_stand_under_headings_and_none_is_lost() -> None:
    assert isinstance(main, CommandGroup)
    for name, command in iter_commands(main):
        shared = {"--since", "--kicker", "--noted"}
        shown = [
            parameter for parameter in command.params if isinstance(parameter, click.Option) and not parameter.hidden
        ]
        if not shared <= {name for option in shown for name in option.opts}:
            continue
        assert isinstance(command, SectionedCommand), name
        assert len(shown) > FEW_OPTIONS
        text = CliRunner().invoke(main, [*name.split(), "--help"], terminal_width=80).stdout
        assert max(map(len, text.splitlines())) <= 80
        _, *sections = re.split(
            r"^(Options|Which articles|A sample of them|Output|With every command):\n", text, flags=re.M
        )
        parts = dict(zip(sections[::2], sections[1::2], strict=True))
        listed = re.findall(r"^  (?:-\w, )?(--[\w-]+)", "".join(parts.values()), re.M)
        assert sorted(listed) == sorted([*(option.opts[-1] for option in shown), "--help"])
        assert all(re.search(rf"^  {option} ", parts["Which articles"], re.M) for option in shared)
        assert list(parts)[-1] == "With every command"
        assert "--json" not in parts.get("Options", "")


def test_the_help_of_a_crawl_has_each_option_under_one_heading() -> None:
    assert isinstance(main, CommandGroup)
    command = dict(iter_commands(main))["crawl"]
    text = CliRunner().invoke(main, ["crawl", "--help"], terminal_width=80).stdout
    headings = "|".join(("Options", *CRAWL_SECTIONS))
    _, *sections = re.split(rf"^({headings}):\n", text, flags=re.M)
    parts = dict(zip(sections[::2], sections[1::2], strict=True))
    assert list(parts) == ["Options", *CRAWL_SECTIONS]
    listed = re.findall(r"^  (?:-\w, )?(--[\w-]+)", "".join(parts.values()), re.M)
    named = {option.opts[-1] for option in command.params if isinstance(option, click.Option) and not option.hidden}
    assert sorted(listed) == sorted({*named, "--help"})
    known = {name for names in CRAWL_SECTIONS.values() for name in names}
    assert known <= {*listed, "--verbose"}, "a heading names an option that is none"


def test_the_help_says_the_same_of_the_same() -> None:
    """What may be repeated, which variable is the default, what is to be written: in one form of words."""
    faults = []
    for name, command in iter_commands(main):
        for option in command.params:
            if not isinstance(option, click.Option) or option.hidden:
                continue
            words = option.help or ""
            label = f"{name} {option.opts[-1]}"
            if not words:
                faults.append(f"{label} has no help")
            if option.multiple and "may be repeated" not in words.lower():
                faults.append(f"{label} does not say that it may be repeated")
            if option.envvar and f"[default: ${option.envvar}" not in words:
                faults.append(f"{label} does not name its variable")
            if option.metavar is None and option.type.name in ("text", "whole number") and not option.is_flag:
                faults.append(f"{label} does not say what is to be written")
        for words in (command.help or "", command.epilog or ""):
            if "Exit with " in words or "Exit code " in words:
                faults.append(f"{name} tells exit codes in other words")
    assert faults == []
