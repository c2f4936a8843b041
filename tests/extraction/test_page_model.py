"""The page model: every number has its feature and its words, and the verdict follows from the numbers alone."""

import pytest

from crawler.extraction.evidence.evidence import FEATURES, STATED
from crawler.extraction.evidence.page_model import (
    MODEL_FILE,
    Answer,
    PageModel,
    format_page_model,
    load_page_model,
    read_page_model,
)
from crawler.extraction.links.slugs import is_same_path, rate_slug

NAMES = [feature.name for feature in FEATURES]


def make_model(**weights: float) -> PageModel:
    return PageModel(
        version=1,
        intercept=0.0,
        weights={name: weights.get(name, 0.0) for name in NAMES},
        typical=dict.fromkeys(NAMES, 0.5),
        refuse_below=0.25,
        sure_from=0.75,
    )


def make_features(**values: float) -> dict[str, float]:
    return {name: values.get(name, 0.5) for name in NAMES}


def test_the_model_has_a_number_for_every_feature_and_for_nothing_else():
    model = load_page_model()
    assert list(model.weights) == NAMES == list(model.typical)
    assert set(NAMES) >= {*STATED, "bare_head"}
    assert 0 < model.refuse_below < model.sure_from < 1


def test_the_file_is_written_as_the_training_writes_it():
    text = MODEL_FILE.read_text(encoding="utf-8")
    assert format_page_model(read_page_model(text)) == text


@pytest.mark.parametrize(
    ("byline", "chance", "answer"),
    [(0.0, 0.5, Answer.UNSURE), (2.0, 0.880797, Answer.ARTICLE), (-2.0, 0.119203, Answer.NO_ARTICLE)],
)
def test_the_chance_is_the_logistic_of_the_weighed_sum(byline: float, chance: float, answer: Answer):
    verdict = make_model(byline=1.0).judge(make_features(byline=byline))
    assert verdict.chance == pytest.approx(chance, abs=1e-6)
    assert verdict.answer is answer


@pytest.mark.parametrize(
    ("chance_at", "answer"), [(-1.0986, Answer.UNSURE), (-1.0987, Answer.NO_ARTICLE), (1.0987, Answer.ARTICLE)]
)
def test_a_threshold_belongs_to_the_better_answer(chance_at: float, answer: Answer):
    assert make_model(byline=1.0).judge(make_features(byline=chance_at)).answer is answer


def test_no_number_is_too_large_to_be_weighed():
    for value in (1e9, -1e9):
        assert 0 <= make_model(byline=1.0).judge(make_features(byline=value)).chance <= 1


def test_a_verdict_names_what_sets_the_page_apart_the_heaviest_first():
    verdict = make_model(byline=1.0, prices=-4.0, stated_date=0.001).judge(
        make_features(byline=0.0, prices=1.0, stated_date=0.0)
    )
    assert verdict.reasons == (("prices", -2.0), ("no printed byline", -0.5))
    assert verdict.objections == "prices, no printed byline"


@pytest.mark.parametrize(
    ("url", "headline", "share"),
    [
        ("https://gazette.example/sea/the-lamp-is-lit-again-4711.html", "The lamp is lit again", 1.0),
        ("https://gazette.example/sea/lamp-is-lit-in-harbour", "A lamp is lit", 2 / 3),
        ("https://gazette.example/mer/phare-rallum%C3%A9-%C3%A0-l-aube", "Le phare rallumé", 2 / 3),
        ("https://gazette.example/index.php?art=4711", "The lamp is lit again", 0.0),
        ("https://gazette.example/lamp", "The lamp", 0.0),
        ("https://gazette.example/", "The lamp", 0.0),
    ],
)
def test_an_address_repeats_the_headline(url: str, headline: str, share: float):
    assert rate_slug(url, headline) == pytest.approx(share)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("/2026/may/the-lamp-is-lit", "/the-lamp-is-lit", True),
        ("/sea/the-lamp-is-lit/", "/articles/the-lamp-is-lit-id4711", True),
        ("/sea/the-lamp-is-lit", "/sea/the-lamp-is-lit/comment-page-1/", True),
        ("/sea/the-lamp-is-lit-part-1", "/sea/the-lamp-is-lit-part-2", False),
        ("/sea/the-lamp-is-lit", "/sea/the-boat-is-late", False),
        ("/sea", "/sea/the-lamp-is-lit", False),
        ("/articles/AB4711.html", "/articles/AB4712.html", False),
        ("/", "/sea/the-lamp-is-lit", False),
    ],
)
def test_a_shortened_or_decorated_path_is_the_same(first: str, second: str, same: bool):
    one, other = (f"https://gazette.example{path}" for path in (first, second))
    assert is_same_path(one, other) is is_same_path(other, one) is same
