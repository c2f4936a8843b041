"""Tells whether a line of the header is the byline: by its prefix, by structured names, by hints, as a bare name."""

from __future__ import annotations

import re
from typing import Final

from crawler.extraction.layout.clues import Clues
from crawler.extraction.layout.labels import SHORT, is_listing_row, reads_as_kicker
from crawler.extraction.layout.line_parts import space_pieces
from crawler.extraction.layout.lines import Piece, TextLine
from crawler.extraction.parsing.markup import Hint
from crawler.items import Found
from crawler.normalisation.bylines.bare import is_name_and_place_or_date, names_author_with_office, names_office
from crawler.normalisation.bylines.byline import (
    is_byline,
    list_printed_names,
    names_agencies,
    names_authors,
    names_several,
    strip_prefix,
)
from crawler.normalisation.bylines.credible_names import is_handle, is_initials
from crawler.normalisation.bylines.desks import is_paper
from crawler.normalisation.bylines.dressing import begins_with_role
from crawler.normalisation.bylines.labels import names_others
from crawler.normalisation.bylines.names import is_given_name, is_known_name, reads_as_name
from crawler.normalisation.bylines.prefixes import strip_glued_prefix
from crawler.normalisation.dates.date_words import strip_date_words
from crawler.normalisation.words.scripts import is_small
from crawler.normalisation.words.text import clean, fold


def find_byline(part: TextLine, clues: Clues, *, bare: bool, is_dated: bool = False) -> Found | None:
    """Return a part of the header as byline, as printed; None when it is none.

    ``bare``: a name without a prefix may be one too, unless structured data names others. ``is_dated``: the date
    follows, so that behind a bare name and a dash its paper may stand, and agencies may sign alone.
    """
    if len(part.text) > SHORT or part.heading == 1 or _is_credit(part):
        return None
    if is_listing_row(part.text) and not names_office(part.text.rpartition("|")[2].strip()):
        return None
    if ". " in part.text:  # "Photographs by Ann Lee. Words by Bo Ray"
        sentences = _SENTENCES.split(part.text)[1:]
        sentence = next((text for text in sentences if is_byline(text, clues.language)), None)
        if sentence is not None:
            return Found(value=sentence, source="anatomy:byline")
    if names_others(part.text):
        return None
    if (mail := _MAIL.fullmatch(part.text)) is not None and is_byline(mail["name"], clues.language, bare=True):
        return Found(value=mail["name"], source="anatomy:byline")
    text = strip_date_words(_read_text(part, clues).strip(" |·•»›–—-,/"))
    if not text:
        return None
    if is_byline(text, clues.language):
        return Found(value=text, source="anatomy:byline")
    hinted = bool(part.hints & Hint.BYLINE)
    may_be_glued = hinted or (bare and (is_dated or part.hints & Hint.EMPHASIS))
    if may_be_glued and strip_glued_prefix(text, clues.language) != text:
        return Found(value=text, source="anatomy:byline")
    if bare and ((part.hints & Hint.EMPHASIS and text[-1] in ":：") or is_dated) and _is_paper_and_name(text):
        hinted, text = True, text.rstrip(" :：")
    is_marked = hinted or is_named_for_writer(part) or (bare and _leads_to_writer(part))
    if not hinted and _begins_with_name(part, clues, may_be_linked=bare) and len(text) <= 120:
        name = part.pieces[0].text.strip()
        rest = text.removeprefix(name).strip()
        # what stands behind is no name's
        is_alone = text.startswith(f"{name} - ") or begins_with_role(rest) or names_office(rest)
        return Found(value=name if is_alone else text, source="hint:byline")
    names_author = any(fold(name) in part.folded for name in clues.author_names if len(name) > 3)
    if names_author and len(text) <= 120 and (hinted or bare or strip_prefix(text, clues.language) != text):
        return Found(value=text, source="anatomy:byline+jsonld:author")
    name = strip_prefix(text, clues.language)
    if name != text and (
        hinted or (bare and name[:1].isupper() and len(name.split()) <= 8 and text[-1] not in ".:;!?…")
    ):
        # Whatever it names, a short line under the headline that says "by" is printed as a byline.
        return Found(value=text, source="hint:byline" if hinted else "anatomy:byline")
    if not is_marked and clues.author_names:
        return None  # structured data names others: a topic, a place, a credit
    is_plain = part.heading in (0, 4, 5, 6)
    if is_plain and (hinted or bare) and is_name_and_place_or_date(text, clues.language):
        is_in_usual_case = not text.isupper() and any(map(str.isupper, text))
        if hinted or is_in_usual_case or is_dated:
            return Found(value=text, source="hint:byline" if hinted else "anatomy:bare name")
    if bare and is_plain and names_author_with_office(text, clues.language):
        return Found(value=text, source="anatomy:name and office")
    is_name = _is_name_and_paper(text, clues) or names_agencies(text, clues.language)
    if bare and is_dated and not clues.author_names and (is_name or names_several(text, clues.language)):
        return Found(value=text, source="anatomy:bare name")
    if hinted and not clues.author_names and names_agencies(text, clues.language):
        return Found(value=text, source="hint:byline")
    if bare and clues.labels.is_declared and is_given_name(text):
        return Found(value=text, source="anatomy:bare name")  # one word, as some sign whom the paper protects
    if is_marked and (is_initials(text) or is_handle(text)):
        return Found(value=text, source="hint:byline")
    may_be_name = is_marked or (bare and (not reads_as_kicker(text, clues.labels) or is_known_name(text)))
    if may_be_name and is_byline(text, clues.language, bare=True, is_marked=is_marked):
        return Found(value=text, source="hint:byline" if is_marked else "anatomy:bare name")
    return None


