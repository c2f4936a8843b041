"""Reads the See also entries after the body: title, printed date and address of each, in printed order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from crawler.extraction.layout.blocks import find_common_block
from crawler.extraction.layout.labels import (
    SHORT,
    CompiledLabels,
    find_date,
    fold_label,
    is_litter,
    match_free_date,
    measure_prose,
)
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.links.links import LinkReader
from crawler.extraction.links.related_regions import MAX_ENTRIES, MORE, find_regions, split_label
from crawler.items import Address, FoundLink
from crawler.normalisation.words.language_names import read_language_name
from crawler.normalisation.words.text import clean

_SPONSORED: Final = re.compile(
    r"\W*(?:ad|advertis(?:ement|ing|er content)|sponsored(?: content)?|paid (?:content|post)|promoted|partner content|"
    r"anzeige|werbung|gesponsert|publicité|sponsorisé|publicidad|patrocinado|pubblicità|sponsorizzato|publicidade|"
    r"advertentie|annonce|annons|reklam[ae]?|реклама|广告|廣告|広告|광고)\W*",
    re.I,
)
"""What is printed with a title that somebody paid for."""


@dataclass(slots=True, eq=False)
class _RelatedItem:
    """A linked title, or a date, where it stands."""

    line: TextLine
    href: str = ""
    address: Address | None = None
    title: str | None = None
    date: str | None = None
    is_heading: bool = False
    """Stands the title in a heading?"""


def read_see_also(
    lines: Sequence[TextLine], start: int, labels: CompiledLabels, links: LinkReader
) -> tuple[FoundLink, ...]:
    """Return the entries of the boxes of related links from ``start`` on, each target once."""
    links_by_key: dict[str, FoundLink] = {}
    for region in find_regions(lines, start, labels, links):
        for key, link in _assign_dates(_list_items(region, labels, links), links.base).items():
            former = links_by_key.setdefault(key, link)
            if former.published_raw is None and link.published_raw is not None:
                links_by_key[key] = former._replace(published_raw=link.published_raw)
    return tuple(links_by_key.values())[:MAX_ENTRIES]


def _list_items(region: Sequence[TextLine], labels: CompiledLabels, links: LinkReader) -> list[_RelatedItem]:
    """Return titles and dates in printed order; two links in a row to one article (picture and title) are one."""
    items: list[_RelatedItem] = []
    paid: set[str] = set()
    plain: str | None = None
    for line in region:
        for href, text in _split_runs(line):
            if href is None:
                if (
                    line is not region[0]
                    and (plain is None or line.heading)
                    and len(text) > 3
                    and not _find_date(text, labels)
                ):
                    plain = text
                printed_date = _find_date(text, labels)
                if printed_date is not None and len(printed_date[1]) <= 60:
                    items.append(_RelatedItem(line, date=printed_date[0]))
                continue
            address = links.read_related(href)
            if address is None or links.is_same_story(address) or fold_label(text) in labels.share:
                continue
            if read_language_name(text) is not None or links.names_section(address, text):
                continue
            if labels.usual_see_also and _SPONSORED.fullmatch(text):
                paid.add(address.url_key)
            title, date = _split_date(_strip_label(text, line, labels), labels)
            if title and MORE.fullmatch(title):
                title = plain
            plain = None
            is_heading = bool(line.heading)
            last = next((item for item in reversed(items) if item.address is not None), None)
            if last is not None and last.address is not None and last.address.url_key == address.url_key:
                if last.title is None or (labels.usual_see_also and _is_better_title(title, is_heading, last)):
                    last.title, last.is_heading = title, is_heading
                last.line = line  # a date stands beside the last of them
            else:
                items.append(_RelatedItem(line, href=href, address=address, title=title, is_heading=is_heading))
            if date:
                items.append(_RelatedItem(line, date=date))
        if len(items) > MAX_ENTRIES * 2:
            break
    return [item for item in items if item.address is None or item.address.url_key not in paid] if paid else items


def _strip_label(text: str, line: TextLine, labels: CompiledLabels) -> str:
    """Return the text of a link without the label before it, empty where it is no title: a label, a time, a counter."""
    if not labels.usual_see_also or len(text) > SHORT * 3:
        return text
    folded = fold_label(text)
    if folded in labels.related or (is_litter(line) and text == line.text):
        return ""
    return split_label(text, labels) or text


def _is_better_title(title: str | None, is_heading: bool, item: _RelatedItem) -> bool:
    """Is a second text with the same link the title, and the first a kicker, a time or an excerpt?"""
    if title is None or item.title is None or is_heading != item.is_heading:
        return title is not None and is_heading
    return (_is_brief(item.title) and not _is_brief(title)) or item.title[-1] in ":\uff1a"


def _is_brief(title: str) -> bool:
    """Is a text so short that it may be a kicker or a time?"""
    return measure_prose(title) <= 24 and len(title.split()) <= 3


def _find_date(text: str, labels: CompiledLabels) -> tuple[str, str] | None:
    """Return a date as the site prints it beside links, and the rest; or a text that is a date in any common form."""
    if "see_also" in labels.dates and (declared := find_date(text, labels, "see_also")) is not None:
        return declared
    free = match_free_date(text)
    return (free, "") if free is not None else None


def _split_runs(line: TextLine) -> list[tuple[str | None, str]]:
    """Return the line's text in order, each run with the link it stands in."""
    runs: list[list[str | None]] = []
    for piece in line.pieces:
        if runs and runs[-1][0] == piece.href:
            runs[-1][1] = f"{runs[-1][1]}{piece.text}"
        elif piece.href is not None or piece.text.strip():
            runs.append([piece.href, piece.text])
    return [(href, clean(text or "")) for href, text in runs]


