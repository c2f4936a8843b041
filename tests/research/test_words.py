"""Word lists, runs of words, dispersion and corrected significance, against published figures and by brute force."""

from __future__ import annotations

import importlib.util
import json
import random
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner
from support.newsroom import GAZETTE, NOW, Newsroom

from crawler.archive import Archive, Selection
from crawler.cli import main
from crawler.errors import BadQuery, BadValue, MissingExtra
from crawler.research.words import segmentation
from crawler.research.words.association import (
    ContingencyTable,
    adjust_p_values,
    compute_p_value,
    keyness,
    log_dice,
    t_score,
    z_score,
)
from crawler.research.words.collocations import collocations
from crawler.research.words.keyness import keywords
from crawler.research.words.segmentation import segment_text
from crawler.research.words.stop_words import StopLists
from crawler.research.words.tokens import TokenRule, list_tokens, make_runs
from crawler.research.words.word_list import list_words

ROOM = Newsroom()
SINGLE = TokenRule(ngrams=1)


def fill(path: Path, *bodies: tuple[str, str]) -> Path:
    """Archive texts, each with its language, below the headline "x"."""
    with Archive(path, "create") as archive:
        run = archive.begin_run(GAZETTE, now=NOW)
        for key, (language, body) in enumerate(bodies, 1):
            archive.keep([ROOM.visit(ROOM.article(key, "x", body, language=language))], run, NOW)
    return path


# Published figures


def test_dispersion_is_griess(tmp_path: Path) -> None:
    """Gries 2008, section 1: a corpus of five parts, and "a" in it 1, 2, 3, 4 and 5 times; DP is 0.18."""
    parts = (
        "b a m n i b e u p",
        "b a s a t b e w q n",
        "b c a g a b e s t a",
        "b a g h a b e a a t",
        "b a h a a b e a x a t",
    )
    with Archive(fill(tmp_path / "a.db", *(("en", part) for part in parts))) as archive:
        (found,) = list_words(archive, Selection(), SINGLE, stop={"x"})
    (word,) = [word for word in found.words if word.word == "a"]
    # Each part has the headline "x" besides: 10, 11, 11, 11 and 12 words.
    shares = [size / 55 for size in (10, 11, 11, 11, 12)]
    by_hand = sum(abs(count / 15 - share) for count, share in zip((1, 2, 3, 4, 5), shares, strict=True)) / 2
    assert (word.count, word.articles) == (15, 5)
    assert word.dispersion == pytest.approx(by_hand)
    assert round(by_hand, 2) == 0.18


def test_the_correction_is_benjamini_and_hochbergs() -> None:
    """1995, section 3.2: of these fifteen p-values four are significant at 0.05, where Bonferroni keeps three."""
    published = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528]
    published += [0.759, 1.0]
    shuffled = random.Random(3).sample(published, len(published))
    adjusted = dict(zip(shuffled, adjust_p_values(shuffled), strict=True))
    assert [value for value in published if adjusted[value] <= 0.05] == published[:4]
    assert sum(15 * value <= 0.05 for value in published) == 3
    assert adjusted[0.0001] == pytest.approx(0.0015)
    assert all(adjusted[one] <= adjusted[other] for one, other in pairwise(published))
    assert adjust_p_values([]) == []


def test_p_values_are_those_of_the_tables_of_chi_squared() -> None:
    assert [round(compute_p_value(value), 4) for value in (0, 2.706, 3.841, 6.635, 10.828)] == [
        1,
        0.1,
        0.05,
        0.01,
        0.001,
    ]


def test_t_is_that_of_the_textbook() -> None:
    """Manning and Schütze 1999, section 5.3.1: "new companies" has t = 0.999932, which is below 2.576."""
    table = ContingencyTable(8, 15828 - 8, 4675 - 8, 14307668 - 15828 - 4675 + 8)
    assert t_score(table) == pytest.approx(0.999932, abs=1e-4)


def test_scores_by_hand() -> None:
    table = ContingencyTable(9, 1, 31, 59)  # 10 words here, 40 in all of 100: chance would put 4
    assert (t_score(table), z_score(table)) == (pytest.approx(5 / 3), pytest.approx(5 / 2))
    assert log_dice(ContingencyTable(5, 0, 0, 5)) == 14
    assert log_dice(ContingencyTable(1, 7, 7, 85)) == pytest.approx(11)
    assert (t_score(ContingencyTable(0, 1, 1, 1)), z_score(ContingencyTable(0, 1, 0, 1))) == (0, 0)


# By brute force, in six scripts

