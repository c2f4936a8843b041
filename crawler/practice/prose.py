"""Composes the longer bodies from a bank of invented sentences per language; the number determines the choice."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

SENTENCES_PER_PARAGRAPH = 3
STRIDES = (1, 3, 5, 7, 9, 11, 13, 15)


@cache
def load_sentences(language: str) -> tuple[str, ...]:
    """Return the sentences of a language, with the placeholders ``{place}`` and ``{n}``."""
    text = (files("crawler.practice") / "data" / "prose.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)[language])


def compose(language: str, number: int, opening: str, city: str, length: int) -> tuple[str, ...]:
    """Return the opening, then sentences of the bank: ``length`` paragraphs in all.

    Start and step through the bank depend on the number, so that no two stories share most of their sentences.
    """
    sentences = load_sentences(language)
    space = "" if language == "zh" else " "
    start, stride = number * 7 + number // 11, STRIDES[number // 3 % len(STRIDES)]
    sentence_count = length * SENTENCES_PER_PARAGRAPH - 1
    chosen = [
        sentences[(start + index * stride) % len(sentences)].format(
            place=city or {"en": "the district", "it": "zona", "es": "la zona", "zh": "当地"}[language],
            n=(number * 37 + index * 101) % 880 + 17,
        )
        for index in range(sentence_count)
    ]
    flow = [opening, *chosen]
    return tuple(
        space.join(flow[start_index : start_index + SENTENCES_PER_PARAGRAPH])
        for start_index in range(0, len(flow), SENTENCES_PER_PARAGRAPH)
    )
