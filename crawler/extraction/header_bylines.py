"""Tells whether a line of the header is the byline: by its prefix, by structured names, by hints, as a bare name."""

from __future__ import annotations

from crawler.extraction.headline import Clues
from crawler.extraction.labels import SHORT, is_listing_row, reads_as_kicker
from crawler.extraction.lines import TextLine, space_pieces
from crawler.extraction.markup import Hint
from crawler.items import Found
from crawler.normalisation.bare_bylines import is_name_and_place_or_date, names_author_with_office
from crawler.normalisation.bylines import is_byline, names_agencies, names_authors, strip_prefix
from crawler.normalisation.date_words import strip_date_words
from crawler.normalisation.names import is_given_name, is_known_name
from crawler.normalisation.text import fold


def find_byline(part: TextLine, clues: Clues, *, bare: bool, is_dated: bool = False) -> Found | None:
    """Return a part of the header as byline, as printed; None when it is none.

    ``bare``: a name without a prefix may be one too, unless structured data names others. ``is_dated``: the date
    follows, so that behind a bare name and a dash its paper may stand, and agencies may sign alone.
    """
    if len(part.text) > SHORT or is_listing_row(part.text) or part.heading == 1:
        return None
    text = strip_date_words(space_pieces(part).strip(" |·•»›–—-,/"))
    if not text:
        return None
    if is_byline(text, clues.language):
        return Found(value=text, source="anatomy:byline")
    hinted = bool(part.hints & Hint.BYLINE)
    if not hinted and _begins_with_name(part, clues) and len(text) <= 120:
        return Found(value=text, source="hint:byline")
    names_author = any(fold(name) in part.folded for name in clues.author_names if len(name) > 3)
    if names_author and len(text) <= 120 and (hinted or bare or strip_prefix(text, clues.language) != text):
        return Found(value=text, source="anatomy:byline+jsonld:author")
    name = strip_prefix(text, clues.language)
    if name != text and (
        hinted or (bare and name[:1].isupper() and len(name.split()) <= 8 and text[-1] not in ".:;!?…")
    ):
        # Whatever it names, a short line under the headline that says "by" is printed as a byline.
        return Found(value=text, source="hint:byline" if hinted else "anatomy:byline")
    if not hinted and clues.author_names:
        return None  # structured data names others: a topic, a place, a credit
    is_plain = part.heading in (0, 4, 5, 6)
    if is_plain and (hinted or bare) and is_name_and_place_or_date(text, clues.language):
        is_in_capitals = text.isupper()
        if hinted or not is_in_capitals or is_dated:
            return Found(value=text, source="hint:byline" if hinted else "anatomy:bare name")
    if bare and is_plain and names_author_with_office(text, clues.language):
        return Found(value=text, source="anatomy:name and office")
    if bare and is_dated and (_is_name_and_paper(text, clues) or names_agencies(text, clues.language)):
        return Found(value=text, source="anatomy:bare name")
    if bare and clues.labels.is_declared and is_given_name(text):
        return Found(value=text, source="anatomy:bare name")  # one word, as some sign whom the paper protects
    may_be_name = not reads_as_kicker(text, clues.labels) or is_known_name(text)
    if (hinted or bare) and may_be_name and is_byline(text, clues.language, bare=True):
        return Found(value=text, source="hint:byline" if hinted else "anatomy:bare name")
    return None


def _begins_with_name(part: TextLine, clues: Clues) -> bool:
    """Does a line begin with a name that its markup calls the author's, and say where, or how to write: "in Paris"?"""
    first = part.pieces[0] if len(part.pieces) > 1 else None
    if first is None or not first.hints & Hint.BYLINE or not is_byline(first.text, clues.language, bare=True):
        return False
    return names_authors(part.text, clues.language)


def _is_name_and_paper(text: str, clues: Clues) -> bool:
    """Is a text a name, a dash and one word: "Rini Susanti - kabarCangkang"?"""
    name, dash, paper = text.partition(" - ")
    return bool(dash) and len(paper.split()) == 1 and is_byline(name, clues.language, bare=True)
