"""Articles that have part of another one's text are found from either side, with shares and order."""

from __future__ import annotations

import csv
import io
import json

import pytest
from click.testing import CliRunner
from support.tables import check_rows

from crawler.archive import Archive
from crawler.archive.articles import shared_texts
from crawler.archive.search.selection import Selection
from crawler.cli.app import main
from crawler.research.copied_pairs import find_copied_pairs

ALL = Selection()

PARAGRAPHS = [[f"p{paragraph}w{word}" for word in range(40)] for paragraph in range(10)]
OTHER = [[f"other{paragraph}w{word}" for word in range(40)] for paragraph in range(30)]


def write(*paragraphs):
    return "\n\n".join(" ".join(words) for words in paragraphs)


@pytest.fixture
def copied(archive, run, newsroom):
    whole = write(*PARAGRAPHS)
    bodies = {
        1: (whole, "2022-03-10"),
        2: (write(*PARAGRAPHS[:3]), "2022-03-14"),  # cut to its beginning
        3: (write(*OTHER[:10], *PARAGRAPHS, *OTHER[10:20]), "2022-03-05"),  # within a longer one, printed before
        4: (write(*PARAGRAPHS[:6], *OTHER[20:24]), None),  # half its own
        5: (write(*OTHER[24:], *PARAGRAPHS[:2]), "2022-03-11"),  # quotes it
        6: (whole, "2022-03-11"),  # a copy
        7: (write([f"p{number}w0" for number in range(10)] * 4), "2022-03-11"),  # its words, not its sentences
    }
    archive.keep(
        [newsroom.visit(newsroom.article(key, body=body, on=on)) for key, (body, on) in bodies.items()],
        run,
        newsroom.now,
    )
    archive.keep([newsroom.visit(newsroom.article(8, body=whole, language="it"))], run, newsroom.now)
    return archive


def list_found(archive: Archive, key: int):
    return [
        (other.article_id, other.words, other.share, other.other_share, other.earlier)
        for other in archive.find_shared_texts(key)
    ]


def test_what_was_cut_built_in_and_half_taken_is_found_from_the_whole(copied):
    assert list_found(copied, 1) == [(3, 400, 1.0, 0.333, True), (4, 240, 0.6, 0.6, None), (2, 120, 0.3, 1.0, False)]
    (longer, *_) = copied.find_shared_texts(1)
    assert (longer.site, longer.language, longer.published_on) == ("gazette", "en", "2022-03-05")


def test_the_whole_is_found_from_each_of_them(copied):
    assert (1, 120, 1.0, 0.3, True) in list_found(copied, 2)
    assert (1, 400, 0.333, 1.0, False) in list_found(copied, 3)
    assert (1, 240, 0.6, 0.6, None) in list_found(copied, 4)
    # Two of ten paragraphs are too little, and two thirds of what was cut to three.
    assert list_found(copied, 5) == [(2, 80, 0.25, 0.667, False)]
    assert list_found(copied, 7) == []


def test_copies_other_languages_and_what_is_not_archived_are_none(copied):
    assert [other.article_id for other in copied.find_shared_texts(6)] == [3, 4, 2]
    assert copied.find_shared_texts(8) == []
    assert copied.find_shared_texts(10**9) == []


def test_a_stock_phrase_leads_to_no_article(archive, run, newsroom):
    notice = " ".join(f"notice{number}" for number in range(30))
    archive.keep(
        [
            newsroom.visit(newsroom.article(key, body=f"{notice} edition{key} of{key} today{key}"))
            for key in range(1, 56)
        ],
        run,
        newsroom.now,
    )
    archive.keep([newsroom.visit(newsroom.article(90, body=f"{write(*OTHER)} {notice}"))], run, newsroom.now)
    assert archive.find_shared_texts(90) == []


def list_pairs(archive: Archive, selection: Selection = ALL, **options):
    with find_copied_pairs(archive, selection, **options) as pairs:
        found = [*pairs.read()]
        assert pairs.total == len(found)
        return {(pair.article.article_id, pair.other.article_id): pair for pair in found}


SHARED = {(3, 1), (3, 6), (3, 2), (3, 4), (1, 2), (1, 4), (6, 2), (6, 4), (5, 2), (2, 4)}
"""The earlier one first, the undated last. Article 5 has two of the three paragraphs of article 2."""


