"""Tells whether a pattern can take very long: files of sites are shared, and Python's ``re`` tries every way to match.

The pattern is taken apart into the characters that it names, one position each, and which may follow which. From that
graph follows in how many ways one text can be matched (Weber and Seidl, "On the degree of ambiguity of finite
automata", 1991), and with it how long a text takes that does not match: steps that double with every character, steps
that grow as a power of the text's length, or a fixed number.

The answer errs on the safe side: most bounded repetitions count as unbounded ones, so that some harmless patterns are
refused. It holds for the longest address that is read, and for characters that the pattern names or that are usual.
"""

from __future__ import annotations

import importlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from crawler.normalisation.addresses.urls import MAX_URL_LENGTH

MAX_PATTERN: Final = 1_000
"""Characters of the longest pattern that is looked at."""
MAX_POSITIONS: Final = 300
MAX_STEPS: Final = 40_000_000
"""Steps that matching the longest address may take, about a second."""
MAX_UNROLLED: Final = 16
"""Repetitions of one character up to so many are written out; more count as any number."""
PATTERN_REMEDY: Final = (
    "repeat [^/]+ or [^-]+ in place of .+, and nothing that holds another repetition of the same characters"
)

_parser: Final[Any] = importlib.import_module("re._parser")  # no public way leads to the parts of a pattern
_FLAGS: Final = re.IGNORECASE | re.DOTALL
_SAMPLES: Final = frozenset([*map(chr, range(128)), *"éДع中कก١"])
_CATEGORIES: Final = {
    "DIGIT": str.isdecimal,
    "SPACE": str.isspace,
    "WORD": lambda letter: letter.isalnum() or letter == "_",
}


class _TooCostly(Exception):
    """The pattern cannot be allowed."""


@dataclass(frozen=True, slots=True)
class PatternFault:
    """Why a pattern cannot be used."""

    reason: str
    is_slow: bool = False
    """True where it may take very long; False where it is no pattern."""


@lru_cache(maxsize=4_096)
def find_pattern_fault(pattern: str) -> PatternFault | None:
    """Return why a pattern cannot be used: it does not compile, or may take very long; None for a good one.

    >>> find_pattern_fault("(?:[a-z]+-?)+x")
    PatternFault(reason='may take very long: a repetition holds another of the same characters', is_slow=True)
    """
    if len(pattern) > MAX_PATTERN:
        return PatternFault(f"has {len(pattern):,} characters; {MAX_PATTERN:,} are read")
    try:
        re.compile(pattern, _FLAGS)
        tree = _parser.parse(pattern, _FLAGS)
        _count_steps(tree, _list_samples(tree))
    except _TooCostly as reason:
        return PatternFault(f"may take very long: {reason}", is_slow=True)
    except re.error as problem:
        place = f" at {problem.pos}" if problem.pos is not None else ""
        return PatternFault(f"is no regular expression: {problem.msg}{place}")
    except (RecursionError, OverflowError, ValueError) as problem:
        return PatternFault(f"is no regular expression: {type(problem).__name__}")
    return None


@dataclass(slots=True)
class _Part:
    """A part of a pattern: the positions that it can begin and end with."""

    first: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)
    is_nullable: bool = True


