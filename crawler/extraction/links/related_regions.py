"""Finds the boxes of related links on a page: under a label of the site or of the table, or named as related."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from crawler.extraction.layout.blocks import Block, find_common_block
from crawler.extraction.layout.date_labels import is_date_beside, read_free_date
from crawler.extraction.layout.labels import (
    PROSE,
    SHORT,
    CompiledLabels,
    ends_body,
    find_date,
    fold_label,
    fold_line,
    is_litter,
    is_see_also,
    is_share,
    measure_prose,
    reads_as_kicker,
)
from crawler.extraction.layout.lines import TextLine, make_inside_test
from crawler.extraction.links.links import LinkReader
from crawler.extraction.parsing.markup import Hint
from crawler.normalisation.bylines.byline import is_byline
from crawler.normalisation.words.language_names import read_language_name
from crawler.normalisation.words.text import COLONS
from crawler.normalisation.words.word_tables import load_table

MAX_ENTRIES: Final = 200
MAX_HEADS: Final = 5
MAX_USUAL_HEADS: Final = 12
"""Labels of the table are followed so often on one page: they stand between paragraphs too."""
MAX_BOX: Final = 40
"""Entries of a box that no site has declared; one with more is a listing."""
MORE: Final = re.compile(
    r"\W*(?:(?:read|see|view|learn) more|more|read(?: on| all)?|continue(?: reading)?|full (?:story|article)|"
    r"leggi(?: tutto| di più)?|continua(?: a leggere)?|leer(?: más)?|ver más|sigue leyendo|seguir leyendo|"
    r"weiterlesen|mehr (?:lesen|erfahren)|lire (?:la suite|plus)|en savoir plus|(?:ler|leia|saiba) mais|"
    r"lees (?:meer|verder)|läs mer|les mer|læs mere|lue lisää|czytaj (?:więcej|dalej)|číst dále|tovább|"
    r"читать (?:далее|дальше|полностью)|подробнее|читати далі|devamını oku|اقرأ المزيد|ادامه مطلب|続きを読む|"
    r"더보기|(?:baca )?selengkapnya|xem (?:thêm|chi tiết)|อ่านต่อ|阅读(?:更多|全文)|更多|全文|详情)\W*",
    re.I,
)
"""Texts of links that are no title."""
_CLOCK_AT_END: Final = re.compile(r"\d{4}\b.{0,12}\d{1,2}[:.h]\d{2}\W*$|^\W*\d{1,3}\s?m(?:in)?\b.{0,8}$")
"""A date with a time in any form; how long a film or a reading takes."""
_OF_SECTION: Final = re.compile(r" (?:in|on|from|by|of|aus|en|dans|sur|de|su|nel|nella|em|no|na) ")
_OF_PAPER: Final = re.compile(r" (?:on|from|at|bei|auf|aus|von|sur|dans|en|su|op|på|bij) ")
_LONGEST_LABEL: Final = 60
_LONGEST_TOPIC: Final = 40
LEAST_OF_TOPIC: Final = 2
"""Entries under a label that names a topic, at least."""
_LINES_BEFORE_FIRST: Final = 8
"""Lines between a label of the table and the first entry under it."""


def find_regions(
    lines: Sequence[TextLine], start: int, labels: CompiledLabels, links: LinkReader
) -> list[list[TextLine]]:
    """Return the lines of each box of related links from ``start`` on, in printed order, its label first.

    On a page that prints none of the labels that the site declares, those of the table count.
    """
    if labels.usual_see_also:
        return _find_usual_regions(lines, start, labels, links)
    tabs = [
        line
        for line in lines[start:]
        if line.has_links and ((folded := fold_line(line)) in labels.related or folded in labels.generous)
    ]
    panels = (_find_panel(lines, tab) for tab in tabs)
    if panel := next((panel for panel in panels if _is_box_of_links(panel, links)), []):
        return [panel]
    heads = [line for line in lines[start:] if is_see_also(line, labels)]
    heads = heads or [line for line in lines if is_see_also(line, labels)][:1]
    regions: list[list[TextLine]] = []
    for head in heads[:MAX_HEADS]:
        if not regions or head.index > regions[-1][-1].index:
            regions.append(_find_declared_region(lines, head, labels, links))
    if any(_is_entry(line, links) for region in regions for line in region):
        return regions
    usual = _find_usual_regions(lines, start, labels, links) or _find_usual_regions(lines, 0, labels, links)
    return usual or regions or [[line for line in lines[start:] if line.hints & Hint.RELATED]]


def _find_usual_regions(
    lines: Sequence[TextLine], start: int, labels: CompiledLabels, links: LinkReader
) -> list[list[TextLine]]:
    """Return the boxes under labels of the table, and those in elements that are named as related."""
    regions: list[list[TextLine]] = []
    for head in [line for line in lines[start:] if _is_usual_head(line, labels, links)][:MAX_USUAL_HEADS]:
        if any(region[0].index <= head.index <= region[-1].index for region in regions):
            continue
        if region := _find_usual_region(lines, head, labels, links):
            regions.append(region)
    regions.extend(_find_named_regions(lines, start, labels, links))
    return sorted(regions, key=lambda region: region[0].index)


def _is_list_label(line: TextLine, labels: CompiledLabels, links: LinkReader) -> bool:
    """Is the line the label of a list of the section: latest, most read? What leads to an article is none."""
    if len(line.text) > _LONGEST_LABEL:
        return False
    folded = fold_line(line)
    place = _OF_SECTION.search(folded)  # "Trending in repairs", "Most read from the valley"
    if folded not in labels.lists and not (place and folded[: place.start()] in labels.lists):
        return False
    return not _is_entry(line, links)


_BEHIND_LABEL: Final = re.compile(rf"[{COLONS}|｜>›»▸▶–—-](?:(?<=[{COLONS}])\s?[-–—]?|(?<=[|｜>›»▸▶])\s*|(?<=[-–—])\s)")
"""A sign and what belongs to it; all signs are one set, to which the search jumps."""


_BEFORE_LABEL: Final = " »›▸▶►•●■–—*-→👉"


def split_label(text: str, labels: CompiledLabels) -> str | None:
    """Return what follows a label of the table and a colon or a bar: "Read also: Bridge opens"; None without one."""
    text = text.lstrip(_BEFORE_LABEL)
    mark = _BEHIND_LABEL.search(text, 0, _LONGEST_LABEL + 3)
    if mark is None or not (after := text[mark.end() : SHORT * 3].strip()):
        return None
    before = fold_label(text[: mark.start()])
    return after if any(before in kind for kind in (labels.related, labels.generous, labels.before_title)) else None


def is_labelled_link(line: TextLine, labels: CompiledLabels) -> bool:
    """Is a line a label of the table and a linked title, with or without a colon: "**See also** Bridge opens"?"""
    if not line.has_links or len(line.text) > SHORT * 2:
        return False
    return split_label(line.text, labels) is not None or (
        len(line.unlinked) <= _LONGEST_LABEL and fold_label(line.unlinked) in labels.related
    )


def _is_usual_head(line: TextLine, labels: CompiledLabels, links: LinkReader) -> bool:
    """Is the line a label of the table, alone or before a linked title?"""
    if len(line.text) <= _LONGEST_LABEL and _may_begin_label(line.text, labels):
        folded = fold_line(line)
        if folded in labels.related:
            return True
        if not line.has_links and _names_paper(folded, labels):
            return True
        if folded in labels.generous or heads_topic(line):  # as the text of a link it is a button
            return not line.has_links
    return is_labelled_link(line, labels) and _is_entry(line, links)


def _names_paper(folded: str, labels: CompiledLabels) -> bool:
    """Is a text a label of the table and a paper: "More on this topic from The Post"?"""
    return any(folded[: paper.start()] in labels.related for paper in _OF_PAPER.finditer(folded))


def heads_topic(line: TextLine) -> bool:
    """Is a short line a label that names a topic, over links to what was written of it: "More on the mill"?"""
    if line.has_links or not line.text[:1].isupper() or len(line.text) > _LONGEST_TOPIC or line.text[-1] in ".!?…":
        return False
    return line.folded.startswith(_load_topics())


@cache
def _load_topics() -> tuple[str, ...]:
    rows = load_table("related")["before_topic"].values()
    return tuple(f"{fold_label(row)} " for labels in rows for row in labels)


def _may_begin_label(text: str, labels: CompiledLabels) -> bool:
    """Return False for a line that surely begins as no label does: cheaper than to fold it."""
    beginning = text[:3]
    if not (len(beginning) == 3 and beginning.isascii() and beginning.isalpha()):
        return True
    return beginning.lower() in labels.beginnings


def _is_entry(line: TextLine, links: LinkReader) -> bool:
    """Is the line little else than a link to another article?"""
    if not line.has_links:
        return False
    if line.link_share <= 0.5 and any(map(str.isalpha, line.unlinked)) and not is_date_beside(line.unlinked):
        return False  # beside a short title a date is the longer part
    return any(links.leads_to_related(href) and read_language_name(text) is None for href, text in line.links[:5])


def _find_declared_region(
    lines: Sequence[TextLine], head: TextLine, labels: CompiledLabels, links: LinkReader
) -> list[TextLine]:
    """Return the lines from the label to where its block ends."""
    following: list[TextLine] = []
    for line in lines[head.index + 1 :]:
        if ends_body(line, labels) or (
            line.hints & Hint.CHROME and not head.hints & Hint.CHROME and not line.hints & Hint.RELATED
        ):
            break
        following.append(line)
        if len(following) > MAX_ENTRIES * 6:
            break
    # The block of the label may hold it alone: the entries' block is the one that also holds the first of them.
    first = next((line for line in following if any(links.leads_to_related(href) for href, _ in line.links)), None)
    if first is None:
        return [head]
    stands_inside = make_inside_test(find_common_block(head.block, first.block))
    region = [head]
    titled = not all(MORE.fullmatch(text) for href, text in first.links if links.leads_to_related(href))
    entries = 0
    for line in following:
        if not stands_inside(line):
            break
        articles = any(links.leads_to_related(href) for href, _ in line.links)
        entries += articles
        if entries and titled and not articles and _is_other_heading(line, labels):
            break
        region.append(line)
    return region


def _is_other_heading(line: TextLine, labels: CompiledLabels) -> bool:
    """Does another block begin here: "Most read"?"""
    if find_date(line.text, labels, "see_also") or is_share(line, labels) or reads_as_kicker(line.text, labels):
        return False
    if line.link_share > 0.5 or not any(map(str.isalpha, line.text)):
        return False
    return bool(line.heading) or (len(line.text) < 40 and line.text[-1:] not in ".!?…")


def _find_usual_region(
    lines: Sequence[TextLine], head: TextLine, labels: CompiledLabels, links: LinkReader
) -> list[TextLine]:
    """Return the lines of the box under a label of the table; none where no entry follows directly."""
    if is_labelled_link(head, labels):
        return [head]
    following: list[TextLine] = []
    for line in lines[head.index + 1 : head.index + 1 + MAX_BOX * 6]:
        if ends_body(line, labels) or _is_list_label(line, labels, links):
            break
        outside = line.hints & Hint.CHROME and not (head.hints & Hint.CHROME or line.hints & Hint.RELATED)
        if outside and following and not following[-1].hints & Hint.CHROME:
            break
        following.append(line)
    first = _find_first_entry(following, links)
    if first is None:
        return []
    box = find_common_block(head.block, first.block)
    stands_inside = make_inside_test(box)
    region = [head]
    entries: list[TextLine] = []
    for position, line in enumerate(following):
        if not stands_inside(line):
            break
        if _is_entry(line, links):
            entries.append(line)
        elif entries and _ends_box(line, following[position + 1 : position + 13], entries, box, labels, links):
            break
        region.append(line)
        if len(entries) > MAX_BOX:
            return []
    is_sure = bool(labels.see_also) and len(entries) > 1  # a page of a site whose articles have such a box
    folded = fold_label(head.text)
    is_topic = heads_topic(head) and folded not in labels.related and not _names_paper(folded, labels)
    if is_topic and len(entries) < LEAST_OF_TOPIC:
        return []
    is_generous = is_topic or folded in labels.generous
    return [] if is_generous and not is_sure and not _is_list_of_links(region[1:]) else region


def _find_panel(lines: Sequence[TextLine], head: TextLine) -> list[TextLine]:
    """Return a label that is the tab of a panel, and the lines of the panel; none for any other label."""
    names = {href[1:] for href, _ in head.links[:3] if len(href) > 1 and href[0] == "#"}
    if not names:
        return []
    for line in lines[head.index + 1 : head.index + 1 + MAX_BOX * 6]:
        block: Block | None = line.block
        while block is not None and names.isdisjoint(block.name.split()):
            block = block.parent
        if block is not None:
            inside = make_inside_test(block)
            return [head, *(following for following in lines[line.index :] if inside(following))]
    return []


def _find_first_entry(following: Sequence[TextLine], links: LinkReader) -> TextLine | None:
    """Return the first entry; None where a text, another heading or links elsewhere come before it."""
    strangers = 0
    for line in following[:_LINES_BEFORE_FIRST]:
        if _is_entry(line, links):
            return line
        if line.link_share > 0.5:
            strangers += 1
        if strangers > 2 or (line.heading and not line.has_links) or measure_prose(line.unlinked) >= PROSE:
            return None
    return None


def _ends_box(
    line: TextLine,
    following: Sequence[TextLine],
    entries: Sequence[TextLine],
    box: Block,
    labels: CompiledLabels,
    links: LinkReader,
) -> bool:
    """Does a line that is no entry end the box: another label, or the text that goes on?"""
    if line.link_share > 0.5:
        return False
    inside = _stands_with_entry(line, following, entries, box, links) or _is_excerpt(line, following, entries, links)
    if measure_prose(line.unlinked) >= PROSE or line.heading:
        return not inside
    return not (inside or _is_accessory(line, labels))


def _is_accessory(line: TextLine, labels: CompiledLabels) -> bool:
    """Is a short line what is printed with a title: date, byline, kicker, counter, share label?"""
    text = line.text
    if line.hints & (Hint.TIME | Hint.DATE | Hint.BYLINE) or _CLOCK_AT_END.search(text):
        return True
    if find_date(text, labels, "see_also") or read_free_date(text) or is_share(line, labels) or is_litter(line):
        return True
    return reads_as_kicker(text, labels) or is_byline(text[:SHORT], None) or not any(map(str.isalpha, text))


def _stands_with_entry(
    line: TextLine, following: Sequence[TextLine], entries: Sequence[TextLine], box: Block, links: LinkReader
) -> bool:
    """Does a line stand in one inner block with the entry before it or, where it is no heading, the one after it?"""
    last = entries[-1]
    next_entry = next((other for other in following if _is_entry(other, links) and not _share_link(other, last)), None)
    parting = find_common_block(last.block, next_entry.block) if next_entry is not None else box
    if parting.depth < box.depth:
        parting = box
    if find_common_block(line.block, last.block).depth > parting.depth:
        return True
    if line.heading or next_entry is None or parting is box or len(entries) < 2:
        return False
    return find_common_block(line.block, next_entry.block).depth > parting.depth


def _is_excerpt(line: TextLine, following: Sequence[TextLine], entries: Sequence[TextLine], links: LinkReader) -> bool:
    """Does prose stand between two titles that are headings of one level?"""
    level = entries[-1].heading
    if not level or line.heading:
        return False
    heading = next((other for other in following if other.heading), None)
    return heading is not None and heading.heading == level and _is_entry(heading, links)


def _share_link(first: TextLine, second: TextLine) -> bool:
    hrefs = {href for href, _ in first.links}
    return any(href in hrefs for href, _ in second.links)


def _is_list_of_links(region: Sequence[TextLine]) -> bool:
    """Is most of the text in a box linked?"""
    worded = [line for line in region if line.has_links or any(map(str.isalpha, line.text))]
    letters = sum(len(line.text) for line in worded)
    linked = (len(line.text) * (line.link_share if any(map(str.isalpha, line.unlinked)) else 1.0) for line in worded)
    return sum(linked) > 0.5 * letters


def _find_named_regions(
    lines: Sequence[TextLine], start: int, labels: CompiledLabels, links: LinkReader
) -> list[list[TextLine]]:
    """Return the runs of lines in elements whose names say "related", without the lists of the section among them."""
    groups: list[list[TextLine]] = []
    listed: Callable[[TextLine], bool] | None = None
    for line in lines[start:]:
        if not line.hints & Hint.RELATED:
            continue
        if _is_list_label(line, labels, links):
            listed = make_inside_test(line.block.parent or line.block)
        elif listed is not None and listed(line):
            continue
        elif groups and groups[-1][-1].index == line.index - 1:
            listed = None
            groups[-1].append(line)
        else:
            listed = None
            groups.append([line])
    return [group for group in groups if _is_box_of_links(group, links)]


def _is_box_of_links(group: Sequence[TextLine], links: LinkReader) -> bool:
    """Is a run of lines a box of links to other articles rather than a part of the text or a list of the section?

    The heading of a list of the section leads to the section that the article's own address begins with.
    """
    if not group:
        return False
    head = group[0]
    if head.heading and head.link_share > 0.9 and any(links.leads_to_own_section(href) for href, _ in head.links[:2]):
        return False
    entries = sum(_is_entry(line, links) for line in group)
    return 0 < entries <= MAX_BOX and sum(measure_prose(line.unlinked) >= PROSE for line in group) <= entries
