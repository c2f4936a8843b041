"""Compares two texts, and returns the words that left, came and stayed, paragraph by paragraph.

Paragraphs are aligned first, then the words within those that changed. The functions are pure and their time is
bounded: two texts, however long or odd, cost no more than :data:`MOST_EDITS` and :data:`MOST_STEPS` allow. Where they
differ in more places, runs that stand once in each hold them together, and what lies between two of these is compared
for itself. What still differs by too much is returned as replaced, which is more readable anyway.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import isqrt
from typing import Literal

from crawler.normalisation.words.scripts import make_character_pattern, make_word_pattern
from crawler.normalisation.words.text import for_digest

PartKind = Literal["equal", "delete", "insert"]
PassageRemark = Literal["moved", "too-long"]

MOST_EDITS = 300
"""Tokens that leave or come within one changed passage; the work grows with the square of it."""
MOST_STEPS = 10 * MOST_EDITS**2
"""Work on all that lies between runs, in the same measure."""
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
        return (
            PARAGRAPH_BREAK
            if self.text == PARAGRAPH_BREAK
            else self.text
            if self.text.isalnum()
            else for_digest(self.text)
        )


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
    """Yield the passages of paragraphs that became one another, with those apart that moved from or to an end."""
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
    """Return where the paragraphs begin and end that are no moved ones at the beginning or the end."""
    start, end = 0, len(paragraphs)
    while start < end and for_digest(paragraphs[start]) in moved:
        start += 1
    while end > start and for_digest(paragraphs[end - 1]) in moved:
        end -= 1
    return start, end


def _find_moved(blocks: list[_Block]) -> set[str]:
    """Return the keys of paragraphs with words that left once and came once, each from and to an end of its block."""
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
        _Block(old[i1:i2], new[j1:j2], same)
        for i1, i2, j1, j2, same in _align(
            [for_digest(paragraph) for paragraph in old], [for_digest(paragraph) for paragraph in new]
        )
    ]
    remaining = MOST_CHARACTERS
    for block in sorted((block for block in blocks if not block.same), key=lambda block: block.size):
        remaining -= block.size
        block.too_long = remaining < 0
    return blocks


def _diff_tokens(old: list[DiffToken], new: list[DiffToken]) -> list[TokenChange]:
    changes = []
    for i1, i2, j1, j2, same in _merge_short_matches(
        _align([token.key for token in old], [token.key for token in new])
    ):
        changes.append(
            TokenChange(stayed=tuple(new[j1:j2]))
            if same
            else TokenChange(left=tuple(old[i1:i2]), came=tuple(new[j1:j2]))
        )
    return changes


_Op = tuple[int, int, int, int, bool]


def _merge_short_matches(ops: list[_Op]) -> list[_Op]:
    """Return the ranges with changes joined where only a word or two between them stayed.

    A "the" that stayed between two rewritten halves helps no reader.
    """
    merged: list[_Op] = []
    for number, op in enumerate(ops):
        i1, i2, j1, j2, same = op
        if same and merged and number + 1 < len(ops):
            before, after = merged[-1], ops[number + 1]
            length = i2 - i1
            smallest = min(max(change[1] - change[0], change[3] - change[2]) for change in (before, after))
            if length <= 2 and length < smallest:
                same = False
        if merged and not same and not merged[-1][4]:
            merged[-1] = (merged[-1][0], i2, merged[-1][2], j2, False)
        else:
            merged.append((i1, i2, j1, j2, same))
    return merged


def _align(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[_Op]:
    """Return ranges of both sequences that are equal or not, in order and without gaps.

    The edit script is the shortest one, by Myers (An O(ND) Difference Algorithm, 1986). After :data:`MOST_EDITS` edits
    the search stops, and :func:`_match_unique_runs` parts what is between the common beginning and the common end.
    """
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    tail = 0
    while tail < min(len(old), len(new)) - start and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    last_old, last_new = len(old) - tail, len(new) - tail
    pairs = [*zip(range(start), range(start), strict=True)]
    middle = _find_shortest_path(old[start:last_old], new[start:last_new], MOST_EDITS)
    if middle is None:
        middle = _match_unique_runs(old[start:last_old], new[start:last_new])
    pairs += [(start + i, start + j) for i, j in middle]
    pairs += [(last_old + offset, last_new + offset) for offset in range(tail)]
    ops: list[_Op] = []
    i = j = 0
    for a, b in [*pairs, (len(old), len(new))]:
        if a > i or b > j:
            ops.append((i, a, j, b, False))
        if a < len(old):
            if ops and ops[-1][4]:
                ops[-1] = (ops[-1][0], a + 1, ops[-1][2], b + 1, True)
            else:
                ops.append((a, a + 1, b, b + 1, True))
        i, j = a + 1, b + 1
    return ops


def _match_unique_runs(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return pairs of equal positions: runs that stand once on either side, in order, and what is equal between them.

    Runs are of three items; where none is unique, of one. It is the patience diff of B. Cohen.
    """
    for length in (3, 1):
        if chain := _find_longest_chain(_find_unique_runs(old, length), _find_unique_runs(new, length)):
            break
    pairs: list[tuple[int, int]] = []
    steps = MOST_STEPS
    i = j = 0
    for a, b in [*chain, (len(old), len(new))]:
        if a > i and b > j:
            most = min(MOST_EDITS, a - i + b - j, isqrt(steps))
            steps -= most**2 // 2
            pairs += [(i + x, j + y) for x, y in _find_shortest_path(old[i:a], new[j:b], most) or ()]
            i, j = a, b
        for step in range(length if a < len(old) else 0):
            if a + step >= i and b + step >= j:
                pairs.append((a + step, b + step))
                i, j = a + step + 1, b + step + 1
    return pairs


