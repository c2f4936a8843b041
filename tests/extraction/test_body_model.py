"""The body model: its file fits the code, its chance is the one worked out by hand, and whole pages are read by it."""

from __future__ import annotations

import json
from dataclasses import replace
from math import exp, log, log1p

import pytest
from support.story_pages import LITTER, STORIES, Story, find_chances, make_story_page, open_page, read_lines_of
from support.tables import check_rows

from crawler.extraction.body import line_features, surroundings
from crawler.extraction.body.body_model import (
    MODEL_FILE,
    BodyModel,
    format_body_model,
    load_body_model,
    read_body_model,
)
from crawler.extraction.body.line_features import PageTexts
from crawler.extraction.layout.hidden_text import HIDDEN_PROSE
from crawler.extraction.layout.lines import TextLine
from seealso import Article, read_page

NAMES = [*line_features.FEATURES, *(f"around:{name}" for name in surroundings.FEATURES)]


def make_model(**changes: object) -> BodyModel:
    """Return a model that weighs nothing but what is given."""
    numbers = {
        "version": 7,
        "class_scores": {},
        "intercept": 0.0,
        "weights": [0.0] * len(line_features.FEATURES),
        "least": 0.02,
        "base": 0.0,
        "trees": (),
    }
    return BodyModel(**{**numbers, **changes})


def weigh(**weights: float) -> list[float]:
    return [weights.get(name, 0.0) for name in line_features.FEATURES]


# The file.


def list_asked(tree: object) -> list[str]:
    return [tree[0], *list_asked(tree[2]), *list_asked(tree[3])] if isinstance(tree, list) else []


def test_the_shipped_file_has_a_weight_for_every_feature_and_asks_for_no_other():
    numbers = json.loads(MODEL_FILE.read_text(encoding="utf-8"))
    assert [*numbers["weights"]] == [*line_features.FEATURES]
    asked = {name for tree in numbers["trees"] for name in list_asked(tree)}
    assert asked
    assert asked <= {*NAMES}
    assert len(NAMES) == len({*NAMES})


def test_the_shipped_model_is_read_with_all_its_numbers():
    numbers, model = json.loads(MODEL_FILE.read_text(encoding="utf-8")), load_body_model()
    assert (model.version, model.intercept, model.base, model.least) == tuple(
        numbers[name] for name in ("version", "intercept", "base", "least")
    )
    assert len(model.weights) == len(line_features.FEATURES)
    assert len(model.trees) == len(numbers["trees"]) > 0
    assert model.class_scores == numbers["class_scores"]
    assert 0 < model.least < 0.5


def test_the_file_is_written_as_the_training_writes_it():
    text = MODEL_FILE.read_text(encoding="utf-8")
    assert format_body_model(read_body_model(text)) == text


def test_a_model_that_is_written_and_read_is_the_same():
    chance = len(line_features.FEATURES)
    model = make_model(
        class_scores={"body": 1.25, "teaser": -2.5},
        intercept=-1.5,
        weights=weigh(length=0.25, in_nav=-3.0),
        base=0.125,
        trees=((chance, 0.5, -1.0, (0, 4.25, 0.5, 1.5)), 0.75),
    )
    assert read_body_model(format_body_model(model)) == model


def test_a_file_that_lacks_a_feature_is_refused():
    numbers = json.loads(format_body_model(make_model()))
    del numbers["weights"]["length"]
    with pytest.raises(KeyError, match="length"):
        read_body_model(json.dumps(numbers))


# The chance.

TWO_LINES = "<html><body><p>The lamp is lit.</p><p>Nine boats came home.</p></body></html>"


def find(model: BodyModel, html: str = TWO_LINES) -> list[float]:
    return model.find_chances(read_lines_of(html), PageTexts())


def test_a_page_without_lines_has_no_chances():
    assert load_body_model().find_chances([], PageTexts()) == []


def test_the_first_chance_is_the_logistic_of_the_weighed_sum():
    """A tree that asks for the first chance parts the two lines, of 16 and 21 letters, between theirs."""
    chances = [1 / (1 + exp(4 - 1.5 * log1p(length))) for length in (16, 21)]
    between = len(line_features.FEATURES), sum(chances) / 2
    model = make_model(intercept=-4.0, weights=weigh(length=1.5), trees=((*between, -1.0, 2.0),))
    assert find(model) == pytest.approx([1 / (1 + exp(1)), 1 / (1 + exp(-2))])