SCRIPTS: Final = {
    "en": (("boat", "river", "school", "rain", "the"), ". "),
    "ru": (("лодка", "река", "школа", "дождь", "и"), ". "),
    "el": (("καραβι", "ποταμος", "σχολειο", "βροχη", "το"), ". "),
    "ar": (("قارب", "نهر", "مدرسة", "مطر", "ثم"), ". "),
    "hi": (("नाव", "नदी", "पाठशाला", "वर्षा", "और"), "। "),
    "zh": (("船", "河", "学", "雨", "的"), "。"),
}
INDEXED: Final = {"مدرسة": "مدرسه", "ποταμος": "ποταμοσ"}
"""Words that the index spells otherwise."""


@pytest.fixture(scope="module")
def texts() -> dict[str, list[list[list[str]]]]:
    """For each language articles of sentences of words."""
    generator = random.Random(5)
    return {
        language: [
            [[generator.choice(words) for _ in range(generator.randint(1, 7))] for _ in range(generator.randint(1, 5))]
            for _ in range(8)
        ]
        for language, (words, _) in SCRIPTS.items()
    }


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, texts: dict[str, list[list[list[str]]]]) -> Iterator[Archive]:
    bodies = []
    for language, articles in texts.items():
        stop = SCRIPTS[language][1]
        space = "" if language == "zh" else " "
        bodies += [(language, stop.join(space.join(sentence) for sentence in article)) for article in articles]
    with Archive(fill(tmp_path_factory.mktemp("words") / "a.db", *bodies)) as archive:
        yield archive


def count_by_hand(articles: list[list[list[str]]], language: str, length: int | None) -> list[Counter[str]]:
    """Count runs of words in each article; of Chinese within sentences, of others across their ends, as in the index."""
    counted = []
    for article in articles:
        stretches = article if language == "zh" else [[word for sentence in article for word in sentence]]
        counts: Counter[str] = Counter()
        for stretch in stretches:
            words = [INDEXED.get(word, word) for word in stretch]
            size = (2 if len(words) > 1 else 1) if length is None and language == "zh" else length or 1
            joint = "" if language == "zh" else " "
            counts.update(joint.join(words[place : place + size]) for place in range(len(words) - size + 1))
        if (length or 1) == 1:
            counts["x"] += 1  # the headline
        counted.append(counts)
    return counted


@pytest.mark.parametrize("length", [None, 1, 2, 3])
def test_lists_are_what_brute_force_counts(
    archive: Archive, texts: dict[str, list[list[list[str]]]], length: int | None
) -> None:
    found = {result.language: result for result in list_words(archive, Selection(), TokenRule(ngrams=length))}
    assert found.keys() == texts.keys()
    for language, articles in texts.items():
        counted = count_by_hand(articles, language, length)
        total = sum(counted, Counter())
        sizes = [counts.total() for counts in counted]
        result = found[language]
        assert (result.articles, result.size, result.types) == (8, sum(sizes), len(total)), language
        assert {word.word: word.count for word in result.words} == total
        for word in result.words:
            assert word.articles == sum(word.word in counts for counts in counted)
            by_hand = sum(
                abs(counts[word.word] / word.count - size / sum(sizes))
                for counts, size in zip(counted, sizes, strict=True)
            )
            assert word.dispersion == pytest.approx(by_hand / 2, abs=1e-9)


@pytest.mark.parametrize("length", [None, 2])
def test_keywords_are_what_brute_force_scores(
    archive: Archive, texts: dict[str, list[list[list[str]]]], length: int | None
) -> None:
    for language, (words, _) in SCRIPTS.items():
        asked = words[0]
        parts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
        for article, counts in zip(texts[language], count_by_hand(texts[language], language, length), strict=True):
            parts[any(asked in sentence for sentence in article)] += counts
        here, there = parts[True], parts[False]
        results = keywords(archive, Selection(query=asked, language=language), minimum=1, rule=TokenRule(ngrams=length))
        expected = {}
        for word, count in here.items():
            table = ContingencyTable(count, here.total() - count, there[word], there.total() - there[word])
            if count * table.n > table.r1 * table.c1:
                expected[word] = pytest.approx(keyness(table))
        assert {word.word: word.score for result in results for word in result.keywords} == expected, language


def test_clusters_have_a_hit_in_them(tmp_path: Path) -> None:
    bodies = (("en", "the old boat sank and the new boat swam"), ("zh", "小船很好。大船不好。船"))
    with Archive(fill(tmp_path / "a.db", *bodies)) as archive:
        (english, chinese) = list_words(archive, Selection(query="boat OR 船"), TokenRule(ngrams=2), clusters=True)
        assert {word.word for word in english.words} == {"old boat", "boat sank", "new boat", "boat swam"}
        assert {word.word for word in chinese.words} == {"小船", "船很", "大船", "船不"}
        assert english.size == 8  # runs of two words, with or without a hit
        with pytest.raises(BadQuery, match="clusters need a word"):
            list_words(archive, Selection(language="en"), clusters=True)


