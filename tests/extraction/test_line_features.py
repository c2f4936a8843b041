"""What is measured of each line of a page: invented pages with the numbers worked out by hand."""

from __future__ import annotations

import math
from math import log, log1p

import pytest
from support.story_pages import STORIES, make_story_page, open_page, read_lines_of

from crawler.extraction.body.block_numbers import split_class_words
from crawler.extraction.body.line_features import FEATURES, PageTexts, measure_lines

LONG = "The council voted on Tuesday to keep the night boat, and the ferry crews cheered from the gallery."


def measure(html: str, texts: PageTexts | None = None, **scores: float) -> list[dict[str, float]]:
    """Return the numbers of each line by their names; none for lines that are surely something else."""
    rows, _ = measure_lines(read_lines_of(html), scores, texts or PageTexts())
    return [dict(zip(FEATURES, row or [math.nan] * len(FEATURES), strict=True)) for row in rows]


def test_every_line_has_a_number_for_every_feature():
    for story in STORIES.values():
        page = open_page(make_story_page(story))
        rows, kinds = measure_lines(page.lines, {}, page.page_texts)
        assert {len(row) for row in rows if row is not None} == {len(FEATURES)}
        assert len(rows) == len(kinds) == len(page.lines)
        assert all(type(number) is float for row in rows if row is not None for number in row)


def test_no_feature_is_named_twice():
    assert len({*FEATURES}) == len(FEATURES)


def test_a_page_without_lines_is_measured():
    assert measure_lines([], {}, PageTexts()) == ([], [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Boats came home.", {"length": log1p(16), "words": log1p(3), "ends_sentence": 1, "short": 1, "middling": 0}),
        ("“Nobody came,” she said.”", {"ends_sentence": 1, "starts_mark": 1, "quotation_mark": 1}),
        ("Who pays?", {"question": 1, "ends_sentence": 1}),
        ("Read also:", {"ends_colon": 1, "ends_sentence": 0}),
        ("पहली यात्रा जून में होगी।", {"ends_sentence": 1, "starts_upper": 0, "starts_lower": 0}),
        ("船员买下了夜航船。", {"ends_sentence": 1, "length": log1p(25), "words": log1p(1), "middling": 1}),
        ("© 2024 Harbour Post | Imprint", {"copyright": 1, "bars": 1, "starts_mark": 1}),
        ("ABC 12", {"capitals": 3 / 6, "digits": 2 / 6, "starts_upper": 1}),
        ("desk@harbour-post.example", {"at_sign": 1, "starts_lower": 1}),
        (LONG, {"long": 0, "short": 0, "middling": 0, "commas": 100 / len(LONG)}),
    ],
)
def test_what_a_line_says_of_itself(text: str, expected: dict[str, float]):
    (row,) = measure(f"<body><p>{text}</p></body>")
    assert {name: row[name] for name in expected} == pytest.approx(expected)


def test_where_a_line_stands():
    rows = measure(
        "<body><main><article><p>One paragraph.</p><ul><li>An item.</li></ul></article>"
        "<section><div>A section.</div></section></main><x-box>A box.</x-box></body>"
    )
    named = [{name for name, number in row.items() if number == 1 and name.startswith(("tag_", "in_"))} for row in rows]
    assert named[0] >= {"tag_paragraph", "in_main", "in_article"}
    assert named[1] >= {"tag_list_item", "in_main", "in_article", "in_list"}
    assert named[2] >= {"tag_division", "in_main", "in_section"}
    assert named[3] >= {"in_custom"}
    assert not named[3] & {"in_main", "in_nav"}


def test_boxes_of_comments_and_consent_are_known_by_their_names():
    rows = measure(
        '<body class="comments-open cookie-shown"><p>The story.</p><div id="disqus"><p>One comment.</p></div>'
        '<div class="gdprConsent"><p>We use cookies.</p></div></body>'
    )
    assert [(row["in_comments"], row["in_consent"]) for row in rows] == [(0, 0), (1, 0), (0, 1)]


def test_words_of_class_names_are_scored_from_the_page_down():
    rows = measure(
        '<body><div class="entry-content"><p class="teaser">One.</p><p>Two.</p></div></body>', content=2.0, teaser=-1.0
    )
    names = ("class_low", "class_high", "class_sum", "class_own", "class_above")
    assert [rows[0][name] for name in names] == pytest.approx([-1, 2, 2 * 0.8 - 1, -1, 2])
    assert [rows[1][name] for name in names] == pytest.approx([0, 2, 2 * 0.8, 0, 2])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("entry-content", ("entry", "content")),
        ("ArticleBody_text__x9Qz", ("article", "body", "text", "qz")),
        ("post post--wide", ("post", "wide")),
        ("a 7", ()),
        ("", ()),
    ],
)
def test_class_names_are_parted_into_words(name: str, words: tuple[str, ...]):
    assert split_class_words(name) == words


