"""Patterns that take very long are found by looking at them, and what is not refused is quick in fact."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.examples import count_examples

from crawler.sites.pattern_cost import find_pattern_fault
from crawler.sites.pattern_examples import holds_digits_only, make_examples

FLAGS = re.IGNORECASE | re.DOTALL


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+",
        r"(a*)*b",
        r"(?:\w+-?)+x",
        r"(?:[a-z]+)*\.html",
        r"(?:a|ab|b)+c",
        r"(?:A|aa)+$",
        r"(?:[а-я]|[б-г]x?)+y",
        r"(.+/)+x",
        r"(?:.*a){12}x",
        r"(a?){30}a{30}",
        "a?" * 30 + "a" * 30,
        r".*-.*-.*x",
        r"a{1,2000}a{1,2000}a{1,2000}b",
        r"([a-z0-9]+-)*[a-z0-9-]+\d*-*x",
        r"(?=(a+)+b)x",
        r".*(?!.*-.*x)y",
        r"(\d+)\1",
        "a{9}" * 60,
    ],
)
def test_what_may_take_very_long_is_refused(pattern: str) -> None:
    fault = find_pattern_fault(pattern)
    assert fault is not None
    assert fault.is_slow


@pytest.mark.parametrize(
    "pattern",
    [
        r"/(?:[^/]+/)+(?P<key>\d+)",
        r"/[^/]+/!(?P<key>\d{4,})/?",
        r"/(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})/(?P<key>[^/]+)",
        r"/(?:[a-z]+(?:-[a-z]+)*/){0,3}(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)-(?P<key>\d{5,})(?:\.html?)?",
        r"/(?!tag/|author/)(?P<key>[^/]+/[^/]+)/?",
        r"/(?:.*-)?(?P<key>\d{1,9})\.html",
        r"(?P<folder>rus/|eng/|)[^/]+/(?P<key>\d+)",
        r"/(?:\d{4}/\d{1,2}/\d{1,2}/)?(?P<key>[\w-]+)/?",
        r"(?:www|de|fr|es|it|pt)\.a\.example",
        r"/.*/(?P<key>[a-z-]+-\d+)",
        r"(?:a++b)+",
    ],
)
def test_what_sites_write_is_not(pattern: str) -> None:
    assert find_pattern_fault(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(a", "is no regular expression: missing ), unterminated subpattern at 0"),
        ("a{5,2}", "is no regular expression: min repeat greater than max repeat at 2"),
        ("(?P<1>a)", "is no regular expression: bad character in group name '1' at 4"),
        ("a" * 1001, "has 1,001 characters; 1,000 are read"),
        ("(" * 400 + "a" + ")" * 400, "is no regular expression: RecursionError"),
    ],
)
def test_what_is_no_pattern_is_said(pattern: str, reason: str) -> None:
    fault = find_pattern_fault(pattern)
    if fault is None or fault.reason != reason:
        assert pattern.startswith("((((")  # how deep a pattern may be differs between versions of Python
    else:
        assert not fault.is_slow


PIECES = st.sampled_from(["a", "b", "[ab]", ".", "-", r"\d", "[^a]", "(?:a|b)", "(?:ab|a)", "ba"])
ENDS = st.sampled_from(["", "+", "*", "?", "{2,3}", "{0,9}", "{3}"])
PATTERNS = st.recursive(
    st.builds("{}{}".format, PIECES, ENDS),
    lambda inner: st.builds("(?:{}){}".format, st.lists(inner, min_size=1, max_size=4).map("".join), ENDS),
    max_leaves=8,
)


@settings(max_examples=count_examples(120), derandomize=True)
@given(st.lists(PATTERNS, min_size=1, max_size=5).map("".join))
def test_what_is_allowed_is_quick_on_long_texts(pattern: str) -> None:
    if find_pattern_fault(pattern) is not None:
        return
    compiled = re.compile(pattern, FLAGS)
    begin = time.process_time()
    for text in ("a" * 300, "ab" * 150, "b" * 300, "a-" * 150, "1" * 300):
        compiled.fullmatch(text + "~\n")
    assert time.process_time() - begin < 2


@settings(max_examples=count_examples(60), derandomize=True)
@given(PATTERNS)
def test_examples_are_matched(pattern: str) -> None:
    if find_pattern_fault(pattern) is not None:  # such patterns are not tried at all
        return
    examples = make_examples(pattern)
    assert examples
    assert all(re.fullmatch(pattern, example, FLAGS) for example in examples)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"/(?P<key>\d{3}[0-9]*)", True),
        (r"/(?:a|(?P<key>1|2\d))", True),
        (r"/(?P<key>\d+-?)", False),
        (r"/(?P<key>[^/]+)", False),
        (r"/(?P<key>.*)", False),
        (r"/(?P<key>[\d.]+)", False),
    ],
)
def test_whether_a_key_is_a_number(pattern: str, expected: Any) -> None:
    assert holds_digits_only(pattern, "key") is expected
