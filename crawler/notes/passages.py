"""Finds a passage again in a text that was read anew or edited since, and says when it is not there any more.

A passage keeps its own words, some characters around it, and its position, as the selectors of the Web Annotation Data
Model do. The words decide; what stands around and the position choose among several places that have the same words.
Kinds of blanks, quotation marks and dashes make no difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from crawler.notes.records import MAX_QUOTE_LETTERS, QUOTED_FIELDS, BadNote, Field, Passage

CONTEXT_LETTERS: Final = 32
"""Characters kept before and after a passage."""
MAX_PLACES: Final = 500
"""Places with the same words that are looked at; nobody can tell more apart."""

_PLAIN: Final = {
    **dict.fromkeys("“”„‟«»″〝〞＂", '"'),
    **dict.fromkeys("‘’‚‛‹›′ʼ`´＇", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
}
_INVISIBLE: Final = frozenset("\u00ad\u200b\u2060\ufeff\u200e\u200f")


class Place(NamedTuple):
    """Where a passage stands in an article's text now."""

    field: Field
    start: int
    end: int


def make_passage(
    texts: Mapping[Field, str], quote: str, *, prefix: str = "", suffix: str = "", field: Field | None = None
) -> Passage:
    """Return the passage of an article's texts that a person quotes; ``prefix`` and ``suffix`` tell places apart.

    Raises:
        BadNote: the words are not there, are there several times and nothing tells which are meant, or are too many.

    """
    if not quote.strip():
        raise BadNote("a passage has words: quote some of the article's")
    if len(quote) > MAX_QUOTE_LETTERS:
        raise BadNote(f"a passage has at most {MAX_QUOTE_LETTERS:,} characters")
    plain = _Folding(quote).text.strip()
    for name in (field,) if field is not None else QUOTED_FIELDS:
        folding = _Folding(texts.get(name) or "")
        starts = list(folding.iter_places(plain))
        if not starts:
            continue
        if len(starts) > 1:
            context = _Folding(prefix).text, _Folding(suffix).text
            scores = [folding.measure_context(start, len(plain), *context) for start in starts]
            best = max(scores)
            if best == 0 or scores.count(best) > 1:
                raise BadNote(f"the {name} has these words {len(starts)} times: quote more of them")
            starts = [starts[scores.index(best)]]
        return _cut_passage(texts[name], name, *folding.map_back(starts[0], len(plain)))
    raise BadNote(f"the article does not have these words: {quote.strip()[:60]!r}")


def find_passage(texts: Mapping[Field, str], passage: Passage) -> Place | None:
    """Return where a passage stands in an article's texts now; None when its words are not there any more."""
    plain = _Folding(passage.quote).text.strip()
    if not plain:
        return None
    prefix, suffix = _Folding(passage.prefix).text, _Folding(passage.suffix).text
    for name in (passage.field, *(field for field in QUOTED_FIELDS if field != passage.field)):
        text = texts.get(name) or ""
        if name == passage.field and text[passage.start : passage.end] == passage.quote:
            before = text[max(passage.start - CONTEXT_LETTERS, 0) : passage.start]
            if before == passage.prefix:
                return Place(name, passage.start, passage.end)
        folding = _Folding(text)
        starts = list(folding.iter_places(plain))
        if starts:
            start = max(
                starts,
                key=lambda place, folding=folding: (  # type: ignore[misc]  # a default binds the loop's value
                    folding.measure_context(place, len(plain), prefix, suffix),
                    -abs(folding.positions[place] - passage.start),
                ),
            )
            return Place(name, *folding.map_back(start, len(plain)))
    return None


def _cut_passage(text: str, field: Field, start: int, end: int) -> Passage:
    return Passage(
        field=field,
        start=start,
        quote=text[start:end],
        prefix=text[max(start - CONTEXT_LETTERS, 0) : start],
        suffix=text[end : end + CONTEXT_LETTERS],
    )


class _Folding:
    """A text with one kind of blank, quotation mark and dash, and the position that each of its characters is from."""

    def __init__(self, text: str) -> None:
        letters: list[str] = []
        self.positions: list[int] = []
        for position, letter in enumerate(text):
            if letter in _INVISIBLE:
                continue
            plain = " " if letter.isspace() else _PLAIN.get(letter, letter)
            if plain == " " and letters and letters[-1] == " ":
                continue
            letters.append(plain)
            self.positions.append(position)
        self.text = "".join(letters)

    def iter_places(self, words: str) -> Iterator[int]:
        """Yield where words begin, at most :data:`MAX_PLACES` times."""
        start = self.text.find(words)
        for _ in range(MAX_PLACES):
            if start < 0:
                return
            yield start
            start = self.text.find(words, start + 1)

    def measure_context(self, start: int, length: int, prefix: str, suffix: str) -> int:
        """Return how many characters before and after a place are the same as those given."""
        end = start + length
        before, after = self.text[max(start - len(prefix), 0) : start], self.text[end : end + len(suffix)]
        return _count_same(reversed(prefix), reversed(before)) + _count_same(iter(suffix), iter(after))

    def map_back(self, start: int, length: int) -> tuple[int, int]:
        """Return begin and end in the text itself."""
        return self.positions[start], self.positions[start + length - 1] + 1


def _count_same(expected: Iterator[str], actual: Iterator[str]) -> int:
    count = 0
    for first, second in zip(expected, actual, strict=False):
        if first != second:
            break
        count += 1
    return count
