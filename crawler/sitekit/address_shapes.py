"""Reads the shape of one article's address: its folders, its date, and what tells the article apart from all others."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

FOLDER: Final = "[^/]+"
YEAR: Final = r"(?:19|20)\d\d"
MONTH: Final = r"(?:0?[1-9]|1[0-2]|[a-z]{3,9})"
DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_SHORT_WORD: Final = "[^/._-]{1,16}"
MOST_FOLDERS: Final = 6
ANY_FOLDERS: Final = "*0-5"
"""A run of no folder or several."""
LEAST_DIGITS: Final = 5
"""Figures of a number that tells one article from another."""
_ENDING: Final = re.compile(r"\.(?:[a-z]?html?|php\d?|aspx?|jsp|cms|ece|story|do|shtm|cgi|pl|cfm|jspx|ashx|asp)$", re.I)
_IS_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_IS_YEAR_AND_MONTH: Final = re.compile(r"(?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])")
_IS_MONTH_AND_DAY: Final = re.compile(r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_IS_MONTH: Final = re.compile(r"0?[1-9]|1[0-2]|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*", re.I)
_IS_DAY: Final = re.compile(r"0?[1-9]|[12]\d|3[01]")
_DAY_NUMBER: Final = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_DATE: Final = re.compile(r"(?:19|20)\d\d([-_.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d)")
_NUMBER: Final = re.compile(r"\d+")
_MARK: Final = re.compile(r"(?:^|[-_,!])(?:[a-z]{1,10}\.?|!)$|^[a-z]{1,3}[-_]$", re.I)
"""Letters that lead to the number: ``-id``, ``article``, ``-li.``, ``a-``."""
_KEY_PARAMETER: Final = re.compile(
    r"(?:id|art|article|article_?id|aid|nid|news_?id|idx_?no|no|p|story|newsid|sid|cid|docid|item_?id|contentid)", re.I
)
Identity = Literal["number", "slug", "code", "query"]


@dataclass(frozen=True, slots=True)
class AddressShape:
    """The form of an article's address; shapes that are equal but for counts become one (:func:`merge_shapes`)."""

    before: tuple[str, ...]
    """Patterns of the segments before the one that tells the article, each without its slash; runs of folders are one
    entry that begins with ``*``: ``*1-3`` is one to three folders."""
    identity: Identity
    head: str
    """Pattern of what stands before the number in its segment, with the mark that leads to it; else empty."""
    tail: str
    """Pattern of what follows the number, down to the end of the path; else empty."""
    size: int
    """Figures of the number, parts of the slug, or characters of the code, at least."""
    ending: str
    """Suffix of the file, with its point; empty without one."""
    query: tuple[str, str] | None = None
    """Name of the parameter that holds the key, and the pattern of its value."""

    @property
    def parts(self) -> tuple[object, ...]:
        """All but counts."""
        kinds = tuple("*" if part.startswith("*") else part for part in self.before)
        return (kinds, self.identity, self.head, self.tail, self.ending, self.query)

    def write_path(self, *, numeric: bool, prefix: str = "", literal: str | None = None) -> str:
        """Return the pattern of the path, with the group ``key``: the number, or else the path without its slashes.

        ``prefix`` is the pattern of the folder that tells the language, ``literal`` a first folder of all addresses.
        """
        before = list(self.before)
        first = ""
        if literal is not None and before:
            first = write_literal(literal) + "/"
            before[0] = _shorten_run(before[0])
        folders = first + "".join(_write_part(part, is_first=not number) for number, part in enumerate(before))
        if self.identity == "query":
            return f"/{prefix}{folders}{self.head}"
        ending = write_literal(self.ending)
        if self.identity == "number":
            digits = rf"\d{{{self.size},}}"
            if numeric:
                return rf"/{prefix}{folders}{self.head}(?P<key>{digits}){self.tail}{ending}/?"
            return rf"/{prefix}(?P<key>{folders}{self.head}{digits}{self.tail}{ending})/?"
        last = f"{self.head}{write_slug(self.size)}" if self.identity == "slug" else rf"[\w~-]{{{self.size},}}"
        return rf"/{prefix}(?P<key>{folders}{last}{ending})/?"


def write_literal(text: str) -> str:
    """Return a pattern of a text itself; hyphens and slashes stay bare, which need no escape outside of brackets."""
    return re.escape(text).replace(r"\-", "-").replace(r"\/", "/").replace(r"\ ", " ")


def write_choice(patterns: Sequence[str]) -> str:
    """Return a pattern of any of these patterns."""
    return patterns[0] if len(patterns) == 1 else f"(?:{'|'.join(patterns)})"


