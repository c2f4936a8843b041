"""Finds what is printed amid a text for readers to click on or to look at: polls, and the figures of charts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from crawler.extraction.layout.labels import PROSE, ends_sentence, measure_prose
from crawler.extraction.layout.lines import TextLine

LONGEST_QUESTION: Final = 160
LONGEST_OPTION: Final = 70
MOST_OPTIONS: Final = 12
LEAST_FIGURES: Final = 6
"""Short lines in a row that are a chart's where half of them are figures."""
LONGEST_OF_CHART: Final = 40
_WHOLE: Final = range(97, 104)
"""What the shares of a poll come to, rounded."""
_ASKS: Final = frozenset("?？؟")
_QUESTION: Final = re.compile(r"[?？؟](?:\s.{0,30})?$")
_SHARE: Final = re.compile(r".{0,60}?(\d{1,3})(?:[.,]\d{1,2})?\s?[%٪]\W*(?:\(.{1,20}\))?$|[%٪](\d{1,3})$")
_VOTES: Final = re.compile(
    r"(?:total(?: votes)?\W{0,3})?\d[\d.,  ]{0,12}\s?(?:votes?|voters?|stimmen|teilnehmer|votos?|voti|votants?|stemmen|"
    r"röster|stemmer|ääntä|głos\w{0,2}|hlas\w{0,2}|szavazat|voturi|glasova|голос\w{0,3}|oy|ψήφοι|הצבעות|صوت\w{0,2}|رأی|"
    r"suara|phiếu|票|표|वोट)\b.{0,20}",
    re.I,
)
_ANSWERS: Final = re.compile(
    r"(?:yes|no|ja|nein|oui|non|s[ií]|não|sim|nej|nei|kyllä|ei|tak|nie|ano|ne|igen|nem|da|nu|да|нет|так|ні|ναι|όχι|evet|"
    r"hayır|כן|לא|نعم|لا|بله|خیر|ya|tidak|có|không|はい|いいえ|是|否|예|아니오|हाँ|नहीं|maybe|don['’]t know|not sure|"
    r"no opinion|weiß nicht|egal|je ne sais pas|no s[eé]|non so)",
    re.I,
)
_FIGURE: Final = re.compile(
    r"[^\w\n]{0,3}\d[\d.,  ]{0,14}\s?(?:%|٪|[^\W\d_]{1,3}\.?|[kmbt]n|million|billion|mio\.?|mrd\.?|"
    r"тыс\.?|млн\.?|万|億)?[^\w\n]{0,2}",
    re.I,
)


def find_polls(chosen: Sequence[TextLine], lines: Sequence[TextLine]) -> set[int]:
    """Return the indexes of the lines of polls amid a text: a question, what may be answered, how many did.

    What may be answered is told by its fields, by shares that come to the whole, by a count of votes below, or by the
    words for yes and no. Shares without a question above are results, which are text. ``lines`` are all of the page:
    what may be answered is often too short to be taken for text.
    """
    left_out: set[int] = set()
    options = [line for line in lines if line.block.choices and len(line.text) <= LONGEST_OPTION * 2]
    if len(options) > 1 or (options and options[0].block.choices > 1):  # in rows of their own, or all in one
        left_out.update(line.index for line in options)
        left_out.update(line.index for line in lines[options[0].index - 1 : options[0].index] if _may_ask(line.text))
        left_out.update(line.index for line in lines[options[-1].index + 1 :][:1] if _VOTES.fullmatch(line.text))
    for place, line in enumerate(chosen):
        if len(line.text) <= LONGEST_QUESTION and not _ASKS.isdisjoint(line.text) and _QUESTION.search(line.text[-32:]):
            left_out.update(_list_poll(chosen, place))
    return left_out


def _may_ask(text: str) -> bool:
    return len(text) <= LONGEST_QUESTION and _QUESTION.search(text[-32:]) is not None


def _list_poll(chosen: Sequence[TextLine], place: int) -> list[int]:
    """Return the indexes of the question at a place and of what stands under it, where that is a poll; else none."""
    options: list[TextLine] = []
    is_counted = False
    for line in chosen[place + 1 : place + 2 + MOST_OPTIONS]:
        if len(line.text) > LONGEST_OPTION or line.heading:
            break
        if _VOTES.fullmatch(line.text):
            options.append(line)
            is_counted = True
            break
        if ends_sentence(line.text):
            break
        options.append(line)
    shares = [int(match[1] or match[2]) for line in options if (match := _SHARE.fullmatch(line.text))]
    answers = [line for line in options if _ANSWERS.fullmatch(line.text.strip(" .!"))]
    if is_counted and len(options) > 2:
        return [chosen[place].index, *(line.index for line in options)]
    if len(shares) > 1 and sum(shares) in _WHOLE:
        return [chosen[place].index, *(line.index for line in options)]
    if len(answers) > 1 and len(answers) * 2 >= len(options):
        return [chosen[place].index, *(line.index for line in options)]
    return []


def find_charts(chosen: Sequence[TextLine], lines: Sequence[TextLine]) -> set[int]:
    """Return the indexes of the lines of charts: short ones in a row, many of them figures, title and source with them.

    ``lines`` are all of the page: not all of a chart need be taken for text. Tables and lists are text.
    """
    left_out: set[int] = set()
    end = 0
    for line in chosen:
        if line.index < end or not _is_of_chart(line):
            continue
        row = _list_row(line, lines)
        end = row[-1].index + 1
        figures = sum(_FIGURE.fullmatch(other.text) is not None for other in row)
        if len(row) >= LEAST_FIGURES and figures >= LEAST_FIGURES // 2 and figures * 5 >= len(row) * 2:
            left_out.update(other.index for other in row)
    return left_out


def _list_row(first: TextLine, lines: Sequence[TextLine]) -> list[TextLine]:
    """Return the lines from one on that are short and no sentences, in its box."""
    row = [first]
    for line in lines[first.index + 1 :]:
        if not _is_of_chart(line) or line.block.parent is not first.block.parent:
            break
        row.append(line)
    return row


def _is_of_chart(line: TextLine) -> bool:
    if len(line.text) > LONGEST_OF_CHART or line.heading or line.soft or ends_sentence(line.text):
        return False
    return line.block.table is None and line.block.tag not in ("li", "dt", "dd") and measure_prose(line.text) < PROSE