_MAIL: Final = re.compile(
    r"(?:[^\W\d_]{2,12}\s?[:：]\s?)?(?P<name>[^<>()@:：\d]{4,40}?)\s[<(]?[\w.+-]{1,40}(?:@|\sat\s)[\w-]{1,40}(?:\.[\w-]{2,20}){1,3}[>)]?"
)
"""A name and its address of mail, as archives of mailing lists print them: "Ann Lee ann at paper.example"."""


def _is_credit(part: TextLine) -> bool:
    """Is a line named for who took a picture, or quoted?"""
    block = part.block
    is_quoted = block.tag == "blockquote" or (block.parent is not None and block.parent.tag == "blockquote")
    return is_quoted or ("redit" in block.name and _PICTURE_CREDIT.search(block.name.lower()) is not None)


_PICTURE_CREDIT: Final = re.compile(
    r"(?:photo|image|img|picture|pic|video|media|foto|bild)[a-z_-]{0,12}credit|credit[s_-]{0,2}(?:photo|image)"
)


def _read_text(part: TextLine, clues: Clues) -> str:
    """Return the text of a part, with commas where only its elements part names, a name and an office, or a place.

    Where the same writers are read without them, it stays as printed.
    """
    printed = space_pieces(part)
    pieces = [piece for piece in part.pieces if piece.text.strip()]
    places = [
        index
        for index in range(1, len(pieces))
        if _are_apart(pieces[index - 1], pieces[index], clues, is_last=index + 1 == len(pieces))
    ]
    if not places:
        return printed
    texts = [f", {piece.text.lstrip()}" if index in places else piece.text for index, piece in enumerate(pieces)]
    parted = _SPACE_BEFORE_COMMA.sub("", clean(" ".join(texts)))
    names = set(list_printed_names(parted, clues.language))
    return parted if names and not names <= set(list_printed_names(printed, clues.language)) else printed


_SPACE_BEFORE_COMMA: Final = re.compile(r"\s+(?=,)")
_SHORTEST_PLACE: Final = 4


