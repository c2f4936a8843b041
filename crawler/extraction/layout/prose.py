"""Measures texts as prose: a Han or kana character says as much as three letters."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from crawler.normalisation.words.scripts import HAN, KANA

_LONGEST_MEASURED: Final = 2_000
"""Longer texts are not remembered."""
_IDEOGRAPH: Final = re.compile(f"[{HAN}{KANA}]")


def measure_prose(text: str) -> int:
    """Return the length of a text as prose: a Han or kana character says as much as three letters."""
    if text.isascii():
        return len(text)
    return _measure_again(text) if len(text) <= _LONGEST_MEASURED else len(text) + 2 * len(_IDEOGRAPH.findall(text))


@lru_cache(maxsize=2048)  # a line is measured by every step that reads it
def _measure_again(text: str) -> int:
    return len(text) + 2 * len(_IDEOGRAPH.findall(text))
