"""Filters that can select nothing are errors, wherever a selection is taken; an empty archive knows no values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import Result

from crawler.archive import Archive
from crawler.cli import main
from crawler.cli.app import COMMANDS

Run = Callable[..., Result]
ARGUMENTS = {
    "search": ("boat",),
    "kwic": ("boat",),
    "timeline": ("boat",),
    "words": ("boat",),
    "names": ("boat",),
    "copies": ("boat",),
    "places list": (),
    "collocations": ("boat",),
    "keyness": ("boat",),
    "graph top": ("boat",),
    "graph communities": ("boat",),
    "graph export": ("--to", "x.gexf", "boat"),
    "export": ("--format", "csv", "--to", "x.csv", "boat"),
    "snapshot create": ("some", "boat"),
    "searches save": ("some", "boat"),
}
"""Each command that takes a selection, and its other arguments."""
NEEDS_NOTES = {"codes sheet"}
"""Those that ask for a file of notes first."""
HERE = "there are: "


def list_commands_with_filters() -> Iterator[str]:
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        group = command.commands.items() if isinstance(command, click.Group) else [("", command)]
        for subname, part in group:
            if {"since", "language", "kicker"} <= {parameter.name for parameter in part.params}:
                yield f"{name} {subname}".strip()


def test_each_command_with_filters_is_tried() -> None:
    assert set(list_commands_with_filters()) - NEEDS_NOTES == set(ARGUMENTS)


@pytest.mark.parametrize("command", ["timeline", "words", "kwic", "export"])
def test_a_name_in_a_query_that_is_counted_is_an_error_where_nobody_has_it(ask: Run, command: str) -> None:
    *others, _ = ARGUMENTS[command]
    for query, message in (
        ("boat author:nosuch", "no article is by an author 'nosuch'"),
        ("boat place:Kathmandoo", "did you mean 'Kathmandu'?"),
    ):
        shown = ask(command, *others, query)
        assert (shown.exit_code, shown.stdout) == (1, "")
        assert message in shown.stderr
    # One of several, or behind a minus, says nothing of the others; a search proposes another spelling.
    assert ask("timeline", "boat -place:nosuch").exit_code == ask("timeline", "boat OR place:nosuch").exit_code == 0
    assert ask("search", "boat author:nosuch").exit_code == 0


@pytest.mark.parametrize("command", ARGUMENTS)
def test_a_language_that_no_article_is_in_is_an_error_that_lists_those_there_are(ask: Run, command: str) -> None:
    shown = ask(*command.split(), "--language", "de", *ARGUMENTS[command])
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert shown.stderr.startswith("seealso: no article is in the language 'de'; there are: ")
    assert sorted(shown.stderr.partition(HERE)[2].strip().split(", ")) == ["en", "es", "it", "zh"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("--site", "asianewz"), "no article is of the site 'asianewz'; did you mean 'asianews'? there are: asianews"),
        (("--site", "asianews", "--site", "bbc"), "no article is of the site 'bbc'; there are: asianews"),
        (("--author", "carvallo"), "no article is by an author 'carvallo'; did you mean 'Nirmala Carvalho'"),
        (("--author", "=xyzzy"), "no article is by an author 'xyzzy'; seealso authors list shows what there is"),
        (
            ("--place", "george twn"),
            "no article has in its dateline the place 'george twn'; did you mean 'George Town'?",
        ),
        (("--kicker", "indja"), "no article has as its kicker 'indja'; did you mean 'INDIA'?"),
        (("--since", "2012", "--until", "2010"), "since 2012-01-01 is after until 2010-12-31: nothing was published"),
        (("--since", "2012", "until:2010"), "since 2012-01-01 is after until 2010-12-31: nothing was published"),
        (("site:bbc",), "no article is of the site 'bbc'; there are: asianews"),
        (("language:en", "OR", "language:de"), "no article is in the language 'de'; "),
        (("--country", "IT"), "no article is from the country 'IT'; no place is located yet: seealso places locate"),
        (("snapshot:nope",), "no snapshot 'nope'; "),
        (("--snapshot", "nope"), "no snapshot 'nope'; "),
    ],
)
def test_what_was_meant_is_suggested(ask: Run, arguments: tuple[str, ...], complaint: str) -> None:
    shown = ask("search", *arguments, "boat")
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert shown.stderr.startswith(f"seealso: {complaint}")
    assert shown.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--language", "EN"),
        ("--", "-language:de"),
        ("--since", "2012", "--until", "2012-01"),
        ("--author", "carvalho"),
        ("--place", "=george town"),
        ("--since", "2030"),
    ],
)
def test_what_can_be_found_or_excluded_is_no_error(ask: Run, arguments: tuple[str, ...]) -> None:
    assert ask("search", "--json", *arguments, "boat").exit_code == 0


def test_an_empty_archive_knows_no_values(run: Run, tmp_path: Path) -> None:
    Archive(tmp_path / "archive.db", "create").close()
    shown = run("search", "boat", "--language", "en")
    assert (shown.exit_code, shown.stdout) == (0, "")
    assert shown.stderr.splitlines()[0] == "the archive holds no articles yet, of any language, site or day"
    assert run("search", "boat").stderr == "nothing found for “boat”: the archive holds no articles yet\n"
    assert run("search", "boat", "--since", "2012", "--until", "2010").exit_code == 1