def _are_apart(first: Piece, second: Piece, clues: Clues, *, is_last: bool) -> bool:
    """Do two elements of a line hold a name each, or a name and what follows it, with nothing printed between them?"""
    before, after = first.text.strip(), second.text.strip()
    if first.owner == second.owner or not before[-1].isalpha() or not after[0].isupper():
        return False
    name = strip_prefix(before, clues.language)
    if not 1 < len(name.split()) < 5 or not reads_as_name(name):
        return False
    if names_office(after):
        return True
    if first.href and second.href:
        if _leads_to_a_writer(first.href) and not _leads_to_a_writer(second.href):
            return True  # a section behind the writer
        return first.href != second.href and 1 < len(after.split()) < 5 and reads_as_name(after)
    is_touching = not (first.text[-1].isspace() or second.text[0].isspace())
    is_name = first.href is not None or is_touching or (name == before and bool(first.hints & Hint.BYLINE))
    return is_name and is_last and second.href is None and after.isalpha() and len(after) >= _SHORTEST_PLACE


_WORDS_OF_PAPER_AND_NAME: Final = 7
_SENTENCES: Final = re.compile(r"(?<=[^\W\d_]{3})\.\s+")
_WRITER: Final = re.compile(
    r"/(?:authors?(?=[/?])|autor(?:es|en|a)?|auteurs?|autor[ei]|redacteurs?|writers?|reporters?|journalists?|columnists?|"
    r"yazar(?:lar)?|muhabir|penulis|avtor[yi]?|tac-gia|kirjoittaja|skribent|forfatter|szerzo|author-profile|staff|"
    r"profiles?|perfil|profil|contributors?|opinionista|columnista|kolumnist|people)[/?][^/]"
)
"""Addresses of a writer's page, as papers of many languages have them."""


def _leads_to_a_writer(href: str) -> bool:
    return _WRITER.search(href[:300].lower()) is not None


def _leads_to_writer(part: TextLine) -> bool:
    """Is a line little more than links to writers' pages?"""
    return (
        part.link_share > 0.6
        and len(part.text) <= SHORT // 2
        and all(_leads_to_a_writer(href) for href, _ in part.links[:5])
    )


_WRITERS_BLOCK: Final = re.compile(
    r"author(?!i)|byline|autor|auteur|yazar|muhabir|penulis|reporter|writer|journalist|kirjoittaja|skribent|szerzo|columnist|"
    r"kolumnist|opinionist|signature"
)


def is_named_for_writer(part: TextLine) -> bool:
    """Has the element of a short line a name that speaks of a writer anywhere: "authoranddate", "news-author-row"?"""
    return len(part.text) <= SHORT // 2 and _WRITERS_BLOCK.search(part.block.name.lower()) is not None


def _is_paper_and_name(text: str) -> bool:
    """Is a text a paper, a dash and a name, perhaps a colon, in a script without capitals: "المرسى – يوسف بنعلي:"?"""
    if len(text.split()) > _WORDS_OF_PAPER_AND_NAME or not any(dash in text for dash in (" – ", " - ")):
        return False
    return not any(letter.isupper() or is_small(letter) for letter in text)


def _begins_with_name(part: TextLine, clues: Clues, *, may_be_linked: bool) -> bool:
    """Does a line begin with a name that its markup calls the author's, and say where, or how to write: "in Paris"?"""
    first = part.pieces[0] if len(part.pieces) > 1 else None
    if first is None:
        return False
    is_linked = may_be_linked and _leads_to_a_writer(first.href or "")
    if not (first.hints & Hint.BYLINE or is_linked):
        return False
    if not is_byline(first.text, clues.language, bare=True, is_marked=True):
        return False
    return names_authors(part.text, clues.language)


def _is_name_and_paper(text: str, clues: Clues) -> bool:
    """Is a text a name, a dash and a paper, or one word: "Rini Susanti - kabarCangkang", "Ann Lee - Harbour Post"?

    A comma may stand for the dash: "Ann Lee, The Harbour Post".
    """
    name, dash, paper = text.partition(" - ")
    if not dash:
        name, dash, paper = text.partition(", ")
        if not (is_paper(paper) or clues.site_names.names_site(paper) or _PAPER_BY_ADDRESS.fullmatch(paper)):
            return False
    is_one = bool(dash) and (len(paper.split()) == 1 or is_paper(paper) or clues.site_names.names_site(paper))
    return is_one and is_byline(name, clues.language, bare=True)


_PAPER_BY_ADDRESS: Final = re.compile(r"[\w-]{2,30}\.[a-z]{2,4}")
