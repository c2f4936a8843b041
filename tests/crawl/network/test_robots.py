"""robots.txt means what RFC 9309 says."""

import pytest

from crawler.crawl.network.robots import MAX_ROBOTS_SIZE, RobotsRules

HOST = "https://www.asianews.it"


def test_the_group_that_names_us_counts_and_the_others_do_not():
    rules = RobotsRules.from_response(
        200, b"User-agent: *\nDisallow: /\n\nUser-agent: SeeAlso\nDisallow: /private/\nAllow: /\n"
    )
    assert rules.allows(HOST + "/news-en/A-1.html")
    assert not rules.allows(HOST + "/private/x")


def test_the_longest_rule_wins_and_wildcards_count():
    rules = RobotsRules.from_response(200, b"User-agent: *\nDisallow: /a/\nAllow: /a/b\nDisallow: /*.pdf$\n")
    assert rules.allows(HOST + "/a/bc")
    assert not rules.allows(HOST + "/a/c")
    assert not rules.allows(HOST + "/x.pdf")
    assert rules.allows(HOST + "/x.pdf?y")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 301])
def test_a_file_that_is_not_there_forbids_nothing(status):
    assert RobotsRules.from_response(status, b"User-agent: *\nDisallow: /").allows(HOST + "/x")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 599])
def test_a_file_that_cannot_be_had_forbids_everything(status):
    assert not RobotsRules.from_response(status, b"").allows(HOST + "/x")
    assert not RobotsRules.forbid_all().allows(HOST + "/")


def test_an_empty_file_forbids_nothing():
    assert RobotsRules.from_response(200, b"").allows(HOST + "/x")


def test_a_page_in_its_place_forbids_nothing():
    assert RobotsRules.from_response(200, b"<!doctype html><title>Home</title><p>Disallow: nothing").allows(HOST + "/x")


def test_a_byte_order_mark_and_broken_bytes_do_not_matter():
    rules = RobotsRules.from_response(200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /caf\xe9\nDisallow: /b")
    assert not rules.allows(HOST + "/b")


def test_only_the_first_500_kib_are_read():
    long = b"User-agent: *\nDisallow: /a\n" + b"#" * MAX_ROBOTS_SIZE + b"\nDisallow: /late\n"
    assert not RobotsRules.from_response(200, long).allows(HOST + "/a")
    assert RobotsRules.from_response(200, long).allows(HOST + "/late")


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("Crawl-delay: 7", 7.0),
        ("Crawl-delay: 0.5", 0.5),
        ("Crawl-delay: soon", None),
        ("Crawl-delay: -1", None),
        ("Crawl-delay: 0", None),
        ("Crawl-delay: 99999999", 3600.0),
    ],
)
def test_a_crawl_delay_is_read_and_bounded(line, seconds):
    assert RobotsRules.from_response(200, f"User-agent: *\n{line}\nDisallow: /p\n".encode()).crawl_delay == seconds
