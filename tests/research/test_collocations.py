"""Collocations and keyness against published tables and small archives counted by hand."""

from __future__ import annotations

import csv
import io
import json
import math
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from math import erfc, log, log2, sqrt
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from support.newsroom import GAZETTE, NOW, Newsroom

from crawler.archive import Archive
from crawler.archive.search.selection import Selection
from crawler.archive.search.texts import iter_indexed_texts
from crawler.archive.snapshots.freeze import freeze
from crawler.cli import main
from crawler.errors import BadQuery
from crawler.normalisation.words.tokenizer import BARRIER
from crawler.research.words.association import (
    ContingencyTable,
    dice,
    keyness,
    log_likelihood,
    log_ratio,
    mutual_information,
    percent_difference,
)
from crawler.research.words.collocations import Collocate, Collocations, collocations
from crawler.research.words.corpus import make_columns, make_corpus_plan
from crawler.research.words.frequencies import count_corpus_frequencies, count_frequencies, count_selection_frequencies
from crawler.research.words.keyness import keywords
from crawler.research.words.stop_words import read_stop_words
from crawler.research.words.tokens import DEFAULT_RULE, TokenRule

ROOM = Newsroom()
SINGLE = TokenRule(ngrams=1)

# The measures


@pytest.mark.parametrize(
    ("cells", "printed"),
    [  # Dunning 1993, the table of bigrams by likelihood ratio: "the swiss", "can be", "previous year", "mineral water"
        ((110, 2442, 111, 29114), 270.72),
        ((29, 13, 123, 31612), 263.90),
        ((31, 23, 139, 31584), 256.84),
        ((10, 0, 3, 31764), 167.23),
    ],
)
def test_log_likelihood_is_dunnings(cells: tuple[int, int, int, int], printed: float) -> None:
    assert log_likelihood(ContingencyTable(*cells)) == pytest.approx(printed, abs=0.005)


@pytest.mark.parametrize(
    ("together", "one", "other", "printed"),
    [  # Church and Hanks 1990, 15 million words: honorary doctor, doctors dentists, doctors nurses
        (12, 111, 621, 11.3),
        (8, 1105, 44, 11.3),
        (30, 1105, 241, 10.7),
    ],
)
def test_mutual_information_is_church_and_hankss(together: int, one: int, other: int, printed: float) -> None:
    size = 15_000_000
    table = ContingencyTable(together, one - together, other - together, size - one - other + together)
    assert mutual_information(table) == pytest.approx(printed, abs=0.08)


def test_keyness_by_hand() -> None:
    # a = 30 of c = 1000 words, b = 10 of d = 3000: E1 = 1000 * 40 / 4000 = 10, E2 = 30.
    assert keyness(ContingencyTable(30, 970, 10, 2990)) == pytest.approx(2 * (30 * log(3) + 10 * log(1 / 3)))
    assert keyness(ContingencyTable(0, 1000, 8, 2992)) == pytest.approx(2 * 8 * log(8 / 6))


def test_effect_sizes_by_hand() -> None:
    # 30 of 1,000 words against 10 of 3,000: 3 % against a third of one, nine times as often, 800 % more.
    table = ContingencyTable(30, 970, 10, 2990)
    assert log_ratio(table) == pytest.approx(log(9) / log(2))
    assert percent_difference(table) == pytest.approx(800)
    # 5 of 1,000 against 40 of 2,000: a quarter as often, 75 % less.
    table = ContingencyTable(5, 995, 40, 1960)
    assert (log_ratio(table), percent_difference(table)) == (pytest.approx(-2), pytest.approx(-75))
    # Never elsewhere counts as half a time: 8 of 1,000 against 0.5 of 1,000 is sixteen times as often.
    table = ContingencyTable(8, 992, 0, 1000)
    assert (log_ratio(table), percent_difference(table)) == (pytest.approx(4), None)
    assert (log_ratio(ContingencyTable(3, 4, 0, 0)), percent_difference(ContingencyTable(0, 0, 3, 4))) == (None, None)
    assert percent_difference(ContingencyTable(0, 10, 3, 4)) == -100


