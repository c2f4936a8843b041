"""Reads a text by a strptime format. Formats of figures alone are compiled once: ``strptime`` builds them again and
again, as it keeps five, and a site declares more.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Final

_FIGURES: Final = {
    "Y": r"\d\d\d\d",
    "m": r"1[0-2]|0[1-9]|[1-9]",
    "d": r"3[0-1]|[1-2]\d|0[1-9]|[1-9]| [1-9]",
    "H": r"2[0-3]|[0-1]\d|\d",
    "M": r"[0-5]\d|\d",
    "S": r"6[0-1]|[0-5]\d|\d",
}
"""Directive → what ``strptime`` takes for it."""
_PARTS: Final = re.compile(r"%(.)|(\s+)|([^%\s]+)", re.S)


def parse_by_format(text: str, form: str) -> datetime:
    """Return the date and time that a text gives by a format, as ``datetime.strptime`` reads it.

    Raises ValueError where the text does not fit.
    """
    pattern = _compile_figures(form)
    if pattern is None:
        return datetime.strptime(text, form)
    match = pattern.match(text)
    if match is None or match.end() != len(text):
        raise ValueError(f"{text!r} does not fit {form!r}")
    return datetime(**{name: int(value) for name, value in match.groupdict().items()})  # type: ignore[arg-type]


_NAMES: Final = {"Y": "year", "m": "month", "d": "day", "H": "hour", "M": "minute", "S": "second"}


@lru_cache(maxsize=256)
def _compile_figures(form: str) -> re.Pattern[str] | None:
    """Return the pattern of a format of figures that gives a day; None for any other."""
    directives = re.findall(r"%(.?)", form, re.S)
    if not {"Y", "m", "d"} <= set(directives) <= _FIGURES.keys() or len(set(directives)) < len(directives):
        return None
    parts = (
        f"(?P<{_NAMES[part[1]]}>{_FIGURES[part[1]]})" if part[1] else r"\s+" if part[2] else re.escape(part[3])
        for part in _PARTS.finditer(form)
    )
    return re.compile("".join(parts), re.IGNORECASE)
