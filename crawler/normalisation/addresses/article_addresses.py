"""Tells by the form of an address alone whether it reads as that of an article, for sites that declare no addresses."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

# Folders of listings, people and services, in the languages whose papers name their folders in words.
_FOLDERS: Final = (
    "tag tags topic topics topik author authors autor autoren autore autori auteur auteurs profile profiles person "
    "people staff category categories categoria categorie kategorie kategorien section sections rubrik rubrique "
    "rubriche seccion search suche recherche buscar ricerca page seite login signin register account konto abo "
    "subscribe subscription subscriptions suscripcion newsletter newsletters contact kontakt contacto impressum "
    "imprint about privacy datenschutz terms agb help hilfe faq jobs karriere careers advertise werbung feed rss "
    "shop store user users member members label labels keyword keywords schlagwort schlagworte thema themen tema "
    "temas etiqueta etiquetas mot-cle theme themes dossiers archive archives archiv cart checkout sitemap share "
    "comment comments amp-share wp-login.php wp-admin wp-content epaper e-paper kontakte"
)
NO_ARTICLE_FOLDERS: Final = frozenset(_FOLDERS.split())
"""Segments under which no articles stand."""
_FILE: Final = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34]|m3u8|zip|xml|rss|css|js|json|ics|apk|docx?|xlsx?)$", re.I
)
_ENDING: Final = re.compile(r"\.(?:s?html?|php\d?|aspx?|jsp|cms|ece|story|amp)$", re.I)
_SEPARATORS: Final = re.compile(r"[-_+,.\s]+")
_DAY: Final = re.compile(
    r"/(?:19|20)\d{2}/(?:\d{1,2}|[a-z]{3,9})(?:/\d{1,2})?/|/(?:19|20)\d{6}/|[/-](?:19|20)\d{2}-\d{2}-\d{2}(?:[/-]|$)"
)
_NUMBER: Final = re.compile(r"\d{5,}")
_CODE: Final = re.compile(r"(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{8,}", re.I)
"""A key of letters and digits: ``k3r94d20x5q7``."""
_KEY_IN_QUERY: Final = re.compile(
    r"(?:id|art|article|article_?id|aid|nid|news_?id|idxno|no|p|story|newsid|sid|cid|docid)", re.I
)


@lru_cache(maxsize=4_096)
def reads_as_article(url: str) -> bool:
    """Return True if an absolute address has the form of an article's rather than that of a listing or a service.

    An article's last segment is a slug of several words, holds a long number or is a code of letters and digits, or
    stands under a date; or the query names a number. ``/tag/``, ``/author/``, ``/search/`` and their like are listings.

    >>> reads_as_article("https://paper.example/world/bridge-opens-after-nine-years")
    True
    >>> reads_as_article("https://paper.example/tag/bridges-and-roads-of-the-north")
    False
    """
    parts = urlsplit(url)
    path = unquote(parts.path)
    segments = [segment for segment in path.lower().split("/") if segment]
    if not segments or _FILE.search(segments[-1]):
        return False
    if any(segment in NO_ARTICLE_FOLDERS for segment in segments[:-1]) or segments[-1] in NO_ARTICLE_FOLDERS:
        return False
    last = _ENDING.sub("", segments[-1])
    if last in ("", "index", "default") and len(segments) > 1:
        last = segments[-2]
    words = [word for word in _SEPARATORS.split(last) if any(map(str.isalpha, word))]
    if len(words) >= 4 or (not last.isascii() and sum(map(str.isalpha, last)) >= 8):
        return True
    if _NUMBER.search(last) or any(_CODE.fullmatch(word) for word in _SEPARATORS.split(last)):
        return True
    if words and _DAY.search(path.lower()):
        return True
    if len(words) >= 2 and len(segments) > 1 and _NUMBER.search(segments[-2]):
        return True
    if len(words) >= 3 and len(segments) >= 2:
        return True
    query = parse_qsl(parts.query[:500])
    return any(_KEY_IN_QUERY.fullmatch(name) and len(value) >= 3 and value.isdigit() for name, value in query)


@lru_cache(maxsize=4_096)
def stands_beside(url: str, own: str) -> bool:
    """Return True if an absolute address differs from an article's own in its last segment alone, of two words or more.

    >>> stands_beside("https://paper.example/inland/bridge-open-1.html", "https://paper.example/inland/mill-fire-2.html")
    True
    """
    parts, own_parts = urlsplit(url), urlsplit(own)
    folder, _, last = parts.path.rstrip("/").rpartition("/")
    if not folder or folder != own_parts.path.rstrip("/").rpartition("/")[0] or parts.netloc != own_parts.netloc:
        return False
    segments = folder.lower().split("/")
    if _FILE.search(last) or any(segment in NO_ARTICLE_FOLDERS for segment in (*segments, last.lower())):
        return False
    return sum(any(map(str.isalpha, word)) for word in _SEPARATORS.split(_ENDING.sub("", last))) >= 2