def test_dice_by_hand() -> None:
    assert dice(ContingencyTable(6, 4, 2, 88)) == pytest.approx(2 * 6 / (10 + 8))
    assert dice(ContingencyTable(0, 0, 0, 5)) == 0
    assert mutual_information(ContingencyTable(0, 5, 5, 5)) == -math.inf


cells = st.integers(0, 5000)


@given(cells, cells, cells, cells)
def test_the_measures_are_what_they_are_called(o11: int, o12: int, o21: int, o22: int) -> None:
    table = ContingencyTable(o11, o12, o21, o22)
    turned = ContingencyTable(o11, o21, o12, o22)
    assert log_likelihood(table) == pytest.approx(log_likelihood(turned), abs=1e-6)
    assert 0 <= keyness(table) <= log_likelihood(table) + 1e-6
    assert 0 <= dice(table) <= 1
    if o11:
        assert (mutual_information(table) > 1e-9) == (o11 * table.n > table.r1 * table.c1 * (1 + 1e-9))


@given(st.integers(1, 50), st.integers(1, 50), st.integers(1, 50), st.integers(1, 50))
def test_what_is_as_often_here_as_there_scores_nothing(row: int, other: int, column: int, rest: int) -> None:
    table = ContingencyTable(row * column, row * rest, other * column, other * rest)
    assert log_likelihood(table) == pytest.approx(0, abs=1e-6)
    assert keyness(table) == pytest.approx(0, abs=1e-6)
    assert mutual_information(table) == pytest.approx(0, abs=1e-9)


# Around hits


def make(path: Path, *articles: dict[str, str]) -> Path:
    with Archive(path, "create") as archive:
        run = archive.begin_run(GAZETTE, now=NOW)
        for key, about in enumerate(articles, 1):
            archive.keep([ROOM.visit(ROOM.article(key, about.pop("headline", "x"), **about))], run, NOW)  # type: ignore[arg-type]
        archive.finish_run(run, "finished", NOW)
    return path


BOATS = ("Red boat sank near red rocks.", "Red sky at night — red boat!", "Blue sky, no ship.")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(
        tmp_path_factory.mktemp("words") / "archive.db",
        *({"body": body} for body in BOATS),
        {"body": "大船。小船", "language": "zh"},
        {"body": "海", "language": "zh"},
    )


@pytest.fixture
def kept(path: Path) -> Iterator[Archive]:
    with Archive(path) as archive:
        yield archive


def around(archive: Archive, query: str, *more: object, **options: object) -> Collocations:
    (found,) = collocations(archive, Selection(query=query), *more, **options)  # type: ignore[arg-type]
    return found


def test_collocates_by_hand(kept: Archive) -> None:
    # Within one word: red, sank | red. English has 3 headlines of one word and 16 words of bodies, 2 of them boats.
    found = around(kept, "boat", 1, "ll", 1)
    assert (found.language, found.hits, found.articles, found.near, found.words) == ("en", 2, 2, 3, 17)
    sank, red = found.collocates
    # red: 2 near, 1 other word near, 2 elsewhere, 12 others elsewhere
    score_of_red = 2 * (
        2 * log(2 * 17 / (3 * 4)) + log(17 / (3 * 13)) + 2 * log(2 * 17 / (14 * 4)) + 12 * log(12 * 17 / (14 * 13))
    )
    # sank: 1 near, 2 others near, none elsewhere, 14 others elsewhere
    score_of_sank = 2 * (log(17 / 3) + 2 * log(2 * 17 / (3 * 16)) + 14 * log(14 * 17 / (14 * 16)))
    # Two words were compared: the smaller p-value counts twice, but for no more than the larger one.
    larger, smaller = (erfc(sqrt(score / 2)) for score in (score_of_red, score_of_sank))
    assert red == Collocate(
        word="red",
        near=2,
        expected=pytest.approx(3 * 4 / 17),
        frequency=4,
        articles=2,
        score=pytest.approx(score_of_red),
        p_value=pytest.approx(larger),
        q_value=pytest.approx(larger),
    )
    assert sank == Collocate(
        word="sank",
        near=1,
        expected=pytest.approx(3 / 17),
        frequency=1,
        articles=1,
        score=pytest.approx(score_of_sank),
        p_value=pytest.approx(smaller),
        q_value=pytest.approx(min(2 * smaller, larger)),
    )
    assert [collocate.score for collocate in around(kept, "boat", 1, "mi", 1).collocates] == pytest.approx(
        [log2(17 / 3), log2(2 * 17 / 12)]
    )
    assert [collocate.score for collocate in around(kept, "boat", 1, "dice", 1).collocates] == pytest.approx(
        [2 * 2 / 7, 2 * 1 / 4]
    )