def test_a_line_below_the_least_chance_is_not_judged_again():
    model = make_model(intercept=-4.0, weights=weigh(ends_sentence=1.0), trees=(5.0,))
    assert find(model) == pytest.approx([1 / (1 + exp(-5))] * 2)  # .047 is more than .02
    assert find(make_model(intercept=-4.0, trees=(5.0,))) == [0.0, 0.0]  # .018 is less


@pytest.mark.parametrize(("most", "goes_left"), [(0.5, True), (0.4999, False)])
def test_a_number_that_is_just_the_most_goes_left(most: float, goes_left: bool):
    """With no weights, every first chance is one half."""
    chance = len(line_features.FEATURES)
    found = find(make_model(trees=((chance, most, log(3), -log(3)),)))
    assert found == pytest.approx([0.75 if goes_left else 0.25] * 2)


def test_trees_add_to_the_base():
    assert find(make_model(base=log(2), trees=(log(2), log(2), -log(4)))) == pytest.approx([2 / 3] * 2)


def test_no_number_is_too_large_to_be_weighed():
    for intercept in (1e9, -1e9):
        assert all(0 <= chance <= 1 for chance in find(make_model(intercept=intercept, base=intercept, least=0.0)))


# What must hold of the shipped model, whatever it has learnt.


def chance_of(lines: list[TextLine], chances: list[float], text: str) -> float:
    """Return the chance of the line with a text."""
    (found,) = (chance for line, chance in zip(lines, chances, strict=True) if line.text == text)
    return found


BOXES = {
    "menu": "<nav>{}</nav>",
    "comments": '<section id="comments" class="comments"><ol class="comment-list"><li class="comment">{}</li></ol></section>',
    "consent": '<div id="cookie-consent" class="cookie-consent gdpr">{}</div>',
    "footer": "<footer>{}</footer>",
}


@check_rows("language", [*STORIES])
@check_rows("box", [*BOXES])
def test_a_paragraph_outside_of_the_story_is_less_likely_body(box: str, language: str):
    story = STORIES[language]
    moved = f"<p>{story.paragraphs[2]}</p>"
    inside = find_chances(make_story_page(story, litter=False))
    outside = find_chances(make_story_page(story, without=2, litter=False, after=BOXES[box].format(moved)))
    assert chance_of(*outside, story.paragraphs[2]) < chance_of(*inside, story.paragraphs[2])


@pytest.mark.parametrize("language", [*STORIES])
def test_every_paragraph_of_a_plain_page_is_body(language: str):
    story = STORIES[language]
    lines, chances = find_chances(make_story_page(story, litter=False))
    assert [chance_of(lines, chances, paragraph) > 0.5 for paragraph in story.paragraphs] == [True] * 5


# Whole pages.


def list_paragraphs(article: Article) -> list[str]:
    return [text for part in (article.lead, article.body) if part for text in part.split("\n") if text]


@pytest.mark.parametrize("language", [*STORIES])
def test_a_page_is_read_whole_and_without_its_litter(language: str):
    story = STORIES[language]
    article = read_page(make_story_page(story), story.url)
    assert article.headline == story.headline
    assert list_paragraphs(article) == [*story.paragraphs]


@check_rows("language", [*STORIES])
@check_rows("litter", [*LITTER])
def test_no_kind_of_litter_hides_the_story(litter: str, language: str):
    story = STORIES[language]
    article = read_page(make_story_page(story, litter=[litter]), story.url)
    assert list_paragraphs(article) == [*story.paragraphs]


@pytest.mark.parametrize("language", [*STORIES])
def test_class_names_without_a_meaning_are_no_hindrance(language: str):
    """Styled components name their classes by chance."""
    story = STORIES[language]
    article = read_page(make_story_page(story, classes=("sc-4f1", "css-1x9", "k7_2b")), story.url)
    assert list_paragraphs(article) == [*story.paragraphs]


@pytest.fixture
def story() -> Story:
    return STORIES["en"]


def test_a_story_is_the_same_with_its_paragraphs_in_divisions(story: Story):
    html = make_story_page(story).replace(b"<p>", b"<div>").replace(b"</p>", b"</div>")
    article = read_page(html, story.url)
    assert list_paragraphs(article) == [*story.paragraphs]


