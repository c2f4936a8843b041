"""Concordances against texts whose hits were counted by hand or made with the text."""

from __future__ import annotations

import csv
import io
import itertools
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from support.examples import count_examples
from support.newsroom import GAZETTE, NOW, Newsroom
from support.program import run_code

from crawler.archive import Archive
from crawler.archive.search.matching import find_hits, list_wanted
from crawler.archive.search.query_parser import parse_query
from crawler.archive.search.selection import Selection
from crawler.cli import main
from crawler.errors import BadQuery
from crawler.research.kwic import KwicLine, concordance, measure_columns, measure_left_context
from crawler.research.timeline import timeline

ROOM = Newsroom()


def make(path: Path, *articles: dict[str, object]) -> Path:
    with Archive(path, "create") as archive:
        run = archive.begin_run(GAZETTE, now=NOW)
        for key, about in enumerate(articles, 1):
            archive.keep([ROOM.visit(ROOM.article(key, **about))], run, NOW)  # type: ignore[arg-type]
        archive.finish_run(run, "finished", NOW)
    return path


FERRY = {
    "headline": "The ferry and the harbour",
    "lead": "Harbour pilots wait.",
    "body": "A ferry left the old harbour at noon.\n\nHarbours everywhere “sleep”; the peace\ntalks go on.",
    "on": "2012-05-01",
}
PORT = {"headline": "香港的港口", "body": "香港的港口很大。新港，香 港口。", "language": "zh", "on": "2010-01-02"}
BAGHDAD = {
    "headline": "السَّلامُ عليكم",
    "body": "يصلي المؤمنون في بغداد من أجل السلام والسلام لكم.",
    "language": "ar",
    "on": None,
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("small") / "archive.db", FERRY, PORT, BAGHDAD)


@pytest.fixture
def kept(small: Path) -> Iterator[Archive]:
    with Archive(small) as archive:
        yield archive


def shown(archive: Archive, query: str, width: int = 60, sort: object = "position", **more: object) -> list[KwicLine]:
    return list(concordance(archive, Selection(query=query), width, sort, **more))  # type: ignore[arg-type]


def test_every_hit_of_a_word_has_a_line_in_its_printed_spelling(kept: Archive) -> None:
    lines = shown(kept, "harbour")
    assert [(line.field, line.left, line.key, line.right) for line in lines] == [
        ("headline", "The ferry and the ", "harbour", ""),
        ("lead", "", "Harbour", " pilots wait."),
        ("body", "A ferry left the old ", "harbour", " at noon.\n\nHarbours everyw"),
    ]
    assert [line.start for line in lines] == [18, 0, 21]
    assert {(line.article_id, line.language, line.published_on, line.site) for line in lines} == {
        (1, "en", "2012-05-01", "gazette")
    }


def test_phrases_prefixes_and_fields(kept: Archive) -> None:
    assert [line.key for line in shown(kept, '"peace talks"')] == ["peace\ntalks"]
    assert [line.key for line in shown(kept, "harbour*")] == ["harbour", "Harbour", "harbour", "Harbours"]
    assert [line.field for line in shown(kept, "lead:harbour")] == ["lead"]
    assert [line.field for line in shown(kept, "harbour", fields=("body",))] == ["body"]
    assert [line.key for line in shown(kept, '"the peace tal"*')] == ["the peace\ntalks"]
    assert shown(kept, "sleep") == shown(kept, "sleep -nowhere language:en")


def test_terms_of_one_length_at_one_place_are_one_hit_and_of_two_lengths_two(kept: Archive) -> None:
    assert len(shown(kept, "talks OR body:talks")) == 1
    assert [line.key for line in shown(kept, 'peace OR "peace talks"')] == ["peace", "peace\ntalks"]


def test_words_of_near_are_hits_only_where_they_are_near(kept: Archive) -> None:
    assert [line.key for line in shown(kept, "NEAR(ferry harbour, 3)")] == ["ferry", "harbour", "ferry", "harbour"]
    # In the body four words stand between them, in the headline two.
    assert [line.field for line in shown(kept, "NEAR(left noon, 4)")] == ["body", "body"]
    assert shown(kept, "NEAR(left noon, 3)") == []


