"""Finds the text of an article that its page does not print: what the page states of it, or holds for its scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from crawler.extraction.layout.labels import PROSE, ends_sentence, measure_prose
from crawler.extraction.layout.script_pages import FEW_LETTERS
from crawler.extraction.parsing.jsonld import Thing
from crawler.extraction.stated.bodies import read_stated_updates
from crawler.extraction.stated.embedded_state import EmbeddedArticle
from crawler.extraction.stated.embedded_text import find_embedded_text, join_printed
from crawler.extraction.stated.state_scripts import LEAST_PROSE
from crawler.normalisation.words.text import clean

STATED_SOURCES: Final = frozenset(("jsonld:articleBody", "jsonld:liveBlogUpdate", "script:state"))


def find_unprinted(
    printed: Sequence[str],
    article_body: str | None,
    thing: Thing | None,
    find_embedded: Callable[[], EmbeddedArticle | None],
    source: str,
) -> tuple[tuple[str, ...], str] | None:
    """Return the paragraphs of an article and where they are from; None where the printed ones are its text.

    ``article_body`` is what the page's structured data, ``thing``, state as the text; ``find_embedded`` gives the
    article in the state for the scripts of the page's ``source``.
    """
    own = tuple(printed)
    is_short, is_stated = sum(map(len, own)) < FEW_LETTERS, False
    if article_body and (not own or (is_short and _waits(own, article_body))):
        stated = (clean(paragraph) for paragraph in re.split(r"\n\s*", article_body))
        own, is_stated = tuple(filter(None, stated)), True
        is_short = sum(map(len, own)) < FEW_LETTERS
    if not own and thing is not None and (updates := read_stated_updates(thing)):
        return updates, "jsonld:liveBlogUpdate"
    if is_short:
        embedded = find_embedded()
        if paragraphs := embedded.paragraphs if embedded else find_embedded_text(source, in_attributes=not own):
            return join_printed(own, paragraphs), "script:state"
    return (own, "jsonld:articleBody") if is_stated else None


def _waits(printed: Sequence[str], article_body: str) -> bool:
    """Does a page print no sentence of its text, but that it loads?"""
    return len(article_body) >= LEAST_PROSE and not any(
        text in article_body or (measure_prose(text) >= PROSE and ends_sentence(text)) for text in printed
    )
