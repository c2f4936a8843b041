"""Recognises what stands in front of a page: a firewall's challenge, a wall for consent or login, a page that only
sends on, a "not found" and a server's error that are answered with status 200.

None of them is a page of the site, so none of them says anything about whether an article is there.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from crawler.errors import NotAnArticle
from crawler.extraction.parsing.decoding import decode
from crawler.extraction.parsing.shown_source import drop_hidden, drop_tags, iter_inner
from crawler.items import Capture, Failure
from crawler.normalisation.addresses.references import resolve_reference
from crawler.normalisation.words.entities import unescape
from crawler.outcome.header_addresses import read_header_address
from crawler.outcome.obstacle_marks import (
    BODY_MARKS,
    CHALLENGE_PHRASE,
    CONSENT_PATH,
    CONSENT_PHRASE,
    HEADER_MARKS,
    LOGIN_PATH,
    LOGIN_PHRASE,
    NOT_FOUND_PATH,
    NOT_FOUND_PHRASE,
    SERVER_ERROR_PATH,
    SERVER_ERROR_PHRASE,
)

LARGEST_GATE: Final = 400_000
"""Bytes of a body above which it is a page: what firewalls send is smaller."""
LARGEST_CHALLENGE: Final = 80_000
"""Bytes of a body above which it is not searched for the marks of firewalls."""
MOST_GATE_WORDS: Final = 150
"""Words that the page of a firewall shows at most."""
MOST_WALL_WORDS: Final = 450
"""Words that a page for consent or login, or of an error, shows at most."""
MOST_FORWARDING_WORDS: Final = 60
"""Words that a page shows at most which only sends on."""
LARGEST_SCRIPT_PAGE: Final = 10_000
"""Bytes of a body above which it is no page that only a script sends on."""
LONGEST_HEAD: Final = 160
"""Letters of the title or heading of such a page at most."""
LEAST_HEADLINE: Final = 12
"""Letters of a heading that is a story's at least."""
LONGEST_REFRESH: Final = 10
"""Seconds after which a page that sends on does so at most; a page that reloads itself later is read."""
CHALLENGE_STATUSES: Final = frozenset({202, 401, 403, 405, 406, 429, 456, 503})
"""Statuses with which firewalls send challenges, besides 200."""

