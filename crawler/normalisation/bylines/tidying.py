"""Cuts from the line of a byline what is sure to be none of it: signs, footnotes, labels, brackets, a kicker."""

from __future__ import annotations

import re
from functools import cache

from crawler.normalisation.bylines.dressing import CUT, MARKS, part_glued_prefix, strip_footnotes
from crawler.normalisation.bylines.labels import pick_labelled_writers, strip_comment_label, strip_help
from crawler.normalisation.bylines.names import has_word_against_name, is_han
from crawler.normalisation.words.text import clean
from crawler.normalisation.words.word_tables import load_table, make_word_key

MAX_BYLINE = 500
"""Longer text is no byline but a paragraph that stood in its place."""

_MARKS = re.compile(f"[{MARKS}]")
_SIGNS = re.compile("[\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]+")
"""Arrows, ticks and emoji, which are no letters of a name."""
_LOOSE_JOINER = re.compile("\u200c(?!\\w)")
"""A zero-width non-joiner with nothing to part behind it."""
_BRACKETED = re.compile(r"[(（\[【〔]([^()（）\[\]【】〔〕]+)[)）\]】〕]")
_SECTIONS = re.compile(r", in (?=[A-Z])")
"""Before the sections that some systems list: "By Ann Lee, in News, Harbours"."""
_PAPER = re.compile(r"^[^／/\s]{1,10}(?:[報报社網网]|新[聞闻])\s?[／/]?\s?(?=(?:特[约約派])?[記记]者\s?\S)")
"""A paper before the word for its reporter: "海港日報／記者王小明", "新华社记者李明"."""


_RIGHTS = re.compile(r"(?<=\w)\s?©.*$")
"""Who has the rights, behind the writer."""
_KASHIDA = re.compile(r"\s\u0640+\s")
"""The line that lengthens Arabic letters, where it stands for a dash."""
_POINT_BEFORE_LABEL = re.compile(
    r"(?<=[^\W\d_]{2})\.\s+(?=[A-ZÀ-Þ][a-zß-ÿ]+(?:\s?:|\s(?:by|par|von|por|di|da|door|av|af)\s))"
)
"""Between two labels with their names: "Words: Ann Lee. Pictures: Bo Ray"."""

_GLUED_POINT = re.compile("(?<=[a-zß-ÿ])[·•⋅](?=[A-ZÀ-Þ])")
"""Between two elements that nothing parts: "Ann Lee·Follow". Catalan names have it before a small letter: "Gal·la"."""


def tidy(printed: str) -> str:
    """Return a byline of one line without the brackets around it, and of labelled names only the writers'."""
    if len(printed) > 4 * MAX_BYLINE:
        return ""
    if not printed.isascii():
        printed = _SIGNS.sub(" ", _MARKS.sub(" ", printed))
    if "©" in printed:
        printed = _RIGHTS.sub("", printed)
    text = strip_comment_label(strip_footnotes(clean(printed))).strip(" =|·•–—~-")
    text = text.strip("*_ ") if text[:1] in "*_" else text  # as texts for Markdown set them
    if not text.isascii():
        text = _GLUED_POINT.sub(" · ", text)
        text = _LOOSE_JOINER.sub("", _PAPER.sub("", text))
        text = _KASHIDA.sub(" - ", text)
    text = _POINT_BEFORE_LABEL.sub(CUT, text) if ". " in text else text
    text = part_glued_prefix(strip_help(text))
    if ", in " in text:
        text = _SECTIONS.split(text, maxsplit=1)[0]
    return pick_labelled_writers(strip_brackets(text))


def strip_kicker(text: str, agency_names: dict[str, str]) -> str:
    """Return a byline without the kicker that a listing prints after it: "Fady Noun | LEBANON"."""
    byline, bar, kicker = text.partition(" | ")
    if (
        bar
        and make_word_key(kicker) not in agency_names
        and (kicker.isupper() or is_han(kicker) or has_word_against_name(kicker))
    ):
        return byline.strip()
    return text


def unpack_bracketed_agencies(text: str, agency_names: dict[str, str]) -> str:
    """Return "Fady Noun (AsiaNews/AFP)", "Fady Noun (avec AFP)" as a list.

    Brackets that hold anything else stay, and become a note.
    """

    def list_agencies(bracket: re.Match[str]) -> str:
        names = _WITH.sub("", bracket[1])
        return f", {names} " if all(make_word_key(name) in agency_names for name in names.split("/")) else bracket[0]

    through = _THROUGH.search(text)
    if through is not None and make_word_key(through[1]) in agency_names:  # "Ann Lee via Reuters"
        text = f"{text[: through.start()]}, {through[1]}"
    return re.sub(r"\s?[(（]([^()（）]{1,60})[)）]", list_agencies, text).strip(" ,")


_THROUGH = re.compile(r"\svia\s([^,;|()]{2,40})$")


_WITH = re.compile(r"(?:with|avec|mit|con|com|med|met|z|с)\s")


def strip_brackets(text: str) -> str:
    """Return a byline without the brackets around the whole of it."""
    whole = _BRACKETED.fullmatch(text)
    return whole[1].strip() if whole else text


def strip_loose_end(text: str) -> str:
    """Return a byline without a connector at its end, where the line was broken off."""
    connectors = load_table("bylines")["connectors"]
    loose = _compile_loose_end("|".join(connectors["strong"] + connectors["weak"])).sub("", text)
    words = loose.split()
    return loose if len(words) < 3 or words[-1] not in _BEFORE_SECTION else " ".join(words[:-1])


_BEFORE_SECTION = frozenset(("In", "On", "At", "in", "dans", "en", "em", "nel", "på", "op", "w", "в", "у"))
"""Before the section that markup sets apart behind a name."""


@cache
def _compile_loose_end(connectors: str) -> re.Pattern[str]:
    return re.compile(rf"\s(?:{connectors})$")
