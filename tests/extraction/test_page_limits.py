"""Of a page without end, its beginning is read."""

import pytest

from crawler.extraction.parsing.page_limits import MAX_BYTES, MAX_TAGS, truncate_page
from crawler.extraction.parsing.parser import LONG_TAG, parse


def test_a_page_of_any_sensible_size_is_read_whole():
    page = b"<p>x</p>" * (MAX_TAGS // 2)
    assert truncate_page(page) is page
    assert truncate_page(b"") == b""


def test_a_page_ends_before_the_first_tag_too_many():
    page = b"<p>x</p>" * MAX_TAGS
    assert truncate_page(page) == b"<p>x</p>" * (MAX_TAGS // 2)


def test_a_page_without_tags_ends_at_its_size():
    assert len(truncate_page(b"x" * (MAX_BYTES + 5))) == MAX_BYTES


def test_a_script_is_one_tag_and_its_end_another_whatever_it_holds():
    script = b"<SCRIPT>" + b"var a = '<p>x</p>';" * MAX_TAGS + b"</Script>"
    page = script + b"<p>" * (MAX_TAGS - 2)
    assert truncate_page(page) == page
    assert truncate_page(page + b"<p>") == page
    assert truncate_page(script[:-9]) == script[:-9]


def test_many_open_scripts_take_no_time():
    page = b"<script>" * 2_000_000
    assert truncate_page(page) == page[:MAX_BYTES]


@pytest.mark.parametrize("place", range(0, LONG_TAG, LONG_TAG // 9))
def test_a_tag_of_thousands_of_attributes_loses_them_wherever_it_stands(place: int):
    """A tag is long from :data:`LONG_TAG` / 8 characters on, in a page of more than LONG_TAG."""
    attributes = " ".join(f"a{number}" for number in range(2_000))
    page = f"<p class=one>{'x' * place}</p><b {attributes}>story</b>{'<i>y</i>' * (LONG_TAG // 8)}"
    root = parse(page)
    assert root is not None
    assert root.findtext(".//b") == "story"
    assert [dict(element.attrib) for element in root.iter("p", "b")] == [{"class": "one"}, {}]


def test_one_long_attribute_stays():
    image = "data:image/png;base64," + "A" * LONG_TAG
    root = parse(f"<p>{'x' * 5_000}</p><img src='{image}'>{'<i>y</i>' * (LONG_TAG // 8)}")
    assert root is not None
    assert root.find(".//img").get("src") == image