def test_minimum_stop_words_and_fields(kept: Archive) -> None:
    assert [collocate.word for collocate in around(kept, "boat", 1, "ll", 2).collocates] == ["red"]
    without = around(kept, "boat", 1, "ll", 1, read_stop_words("RED\nthe"))
    assert [collocate.word for collocate in without.collocates] == ["sank"]
    assert (without.near, without.words) == (3, 17), "stop words still count as words"
    assert around(kept, "headline:boat OR body:rocks", 1, "ll", 1).hits == 1
    with pytest.raises(BadQuery, match="look around"):
        collocations(kept, Selection(query="language:en"))


def test_languages_are_kept_apart_and_punctuation_is_no_word(kept: Archive) -> None:
    english, chinese = collocations(kept, Selection(query="boat OR 船"), 1, "ll", 1, rule=SINGLE)
    assert (english.language, english.words) == ("en", 17)
    # 大船 | 小船: 小 is near both boats and counts once; two headlines, 大, 小 and 海 remain.
    assert (chinese.language, chinese.hits, chinese.near, chinese.words) == ("zh", 2, 2, 5)
    assert [(collocate.word, collocate.near) for collocate in chinese.collocates] == [("大", 1), ("小", 1)]


def test_words_inside_hits_are_no_collocates(tmp_path: Path) -> None:
    with Archive(make(tmp_path / "archive.db", {"body": "peace peace talks peace end of talks"})) as archive:
        found = around(archive, '"peace talks"', 2, "ll", 1)
        assert (found.hits, found.near, found.words) == (1, 3, 6)
        # "peace" occurs three times, once inside the hit: twice in what is compared.
        assert {collocate.word: (collocate.near, collocate.frequency) for collocate in found.collocates}["peace"] == (
            2,
            2,
        )


def test_windows_agree_with_their_definition(tmp_path: Path) -> None:
    draw = random.Random(11)
    said = [draw.choices(["boat", "a", "b", "c", "d"], [1, 3, 3, 2, 1], k=draw.randint(1, 40)) for _ in range(30)]
    path = make(tmp_path / "archive.db", *({"body": " ".join(words)} for words in said))
    for window in (1, 3, 7):
        near: Counter[str] = Counter()
        for words in said:
            boats = [place for place, word in enumerate(words) if word == "boat"]
            for place, word in enumerate(words):
                near[word] += word != "boat" and any(abs(place - boat) <= window for boat in boats)
        near = +near
        with Archive(path) as archive:
            found = around(archive, "boat", window, "mi", 1)
        assert found.near == near.total()
        assert {collocate.word: collocate.near for collocate in found.collocates}.items() <= near.items()
        everywhere = Counter(word for words in said for word in (*words, "x"))
        for word in near.keys() - {collocate.word for collocate in found.collocates}:  # as often as by chance, or less
            assert near[word] * found.words <= near.total() * everywhere[word]


def test_the_index_counts_as_reading_does(kept: Archive) -> None:
    everything = make_corpus_plan(Selection())
    read = count_frequencies(make_columns(iter_indexed_texts(kept.db, everything), SINGLE))
    told = count_corpus_frequencies(kept.db, Selection(), SINGLE)
    assert read == told
    assert (told.articles, told.words["red"], told.words["船"], BARRIER in told.words) == (5, 4, 2, False)
    english = count_corpus_frequencies(kept.db, Selection(language="en"), SINGLE)
    assert (english.articles, english.words["red"], english.words["船"]) == (3, 4, 0)