@check_rows(
    "selection, options, expected",
    [
        (ALL, {}, {(1, 6), *SHARED}),
        (ALL, {"kinds": ("shared",)}, SHARED),
        (ALL, {"kinds": ("near",)}, {(1, 6)}),
        (ALL, {"kinds": ("duplicate",)}, set()),
        (ALL, {"min_share": 0.62}, {(1, 6), (3, 1), (3, 6), (3, 2), (1, 2), (6, 2), (2, 4), (5, 2)}),
        (ALL, {"min_share": 1.0}, {(1, 6), (3, 1), (3, 6), (3, 2), (1, 2), (6, 2), (2, 4)}),
        (Selection(until="2022-03-05"), {}, {(3, 1), (3, 6), (3, 2), (3, 4)}),
        (Selection(until="2022-03-05"), {"within": True}, set()),
        (Selection(until="2022-03-11"), {"within": True}, {(1, 6), (3, 1), (3, 6)}),
        (Selection(language="it"), {}, set()),
        (Selection(unit="text", until="2022-03-14"), {"within": True}, {(3, 1), (3, 2), (1, 2), (5, 2)}),
    ],
)
def test_pairs_of_a_selection_are_those_of_its_articles(copied, selection, options, expected):
    assert {*list_pairs(copied, selection, **options)} == expected


def test_a_pair_begins_with_the_earlier_one_and_says_whether_that_is_known(copied):
    pairs = list_pairs(copied)
    assert [*pairs][:4] == [(3, 1), (3, 6), (3, 2), (3, 4)]  # by the day of the first, then of the second
    figures = {
        key: (pair.kind, pair.first_id, pair.similarity, pair.share, pair.other_share, pair.words)
        for key, pair in pairs.items()
    }
    assert figures[3, 1] == ("shared", 3, None, 0.333, 1.0, 400)
    assert figures[2, 4] == ("shared", None, None, 1.0, 0.3, 120)
    assert figures[1, 6] == ("near", None, 1.0, None, None, None)  # days overlap around the world


def test_all_partners_of_an_article_are_listed_not_the_first_ones_alone(copied, monkeypatch):
    """One article is compared with forty others, of which a hundred may share its text."""
    monkeypatch.setattr(shared_texts, "_MAX_COMPARED", 1)
    assert {*list_pairs(copied)} == {(1, 6), *SHARED}


def test_what_is_too_much_to_compare_is_said(copied):
    with find_copied_pairs(copied, ALL, max_characters=1) as pairs:
        assert (pairs.complete, pairs.articles) == (False, 1)
        assert {(pair.article.article_id, pair.other.article_id) for pair in pairs.read()} == {
            *((3, 1), (1, 2), (1, 4), (1, 6))
        }


def test_pairs_of_publications_are_counted_by_who_was_first(copied):
    copied.db.execute("UPDATE articles SET site = 'ledger' WHERE id IN (3, 6)")
    with find_copied_pairs(copied, ALL) as pairs:
        counted = [
            (row.site, row.other_site, row.is_order_known, row.pairs, row.duplicate, row.near, row.shared)
            for row in pairs.count_sites()
        ]
    assert counted == [
        ("gazette", "gazette", True, 4, 0, 0, 4),
        ("gazette", "ledger", False, 3, 0, 1, 2),  # the same two days, or no day
        ("ledger", "gazette", True, 3, 0, 0, 3),
        ("ledger", "ledger", True, 1, 0, 0, 1),
    ]


def test_the_command_prints_pairs_for_people_and_for_programs(copied):
    def invoke(*arguments, code=0):
        result = CliRunner().invoke(main, ["--archive", str(copied.path), "copies", *arguments])
        assert result.exit_code == code, result.output
        return result

    shown = invoke("--kind", "shared", "--limit", "1")
    assert shown.stdout.splitlines()[0] == "33% of the first in the second, 100% of the second in the first"
    assert [line.split()[:2] for line in shown.stdout.splitlines()[1:3]] == [["3", "2022-03-05"], ["1", "2022-03-10"]]
    assert "1 of 10 pairs" in shown.stderr
    rows = [*csv.DictReader(io.StringIO(invoke("--csv").stdout))]
    assert {(int(row["article_id"]), int(row["other_id"])) for row in rows} == {(1, 6), *SHARED}
    assert json.loads(invoke("--by", "site", "--json").stdout)[0]["pairs"] == 11
    assert json.loads(invoke("--jsonl", "--limit", "1", "--columns", "kind,first_id").stdout) == {
        "kind": "shared",
        "first_id": 3,
    }
    assert "there is no column kind here" in invoke("--by", "site", "--csv", "--columns", "kind", code=1).stderr
    assert "0 pairs" in invoke("--language", "it").stderr
