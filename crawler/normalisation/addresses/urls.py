"""Reads any spelling of an address into the site's own address and its identity.

One article has many addresses (two schemes, three hosts, slugs that change, queries in any order, print and mobile
editions). What the site declares in its :class:`~crawler.site.AddressForm` rows decides what an address means; this
module only undoes what the web adds to it. Hosts that are the site's aliases are folded into its origin; an address
that a form names a host for keeps its own.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, unquote_to_bytes, urljoin, urlsplit

from crawler.errors import BadAddress
from crawler.items import Address
from crawler.normalisation.addresses.hosts import is_alias, is_site_host, list_own_hosts, read_host, spell_host
from crawler.normalisation.addresses.mending import Parameters, iter_mended, mend_query, strip_quotes
from crawler.normalisation.addresses.part_addresses import may_be_part
from crawler.normalisation.addresses.paths import SAFE_IN_PATH, TRACKING, normalise_path
from crawler.normalisation.addresses.references import mend_reference
from crawler.normalisation.addresses.templates import fill_template, list_placeholders
from crawler.normalisation.addresses.wrappers import unwrap_address
from crawler.site import AddressForm, Site

MAX_URL_LENGTH = 2000
"""Longer addresses are attacks or accidents; no article seen comes near."""
UNTOLD_LANGUAGE: Final = "?"
"""Stands in the identity of an address whose language its page tells: ``courier/?/5``."""


def read_address(url: str, site: Site, base: str | None = None) -> Address:
    """Read any spelling of an address of the site.

    ``base`` is the page that printed it; without one, a path (``/en.xml``) belongs to the site's origin and a host
    without a scheme (``asianews.it/…``) is taken for https. Raises :class:`BadAddress` when the address is malformed,
    too long, not on the web, names a user, a port or a host that is not the site's. What no form recognises is of kind
    ``other``: on the origin, or on a host that the site names for something else (a feed may redirect there).
    """
    if base is not None and url.startswith("/") and url[1:2] not in ("/", "\\") and base.startswith(f"{site.origin}/"):
        base = None  # the same address, whichever page of the site printed it
    return _read_absolute(url, site, base)


@lru_cache(maxsize=4_096)  # a page names most of its addresses several times, and its neighbours name them again
def _read_absolute(url: str, site: Site, base: str | None) -> Address:
    parts = _split_url(url, site, base)
    host = parts.hostname or ""
    path = normalise_path(parts.path)
    query = _read_parameters(parts.query)
    fit = _find_form(site, host, path, query)
    if fit is None:
        for mended_path, mended_query in iter_mended(path, query):
            mended = _find_form(site, host, mended_path, mended_query)
            if mended is not None and mended.form.kind == "article":
                fit, path, query = mended, mended_path, mended_query
                break
    if fit is None:
        canonical = _make_canonical(_find_origin(site, host, folded=is_alias(host, site)), path, query)
        return Address(url=canonical, url_key=_compose(canonical), kind="other")
    form = fit.form
    language = _find_language(form, fit.groups, site)
    if form.kind != "article" or "key" not in fit.groups:
        canonical = _make_canonical(fit.origin, path, query)
        return Address(url=canonical, url_key=_compose(canonical), kind=form.kind, language=language)
    key = _spell_key(form, fit.groups["key"])
    values = dict.fromkeys(fit.names, "") | fit.groups | {"key": key}
    if language is not None:
        values["language"] = language
    site_key = f"{fill_template(form.series, values)}/{key}" if form.series is not None else key
    return Address(
        url=_make_article_url(fit, path, query, values),
        url_key=make_article_key(site, language, site_key),
        kind="article",
        language=language,
        site_key=site_key,
        story=site_key if form.numeric else None,
    )


def make_article_key(site: Site, language: str | None, key: str) -> str:
    """Return the identity of an article address: ``asianews/en/55331``.

    Where the language is not known, it holds until the page has told it: the archive binds the address to the article.
    """
    return f"{site.name}/{language or UNTOLD_LANGUAGE}/{key}"


def is_followed(url: str, site: Site) -> bool:
    """Return True if an address is of a family that the site declares to be followed from its home pages."""
    try:
        parts = _split_url(url, site, None)
    except BadAddress:
        return False
    fit = _find_form(site, parts.hostname or "", normalise_path(parts.path), _read_parameters(parts.query))
    return fit is not None and fit.form.follow


def preferred_spelling(site: Site, first: str, second: str) -> str:
    """Return which of two spellings of one article the archive cites; the order of the two does not matter.

    The form with the higher rank wins (a slug before a 2026 path before a query), then the one that is not numbered as
    a further page of an article is, then the one with less damage in it (entities and broken letters that a slug has
    kept), then the one with fewer escapes, without a slash at the end, the longer, the first in the alphabet.
    """
    if first == second:
        return first
    return min(first, second, key=lambda spelling: _rank_spelling(site, spelling))


_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_HOST_FIRST = re.compile(r"([^\s/?#:@]+\.[^\s/?#:@.]+)\.?(?::\d+)?(?:[/?#]|$)")
_PLAIN_PATH = re.compile(r"(?:/[A-Za-z0-9_-][\w.-]*)+/?(?:\?[\w.=&%-]+)?", re.ASCII)
"""The path of most links to a site's origin: nothing in it is resolved or dropped."""
_LINE_BREAKS = re.compile(r"[\t\r\n]")
_BEFORE_QUERY = re.compile(r"[^?#]*")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_BYTE = re.compile(r"%[89a-fA-F][0-9a-fA-F]")
"""An escape that stays in a decoded key: one of a byte that is no UTF-8."""
_LONE_BYTE = re.compile(r"[\udc80-\udcff]")
_ESCAPED_LETTERS = re.compile(r"[A-Za-z]?(?:%[89A-F][0-9A-F])+(?:[A-Za-z](?:%[89A-F][0-9A-F])+)*")
_SAFE_IN_QUERY = "-._~!$'()*,:@/?"
_TRACKING = re.compile(TRACKING, re.IGNORECASE)
_SESSION = re.compile(
    r"phpsessid|jsessionid|aspsessionid\w*|session_?id|sess_?id|cfid|cftoken|zenid|osc?sid|sid", re.IGNORECASE
)
_LOOKS_LIKE_SESSION = re.compile(r"[A-Za-z0-9,._-]{16,}")
_DAMAGE = re.compile(r"%25|%EF%BF%BD|(?:%26|&)\w+(?:%3B|;)")  # encoded twice, a lost letter, an entity of the headline


