"""Makes the tokens of forms, which only a page of this server can have been given.

A browser keeps a random value in a cookie that scripts cannot read; the forms of a page have its keyed hash. Without
the key, which lives as long as the server, nobody can make one for a cookie that he has planted.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from typing import Final

COOKIE: Final = "seealso_forms"
_COOKIE_VALUE: Final = re.compile(r"[0-9a-f]{32}")
_KEY: Final = secrets.token_bytes(32)


def read_cookie(cookies: dict[str, str]) -> str | None:
    """Return the value of the cookie; None where there is none, or an odd one."""
    value = cookies.get(COOKIE, "")
    return value if _COOKIE_VALUE.fullmatch(value) else None


def make_cookie() -> str:
    """Return a new value for the cookie."""
    return secrets.token_hex(16)


def make_token(cookie: str) -> str:
    """Return the token of forms for a browser with this cookie."""
    return hmac.new(_KEY, cookie.encode(), hashlib.sha256).hexdigest()


def is_token(token: str, cookie: str | None) -> bool:
    """Return True if a form has the token of the cookie that came with it."""
    return cookie is not None and hmac.compare_digest(token.encode(), make_token(cookie).encode())
