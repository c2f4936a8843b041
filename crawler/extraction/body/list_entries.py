"""Adds to a likely text what is too short or too linked to be told by itself: the entries of its lists, terms, sources.

The entries of a list are of one kind: where the list stands amid the text, under a line of it, all of them are text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Final

from crawler.extraction.body.text_ends import labels_files
from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.clues import Clues
from crawler.extraction.layout.labels import PROSE, ends_sentence, is_related_label, is_share, measure_prose
from crawler.extraction.layout.lines import TextLine, make_inside_test
from crawler.extraction.layout.litter import is_litter
from crawler.extraction.layout.paragraphs import find_paragraph_block
from crawler.extraction.parsing.markup import Hint
from crawler.normalisation.addresses.hosts import is_web_address

LINKED: Final = 0.9
"""The share of link text of an entry that is a link."""
LEAST_ENTRY: Final = 0.1
"""The chance that the entries of a list have on average at least, where it is text."""
_BESIDE: Final = Hint.CHROME | Hint.RELATED | Hint.SHARE | Hint.FORM | Hint.ADVERT | Hint.BOILERPLATE | Hint.CAPTION
_LISTS: Final = ("ul", "ol", "dl")
_LEVELS: Final = 3
_DASHES: Final = "—–-―"
_LONGEST_SOURCE: Final = 120


def add_entries(lines: Sequence[TextLine], chances: Sequence[float], likely: list[bool], clues: Clues) -> None:
    """Make the entries of lists that are text likely, and who is quoted under a quotation.

    ``chances`` are those of the lines; ``likely`` tells which of them are text, and is changed.
    """
    entries: dict[Block, list[TextLine]] = defaultdict(list)
    for line in lines:
        if (entry_list := _find_list(line.block)) is not None:
            entries[entry_list].append(line)
    if entries:
        _add_linked_lists(lines, likely, clues)
        _add_short_lists(lines, entries, chances, likely, clues)
        _add_terms(lines, entries, likely)
    _add_printed_lists(lines, chances, likely)
    _add_preformatted(lines, likely)
    _add_sources(lines, likely)
    _add_footnotes(lines, likely)


def _add_preformatted(lines: Sequence[TextLine], likely: list[bool]) -> None:
    """Make the verses of a ``pre`` likely that stands between two paragraphs of the text, in their row."""
    blocks: dict[Block, list[TextLine]] = defaultdict(list)
    for line in lines:
        if line.block.tag == "pre" and not line.has_links:
            blocks[line.block].append(line)
    for block, inside in blocks.items():
        before, behind = inside[0].index - 1, inside[-1].index + 1
        if before < 0 or behind >= len(lines) or not (likely[before] and likely[behind]):
            continue
        if len(inside) < _LEAST_VERSES or not all(_VERSE.fullmatch(line.text) for line in inside):
            continue
        if lines[before].block.parent is block.parent and lines[behind].block.parent is block.parent:
            for line in inside:
                likely[line.index] = True


_LEAST_VERSES: Final = 3
_VERSE: Final = re.compile(r"[^\W\d_]+(?:[\s,.;:!?…'’\"“”„«»()–—-]+[^\W\d_]+){1,30}[\s,.;:!?…'’\"“”„«»()–—-]*")
"""Words and the marks of sentences: no code has three such lines."""


def _add_footnotes(lines: Sequence[TextLine], likely: list[bool]) -> None:
    """Make the notes under a text likely to which its signs lead, where half of them are: ``<a href="#n2">[2]</a>``."""
    targets = {
        href[1:]
        for line in lines
        if line.has_links and likely[line.index]
        for href, text in line.links
        if href[:1] == "#" and _SIGN_OF_NOTE.fullmatch(text)
    }
    if not targets:
        return
    notes = [line for line in lines if not targets.isdisjoint(_list_names(line.block))]
    if sum(likely[line.index] for line in notes) * 2 >= len(notes):
        for line in notes:
            likely[line.index] = True


_SIGN_OF_NOTE: Final = re.compile(r"[\[(]?(?:\d{1,3}|[*†‡§]{1,3}|[a-z]|[ivx]{1,5})[\])]?")


def _list_names(block: Block) -> list[str]:
    """Return the names of a block and of the two around it."""
    names: list[str] = []
    above: Block | None = block
    for _ in range(_LEVELS):
        if above is not None:
            names += above.name.split()
            above = above.parent
    return names


def _add_printed_lists(lines: Sequence[TextLine], chances: Sequence[float], likely: list[bool]) -> None:
    """Make entries of a list likely that no markup tells, but the same sign before each: "• the price of fuel".

    A line of the text stands above it and announces it, or another follows.
    """
    runs: list[list[TextLine]] = []
    for line in lines:
        if line.text[0] not in _BULLETS or line.has_links or line.heading or line.hints & _BESIDE:
            continue
        last = runs[-1][-1] if runs else None
        if last is not None and last.index == line.index - 1 and last.text[0] == line.text[0]:
            runs[-1].append(line)
        else:
            runs.append([line])
    for run in runs:
        before, behind = run[0].index - 1, run[-1].index + 1
        if len(run) < 2 or before < 0 or not likely[before] or all(likely[line.index] for line in run):
            continue
        goes_on = lines[before].text[-1] in ":：" or (behind < len(lines) and likely[behind])
        if goes_on and sum(chances[line.index] for line in run) >= LEAST_ENTRY * len(run):
            for line in run:
                likely[line.index] = True


_BULLETS: Final = frozenset("•●▪■◆►▸‣⁃∙·–—-*✓✔➤")


def _add_linked_lists(lines: Sequence[TextLine], likely: list[bool], clues: Clues) -> None:
    """Make the entries of a list likely that all lead away from the site, between two lines of the text around it.

    Where to buy what the text speaks of, whom it quotes: such entries are nothing but links, and not measured.
    """
    for before, behind in pairwise([index for index, is_likely in enumerate(likely) if is_likely]):
        entries = lines[before + 1 : behind]
        if not entries or any(line.link_share < LINKED for line in entries):
            continue
        box = _find_above(entries[0].block, ("ul", "ol"))
        if box is None or box.parent is None:
            continue
        if any(_find_above(line.block, ("ul", "ol")) is not box for line in entries):
            continue
        stands_inside = make_inside_test(box.parent)
        if (
            stands_inside(lines[before])
            and stands_inside(lines[behind])
            and all(not line.hints & Hint.CHROME and _leads_to_others(line, clues) for line in entries)
        ):
            for line in entries:
                likely[line.index] = True


def _add_short_lists(
    lines: Sequence[TextLine],
    lists: dict[Block, list[TextLine]],
    chances: Sequence[float],
    likely: list[bool],
    clues: Clues,
) -> None:
    """Make all entries of a list likely that stands in the row of the text's paragraphs and links to nothing.

    Ingredients, steps, terms. Above it stands a line of the text; where nothing of the text follows, that line is a
    heading or announces something.
    """
    prose = [line for line in lines if likely[line.index] and measure_prose(line.text) >= PROSE]
    paragraphs = [line for line in prose if not line.heading]
    if not paragraphs:  # a brief
        paragraphs = prose = [line for line in lines if likely[line.index] and _is_short_paragraph(line)]
    homes = {find_paragraph_block(line) for line in prose}
    headings = [line for line in lines if line.heading and likely[line.index]]
    first_of_level = {line.heading: line.index for line in reversed(headings)}
    labels: set[tuple[Block | None, str, str]] = set()
    """How the short lines above the lists before are set."""
    for block, entries in lists.items():
        before, behind = entries[0].index - 1, entries[-1].index + 1
        if not paragraphs or before < paragraphs[0].index or all(likely[line.index] for line in entries):
            continue
        if not likely[before] and not _heads_next_part(lines[before], first_of_level, likely):
            continue
        above = lines[before]
        home = _find_home(block, above, homes)
        if home is None or any(line.hints & _BESIDE or line.link_share > 0 for line in entries):
            continue
        goes_on = behind < len(lines) and likely[behind] and make_inside_test(home)(lines[behind])
        set_as = (above.block.parent, above.block.tag, above.block.name)
        is_short = len(above.text) < PROSE // 2 and not ends_sentence(above.text)
        is_announced = above.heading > 0 or above.text[-1] in ":：" or _find_list(above.block) is not None
        is_announced = is_announced or (is_short and set_as in labels)
        is_label = is_related_label(above, clues.labels) or labels_files(above.text)
        if is_label or not (goes_on or is_announced):
            continue
        if any(is_share(line, clues.labels) or is_litter(line) for line in entries):
            continue
        if sum(chances[line.index] for line in entries) >= LEAST_ENTRY * len(entries):
            if is_short:
                labels.add(set_as)
            for line in (above, *entries):
                likely[line.index] = True


def _find_home(block: Block, above: TextLine, homes: Collection[Block]) -> Block | None:
    """Return the block of the paragraphs in whose row a list stands, by itself or alone with its heading in a box."""
    box = block.parent
    if box is None or box in homes:
        return box
    is_headed = above.heading > 0 and above.block.parent is box
    return box.parent if is_headed and box.parent in homes else None


def _is_short_paragraph(line: TextLine) -> bool:
    return not line.heading and measure_prose(line.text) >= PROSE // 2 and ends_sentence(line.text)


def _add_terms(lines: Sequence[TextLine], lists: Mapping[Block, list[TextLine]], likely: list[bool]) -> None:
    """Make the terms of a list likely where most of what is said of them is: years, names, one word each."""
    for block, entries in lists.items():
        if block.tag != "dl" or any(line.hints & _BESIDE for line in entries):
            continue
        answers = [line for line in entries if line.block.tag != "dt"]
        if len(answers) < 2 or sum(likely[line.index] for line in answers) * 2 <= len(answers):
            continue
        for line in entries:
            if line.block.tag == "dt" and not line.has_links and likely[min(line.index + 1, len(lines) - 1)]:
                likely[line.index] = True


def _heads_next_part(line: TextLine, first_of_level: Mapping[int, int], likely: Sequence[bool]) -> bool:
    """Is a line directly under the text a heading of a level that the text has above it?"""
    if not line.heading or line.has_links or not likely[line.index - 1]:
        return False
    return first_of_level.get(line.heading, line.index) < line.index


def _add_sources(lines: Sequence[TextLine], likely: list[bool]) -> None:
    """Make the line likely that names who is quoted, at the end of a quotation that is text, behind a dash or below."""
    for line in lines:
        if likely[line.index] or not line.index or len(line.text) > _LONGEST_SOURCE:
            continue
        if line.text[0] not in _DASHES and line.block.tag != "footer":
            continue
        if likely[line.index - 1] and not line.has_links and _shares_quotation(line, lines[line.index - 1]):
            likely[line.index] = True


def _shares_quotation(line: TextLine, before: TextLine) -> bool:
    """Do two lines stand in one ``blockquote``?"""
    quotation = _find_above(line.block, ("blockquote",))
    return quotation is not None and _find_above(before.block, ("blockquote",)) is quotation


def _find_list(block: Block) -> Block | None:
    """Return the list that a block is an entry of, or stands in an entry of, the outermost; None where it is none."""
    inner = _find_above(block, _LISTS)
    while inner is not None and inner.parent is not None and inner.parent.tag in ("li", "dd"):
        outer = _find_above(inner.parent, _LISTS)
        if outer is None:
            break
        inner = outer
    return inner


def _find_above(block: Block, tags: Sequence[str]) -> Block | None:
    """Return the block or one of the two around it that has one of the tags."""
    above: Block | None = block
    for _ in range(_LEVELS):
        if above is None or above.tag in tags:
            return above
        above = above.parent
    return None


def _leads_to_others(line: TextLine, clues: Clues) -> bool:
    """Do all links of a line lead to other sites, or to what is no article?"""
    return all(is_web_address(href) and not clues.leads_to_related(href) for href, _ in line.links)
