"""Values that a shell, a slip or another program hands to the desk's options: one line, and nothing done by halves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.newsroom import GAZETTE, NOW, Newsroom
from support.tables import check_rows

from crawler.archive import Archive
from crawler.cli import main

ROOM = Newsroom()
ARTICLES = (
    ("Boats", "The old boat sank. Ada Lovelace saw the boat.", "en"),
    ("Ships", "A ship came. Ada Lovelace saw no boat.", "en"),
    ("Nave", "La nave va.", "it"),
    ("港口", "香港的港口很大。", "zh"),
    ("船", "小船。", "zh"),
    ("Harbour", "The harbour is old.", "en"),
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("odd") / "archive.db"
    with Archive(path, "create") as archive:
        run = archive.begin_run(GAZETTE, now=NOW)
        for key, (headline, body, language) in enumerate(ARTICLES, 1):
            archive.keep([ROOM.visit(ROOM.article(key, headline, body, language=language))], run, NOW)
        archive.finish_run(run, "finished", NOW)
    return path


@pytest.fixture(scope="module")
def ask(path: Path) -> Callable[..., Result]:
    return lambda *arguments: CliRunner().invoke(main, ["--archive", str(path), *arguments])


@check_rows(
    ("arguments", "message"),
    [
        (("keyness", "boat", "--max-q", "nan"), "'nan' is not a number"),
        (("collocations", "boat", "--max-q", "inf"), "not in the range"),
        (("graph", "communities", "--resolution", "nan"), "'nan' is not a number"),
        (("crawl", "asianews", "--delay", "inf"), "'inf' is not a number"),
        (("names", "--min-pair", "3"), "--min-pair is for --network"),
        (("names", "--force"), "--force is for --network"),
        (("names", "--network", "names.txt"), ".gexf or .graphml"),
        (("timeline", "boat", "--measure", "count"), "--measure is for --plot, --svg and --png"),
        (("timeline", "boat", "--plot", "--csv"), "take one"),
        (("names", "--network", "names.gexf", "--csv"), "take one"),
        (("notes", "add", "1", "--coder", "Ada", "--tag", "", "Read"), "a tag is missing"),
        (("search", "boat | ship"), "a bar is no OR"),
    ],
)
def test_what_means_nothing_is_refused_in_one_line(
    ask: Callable[..., Result], arguments: tuple[str, ...], message: str
) -> None:
    refused = ask(*arguments)
    assert (refused.exit_code, refused.stdout) == (1, "")
    first, *below = refused.stderr.splitlines()
    assert message in first
    assert len(below) == (2 if arguments[0] == "search" else 0)


def test_lists_of_words_begin_with_the_language_of_most_articles(ask: Callable[..., Result]) -> None:
    printed = ask("words", "--min", "1", "--jsonl", "--columns", "language")
    languages = dict.fromkeys(printed.stdout.splitlines())
    assert list(languages) == ['{"language": "en"}', '{"language": "zh"}', '{"language": "it"}']
    assert "3 languages, that of most articles first: en, zh, it" in printed.stderr


def test_articles_that_are_on_both_sides_of_a_comparison_are_told(ask: Callable[..., Result]) -> None:
    assert "en: 1 article on both sides" in ask("keyness", "ship", "--against", "boat OR harbour").stderr
    assert "both sides" not in ask("keyness", "ship", "--against", "harbour").stderr
    assert "both sides" not in ask("keyness", "ship").stderr


def test_a_graph_is_of_the_kind_that_its_name_says(ask: Callable[..., Result], tmp_path: Path) -> None:
    for name, root in (("g.graphml", b"<graphml"), ("g.gexf", b"<gexf"), ("g.xml", b"<gexf")):
        assert ask("graph", "export", "--to", str(tmp_path / name)).exit_code == 0
        assert root in (tmp_path / name).read_bytes()[:200]


def test_years_before_and_after_all_articles_are_days_like_others(ask: Callable[..., Result]) -> None:
    found = ask("search", "boat", "--since", "0001", "--until", "9999", "--csv", "--columns", "id")
    assert sorted(found.stdout.split()[1:]) == ["1", "2"]
    # Periods without end are not listed: no article is read as being of another year.
    rows = ask("timeline", "boat", "--since", "0001", "--until", "9999", "--by", "year", "--csv").stdout.splitlines()
    assert len(rows) == 1 + len(range(1600, 2101)) + 1
