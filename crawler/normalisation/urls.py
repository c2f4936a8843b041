"""Reads any spelling of an address into the site's own address and its identity.

One article has many addresses (two schemes, three hosts, slugs that change, queries in any order, print and mobile
editions). What the site declares in its :class:`~crawler.site.AddressForm` rows decides what an address means; this
module only undoes what the web adds to it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, quote, unquote_to_bytes, urljoin, urlsplit

from crawler.errors import BadAddress
from crawler.items import Address
from crawler.normalisation.hosts import is_site_host, list_own_hosts
from crawler.site import AddressForm, Site

MAX_LENGTH = 2000
"""Longer addresses are attacks or accidents; no article seen comes near."""


def read_address(url: str, site: Site, base: str | None = None) -> Address:
    """Read any spelling of an address of the site.

    ``base`` is the page that printed it; without one, a path (``/en.xml``) belongs to the site's origin and a host
    without a scheme (``asianews.it/…``) is taken for https. Raises :class:`BadAddress` when the address is malformed,
    too long, not on the web, names a user, a port or a host that is not the site's.
    """
    if base is not None and url.startswith("/") and url[1:2] not in ("/", "\\") and base.startswith(f"{site.origin}/"):
        base = None  # the same address, whichever page of the site printed it
    return _read_absolute(url, site, base)


@lru_cache(maxsize=4_096)  # a page names most of its addresses several times, and its neighbours name them again
def _read_absolute(url: str, site: Site, base: str | None) -> Address:
    parts = _split_url(url, site, base)
    path = _normalise_path(parts.path)
    query = _read_parameters(parts.query)
    fit = _find_form(site, path, query)
    if fit is None:
        return _make_other_address(site, path, query)
    form, groups = fit
    language = _find_language(form, groups, site)
    key = groups.get("key")
    if form.kind != "article" or key is None or language is None:
        canonical = _make_canonical(site, path, query)
        return Address(url=canonical, url_key=_compose(canonical), kind=form.kind, language=language)
    key = str(int(key)) if form.numeric else _BYTE.sub(lambda byte: byte[0].upper(), key.lower())
    return Address(
        url=_make_article_url(site, form, path, query, language, key),
        url_key=make_article_key(site, language, key),
        kind="article",
        language=language,
        site_key=key,
        story=key if form.numeric else None,
    )


def make_article_key(site: Site, language: str, key: str) -> str:
    """Return the identity of an article address: ``asianews/en/55331``."""
    return f"{site.name}/{language}/{key}"


def is_followed(url: str, site: Site) -> bool:
    """Return True if an address is of a family that the site declares to be followed from its home pages."""
    try:
        parts = _split_url(url, site, None)
    except BadAddress:
        return False
    fit = _find_form(site, _normalise_path(parts.path), _read_parameters(parts.query))
    return fit is not None and fit[0].follow


def preferred_spelling(site: Site, first: str, second: str) -> str:
    """Return which of two spellings of one article the archive cites; the order of the two does not matter.

    The form with the higher rank wins (a slug before a 2026 path before a query), then the one with less damage in it
    (entities and broken letters that a slug has kept), then the one with fewer escapes, without a slash at the end, the
    longer, the first in the alphabet.
    """
    return min(first, second, key=lambda spelling: _rank_spelling(site, spelling))


_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_HOST_FIRST = re.compile(r"([^\s/?#:@]+\.[^\s/?#:@.]+)\.?(?::\d+)?(?:[/?#]|$)")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SAFE = "-._~!$&'()*+,;=:@"  # RFC 3986 pchar: what a path segment may hold bare
_ESCAPE = re.compile(rf"%([0-9A-Fa-f]{{2}})|%|[^A-Za-z0-9%{re.escape(_SAFE)}]+")
_BYTE = re.compile(r"%[89a-fA-F][0-9a-fA-F]")
"""An escape that stays in a decoded key: one of a byte that is no UTF-8."""
_LONE_BYTE = re.compile(r"[\udc80-\udcff]")
_ESCAPED_LETTERS = re.compile(r"[A-Za-z]?(?:%[89A-F][0-9A-F])+(?:[A-Za-z](?:%[89A-F][0-9A-F])+)*")
_SAFE_IN_QUERY = "-._~!$'()*,:@/?"
_TRACKING = re.compile(
    r"utm_\w+|(?:fbc|gc|msc|dc|twc|yc)lid|gbraid|wbraid|igshid|mc_[ce]id|_ga|_gl|wt_mc|cmpid|ref_src", re.IGNORECASE
)
_SESSION = re.compile(
    r"phpsessid|jsessionid|aspsessionid\w*|session_?id|sess_?id|cfid|cftoken|zenid|osc?sid|sid", re.IGNORECASE
)
_LOOKS_LIKE_SESSION = re.compile(r"[A-Za-z0-9,._-]{16,}")
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*", re.IGNORECASE)
_DAMAGE = re.compile(r"%25|%EF%BF%BD|(?:%26|&)\w+(?:%3B|;)")  # encoded twice, a lost letter, an entity of the headline

Parameters = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _CompiledForm:
    path: re.Pattern[str]
    query: tuple[tuple[frozenset[str], re.Pattern[str]], ...]


def _split_url(url: str, site: Site, base: str | None) -> SplitResult:
    """Return the parts of the absolute address, its host checked and its path and query still as printed."""
    if len(url) > MAX_LENGTH:
        raise BadAddress(f"{_shorten(url)} has {len(url)} characters; an address may have {MAX_LENGTH}.")
    # Browsers drop line breaks and tabs inside an address and read a backslash as a slash: so must we, or a host hides.
    url = re.sub(r"[\t\r\n]", "", url.strip().strip("\u200b\ufeff\u00ad"))
    if not url or _UNPRINTABLE.search(url):
        raise BadAddress(f"{_shorten(url)} is no address: it is empty or holds control characters.")
    before_query = re.match(r"[^?#]*", url)
    stop = before_query.end() if before_query else 0
    url = url[:stop].replace("\\", "/") + url[stop:]
    try:
        parts = urlsplit(_make_absolute(url, site, base))
        port = parts.port
    except ValueError as error:
        raise BadAddress(f"{_shorten(url)} is malformed: {error}.") from None
    if parts.scheme not in ("http", "https"):
        raise BadAddress(f"{_shorten(url)} is not an address on the web: give one that begins with https://.")
    if "@" in parts.netloc:
        raise BadAddress(f"{_shorten(url)} names a user: give the address without it.")
    if not parts.hostname:
        raise BadAddress(f"{_shorten(url)} names no host.")
    if not is_site_host(parts.hostname, site):
        hosts = ", ".join([f"{domain} and hosts under it" for domain in site.domains] or list_own_hosts(site))
        raise BadAddress(f"{_shorten(url)} is not an address of {site.title}; its hosts are {hosts}.")
    if port not in (None, 80, 443):
        raise BadAddress(f"{_shorten(url)} names port {port}; {site.title} is read on the default port.")
    return parts


def _make_absolute(url: str, site: Site, base: str | None) -> str:
    scheme = _SCHEME.match(url)
    host = _HOST_FIRST.match(url)
    if base is None and host and is_site_host(host[1], site):
        return f"https://{url}"
    if scheme:
        return url
    return urljoin(base if base is not None else site.origin + "/", url)


def _normalise_path(path: str) -> str:
    """Return the path with dot segments resolved and its escapes as RFC 3986 normalises them.

    What must be escaped is escaped, what need never be is not (``%57`` is W). ``%3A`` and ``:`` stay two spellings: a
    server may tell them apart.
    """
    normalised: list[str] = []
    segments = _SESSION_IN_PATH.sub("", path).split("/")[1:]
    for position, segment in enumerate(segments):
        encoded = _ESCAPE.sub(_escape, segment)
        if encoded == "..":
            del normalised[-1:]
        elif encoded != ".":
            normalised.append(encoded)
            continue
        if position == len(segments) - 1:
            normalised.append("")
    return "/" + "/".join(normalised)


def _escape(escape: re.Match[str]) -> str:
    if escape[1] is None:
        return quote(escape[0], safe="")
    character = chr(int(escape[1], 16))
    return character if character in _UNRESERVED else escape[0].upper()


def _read_parameters(query: str) -> Parameters:
    """Return the parameters of a query, without those that only track readers or name a session."""
    pairs = parse_qsl(query.replace("&amp;", "&"), keep_blank_values=True, errors="surrogateescape")
    return tuple(
        (name, value)
        for name, value in pairs
        if not _TRACKING.fullmatch(name) and not (_SESSION.fullmatch(name) and _LOOKS_LIKE_SESSION.fullmatch(value))
    )


def _find_form(site: Site, path: str, query: Parameters) -> tuple[AddressForm, dict[str, str]] | None:
    """Return the first declared form that fits, and its named groups."""
    values = {name.lower(): _spell_text(value) for name, value in query}  # of a repeated one the last counts, as in PHP
    decoded = re.sub("/{2,}", "/", _decode(path))
    for candidate in dict.fromkeys((decoded, _decode(decoded))):  # some citing pages encode an address twice
        for form in site.addresses:
            groups = _match_form(_compile_form(form.path, tuple(form.query.items())), candidate, values)
            if groups is not None:
                return form, groups
    return None


def _match_form(form: _CompiledForm, path: str, values: dict[str, str]) -> dict[str, str] | None:
    path_match = form.path.fullmatch(path)
    if path_match is None:
        return None
    groups = {name: value for name, value in path_match.groupdict().items() if value is not None}
    for names, pattern in form.query:
        value = next((values[name] for name in values if name in names), None)
        value_match = pattern.fullmatch(value.strip()) if value is not None else None
        if value_match is None:
            return None
        groups.update((name, part) for name, part in value_match.groupdict().items() if part is not None)
    return groups


@lru_cache(maxsize=1024)
def _compile_form(path: str, query: tuple[tuple[str, str], ...]) -> _CompiledForm:
    flags = re.DOTALL | re.IGNORECASE
    rows = tuple((frozenset(names.lower().split("|")), re.compile(pattern, flags)) for names, pattern in query)
    return _CompiledForm(re.compile(path, flags), rows)


def _find_language(form: AddressForm, groups: dict[str, str], site: Site) -> str | None:
    if "folder" in groups:
        return form.folders.get(groups["folder"].lower())
    language = groups.get("language") or groups.get("language2")
    if language is not None:
        return language.lower()
    return site.languages[0] if len(site.languages) == 1 else None


def _make_article_url(site: Site, form: AddressForm, path: str, query: Parameters, language: str, key: str) -> str:
    if form.fetch is not None:
        return site.origin + form.fetch.format(language=language, key=_quote_key(key))
    path = re.sub("/{2,}", "/", path)
    declared = {name for names in form.query for name in names.lower().split("|")}
    return _make_canonical(site, path, tuple(pair for pair in query if pair[0].lower() in declared))


def _make_canonical(site: Site, path: str, query: Parameters) -> str:
    pairs = (f"{_quote(name)}={_quote(value)}" for name, value in sorted(query))
    query_text = "&".join(pairs)
    return f"{site.origin}{path}?{query_text}" if query_text else f"{site.origin}{path}"


def _make_other_address(site: Site, path: str, query: Parameters) -> Address:
    canonical = _make_canonical(site, path, query)
    return Address(url=canonical, url_key=_compose(canonical), kind="other")


def _decode(text: str) -> str:
    """Return a text with its escapes decoded and its letters composed (NFC); bytes that are no UTF-8 stay escaped."""
    return _spell_text(unquote_to_bytes(text).decode("utf-8", "surrogateescape")) if "%" in text else text


def _spell_text(text: str) -> str:
    """Return a decoded text in NFC, with an escape in place of each byte that was no UTF-8."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _LONE_BYTE.sub(lambda byte: f"%{ord(byte[0]) - 0xDC00:02X}", text))


