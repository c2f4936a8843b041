"""Formats values for pages: days, counts, languages. Plain text goes in and comes out; templates escape it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from markupsafe import Markup, escape

from crawler.comparison.diff import PARAGRAPH_BREAK, DiffPart
from crawler.errors import BadValue
from crawler.normalisation.bylines.byline import split_byline
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
    "am": "Amharic",
    "bg": "Bulgarian",
    "bn": "Bengali",
    "bo": "Tibetan",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "el": "Greek",
    "et": "Estonian",
    "eu": "Basque",
    "fi": "Finnish",
    "fil": "Filipino",
    "ga": "Irish",
    "gl": "Galician",
    "gu": "Gujarati",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "hy": "Armenian",
    "id": "Indonesian",
    "is": "Icelandic",
    "ka": "Georgian",
    "kk": "Kazakh",
    "km": "Khmer",
    "kn": "Kannada",
    "ku": "Kurdish",
    "lo": "Lao",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "ml": "Malayalam",
    "mn": "Mongolian",
    "mr": "Marathi",
    "ms": "Malay",
    "mt": "Maltese",
    "my": "Burmese",
    "ne": "Nepali",
    "nl": "Dutch",
    "no": "Norwegian",
    "nb": "Norwegian",
    "or": "Odia",
    "pa": "Punjabi",
    "pl": "Polish",
    "ps": "Pashto",
    "ro": "Romanian",
    "sd": "Sindhi",
    "si": "Sinhala",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sq": "Albanian",
    "sr": "Serbian",
    "sv": "Swedish",
    "sw": "Swahili",
    "ta": "Tamil",
    "te": "Telugu",
    "th": "Thai",
    "tl": "Tagalog",
    "tr": "Turkish",
    "ug": "Uyghur",
    "uk": "Ukrainian",
    "uz": "Uzbek",
    "und": "not stated",
}
"""English names of the codes of ISO 639; one that is not here is shown as it is. ``und``: none is stated."""
_RIGHT_TO_LEFT: Final = frozenset({"ar", "fa", "he", "ur", "ps", "sd", "ckb", "dv", "ug", "yi"})
EDIT_LABELS: Final = {
    "typo": "spelling corrected",
    "headline": "headline changed",
    "correction": "correction",
    "substance": "changed in substance",
    "unpublished": "unpublished",
}
"""Kinds of edits (:mod:`crawler.comparison.edits`) in words."""


def number(value: int) -> str:
    """Return a number with commas between thousands.

    >>> number(12345)
    '12,345'
    """
    return f"{value:,}"


def figures(values: Sequence[float | None]) -> list[str]:
    """Return the figures of a column with as many decimals as its largest wants, so that they stand beneath each other.

    Whole numbers have none; None and what is infinite is a dash, what is too small to be seen is not shown as nothing.

    >>> figures([1000.0, 666.66, 0.0, None]), figures([12.345, 0.001]), figures([5, 12345])
    (['1,000.0', '666.7', '0.0', '–'], ['12.35', '<0.01'], ['5', '12,345'])
    """
    sizes = [abs(value) for value in values if value is not None]
    highest = max((size for size in sizes if size != float("inf")), default=0.0)
    decimals = 1 if highest >= 100 else 2 if highest >= 10 else 3
    return [_format_figure(value, decimals) for value in values]


def _format_figure(value: float | None, decimals: int) -> str:
    if value is None or abs(value) == float("inf"):
        return "–"
    if isinstance(value, int):
        return f"{value:,}"
    least = 10**-decimals
    return f"<{least:.{decimals}f}" if 0 < value < least else f"{value:,.{decimals}f}"


count = format_count
"""The name by which templates call it."""


def day(value: str | None) -> str:
    """Return a year, a month, a day or an instant as people write it; the hour of an instant is in UTC.

    >>> day("2022-03-11"), day("2022-03"), day("2022-03-11T08:45:00Z")
    ('11 March 2022', 'March 2022', '11 March 2022, 08:45 UTC')
    """
    if not value:
        return "no date"
    date, _, clock = value.partition("T")
    year, month, day_of_month = (*date.split("-"), "", "")[:3]
    if not month.isdigit() or not 1 <= int(month) <= 12:
        return value
    text = f"{MONTHS[int(month) - 1]} {year}"
    if day_of_month.isdigit():
        text = f"{int(day_of_month)} {text}"
    return f"{text}, {clock[:5]} UTC" if clock else text


def language(code: str) -> str:
    """Return the name of a language; the code itself when it is not known."""
    return LANGUAGES.get(code.lower(), code)


def writers(byline: str, code: str) -> str:
    """Return the names that a printed byline has, without the words around them; the byline where it has none.

    >>> writers("by Shilidi Bumure and Li Yuan", "en")
    'Shilidi Bumure, Li Yuan'
    """
    try:
        return ", ".join(author.name for author in split_byline(byline, code)) or byline
    except BadValue:
        return byline


def direction(code: str) -> str:
    """Return the direction in which a language is written: ``ltr`` or ``rtl``."""
    return "rtl" if code.lower().split("-")[0] in _RIGHT_TO_LEFT else "ltr"


def paragraphs(text: str | None) -> list[str]:
    """Return the paragraphs of a text."""
    return [paragraph.strip() for paragraph in (text or "").split("\n\n") if paragraph.strip()]


def mark_spans(text: str, spans: Sequence[tuple[int, int]]) -> Markup:
    """Return text as markup with the spans in ``<mark>``; everything in it is escaped."""
    pieces, position = [], 0
    for start, end in spans:
        pieces += [escape(text[position:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        position = end
    return Markup("").join([*pieces, escape(text[position:])])


def mark_changes(parts: Sequence[DiffPart]) -> list[Markup]:
    """Return the paragraphs of a changed passage as markup.

    Removed text is in ``<del>``, added text in ``<ins>``; both also carry words for readers who hear the page.
    """
    paragraphs = [Markup("")]
    for part in parts:
        for index, text in enumerate(part.text.split(PARAGRAPH_BREAK)):
            if index:
                paragraphs.append(Markup(""))
            paragraphs[-1] += escape(text) if part.kind == "equal" else _mark_change(part.kind, text)
    return [paragraph for paragraph in paragraphs if paragraph.strip()]


def _mark_change(kind: Literal["delete", "insert"], text: str) -> Markup:
    stripped = text.lstrip(" ")
    if not stripped:
        return Markup("")
    gap = text[: len(text) - len(stripped)]
    tag, label = ("del", "removed") if kind == "delete" else ("ins", "added")
    return Markup('{}<{}><span class="hidden">[{}: </span>{}<span class="hidden">]</span></{}>').format(
        gap, Markup(tag), label, stripped, Markup(tag)
    )


def site_of(url: str) -> str:
    """Return the host of an address without ``www``, for "Read it at …"."""
    return url.split("//", 1)[-1].split("/", 1)[0].removeprefix("www.")


def is_web(url: str | None) -> bool:
    """Return True if an address from a page may be a link: only the web, never ``javascript:`` or the like."""
    return bool(url) and str(url).lower().startswith(("https://", "http://"))


def sentence(message: str) -> str:
    """Return a message of an error as a sentence: with a capital, and a full stop where it has no end.

    >>> sentence("no article is by 'x'; did you mean 'y'?"), sentence("page is a number from 1, not '0'")
    ("No article is by 'x'; did you mean 'y'?", "Page is a number from 1, not '0'.")
    """
    return f"{message[:1].upper()}{message[1:]}{'' if message.endswith(('.', '?', '!')) else '.'}"
