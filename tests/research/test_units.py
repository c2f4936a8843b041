"""What counts once: articles, stories and texts, counted alike by every way to count, and by hand."""

from __future__ import annotations

import csv
import io
import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from support.newsroom import GAZETTE, NOW, Newsroom
from support.page_reader import PageReader, element_text

from crawler.archive import Archive, Selection
from crawler.archive.search.facets import Facet, tally
from crawler.archive.search.units import Unit
from crawler.browse.parts.search_request import read_search_request
from crawler.cli import main
from crawler.research.exports import export
from crawler.research.samples import Sample, draw_sample
from crawler.research.timeline import timeline
from crawler.research.words.collocations import collocations
from crawler.research.words.keyness import keywords

WORDS: Final = ("harbour", "ferry", "lantern", "school", "river", "boat", "market", "rain")
UNITS: Final[tuple[Unit, ...]] = ("article", "story", "text")
FACETS: Final[tuple[Facet, ...]] = ("language", "year", "month", "author", "place")


@dataclass(frozen=True)
class Piece:
    """An invented article, and which story and which text it is."""

    id: int
    story: str | None
    text: int
    language: str
    day: str | None
    words: frozenset[str]
    author: str
    place: str

    @property
    def rank(self) -> tuple[str, int, str, int]:
        """What is sorted by to find the first of a unit."""
        key = str(self.id)
        return (f"{self.day}T99" if self.day else "~", len(key), key, self.id)

    def unit(self, unit: Unit) -> object:
        return {"article": self.id, "story": self.story or self.id, "text": (self.language, self.text)}[unit]


@pytest.fixture(scope="module")
def pieces() -> tuple[Piece, ...]:
    """Sixty articles: stories in several languages, texts printed again, some without a story or a day."""
    generator = random.Random(14)
    made: list[Piece] = []
    texts = [frozenset(generator.sample(WORDS, generator.randint(2, 5))) for _ in range(30)]
    for number in range(1, 61):
        text = generator.randrange(len(texts))
        made.append(
            Piece(
                id=number,
                story=str(generator.randint(1, 25)) if generator.random() < 0.8 else None,
                text=text,
                language=generator.choice(("en", "it")),
                day=f"20{generator.choice((10, 11))}-0{generator.randint(1, 6)}-1{generator.randint(0, 9)}"
                if generator.random() < 0.9
                else None,
                words=texts[text],
                author=generator.choice(("Ana Lima", "Bo Tran", "Cai Ling")),
                place=generator.choice(("Hue", "Macau")),
            )
        )
    return tuple(made)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, pieces: tuple[Piece, ...]) -> Iterator[Archive]:
    newsroom = Newsroom()
    with Archive(tmp_path_factory.mktemp("units") / "news.db", "create") as archive:
        run = archive.begin_run(GAZETTE, now=NOW)
        for piece in pieces:
            # The filler tells texts apart, so that no two of them are near copies.
            filler = " ".join(f"{word}{piece.text}{number}" for number in range(9) for word in sorted(piece.words))
            article = newsroom.article(
                piece.id,
                f"Text {piece.text}",
                f"{' '.join(sorted(piece.words))} {filler}",
                language=piece.language,
                on=piece.day,
                authors=(piece.author,),
                place=piece.place,
            )
            article = replace(article, story=piece.story)
            archive.keep([newsroom.visit(article)], run, NOW)
        yield archive


@dataclass(frozen=True)
class Question:
    """A random selection, and which pieces it is about."""

    query: str
    filters: Mapping[str, str]
    unit: Unit

    def finds(self, piece: Piece) -> bool:
        day = piece.day or ""
        return (
            all(word in piece.words for word in self.query.split())
            and self.filters.get("language", piece.language) == piece.language
            and self.filters.get("place", piece.place) == piece.place
            and ("since" not in self.filters or day >= self.filters["since"])
        )

    @property
    def selection(self) -> Selection:
        return Selection(query=self.query, unit=self.unit, **self.filters)  # type: ignore[arg-type]


def draw_questions() -> Iterator[Question]:
    generator = random.Random(2026)
    choices = {"language": ("en", "it"), "place": ("Hue", "Macau"), "since": ("2010-04", "2011")}
    for number in range(200):
        filters = {name: generator.choice(values) for name, values in choices.items() if generator.random() < 0.3}
        query = " ".join(generator.sample(WORDS, generator.randint(0, 2)))
        yield Question(query, filters, UNITS[number % 3])


def list_firsts(found: list[Piece], unit: Unit) -> list[Piece]:
    """Return the first piece of each unit, by hand."""
    firsts: dict[object, Piece] = {}
    for piece in sorted(found, key=lambda piece: piece.rank):
        firsts.setdefault(piece.unit(unit), piece)
    return sorted(firsts.values(), key=lambda piece: piece.id)


@pytest.mark.parametrize(("part", "least"), [(4, 6), pytest.param(1, 20, marks=pytest.mark.slow)])
def test_selections_are_counted_alike_everywhere(
    archive: Archive, pieces: tuple[Piece, ...], tmp_path: Path, part: int, least: int
) -> None:
    """A quarter of two hundred; all of them, the slow case, take two seconds."""
    numbers = set()
    for place, question in enumerate(list(draw_questions())[::part]):
        selection = question.selection
        firsts = list_firsts([piece for piece in pieces if question.finds(piece)], question.unit)
        numbers.add(len(firsts))
        ids = [piece.id for piece in firsts]
        assert archive.count(selection) == len(ids), question
        assert sorted(hit.id for hit in archive.search(selection, limit=100)) == ids
        assert [row.id for row in archive.articles(selection)] == ids
        assert tally(archive.db, selection, FACETS, None).total == len(ids)
        parameters = {**({"q": question.query} if question.query else {}), **question.filters, "unit": question.unit}
        assert archive.count(read_search_request(parameters).selection) == len(ids)  # as the browser asks
        (series,) = timeline(archive, [selection], "month").series
        assert series.total.count == len(ids)
        assert len(draw_sample(archive.db, selection, Sample(size=1000))) == len(ids)
        if place % 20 < 3:
            path = tmp_path / f"{place}.jsonl"
            export(archive, selection, "jsonl", path, made_at=NOW)
            assert [json.loads(line)["id"] for line in path.read_text(encoding="utf-8").splitlines()] == ids
    assert len(numbers) > least