@dataclass(frozen=True, slots=True)
class _CompiledForm:
    host: re.Pattern[str] | None
    path: re.Pattern[str]
    query: tuple[tuple[frozenset[str], re.Pattern[str]], ...]
    names: frozenset[str]
    """The names of all groups."""


@dataclass(frozen=True, slots=True)
class _Fit:
    """The form that an address has."""

    form: AddressForm
    groups: dict[str, str]
    """What the address tells, by the names of the groups that took part."""
    names: frozenset[str]
    origin: str
    """Scheme and host that the address is cited by."""


def _split_url(url: str, site: Site, base: str | None) -> SplitResult:
    """Return the parts of the absolute address, its host checked and its path and query still as printed."""
    if len(url) > MAX_URL_LENGTH:
        raise BadAddress(f"{_shorten(url)} has {len(url)} characters; an address may have {MAX_URL_LENGTH}.")
    is_whole = url.startswith(site.origin)
    rest = url[len(site.origin) :] if is_whole else url
    if (base is None or is_whole) and _PLAIN_PATH.fullmatch(rest):
        path, _, query = rest.partition("?")
        return _split_origin(site)._replace(path=path, query=query)
    # Browsers drop line breaks and tabs inside an address and read a backslash as a slash: so must we, or a host hides.
    url = strip_quotes(_LINE_BREAKS.sub("", url.strip().strip("\u200b\ufeff\u00ad")))
    if not url or _UNPRINTABLE.search(url):
        raise BadAddress(f"{_shorten(url)} is no address: it is empty or holds control characters.")
    if "\\" in url:
        before_query = _BEFORE_QUERY.match(url)
        stop = before_query.end() if before_query else 0
        url = url[:stop].replace("\\", "/") + url[stop:]
    try:
        parts = urlsplit(_make_absolute(mend_reference(url), site, base))
        port = parts.port
    except ValueError as error:
        raise BadAddress(f"{_shorten(url)} is malformed: {error}.") from None
    if parts.scheme not in ("http", "https"):
        raise BadAddress(f"{_shorten(url)} is not an address on the web: give one that begins with https://.")
    if "@" in parts.netloc:
        raise BadAddress(f"{_shorten(url)} names a user: give the address without it.")
    hostname = parts.hostname
    if not hostname:
        raise BadAddress(f"{_shorten(url)} names no host.")
    if not is_site_host(hostname, site):
        target = unwrap_address(url) if base is not None else None
        if target is not None:
            return _split_url(target, site, None)
        hosts = ", ".join([f"{domain} and hosts under it" for domain in site.domains] or list_own_hosts(site))
        raise BadAddress(f"{_shorten(url)} is not an address of {site.title}; its hosts are {hosts}.")
    if port not in (None, 80, 443):
        raise BadAddress(f"{_shorten(url)} names port {port}; {site.title} is read on the default port.")
    return parts