@dataclass(slots=True)
class _Graph:
    """The positions of a pattern. Each is one character of a text, and stands for those that it may be."""

    samples: tuple[frozenset[str], ...]
    """Each in all its cases."""
    masks: list[int] = field(default_factory=list)
    """Position → the samples that it matches, one bit each."""
    edges: Counter[tuple[int, int]] = field(default_factory=Counter)
    """(position, next position) → the number of ways that lead from the one to the other."""
    steps_aside: float = 0.0
    """Steps of the parts that look ahead or behind."""
    has_loop: bool = False

    def add_sequence(self, items: Iterable[tuple[Any, Any]]) -> _Part:
        sequence = _Part()
        for op, value in items:
            part = self._add(str(op), value)
            self._join(sequence.last, part.first)
            if sequence.is_nullable:
                sequence.first = sequence.first + part.first
            sequence.last = part.last + (sequence.last if part.is_nullable else [])
            sequence.is_nullable = sequence.is_nullable and part.is_nullable
        return sequence

    def _make_mask(self, op: str, value: Any) -> int:
        mask = 0
        for bit, forms in enumerate(self.samples):
            mask |= _matches(op, value, forms) << bit
        return mask

    def _join(self, last: list[int], first: list[int]) -> None:
        for position in last:
            for next_position in first:
                self.edges[position, next_position] += 1

    def _add(self, op: str, value: Any) -> _Part:
        if op in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
            if len(self.masks) >= MAX_POSITIONS:
                raise _TooCostly(f"it has more than {MAX_POSITIONS} places for characters")
            self.masks.append(self._make_mask(op, value))
            position = len(self.masks) - 1
            return _Part([position], [position], is_nullable=False)
        if op == "SUBPATTERN":
            return self.add_sequence(value[-1])
        if op == "ATOMIC_GROUP":
            return self.add_sequence(value)
        if op == "BRANCH":
            parts = [self.add_sequence(items) for items in value[1]]
            first = [position for part in parts for position in part.first]
            last = [position for part in parts for position in part.last]
            return _Part(first, last, any(part.is_nullable for part in parts))
        if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            return self._add_repeat(*value)
        if op in ("ASSERT", "ASSERT_NOT"):
            self._look(value[1])
        elif op not in ("AT", "FAILURE"):
            raise _TooCostly("it refers to what another of its groups has matched")
        return _Part()

    def _add_repeat(self, least: Any, most: Any, items: Any) -> _Part:
        if most == 0:
            return _Part()
        if (
            int(most) <= MAX_UNROLLED
            and len(items) == 1
            and str(items[0][0]) in ("LITERAL", "NOT_LITERAL", "ANY", "IN")
        ):
            tail = _Part()
            for number in range(int(most), 0, -1):  # from the last one: each may only follow the one before
                part = self._add(str(items[0][0]), items[0][1])
                self._join(part.last, tail.first)
                tail = _Part(part.first, tail.last + (part.last if number >= int(least) else []))
            return _Part(tail.first, tail.last, least == 0)
        body = self.add_sequence(items)
        if int(most) > 1:
            if body.is_nullable:
                raise _TooCostly("it repeats a part that may be empty")
            self._join(body.last, body.first)
            self.has_loop = True
        return _Part(body.first, body.last, least == 0 or body.is_nullable)

    def _look(self, items: Any) -> None:
        self.steps_aside += _count_steps(items, self.samples) * (MAX_URL_LENGTH if self.has_loop else 1)


def _count_steps(tree: Any, samples: tuple[frozenset[str], ...]) -> float:
    """Return the steps that matching the longest address may take. Raises _TooCostly where they are too many."""
    graph = _Graph(samples)
    whole = graph.add_sequence(tree)
    followers: dict[int, list[int]] = {position: [] for position in range(-1, len(graph.masks))}
    followers[-1] = whole.first
    for position, next_position in graph.edges:
        followers[position].append(next_position)
    loops = [loop for loop in _find_components(followers) if _is_loop(loop, followers)]
    for loop in loops:
        _refuse_exponential(loop, followers, graph)
    choices = _count_choices(loops, followers, graph.masks)
    degree = _find_degree(loops, followers, graph.masks)
    steps = choices * (math.pow(MAX_URL_LENGTH, degree) / math.factorial(degree) + graph.steps_aside)
    if steps <= MAX_STEPS:
        return steps
    if degree > 1:
        raise _TooCostly(f"{degree} repetitions, one after the other, can match the same characters")
    raise _TooCostly("too many optional parts or alternatives begin with the same characters")


def _is_loop(component: frozenset[int], followers: dict[int, list[int]]) -> bool:
    return len(component) > 1 or any(position in followers[position] for position in component)


def _refuse_exponential(loop: frozenset[int], followers: dict[int, list[int]], graph: _Graph) -> None:
    """Refuse a loop in which one text leads by two ways from a position to the same one again."""
    nested = "a repetition holds another of the same characters"
    if any(graph.edges[position, target] > 1 for position in loop for target in followers[position] if target in loop):
        raise _TooCostly(nested)
    pairs = {(position, position) for position in loop}
    waiting = list(pairs)
    while waiting:
        one, other = waiting.pop()
        for next_one in followers[one]:
            for next_other in followers[other]:
                if {next_one, next_other} <= loop and graph.masks[next_one] & graph.masks[next_other]:
                    if next_one == next_other and one != other:
                        raise _TooCostly(f"{nested}, or alternatives that begin alike")
                    if (next_one, next_other) not in pairs:
                        pairs.add((next_one, next_other))
                        waiting.append((next_one, next_other))


