"""Compares two texts, and returns the words that left, came and stayed, paragraph by paragraph.

Paragraphs are aligned first, then the words within those that changed. The functions are pure, and their time is
bounded by that of :mod:`crawler.comparison.alignment`. Texts that differ by too much are returned as replaced, which
is more readable anyway.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from crawler.comparison.alignment import AlignedRange, align
from crawler.normalisation.words.scripts import make_character_pattern, make_word_pattern
from crawler.normalisation.words.text import for_digest

PartKind = Literal["equal", "delete", "insert"]
PassageRemark = Literal["moved", "too-long"]

MOST_CHARACTERS = 2_000_000
"""Characters of both texts, in paragraphs that changed, whose words are compared: the shorter changes go first."""
_MOST_ROUNDS = 5
PARAGRAPH_BREAK = "\n\n"
"""The separator of paragraphs; a token of its own, so that one paragraph may become two."""


@dataclass(frozen=True, slots=True)
class DiffPart:
    """A run of text that stayed, left or came, with the spaces around it as they were."""

    kind: PartKind
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, or several that became one another."""

    parts: tuple[DiffPart, ...]
    remark: PassageRemark | None = None
    """``moved``: the paragraph stands elsewhere in the other text. ``too-long``: the words were not compared."""

    @property
    def changed(self) -> bool:
        """True when anything left or came."""
        return any(part.kind != "equal" for part in self.parts)


@dataclass(frozen=True, slots=True)
class DiffToken:
    """A word, a sign or a paragraph break, and whether white space stood before it."""

    text: str
    spaced: bool

    @property
    def key(self) -> str:
        """The text that is compared, without the shapes of quotation marks, dashes and spaces."""
        if self.text == PARAGRAPH_BREAK or self.text.isalnum():
            return self.text
        return for_digest(self.text)


@dataclass(frozen=True, slots=True)
class TokenChange:
    """A place where tokens left, came or were replaced; ``left`` and ``came`` are empty where tokens stayed."""

    stayed: tuple[DiffToken, ...] = ()
    left: tuple[DiffToken, ...] = ()
    came: tuple[DiffToken, ...] = ()


def split_tokens(text: str) -> list[DiffToken]:
    """Return the words and signs of a text, cut as search cuts them; each Han or kana character is one.

    A number or word with a sign inside ("1,200", "dell'Asean") is one token, which search has as two words.

    >>> [token.text for token in split_tokens("It cost 1,200. 香港")]
    ['It', 'cost', '1,200', '.', '香', '港']
    """
    tokens = []
    end = 0
    for match in _compile_token(text.isascii()).finditer(text):
        word = match[0]
        tokens.append(DiffToken(PARAGRAPH_BREAK if "\n\n" in word else word, match.start() > end))
        end = match.end()
    return tokens


def diff_words(old: str | None, new: str | None) -> list[TokenChange]:
    """Return what stayed, left and came between two texts, in order, word by word."""
    changes: list[TokenChange] = []
    for block in _match_paragraphs(old, new):
        if changes:
            changes.append(TokenChange(stayed=(DiffToken(PARAGRAPH_BREAK, False),)))
        before, after = split_tokens(PARAGRAPH_BREAK.join(block.old)), split_tokens(PARAGRAPH_BREAK.join(block.new))
        if block.same:
            changes.append(TokenChange(stayed=tuple(after)))
        elif block.too_long:
            changes.append(TokenChange(left=tuple(before), came=tuple(after)))
        else:
            changes += _diff_tokens(before, after)
    return changes


def diff_paragraphs(old: str | None, new: str | None) -> list[Passage]:
    """Return a text paragraph by paragraph, with what left and came marked in it."""
    passages: list[Passage] = []
    blocks = _match_paragraphs(old, new)
    moved = _find_moved(blocks)
    for block in blocks:
        if block.same:
            passages += [Passage((DiffPart("equal", paragraph),)) for paragraph in block.new]
        else:
            passages += _diff_block(block, moved)
    return passages


@dataclass(slots=True)
class _Block:
    """Paragraphs in a row that are equal in both texts, or that became one another."""

    old: list[str]
    new: list[str]
    same: bool
    too_long: bool = False

    @property
    def size(self) -> int:
        return sum(map(len, self.old)) + sum(map(len, self.new))


def _diff_block(block: _Block, moved: set[str]) -> Iterator[Passage]:
    """Yield the passages of paragraphs that became one another; those that moved from or to an end stand apart."""
    old_start, old_end = _find_rest(block.old, moved)
    new_start, new_end = _find_rest(block.new, moved)
    yield from (Passage((DiffPart("delete", paragraph),), "moved") for paragraph in block.old[:old_start])
    yield from (Passage((DiffPart("insert", paragraph),), "moved") for paragraph in block.new[:new_start])
    before = PARAGRAPH_BREAK.join(block.old[old_start:old_end])
    after = PARAGRAPH_BREAK.join(block.new[new_start:new_end])
    if block.too_long and before and after:
        yield Passage((DiffPart("delete", before), DiffPart("insert", after)), "too-long")
    else:
        parts = tuple(_iter_parts(_diff_tokens(split_tokens(before), split_tokens(after))))
        if parts:
            yield Passage(parts)
    yield from (Passage((DiffPart("delete", paragraph),), "moved") for paragraph in block.old[old_end:])
    yield from (Passage((DiffPart("insert", paragraph),), "moved") for paragraph in block.new[new_end:])


