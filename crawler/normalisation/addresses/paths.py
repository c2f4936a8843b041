"""Normalises the path of an address: dot segments, escapes, sessions."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

SAFE_IN_PATH: Final = "-._~!$&'()*+,;=:@"
"""What a segment of a path may hold bare (RFC 3986, pchar), beside letters and figures."""
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ESCAPE = re.compile(rf"%([0-9A-Fa-f]{{2}})|%|[^A-Za-z0-9%{re.escape(SAFE_IN_PATH)}]+")
TRACKING: Final = (
    r"utm_\w+|(?:fbc|gc|msc|dc|twc|yc|ysc|ttc)lid|gbraid|wbraid|gclsrc|gad_source|srsltid|igshi?d?|mc_[ce]id|_ga|_gl|wt_mc|"
    r"(?:mtm|pk|piwik)_(?:campaign|kwd|keyword|source|medium|content|group|placement|cid)|xtor|mkt_tok|_hsenc|_hsmi|__hs\w+|"
    r"at_(?:medium|campaign|custom\d|format|link_\w+)|cmpid|ref_src|li_fat_id|vero_id|oly_(?:enc|anon)_id|_openstat|"
    r"fb_(?:action_\w+|source|ref)|__twitter_impression|guccounter|guce_referrer(?:_sig)?|_x_tr_\w+"
)
"""The names of parameters that tell where a reader comes from."""
_TRACKING_IN_PATH = re.compile(rf"(?:%3F|&(?:amp;)?)(?:{TRACKING})(?:=|%3D).*", re.IGNORECASE | re.DOTALL)
"""Tracking that was added to an address without the question mark that begins a query, or with it escaped."""
_BLANKS_AT_END = re.compile(r"(?:\s|%20|%09|%0[AD]|%C2%A0|%E2%80%8[B-F]|%EF%BB%BF)+$", re.IGNORECASE)
"""Blanks and marks without width that a person copied along with an address."""
_SESSION_IN_PATH = re.compile(
    r";(?:jsessionid|phpsessid|sid)=[^/;]*|/(?:\(|%28)(?:[AFSX](?:\(|%28)[a-z0-9_-]{16,400}(?:\)|%29))+(?:\)|%29)(?=/)",
    re.IGNORECASE,
)
"""Sessions as Java and PHP put them into a path, and as ASP.NET does, in a folder of its own."""
_NORMAL_PATH = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)+/?")
"""Most paths: there is nothing to escape and nothing to resolve."""


def normalise_path(path: str) -> str:
    """Return the path with dot segments resolved and its escapes as RFC 3986 normalises them.

    What must be escaped is escaped, what need never be is not (``%57`` is W). ``%3A`` and ``:`` stay two spellings: a
    server may tell them apart. Sessions, tracking and blanks at the end are left out.
    """
    normalised: list[str] = []
    if _NORMAL_PATH.fullmatch(path):
        return path
    path = _SESSION_IN_PATH.sub("", path)
    path = _BLANKS_AT_END.sub("", _TRACKING_IN_PATH.sub("", path))
    segments = path.split("/")[1:]
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
