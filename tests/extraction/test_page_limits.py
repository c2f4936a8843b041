"""Of a page without end, its beginning is read."""

from crawler.extraction.page_limits import MAX_BYTES, MAX_TAGS, truncate_page


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
