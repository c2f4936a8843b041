"""What tags, attributes and class names say about a text."""

import pytest

from crawler.extraction.layout.lines import read_lines
from crawler.extraction.parsing.markup import HINT_OF_WORD, NEVER_OTHERWISE, Hint, read_hints
from crawler.extraction.parsing.tree import read_tree


def test_every_word_that_means_the_same_anywhere_in_a_name_is_in_the_table():
    assert set(HINT_OF_WORD) >= NEVER_OTHERWISE


@pytest.mark.parametrize("word", sorted(NEVER_OTHERWISE))
def test_a_word_that_means_the_same_anywhere_is_read_at_any_place_of_a_name(word):
    for name in (f"{word}-outer-wrap", f"page-{word}-wrap", f"page_{word}"):
        assert read_hints("div", {"class": name}) == HINT_OF_WORD[word]


def test_a_consent_bar_is_boilerplate():
    assert read_hints("span", {"class": "gdpr-sr-only"}) & Hint.BOILERPLATE
    assert read_hints("div", {"id": "page-gdpr-tab"}) & Hint.BOILERPLATE


def test_what_a_tool_for_consent_prints_is_no_text_of_the_page_however_long_it_is():
    policy = "<p>We keep cookies for those who sell what you may wish to buy, and for their friends.</p>" * 30
    page = f'<p>The bell rang.</p><div id="onetrust-consent-sdk"><div hidden>{policy}</div>{policy}</div><p>Twice.</p>'
    tree = read_tree(f"<body>{page}</body>")
    assert tree is not None
    assert [line.text for line in read_lines(tree)] == ["The bell rang.", "Twice."]
