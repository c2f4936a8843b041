"""Names in texts: capitalised sequences as a reader sees them, the counts of a slow program, and networks others open."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import combinations
from pathlib import Path

import networkx
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from support.datelines import keep_datelines, look_up
from support.examples import count_examples
from support.newsroom import GAZETTE, NOW, Newsroom
from support.tables import check_rows

from crawler.archive import Archive, Selection
from crawler.cli import main
from crawler.errors import ExportFailed
from crawler.normalisation.words.tokenizer import make_search_text
from crawler.research.names.name_list import list_names
from crawler.research.names.network_file import write_network
from crawler.research.names.sequences import CONNECTORS, Evidence, find_sequences

BODIES = (
    ("en", "Rose Calder met Tom Wren in Littleport. Calder said nothing. The mayor, Tom Wren, left."),
    ("en", "In Littleport the mayor Tom Wren spoke of Rose Calder.\n\nWren, a baker, is from Atlantis."),
    ("it", "A Littleport il sindaco Tom Wren parla dell’Unione dei Fornai. Rose Calder tace."),
    ("zh", "小船过河。"),
    ("ru", "Вчера в Москве, где Анна Петрова встретила Ивана. Сегодня Анна Петрова уехала в Казань."),
)


@check_rows(
    "language, text, names",
    [
        ("en", "He met Osama bin Laden and Ludwig van der Rohe.", ["Osama bin Laden", "Ludwig van der Rohe"]),
        (
            "en",
            "It is the Ministry of Foreign Affairs of the Republic.",
            ["Ministry of Foreign Affairs of the Republic"],
        ),
        ("en", "We saw Fr. John Smith, J. B. Vu and St. Petersburg.", ["John Smith", "J. B. Vu", "St. Petersburg"]),
        (
            "en",
            "They saw Rome’s Pope Francis and O’Brien's dog on Monday, in May.",
            ["Rome", "Pope Francis", "O’Brien"],
        ),
        ("en", "Yesterday it rained. Nobody came. “The end,” said I.", []),
        ("en", "At the UN, NATO and the A-list and Al-Azhar met.", ["UN", "NATO", "A-list", "Al-Azhar"]),
        ("en", "WHOLE LINE IN CAPITALS\n\nthe House stands", ["House"]),
        ("en", "Good Friday came on a Friday, on Fridays.", []),
        ("it", "il presidente dell’Università di Pavia e l'India", ["Università di Pavia", "India"]),
        ("it", "L’India cresce con la Cina", ["India", "Cina"]),
        (
            "de",
            "der Bürgermeister von Kleinstadt und Anna Maria Berg",
            ["Bürgermeister von Kleinstadt", "Anna Maria Berg"],
        ),
        ("ru", "вчера Анна Петрова и Иван", ["Анна Петрова", "Иван"]),
        ("el", "ο Γιώργος Σεφέρης στην Αθήνα", ["Γιώργος Σεφέρης", "Αθήνα"]),
        ("zh", "小船过河。", []),
        ("en", "", []),
    ],
)
def test_sequences_are_found_as_a_reader_sees_them(language, text, names) -> None:
    evidence = Evidence()
    evidence.add(text)
    assert list(find_sequences(text, evidence, language)) == names


def test_the_first_word_of_a_sentence_needs_evidence() -> None:
    evidence = Evidence()
    evidence.add("we saw Wren and the mayor. Mayor Wren left")
    assert list(find_sequences("Wren spoke. Mayor Wren left. Mayor", evidence, "en")) == ["Wren", "Wren"]
    evidence.add("of Mayor and Mayor")
    assert list(find_sequences("Mayor Wren left.", evidence, "en")) == ["Mayor Wren"]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("names") / "archive.db"
    room = Newsroom()
    with Archive(path, "create") as archive:
        run = archive.begin_run(GAZETTE, now=NOW)
        for key, (language, body) in enumerate(BODIES, 1):
            authors = ("Rose Calder",) if key == 1 else ()
            archive.keep([room.visit(room.article(key, body=body, language=language, authors=authors))], run, NOW)
        archive.finish_run(run, "finished", NOW)
        keep_datelines(archive, [(90, "en", "Littleport", None)])
        look_up(archive)
    return path


def test_names_are_counted_marked_and_paired(path: Path) -> None:
    with Archive(path) as archive:
        found = list_names(archive, Selection(), minimum=1)
        names = {name.name: (name.articles, name.count, name.mark) for name in found.names}
        assert names["Tom Wren"] == (3, 4, None)
        assert names["Rose Calder"] == (2, 2, "author")  # in Italian nothing but the first word of a sentence
        assert names["Littleport"] == (3, 3, "place")
        assert (names["Calder"], names["Wren"]) == ((2, 2, None), (1, 1, None))
        assert names["Анна Петрова"][:2] == (1, 2)
        assert "The" not in names
        assert found.without_capitals == ("zh",)
        assert found.articles == 6
        kept = list_names(archive, Selection(), minimum=2, without=["author", "place"])
        assert [name.name for name in kept.names] == ["Tom Wren", "Calder"]
        assert [(pair.first, pair.second, pair.articles) for pair in kept.pair(1)] == [(0, 1, 2)]


def count_slowly(texts: list[str]) -> tuple[Counter[str], Counter[frozenset[str]]]:
    """Count names and pairs of them in texts of words parted by single spaces, sentence by sentence."""
    inside: Counter[tuple[str, bool]] = Counter()
    sentences = [[sentence.split() for sentence in re.split(r"\. ?", text) if sentence] for text in texts]
    for text in sentences:
        for sentence in text:
            inside.update((word.lower(), word[0].isupper()) for word in sentence[1:])
    articles: Counter[str] = Counter()
    pairs: Counter[frozenset[str]] = Counter()
    for text in sentences:
        own: set[str] = set()
        for words in text:
            marks = "".join("c" if word in CONNECTORS else "N" if word[0].isupper() else "-" for word in words)
            for match in re.finditer(r"N(?:c{0,2}N)*", marks):
                run = words[match.start() : match.end()]
                if match.start() == 0 and inside[run[0].lower(), True] <= inside[run[0].lower(), False]:
                    run = run[1:]
                    while run and run[0] in CONNECTORS:
                        run = run[1:]
                if run and len(run) <= 9:
                    own.add(make_search_text(" ".join(run)))
        articles.update(own)
        pairs.update(map(frozenset, combinations(sorted(own), 2)))
    return articles, pairs


WORDS = st.sampled_from(["Wren", "wren", "Calder", "Rose", "rose", "of", "bin", "saw", "Łódź", "Анна", "анна", "the"])
SENTENCES = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)
TEXTS = st.lists(st.lists(SENTENCES, min_size=1, max_size=4).map(lambda parts: ". ".join(parts) + "."), max_size=4)


@settings(max_examples=count_examples(60))
@given(texts=TEXTS)
def test_names_and_pairs_are_those_of_a_slow_program(tmp_path_factory, texts) -> None:
    path = tmp_path_factory.mktemp("slow") / "archive.db"
    room = Newsroom()
    with Archive(path, "create") as archive:
        run = archive.begin_run(GAZETTE, now=NOW)
        archive.keep([room.visit(room.article(key, body=text)) for key, text in enumerate(texts, 1)], run, NOW)
        archive.finish_run(run, "finished", NOW)
        found = list_names(archive, Selection(), minimum=1)
    articles, pairs = count_slowly(texts)
    keys = [make_search_text(name.name) for name in found.names]
    assert {key: name.articles for key, name in zip(keys, found.names, strict=True)} == articles
    assert {frozenset((keys[pair.first], keys[pair.second])): pair.articles for pair in found.pair(1)} == pairs


def test_a_network_is_opened_by_networkx(path: Path, tmp_path: Path) -> None:
    def run(*arguments: str, code: int = 0):
        result = CliRunner().invoke(main, ["--archive", str(path), "names", *arguments])
        assert result.exit_code == code, result.output
        return result

    for ending, read in (("gexf", networkx.read_gexf), ("graphml", networkx.read_graphml)):
        target = tmp_path / f"names.{ending}"
        assert "4 names, 2 pairs in" not in run("--min", "1", "--min-pair", "2", "--network", str(target)).stdout
        graph = read(target)
        labels = {node: values["label"] for node, values in graph.nodes(data=True)}
        edges = {frozenset((labels[one], labels[two])): values for one, two, values in graph.edges(data=True)}
        assert edges[frozenset(("Tom Wren", "Littleport"))]["articles"] == 3
        assert edges[frozenset(("Tom Wren", "Rose Calder"))]["weight"] == 2
        assert not graph.is_directed()
        assert "exists already" in run("--network", str(target), code=1).stderr
        run("--network", str(target), "--force")
    assert "is no name for a network" in run("--network", str(tmp_path / "a\udcff.gexf"), code=1).stderr
    assert "must end in .gexf or .graphml" in run("--network", str(tmp_path / "names.txt"), code=1).stderr
    rows = json.loads(run("--json", "--min", "1", "--columns", "name,articles,known_as", "--limit", "2").stdout)
    assert rows[0] in (
        {"name": "Littleport", "articles": 3, "known_as": "place"},
        {"name": "Tom Wren", "articles": 3, "known_as": None},
    )
    shown = run("--min", "2", "--without", "author", "--order", "name")
    assert shown.stdout.splitlines()[1:] == [
        *("        2        2  Calder", "        3        3  Littleport  (place)", "        3        4  Tom Wren")
    ]
    assert "capitalised sequences, not recognised entities, in 6 articles" in shown.stderr
    with Archive(path) as archive, pytest.raises(ExportFailed, match="cannot be written"):
        write_network(list_names(archive, Selection()), tmp_path / "missing" / "names.gexf")
