"""robots.txt means what RFC 9309 says."""

import gzip
import time

import pytest
from support.tables import check_rows

from crawler.crawl.network.robots import MAX_ROBOTS_SIZE, RobotsRules

HOST = "https://www.asianews.it"
STAR = "User-agent: *\n"
OURS = "User-agent: seealso\n"


def read(text):
    return RobotsRules.from_response(200, text if isinstance(text, bytes) else text.encode())


FORBIDS = [
    ("everybody", STAR + "Disallow: /a", "/a"),
    ("our name", OURS + "Disallow: /a", "/a"),
    ("our name in capitals", "USER-AGENT: SEEALSO\nDISALLOW: /a", "/a"),
    ("our name with a version", STAR + "Disallow:\n\nUser-agent: SeeAlso/1.0\nDisallow: /", "/a"),
    ("our name and a comment", "User-agent: seealso # the crawler\nDisallow: / # all of it", "/a"),
    ("our name and words behind it", "User-agent: seealso crawler\nDisallow: /", "/a"),
    ("our user agent as logs have it", "User-agent: seealso/0.1.0 (+ops@example.org)\nDisallow: /", "/a"),
    ("a shorter name is another's", STAR + "Disallow: /a\n\nUser-agent: see\nDisallow:", "/a"),
    ("a longer name is another's", STAR + "Disallow: /a\n\nUser-agent: seealso-news\nDisallow:", "/a"),
    ("our name with an underscore is another's", STAR + "Disallow: /a\n\nUser-agent: seealso_\nDisallow:", "/a"),
    ("our name behind another", STAR + "Disallow: /a\n\nUser-agent: Mozilla/5.0 seealso\nDisallow:", "/a"),
    ("a name with a star is nobody's", STAR + "Disallow: /a\n\nUser-agent: see*\nDisallow:", "/a"),
    ("two names over one group", "User-agent: other\nUser-agent: seealso\nDisallow: /a", "/a"),
    ("two names, blank lines between", "User-agent: seealso\n\n\nUser-agent: other\nDisallow: /a", "/a"),
    ("two names, an unknown record between", "User-agent: seealso\nNoindex: /x\nUser-agent: other\nDisallow: /a", "/a"),
    (
        "two names, a sitemap between",
        "User-agent: seealso\nSitemap: https://a.example/s.xml\nUser-agent: b\nDisallow: /a",
        "/a",
    ),
    ("two groups of ours are one", OURS + "Disallow: /a\n\n" + STAR + "Allow: /\n\n" + OURS + "Disallow: /b", "/a"),
    ("the second of two groups", OURS + "Disallow: /a\n\n" + STAR + "Allow: /\n\n" + OURS + "Disallow: /b", "/b"),
    ("two groups with and without version", OURS + "Allow: /x\n\nUser-agent: seealso/2\nDisallow: /a", "/a"),
    ("two groups for everybody", STAR + "Disallow: /b\n\n" + STAR + "Disallow: /a", "/a"),
    ("our name in a list", STAR + "Disallow:\n\nUser-agent: other, SeeAlso/1.0, third\nDisallow: /a", "/a"),
    ("everybody in a list", "User-agent: other | *\nDisallow: /a", "/a"),
    ("everybody as a media type has it", "User-agent: */*\nDisallow: /a", "/a"),
    ("everybody and a colon", "User-agent: *:\nDisallow: /a", "/a"),
    ("a plural", "User-agents: *\nDisallow: /a", "/a"),
    ("signs of equality", "User-agent=*\nDisallow = /a", "/a"),
    ("a gzip file that nobody announced", gzip.compress((STAR + "Disallow: /a").encode()), "/a"),
    ("everybody shares a group", "User-agent: other\nUser-agent: *\nDisallow: /a", "/a"),
    ("a star with words behind it", "User-agent: * (all)\nDisallow: /a", "/a"),
    ("a wildcard", STAR + "Disallow: /*/private", "/x/private/1"),
    ("a wildcard at the end", STAR + "Disallow: /a*", "/abc"),
    ("an end mark", STAR + "Disallow: /*.pdf$", "/x.pdf"),
    ("the longest match", STAR + "Allow: /a\nDisallow: /a/b", "/a/b/c"),
    ("the longest match, in another order", STAR + "Disallow: /a/b\nAllow: /a", "/a/b/c"),
    ("letters of paths have a case", STAR + "Disallow: /A", "/A1"),
    ("escapes are compared as they mean", STAR + "Disallow: /caf%C3%A9", "/café"),
    ("escapes, the other way", STAR + "Disallow: /café", "/caf%c3%a9"),
    ("a query", STAR + "Disallow: /*?sort=", "/list?sort=up"),
    ("a byte order mark", b"\xef\xbb\xbfUser-agent: *\nDisallow: /a", "/a"),
    ("two bytes a letter, behind their mark", "User-agent: *\r\nDisallow: /a".encode("utf-16"), "/a"),
    ("two bytes a letter, and no mark", "User-agent: *\r\nDisallow: /a".encode("utf-16-le"), "/a"),
    ("two bytes a letter, the other way, and no mark", "User-agent: *\nDisallow: /a".encode("utf-16-be"), "/a"),
    ("two bytes a letter, the other way", b"\xfe\xff" + "User-agent: *\nDisallow: /a".encode("utf-16-be"), "/a"),
    ("a path without its slash", STAR + "Disallow: private/", "/private/x"),
    ("a query without its path", STAR + "Disallow: ?print=1", "/a?print=1"),
    ("a whole address", STAR + "Disallow: https://www.asianews.it/a", "/a"),
    ("an address of the host alone", STAR + "Disallow: https://www.asianews.it", "/a"),
    ("quotes around a path", STAR + 'Disallow: "/a"', "/a"),
    ("quotes around a name", "User-agent: '*'\nDisallow: /a", "/a"),
    ("the first of two paths", STAR + "Disallow: /a, /b", "/a"),
    ("the second of two paths", STAR + "Disallow: /b /a", "/a"),
    ("a path with a space in it", STAR + "Disallow: /a b", "/a%20b"),
    ("records on one line", "User-agent: * Disallow: /x Disallow: /a", "/a"),
    ("records in one line of signs for line ends", r"User-agent: *\nDisallow: /a\nAllow: /b", "/a"),
    ("a page around the rules", "<html><body><pre>User-agent: *\nDisallow: /a</pre></body></html>", "/a"),
    ("breaks of a page", "User-agent: *<br>Disallow: /a<br />Disallow: /b", "/a"),
    ("wide colons", "User-agent：*\nDisallow：/a", "/a"),
    ("letters that nobody sees", "\u200bUser-agent: *\n\u200bDisallow: /a\u200b", "/a"),
    ("names with a dash or an underscore", "User_agent: *\nDis-allow: /a", "/a"),
    ("an empty group of ours, and everybody's behind it", OURS + "\n" + STAR + "Disallow: /a", "/a"),
    ("lines that end with CR LF", "User-agent: *\r\nDisallow: /a\r\n", "/a"),
    ("lines that end with CR", "User-agent: *\rDisallow: /a\r", "/a"),
    ("white space around", "  User-agent :  *  \n\tDisallow\t:\t/a  ", "/a"),
    ("no colon", "User-agent *\nDisallow /a", "/a"),
    ("a usual misspelling", STAR + "Dissalow: /a", "/a"),
    ("a user agent without its hyphen", "Useragent: *\nDisallow: /a", "/a"),
    ("broken bytes elsewhere", b"User-agent: *\nDisallow: /caf\xe9\nDisallow: /a", "/a"),
    ("a null byte before", b"\0User-agent: *\nDisallow: /a", "/a"),
    ("only white space before", "\n\n  \n" + STAR + "Disallow: /a", "/a"),
    ("rules among HTML", "<pre>\nUser-agent: *\nDisallow: /a\n</pre>", "/a"),
    ("an early rule of a long file", STAR.encode() + b"Disallow: /a\n" + b"# padding\n" * 60_000, "/a"),
    ("the last line within the limit", (b"#" * (MAX_ROBOTS_SIZE - 28) + b"\nUser-agent: *\nDisallow: /a\n" * 2), "/a"),
]
ALLOWS = [
    ("an empty file", "", "/a"),
    ("other names in a list", "User-agent: other, third\nDisallow: /", "/a"),
    ("a path with a sign of equality", STAR + "Disallow: /x=/a", "/a"),
    ("a gzip file that breaks off at once", gzip.compress(b"")[:5], "/a"),
    ("an empty rule", STAR + "Disallow:", "/a"),
    ("nothing about us", "User-agent: other\nDisallow: /", "/a"),
    ("a group of ours without rules", STAR + "Disallow: /\n\n" + OURS, "/a"),
    ("a group of ours replaces that of everybody", STAR + "Disallow: /\n\n" + OURS + "Disallow: /b", "/a"),
    ("wherever it stands", OURS + "Disallow: /b\n\n" + STAR + "Disallow: /", "/a"),
    ("a shorter name is another's", "User-agent: see\nDisallow: /", "/a"),
    ("a longer name is another's", "User-agent: seealsobot\nDisallow: /", "/a"),
    ("a name that ends like ours", "User-agent: notseealso\nDisallow: /", "/a"),
    ("rules before any name", "Disallow: /\n" + STAR + "Disallow: /b", "/a"),
    ("an empty name", "User-agent:\nDisallow: /", "/a"),
    ("the longest match", STAR + "Disallow: /a\nAllow: /a/b", "/a/b"),
    ("of equal matches the one that allows", STAR + "Disallow: /a\nAllow: /a", "/a"),
    ("an end mark", STAR + "Disallow: /*.pdf$", "/x.pdf?y"),
    ("a mark in the middle is a letter", STAR + "Disallow: /a$b", "/a"),
    ("letters of paths have a case", STAR + "Disallow: /A", "/a"),
    ("a comment", STAR + "# Disallow: /", "/a"),
    ("a home page in its place", "<!doctype html><title>Home</title><p>Disallow: /", "/a"),
    ("a picture in its place", b"\x89PNG\r\n\x1a\n\0\0", "/a"),
    ("a delay between groups", OURS + "Crawl-delay: 1\n" + STAR + "Disallow: /", "/a"),
    ("robots.txt itself", STAR + "Disallow: /", "/robots.txt"),
    ("a rule behind the limit", STAR.encode() + b"#" * MAX_ROBOTS_SIZE + b"\nDisallow: /a", "/a"),
    ("a rule that the limit cuts", STAR.encode() + b"#" * (MAX_ROBOTS_SIZE - 27) + b"\nDisallow: /b", "/a"),
]