def _find_unique_runs(items: Sequence[Hashable], length: int) -> dict[tuple[Hashable, ...], int]:
    """Return the runs of so many items that stand once, with their positions."""
    places: dict[tuple[Hashable, ...], int] = {}
    for place, run in enumerate(zip(*(items[first:] for first in range(length)), strict=False)):
        places[run] = -1 if run in places else place
    return {run: place for run, place in places.items() if place >= 0}


def _find_longest_chain(
    old: dict[tuple[Hashable, ...], int], new: dict[tuple[Hashable, ...], int]
) -> list[tuple[int, int]]:
    """Return the most pairs of positions of equal runs that rise on both sides (a longest increasing subsequence)."""
    pairs = [(place, new[run]) for run, place in old.items() if run in new]
    ends: list[int] = []  # of the chains of one, two, three … pairs, the lowest position they can end at
    last: list[int] = []
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [number]
    chain: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _find_shortest_path(old: Sequence[Hashable], new: Sequence[Hashable], most: int) -> list[tuple[int, int]] | None:
    """Return the pairs of equal positions on the shortest path; None for a path of more edits than ``most``."""
    if not old or not new:
        return []
    if abs(len(old) - len(new)) > most:
        return None
    furthest = {1: 0}
    trail: list[dict[int, int]] = []
    for edits in range(min(len(old) + len(new), most) + 1):
        trail.append(dict(furthest))
        for k in range(-edits, edits + 1, 2):
            down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
            x = furthest[k + 1] if down else furthest[k - 1] + 1
            y = x - k
            while x < len(old) and y < len(new) and old[x] == new[y]:
                x, y = x + 1, y + 1
            furthest[k] = x
            if x >= len(old) and y >= len(new):
                return _trace_back(trail, len(old), len(new))
    return None


def _trace_back(trail: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    pairs = []
    for edits in range(len(trail) - 1, -1, -1):
        furthest, k = trail[edits], x - y
        down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
        before = k + 1 if down else k - 1
        old_x = furthest[before]
        old_y = old_x - before
        while x > old_x and y > old_y and x > 0 and y > 0:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = old_x, old_y
    return pairs[::-1]


def _iter_parts(changes: list[TokenChange]) -> Iterator[DiffPart]:
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
    return "".join((" " if token.spaced and token.text != PARAGRAPH_BREAK else "") + token.text for token in run)