def cut_names(names: Iterable[str], most_letters: int) -> list[str]:
    """Return the first names whose letters together are no more than so many."""
    kept: list[str] = []
    for name in names:
        if sum(map(len, kept)) + len(name) > most_letters:
            break
        kept.append(name)
    return kept


def write_slug(parts: int) -> str:
    """Return the pattern of a segment of at least so many words, parted by hyphens and the like."""
    return r"[^/]+" if parts <= 1 else rf"[^/_-]+(?:[_-]+[^/_-]+){{{parts - 1},}}"


def count_words_of_slug(path: str) -> int:
    """Return how many words, parted by hyphens or underscores, the last segment of a path has."""
    return len([word for word in re.split(r"[_-]+", path.rstrip("/").rpartition("/")[2]) if word])


def read_shape(path: str, query: Sequence[tuple[str, str]] = (), telling: Collection[str] = ()) -> AddressShape | None:
    r"""Return the shape of an article's decoded path and query, None for a path that tells nothing: a home page.

    ``telling`` are the names of parameters, in small letters, that tell pages of one path apart.

    >>> shape = read_shape("/world/asia/bridge-opens-article41756471.html")
    >>> shape.write_path(numeric=True)
    '/(?:[^/]+/){1,3}[^/]+-article(?P<key>\\d{5,})\\.html/?'
    """
    segments = [segment for segment in path.split("/") if segment]
    if (by_query := _read_query_shape(segments, query, telling)) is not None:
        return by_query
    if not segments or len(segments) > MOST_FOLDERS + 4:
        return None
    ending = _ENDING.search(segments[-1])
    suffix = ending[0].lower() if ending else ""
    if suffix:
        segments[-1] = segments[-1][: -len(suffix)] or segments[-1]
    place = _find_number(segments)
    if place is not None and not _is_inside_slug(segments, place):
        return _make_number_shape(segments, *place, suffix)
    last = segments[-1]
    before = _read_folders(segments[:-1])
    head, rest = "", last
    if date := _DATE.match(last):
        head, rest = (
            rf"{YEAR}{write_literal(date[1])}\d\d?{write_literal(date[1])}\d\d?[_-]",
            last[date.end() :].lstrip("-_"),
        )
    words = [word for word in re.split(r"[_-]+", rest) if word]
    if len(words) > 1:
        return AddressShape(before, "slug", head, "", 3 if len(words) >= 3 else 2, suffix)
    if _is_code(last):
        return AddressShape(before, "code", "", "", max(6, len(last) - 2), suffix)
    return AddressShape(before, "slug", head, "", 1, suffix)


def merge_shapes(shapes: Sequence[AddressShape]) -> list[AddressShape]:
    """Return the union of shapes, those that are equal but for counts made one; in the order in which they came."""
    merged: dict[tuple[object, ...], AddressShape] = {}
    for shape in shapes:
        shape_so_far = merged.get(shape.parts)
        if shape_so_far is None:
            merged[shape.parts] = shape
            continue
        before = tuple(map(_merge_part, shape_so_far.before, shape.before))
        merged[shape.parts] = replace(shape_so_far, before=before, size=min(shape_so_far.size, shape.size))
    return list(merged.values())


def _read_query_shape(
    segments: Sequence[str], query: Sequence[tuple[str, str]], telling: Collection[str]
) -> AddressShape | None:
    """Return the shape of an address whose key stands in its query: ``/article.php?id=123``, ``/?p=123``."""
    if segments and _find_number(segments) is not None:
        return None
    is_file = not segments or _ENDING.search(segments[-1]) is not None
    numbers = [(name, value) for name, value in query if value.isdigit() and value.isascii()]
    usual = [name for name, value in numbers if is_file and _KEY_PARAMETER.fullmatch(name) and len(value) >= 2]
    for name in (*usual, *(name for name, _ in numbers if name.lower() in telling)):
        head = write_literal(segments[-1]) if segments else ""
        return AddressShape(_keep_folders(segments[:-1]), "query", head, "", 1, "", (name.lower(), r"(?P<key>\d+)"))
    return None


def _is_inside_slug(segments: Sequence[str], place: tuple[int, int, int]) -> bool:
    """Does a number stand between the words of a slug, with more than a mark behind it?"""
    index, start, end = place
    before, rest = segments[index][:start], segments[index][end + 1 :]
    is_behind_slug = len(before) > len(_read_mark(before))
    return is_behind_slug and bool(rest) and re.fullmatch(_SHORT_WORD, rest) is None


def _read_mark(before: str) -> str:
    """Return the mark that leads to a number, of what stands before it in its segment; empty without one."""
    mark = _MARK.search(before)
    if mark:
        return mark[0]
    return "" if before[-1:].isalnum() else before[-1:]


def _keep_folders(segments: Sequence[str]) -> tuple[str, ...]:
    return tuple(write_literal(segment) for segment in segments)