def test_a_newsletter_box_without_a_telling_tag_is_no_part_of_the_story(story: Story):
    html = make_story_page(story).replace(b"<aside", b"<div").replace(b"</aside>", b"</div>")
    assert list_paragraphs(read_page(html, story.url)) == [*story.paragraphs]


# Stories that a script shows.


@pytest.fixture
def long_story(story: Story) -> Story:
    """A story of more letters than what is hidden must have to be looked at."""
    longer = replace(story, paragraphs=(*story.paragraphs, *story.other[1:]))
    assert sum(map(len, longer.paragraphs)) > HIDDEN_PROSE
    return longer


def hide(html: bytes, element: str) -> bytes:
    """Return a page whose article is in a hidden element, as pages are that a script puts together."""
    begin, end = html.index(b"<article"), html.index(b"</article>") + len(b"</article>")
    tag = element.split(">")[0].split()[0][1:].encode()
    return html[:begin] + element.encode() + html[begin:end] + b"</" + tag + b">" + html[end:]


@pytest.mark.parametrize(
    "element", ["<div hidden>", '<div id="S:0" style="display: none">', "<section hidden='until-found'>"]
)
def test_a_story_that_is_hidden_until_a_script_runs_is_read(element: str, long_story: Story):
    html = hide(make_story_page(long_story, litter=False), element)
    assert list_paragraphs(read_page(html, long_story.url)) == [*long_story.paragraphs]


@pytest.mark.parametrize("place", ["before", "after"])
def test_a_hidden_copy_of_the_story_stays_out(place: str, long_story: Story):
    html = make_story_page(long_story, litter=False)
    copy = "<div hidden>" + "".join(f"<p>{text}</p>" for text in long_story.paragraphs) + "</div>"
    mark = b"<main" if place == "before" else b"<footer"
    article = read_page(html.replace(mark, copy.encode() + mark), long_story.url)
    assert list_paragraphs(article) == [*long_story.paragraphs]


def test_a_shorter_hidden_text_stays_out(story: Story):
    hidden = "<div hidden>" + "".join(f"<p>{text}</p>" for text in STORIES["de"].paragraphs[:4] * 2) + "</div>"
    html = make_story_page(story, litter=False, after=hidden)
    assert [line.text for line in open_page(html).lines] == [
        line.text for line in open_page(make_story_page(story, litter=False)).lines
    ]


def test_lines_are_numbered_without_those_that_are_hidden(story: Story):
    hidden = "<div hidden>" + "".join(f"<p>{text}</p>" for text in STORIES["de"].paragraphs[:4] * 2) + "</div>"
    html = make_story_page(story, litter=False).replace(b"<main", hidden.encode() + b"<main")
    lines = open_page(html).lines
    assert [line.index for line in lines] == [*range(len(lines))]


# What stands in one row belongs together.


def test_the_kicker_above_stays_out_and_the_last_paragraph_of_a_row_in():
    paragraphs = [
        "The crews of the night ferries went back to work on Friday, after twelve days in which no boat had sailed.",
        "Their union said that the company had promised a second engineer on every boat that sails after sunset.",
        "The company said only that the tides do not wait, and that the first boat would leave at six as before.",
        "Islanders who had slept in the waiting hall cheered when the lamp of the first boat was lit over the water.",
    ]
    html = (
        '<html lang="en"><head><title>Night ferries sail again after twelve days | Pier Gazette</title></head><body>'
        '<header><h2>Most read</h2><nav><a href="/a">Home</a> <a href="/b">Harbour</a></nav></header><article>'
        "<p>HARBOUR</p><h1>Night ferries sail again after twelve days</h1><p>By Ann Lee</p><p>3 May 2024, 8.00</p>"
        + "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        + "</article><footer><p>© Pier Gazette</p></footer></body></html>"
    )
    article = read_page(html.encode(), "https://pier.example/2024/05/night-ferries-sail-again")
    assert list_paragraphs(article) == paragraphs
    assert article.kicker == "HARBOUR"


@pytest.mark.parametrize("name", ["sr-only", "visually-hidden", "screen-reader-text"])
def test_a_text_for_readers_aloud_alone_stays_out(name: str, story: Story):
    aloud = f'<p class="{name}">This paragraph describes the picture above for those who hear the page read aloud.</p>'
    html = make_story_page(story).decode()
    first = f"<p>{story.paragraphs[0]}</p>"
    assert first in html
    article = read_page(html.replace(first, first + aloud).encode(), story.url)
    assert list_paragraphs(article) == [*story.paragraphs]
