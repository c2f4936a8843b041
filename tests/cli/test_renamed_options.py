"""Options that had another name do the same under either, and no help or message shows the old one."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import Result

Run = Callable[..., Result]


@pytest.mark.parametrize(
    ("command", "old", "new", "value"),
    [
        (("kwic", "boat", "--jsonl"), "--sort", "--order", "right"),
        (("search", "boat", "--jsonl"), "--sort", "--order", "oldest"),
        (("authors", "list", "--jsonl"), "--sort", "--order", "name"),
        (("search", "boat", "--jsonl", "--sample", "5"), "--by", "--sample-by", "language"),
        (("cite", "1"), "--format", "--style", "bibtex"),
    ],
)
def test_an_older_spelling_is_understood_and_hidden(
    ask: Run, command: tuple[str, ...], old: str, new: str, value: str
) -> None:
    printed = ask(*command, new, value)
    assert printed.exit_code == 0, printed.stderr
    assert printed.stdout == ask(*command, old, value).stdout != ""
    names = [word for word in command if not word.startswith("-")]
    shown = ask(*names[: 2 if names[0] == "authors" else 1], "--help").stdout
    assert f"{new} " in shown
    assert f"{old} " not in shown.replace("--order", "").replace(new, "")
    assert f"'{new}'" in ask(*command, old, "xyzzy").stderr


def test_an_export_and_an_export_of_the_graph_take_the_same_options(ask: Run) -> None:
    arguments = ("--to", "-", "--sample", "9", "--sample-by", "language", "--current", "--unarchived", "boat* OR the")
    one, other = ask("export", "--format", "gexf", *arguments), ask("graph", "export", "--format", "gexf", *arguments)
    assert (one.exit_code, other.exit_code) == (0, 0)
    assert one.stdout == other.stdout
    assert "--current is for gexf, graphml" in ask("export", "--format", "csv", *arguments).stderr


def test_a_seed_is_a_text_everywhere(ask: Run) -> None:
    pytest.importorskip("networkx")
    seeds = [json.loads(ask("graph", "communities", "--json", *seed).stdout) for seed in ((), ("--seed", "0"))]
    assert seeds[0] == seeds[1]
    assert json.loads(ask("graph", "communities", "--json", "--seed", "peace").stdout)["seed"] == "peace"


def test_commands_go_by_the_names_of_their_pages_too(ask: Run) -> None:
    for name, other in (("kwic", "concordance"), ("collocations", "collocates"), ("keyness", "keywords")):
        assert ask(name, "boat").stdout == ask(other, "boat").stdout != ""


def test_what_is_removed_is_deleted_and_the_other_way_round(ask: Run) -> None:
    for command in (("snapshot", "delete"), ("searches", "delete"), ("notes", "remove"), ("codes", "remove")):
        printed = ask(*command, "--help")
        assert (printed.exit_code, printed.stdout[:6]) == (0, "Usage:")
    assert "No such command 'delete'" in ask("tags", "delete").stderr