def _split_date(text: str, labels: CompiledLabels) -> tuple[str | None, str | None]:
    """Split a link's text into title and date."""
    if len(text) <= SHORT * 3:
        printed_date = _find_date(text[:SHORT], labels) or _find_date(text[-30:], labels)
        if printed_date is not None:
            rest = clean(text.replace(printed_date[0], "", 1)).strip(" |-–—·»:,")
            return rest or None, printed_date[0]
    return text or None, None


def _assign_dates(items: Sequence[_RelatedItem], base: str) -> dict[str, FoundLink]:
    """Return the links by their URL key, each date with its title: in one line or block, else in the block's order."""
    entries = [item for item in items if item.address is not None]
    dates = [item for item in items if item.address is None]
    first_is_date = bool(items) and items[0].address is None
    dates_by_entry: dict[int, str] = {}
    for date in dates:
        index = items.index(date)
        before = next((item for item in reversed(items[:index]) if item.address is not None), None)
        after = next((item for item in items[index + 1 :] if item.address is not None), None)
        if _is_in_date_row(items, index):
            continue
        entry = _choose_nearer(date, before, after, first_is_date, dates_by_entry)
        if entry is not None and id(entry) not in dates_by_entry:
            dates_by_entry[id(entry)] = date.date or ""
    links_by_key: dict[str, FoundLink] = {}
    for entry in entries[:MAX_ENTRIES]:
        if entry.address is not None and entry.address.url_key not in links_by_key:
            links_by_key[entry.address.url_key] = FoundLink(
                url=urljoin(base, entry.href), headline=entry.title, published_raw=dates_by_entry.get(id(entry))
            )
    return links_by_key


def _is_in_date_row(items: Sequence[_RelatedItem], index: int) -> bool:
    """Does the date stand in a row of dates, apart from the titles? Such a row may have gaps: no date is sure."""
    date = items[index]
    around = [*items[max(0, index - 1) : index], *items[index + 1 : index + 2]]
    dates = [item for item in around if item.address is None]
    titles = [item for item in around if item.address is not None]
    if not dates or any(item.line is date.line for item in dates):
        return False
    near = max(find_common_block(date.line.block, item.line.block).depth for item in dates)
    titled = titles or [item for item in items if item.address is not None]
    return all(find_common_block(date.line.block, item.line.block).depth < near for item in titled)


def _choose_nearer(
    date: _RelatedItem,
    before: _RelatedItem | None,
    after: _RelatedItem | None,
    first_is_date: bool,
    dates_by_entry: dict[int, str],
) -> _RelatedItem | None:
    if before is None or after is None:
        return before or after
    if date.line.block.tag == "dt" and after.line.block.tag == "dd":
        return after
    if (date.line is before.line) != (date.line is after.line):
        return before if date.line is before.line else after
    with_before, with_after = (
        find_common_block(date.line.block, before.line.block).depth,
        find_common_block(date.line.block, after.line.block).depth,
    )
    if with_before != with_after:
        return before if with_before > with_after else after
    if date.line is not before.line and date.line.soft != after.line.soft and date.line.block is before.line.block:
        return before if date.line.soft else after
    if id(before) in dates_by_entry:
        return after
    return after if first_is_date else before