def test_prose_is_shared_among_the_blocks_that_hold_it():
    rows = measure(f"<body><div><p>{LONG}</p><p>{LONG.upper()}</p></div><section><p>{LONG[::-1]}</p></section></body>")
    assert [row["block_share"] for row in rows] == pytest.approx([1 / 3] * 3)
    assert [row["parent_share"] for row in rows] == pytest.approx([2 / 3, 2 / 3, 1 / 3])
    assert [row["grandparent_share"] for row in rows] == pytest.approx([1] * 3)
    assert [row["in_best"] for row in rows] == [1, 1, 0]
    assert [row["best_share"] for row in rows] == pytest.approx([2 / 3] * 3)
    assert [row["kind_lines"] for row in rows] == pytest.approx([log(2), log(2), 0])


def test_lines_of_menus_are_not_measured():
    rows, kinds = measure_lines(read_lines_of(f"<body><nav><p>A menu.</p></nav><p>{LONG}</p></body>"), {}, PageTexts())
    assert [row is None for row in rows] == [True, False]
    assert len(kinds) == 2


def test_links_are_shared_among_the_blocks_around():
    """A line that is all link is not measured, but counts for those around it."""
    rows = measure('<body><div><p><a href="/a">One</a> two</p><p>Six six</p></div></body>')
    assert [(row["link_share"], row["links"]) for row in rows] == [(pytest.approx(3 / 7), 1), (0, 0)]
    assert [row["parent_links"] for row in rows] == pytest.approx([3 / 14, 3 / 14])
    assert [row["before_links"] for row in rows] == pytest.approx([0, 3 / 7])


def test_lines_know_their_place_after_the_headline():
    texts = PageTexts(headline_index=1, headline="The boat")
    rows = measure(
        "<body><p>Before.</p><h1>The boat</h1><p>After.</p><h2>A part</h2><h1>Next</h1><p>End.</p></body>", texts
    )
    assert [row["is_headline"] for row in rows] == [0, 1, 0, 0, 0, 0]
    assert [row["after_headline"] for row in rows] == [0, 0, 1, 1, 1, 1]
    assert [row["lines_after"] for row in rows] == pytest.approx([0, 0, log(2), log(3), log(4), log(5)])
    assert [row["lines_before"] for row in rows] == pytest.approx([log(2), 0, 0, 0, 0, 0])
    assert [row["headings_since_headline"] for row in rows] == [0, 0, 0, 0, 0, 1]


def test_another_article_is_not_the_headlines():
    html = "<body><p>Out.</p><article><h1>The boat</h1><p>Ours.</p></article><article><p>Theirs.</p></article></body>"
    rows = measure(html, PageTexts(headline_index=1, headline="The boat"))
    assert [(row["with_headline"], row["other_article"]) for row in rows] == [(0, 0), (1, 0), (1, 0), (0, 1)]


def test_what_the_head_says_is_found_again():
    rows = measure(
        f"<body><p>{LONG}</p><p>Another line.</p></body>", PageTexts(article_body=f"Lead. {LONG}", description=LONG)
    )
    assert [(row["in_stated_body"], row["in_description"], row["states_body"]) for row in rows] == [
        (1, 1, 1),
        (0, 0, 1),
    ]


def test_a_line_that_is_printed_twice_knows_it():
    rows = measure(f"<body><p>{LONG}</p><p>Once.</p><p>{LONG}</p></body>")
    assert [(row["printed_before"], row["printed_later"], row["repeats"]) for row in rows] == [
        (0, 1, 2),
        (0, 0, 1),
        (1, 0, 2),
    ]


def test_the_words_that_a_page_repeats_are_its_function_words():
    rows = measure(
        "<body><p>the boat and the crew and the pier and the bank and the lamp</p><p>the and</p><p>zebra</p></body>"
    )
    assert [row["frequent_words"] for row in rows[1:]] == [1, 0]


def test_many_nested_blocks_are_measured():
    rows = measure(f"<body>{'<div>' * 200}<p>{LONG}</p>{'</div>' * 200}</body>")
    assert rows[-1]["in_best"] == 1