@lru_cache(maxsize=256)
def _split_origin(site: Site) -> SplitResult:
    return _split_url(f"{site.origin}/", site, None)


def _make_absolute(url: str, site: Site, base: str | None) -> str:
    scheme = _SCHEME.match(url)
    host = _HOST_FIRST.match(url)
    if host and is_site_host(host[1], site):  # on a page, too: no folder of a site is named as its host
        return f"https://{url}"
    if scheme:
        return url
    return urljoin(base if base is not None else site.origin + "/", url)


def _read_parameters(query: str) -> Parameters:
    """Return the parameters of a query, without those that only track readers or name a session."""
    if not query:
        return ()
    pairs = parse_qsl(mend_query(query), keep_blank_values=True, errors="surrogateescape")
    return tuple(
        (name, value)
        for name, value in pairs
        if not _TRACKING.fullmatch(name) and not (_SESSION.fullmatch(name) and _LOOKS_LIKE_SESSION.fullmatch(value))
    )


def _find_form(site: Site, host: str, path: str, query: Parameters) -> _Fit | None:
    """Return the first declared form that fits."""
    values = {name.lower(): _spell_text(value) for name, value in query}  # of a repeated one the last counts, as in PHP
    decoded = _decode(path)
    if "//" in decoded:
        decoded = re.sub("/{2,}", "/", decoded)
    for candidate in dict.fromkeys((decoded, _decode(decoded))):  # some citing pages encode an address twice
        for form in site.addresses:
            compiled = _compile_form(form.host, form.path, tuple(form.query.items()))
            for origin, host_groups in _match_host(compiled.host, site, host):
                groups = _match_form(compiled, candidate, values)
                if groups is not None and _fits_key(form, groups):
                    return _Fit(form, {**host_groups, **groups}, compiled.names, origin)
    return None


@lru_cache(maxsize=4_096)
def _match_host(pattern: re.Pattern[str] | None, site: Site, host: str) -> tuple[tuple[str, dict[str, str]], ...]:
    """Return the origins that an address on a host has under a form, at most two, each with the groups of its host.

    An alias is looked for by its own name first, then by that of the site's origin, into which it is folded.
    """
    folded = is_alias(host, site)
    if pattern is None:
        return ((site.origin, {}),) if folded else ()
    origins = {spell_host(host) or host: _find_origin(site, host, folded=False)}
    if folded:
        name = read_host(site.origin)
        origins[spell_host(name) or name] = site.origin
    matches = ((origin, pattern.fullmatch(name)) for name, origin in origins.items())
    return tuple((origin, _read_groups(match)) for origin, match in matches if match is not None)


def _find_origin(site: Site, host: str, *, folded: bool) -> str:
    """Return scheme and host that an address on a host of the site is cited by."""
    return site.origin if folded else f"{urlsplit(site.origin).scheme}://{spell_host(host) or host}"


def _read_groups(match: re.Match[str]) -> dict[str, str]:
    return {name: value for name, value in match.groupdict().items() if value is not None}


def _fits_key(form: AddressForm, groups: dict[str, str]) -> bool:
    """Return False where the key of a form of numbers is none: the address is of another form, or of none."""
    return form.kind != "article" or not form.numeric or "key" not in groups or groups["key"].isdecimal()


