"""A page in disguise shows the same words, without the witness that was taken away, and figures are counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.story_pages import STORIES, make_story_page, open_page, read_lines_of

from crawler.extraction.body import body_model
from crawler.extraction.body.body_model import load_body_model
from crawler.extraction.evidence import page_model
from crawler.extraction.evidence.page_model import load_page_model
from seealso import read_page
from training.disguises import DISGUISES, choose_disguises, disguise_page
from training.figures import BodyScore, score_body, sum_up
from training.pages_folder import SavedPage, find_domain
from training.robustness import measure

URL = "https://gazette.example/sea/the-lamp"
PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><meta property="og:type" content="article">
<title>Lamp</title><script type="application/ld+json">{"@type": "NewsArticle"}</script></head>
<body class="page"><main id="top"><article itemscope><h1 class="big">Lamp</h1><p class="text">Où est <b>la lampe</b>?</p>
<p>It is lit.</p></article></main></body></html>"""
DISGUISED = {
    "no names": "<main><article itemscope><h1>Lamp</h1><p>Où est <b>la lampe</b>?</p>\n<p>It is lit.</p></article></main>",
    "empty head": '<article><h1 class="big">Lamp</h1><p class="text">Où est <b>la lampe</b>?</p>\n<p>It is lit.</p>',
    "p as div": '<div class="text">Où est <b>la lampe</b>?</div>\n<div>It is lit.</div></article>',
    "p as br br": "<br>Où est <b>la lampe</b>?<br>\n<br>It is lit.<br></article>",
    "p wrapped": '<div><div><p class="text">Où est <b>la lampe</b>?</p></div></div>\n<div><div><p>It is lit.</p>',
    "no article, main": '<div id="top"><div itemscope><h1 class="big">',
    "no sections": '<div id="top"><div itemscope><h1 class="big">',
    "all of it": "<div><div><h1>Lamp</h1><div>Où est <b>la lampe</b>?</div>\n<div>It is lit.</div></div></div>",
}


def disguise(html: str, name: str) -> str:
    return disguise_page(html.encode(), URL, DISGUISES[name]).decode()


def test_each_disguise_takes_away_what_it_says() -> None:
    made = {name: disguise(PAGE, name) for name in DISGUISED}
    assert {name: DISGUISED[name] for name in DISGUISED if DISGUISED[name] not in made[name]} == {}
    assert [*DISGUISES] == ["written anew", *DISGUISED]


def test_an_empty_head_states_nothing() -> None:
    made = disguise(PAGE, "empty head")
    assert "og:type" not in made
    assert "NewsArticle" not in made
    assert "og:type" in disguise(PAGE, "no names")


@pytest.mark.parametrize("language", [*STORIES])
def test_every_disguise_shows_the_same_words(language: str) -> None:
    """In every script, although the charset is declared no more."""
    html = make_story_page(STORIES[language])
    words = " ".join(line.text for line in open_page(html).lines).split()
    for disguises in DISGUISES.values():
        made = disguise_page(html, STORIES[language].url, disguises)
        assert " ".join(line.text for line in read_lines_of(made.decode())).split() == words


@pytest.mark.parametrize("name", ["no names", "empty head", "p as div", "p wrapped", "no article, main", "no sections"])
def test_a_page_that_lacks_one_witness_is_read_as_it_is(name: str) -> None:
    """Comments and the next story are no body, though no class, no head or no element tells."""
    for story in STORIES.values():
        article = read_page(disguise_page(make_story_page(story), story.url, DISGUISES[name]), story.url)
        assert [text for text in (article.lead, *article.body.split("\n")) if text] == [*story.paragraphs]


def test_what_is_no_page_stays_as_it_is() -> None:
    assert disguise_page(b"", URL, DISGUISES["all of it"]) == b""


def test_a_page_always_has_the_same_disguises_and_all_are_used() -> None:
    chosen = [choose_disguises(f"news/{number}.html") for number in range(200)]
    assert chosen == [choose_disguises(f"news/{number}.html") for number in range(200)]
    assert all(chosen)
    assert {disguise for disguises in chosen for disguise in disguises} == {
        disguise for disguises in DISGUISES.values() for disguise in disguises
    }


def test_a_text_is_scored_by_runs_of_four_words() -> None:
    assert score_body("one two three four five", "zero one two three four five") == BodyScore(
        precision=1.0, recall=2 / 3, is_whole=True
    )
    assert score_body("", "one two three four") == BodyScore(precision=None, recall=0.0, is_whole=False)


def test_a_refused_page_lowers_recall_alone() -> None:
    figures = sum_up([score_body("a b c d", "a b c d"), score_body("", "a b c d")])
    assert (figures.pages, figures.precision, figures.recall, figures.whole) == (2, 1.0, 0.5, 0.5)
    assert figures.f1 == pytest.approx(2 / 3)
    assert sum_up([score_body("", "a b c d")]).f1 == 0.0


def test_pages_in_disguise_are_read_by_the_models_of_their_folds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_model, "load_page_model", load_page_model)  # so that it is set back after the test
    monkeypatch.setattr(body_model, "load_body_model", load_body_model)
    for model in (body_model, page_model):
        name, text = model.MODEL_FILE.stem, model.MODEL_FILE.read_text(encoding="utf-8")
        (tmp_path / f"{name}.0.json").write_text(text, encoding="utf-8")
    story = STORIES["en"]
    shop_url = "https://harbour-post.example/shop/products?item=12"
    truths = {
        story.url: {"file": "story.html", "body": "\n".join(story.paragraphs)},
        shop_url: {"file": "shop.html", "kind": "product"},
    }
    (tmp_path / "story.html").write_bytes(make_story_page(story))
    (tmp_path / "shop.html").write_bytes(b"<title>Lamp</title><h1>Lamp</h1><p>$ 12</p>")
    pages = [
        SavedPage(
            collection=truth["file"].split(".")[0],
            path=tmp_path / truth["file"],
            url=url,
            domain=find_domain(url),
            truth=truth,
        )
        for url, truth in truths.items()
    ]
    cells = measure(pages, DISGUISES["no article, main"], str(tmp_path))
    assert cells == ["F1 1.0000, whole 1.000, refused 0.000", "refused 1.000"]
