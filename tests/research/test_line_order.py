"""Concordances sorted by words at chosen distances from the keyword, against sorting by hand and by brute force."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.newsroom import GAZETTE, NOW, Newsroom
from support.tables import check_rows

from crawler.archive import Archive
from crawler.archive.search.selection import Selection
from crawler.cli import main
from crawler.errors import BadValue
from crawler.research.kwic import concordance
from crawler.research.line_order import LineOrder, format_line_order, read_line_order

ROOM = Newsroom()
DICE = random.Random(17)
BODIES = [
    "Old boat sank. New boats, red ones, came.",
    "The old boat came",
    "A new boat came late. boat",
    *(" ".join(DICE.choices(["boat", "Boats", "red", "Éclair", "a,", "b.", "old"], k=25)) for _ in range(12)),
]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("orders") / "archive.db"
    with Archive(path, "create") as archive:
        run = archive.begin_run(GAZETTE, now=NOW)
        for key, body in enumerate(BODIES, 1):
            archive.keep([ROOM.visit(ROOM.article(key, "-", body))], run, NOW)
        archive.finish_run(run, "finished", NOW)
    return path


@pytest.fixture
def archive(path: Path) -> Iterator[Archive]:
    with Archive(path) as archive:
        yield archive


def fold(word: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(letter))


def sort_by_brute_force(levels: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return (article, where the keyword begins) of every boat and boats."""
    rows = []
    for number, body in enumerate(BODIES, 1):
        words = list(re.finditer(r"\w+", body))
        for place, word in enumerate(words):
            if fold(word[0]) in ("boat", "boats"):
                around = [place + level for level in levels]
                key = [fold(words[at][0]) if 0 <= at < len(words) else "" for at in around]
                rows.append((key, number, word.start()))
    return [(number, start) for _, number, start in sorted(rows)]


@check_rows("levels", [(1, 2, 3), (1, 2, -1), (0, -1), (-2, 0, 2), (9, -9), (0,)])
def test_lines_come_in_the_order_of_sorting_by_hand(archive: Archive, levels: tuple[int, ...]) -> None:
    lines = list(concordance(archive, Selection(query="boat*"), sort=levels))
    assert [(line.article_id, line.start) for line in lines] == sort_by_brute_force(levels)


@check_rows(
    "text, order",
    [
        ("1R,2R,3R", (1, 2, 3)),
        ("c, l1;R2", (0, -1, 2)),
        ("1l 0", (-1, 0)),
        ("centre", (0,)),
        ("Right", "right"),
        (" date ", "date"),
    ],
)
def test_an_order_is_read_as_people_write_it(text: str, order: LineOrder) -> None:
    assert read_line_order(text) == order
    assert read_line_order(format_line_order(order)) == order


@check_rows(
    "text", ["", ",", "sideways", "0R", "10R", "1R,1R", "1R,left", "1", "R", "1R2R", "٣R", ",".join("123456789C")]
)
def test_what_is_no_order_is_refused(text: str) -> None:
    with pytest.raises(BadValue):
        read_line_order(text)


def test_the_command_sorts_by_levels_and_names_what_is_no_order(path: Path) -> None:
    ask = ["--archive", str(path), "kwic", "boat*", "--csv", "--columns", "article_id,start", "--order"]
    printed = CliRunner().invoke(main, [*ask, "C,1R,1L"])
    assert printed.exit_code == 0
    rows = [tuple(map(int, row.split(","))) for row in printed.stdout.splitlines()[1:]]
    assert rows == sort_by_brute_force((0, 1, -1))
    drawn = CliRunner().invoke(main, [*ask, "C", "--lines", "20", "--seed", "7"]).stdout.splitlines()
    fewer = CliRunner().invoke(main, [*ask, "C", "--lines", "9", "--seed", "7"])
    everything = CliRunner().invoke(main, [*ask, "C"]).stdout.splitlines()
    assert [row for row in everything if row in drawn] == drawn  # in their order
    assert (len(drawn), len(set(fewer.stdout.splitlines()) - set(drawn))) == (1 + 20, 0)
    assert f"9 of {len(everything) - 1} lines at random (seed 7)" in fewer.stderr
    assert CliRunner().invoke(main, [*ask, "C", "--lines", "20", "--seed", "8"]).stdout.splitlines() != drawn
    both = CliRunner().invoke(main, [*ask, "C", "--lines", "500", "--sample", "2", "--seed", "7"]).stdout.splitlines()
    assert len({row.split(",")[0] for row in both[1:]}) == 2
    refused = CliRunner().invoke(main, [*ask, "2R,up"])
    assert refused.exit_code == 1
    assert "1R,2R,1L" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