def _match_form(form: _CompiledForm, path: str, values: dict[str, str]) -> dict[str, str] | None:
    path_match = form.path.fullmatch(path)
    if path_match is None:
        return None
    groups = _read_groups(path_match)
    for names, pattern in form.query:
        value = next((values[name] for name in values if name in names), None)
        value_match = pattern.fullmatch(value.strip()) if value is not None else None
        if value_match is None:
            return None
        groups |= _read_groups(value_match)
    return groups


@lru_cache(maxsize=1024)
def _compile_form(host: str | None, path: str, query: tuple[tuple[str, str], ...]) -> _CompiledForm:
    flags = re.DOTALL | re.IGNORECASE
    host_pattern = re.compile(host, flags) if host is not None else None
    path_pattern = re.compile(path, flags)
    rows = tuple((frozenset(names.lower().split("|")), re.compile(pattern, flags)) for names, pattern in query)
    patterns = (path_pattern, *(pattern for _, pattern in rows), *([host_pattern] if host_pattern else []))
    return _CompiledForm(host_pattern, path_pattern, rows, frozenset().union(*(p.groupindex for p in patterns)))


def _find_language(form: AddressForm, groups: dict[str, str], site: Site) -> str | None:
    if "folder" in groups:
        return form.folders.get(groups["folder"].lower())
    language = groups.get("language") or groups.get("language2")
    if language is not None:
        return language.lower()
    return site.languages[0] if len(site.languages) == 1 else None


def _spell_key(form: AddressForm, key: str) -> str:
    """Return a key as it is compared: a number without leading zeros, words in small letters."""
    if form.numeric:
        return str(int(key))
    return _BYTE.sub(lambda byte: byte[0].upper(), key if form.case_sensitive else key.lower())


def _make_article_url(fit: _Fit, path: str, query: Parameters, values: dict[str, str]) -> str:
    """Return the address to fetch and cite: what the form says, filled with ``values``, or the path and query read."""
    fetch = fit.form.fetch
    if fetch is not None and ("language" in values or "language" not in list_placeholders(fetch)):
        before, mark, after = fetch.partition("?")
        target = fill_template(before, {name: _quote_key(value) for name, value in values.items()})
        if mark:
            target += "?" + fill_template(
                after, {name: _quote_key(value, _SAFE_IN_QUERY) for name, value in values.items()}
            )
        return target if _SCHEME.match(target) else fit.origin + target
    if "//" in path:
        path = re.sub("/{2,}", "/", path)
    declared = {name for names in fit.form.query for name in names.lower().split("|")} if query else ()
    return _make_canonical(fit.origin, path, tuple(pair for pair in query if pair[0].lower() in declared))


def _make_canonical(origin: str, path: str, query: Parameters) -> str:
    if not query:
        return origin + path
    pairs = (f"{_quote(name)}={_quote(value)}" for name, value in sorted(query))
    return f"{origin}{path}?{'&'.join(pairs)}"


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


def _quote_key(key: str, safe: str = SAFE_IN_PATH + "/") -> str:
    """Return a key as part of a path: what must be escaped is, bytes that are escaped already stay so."""
    if key.isalnum() and key.isascii():
        return key
    pieces = _BYTE.split(key)
    escapes = [*_BYTE.findall(key), ""]
    return "".join(quote(piece, safe=safe) + escape for piece, escape in zip(pieces, escapes, strict=True))


def _quote(word: str) -> str:
    return quote(word, safe=_SAFE_IN_QUERY, errors="surrogateescape")


def _rank_spelling(site: Site, url: str) -> tuple[int, bool, int, int, bool, int, str]:
    try:
        parts = _split_url(url, site, None)
        path = normalise_path(parts.path)
        fit = _find_form(site, parts.hostname or "", path, _read_parameters(parts.query))
    except BadAddress:
        return (2, False, 0, 0, False, 0, url)
    rank = fit.form.rank if fit else -1
    damage = len(_DAMAGE.findall(path))
    return (-rank, may_be_part(url), damage, path.count("%"), path.endswith("/"), -len(url), url)


def _shorten(url: str) -> str:
    """Return an address for a message: short and in ASCII, so that it cannot control the terminal."""
    return ascii(url[:120] + "…" if len(url) > 120 else url)
