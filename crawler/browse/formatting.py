"""How values are said on a page: days, counts, languages. Plain text in, plain text out; templates escape it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from markupsafe import Markup, escape

from crawler.comparison.diff import PARAGRAPH_BREAK, DiffPart
from crawler.normalisation.wording import MONTHS, format_count

LANGUAGES: Final = {
    "en": "English",
    "it": "Italian",
    "es": "Spanish",
    "zh": "Chinese",
    "fr": "French",
    "de": "German",
    "pt": "Portuguese",
    "ar": "Arabic",
    "fa": "Persian",
    "he": "Hebrew",
    "ur": "Urdu",
    "ru": "Russian",
    "ja": "Japanese",
    "ko": "Korean",
    "vi": "Vietnamese",
}
"""Names of editions; a code that is not here is shown as it is."""
_RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "he", "ur", "ps", "sd", "ckb", "dv", "ug", "yi"})
EDITS: Final = {
    "typo": "spelling corrected",
    "headline": "headline changed",
    "correction": "correction",
    "substance": "changed in substance",
    "unpublished": "unpublished",
}
"""Kinds of edits (:mod:`crawler.comparison.edits`) in words."""


def number(value: int) -> str:
    """Write a number with thousands apart.

    >>> number(12345)
    '12,345'
    """
    return f"{value:,}"


count = format_count
"""Under the name that templates call it by."""


def day(value: str | None) -> str:
    """Write a year, a month, a day or an instant as people do; the hour of an instant in UTC.

    >>> day("2022-03-11"), day("2022-03"), day("2022-03-11T08:45:00Z")
    ('11 March 2022', 'March 2022', '11 March 2022, 08:45 UTC')
    """
    if not value:
        return "no date"
    date, _, clock = value.partition("T")
    year, month, of_month = (*date.split("-"), "", "")[:3]
    if not month.isdigit() or not 1 <= int(month) <= 12:
        return value
    words = f"{MONTHS[int(month) - 1]} {year}"
    if of_month.isdigit():
        words = f"{int(of_month)} {words}"
    return f"{words}, {clock[:5]} UTC" if clock else words


def language(code: str) -> str:
    """Return the name of a language; the code itself when it is not known."""
    return LANGUAGES.get(code.lower(), code)


def direction(code: str) -> str:
    """Say in which direction a language is written: ``ltr`` or ``rtl``."""
    return "rtl" if code.lower().split("-")[0] in _RIGHT_TO_LEFT else "ltr"


def paragraphs(text: str | None) -> list[str]:
    """Return the paragraphs of a text."""
    return [paragraph.strip() for paragraph in (text or "").split("\n\n") if paragraph.strip()]


def marked(text: str, spans: Sequence[tuple[int, int]]) -> Markup:
    """Return text as markup with the spans in ``<mark>``; everything in it is escaped."""
    pieces, place = [], 0
    for start, end in spans:
        pieces += [escape(text[place:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        place = end
    return Markup("").join([*pieces, escape(text[place:])])


def changed(parts: Sequence[DiffPart]) -> list[Markup]:
    """Return the paragraphs of a changed passage as markup.

    What left is in ``<del>``, what came in ``<ins>``; both are also said in words for who hears the page.
    """
    made = [Markup("")]
    for part in parts:
        for at, text in enumerate(part.text.split(PARAGRAPH_BREAK)):
            if at:
                made.append(Markup(""))
            made[-1] += escape(text) if part.kind == "equal" else _marked(part.kind, text)
    return [paragraph for paragraph in made if paragraph.strip()]


def _marked(kind: Literal["delete", "insert"], text: str) -> Markup:
    words = text.lstrip(" ")
    if not words:
        return Markup("")
    gap = text[: len(text) - len(words)]
    tag, said = ("del", "removed") if kind == "delete" else ("ins", "added")
    return Markup('{}<{}><span class="hidden">[{}: </span>{}<span class="hidden">]</span></{}>').format(
        gap, Markup(tag), said, words, Markup(tag)
    )


def site_of(url: str) -> str:
    """Return the host of an address without ``www``, for "Read it at …"."""
    return url.split("//", 1)[-1].split("/", 1)[0].removeprefix("www.")


def is_web(url: str | None) -> bool:
    """Say whether an address from a page may be a link: only the web, never ``javascript:`` or the like."""
    return bool(url) and str(url).lower().startswith(("https://", "http://"))
