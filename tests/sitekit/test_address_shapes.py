"""Shapes of addresses: an address fits the pattern that it gives, and no pattern takes long to match."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.examples import count_examples

from crawler.sitekit.address_shapes import merge_shapes, read_shape
from crawler.sites.pattern_cost import find_pattern_fault

SEGMENT = st.one_of(
    st.from_regex(r"[a-z]{1,12}(?:-[a-z]{1,9}){0,6}", fullmatch=True),
    st.from_regex(r"(?:[a-z]{2,9}-){0,4}[a-z]{0,4}\d{1,12}(?:-[a-z]{1,20})?(?:\.html)?", fullmatch=True),
    st.from_regex(r"20[0-2]\d|0[1-9]|1[0-2]|20240[1-9]1\d|\d{4}-0\d-1\d-[a-z]{3,9}", fullmatch=True),
    st.text(
        st.characters(codec="utf-8", exclude_characters="/", exclude_categories=("C", "Z")), min_size=1, max_size=20
    ),
)
PATHS = st.lists(SEGMENT, min_size=1, max_size=5).map(lambda segments: "/" + "/".join(segments))


@settings(max_examples=count_examples(60))
@given(PATHS)
def test_an_address_fits_its_own_pattern(path):
    shape = read_shape(path)
    if shape is not None and shape.identity != "code":  # codes may hold what words do not
        assert re.fullmatch(shape.write_path(numeric=False), path, re.I), shape


@settings(max_examples=count_examples(60))
@given(PATHS, st.booleans())
def test_no_pattern_takes_long(path, numeric):
    shape = read_shape(path)
    if shape is not None:
        fault = find_pattern_fault(shape.write_path(numeric=numeric))
        assert fault is None, fault


@pytest.mark.parametrize(
    ("first", "second", "forms"),
    [
        ("/harbour/the-lamp-burns-880042.html", "/village/fair/nets-are-sold-879913.html", 1),
        ("/2024/03/14/the-lamp-burns-again", "/harbour/2025/11/02/nets-are-sold-at-dawn", 1),
        ("/harbour/the-lamp-burns-880042.html", "/id/880042/the-lamp-burns", 2),
        ("/a/the-lamp-burns-again", "/a/b/nets-are-sold", 1),
    ],
)
def test_shapes_that_differ_in_counts_are_one(first, second, forms):
    shapes = merge_shapes([shape for path in (first, second) if (shape := read_shape(path))])
    assert len(shapes) == forms
    for path in (first, second):
        assert any(re.fullmatch(shape.write_path(numeric=False), path, re.I) for shape in shapes)
