"""What publishers reserve is read from headers, metas and the file of their host, where it is said to us."""

import time
from datetime import UTC, datetime

import pytest
from support.tables import check_rows

from crawler.items import Capture
from crawler.outcome.reservations import find_reservations, read_tdm_file

URL = "https://www.asianews.it/news-en/Story-1.html"


def find(head="", *headers, status=200, rules=()):
    body = f"<html><head>{head}</head><body></body></html>".encode()
    answer = Capture(url=URL, fetched_at=datetime(2026, 3, 1, tzinfo=UTC), status=status, headers=headers, body=body)
    return {(found.kind, found.source) for found in find_reservations(answer, rules)}


@check_rows(
    ("value", "kinds"),
    [
        ("noarchive", {"noarchive"}),
        ("NOARCHIVE, NoIndex", {"noarchive", "noindex"}),
        ("none", {"none"}),
        ("all", set()),
        ("nofollow, nosnippet", set()),
        ("seealso: noarchive", {"noarchive"}),
        ("SeeAlso/1.0: noindex, noarchive", {"noarchive", "noindex"}),
        ("otherbot: noarchive", set()),
        ("otherbot: noindex, noarchive", set()),
        ("noindex, otherbot: noarchive", {"noindex"}),
        ("otherbot: noindex, seealso: noarchive", {"noarchive"}),
        ("unavailable_after: 25 Jun 2027 15:00:00 GMT, noarchive", {"noarchive"}),
        ("max-snippet: 20, noindex", {"noindex"}),
        ("", set()),
    ],
)
def test_a_robots_header_is_read(value, kinds):
    assert find("", ("X-Robots-Tag", value)) == {(kind, "header") for kind in kinds}


def test_every_robots_header_counts():
    headers = (("x-robots-tag", "noindex"), ("X-ROBOTS-TAG", "seealso: noarchive"))
    assert find("", *headers) == {("noindex", "header"), ("noarchive", "header")}


@pytest.mark.parametrize(
    ("head", "kinds"),
    [
        ('<meta name="robots" content="noarchive">', {"noarchive"}),
        ("<META CONTENT='noindex,noarchive' NAME=Robots />", {"noarchive", "noindex"}),
        ('<meta name="seealso" content="none">', {"none"}),
        ('<meta name="googlebot" content="noarchive">', set()),
        ('<meta property="robots" content="noarchive">', set()),
        ('<meta name="robots" content="index, follow">', set()),
        ('<!-- <meta name="robots" content="noarchive"> -->', set()),
        ('<meta name="tdm-reservation" content="1">', {"tdm"}),
        ('<meta name="tdm-reservation" content="0">', set()),
        ('<meta name="tdm-policy" content="https://a.example/p.json">', set()),
    ],
)
def test_a_meta_is_read(head, kinds):
    assert find(head) == {(kind, "meta") for kind in kinds}


def test_a_policy_is_kept_beside_its_reservation():
    headers = (("tdm-reservation", "1"), ("tdm-policy", "https://a.example/policy.json"))
    answer = Capture(url=URL, fetched_at=datetime(2026, 3, 1, tzinfo=UTC), status=200, headers=headers)
    (found,) = find_reservations(answer)
    assert (found.kind, found.source, found.value) == ("tdm", "header", "https://a.example/policy.json")


@pytest.mark.parametrize(
    ("text", "reserved"),
    [
        (b'[{"location": "/", "tdm-reservation": 1}]', True),
        (b'[{"location": "/*", "tdm-reservation": "1"}]', True),
        (b'\xef\xbb\xbf{"location": "/news-en/", "tdm-reservation": 1}', True),
        (b'[{"location": "/*.html$", "tdm-reservation": 1}]', True),
        (b'[{"location": "/", "tdm-reservation": 1}, {"location": "/news-en/", "tdm-reservation": 0}]', False),
        (b'[{"location": "/news-it/", "tdm-reservation": 1}]', False),
        (b'[{"location": "/", "tdm-reservation": 0}]', False),
        (b'[{"location": 7}, null, {"tdm-reservation": 1}]', False),
        (b"<html>not found</html>", False),
        (b"", False),
        (b"[" * 100_000, False),
    ],
)
def test_the_file_of_a_host_is_read(text, reserved):
    assert find(rules=read_tdm_file(text)) == ({("tdm", "file")} if reserved else set())


def test_an_error_page_reserves_nothing():
    assert find('<meta name="robots" content="noarchive">', ("X-Robots-Tag", "none"), status=404) == set()


def test_comments_that_never_end_are_passed_over_in_linear_time():
    """It took a minute."""
    begun = time.process_time()
    assert find("<meta name=robots content=noarchive>" + "<!--" * 49_000) == {("noarchive", "meta")}
    assert time.process_time() - begun < 5