def test_chinese_and_arabic_hits(kept: Archive) -> None:
    assert [(line.field, line.left, line.key, line.right) for line in shown(kept, "香港")] == [
        ("headline", "", "香港", "的港口"),
        ("body", "", "香港", "的港口很大。新港，香 港口。"),
        ("body", "香港的港口很大。新港，", "香 港", "口。"),  # a single space parts no word; a comma does
    ]
    assert [(line.left, line.key) for line in shown(kept, "السلام")] == [
        ("", "السَّلامُ"),
        ("المؤمنون في بغداد من أجل ", "السلام"),
    ]


@pytest.mark.parametrize("query", ["香港", "港口", '"香港 的"', "NEAR(新 港, 1)", "السلام", "الس*", "harbour* OR 港"])
def test_the_index_and_the_printed_text_have_the_same_hits(kept: Archive, query: str) -> None:
    (counted,) = timeline(kept, [Selection(query=query)], "year", "hits").series
    assert counted.total.count == len(shown(kept, query)) > 0


def test_lines_are_cut_by_columns_and_never_inside_a_letter(kept: Archive) -> None:
    for query in ("harbour", "香港", "السلام", "港口"):
        for width in (20, 31, 44, 60):
            for line in shown(kept, query, width):
                before = measure_left_context(Selection(query=query), width)
                assert measure_columns(" ".join(line.left.split())) <= before
                assert measure_columns(line.key + " ".join(line.right.split())) <= max(
                    width - before - 4, measure_columns(line.key)
                )


def test_lines_are_sorted_by_what_stands_beside_the_keyword(tmp_path: Path) -> None:
    texts = [
        "zoo boat Änder",
        "Ahoy boat",
        "apple boat zebra",
        "mine boat ander two",
        "mine boat, andes",
        "Écran boat b",
    ]
    path = make(
        tmp_path / "archive.db",
        *({"headline": "-", "body": text, "on": f"20{30 - n}-01-01"} for n, text in enumerate(texts)),
    )
    with Archive(path) as archive:
        right = [line.right.strip(" ,") for line in shown(archive, "boat", sort="right")]
        left = [line.left.strip() for line in shown(archive, "boat", sort="left")]
        dates = [line.published_on for line in shown(archive, "boat", sort="date")]
    assert right == ["", "Änder", "ander two", "andes", "b", "zebra"]
    assert left == ["Ahoy", "apple", "Écran", "mine", "mine", "zoo"]
    assert dates == sorted(dates)  # type: ignore[type-var]


def test_undated_lines_are_last_by_date(kept: Archive) -> None:
    assert [line.published_on for line in shown(kept, "harbour OR 港口 OR السلام", sort="date")][-2:] == [None, None]


@pytest.mark.parametrize("query", ["", "   ", "language:en", "-harbour", "-(harbour OR ferry) since:2010"])
def test_a_query_that_points_at_nothing_is_refused(kept: Archive, query: str) -> None:
    with pytest.raises(BadQuery, match="keyword"):
        shown(kept, query)


# The property: every line is printed text, and there are as many as a count by brute force finds

WORDS = ["peace", "talks", "peaceful", "harbour", "Éclair", "a", "B2", "ŁÓDŹ"]
FOLDED = {"Éclair": "eclair", "ŁÓDŹ": "lodz", "B2": "b2"}
PARTS = [" ", ", ", " — ", "\n\n", " “", "” ", ". "]
SEED = random.Random(20_260_301)


def text_of(said: list[str]) -> str:
    return "".join(word + SEED.choice(PARTS) for word in said).strip()


SPOKEN = [[SEED.choices(WORDS, k=SEED.randint(1, 30)) for _ in ("headline", "lead", "body")] for _ in range(60)]
PRINTED = [dict(zip(("headline", "lead", "body"), map(text_of, fields), strict=True)) for fields in SPOKEN]


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    path = make(tmp_path_factory.mktemp("generated") / "archive.db", *PRINTED)  # type: ignore[arg-type]
    with Archive(path) as archive:
        yield archive


Asked = tuple[str, Callable[[list[str]], set[tuple[int, int]]]]


def word(text: str, prefix: bool) -> Callable[[list[str], int], bool]:
    return lambda said, at: said[at].startswith(text) if prefix else said[at] == text