def _find_rest(paragraphs: list[str], moved: set[str]) -> tuple[int, int]:
    """Return the bounds of the paragraphs without the moved ones at their beginning and at their end."""
    start, end = 0, len(paragraphs)
    while start < end and for_digest(paragraphs[start]) in moved:
        start += 1
    while end > start and for_digest(paragraphs[end - 1]) in moved:
        end -= 1
    return start, end


def _find_moved(blocks: list[_Block]) -> set[str]:
    """Return the keys of the paragraphs that moved: they left one place and came to one other, each at an end of its
    block, and have words.
    """
    changed = [block for block in blocks if not block.same]
    left, came = (
        Counter(for_digest(paragraph) for block in changed for paragraph in getattr(block, side))
        for side in ("old", "new")
    )
    moved = {key for key, count in left.items() if count == came[key] == 1 and any(map(str.isalnum, key))}
    for _ in range(_MOST_ROUNDS):  # one that stays in the middle of its block may keep others from its end
        ends = set(_iter_ends((block.old for block in changed), moved))
        ends.intersection_update(_iter_ends((block.new for block in changed), moved))
        if ends == moved:
            return moved
        moved = ends
    return set()


def _iter_ends(blocks: Iterable[list[str]], moved: set[str]) -> Iterator[str]:
    """Yield the keys of the moved paragraphs at the ends of blocks."""
    for paragraphs in blocks:
        start, end = _find_rest(paragraphs, moved)
        yield from map(for_digest, (*paragraphs[:start], *paragraphs[end:]))


@cache
def _compile_token(ascii_only: bool) -> re.Pattern[str]:
    """Return the pattern of a token: a paragraph break, a character of a script without spaces, a word, or a sign."""
    # The classes of all scripts take long to compile, and most texts hold none of them.
    word = "[^\\W_]+" if ascii_only else make_word_pattern()
    kinds = [r"\s*\n\n\s*", rf"{word}(?:[.,'’:-]{word})*", r"[^\w\s]|_"]
    if not ascii_only:
        kinds.insert(1, make_character_pattern())
    return re.compile("|".join(kinds))


def _match_paragraphs(old_text: str | None, new_text: str | None) -> list[_Block]:
    """Return runs of paragraphs that are equal, and between them those that are not; the longest may be too long."""
    old, new = ((text or "").split(PARAGRAPH_BREAK) for text in (old_text, new_text))
    blocks = [
        _Block(old[aligned.old_slice], new[aligned.new_slice], aligned.same)
        for aligned in align([for_digest(paragraph) for paragraph in old], [for_digest(paragraph) for paragraph in new])
    ]
    remaining = MOST_CHARACTERS
    for block in sorted((block for block in blocks if not block.same), key=lambda block: block.size):
        remaining -= block.size
        block.too_long = remaining < 0
    return blocks


def _diff_tokens(old: list[DiffToken], new: list[DiffToken]) -> list[TokenChange]:
    """Return what stayed, left and came between the tokens of two texts, in order."""
    return [
        TokenChange(stayed=tuple(new[aligned.new_slice]))
        if aligned.same
        else TokenChange(left=tuple(old[aligned.old_slice]), came=tuple(new[aligned.new_slice]))
        for aligned in _merge_short_matches(align([token.key for token in old], [token.key for token in new]))
    ]


def _merge_short_matches(ranges: list[AlignedRange]) -> list[AlignedRange]:
    """Return the ranges with changes joined where only a word or two between them stayed.

    A "the" that stayed between two rewritten halves helps no reader.
    """
    merged: list[AlignedRange] = []
    for number, aligned in enumerate(ranges):
        same = aligned.same
        if same and merged and number + 1 < len(ranges):
            smallest = min(merged[-1].size, ranges[number + 1].size)
            same = aligned.size > 2 or aligned.size >= smallest
        if merged and not same and not merged[-1].same:
            merged[-1] = merged[-1]._replace(old_end=aligned.old_end, new_end=aligned.new_end)
        else:
            merged.append(aligned._replace(same=same))
    return merged


def _iter_parts(changes: list[TokenChange]) -> Iterator[DiffPart]:
    """Yield the runs of text of changes, in order."""
    for change in changes:
        runs: tuple[tuple[PartKind, tuple[DiffToken, ...]], ...] = (
            ("equal", change.stayed),
            ("delete", change.left),
            ("insert", change.came),
        )
        for kind, run in runs:
            if run:
                yield DiffPart(kind, _join_tokens(run))


def _join_tokens(run: tuple[DiffToken, ...]) -> str:
    """Return tokens as text, with the spaces between them."""
    return "".join((" " if token.spaced and token.text != PARAGRAPH_BREAK else "") + token.text for token in run)