def test_collocates_of_chinese_are_pairs_that_touch_no_hit(tmp_path: Path) -> None:
    with Archive(fill(tmp_path / "a.db", ("zh", "老人造船过河。老人过河。"))) as archive:
        (found,) = collocations(archive, Selection(query="造船"), 2, "mi", 1)
        assert {word.word for word in found.collocates} == {"老人", "过河"}
        assert (found.near, found.hits) == (2, 1)


def test_no_more_than_eight_words_in_a_row() -> None:
    for length in (0, 9, -1):
        with pytest.raises(BadValue, match="1 to 8 words"):
            TokenRule(ngrams=length)


# Segmenters


@pytest.mark.skipif(importlib.util.find_spec("rjieba") is None, reason="needs the extra segment")
def test_chinese_is_cut_into_words(tmp_path: Path) -> None:
    column = segment_text("香港的天主教學校在河邊開學了。香港很大！", "zh")
    assert list_tokens(column) == ["香港", "的", "天主教", "学校", "在", "河边", "开学", "了", "香港", "很大"]
    assert list_tokens(make_runs(column, 2))[-2:] == ["开学了", "香港很大"]  # none across the full stop
    with Archive(fill(tmp_path / "a.db", ("zh", "香港的学校开学了。"), ("en", "A boat."))) as archive:
        lists = list_words(archive, Selection(), TokenRule(segmented=True))
        assert {found.language: {word.word for word in found.words} for found in lists} == {
            "en": {"a", "boat", "x"},
            "zh": {"香港", "的", "学校", "开学", "了", "x"},
        }
        (found,) = collocations(archive, Selection(query="学校"), 2, "ll", 1, rule=TokenRule(segmented=True))
        assert {word.word for word in found.collocates} == {"的", "开学"}


@pytest.mark.skipif(importlib.util.find_spec("sudachipy") is None, reason="needs the extra segment")
def test_japanese_is_cut_into_words() -> None:
    column = segment_text("東京の学校は川のそばで始まった。BBCが伝えた。", "ja")
    words = list_tokens(column)
    assert words[:7] == ["东京", "の", "学校", "は", "川", "の", "そば"]  # as the index spells them
    assert "bbc" in words
    assert "".join(words).startswith("东京の学校は川のそばで始まった")


def test_a_segmenter_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "rjieba", None)
    segmentation._load_segmenter.cache_clear()
    with pytest.raises(MissingExtra, match="pip install rjieba"):
        segment_text("香港", "zh")
    segmentation._load_segmenter.cache_clear()
    assert list_tokens(segment_text("a boat", "en")) == ["a", "boat"]


# The command


def test_the_command_sorts_stops_and_counts(tmp_path: Path) -> None:
    path = fill(tmp_path / "a.db", ("en", "the boat and the sea"), ("en", "the sea the sea"), ("zh", "小船小船"))
    (tmp_path / "the.txt").write_text("THE", encoding="utf-8")

    def ask(*options: str) -> list[dict[str, object]]:
        asked = ["words", "--archive", str(path), "--min", "1", "--json", *options]
        result = CliRunner().invoke(main, asked)
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)  # type: ignore[no-any-return]

    everything = ask("--language", "en")
    assert [(row["word"], row["count"], row["articles"]) for row in everything[:2]] == [("the", 4, 2), ("sea", 3, 2)]
    assert everything[0]["size"] == 11
    assert next(row["word"] for row in ask("--language", "en", "--stop-words", f"en={tmp_path / 'the.txt'}")) == "sea"
    assert next(row["word"] for row in ask("--language", "en", "--stop-words", f"zh={tmp_path / 'the.txt'}")) == "the"
    assert [row["word"] for row in ask("--language", "en", "--order", "word")] == ["and", "boat", "sea", "the", "x"]
    assert {row["word"] for row in ask("boat", "--ngrams", "2", "--clusters")} == {"the boat", "boat and"}
    stop = ("--stop-words", str(tmp_path / "the.txt"))
    assert {row["word"] for row in ask("boat", "--ngrams", "2", "--clusters", *stop)} == {"boat and"}
    assert {row["word"]: row["count"] for row in ask("--language", "zh")} == {"小船": 2, "船小": 1, "x": 1}
    shown = CliRunner().invoke(main, ["words", "--archive", str(path), "--ngrams", "2", "--min", "2"]).stdout
    assert "en: 7 runs of 2 words, 5 different ones, in 2 articles" in shown


@pytest.mark.skipif(importlib.util.find_spec("stopwordsiso") is None, reason="needs the extra stopwords")
def test_packaged_stop_lists_are_each_for_its_language() -> None:
    lists = StopLists(packaged=True)
    assert {"the", "of"} < lists.list_for("en")
    assert "我们" in lists.list_for("zh")
    assert lists.list_for("xx") == frozenset()
