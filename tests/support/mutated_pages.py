"""Pages of the practice site and of invented newspapers, damaged at random: the same number is always the same page."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from random import Random

from crawler.practice.generated import GeneratedSite, make_edition
from crawler.practice.printing import ORIGIN
from crawler.practice.redesigns import REDESIGNS, Redesign
from crawler.practice.site import PracticeRequest, PracticeSite, RespondingSite
from crawler.practice.stories import load_dead_ends, load_editions
from support.story_pages import STORIES, make_story_page

MAX_SOURCE_BYTES = 100_000
MAX_BYTES = 400_000
"""Larger pages are the subject of test_hostile.py; here many are read."""


@dataclass(frozen=True, kw_only=True)
class MutatedPage:
    """A damaged page, its address at AsiaNews and elsewhere, and the headers that it is sent with."""

    html: bytes
    asianews_url: str
    other_url: str
    headers: tuple[tuple[str, str], ...]
    mutations: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SourcePage:
    """A page before it is damaged."""

    url: str
    html: bytes


@cache
def list_source_pages() -> tuple[SourcePage, ...]:
    """Return the pages of the practice site in all its layouts, and those of invented stories with their litter."""
    paths = [path for edition in load_editions() for path in (edition.page_path, edition.print_path)]
    pages = _serve_pages(PracticeSite(), ["/en.html", "/zh.html", "/en.xml", *paths])
    pages += _serve_pages(PracticeSite(phase=2), [edition.page_path for edition in load_editions() if edition.edits])
    pages += _serve_pages(PracticeSite(), [end.path for end in load_dead_ends()])
    generated = [make_edition(number, "en", 40, 1).page_path for number in range(8)]
    pages += _serve_pages(GeneratedSite(40), generated)
    for name in REDESIGNS:
        site = GeneratedSite(40)
        site.redesign = Redesign(name)
        pages += _serve_pages(site, generated[:2])
    for story in STORIES.values():
        pages += [SourcePage(url=story.url, html=make_story_page(story, litter=litter)) for litter in (True, False)]
    return tuple(pages)


def _serve_pages(site: RespondingSite, paths: list[str]) -> list[SourcePage]:
    pages = []
    for path in paths:
        answer = site.respond(PracticeRequest(target=path))
        if answer.status == 200 and answer.body:
            body = answer.body
            if ("Content-Encoding", "gzip") in answer.headers:
                body = gzip.decompress(body)
            pages.append(SourcePage(url=ORIGIN + path, html=body[:MAX_SOURCE_BYTES]))
    return pages


TAG = re.compile(rb"<[^<>]{1,400}>")
VALUE = re.compile(rb"""(?<==)"[^"<>]{0,400}"|(?<=:) ?"[^"<>]{0,400}"|\d+|(?<=>)[^<>]{1,60}(?=<)""")
ATTRIBUTE = re.compile(rb"""\s[\w:-]+="[^"]{0,300}\"""")
ENTITIES = (
    b"&",
    b"&#",
    b"&#x;",
    b"&#x110000;",
    b"&#0;",
    b"&#55296;",
    b"&bogus;",
    b"&amp",
    b"&lt;script&gt;",
    b"&#" + b"9" * 5000 + b";",
)
ELEMENTS = (
    b"div p a b font table td ul li article section aside "
    b"h1 blockquote span svg template noscript select figure time form math"
).split()
NASTY_VALUES = (
    b"",
    b"null",
    b"[]",
    b"{}",
    b"[[{}]]",
    b"0",
    b"-1",
    b"1e999",
    b"NaN",
    b"9" * 400,
    b"9" * 5000,
    b'"\\ud800"',
    b'"\\u0000"',
    b"http://[",
    b"http://[::1",
    b"http://a:99999999/",
    b"//",
    b"http://\xff/",
    b"https://xn--a.example/",
    b"https://www.asianews.it:x/",
    b"javascript:",
    b"99/99/2022, 99.99",
    b"0000-00-00",
    b"0001-01-01T00:00:00+14:00",
    b"9999-12-31T23:59:59-14:00",
    b"2024-02-30",
    b"2024-05-03T25:61:61Z",
    b"2024-05-03T10:00:00+99:99",
    b"10000-01-01",
    "٣١/٠٢/٢٠٢٤".encode(),
    "²⁰²⁴".encode(),
    "二零二四年十三月".encode(),
    "昭和百年".encode(),
    b"by",
    b"by and, and",
    b"by " + b"A. " * 300,
    b"(" * 500,
    b"See also",
    b"Send to a friend",
    "\u202e\u200b\ufeff".encode(),
    b"\x00",
    b"\xed\xa0\x80",
    b"\xff\xfe",
    b"<![CDATA[",
    b"<!--",
    b"<?xml version='1.0' encoding='utf-16'?>",
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
    b"<base href='http://['>",
    b"<meta charset=utf-16>",
    b"<meta charset=utf-7>",
    b"<title>",
    b"<plaintext>",
    b"<script>",
    b"</body>",
    b"</html>",
    b'"',
    b"'",
    b"\\",
    b'\\"' * 5000,
    b" " * 20_000,
    b"\n" * 20_000,
    b"x" * 20_000,
    b"Ab" * 10_000,
    b"A. " * 5000,
    b"a, " * 5000,
    b"12/" * 5000,
    b"12 - " * 5000,
    b"12:00 " * 3000,
    b" | " * 5000,
    b"/a" * 5000,
    b"%41" * 5000,
    b"-a" * 5000,
    b"and " * 5000,
    "漢".encode() * 5000,
    "年月日".encode() * 3000,
    "\u00a0\u200b".encode() * 5000,
    b'{"@graph":[' * 1000,
    b'{"@type":"NewsArticle","author":' * 300,
)
CONTENT_TYPES = (
    *("text/html",) * 20,
    "text/html; charset=utf-8",
    "text/html; charset=gb18030",
    "text/html; charset=utf-16",
    "text/html; charset=utf-7",
    "text/html; charset=idna",
    "text/html; charset=base64",
    "text/html; charset=\x00",
    "application/pdf",
    "",
)
ADDRESS_PARTS = (
    "",
    "/",
    "?",
    "#",
    "%",
    "%ff",
    "%00",
    "[",
    "]",
    "@",
    ":",
    ":99999",
    "\\",
    " ",
    "\n",
    "ü",
    "漢",
    "\ud800",
    "//",
    "..",
    "0",
    "9" * 5000,
    "&art=",
    "?l=xx",
)


def _pick_span(html: bytes, dice: Random, longest: int) -> tuple[int, int]:
    start = dice.randrange(len(html) + 1)
    return start, min(len(html), start + dice.randrange(1, longest))


def _pick_matches(pattern: re.Pattern[bytes], html: bytes, dice: Random, most: int) -> list[re.Match[bytes]]:
    matches = list(pattern.finditer(html))
    return sorted(dice.sample(matches, min(len(matches), dice.randint(1, most))), key=re.Match.start, reverse=True)


def flip_bytes(html: bytes, dice: Random) -> bytes:
    flipped = bytearray(html)
    for _ in range(dice.choice((1, 5, 50, 500))):
        if flipped:
            flipped[dice.randrange(len(flipped))] ^= 1 << dice.randrange(8)
    return bytes(flipped)


def cut_tags(html: bytes, dice: Random) -> bytes:
    for match in _pick_matches(TAG, html, dice, 30):
        start, end = match.span()
        html = (
            html[: dice.choice((start, dice.randint(start, end)))]
            + html[dice.choice((end, dice.randint(start, end))) :]
        )
    return html


def cut_page(html: bytes, dice: Random) -> bytes:
    start, end = _pick_span(html, dice, 20_000)
    return dice.choice((html[:start], html[start:], html[:start] + html[end:]))


def nest_elements(html: bytes, dice: Random) -> bytes:
    depth = dice.choice((3, 30, 300, 3000))
    names = [dice.choice(ELEMENTS) for _ in range(dice.randint(1, 4))]
    opening = b"".join(b"<%s>" % name for name in names) * (depth // len(names))
    closing = b"".join(b"</%s>" % name for name in reversed(names)) * dice.choice((0, depth // len(names), depth))
    start, end = _pick_span(html, dice, 5000)
    return html[:start] + opening + html[start:end] + closing + html[end:]


def mix_pages(html: bytes, dice: Random) -> bytes:
    other = dice.choice(list_source_pages()).html
    start, end = _pick_span(other, dice, 30_000)
    place = dice.randrange(len(html) + 1)
    return html[:place] + other[start:end] + html[dice.choice((place, len(html))) :]


def double_attributes(html: bytes, dice: Random) -> bytes:
    for match in _pick_matches(ATTRIBUTE, html, dice, 20):
        attribute, name = match[0], match[0].partition(b"=")[0]
        more = dice.choice((attribute, attribute.upper(), name + b"=x", name, name + b'="' + dice.choice(NASTY_VALUES)))
        html = html[: match.end()] + more * dice.choice((1, 2, 100)) + html[match.end() :]
    return html


def break_entities(html: bytes, dice: Random) -> bytes:
    for _ in range(dice.randint(1, 20)):
        place = dice.randrange(len(html) + 1)
        html = html[:place] + dice.choice(ENTITIES) * dice.choice((1, 1, 50)) + html[place:]
    return html


def replace_values(html: bytes, dice: Random) -> bytes:
    for match in _pick_matches(VALUE, html, dice, 30):
        html = html[: match.start()] + dice.choice(NASTY_VALUES) + html[match.end() :]
    return html


def repeat_part(html: bytes, dice: Random) -> bytes:
    start, end = _pick_span(html, dice, dice.choice((5, 50, 1000)))
    return html[:end] + html[start:end] * dice.choice((1, 20, 200)) + html[end:]


MUTATIONS: tuple[Callable[[bytes, Random], bytes], ...] = (
    flip_bytes,
    cut_tags,
    cut_page,
    nest_elements,
    mix_pages,
    double_attributes,
    break_entities,
    replace_values,
    repeat_part,
)


def make_mutated_page(number: int) -> MutatedPage:
    """Return the damaged page of a number: one source page after one to four mutations."""
    dice = Random(number)
    source = dice.choice(list_source_pages())
    html, names = source.html, []
    for _ in range(dice.choice((1, 1, 2, 4))):
        mutate = dice.choice(MUTATIONS)
        html = mutate(html, dice)[:MAX_BYTES]
        names.append(mutate.__name__)
    path = source.url.split("/", 3)[-1]
    if dice.random() < 0.1:
        place = dice.randrange(len(path) + 1)
        path = path[:place] + dice.choice(ADDRESS_PARTS) + path[place:]
        names.append("address")
    return MutatedPage(
        html=html,
        asianews_url=f"{ORIGIN}/{path}",
        other_url=f"https://harbour-post.example/{path}",
        headers=(("Content-Type", dice.choice(CONTENT_TYPES)), ("Date", "Sun, 01 Nov 2026 12:00:00 GMT")),
        mutations=tuple(names),
    )
