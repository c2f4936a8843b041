"""Takes the address of a page out of one that leads to it: of a redirector, a cache, a translator, a web archive.

Links were copied out of mails, search results and feeds of other services with such addresses around them. What a
server sent under one is another matter: it is not the page itself.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

_PARAMETERS: Final[tuple[tuple[re.Pattern[str], re.Pattern[str], tuple[str, ...]], ...]] = tuple(
    (re.compile(host, re.I), re.compile(path, re.I), names)
    for host, path, names in (
        (r"(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?", r"/url", ("q", "url")),
        (r"translate\.google\.[a-z]{2,3}(?:\.[a-z]{2})?", r"/translate", ("u",)),
        (r"lm?\.(?:facebook|instagram)\.com", r"/(?:l\.php)?", ("u",)),
        (r"(?:[a-z0-9-]+\.)*safelinks\.protection\.outlook\.com", r"/.*", ("url",)),
        (r"out\.reddit\.com|slack-redir\.net|(?:www\.)?getpocket\.com|disq\.us", r"/.*", ("url",)),
        (r"(?:www\.)?vk\.com|away\.vk\.com", r"/away(?:\.php)?", ("to",)),
        (r"t\.umblr\.com", r"/redirect", ("z",)),
    )
)
"""Host, path, and the parameters that hold the address, the likeliest first."""
_CACHE_HOST: Final = re.compile(r"(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?|[a-z0-9-]+\.cdn\.ampproject\.org", re.I)
_CACHED: Final = re.compile(r"/(?:amp|[a-z]{1,2})/(s/)?((?:[a-z0-9-]+\.)+[a-z]{2,}(?:/.*)?)", re.I | re.S)
"""The path of a cache of AMP pages: ``s`` stands for https."""
_REPLAYED: Final = re.compile(r"/(?:[\w.-]{1,40}/){0,3}\d{4,14}(?:[a-z]{2}_|\*)?/(https?:/{1,2}[^/].*)", re.I | re.S)
"""The path of a replayed capture, as all software of web archives has it."""
_TRANSLATED: Final = re.compile(r"([a-z0-9-]+)\.translate\.goog", re.I)
_MARKED: Final = re.compile(r"\.translate\.goog|\.cdn\.ampproject\.org|//(?:www\.)?google\.[a-z.]{2,7}/amp/", re.I)
"""What an address that leads elsewhere has, unless it holds a whole address."""
_WEB: Final = re.compile(r"https?:/{1,2}(?=[^/])", re.I)


def unwrap_address(url: str) -> str | None:
    """Return the address that an absolute one leads to by its own words; None for one that leads nowhere else.

    >>> unwrap_address("https://www.google.com/url?q=https%3A%2F%2Fa.example%2Fb&sa=D")
    'https://a.example/b'
    >>> unwrap_address("https://web.archive.org/web/2023/http://a.example/b?c")
    'http://a.example/b?c'
    """
    if "http" not in url[8:] and _MARKED.search(url) is None:
        return None
    parts = urlsplit(url)
    host, path = parts.hostname or "", parts.path
    query = f"?{parts.query}" if parts.query else ""
    replayed = _REPLAYED.fullmatch(path)
    if replayed is not None:
        return _WEB.sub(lambda scheme: f"{scheme[0].partition(':')[0]}://", replayed[1], count=1) + query
    cached = _CACHED.fullmatch(path) if _CACHE_HOST.fullmatch(host) else None
    if cached is not None:
        return f"http{'s' if cached[1] else ''}://{cached[2]}{query}"
    translated = _TRANSLATED.fullmatch(host)
    if translated is not None:
        name = translated[1].replace("--", "\0").replace("-", ".").replace("\0", "-")
        return f"https://{name}{path}{query}"
    for host_pattern, path_pattern, names in _PARAMETERS:
        if host_pattern.fullmatch(host) and path_pattern.fullmatch(path):
            values = parse_qs(parts.query)
            stated = (
                unquote(value) if "://" not in value else value for name in names for value in values.get(name, ())
            )
            return next((value for value in stated if _WEB.match(value)), None)
    return None
