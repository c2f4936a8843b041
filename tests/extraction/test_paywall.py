"""Pages that keep their text back say so in a few known ways; what newspapers print on every page is none of them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.tables import check_rows

from crawler.extraction.evidence.paywall import find_wall_phrase
from crawler.items import Capture


def mark(page, charset="utf-8", language=None):
    body = page if isinstance(page, bytes) else page.encode(charset)
    headers = (("Content-Type", f"text/html; charset={charset}"),)
    now = datetime(2026, 11, 24, tzinfo=UTC)
    return find_wall_phrase(
        Capture(url="https://x.example/", fetched_at=now, status=200, headers=headers, body=body), language
    )


WALLS = [
    "<p>Subscribe to continue reading.</p>",
    "<p>To <b>keep reading</b> this article, log in.</p>",
    "<div>This article is reserved for subscribers</div>",
    "<p>Already a subscriber? <a>Log in</a></p>",
    "<p>Contenuto riservato agli abbonati</p>",
    "<p>Abbonati per continuare a leggere</p>",
    "<p>Sei già abbonato?</p>",
    "<p>Suscríbete para seguir leyendo</p>",
    "<p>订阅后继续阅读</p>",
    "<p>Please accept cookies to continue</p>",
    "<p>Accetta i cookie per continuare</p>",
    "<h1>Internal Server Error</h1>",
    "<p>This page is temporarily unavailable.</p>",
    "<p>Please try again later.</p>",
    "<p>Verify you are human</p>",
    "<p>Si è verificato un errore</p>",
    "<p>暂时无法访问，请稍后再试</p>",
]
NO_WALLS = [
    "<p>Subscribe to Asia News updates or change your preferences</p>",
    "<p>We use cookies. <a>Accept all</a></p>",
    "<p>Log in</p><p>Sign up to our newsletter</p>",
    "<noscript>Enable JavaScript to continue</noscript><p>The harbour</p>",
    "<script>var wall = 'Subscribe to continue reading'</script><p>The harbour</p>",
    "<style>p::after { content: 'Please try again later' }</style><p>The harbour</p>",
    "<p>Members of the committee read the error in the minutes.</p>",
    "<p>Abbonati alla newsletter</p><p>Suscríbete al boletín</p>",
    "",
]


@check_rows("page", WALLS)
def test_a_page_that_keeps_its_text_back_says_so(page):
    assert mark(page) is not None


@pytest.mark.parametrize("page", NO_WALLS)
def test_what_stands_on_every_page_is_no_wall(page):
    assert mark(page) is None


def test_the_words_are_found_in_any_charset_and_across_tags():
    assert mark("<p>Si è verificato <i>un</i>\n errore</p>", "iso-8859-1", "it") == "si e verificato un errore"
    assert mark("<p>订阅后继续阅读</p>", "gb2312", "zh") is not None


@given(st.binary(max_size=300))
def test_no_page_is_too_odd(body):
    assert mark(body) is None or mark(body)


@pytest.mark.parametrize(
    "part", [b"<script>", b"<", b"<p ", b"subscribe to ", b"accept cookies ", b"<script></script>"]
)
@pytest.mark.parametrize("size", [100_000, pytest.param(600_000, marks=pytest.mark.slow)])
def test_a_long_hostile_page_is_no_burden(part, size):
    """Longer ones, the slow cases, take a second."""
    assert mark(part * (size // len(part))) is None
