"""Runs of five words: found in pages however these escape, mark up or script them."""

import json

import pytest
from support.tables import check_rows

from crawler.comparison.word_runs import find_word_runs, list_word_runs

SENTENCE = "Boats return to the old quay"
RUNS = {("boats", "return", "to", "the", "old"), ("return", "to", "the", "old", "quay")}


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        (SENTENCE, RUNS),
        ("Boats return", {("boats", "return")}),
        ("", set()),
        ("渡輪駛過港口", {("渡", "輪", "駛", "過", "港"), ("輪", "駛", "過", "港", "口")}),
    ],
)
def test_a_text_has_runs_of_five_words(text, runs):
    assert list_word_runs(text) == runs


@check_rows(
    "markup",
    [
        "<p>Boats <b>return</b> to the <a href='/x'>old</a>\n quay</p>",
        "<p>Bo<b>ats</b> return to the old qu<i>ay</i>",
        '<meta name="description" content="“Boats return to the old quay”, says the harbour">',
        "<img alt='Boats return to the old quay' src=x>",
        '<meta content="&quot;Boats return to the old quay&quot;, she said">',
        "<description>&lt;p&gt;Boats &lt;em&gt;return&lt;/em&gt; to the old quay&lt;/p&gt;</description>",
        "<description>&lt;img alt=&quot;Boats return to the old quay&quot;&gt;</description>",
        "<content>&amp;lt;p&amp;gt;Boats&amp;nbsp;return to the old quay</content>",
        "<title><![CDATA[Boats return to the old quay]]></title>",
        "<!-- Boats return to the old quay -->",
        "<description><![CDATA[<p>Boats return to the <b>old</b> quay</p>]]></description>",
        "<script>" + json.dumps({"headline": "Boats return\nto the öld quay"}) + "</script>",
        "<a href='/en/boats-return-to-the-old-quay.html'>x</a>",
        "BOATS RETURN TO THE OLD QUAY",
    ],
)
def test_a_run_is_found_wherever_it_stands_on_a_page(markup):
    assert find_word_runs(markup, RUNS) == RUNS


@pytest.mark.parametrize(
    "markup", ["", "<p>Boats return to <p>the new quay", "boats return to the", "<p>quay old the to"]
)
def test_other_words_are_no_run(markup):
    assert find_word_runs(markup, RUNS) == set()
    assert find_word_runs(SENTENCE, set()) == set()