def phrase(parts: tuple[str, ...], prefix: bool) -> Callable[[list[str]], set[tuple[int, int]]]:
    def find(said: list[str]) -> set[tuple[int, int]]:
        size = len(parts)
        return {
            (at, at + size)
            for at in range(len(said) - size + 1)
            if all(word(part, prefix and n == size - 1)(said, at + n) for n, part in enumerate(parts))
        }

    return find


simple = st.sampled_from([FOLDED.get(word, word) for word in WORDS])


@st.composite
def asked(draw: st.DrawFn) -> Asked:
    kind = draw(st.sampled_from(["phrase", "near", "or"]))
    if kind == "near":
        a, b, distance = draw(simple), draw(simple), draw(st.integers(0, 5))

        def near(said: list[str]) -> set[tuple[int, int]]:
            found = set()
            for one, other in itertools.product(phrase((a,), False)(said), phrase((b,), False)(said)):
                first, last = sorted((one, other))
                if last[0] - first[1] <= distance:
                    found |= {one, other}
            return found

        return f"NEAR({a} {b}, {distance})", near
    parts, prefix = tuple(draw(st.lists(simple, min_size=1, max_size=3))), draw(st.booleans())
    text = f'"{" ".join(parts)}"' + "*" * prefix
    if kind == "phrase":
        return text, phrase(parts, prefix)
    other, find = draw(asked())
    return f"{text} OR {other}", lambda said: phrase(parts, prefix)(said) | find(said)


@settings(max_examples=count_examples(80))
@given(asked(), st.integers(20, 90), st.sampled_from(["position", "right", "left"]))
def test_every_line_is_printed_text_and_none_is_missing(
    generated: Archive, question: Asked, width: int, sort: str
) -> None:
    query, find = question
    truth = [
        {
            field: find([FOLDED.get(word, word).lower() for word in said])
            for field, said in zip(PRINTED[0], fields, strict=True)
        }
        for fields in SPOKEN
    ]
    lines = shown(generated, query, width, sort)
    assert len(lines) == sum(len(places) for fields in truth for places in fields.values())
    for line in lines:
        text = PRINTED[line.article_id - 1][line.field]
        begin = line.start - len(line.left)
        assert begin >= 0
        assert text[begin:].startswith(line.left + line.key + line.right)
    # The words of the index give the same hits as the printed ones, which counts of hits rely on.
    (counted,) = timeline(generated, [Selection(query=query)], "year", "hits").series
    assert counted.total.count == len(lines)
    # FTS5 finds an article exactly when it has a line.
    assert generated.count(query) == len({line.article_id for line in lines})


def test_near_agrees_with_its_definition_for_three_phrases() -> None:
    draw = random.Random(7)
    wanted = list_wanted(parse_query('NEAR("a b" c d, 3)').node)
    for _ in range(400):
        said = draw.choices("abcd", k=draw.randint(3, 14))
        terms = [[n for n in range(len(said)) if said[n : n + len(term)] == list(term)] for term in ("ab", "c", "d")]
        truth = set()
        for group in itertools.product(*terms):
            ends = [start + size for start, size in zip(group, (2, 1, 1), strict=True)]
            if max(group) - min(ends) <= 3:
                truth |= set(zip(group, ends, strict=True))
        assert find_hits(said, wanted) == sorted(truth), said


def test_a_long_text_with_a_hit_at_every_second_word_takes_no_longer_for_each(tmp_path: Path) -> None:
    path = make(tmp_path / "archive.db", {"body": "peace war " * 25_000})
    begun = time.process_time()
    with Archive(path) as archive:
        assert len(shown(archive, "NEAR(peace war, 1000)")) == 50_000
    assert time.process_time() - begun < 4  # as pairs of words, or with a copy of the text for each hit, it takes 7 s


# The command

Ask = Callable[..., Result]


@pytest.fixture
def ask(small: Path) -> Ask:
    return lambda *arguments, **more: CliRunner().invoke(main, ["kwic", "--archive", str(small), *arguments], **more)


