"""Knows the short lines under a text by which it is over: "ENDS", "Source: AFP", "Tags: harbour", "See also"."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from crawler.extraction.layout.labels import CompiledLabels, fold_label, is_related_label
from crawler.extraction.layout.lines import TextLine
from crawler.normalisation.bylines.credits import is_listed_agency
from crawler.normalisation.bylines.labels import names_others
from crawler.normalisation.words.text import COLONS
from crawler.normalisation.words.word_tables import load_table

_LONGEST_LABEL: Final = 40
_LONGEST_SOURCE: Final = 80
_MARKS: Final = " \t/*#()[]{}-–—_|.:：•◼■□●"


def is_end_mark(line: TextLine) -> bool:
    """Is the line nothing but what agencies and papers print under the last paragraph: "// ENDS //", "انتهای پیام/"?"""
    text = line.text
    if len(text) > _LONGEST_LABEL:
        return False
    if _SENT.fullmatch(text):
        return True
    bare = text.strip(_MARKS)
    is_of_mail = text == "--" and line.block.tag == "pre"  # above the signature of a mail
    return (not bare and ("#" in text or text == "(*)" or is_of_mail)) or (
        bool(bare) and fold_label(bare) in _load("marks") and _is_set_apart(text, bare)
    )


_SENT: Final = re.compile(r"[A-Z]{2,4}-[A-Z]{2}-\d\d-\d\d-\d\d \d{4}[A-Z]{3}<?")
"""What wires of North America print at the end: who sent the story, and when."""


def ends_release(line: TextLine, following: TextLine | None = None) -> bool:
    """Is the line a word in capitals by which a release is over, whatever follows: "-ENDS-", "FIN"?

    "###" is one where the next line begins to tell of the sender.
    """
    text = line.text
    if text.replace(" ", "") == "###":
        return following is not None and following.folded.startswith(_OF_SENDER)
    if len(text) > _LONGEST_END or line.has_links:
        return False
    bare = text.strip(_MARKS)
    return len(bare) > 2 and bare.isalpha() and bare.isupper() and fold_label(bare) in _load("marks")


_LONGEST_END: Final = 12
_OF_SENDER: Final = (
    "about ",
    "contact",
    "media ",
    "press ",
    "for more information",
    "for further information",
    "notes ",
)


def names_source(text: str) -> bool:
    """Is a short line a label and what it says of where the text is from, or how it is filed?

    >>> names_source("Kaynak: AA"), names_source("The source: a small spring under the hill, was never found.")
    (True, False)
    """
    label, colon, rest = text.partition(next((mark for mark in COLONS if mark in text), ":"))
    if not colon or len(label) > _LONGEST_LABEL or len(text) > _LONGEST_SOURCE or not rest.strip():
        return False
    return text[-1] not in ".!?…。" and fold_label(label) in _load("labels")


def labels_files(text: str) -> bool:
    """Is a text only a label of where it is from, or how it is filed: "Topics:"?"""
    return len(text) <= _LONGEST_LABEL and fold_label(text) in _load("labels")


def _is_initials(text: str) -> bool:
    """Is a line only the initials of those who worked on the text, as agencies put them: "ks/jps (dpa)", "এনএ/"?"""
    return "/" in text and len(text) <= _LONGEST_INITIALS and _INITIALS.fullmatch(text) is not None


_LONGEST_INITIALS: Final = 24
_INITIALS: Final = re.compile(r"[(\[/]?[^\s/\d]{1,7}(?:/\s?[^\s/\d]{1,6}){0,4}/?(?:\s\([\w, ]{2,12}\))?[)\]]?")


def _is_address(text: str) -> bool:
    """Is a short line an address of mail with a word or two before it: "Contact: desk@paper.example"?"""
    return "@" in text and len(text) <= _LONGEST_SOURCE and _ADDRESS.fullmatch(text) is not None


_ADDRESS: Final = re.compile(r"(?:[^\W\d_][\w-]{0,20}\s?){0,3}[:：]?\s*[\w.+-]{1,40}@[\w-]{1,40}(?:\.[\w-]{2,20}){1,3}")


def tells_contact(text: str) -> bool:
    """Does a line say how somebody is reached, in two ways or more, one of them a number to call?

    >>> tells_contact("The readers' office can be reached by telephone: 03-555 0101, fax: 03-555 0102")
    True
    >>> tells_contact("He called 03-555 0101 from the harbour.")
    False
    """
    if len(text) > _LONGEST_CONTACT or not any("0" <= character <= "9" for character in text):
        return False
    ways = [match[1] for match in _WAY.finditer(text)]
    return len(ways) > 1 and any(way is not None for way in ways)


_LONGEST_CONTACT: Final = 600
_WAY: Final = re.compile(
    r"(tele(?:ph|f)on\w?|t[eé]l[eé](?:f|ph)on[eo]|phone|\btel|\bt[eé]l|\b(?:tele)?fax|telefoon|puhelin|тел|телефон|факс|"
    r"هاتف|فاكس|電話|电话|傳真|传真|전화|팩스|ファックス)?\.?\s?[:：]?\s?(?(1)[*+(]{0,2}\d|[\w.+-]{1,40}@[\w-]{1,40}\.\w)",
    re.I,
)
"""A number behind the word for it (the group), or an address of mail."""


def signs_off(text: str) -> bool:
    """Is a line only initials, agencies, an address of mail or of an office, as stand under a text?"""
    if _is_initials(text) or _is_address(text) or _is_own_address(text) or tells_contact(text):
        return True
    return signs_for_agency(text)


def signs_for_agency(text: str) -> bool:
    """Is a line only agencies with the initials, numbers and days beside them?

    >>> signs_for_agency("(L.M.) (Agenzia Fides, 6/5/2024)"), signs_for_agency("PTI AMR JD")
    (True, True)
    >>> signs_for_agency("The report is by AFP"), signs_for_agency("AFP has more"), signs_for_agency("6/5/2024")
    (False, False, False)
    """
    if len(text) > _LONGEST_SIGNED:
        return False
    if "*" in text and _NUMBERS.fullmatch(text) is not None:
        return True
    has_agency = False
    marks = _BESIDE_AGENCY
    for segment in _BETWEEN_SIGNS.split(text):
        words = segment.split()
        if text[0] != "(" and sum(word.islower() and not is_listed_agency(word) for word in words) > 1:
            return False  # "AFP has more"
        while words and not is_listed_agency(" ".join(words)) and marks.fullmatch(words[-1]) is not None:
            words.pop()
        while words and not is_listed_agency(" ".join(words)) and marks.fullmatch(words[0]) is not None:
            words.pop(0)
        if words and not is_listed_agency(" ".join(words)):
            return False
        has_agency |= bool(words)
        marks = _BEHIND_BRACKET if has_agency and text[0] == "(" else _BESIDE_AGENCY
    return has_agency


_LONGEST_SIGNED: Final = 60
_NUMBERS: Final = re.compile(r"\d{3,5}(?:\*{1,2}\d{3,5}){1,2}")
"""Those who worked on a report, by their numbers."""
_BETWEEN_SIGNS: Final = re.compile(r"[()\[\]{}/,;|]+|\s[-–—]+\s|^[\s–—-]+|\.$")
_BESIDE_AGENCY: Final = re.compile(r"(?:[A-ZÀ-Þ]\.?){1,4}|[a-zà-þ]{2,4}|\d{1,4}(?:[.-]\d{1,4}){0,2}")
"""Initials, or the figures of a day."""
_BEHIND_BRACKET: Final = re.compile(rf"{_BESIDE_AGENCY.pattern}|[a-zà-þ]{{2,8}}")


def strip_words_of_help(text: str) -> str:
    """Return a line without the words that say that what it names helped: "With inputs from agencies"."""
    folded = fold_label(text)
    fitting = [words for words in _load("helped") if folded.startswith(f"{words} ")]
    words = max(fitting, key=len, default=None)
    return " ".join(text.split()[len(words.split()) :]) if words is not None else text


def _is_own_address(text: str) -> bool:
    """Is a line a short label and an address of the web, as editions for the printer tell where they are from?"""
    return "://" in text and len(text) <= _LONGEST_CONTACT and _WEB_ADDRESS.fullmatch(text) is not None


_WEB_ADDRESS: Final = re.compile(r"[^:：/]{0,60}[:：]?\s?https?://\S+")


def is_behind_text(line: TextLine, labels: CompiledLabels) -> bool:
    """Is a short line one that only follows a text: a mark of its end, its source, its editor, a label of links?"""
    text = line.text
    if len(text) > _LONGEST_SOURCE:
        return False
    if (
        is_end_mark(line)
        or names_source(text)
        or (names_others(text) and not line.has_links and not _is_western_note(text))
    ):
        return True
    return is_related_label(line, labels)


def is_button(text: str) -> bool:
    """Is a short text the label of a button or of an advert: "Copy link", "Listen to this article · 3:12 min"?

    >>> is_button("Comments (3)"), is_button("Auf WhatsApp teilen"), is_button("Print is dead.")
    (True, True, False)
    """
    if len(text) > _LONGEST_BUTTON:
        return False
    text = text.lstrip(_ICONS)
    folded = fold_label(_COUNT.sub("", text) if text.endswith((")", "）")) else text)
    if folded in _load("buttons") or folded in _load("adverts"):
        return True
    if _NETWORK.search(folded) is not None and _NETWORK.sub("facebook", folded) in _load("buttons"):
        return True
    length = _LENGTH.search(text) if _FIGURE.search(text) else None
    return length is not None and fold_label(text[: length.start()]) in _load("buttons")


_LONGEST_BUTTON: Final = 48
_ICONS: Final = "\U0001f3a7\U0001f50a\U0001f509\U0001f508\U0001f4e2\U0001f50d\u25b6\u25ba\u23f5\ufe0f "
_FIGURE: Final = re.compile("[0-9]")
_COUNT: Final = re.compile(r"\s?[(（]\d{1,6}[)）]$")
_NETWORK: Final = re.compile(r"\b(?:twitter|x|whatsapp|telegram|linkedin|pinterest|reddit|viber|vk|bluesky|threads)\b")
_LENGTH: Final = re.compile(
    r"[\s·|•(–—:：-]{1,4}\d{1,3}(?::\d\d)?\s?(?:min\w{0,6}\.?|sec\w{0,5}\.?|мин\w{0,3}\.?|分|분|دقائق|′|’|m)?\)?$"
)
"""How long a recording takes, behind the label of its button."""


def _is_western_note(text: str) -> bool:
    """Is a line a note in brackets, as "(Reporting by Ann Lee; editing by Bo Ray)", which many print as a paragraph?"""
    return text.isascii() and text[0] == "("


def _is_set_apart(text: str, bare: str) -> bool:
    """Do marks or capitals set the word apart, or is it a word of a script without capitals?"""
    return text != bare or bare.isupper() or not any(letter.isupper() or letter.islower() for letter in bare)


@cache
def _load(kind: str) -> frozenset[str]:
    return frozenset(fold_label(word) for word in load_table("text_ends")[kind])