def check_pages_and_commands(path: Path, pieces: tuple[Piece, ...], questions: list[Question]) -> None:
    """Ask the pages, the commands and an export, and count the pieces by hand."""
    reader = PageReader(path)
    runner = CliRunner()
    for question in questions:
        firsts = list_firsts([piece for piece in pieces if question.finds(piece)], question.unit)
        query = {"q": question.query} if question.query else {}
        address = urlencode({**query, **question.filters, "unit": question.unit})
        heading = element_text(reader.open(f"search?{address}").css("h1")[0])
        assert int(heading.split()[0]) == len(firsts), question
        table = csv.DictReader(io.StringIO(reader.ask(f"/news/-/timeline.csv?{address}&step=year").text))
        assert sum(int(row["count"]) for row in table) == len(firsts), question
        options = [word for name, value in question.filters.items() for word in (f"--{name}", value)]
        common = ["--archive", str(path), "--unit", question.unit, *options, "--", question.query]
        assert len(json.loads(runner.invoke(main, ["search", "--json", *common]).stdout)) == len(firsts), question
        exported = runner.invoke(main, ["export", "--format", "csv", "--to", "-", *common]).stdout
        ids = sorted(int(row["id"]) for row in csv.DictReader(io.StringIO(exported)))
        assert ids == [piece.id for piece in firsts], question


def test_pages_commands_and_exports_count_alike(archive: Archive, pieces: tuple[Piece, ...]) -> None:
    check_pages_and_commands(archive.path, pieces, list(draw_questions())[:10])


@pytest.mark.slow
def test_pages_commands_and_exports_count_two_hundred_selections_alike(
    archive: Archive, pieces: tuple[Piece, ...]
) -> None:
    """It takes a minute."""
    check_pages_and_commands(archive.path, pieces, list(draw_questions()))


def test_each_value_of_a_facet_is_counted_as_often_as_its_link_leads_to(archive: Archive) -> None:
    for question in list(draw_questions())[:60]:
        selection = question.selection
        for name, values in tally(archive.db, selection, FACETS, None).facets.items():
            for value in values:
                if name in ("year", "month"):
                    narrowed = replace(selection, since=max(value.value, selection.since or ""), until=value.value)
                else:
                    narrowed = replace(selection, **{name: value.value})
                if selection.since is None or name not in ("year", "month"):
                    assert archive.count(narrowed) == value.count, (question, name, value)


def test_a_timeline_measures_units_against_units(archive: Archive, pieces: tuple[Piece, ...]) -> None:
    for unit in UNITS:
        selection = Selection(query="harbour", unit=unit)
        result = timeline(archive, [selection], "month")
        (series,) = result.series
        assert result.plural == {"article": "articles", "story": "stories", "text": "texts"}[unit]
        counts = Counter(
            (piece.day or "")[:7] for piece in list_firsts([p for p in pieces if "harbour" in p.words], unit)
        )
        corpus = Counter((piece.day or "")[:7] for piece in list_firsts(list(pieces), unit))
        for period, share in zip(result.periods, series.shares, strict=True):
            assert (share.count, share.articles) == (counts[period], corpus[period]), (unit, period)
        assert (series.undated.count, series.undated.articles) == (counts[""], corpus[""])


def part_by_word(pieces: tuple[Piece, ...], word: str, language: str, unit: Unit) -> tuple[list[Piece], list[Piece]]:
    """Return the pieces of a language that stand for the units with a word, and for those without it, by hand."""
    spoken = [piece for piece in pieces if piece.language == language]
    found = [piece for piece in spoken if word in piece.words]
    units_found = {piece.unit(unit) for piece in found}
    return list_firsts(found, unit), list_firsts([p for p in spoken if p.unit(unit) not in units_found], unit)


def test_keywords_compare_units_with_units_and_none_with_itself(archive: Archive, pieces: tuple[Piece, ...]) -> None:
    for unit in UNITS:
        for result in keywords(archive, Selection(query="ferry", unit=unit), minimum=1):
            found, others = part_by_word(pieces, "ferry", result.language, unit)
            assert (result.articles, result.other_articles) == (len(found), len(others))
            count = {keyword.word: (keyword.count, keyword.other_count) for keyword in result.keywords}["ferry"]
            assert count == (len(found), 0)


def test_collocates_are_measured_against_the_units_that_were_looked_at(
    archive: Archive, pieces: tuple[Piece, ...]
) -> None:
    """The first article of a story that is found need not be its first: the corpus holds the one that is found."""
    for unit, word in product(UNITS, ("boat", "ferry", "rain")):
        for result in collocations(archive, Selection(query=word, unit=unit), minimum=1, window=100):
            found, others = part_by_word(pieces, word, result.language, unit)
            # A headline has two words; a body has its words once, and nine times with numbers.
            size = sum(2 + 10 * len(piece.words) for piece in (*found, *others))
            assert (result.hits, result.words) == (len(found), size - len(found)), (unit, word)