@pytest.mark.parametrize("query", ["harbour OR ferry", "香港 OR 港口", "السلام"])
def test_keywords_stand_in_one_column_of_an_80_column_terminal(ask: Ask, small: Path, query: str) -> None:
    printed = ask(query)
    assert printed.exit_code == 0, printed.stderr
    lines = printed.stdout.splitlines()
    with Archive(small) as archive:
        expected = shown(archive, query, 80 - len("1 2012-05-01 en "))
    assert len(lines) == len(expected) > 1
    starts = set()
    for text, line in zip(lines, expected, strict=True):
        assert cell_len(text) <= 80
        assert text.startswith(f"{line.article_id} {line.published_on or 'no date':<10} {line.language} ")
        # As printed, from the beginning of the line to the keyword, whatever the order of the contexts is.
        key = "  " + ("\u200e" if "\u200e" in text else "") + " ".join(line.key.split())
        starts.add(cell_len(text[: text.index(key)]) + 2)
    assert len(starts) == 1


def test_right_to_left_text_is_read_from_the_right(ask: Ask) -> None:
    line = ask("السلام", "--field", "body").stdout.splitlines()[0]
    assert line.index("والسلام") < line.index("بغداد"), "what comes after the keyword stands left of it"


def test_rows_for_programs_agree_and_are_as_printed(ask: Ask, small: Path) -> None:
    whole = json.loads(ask("harbour*", "--width", "40", "--json").stdout)
    lines = [json.loads(line) for line in ask("harbour*", "--width", "40", "--jsonl").stdout.splitlines()]
    table = list(csv.DictReader(io.StringIO(ask("harbour*", "--width", "40", "--csv").stdout)))
    assert whole == lines
    assert (
        [row["key"] for row in table] == [row["key"] for row in whole] == ["harbour", "Harbour", "harbour", "Harbours"]
    )
    assert {"article_id", "published_on", "language", "field", "start", "left", "key", "right", "url"} <= set(whole[0])
    assert json.loads(ask("nothing", "--json").stdout) == []


def test_safe_csv_has_no_formulas(tmp_path: Path) -> None:
    path = make(tmp_path / "archive.db", {"headline": "=cmd boat", "body": "+1 boat @x"})
    rows = list(
        csv.reader(
            io.StringIO(CliRunner().invoke(main, ["kwic", "--archive", str(path), "boat", "--csv", "--safe"]).stdout)
        )
    )
    assert len(rows) == 3
    assert not [cell for row in rows for cell in row if cell[:1] in "=+@" and cell]


def test_hostile_text_commands_no_terminal(tmp_path: Path) -> None:
    path = make(tmp_path / "archive.db", {"headline": "x", "body": "red \x1b[31m boat \u202eevil\x07 end"})
    for form in ((), ("--csv",), ("--json",)):
        printed = CliRunner().invoke(main, ["kwic", "--archive", str(path), "boat", *form]).stdout
        assert "boat" in printed
        assert not {"\x1b", "\x07", "\u202e"} & set(printed)


def test_messages_say_how_many_and_what_was_left_out(ask: Ask) -> None:
    assert ask("harbour").stderr == "3 lines\n"
    assert ask("harbour", "--limit", "2").stderr == "stopped after 2 lines; there are more\n"
    assert ask("harbour", "--limit", "3").stderr == "3 lines\n"
    assert ask("nowhere").stderr.startswith("no line")
    refused = ask("language:en")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("seealso: a concordance needs")
    for wrong in (("--width", "3"), ("--width", "99999999999"), ("--order", "up"), ("--csv", "--json"), ("--safe",)):
        assert ask("harbour", *wrong).exit_code == 1


LIMITED = """
import resource, runpy
resource.setrlimit(resource.RLIMIT_FSIZE, (512_000, 512_000))
runpy.run_module("crawler", run_name="__main__")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such limits")
def test_lines_that_no_temporary_file_can_hold_are_one_line_of_complaint(tmp_path: Path) -> None:
    make(tmp_path / "archive.db", {"body": "boat " * 25_000})
    ended = run_code(LIMITED, *("kwic", "boat", "--sort", "left", "--archive", "archive.db"), cwd=tmp_path)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.startswith("seealso: cannot sort the lines")
    assert len(ended.stderr.splitlines()) == 1


def test_an_empty_archive_has_no_lines(tmp_path: Path) -> None:
    printed = CliRunner().invoke(main, ["kwic", "--archive", str(make(tmp_path / "archive.db")), "boat"])
    assert (printed.exit_code, printed.stdout) == (0, "")