def _count_choices(loops: list[frozenset[int]], followers: dict[int, list[int]], masks: list[int]) -> float:
    """Return how many ways one text has through optional parts and alternatives that begin alike, at most."""
    choices = 0.0
    for position, targets in followers.items():
        own_loop = next((loop for loop in loops if position in loop), frozenset())
        ways_on = [masks[target] for target in targets if target not in own_loop]
        most = max((sum(1 for other in ways_on if mask & other) for mask in ways_on), default=1)
        choices += math.log2(most)
    return math.pow(2.0, choices)


def _find_degree(loops: list[frozenset[int]], followers: dict[int, list[int]], masks: list[int]) -> int:
    """Return the largest number of loops, one after the other, that can share the characters of one text."""
    letters = [_unite(masks[position] for position in loop) for loop in loops]
    nexts = {
        number: [
            other
            for other in range(len(loops))
            if other != number
            and _leads(loops[number], loops[other], letters[number] & letters[other], followers, masks)
        ]
        for number in range(len(loops))
    }
    degrees: dict[int, int] = {}

    def measure(number: int) -> int:
        if number not in degrees:
            degrees[number] = 1 + max(map(measure, nexts[number]), default=0)
        return degrees[number]

    return max(map(measure, range(len(loops))), default=0)


def _leads(
    loop: frozenset[int], other: frozenset[int], letters: int, followers: dict[int, list[int]], masks: list[int]
) -> bool:
    """Return True if a text of these letters leads from one loop to the other."""
    seen = set(loop)
    waiting = list(loop)
    while waiting:
        for target in followers[waiting.pop()]:
            if target not in seen and masks[target] & letters:
                if target in other:
                    return True
                seen.add(target)
                waiting.append(target)
    return False


def _unite(masks: Iterable[int]) -> int:
    united = 0
    for mask in masks:
        united |= mask
    return united


def _find_components(followers: dict[int, list[int]]) -> list[frozenset[int]]:
    """Return the sets of positions that lead to one another (Tarjan), without recursion."""
    reached: dict[int, frozenset[int]] = {}
    for position in followers:
        seen = {position}
        waiting = [position]
        while waiting:
            for target in followers[waiting.pop()]:
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
        reached[position] = frozenset(seen)
    components = {
        frozenset(other for other in reached[position] if position in reached[other]) for position in followers
    }
    return sorted(components, key=min)


def _list_samples(tree: Any) -> tuple[frozenset[str], ...]:
    """Return the characters to compare classes by: those of the pattern, in both cases, and some of every kind."""
    letters = set(_SAMPLES)
    for code in _iter_codes(tree):
        letters.update((chr(code), *chr(code).lower(), *chr(code).upper()))
    return tuple(frozenset((letter, letter.lower(), letter.upper())) for letter in sorted(letters))


def _iter_codes(value: Any) -> Iterator[int]:
    if isinstance(value, int) and not isinstance(value, bool):
        if 0 <= value <= 0x10FFFF:
            yield int(value)
    elif isinstance(value, list | tuple) or hasattr(value, "data"):
        for entry in value:
            yield from _iter_codes(entry)


def _matches(op: str, value: Any, forms: frozenset[str]) -> bool:
    """Return True if a part for one character matches a character in any of its cases."""
    if op == "ANY":
        return True
    if op in ("LITERAL", "NOT_LITERAL"):
        return (chr(value) in forms or chr(value).lower() in forms) == (op == "LITERAL")
    if op == "RANGE":
        return any(len(form) == 1 and value[0] <= ord(form) <= value[1] for form in forms)
    if op == "CATEGORY":
        name = str(value).removeprefix("CATEGORY_")
        belongs = _CATEGORIES[name.removeprefix("NOT_")]
        return any(map(belongs, forms)) != name.startswith("NOT_")
    is_negated = str(value[0][0]) == "NEGATE"
    items = value[1:] if is_negated else value
    return any(_matches(str(item_op), item, forms) for item_op, item in items) != is_negated