def _find_number(segments: Sequence[str]) -> tuple[int, int, int] | None:
    """Return (segment, start, end) of the number that tells the article: the longest, the last of equals.

    Days and numbers with letters on both sides, as in hexadecimal codes, tell nothing.
    """
    best: tuple[int, int, int, int] | None = None
    for index, segment in enumerate(segments):
        for number in _NUMBER.finditer(segment):
            length = number.end() - number.start()
            if length < LEAST_DIGITS or _DAY_NUMBER.fullmatch(number[0]):
                continue
            if segment[number.end() : number.end() + 1].isalpha() or _is_hexadecimal(segment, number.start()):
                continue
            if best is None or length >= best[0]:
                best = (length, index, number.start(), number.end())
    return best[1:] if best else None


def _is_hexadecimal(segment: str, start: int) -> bool:
    """Are the figures at a place the end of a code: ``3cc842471fb9df42315``?"""
    before = re.search(r"[0-9a-z]*$", segment[:start], re.I)
    word = before[0] if before else ""
    return any(map(str.isdigit, word))


def _make_number_shape(segments: Sequence[str], index: int, start: int, end: int, ending: str) -> AddressShape:
    segment = segments[index]
    before = segment[:start]
    mark = _read_mark(before)
    head = (FOLDER if len(before) > len(mark) else "") + write_literal(mark.lower())
    tail = ""
    if end < len(segment):
        rest = segment[end + 1 :]
        tail = write_literal(segment[end])
        if rest:  # two patterns of any characters in one segment would take long
            tail += FOLDER if not head.startswith(FOLDER) else _SHORT_WORD
    following = segments[index + 1 :]
    tail += "".join(f"/{FOLDER}" for _ in following)
    return AddressShape(_read_folders(segments[:index]), "number", head, tail, min(LEAST_DIGITS, end - start), ending)


def _read_folders(segments: Sequence[str]) -> tuple[str, ...]:
    """Return the patterns of folders: dates by their figures, all else as runs of any folders."""
    parts: list[str] = []
    run = 0
    index = 0
    while index < len(segments):
        date = _read_date_folders(segments[index:])
        if date:
            parts.append(_write_run(run))
            run = 0
            parts.extend(date)
            index += len(date)
        else:
            run += 1
            index += 1
    parts.append(_write_run(run))
    return tuple(parts)


def _read_date_folders(segments: Sequence[str]) -> list[str]:
    if _DATE.fullmatch(segments[0]):
        return [rf"{YEAR}[-_.]\d\d?[-_.]\d\d?"]
    if _DAY_NUMBER.fullmatch(segments[0]):
        return [r"(?:19|20)\d{6}"]
    if _IS_YEAR_AND_MONTH.fullmatch(segments[0]):
        day = [DAY] if len(segments) > 1 and _IS_DAY.fullmatch(segments[1]) else []
        return [rf"{YEAR}[-_.]?\d\d", *day]
    if not _IS_YEAR.fullmatch(segments[0]):
        return []
    parts = [YEAR]
    if len(segments) > 1 and _IS_MONTH_AND_DAY.fullmatch(segments[1]):
        return [YEAR, r"\d{4}"]
    if len(segments) > 1 and _IS_MONTH.fullmatch(segments[1]):
        parts.append(MONTH)
        if len(segments) > 2 and _IS_DAY.fullmatch(segments[2]):
            parts.append(DAY)
    return parts


def _write_run(length: int) -> str:
    return f"*{max(0, length - 1)}-{min(MOST_FOLDERS, length + 1)}"


def _write_part(part: str, *, is_first: bool) -> str:
    """Return the pattern of a part with its slash; runs after the first are written out, which is matched sooner."""
    if not part.startswith("*"):
        return part + "/"
    least, most = (int(count) for count in part[1:].split("-"))
    if most == 0:
        return ""
    if is_first:
        return f"(?:{FOLDER}/){{{least},{most}}}"
    return f"{FOLDER}/" * least + f"(?:{FOLDER}/)?" * (most - least)


def _merge_part(first: str, second: str) -> str:
    if not first.startswith("*"):
        return first
    counts = [int(count) for part in (first, second) for count in part[1:].split("-")]
    return f"*{min(counts)}-{max(counts)}"


def _shorten_run(part: str) -> str:
    if not part.startswith("*"):
        return part
    least, most = (int(count) for count in part[1:].split("-"))
    return f"*{max(0, least - 1)}-{max(0, most - 1)}"


def _is_code(word: str) -> bool:
    """Is a segment a code of letters and figures rather than a word?"""
    return len(word) >= 6 and word.isascii() and any(map(str.isdigit, word)) and any(map(str.isalpha, word))