def test_the_others_are_the_same_whichever_way_they_are_counted(kept: Archive, tmp_path: Path) -> None:
    # The same three articles, beside two Chinese ones and alone: then the index tells what all of them hold.
    alone = make(tmp_path / "archive.db", *({"body": body} for body in BOATS))
    with Archive(alone) as archive:
        for less in (False, True):
            assert keywords(archive, Selection(query="boat"), minimum=1, less=less) == keywords(
                kept, Selection(query="boat"), minimum=1, less=less
            )


# Whole articles


def test_keywords_by_hand(kept: Archive) -> None:
    # boat: two articles of 14 words, against the 5 of the third.
    (found,) = keywords(kept, Selection(query="boat"), minimum=2)
    assert (found.language, found.articles, found.words, found.other_articles, found.other_words) == ("en", 2, 14, 1, 5)
    assert [(keyword.word, keyword.count, keyword.other_count, keyword.articles) for keyword in found.keywords] == [
        ("red", 4, 0, 2),
        ("boat", 2, 0, 2),
    ]
    red = found.keywords[0]
    assert red.expected == pytest.approx(14 * 4 / 19)
    assert red.score == pytest.approx(2 * 4 * log(4 / (14 * 4 / 19)))
    assert red.per_million == pytest.approx(4e6 / 14)


def test_keywords_against_another_query_and_of_what_is_rarer(kept: Archive) -> None:
    (found,) = keywords(kept, Selection(query="rocks"), Selection(query="night"), minimum=1)
    assert (found.words, found.other_words) == (7, 7)
    assert [keyword.word for keyword in found.keywords] == ["near", "rocks", "sank"], "red, boat and x are as frequent"
    (less,) = keywords(kept, Selection(query="rocks"), Selection(query="night"), minimum=1, less=True)
    assert [(keyword.word, keyword.count) for keyword in less.keywords] == [("at", 0), ("night", 0), ("sky", 0)]
    (nothing,) = keywords(kept, Selection(query="rocks"), Selection(query="nowhere"), minimum=1)
    assert (nothing.other_words, nothing.keywords) == (0, ())


def test_the_words_that_were_asked_for_can_be_left_out(kept: Archive, ask: Callable[..., Result]) -> None:
    def list_words(query: str, **options: Any) -> set[str]:
        (found,) = keywords(kept, Selection(query=query, language="en"), minimum=1, **options)
        return {keyword.word for keyword in found.keywords}

    every = list_words("boat")
    assert "boat" in every
    assert list_words("boat", exclude_query_words=True) == every - {"boat"}
    assert list_words("bo* -sky", exclude_query_words=True) == {
        word for word in list_words("bo* -sky") if word[:2] != "bo"
    }
    rows = json.loads(ask("keyness", "boat", "--min", "1", "--exclude-query-words", "--json").stdout)
    assert {row["word"] for row in rows if row["language"] == "en"} == every - {"boat"}
    assert {"log_ratio", "percent_difference"} < set(rows[0])


def test_the_rest_and_the_selection_make_the_corpus(kept: Archive) -> None:
    for query in ("boat", "sky -night", "language:en blue", "boat OR 船"):
        for keyword in keywords(kept, Selection(query=query)):
            plan = make_corpus_plan(Selection(language=keyword.language))
            corpus = count_frequencies(make_columns(iter_indexed_texts(kept.db, plan), DEFAULT_RULE))
            assert keyword.words + keyword.other_words == corpus.size
            assert keyword.articles + keyword.other_articles == corpus.articles


# The commands


@pytest.fixture
def ask(path: Path) -> Callable[..., Result]:
    return lambda command, *arguments: CliRunner().invoke(main, [command, "--archive", str(path), *arguments])


def test_a_table_of_collocates(ask: Callable[..., Result]) -> None:
    printed = ask("collocations", "boat OR 船", "--window", "1", "--min", "1")
    assert printed.exit_code == 0, printed.stderr
    assert printed.stdout.splitlines()[:4] == [
        "en: 2 hits in 2 articles; 3 words around them, 17 in all outside the hits",
        "  LL  near  expected  in all  articles  word",
        "3.79     1      0.18       1         1  sank",
        "3.25     2      0.71       4         2  red",
    ]
    assert "zh: 2 hits in 1 article" in printed.stdout