@check_rows(("text", "path"), [case[1:] for case in FORBIDS], ids=[case[0] for case in FORBIDS])
def test_it_forbids(text, path):
    assert not read(text).allows(HOST + path)


@check_rows(("text", "path"), [case[1:] for case in ALLOWS], ids=[case[0] for case in ALLOWS])
def test_it_allows(text, path):
    assert read(text).allows(HOST + path)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 451])
def test_a_file_that_is_not_there_forbids_nothing(status):
    rules = RobotsRules.from_response(status, b"User-agent: *\nDisallow: /")
    assert rules.find_verdict(HOST + "/x") == "no_rules"


@check_rows("status", [300, 301, 302, 304, 307, 308, 429, 500, 502, 503, 504, 599, 999])
def test_a_file_that_cannot_be_had_forbids_everything(status):
    rules = RobotsRules.from_response(status, b"User-agent: *\nAllow: /")
    assert not rules.allows(HOST + "/x")
    assert rules.is_closed


def test_thirty_thousand_rules_are_read_in_a_moment():
    before = time.process_time()
    rules = read(STAR + "".join(f"Disallow: /p{n}\n" for n in range(30_000)))
    assert not rules.allows(HOST + "/p77")
    assert rules.allows(HOST + "/a")
    assert time.process_time() - before < 10


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        ("Crawl-delay: 7", 7.0),
        ("Crawl-delay: 0.5", 0.5),
        ("Crawl-delay: 2\nCrawl-delay: 9\nCrawl-delay: 3", 9.0),
        ("Crawl-delay: soon", None),
        ("Crawl-delay: 0,5", 0.5),
        ("Crawl-delay: 5s", 5.0),
        ("Crawl-delay: 10 seconds", 10.0),
        ("Crawl-delay: 5 sec.", 5.0),
        ("Crawl-delay: 10 min", 600.0),
        ("Crawl_delay: 4", 4.0),
        ("Request-rate: 1/20", 20.0),
        ("Request-rate: 2/1m 0900-1700", 30.0),
        ("Request-rate: 0/1", None),
        ("Crawl-delay: 5m", None),
        ("Crawl-delay: 1e9", None),
        ("Crawl-delay: inf", None),
        ("Crawl-delay: nan", None),
        ("Crawl-delay: -1", None),
        ("Crawl-delay: 0", None),
        ("Crawl-delay: 99999999", 3600.0),
    ],
)
def test_a_crawl_delay_is_read_and_bounded(lines, seconds):
    assert read(f"{STAR}{lines}\nDisallow: /p\n").crawl_delay == seconds


def test_the_delay_of_our_group_counts_not_that_of_everybody():
    assert read(STAR + "Crawl-delay: 30\n\nUser-agent: seealso/1\nDisallow: /x").crawl_delay is None


def test_sitemaps_are_kept_wherever_they_stand_each_once():
    rules = read(
        "Sitemap: https://a.example/1.xml\nUser-agent: other\nDisallow: /\nSITEMAP: https://a.example/2.xml # new\n"
        "Sitemap: <https://a.example/1.xml>\nSitemap:\nSitemap https://a.example/3.xml\n"
        "Sitemap_news: https://a.example/4.xml\nDisallow: /x Sitemap: https://a.example/5.xml, https://a.example/6.xml"
    )
    assert rules.sitemaps == tuple(f"https://a.example/{number}.xml" for number in range(1, 7))
