"""Finds what means something in the query languages of other programs, and nothing here.

Left alone it would be searched as words, or dropped: an answer to a question that nobody asked.

>>> find_foreign_sign("bo?t")
ForeignSyntax(position=2, message='a question mark stands for no letter: write (boat OR bolt)')
>>> find_foreign_sign("what?")
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Final, NamedTuple


class ForeignSyntax(NamedTuple):
    """Where in a piece of a query something foreign stands, from 0, and what to write instead."""

    position: int
    message: str


# A question mark before the last letters of a word, without anything else after it, as an address has it, and not in
# scripts that go on after the end of a sentence without a space.
_LETTER: Final = r"[^\W\d_\u2e80-\U0010ffff]"
_NEAR: Final = "words that stand near each other are written NEAR(peace talks, 5)"
_SIGNS: Final = (
    (r"[^*]*(?P<sign>\*).*", "a star stands for the rest of a word: at its end only, as in bishop*"),
    (rf"(?:.*{_LETTER})?(?P<sign>\?){_LETTER}+", "a question mark stands for no letter: write (boat OR bolt)"),
    (r"(?P<sign>/)[^/]*\w[^/]*/", "there are no patterns between slashes: write words, or prefix*"),
    (r"[^|]*(?P<sign>\|).*", "a bar is no OR: write boat OR ship"),
    (rf"(?P<sign>!){_LETTER}.*", "an exclamation mark leaves nothing out: write -boat or NOT boat"),
    (r"\w+(?P<sign>~)\d?\d?(?:\.\d+)?", "there is no search for similar words: write (boat OR bout), or boat*"),
    (r"\w+(?P<sign>\^)\d+(?:\.\d+)?", "no word weighs more than another: leave the weight out"),
    (r"(?P<sign>\[)(?:\w+!?=.*|\])", 'there are no patterns of tokens: write words, "phrases" or NEAR(peace talks, 5)'),
    (r"(?P<sign>(?:near|adj|w|pre|within)/\d{1,3})", _NEAR),
    (r"(?P<sign>(?:near|adj|within)\d{1,2})", _NEAR),
    (r"(?P<sign>and_?not)", "what is left out is written -boat or NOT boat"),
    (r"(?-i:[a-z]{3,})(?P<sign>\$)", "a dollar sign stands for no letters: write boat*"),
)
_WORD_SIGNS: Final = tuple((re.compile(pattern, re.DOTALL | re.IGNORECASE), message) for pattern, message in _SIGNS)
# A star by itself beside a word, or at the end of a word that is not the last one.
_STAR_IN_PHRASE: Final = re.compile(
    r"(?<=[^\W\d_])(?P<within>\*)(?=\s+\S)|(?<=[^\W\d_]\s)(?P<after>\*)(?=\s|$)|(?:^|(?<=\s))(?P<before>\*)(?=\s+[^\W\d_])"
)
_FIELD_WITH_EQUALS: Final = re.compile(r"(?P<name>[A-Za-z]{2,20})=.+", re.DOTALL)
_FREQUENCY: Final = re.compile(r"ATLEAST\d{1,4}", re.IGNORECASE)
_SLOP: Final = re.compile(r"~\d{1,3}(?=[\s)]|$)")
_FIELDS: Final = {
    **dict.fromkeys(("title", "intitle", "heading", "hlead", "ti", "hl", "hd"), "headline:"),
    **dict.fromkeys(("text", "content", "fulltext", "intext"), "body: (a word without a field is searched everywhere)"),
    **dict.fromkeys(("date", "year", "published", "pubdate"), "since: and until:"),
    **dict.fromkeys(("after", "from"), "since:"),
    **dict.fromkeys(("before", "to"), "until:"),
    **dict.fromkeys(("lang",), "language:"),
    **dict.fromkeys(("source", "media", "domain", "publisher", "publication"), "site:"),
    **dict.fromkeys(("location", "city"), "place:"),
    **dict.fromkeys(("section", "category"), "kicker:"),
    **dict.fromkeys(("writer", "creator", "au"), "author:"),
    **dict.fromkeys(
        ("id", "url", "inurl", "link"), "seealso show ID|URL, which opens an article by its number or address"
    ),
    **dict.fromkeys(("unit",), "what counts once is chosen beside the query (--unit, Count)"),
    **dict.fromkeys(("tag", "tags"), "tags are chosen beside the query (--tag)"),
    **dict.fromkeys(("sort", "order", "orderby"), "the order is chosen beside the query (--order)"),
}


def find_foreign_sign(word: str) -> ForeignSyntax | None:
    """Return the first foreign sign in a word of a query, as it was typed and without stars at its end."""
    for pattern, message in _WORD_SIGNS:
        if match := pattern.fullmatch(word):
            return ForeignSyntax(match.start("sign"), message)
    return None


def find_star_in_phrase(phrase: str) -> ForeignSyntax | None:
    """Return a star that would stand for a whole word or part of one inside a phrase.

    >>> find_star_in_phrase("the * boat"), find_star_in_phrase("a boa*"), find_star_in_phrase("5 * 3")
    (ForeignSyntax(position=4, message='in a phrase a star stands at the end only: "peace tal*"'), None, None)
    """
    star = _STAR_IN_PHRASE.search(phrase)
    return ForeignSyntax(star.start(), 'in a phrase a star stands at the end only: "peace tal*"') if star else None


def find_odd_near(before: str, word: str, after: str) -> ForeignSyntax | None:
    """Return what is odd about a NEAR: in small letters, parted from its parenthesis, or between words.

    >>> find_odd_near("peace", "NEAR", " talks").message
    'NEAR stands before its words: NEAR(peace talks, 5)'
    >>> find_odd_near("THE", "NEAR", " EAST")
    """
    if word.upper() != "NEAR":
        return None
    if word != "NEAR":
        message = "NEAR is written in capitals: NEAR(peace talks, 5)"
        return ForeignSyntax(0, message) if after.startswith("(") else None
    if after.startswith(" ("):
        return ForeignSyntax(len(word), "no space between NEAR and its parenthesis: NEAR(peace talks, 5)")
    if before and not before.isupper() and after.strip() and not after.startswith("("):
        return ForeignSyntax(0, "NEAR stands before its words: NEAR(peace talks, 5)")
    return None


def find_slop(after_phrase: str) -> ForeignSyntax | None:
    """Return the distance of words that follows a phrase, where one does (``"peace talks"~5``)."""
    return ForeignSyntax(0, _NEAR) if _SLOP.match(after_phrase) else None


def find_field_without_colon(word: str, after: str, known_names: Sequence[str]) -> ForeignSyntax | None:
    """Return a field that is written ``name=value`` or, as the archives of newspapers do, ``NAME(words)``.

    Args:
        word: a word of a query, without parentheses.
        after: what follows the word directly.
        known_names: the fields there are.

    """
    if match := _FIELD_WITH_EQUALS.fullmatch(word):
        name, sign = match["name"], len(match["name"])
    elif after.startswith("(") and _FREQUENCY.fullmatch(word):
        return ForeignSyntax(0, "how often a word stands in an article is no condition: leave it out")
    elif after.startswith("(") and word.isupper():
        name, sign = word, 0
    else:
        return None
    if name.lower() in known_names:
        return ForeignSyntax(sign, f"a field ends with a colon: {name.lower()}:boat or {name.lower()}:(boat OR ship)")
    field_here = _FIELDS.get(name.lower())
    return ForeignSyntax(sign, f"there is no field {name}, but {field_here}") if field_here else None


def explain_field(name: str, value: str, known_names: Sequence[str]) -> str | None:
    """Return what is wrong with a field that is none of those known; None where it may be a word before a colon.

    Args:
        name: what stands before the colon.
        value: what follows the colon, or how it begins.
        known_names: the fields there are.

    """
    if name.lower() == "regex":
        return "there are no patterns: write words, or prefix*"
    if value.startswith("/"):  # an address
        return None
    if (field_here := _FIELDS.get(name.lower())) and not value[:1].isspace() and value:
        return f"there is no field {name}:, but {field_here}"
    close_names = difflib.get_close_matches(name.lower(), known_names, 1, 0.8) if len(name) > 3 else []
    return f"there is no field {name}: (did you mean {close_names[0]}: ?)" if close_names else None
