"""Folders of saved pages are read as they are, no domain stands in two folds, and lines are labelled by the truth.

What needs scikit-learn is left out where that is not installed: only a training needs it.
"""

from __future__ import annotations

import io
import json
import math
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest
from support.story_pages import STORIES, make_story_page, open_page, read_lines_of

from crawler.extraction.body import body_model
from crawler.extraction.body.body_model import format_body_model, load_body_model
from crawler.extraction.evidence import page_model
from crawler.extraction.evidence.page_model import format_page_model, load_page_model
from crawler.items import Address
from training.class_words import ClassTable, count_class_words
from training.line_labels import label_lines, split_words
from training.out_of_fold import extract, load_body_models, load_page_models, set_models
from training.pages_folder import FOLDS, SavedPage, find_domain, find_fold, load_pages

PAGE = b'<html lang="en"><head><title>The lamp</title></head><body><h1>The lamp</h1></body></html>'


def write_truth(folder: Path, *rows: dict[str, object]) -> None:
    folder.mkdir(parents=True)
    (folder / "truth.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def pages(tmp_path: Path) -> list[SavedPage]:
    news, others = tmp_path / "pages" / "news", tmp_path / "pages" / "others"
    write_truth(
        news,
        {"file": "a.html", "url": "https://www.gazette.example/sea/the-lamp", "body": "It is lit."},
        {"file": "lost.html", "url": "https://gazette.example/lost", "body": "It is gone."},
    )
    (news / "a.html").write_bytes(PAGE)
    write_truth(others, {"file": "b.html", "url": "", "kind": "product"})
    with tarfile.open(others / "pages.tar.xz", "w:xz") as tar:
        entry = tarfile.TarInfo("b.html")
        entry.size = len(PAGE)
        tar.addfile(entry, io.BytesIO(PAGE))
    return load_pages(tmp_path / "pages", tmp_path / "work")


def test_pages_are_read_from_files_and_from_archives(pages: list[SavedPage]) -> None:
    assert [(page.name, page.domain, page.is_article) for page in pages] == [
        ("news/a.html", "gazette.example", True),
        ("others/b.html", "unknown.example", False),
    ]
    assert [page.path.read_bytes() for page in pages] == [PAGE, PAGE]


def test_a_page_is_opened_as_the_general_reader_sees_it(pages: list[SavedPage]) -> None:
    opened = pages[0].open()
    assert opened.headline is not None
    assert (opened.headline.value, opened.site.addresses) == ("The lamp", ())
    assert opened.address == Address(
        url="https://www.gazette.example/sea/the-lamp",
        url_key="www.gazette.example/en/sea/the-lamp",
        kind="article",
        language="en",
        site_key="/sea/the-lamp",
    )


def test_only_the_sets_asked_for_are_read(pages: list[SavedPage], tmp_path: Path) -> None:
    chosen = load_pages(tmp_path / "pages", tmp_path / "work", ["others"])
    assert [page.name for page in chosen] == ["others/b.html"]


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.gazette.example/a", "gazette.example"),
        ("https://news.sea.gazette.example:8080/", "gazette.example"),
        ("https://www.gazette.co.uk/a", "gazette.co.uk"),
        ("https://gazette.com.au", "gazette.com.au"),
        ("https://www.gazette.uk/a", "gazette.uk"),
        ("gazette.example/a", "gazette.example"),
        ("", "unknown.example"),
    ],
)
def test_a_domain_is_the_one_that_is_registered(url: str, domain: str) -> None:
    assert find_domain(url) == domain


def test_a_fold_depends_on_the_domain_alone_and_all_are_used() -> None:
    folds = [find_fold(f"paper{number}.example") for number in range(500)]
    assert folds == [find_fold(f"paper{number}.example") for number in range(500)]
    counts = [folds.count(fold) for fold in range(FOLDS)]
    assert sum(counts) == 500
    assert min(counts) > 60


# What is body.


@pytest.mark.parametrize("language", [*STORIES])
def test_the_lines_of_the_truth_are_body_and_nothing_around_them_is(language: str) -> None:
    story = STORIES[language]
    lines = open_page(make_story_page(story)).lines
    is_body, words = label_lines(lines, "\n".join(story.paragraphs))
    assert [line.text for line, body in zip(lines, is_body, strict=True) if body] == [*story.paragraphs]
    assert words == [len(split_words(line.text)) for line in lines]


def label(html: str, truth: str) -> list[bool]:
    return label_lines(read_lines_of(html), truth)[0]


SENTENCE, NEXT = "The crews bought the night boat on Tuesday.", "Nobody came to the auction in winter."


def test_a_line_is_body_where_half_of_its_runs_are() -> None:
    """The sentence has five runs of four words; three words more make them five of eight, six more five of eleven."""
    assert label(f"<p>{SENTENCE} One two three.</p>", SENTENCE) == [True]
    assert label(f"<p>{SENTENCE} One two three four five six.</p>", SENTENCE) == [False]


def test_a_short_line_is_body_where_it_continues_one() -> None:
    truth = f"{SENTENCE}\nWho pays?\n{NEXT}"
    assert label(f"<p>{SENTENCE}</p><h2>Who pays?</h2><p>{NEXT}</p><p>Who pays?</p>", truth) == [
        True,
        True,
        True,
        False,
    ]
    assert label(f"<p>Who pays?</p><p>Share</p><p>{SENTENCE}</p>", truth) == [False, False, True]