def _compose(canonical: str) -> str:
    """Return a canonical address for use as a key: its letters composed (NFC), all other escapes as they are."""
    if "%" not in canonical:
        return canonical
    return _ESCAPED_LETTERS.sub(_compose_letters, canonical)


def _compose_letters(letters: re.Match[str]) -> str:
    text = unquote_to_bytes(letters[0]).decode("utf-8", "surrogateescape")
    return quote(unicodedata.normalize("NFC", text), safe="", errors="surrogateescape")


def _quote_key(key: str) -> str:
    """Return a key as part of a path: what must be escaped is, bytes that are escaped already stay so."""
    pieces = _BYTE.split(key)
    escapes = [*_BYTE.findall(key), ""]
    return "".join(quote(piece, safe=_SAFE + "/") + escape for piece, escape in zip(pieces, escapes, strict=True))


def _quote(word: str) -> str:
    return quote(word, safe=_SAFE_IN_QUERY, errors="surrogateescape")


def _rank_spelling(site: Site, url: str) -> tuple[int, int, int, bool, int, str]:
    try:
        parts = _split_url(url, site, None)
        path = _normalise_path(parts.path)
        fit = _find_form(site, path, _read_parameters(parts.query))
    except BadAddress:
        return (2, 0, 0, False, 0, url)
    rank = fit[0].rank if fit else -1
    return (-rank, len(_DAMAGE.findall(path)), path.count("%"), path.endswith("/"), -len(url), url)


def _shorten(url: str) -> str:
    """Return an address for a message: short and in ASCII, so that it cannot control the terminal."""
    return ascii(url[:120] + "…" if len(url) > 120 else url)
