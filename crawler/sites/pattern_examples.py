"""Makes texts that a pattern matches, and tells what a group of it may hold: a site is checked without any page."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from crawler.normalisation.addresses.urls import MAX_URL_LENGTH

_parser: Final[Any] = importlib.import_module("re._parser")  # no public way leads to the parts of a pattern
_FLAGS: Final = re.IGNORECASE | re.DOTALL
_LETTERS: Final = "7eq-/_.~ 1aZ中%"
"""Characters to fill a class with, the first that fits."""
MAX_EXAMPLES: Final = 12


def make_examples(pattern: str) -> tuple[str, ...]:
    r"""Return some texts that a pattern matches as a whole: each alternative once, optional parts with and without.

    Empty where none was found, as for some patterns that look ahead.

    >>> make_examples(r"/(?:en|it)/\d{4}(?:\.html)?")[:2]
    ('/en/7777.html', '/it/7777.html')
    """
    texts = dict.fromkeys(islice(_iter_texts(_parser.parse(pattern, _FLAGS)), 200))
    return tuple(islice((text for text in texts if re.fullmatch(pattern, text, _FLAGS)), MAX_EXAMPLES))


def list_groups(pattern: str) -> frozenset[str]:
    """Return the names of the groups of a pattern."""
    return frozenset(re.compile(pattern, _FLAGS).groupindex)


def holds_digits_only(pattern: str, group: str) -> bool:
    """Return True if what a group matches can be nothing but digits."""
    items = _find_group(_parser.parse(pattern, _FLAGS), re.compile(pattern, _FLAGS).groupindex[group])
    return all(_is_digits(str(op), value) for op, value in items or ())


def _iter_texts(items: Any) -> Iterator[str]:
    """Yield texts for a sequence: the first with every part at its best, then one part at a time in other ways."""
    parts = [list(islice(_iter_part(str(op), value), 24)) or [""] for op, value in items]
    firsts = [part[0] for part in parts]
    yield "".join(firsts)
    for place, part in enumerate(parts):
        for text in part[1:]:
            yield "".join((*firsts[:place], text, *firsts[place + 1 :]))


def _iter_part(op: str, value: Any) -> Iterator[str]:
    if op == "LITERAL":
        yield chr(value)
    elif op == "ANY":
        yield "q"
    elif op == "IN" and all(str(item_op) == "LITERAL" for item_op, _ in value):
        yield from _iter_named(value)  # "en|es" is parsed as "e", then one of "n" and "s"
    elif op in ("IN", "NOT_LITERAL"):
        yield next((letter for letter in (*_LETTERS, *_iter_named(value)) if _is_in(op, value, letter)), "")
    elif op == "SUBPATTERN":
        yield from _iter_texts(value[-1])
    elif op == "ATOMIC_GROUP":
        yield from _iter_texts(value)
    elif op == "BRANCH":
        for items in value[1]:
            yield from _iter_texts(items)
    elif op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, most, items = value
        for text in _iter_texts(items):
            yield _repeat(text, max(int(least), 1))
        if least == 0:
            yield ""
        elif int(most) > int(least):
            yield _repeat(next(_iter_texts(items)), int(least) + 1)
    else:
        yield ""


def _repeat(text: str, count: int) -> str:
    return text * count if len(text) * count <= MAX_URL_LENGTH else text


def _iter_named(value: Any) -> Iterator[str]:
    for op, item in value if isinstance(value, list) else ():
        if str(op) == "LITERAL":
            yield chr(item)
        elif str(op) == "RANGE":
            yield chr(item[0])


def _is_in(op: str, value: Any, letter: str) -> bool:
    if op == "NOT_LITERAL":
        return letter.lower() != chr(value).lower()
    is_negated = str(value[0][0]) == "NEGATE"
    return any(_has(str(item_op), item, letter) for item_op, item in value) != is_negated


def _has(op: str, item: Any, letter: str) -> bool:
    if op == "LITERAL":
        return letter == chr(item)
    if op == "RANGE":
        return bool(item[0] <= ord(letter) <= item[1])
    if op == "CATEGORY":
        name = str(item).removeprefix("CATEGORY_")
        kinds = {"DIGIT": letter.isdecimal(), "SPACE": letter.isspace(), "WORD": letter.isalnum() or letter == "_"}
        return kinds[name.removeprefix("NOT_")] != name.startswith("NOT_")
    return False


def _find_group(items: Any, number: int) -> Any:
    """Return the parts of the group of that number, or None."""
    for op, value in items:
        if str(op) == "SUBPATTERN" and value[0] == number:
            return value[-1]
        for part in _list_inner(str(op), value):
            inner = _find_group(part, number)
            if inner is not None:
                return inner
    return None


def _list_inner(op: str, value: Any) -> list[Any]:
    if op in ("SUBPATTERN", "MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return [value[-1]]
    if op == "ATOMIC_GROUP":
        return [value]
    return list(value[1]) if op == "BRANCH" else []


def _is_digits(op: str, value: Any) -> bool:
    if op == "LITERAL":
        return chr(value).isdecimal()
    if op == "IN":
        return all(_is_digits_item(str(item_op), item) for item_op, item in value)
    inner = _list_inner(op, value)
    return op in ("AT", "ASSERT", "ASSERT_NOT") or (
        bool(inner) and all(_is_digits(str(part_op), part) for items in inner for part_op, part in items)
    )


def _is_digits_item(op: str, item: Any) -> bool:
    if op == "RANGE":
        return chr(item[0]).isdecimal() and chr(item[1]).isdecimal()
    return (op == "LITERAL" and chr(item).isdecimal()) or (op == "CATEGORY" and str(item) == "CATEGORY_DIGIT")
