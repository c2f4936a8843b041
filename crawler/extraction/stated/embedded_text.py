"""Finds an article's text in the state that a page carries for its scripts, where the page itself prints none.

Frameworks put what their scripts will show into the page as JSON: ``__NEXT_DATA__``, ``window.__STATE__ = …``, rows of
strings. The story is the string with the most prose in it; it is HTML, or plain paragraphs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from crawler.extraction.layout.labels import PROSE, ends_sentence, measure_prose
from crawler.extraction.stated.state_scripts import LEAST_PROSE, iter_scripts
from crawler.extraction.stated.text_blocks import measure_paragraphs, split_paragraphs
from crawler.normalisation.words.entities import unescape

_MAX_STRINGS: Final = 2_000
_MAX_LENGTH: Final = 400_000
_STRING: Final = re.compile(r'"((?:[^"\\]++|\\.)*+)(?P<closed>"?)\\?', re.S)
"""Possessive, and a string that is never closed takes the rest: no text is looked at twice."""
_PARAGRAPH: Final = re.compile(r"<(?:p|br|div|h[1-6]|li)\b", re.I)
_JSON: Final = re.compile(r"\s*(?:\w{1,10}:)?[\[{]")
"""How JSON begins; React puts a row's number before it."""
_MARKUP: Final = re.compile(r"\s*<[a-z]", re.I)
_TEMPLATE: Final = re.compile(r"<(textarea|template|xmp)\b[^>]{0,300}>", re.I)
_TEMPLATE_ENDS: Final = {name: re.compile(f"</{name}", re.I) for name in ("textarea", "template", "xmp")}
"""Elements whose markup a script shows, and where each ends."""
_LEAST_TEMPLATE: Final = 500
_TEXT_OF_ATTRIBUTE: Final = re.compile(
    r'data-(?<=\sdata-)(?:text|content|html|body|paragraph|src-text|lazy-text)="([^"]{40,})"'
)
"""The attributes in which paragraphs wait until a reader comes to them."""
_ATTRIBUTE: Final = re.compile(r"\s[:@\w.-]{1,60}=(?:\"([^\"]{500,400000})\"|'([^']{500,400000})')")
"""A long value of any attribute: of the elements that applications define, which get what they show so."""
_SENTENCE_END: Final = re.compile(r"[.!?।۔؟።။։]\s|[。！？]")


def join_printed(printed: Sequence[str], embedded: Sequence[str]) -> tuple[str, ...]:
    """Return the paragraphs of a script's story, behind those sentences that the page prints and the story has not."""
    whole = "\n".join(embedded)
    own = [text for text in printed if measure_prose(text) >= PROSE and ends_sentence(text) and text[:40] not in whole]
    return (*own, *embedded)


def find_embedded_text(source: str, *, in_attributes: bool = False) -> tuple[str, ...]:
    """Return the paragraphs of the story in the scripts of a page's source; none where no string holds one.

    ``in_attributes``: may it be the value of any attribute, as where the page prints nothing?
    """
    best: tuple[str, ...] = ()
    most = LEAST_PROSE - 1
    for text in chain(_iter_stories(source), _iter_values(source) if in_attributes else ()):
        paragraphs = split_paragraphs(text)
        prose = measure_paragraphs(paragraphs)
        if prose > most:
            best, most = paragraphs, prose
    return best


def _iter_stories(source: str) -> Iterator[str]:
    """Yield the strings of the page's scripts that may be a story, JSON-LD's left out."""
    for script in iter_scripts(source):
        if len(script) >= LEAST_PROSE:
            if _MARKUP.match(script):
                yield script[:_MAX_LENGTH]  # a template, which a script puts into the page as it is
            else:
                yield from _iter_strings(script, is_inner=False)
    yield from _iter_templates(source)
    texts = [
        unescape(match[1]) for _, match in zip(range(_MAX_STRINGS), _TEXT_OF_ATTRIBUTE.finditer(source), strict=False)
    ]
    if len(texts) > 1:
        yield "\n".join(texts)


def _iter_templates(source: str) -> Iterator[str]:
    """Yield what stands in each template; an end that is nowhere is looked for once, not for each of many."""
    place = 0
    endless: set[str] = set()
    while (start := _TEMPLATE.search(source, place)) is not None:
        name = start[1].lower()
        inner = start.end()
        end = None if name in endless else _TEMPLATE_ENDS[name].search(source, inner + _LEAST_TEMPLATE)
        if end is None:
            endless.add(name)
            place = inner
            continue
        place = end.end()
        if end.start() - inner <= _MAX_LENGTH:
            text = source[inner : end.start()]
            yield unescape(text) if name == "textarea" else text


def _iter_values(source: str) -> Iterator[str]:
    """Yield the values of attributes that may be a story: HTML, or strings of JSON."""
    for _, match in zip(range(_MAX_STRINGS), _ATTRIBUTE.finditer(source), strict=False):
        value = unescape(match[1] or match[2])
        if _JSON.match(value) or value[0] == '"':
            yield from _iter_strings(value, is_inner=False)
        elif len(_PARAGRAPH.findall(value)) > 1:
            yield value


def _iter_strings(text: str, *, is_inner: bool) -> Iterator[str]:
    """Yield the long strings of a script or of JSON, also of JSON that stands in a string."""
    strings = (match for match in _STRING.finditer(text) if match["closed"])
    long = (string[1] for string in strings if LEAST_PROSE <= len(string[1]) <= _MAX_LENGTH)
    for _, raw in zip(range(_MAX_STRINGS), long, strict=False):
        try:
            value = json.loads(f'"{raw}"', strict=False)
        except ValueError:
            continue
        if not is_inner and '"' in value and _JSON.match(value):
            yield from _iter_strings(value, is_inner=True)
        elif _PARAGRAPH.search(value) or len(_SENTENCE_END.findall(value)) >= 3:
            yield value
