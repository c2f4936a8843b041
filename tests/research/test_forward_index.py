"""The forward index counts what reading the texts counts, to the last digit, and follows every change of an archive."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest
from support.newsroom import GAZETTE, NOW, Newsroom

from crawler.archive import Archive, Selection
from crawler.research.forward_index import neighbours, run_counts, runs, surroundings, token_counts
from crawler.research.forward_index.builder import IndexBuilder
from crawler.research.forward_index.index import ForwardIndex
from crawler.research.kwic import concordance, read_lines
from crawler.research.line_order import LineOrder
from crawler.research.timeline import timeline
from crawler.research.words.association import compute_p_value
from crawler.research.words.collocations import collocations
from crawler.research.words.keyness import keywords
from crawler.research.words.tokens import TokenRule
from crawler.research.words.word_list import list_words

ROOM = Newsroom()
WORDS: Final = {
    "en": ["the", "old", "boat", "sank", "near", "red", "rocks", "and", "a", "school"],
    "it": ["la", "barca", "è", "rossa,", "così.", "La", "città"],
    "ru": ["в", "реке", "лодка", "и", "ёлка"],
    "ar": ["القارب", "في", "النهر", "والميناء"],
    "zh": ["船", "河", "，", "好", "香港", "。", "radio ", "\n\n"],
    "ko": ["배가", "강,", "에", "있다.", "학교"],
    "th": ["เรือ", "น้ำ", " ", "ใน", "แม่"],
}
RULES: Final = (TokenRule(), *(TokenRule(ngrams=number) for number in (1, 3)))
QUERIES: Final = (
    "",
    "boat",
    "bo* OR 船",
    '"old boat" OR boat OR headline:report',
    "香港 OR 河",
    "body:лодка OR القارب",
    "NEAR(boat school, 3)",
    "-boat",
    "report until:2020",
    "배",
)


def choose(queries: Sequence[str]) -> list[Any]:
    """Return queries as cases of a test: two of five are quick."""
    return [
        query if number % 5 < 2 else pytest.param(query, marks=pytest.mark.slow) for number, query in enumerate(queries)
    ]


def write_text(chance: random.Random, language: str) -> str:
    joint = "" if language in ("zh", "th") else " "
    return joint.join(chance.choices(WORDS[language], k=chance.randrange(1, 40)))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    chance = random.Random(14)
    path = tmp_path_factory.mktemp("forward") / "archive.db"
    visits = []
    for number in range(1, 46):
        language = chance.choice(list(WORDS))
        day = f"20{chance.randrange(18, 24)}-0{chance.randrange(1, 10)}-11" if number % 9 else None
        article = ROOM.article(number, f"Report {number}", write_text(chance, language), language=language, on=day)
        lead = write_text(chance, language) if number % 3 else None
        visits.append(ROOM.visit(replace(article, lead=lead, story=str(number // 2))))
    with Archive(path, "create") as archive:
        archive.keep(visits, archive.begin_run(GAZETTE, now=NOW), NOW)
    with Archive(path) as archive:
        yield archive


@pytest.fixture(scope="module")
def index(archive: Archive) -> ForwardIndex:
    index = IndexBuilder().update(archive.db)
    assert index is not None
    return index


@pytest.mark.parametrize("query", choose(QUERIES))
def test_words_are_listed_as_by_reading(archive: Archive, index: ForwardIndex, query: str) -> None:
    """The slow cases take a second."""
    for unit in ("article", "story"):
        selection = Selection(query=query, unit=unit)
        for rule in RULES:
            read = list_words(archive, selection, rule, 2, {"the"})
            assert list_words(archive, selection, rule, 2, {"the"}, index=index) == read
            firsts = tuple(replace(language, words=language.words[:4]) for language in read)
            assert list_words(archive, selection, rule, 2, {"the"}, limit=4, index=index) == firsts


@pytest.mark.parametrize("bits", [62, 12])
def test_articles_are_counted_in_parts_and_runs_with_few_bits(
    archive: Archive, index: ForwardIndex, monkeypatch: pytest.MonkeyPatch, bits: int
) -> None:
    for module in (run_counts, surroundings, token_counts):
        monkeypatch.setattr(module, "ROWS_IN_CACHE", 7)
    for module in (neighbours, run_counts, runs, token_counts):
        monkeypatch.setattr(module, "MOST_BITS", bits)
    monkeypatch.setattr(run_counts, "_MOST_LOOKED_UP", bits * bits)  # some are looked up, others searched for
    selection, rule = Selection(query="boat OR 香港 OR 배 OR лодка"), TokenRule(ngrams=3)
    for clusters in (False, True):
        read = list_words(archive, selection, rule, 1, clusters=clusters)
        firsts = tuple(replace(language, words=language.words[:9]) for language in read)
        assert list_words(archive, selection, rule, 1, clusters=clusters, limit=9, index=index) == firsts
    assert collocations(archive, selection, rule=rule, index=index) == collocations(archive, selection, rule=rule)


@pytest.mark.parametrize("query", choose(QUERIES))
def test_keywords_are_those_of_reading(archive: Archive, index: ForwardIndex, query: str) -> None:
    """The slow cases take two seconds."""
    selection = Selection(query=query, unit="story")
    for rule in (*RULES[::2], TokenRule(ngrams=2)):
        for less in (False, True):
            read = keywords(archive, selection, minimum=1, less=less, rule=rule)
            assert keywords(archive, selection, minimum=1, less=less, rule=rule, index=index) == read
            some = {"minimum": 1, "less": less, "exclude_query_words": True, "rule": rule, "stop": {"old boat"}}
            kept = keywords(archive, selection, **some)
            firsts = tuple(replace(language, keywords=language.keywords[:3]) for language in kept)
            for forward in (None, index):
                assert keywords(archive, selection, **some, limit=3, index=forward) == firsts
            assert [language.total for language in firsts] == [len(language.keywords) for language in kept]
            for keyword in (keyword for language in read for keyword in language.keywords):
                assert keyword.p_value == compute_p_value(keyword.score)  # the likelihood of what they are sorted by
    against = Selection(query="boat OR 河")
    assert keywords(archive, selection, against, minimum=1, index=index) == keywords(
        archive, selection, against, minimum=1
    )


@pytest.mark.parametrize("query", choose(["report", "report -香港", "boat language:en", *QUERIES]))
def test_sides_that_are_a_whole_language_are_those_of_reading(
    archive: Archive, index: ForwardIndex, query: str
) -> None:
    """Of most of a language, and of what is not in few, nothing is counted but the few.

    The slow cases take two seconds.
    """
    for rule, since, less in product(
        (TokenRule(), TokenRule(ngrams=2), TokenRule(ngrams=3)), (None, "2020"), (False, True)
    ):
        selection = Selection(query=query, since=since)
        read = keywords(archive, selection, minimum=1, less=less, rule=rule)
        for limit in (None, 4):
            firsts = tuple(replace(language, keywords=language.keywords[:limit]) for language in read)
            assert keywords(archive, selection, minimum=1, less=less, rule=rule, limit=limit, index=index) == firsts


@pytest.mark.parametrize("query", choose([query for query in QUERIES if query not in ("", "-boat")]))
def test_what_stands_around_and_every_line_are_those_of_reading(
    archive: Archive, index: ForwardIndex, query: str
) -> None:
    """The slow cases take two seconds."""
    selection = Selection(query=query)
    for rule in RULES:
        read_clusters = list_words(archive, selection, rule, 1, clusters=True)
        assert list_words(archive, selection, rule, 1, clusters=True, index=index) == read_clusters
        read = collocations(archive, selection, 3, minimum=1, rule=rule)
        assert collocations(archive, selection, 3, minimum=1, rule=rule, index=index) == read
        firsts = tuple(replace(language, collocates=language.collocates[:2]) for language in read)
        assert collocations(archive, selection, 3, minimum=1, rule=rule, limit=2, index=index) == firsts
    orders: tuple[LineOrder, ...] = ("position", "date", "left", "right", (1, -1, 0), (0, 2), (-9, 9))
    for sort in orders:
        lines = tuple(concordance(archive, selection, sort=sort))
        for offset, limit in ((0, 5), (0, 1000), (3, 4), (6, 1000), (1000, 5)):
            some = read_lines(archive, selection, limit, sort=sort, index=index, offset=offset)
            assert (some.lines, some.total) == (lines[offset : offset + limit], len(lines)), (sort, offset, limit)
        made = read_lines(archive, selection, 4, sort=sort, offset=3)
        assert (made.lines, made.total) == (lines[3:7], len(lines)), sort
    counted = timeline(archive, [selection], "year", "hits")
    assert timeline(archive, [selection], "year", "hits", index=index) == counted


def test_what_stands_around_is_that_of_reading_in_long_texts(tmp_path: Path) -> None:
    """Between the hits are words that are left out; barriers, characters and ends stand near them."""
    dice = random.Random(5)
    words = ["boat", *(f"w{number}" for number in range(40)), "小", "船", "河", ".", "-", "小船河"]
    path = tmp_path / "long.db"
    with Archive(path, "create") as archive:
        run = archive.begin_run(GAZETTE, now=NOW)
        for key in range(1, 9):
            body = " ".join(dice.choices(words, [3 if word == "boat" else 4 for word in words], k=400))
            archive.keep([ROOM.visit(ROOM.article(key, f"boat {key}", f"{body} boat."))], run, NOW)
        index = IndexBuilder().update(archive.db, lambda _: True)
        for query, window, rule in product(("boat", '"boat w1" OR 船'), (1, 3, 9), RULES):
            selection = Selection(query=query)
            read = collocations(archive, selection, window, minimum=1, rule=rule)
            assert collocations(archive, selection, window, minimum=1, rule=rule, index=index) == read, (query, window)


def test_it_follows_what_changes_and_reads_no_more(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    builder = IndexBuilder()
    read: list[int] = []

    def note(missing: int) -> bool:
        read.append(missing)
        return True

    def check(expected: list[int]) -> None:
        read.clear()
        with Archive(path) as archive:
            index = builder.update(archive.db, note)
            assert read == expected
            for rule in RULES[::2]:
                for limit in (None, 50):  # all of them are counted anew, the first with what was kept of the language
                    words = list_words(archive, Selection(), rule, limit=limit, index=index)
                    assert words == list_words(archive, Selection(), rule)
                assert keywords(archive, Selection(query="one"), minimum=1, rule=rule, index=index) == keywords(
                    archive, Selection(query="one"), minimum=1, rule=rule
                )

    with Archive(path, "create") as archive:
        run = archive.begin_run(GAZETTE, now=NOW)
        archive.keep([ROOM.visit(ROOM.article(key, body=f"One 香港 text {key}")) for key in range(1, 5)], run, NOW)
    check([4])
    check([])
    with Archive(path, "write") as archive:
        later = [ROOM.visit(ROOM.article(2, body="Another 香港。港 text")), ROOM.visit(ROOM.article(9, body="New"))]
        archive.keep(later, run, NOW)
    check([2])
    with Archive(path, "write") as archive:
        archive.forget(("gazette/en/2",), why="asked for", now=NOW)
    check([])


def test_it_can_be_given_up_and_gone_on_with(archive: Archive, index: ForwardIndex) -> None:
    builder = IndexBuilder()
    assert builder.update(archive.db, lambda missing: False) is None
    again = builder.update(archive.db, lambda missing: missing == 45)
    assert again is not None
    assert again.vocabulary == index.vocabulary