_TITLE: Final = re.compile(r"<title\b[^<>]*>", re.I)
_TITLE_END: Final = re.compile("</title", re.I)
_HEADING: Final = re.compile(r"<h[12]\b[^<>]*>", re.I)
_HEADING_END: Final = re.compile("</h[12]", re.I)
_HEAD: Final = re.compile(r"<head\b[^<>]*>", re.I)
_HEAD_END: Final = re.compile(r"</head\s*>", re.I)
_SEPARATOR: Final = re.compile(r"\s+[|\-–—·:»›]\s+|\s*[|–—»]\s*|:\s")
_META: Final = re.compile(r"<meta\b[^>]{0,2000}>", re.I)
_META_REFRESH: Final = re.compile(rb"http-equiv\s*=\s*[\"']?\s*refresh", re.I)
_IS_REFRESH: Final = re.compile(r"http-equiv\s*=\s*[\"']?\s*refresh\b", re.I)
_CONTENT: Final = re.compile(r"content\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.I)
_REFRESH: Final = re.compile(r"\s*(\d+)(?:\.\d*)?\s*(?:[;,]|\s)\s*(?:url\s*=\s*)?(.+)", re.I | re.S)
_BASE: Final = re.compile(r"<base\b[^>]{0,200}?\bhref\s*=\s*[\"']?([^\s\"'>]+)", re.I)
_COMMENT: Final = re.compile(r"<!--.*?-->", re.S)
_SCRIPT: Final = re.compile(r"<script\b[^>]{0,500}>(.*?)</script\s*>", re.I | re.S)
_ONLOAD: Final = re.compile(r"<body\b[^>]{0,500}?\bonload\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.I)
_STRING: Final = r"(?:\"([^\"\s<>]{1,2000})\"|'([^'\s<>]{1,2000})')"
_SENDS_ON: Final = re.compile(
    r"(?:javascript:)?\s*(?:(?:window|document|self|top|parent|this)\s*\.\s*)*location\s*"
    rf"(?:(?:\.\s*href\s*)?=\s*{_STRING}|\.\s*(?:replace|assign)\s*\(\s*{_STRING}\s*\))\s*;?",
    re.I,
)
"""A script that goes to an address and does nothing else."""
_PASSWORD: Final = re.compile(r"<input\b[^<>]*type\s*=\s*[\"']?password", re.I)
_ARTICLE_MARKUP: Final = re.compile(
    r"\"@type\"\s*:\s*(?:\[\s*)?\"[A-Za-z]*Article\"|property\s*=\s*[\"']article:published_time", re.I
)
_SIGNS_OF_ARTICLE: Final = ("article:published_time", 'Article"')
"""How the markup of an article ends: to look for these first takes a twentieth of the time."""
_BEFORE_SIGN: Final = 60


class Obstacle(NamedTuple):
    """What stands in front of a page: ``failure`` for programs, ``words`` for people."""

    failure: Failure
    words: str


def find_refresh(answer: Capture) -> str | None:
    """Return the address that an answer of status 200 sends on to, by meta or header; None for a page to be read.

    A page with text of its own, and one that reloads itself, is to be read.
    """
    if not 200 <= answer.status < 300 or len(answer.body) > LARGEST_GATE:
        return None
    value = answer.header("Refresh")
    head = answer.body[:100_000]
    if len(head) <= LARGEST_SCRIPT_PAGE and b"location" in head and (target := _find_script_target(answer)) is not None:
        value = f"0;{target}"
    is_marked = b"refresh" in head.lower() and _META_REFRESH.search(head) is not None  # the word is sought more quickly
    if value is None and not is_marked:
        return None
    text = drop_hidden(decode(answer))
    targets = [_read_refresh(read_header_address(value))] if value else []
    for tag in _META.findall(text[:100_000]) if is_marked else ():
        content = _CONTENT.search(tag) if _IS_REFRESH.search(tag) else None
        if content is not None:
            targets.append(_read_refresh(unescape(content[1] or content[2] or content[3] or "")))
    target = next((target for target in targets if target), None)
    if target is None or _count_words(text) > MOST_FORWARDING_WORDS:
        return None
    try:
        base = _BASE.search(text[:100_000])
        url = resolve_reference(resolve_reference(answer.url, base[1]) if base is not None else answer.url, target)
    except ValueError:
        return target
    return None if url.partition("#")[0] == answer.url.partition("#")[0] else url


def _find_script_target(answer: Capture) -> str | None:
    """Return where the only script of a small page sends on to, where it does nothing else; None for any other."""
    text = decode(answer)
    scripts = [script.strip() for script in _SCRIPT.findall(_COMMENT.sub(" ", text))]
    scripts += [unescape(handler[1] or handler[2]).strip() for handler in _ONLOAD.finditer(text)]
    match = _SENDS_ON.fullmatch(scripts[0]) if len(scripts) == 1 else None
    return next(filter(None, match.groups())).replace("\\/", "/") if match is not None else None


def find_obstacle(answer: Capture, *, is_page: bool = True) -> Obstacle | None:
    """Return what stands in front of the page that an answer should be; None where nothing does, or nothing known.

    ``is_page`` is False for a feed, which has neither title nor text as pages have.
    """
    vendor = _find_header_mark(answer)
    if vendor is not None:
        return _make_challenge(vendor)
    is_gated = answer.status in CHALLENGE_STATUSES
    if not is_gated and not 200 <= answer.status < 300:
        return None
    if len(answer.body) > LARGEST_GATE:
        return None
    if answer.status == 202 and not answer.body.strip():
        return Obstacle(Failure.CHALLENGE, "a firewall answers in place of the page (status 202, empty)")
    if is_page and answer.status != 202 and _states_article(decode(answer)):
        return None  # as most articles do: no more need be looked at
    vendor = _find_body_mark(answer.body)
    if not is_page and vendor is None:
        return None
    text = decode(answer)
    heads = _read_heads(text, answer.url)
    if vendor is None and not is_gated and not any(heads):
        return None
    plain_text = drop_hidden(text)
    words = _count_words(plain_text)
    is_challenge = vendor is not None or heads.is_challenge or (is_gated and _is_challenge_text(plain_text, words))
    if is_challenge and words <= MOST_GATE_WORDS and not _ARTICLE_MARKUP.search(text):
        return _make_challenge(vendor)
    if answer.status == 202 and words <= 5:
        return _make_challenge(None)
    return None if words > MOST_WALL_WORDS else _find_wall(answer, heads, text, words)


def _states_article(text: str) -> bool:
    """Does a page say plainly that it is an article? Then it is itself no gate, no wall and no error."""
    for sign in _SIGNS_OF_ARTICLE:
        place = text.find(sign)
        if place >= 0 and _ARTICLE_MARKUP.search(text, max(0, place - _BEFORE_SIGN), place + len(sign)) is not None:
            return True
    return False


def refuse_obstacles(answer: Capture) -> None:
    """Raise NotAnArticle, in the words for people, where something stands in front of a page."""
    obstacle = find_obstacle(answer)
    if obstacle is not None:
        raise NotAnArticle(obstacle.words)


class _Heads(NamedTuple):
    """What title, headings and address of a page say of it."""

    is_challenge: bool
    is_consent: bool
    is_login: bool
    is_missing: bool
    is_error: bool
    is_of_story: bool
    """Of a page for consent or login: does the title repeat a heading that says none of this? Then a box on the page of
    an article asks for something."""


def _read_heads(text: str, url: str) -> _Heads:
    heads = _list_heads(text)
    parts = _split_heads(heads)
    path = urlsplit(url).path.lower()
    is_consent = any(CONSENT_PHRASE.search(part) for part in parts) or CONSENT_PATH.search(path) is not None
    is_login = any(LOGIN_PHRASE.fullmatch(part) for part in parts) or LOGIN_PATH.search(path) is not None
    return _Heads(
        is_challenge=any(CHALLENGE_PHRASE.search(head) for head in heads),
        is_consent=is_consent,
        is_login=is_login,
        is_missing=any(NOT_FOUND_PHRASE.fullmatch(part) for part in parts) or NOT_FOUND_PATH.search(path) is not None,
        is_error=any(SERVER_ERROR_PHRASE.fullmatch(part) for part in parts)
        or SERVER_ERROR_PATH.search(path) is not None,
        is_of_story=(is_consent or is_login) and any(_names_story(heading, heads[0]) for heading in heads[1:]),
    )


def _split_heads(heads: list[str]) -> set[str]:
    """Return titles and headings, and their parts between bars and dashes."""
    return {part.strip(" .!?…:;,¡¿") for head in heads for part in (head, *_SEPARATOR.split(head))} - {""}


def _names_story(heading: str, title: str) -> bool:
    """Does a title hold a heading of several words that heads no wall?"""
    if len(heading) < LEAST_HEADLINE or heading.casefold() not in title.casefold():
        return False
    return not any(LOGIN_PHRASE.fullmatch(part) or CONSENT_PHRASE.search(part) for part in _split_heads([heading]))


def _is_challenge_text(plain_text: str, words: int) -> bool:
    shown = " ".join(drop_tags(plain_text).split())
    return words <= MOST_GATE_WORDS and CHALLENGE_PHRASE.search(shown) is not None


def _find_wall(answer: Capture, heads: _Heads, text: str, words: int) -> Obstacle | None:
    """Return a wall for consent or login, a "not found", or a server's error, by title, headings and address."""
    if _ARTICLE_MARKUP.search(text):
        return None
    if heads.is_login and not heads.is_of_story and _PASSWORD.search(text):
        return Obstacle(Failure.LOGIN, "a page to log in came in place of the page")
    if heads.is_consent and not heads.is_of_story and answer.status < 400:
        return Obstacle(Failure.CONSENT, "a page that asks for consent came in place of the page")
    if heads.is_missing and 200 <= answer.status < 300:
        return Obstacle(Failure.SOFT_404, f"the page says that there is none, with status {answer.status}")
    if heads.is_error and words <= MOST_GATE_WORDS and 200 <= answer.status < 300:
        return Obstacle(Failure.STATUS, f"the server says that it cannot show the page, with status {answer.status}")
    return None


def _make_challenge(vendor: str | None) -> Obstacle:
    by = f" ({vendor})" if vendor else ""
    return Obstacle(Failure.CHALLENGE, f"a firewall{by} asks for a proof in place of the page")


def _find_header_mark(answer: Capture) -> str | None:
    """Return the firewall that says by a header that this answer is its own; None without one."""
    names = {name.lower() for name, _ in answer.headers}
    for name, pattern, vendor in HEADER_MARKS:
        value = answer.header(name) if name in names else None
        if value is not None and pattern.search(value):
            return vendor
    return None


def _find_body_mark(body: bytes) -> str | None:
    """Return the firewall whose mark stands in a body that is no larger than what firewalls send; None without one."""
    if len(body) > LARGEST_CHALLENGE:
        return None
    lower_body = body.lower()
    return next((vendor for mark, vendor in BODY_MARKS if mark in lower_body), None)


def _list_heads(text: str) -> list[str]:
    """Return title and first two headings of a page, as plain text."""
    titles = islice(iter_inner(text[:100_000], _TITLE, _TITLE_END), 1)
    headings = islice(iter_inner(text, _HEADING, _HEADING_END), 2)
    plain_heads = (" ".join(unescape(drop_tags(head[:2000])).split()) for head in (*titles, *headings))
    return [head for head in plain_heads if len(head) <= LONGEST_HEAD]


def _count_words(plain_text: str) -> int:
    """Return the number of words that a page shows; a letter of a script without spaces counts as half a word."""
    head = next(iter_inner(plain_text, _HEAD, _HEAD_END), "")
    shown = unescape(drop_tags(plain_text.replace(head, " ", 1) if head else plain_text))
    unspaced = len(re.findall(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]", shown))
    return len(re.findall(r"[^\W_]+", shown)) + unspaced // 2


def _read_refresh(value: str) -> str | None:
    """Return the address of a refresh that comes soon; None for a late one, and for one that names no address."""
    match = _REFRESH.fullmatch(value)
    if match is None or len(match[1]) > 3 or int(match[1]) > LONGEST_REFRESH:
        return None
    return match[2].strip().strip("\"'").strip() or None