def test_of_a_text_printed_twice_the_one_among_the_story_is_body() -> None:
    html = f"<ul><li>{SENTENCE}</li><li>Other news</li></ul><p>{SENTENCE}</p><p>{NEXT}</p>"
    far = "<p>Menu</p>" * 30
    assert label(f"<div>{SENTENCE}</div>{far}{html}", f"{SENTENCE}\n{NEXT}")[0] is False
    assert sum(label(html, f"{SENTENCE}\n{NEXT}\n{SENTENCE}")) == 3


def test_words_are_folded_and_chinese_is_parted_by_characters() -> None:
    assert split_words("The Boat, ＡＢＣ 船员 12") == ["the", "boat", "abc", "船", "员", "12"]


# Words of class names.


def test_a_class_word_has_the_share_of_the_text_below_it_that_is_body() -> None:
    lines = read_lines_of(
        '<body class="page"><div class="entry text"><p>a b c</p><p class="share">d</p></div><p>e f g h</p></body>'
    )
    assert count_class_words(lines, [True, False, False], [3, 1, 4]) == {
        "page": 3 / 8,
        "entry": 3 / 4,
        "text": 3 / 4,
        "share": 0.0,
    }


def test_a_class_word_counts_from_the_fourth_publisher_on_and_without_ones_own_pages() -> None:
    pages = [
        (f"paper{number}.example", {"text": 1.0, "rare": 1.0} if number < 3 else {"text": 1.0}) for number in range(5)
    ]
    table = ClassTable([*pages, ("paper0.example", {"text": 0.0})])
    means = 0.5 + 1 + 1 + 1 + 1
    assert table.scores == {"text": pytest.approx(math.log((means + 1) / 7 / (1 - (means + 1) / 7)))}
    assert table.leave_out("paper0.example") == {"text": pytest.approx(math.log(5))}
    assert table.leave_out("elsewhere.example") == table.scores
    assert ClassTable(pages[:4]).leave_out("paper0.example") == {}


# Out of fold.


@pytest.fixture
def fold_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Models of two folds for bodies and three for pages, told apart by their versions."""
    monkeypatch.setattr(page_model, "load_page_model", load_page_model)  # so that it is set back after the test
    monkeypatch.setattr(body_model, "load_body_model", load_body_model)
    for fold in range(2):
        text = format_body_model(replace(load_body_model(), version=100 + fold))
        (tmp_path / f"body_model.{fold}.json").write_text(text, encoding="utf-8")
    for fold in range(3):
        text = format_page_model(replace(load_page_model(), version=200 + fold))
        (tmp_path / f"page_model.{fold}.json").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_reader_gets_both_models_of_the_fold_of_a_domain(fold_models: Path) -> None:
    for number in range(20):
        domain = f"paper{number}.example"
        set_models(f"https://www.{domain}/sea", str(fold_models))
        assert body_model.load_body_model().version == 100 + find_fold(domain, 2)
        assert page_model.load_page_model().version == 200 + find_fold(domain, 3)


def test_a_page_is_read_by_the_models_of_its_fold(fold_models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    story = STORIES["en"]
    monkeypatch.setenv("SEEALSO_FOLD_MODELS", str(fold_models))
    fields = extract(make_story_page(story), story.url)
    assert (fields["title"], fields["authors"], fields["date"]) == (story.headline, ["Nora Quist"], "2024-05-03")
    assert [text for text in fields["text"].split("\n") if text] == [*story.paragraphs]
    assert body_model.load_body_model().version >= 100


@pytest.mark.parametrize("missing", ["body_model.0.json", "page_model.1.json"])
def test_a_missing_fold_is_told(fold_models: Path, missing: str) -> None:
    (fold_models / missing).unlink()
    with pytest.raises(ValueError, match=missing.split(".")[0]):
        set_models("https://gazette.example/", str(fold_models))


def test_a_folder_without_models_of_bodies_is_refused(fold_models: Path) -> None:
    """The shipped model has seen every page: figures by it would be too good."""
    for file in fold_models.glob("body_model.*"):
        file.unlink()
    with pytest.raises(ValueError, match="body_model"):
        set_models("https://gazette.example/", str(fold_models))


@pytest.fixture(autouse=True)
def forget_fold_models() -> None:
    load_page_models.cache_clear()
    load_body_models.cache_clear()


# The training itself.


def test_a_trained_model_gives_the_chances_of_scikit_learn() -> None:
    """Both passes are learnt from invented pages and written as numbers; the reader's sums are the library's."""
    pytest.importorskip("sklearn", reason="scikit-learn is not installed: only a training needs it")
    import numpy

    from training.body import LEAST, LabelledPage, learn_first, learn_second, look_around, make_model

    pages = []
    for number, story in enumerate([*STORIES.values()] * 4):
        page = open_page(make_story_page(story, litter=number % 2 == 0))
        is_body, words = label_lines(page.lines, "\n".join(story.paragraphs))
        pages.append(
            LabelledPage(
                name=f"invented/{number}",
                domain=f"paper{number}.example",
                lines=page.lines,
                texts=page.page_texts,
                truth="\n".join(story.paragraphs),
                is_body=numpy.array(is_body, dtype=float),
                words=numpy.array(words, dtype=float),
                class_shares=count_class_words(page.lines, is_body, words),
            )
        )
    first = learn_first(pages)
    for page in pages:
        page.chances = first.find_chances(page)
    second = learn_second(pages)
    model = make_model(first, second)
    for page in pages:
        indexes, rows = look_around(page)
        expected = numpy.zeros(len(page.lines))
        expected[indexes] = second.predict_proba(rows)[:, 1]
        assert model.find_chances(page.lines, page.texts) == pytest.approx(expected.tolist(), abs=1e-6)
        assert model.least == LEAST
