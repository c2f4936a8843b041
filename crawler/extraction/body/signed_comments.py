"""Finds comments of readers below a text that neither markup nor a label tells: who wrote, when, and what, in turn."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.clues import Clues
from crawler.extraction.layout.labels import PROSE, ends_sentence, measure_prose
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.layout.paragraphs import find_paragraph_block

_LEAST_ABOVE: Final = 2
"""Paragraphs of a text above its comments."""
LEAST_COMMENTS: Final = 3
"""So many lines say who wrote when, each with a text of its own."""
LEAST_DIFFERENT: Final = 0.7
"""The share of writers that are different: the reporters of a live report return."""
LONGEST_SIGNED: Final = 80
LONGEST_NAME: Final = 30
MOST_WORDS: Final = 4
LINES_BELOW: Final = 30
"""Lines behind the text in which the comments go on that were not taken for it."""
MOST_ABOVE: Final = 4
"""Lines above the first name that are the first comment, where names stand below."""
LEAST_TEXT: Final = 15
"""Letters of a comment."""
_FIGURE: Final = re.compile(r"\d")
_MONTH: Final = r"[^\W\d_]{3,12}\.?"
_MOMENT: Final = re.compile(
    r"(?P<ago>\d{1,3}\+?\s?\w{1,9}\.?\s(?:ago|geleden|temu|sedan|siden|önce|назад|тому|fa)\b|"
    r"\b(?:il y a|hace|vor|há|för|fyrir|πριν από|قبل|منذ|לפני) \d{1,3} \w{1,9}|"
    r"\d{1,3}\s?(?:시간|분|일|小时|小時|分钟|分鐘|天|時間|分|日)\s?[前전])|"
    r"(?<![\d.,/:$€£])\d{1,2}(?::|\.(?=\d\d Uhr))(?P<minute>\d{2})(?!\d)(?::\d{2})?|"
    r"(?<![\d./-])(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}|\d{4}年\d{1,2}月\d{1,2}日)(?!\d)|"
    rf"\b\d{{1,2}}\.?\s{_MONTH},?\s(?:19|20)\d{{2}}\b|\b{_MONTH}\s\d{{1,2}},?\s(?:19|20)\d{{2}}\b"
)
"""When something was written: a day with its year, a clock, how long ago."""
LONGEST_BEHIND: Final = 14
"""Letters behind it: the zone, "Reply"."""
_BETWEEN: Final = " \t,;:|·•-–—/()[]@"
_WROTE: Final = re.compile(
    r"\s*(?:wrote|says|said|posted|schrieb|schreibt|a écrit|escribió|dijo|ha scritto|skrev|napisał|пишет|написал)\b.*$",
    re.I,
)
_BY: Final = re.compile(r"(?:posted |submitted |written )?by\s|von\s|par\s|por\s|da\s", re.I)


@dataclass(frozen=True, slots=True)
class _Signature:
    """The lines that say who wrote and when."""

    first: int
    last: int
    """Indexes of the line of the name, and of that of the time."""
    name: str
    minute: int | None
    is_ago: bool


def find_signed_comments(chosen: Sequence[TextLine], lines: Sequence[TextLine], clues: Clues) -> int:
    """Return the index among the lines of a text from which they are comments; their number where none are.

    ``lines`` are all of the page: who signed need be none of the text.
    Tips for evenings out, programmes and chronicles are set in the same way, but their times are round, or stand first.
    """
    paragraphs = [line for line in chosen if measure_prose(line.text) >= PROSE]
    if len(paragraphs) <= _LEAST_ABOVE:
        return len(chosen)
    first = paragraphs[_LEAST_ABOVE - 1].index + 1
    signatures = _list_signatures(lines, first, chosen[-1].index + LINES_BELOW, clues)
    if len(signatures) < LEAST_COMMENTS:
        return len(chosen)
    names = [signature.name for signature in signatures]
    if len(set(names)) < max(LEAST_COMMENTS, LEAST_DIFFERENT * len(names)):
        return len(chosen)
    if 3 * sum(map(_reads_as_name, names)) < 2 * len(names):
        return len(chosen)
    home = find_paragraph_block(paragraphs[0])
    before = find_paragraph_block(lines[signatures[0].first - 1])
    is_above = before is home and find_paragraph_block(lines[signatures[0].first]) is not home
    is_above = is_above or _has_text(lines[signatures[-1].last + 1 : chosen[-1].index + 1])
    begin = signatures[0].first if is_above else _find_first_text(lines, signatures[0].first, home, first)
    gaps = [lines[signature.last + 1 : following.first] for signature, following in pairwise(signatures)]
    has_headings = any(line.heading for gap in gaps for line in gap)
    if has_headings or not all(map(_has_text, gaps)) or not _is_sure(signatures, lines[begin], home):
        return len(chosen)
    first_left = next((place for place, line in enumerate(chosen) if line.index >= begin), len(chosen))
    taken = {line.index for line in chosen[first_left:]}
    is_taken = sum(any(line.index in taken for line in gap) for gap in gaps) >= LEAST_COMMENTS - 2
    return first_left if is_taken and begin >= signatures[0].first - MOST_ABOVE else len(chosen)


def _list_signatures(lines: Sequence[TextLine], first: int, end: int, clues: Clues) -> list[_Signature]:
    signatures: list[_Signature] = []
    for line in lines[first:end]:
        if len(line.text) > LONGEST_SIGNED or line.heading or _FIGURE.search(line.text) is None:
            continue
        moments = list(_MOMENT.finditer(line.text))
        if not moments or len(line.text) - moments[-1].end() > LONGEST_BEHIND:
            continue
        name = _strip_name(line.text[: moments[0].start()])
        start = line.index
        if not name:
            before = lines[line.index - 1]
            if line.index == first or (signatures and signatures[-1].last >= before.index):
                continue
            name, start = before.text.strip(_BETWEEN), before.index
            if ends_sentence(name) and name[-1] in "!?…:":
                continue
        if not _may_be_name(name) or any(clues.leads_to_related(href) for href, _ in lines[start].links):
            continue
        minute = next((int(moment["minute"]) for moment in moments if moment["minute"]), None)
        signatures.append(_Signature(start, line.index, name, minute, any(moment["ago"] for moment in moments)))
    return signatures


def _strip_name(text: str) -> str:
    """Return who wrote, from what stands before a time: without the day, "wrote on", "Posted by"."""
    words = _WROTE.sub("", _BY.sub("", text.strip(_BETWEEN), count=1))
    return _DAY.split(words, maxsplit=1)[0].strip(_BETWEEN)


_DAY: Final = re.compile(
    r"[\s,|·•–—(-]+(?:(?:on|am|le|el|il|den|dne)\s)?(?:[^\W\d_]{3,12}\.?,?\s\d{1,2}\b|\d{1,4}[./-]|\d{1,2}\.?\s[^\W\d_]{3,12}\b)"
)


def _may_be_name(name: str) -> bool:
    return 1 < len(name) <= LONGEST_NAME and len(name.split()) <= MOST_WORDS and any(map(str.isalpha, name))


def _reads_as_name(name: str) -> bool:
    """Is a name one word, or do its first and last begin as names do?"""
    first, *_, last = (*name.split(), "")
    return not last or not (first[0].islower() or last[0].islower())


def _has_text(lines: Sequence[TextLine]) -> bool:
    return any(len(line.text) >= LEAST_TEXT and not line.heading for line in lines)


def _find_first_text(lines: Sequence[TextLine], signed: int, home: Block, least: int) -> int:
    """Return the index of the line with which the text above the first signature begins, none of the story's block."""
    begin = signed - 1
    while begin - 1 >= least and find_paragraph_block(lines[begin]) is not home:
        if find_paragraph_block(lines[begin - 1]) is home:
            break
        begin -= 1
    return max(begin, least)


def _is_sure(signatures: Sequence[_Signature], line: TextLine, home: Block) -> bool:
    """Are these comments, and no tips: by odd minutes, by how long ago it was, or as they stand below the story?"""
    if 2 * sum(signature.is_ago for signature in signatures) > len(signatures):
        return True
    timed = [signature.minute for signature in signatures if signature.minute is not None]
    if timed:
        return 2 * sum(minute % 5 > 0 for minute in timed) >= len(timed)
    return find_paragraph_block(line) is not home