def test_a_table_of_keywords_says_what_is_left_out(ask: Callable[..., Result], tmp_path: Path) -> None:
    (tmp_path / "stop.txt").write_text("Red\n", encoding="utf-8")
    printed = ask("keyness", "boat", "--min", "2", "--stop-words", str(tmp_path / "stop.txt"))
    assert printed.stdout.splitlines()[0] == "en: 14 words of 2 articles, against 5 of 1"
    assert [line.split()[-1] for line in printed.stdout.splitlines()[2:3]] == ["boat"]
    assert printed.stderr.startswith("left out: 1 word of")
    cut = ask("keyness", "boat", "--min", "1", "--limit", "1")
    assert cut.stderr == "shown: 1 of 7 (en); --limit 7 shows all\n"
    assert ask("keyness", "boat", "--stop-words", str(tmp_path / "none.txt")).exit_code == 1


def test_a_snapshot_is_the_corpus_of_its_articles(tmp_path: Path) -> None:
    make(tmp_path / "archive.db", *({"body": body} for body in (*BOATS, "Green fields by a red road.", "Blue fields.")))
    whole = Selection(query="red OR sky", language="en")
    with Archive(tmp_path / "archive.db", "write") as archive:
        freeze(archive, "some", whole, now=datetime(2026, 11, 24, tzinfo=UTC))
        words_of_all = count_selection_frequencies(archive.db, whole, SINGLE)
        others = count_selection_frequencies(archive.db, Selection(query="(red OR sky) -boat", language="en"), SINGLE)
        assert 0 < others.articles < words_of_all.articles < archive.count("language:en")
        asked = Selection(query="boat", snapshot="some")
        (key,) = keywords(archive, asked, minimum=1)
        assert (key.other_articles, key.other_words) == (others.articles, others.size)
        (around_it,) = collocations(archive, asked, 1, "ll", 1)
        assert around_it.words == words_of_all.size - around_it.hits


def test_nothing_to_show_is_said(ask: Callable[..., Result]) -> None:
    rare = ask("collocations", "boat", "--min", "50")
    assert (
        rare.stdout.splitlines()[1]
        == "  of the words that stand there 50 times or more, none does more often than by chance"
    )
    assert ask("keyness", "boat", "--min", "50").stdout.splitlines()[1].endswith("50 times or more, none is used more")
    alone = ask("keyness", "boat", "--against", "xylophonist")
    assert alone.stdout.splitlines()[1] == "  there is nothing to compare with"


def test_a_file_that_is_no_text_is_no_list_of_words(ask: Callable[..., Result], path: Path) -> None:
    shown = ask("keyness", "boat", "--stop-words", str(path))
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "it is not UTF-8 text" in shown.stderr
    assert shown.stderr.count("\n") == 1


# red, sank, near, rocks, at and night; "sky" stands elsewhere as often. In keyness the boats are words as well.
@pytest.mark.parametrize(("command", "count"), [("collocations", 6), ("keyness", 7)])
def test_rows_for_programs(ask: Callable[..., Result], command: str, count: int) -> None:
    whole = json.loads(ask(command, "boat", "--min", "1", "--json").stdout)
    lines = [json.loads(line) for line in ask(command, "boat", "--min", "1", "--jsonl").stdout.splitlines()]
    table = list(csv.DictReader(io.StringIO(ask(command, "boat", "--min", "1", "--csv").stdout)))
    assert whole == lines
    assert [row["word"] for row in table] == [row["word"] for row in whole]
    assert len(whole) == count
    assert {"language", "word", "expected", "articles", "score", "words"} <= set(whole[0])


@pytest.mark.parametrize("command", ["collocations", "keyness"])
def test_nothing_found_and_bad_input_are_one_line(ask: Callable[..., Result], command: str, tmp_path: Path) -> None:
    nothing = ask(command, "nowhere")
    assert (nothing.exit_code, nothing.stdout, nothing.stderr) == (0, "", "nothing was found\n")
    assert json.loads(ask(command, "nowhere", "--json").stdout) == []
    for wrong in (("--measure", "x"), ("--min", "0"), ("--window", "0"), ("--limit", "x")):
        refused = ask(command, "boat", *wrong)
        assert refused.exit_code == 1
        assert len(refused.stderr.splitlines()) == 1
