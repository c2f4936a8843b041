"""Loads the word tables in ``tables/``, each once. People may edit them without touching code."""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from crawler.normalisation.words.text import fold

TABLES_FOLDER = Path(__file__).parents[1] / "tables"


@cache
def load_table(name: str) -> dict[str, Any]:
    """Return ``tables/<name>.toml``."""
    return tomllib.loads((TABLES_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def load_words(name: str, *path: str) -> frozenset[str]:
    """Return the words of a list of the table, as :func:`make_word_key` gives them."""
    rows: Any = load_table(name)
    for step in path:
        rows = rows.get(step, [])
    return frozenset(make_word_key(word) for word in rows)


@lru_cache(maxsize=4096)  # the words of bylines are few, and each is looked up in several tables
def make_word_key(printed: str) -> str:
    """Return the key that all spellings of a word or name share: no case, no accents, no points, no spaces around.

    >>> make_word_key("JB. VU") == make_word_key("J.B. Vu") == "jb vu"
    True
    """
    return " ".join(fold(printed).replace(".", "").split())
