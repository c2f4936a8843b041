"""Makes a site for a page of an unknown site, from what its address and the page itself state."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from crawler.errors import BadAddress
from crawler.extraction.layout.prose_language import tell_language_of_prose
from crawler.extraction.parsing.decoding import decode
from crawler.extraction.parsing.metatags import read_head
from crawler.extraction.parsing.tree import keep_tree, read_tree
from crawler.items import Address, Capture
from crawler.normalisation.addresses.hosts import read_host, spell_host
from crawler.normalisation.addresses.urls import read_address
from crawler.normalisation.dates.order import find_country_of_host, find_date_order, find_region
from crawler.normalisation.words.language_names import read_language_code
from crawler.site import Site

UNKNOWN_LANGUAGE: Final = "und"
"""ISO 639 for a language that is undetermined."""
_BODY: Final = re.compile(r"<body\b", re.I)
_PLAIN_BEGINNING: Final = re.compile(
    rb"\s{0,200}(?:<\?xml[^<>]{0,200}>\s{0,200})?(?:<!doctype[^<>]{0,400}>\s{0,200})?"
    rb"(?:<!--(?![->])(?:[^-]|-(?!-)){1,2000}-->\s{0,200}){0,9}(?P<tag><html\s[^<>]{1,2000}>)",
    re.I,
)
"""How nearly all pages begin: nothing but declarations and comments before the ``html`` tag."""
_PLAIN_TAG: Final = re.compile(r'<html(?:\s+[a-z][\w:.-]*="[^"&<>]*")+\s*>', re.I | re.A)
_ATTRIBUTE: Final = re.compile(r'\s([a-z][\w:.-]*)="([^"]*)"', re.I | re.A)
_OTHER_CHARSET: Final = re.compile(rb"[\x00\x1b\x80-\xff]|~\{")
"""What ASCII has not, and charsets that are not ASCII all have among their first characters."""
_LOCALE: Final = re.compile(rb"""og:locale["']?\s{1,9}content\s?=\s?["']?([A-Za-z_-]{2,20})""")
_OF_THEMES: Final = "en"
"""What themes of publishing systems state unless somebody changes it."""
_COMMON_WORD: Final = b" the "
_FEWEST_COMMON_WORDS: Final = 3
"""A page in English with fewer is too short to be told from others."""
_MANY_COMMON_WORDS: Final = 12
"""Those of a page that states another language whose prose is looked at for English."""
_CODE: Final = re.compile(r"\s*([a-z]{2,3})(?![a-z])", re.I)


def make_site(capture: Capture) -> Site:
    """Return a site for the page of a capture: its host, the language that it states or is in, and universal time.

    It declares no addresses, date formats or labels; figures are read in the order that the page or its country has.
    Raises BadAddress when the address names no host.
    """
    printed_host = _read_host(capture.url)
    host = spell_host(printed_host) or printed_host  # a host in Unicode and the same in ASCII are one site
    of_tag = _read_language_of_tag(capture.body)
    stated = _read_language(capture, of_tag)
    language = _read_code(stated) or UNKNOWN_LANGUAGE
    of_template = _read_code(of_tag)
    country = find_country_of_host(host) or find_region(stated) or _read_region(capture.body)
    return Site(
        name=host,
        title=printed_host,
        origin=f"https://{host}",
        languages=(language,),
        timezone="UTC",
        addresses=(),
        date_order=find_date_order(
            capture.body,
            capture.url,
            capture.fetched_at.date(),
            # a template prints the dates, in whatever language the text is
            of_template if of_template not in (None, _OF_THEMES) else language,
            country,
        ),
        lead_expected=False,
    )


def read_page_address(url: str, site: Site) -> Address:
    """Read the address of a page of a site made by :func:`make_site`: every page but the home page may be an article.

    Its path and query are its key. Raises BadAddress.
    """
    address = read_address(url, site)
    path = address.url_key.removeprefix(site.origin)
    if path in ("", "/"):
        return replace(address, kind="home")
    [language] = site.languages
    return replace(
        address, kind="article", language=language, site_key=path, url_key=f"{site.name}/{language}{path}", story=None
    )


def drop_port(url: str) -> str:
    """Return an address without its port: a site is one on the default port, its copy on this machine on another."""
    try:
        parts = urlsplit(url)
        return url if parts.port is None else parts._replace(netloc=parts.netloc.rpartition(":")[0]).geturl()
    except ValueError:  # the reading of the address says what is wrong with it
        return url


def _read_language(capture: Capture, stated: str | None) -> str | None:
    """Return the code of the language that a page states for itself, or that its prose is in, as it is stated.

    ``stated`` is that of its ``html`` tag. None where it states none and its words leave it uncertain.
    """
    if _read_code(stated) == _OF_THEMES and not _has_common_words(capture.body):
        tree = keep_tree(decode(capture))
        return (tell_language_of_prose(tree) if tree is not None else None) or stated
    if (code := _read_code(stated)) is not None:
        if code != _OF_THEMES and capture.body.count(_COMMON_WORD) >= _MANY_COMMON_WORDS:
            tree = keep_tree(decode(capture))
            return _OF_THEMES if tree is not None and tell_language_of_prose(tree) == _OF_THEMES else stated
        return stated
    text = decode(capture)
    stated = _read_language_of_beginning(text)
    if _read_code(stated) is not None:
        return stated
    tree = keep_tree(text)
    if tree is None:
        return capture.header("content-language")
    head = read_head(tree)
    meta = head.find_meta("og:locale", "content-language", "dc.language")
    codes = (head.language, meta.value if meta is not None else None, capture.header("content-language"))
    stated = next((code for code in codes if _read_code(code) is not None), None)
    return stated if stated is not None else tell_language_of_prose(tree)


def _has_common_words(body: bytes) -> bool:
    """Does a page hold the word that no English text is without? It mostly stands near the beginning of the text."""
    place = 0
    for _ in range(_FEWEST_COMMON_WORDS):
        place = body.find(_COMMON_WORD, place) + len(_COMMON_WORD)
        if place < len(_COMMON_WORD):
            return False
    return True


def _read_region(body: bytes) -> str | None:
    """Return the country of a page's ``og:locale``, as of ``en_GB``; None where it states none."""
    locale = _LOCALE.match(body, body.find(b"og:locale"))
    return find_region(locale[1].decode("ascii")) if locale else None


def _read_language_of_tag(body: bytes) -> str | None:
    """Return the ``lang`` of the ``html`` tag where a page begins plainly with it: nothing else need be decoded."""
    beginning = _PLAIN_BEGINNING.match(body)
    if beginning is None or _OTHER_CHARSET.search(body[: max(64, beginning.end())]) is not None:
        return None
    tag = beginning["tag"].decode("ascii")
    if _PLAIN_TAG.fullmatch(tag) is not None:  # nearly all: the parser would read it as this does
        stated = next((value for name, value in _ATTRIBUTE.findall(tag) if name.lower() == "lang"), "")
        if stated or "xml:lang" not in tag.lower():
            return stated or None
    tree = read_tree(tag) if tag.count('"') % 2 == 0 == tag.count("'") % 2 else None
    return tree.language if tree is not None else None


def _read_language_of_beginning(text: str) -> str | None:
    """Return the ``lang`` of a page's ``html`` tag, where what precedes the body has one: parsing all takes long."""
    body = _BODY.search(text)
    beginning = text[: body.start()] if body else ""
    if not beginning or beginning.count("<!--") != beginning.count("-->"):
        return None
    tree = read_tree(beginning)
    return tree.language if tree is not None else None


def _read_code(stated: str | None) -> str | None:
    code = _CODE.match(stated or "")
    return read_language_code(code[1]) if code else None


def _read_host(url: str) -> str:
    host = read_host(url) if "//" in url else ""
    if not host:
        raise BadAddress(f"{url[:120]!a} names no host: give an address that begins with https://.")
    return host.rstrip(".").lower()
