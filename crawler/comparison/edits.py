"""What an edit was: two versions of an article in, one word for the change out. Pure; computed when it is read.

The rules, from the first that fits:

1. *unpublished*: the new text is a notice of withdrawal, or next to nothing. (A page answered with 404 or 410 makes no
   version; its article is "gone", which ``seealso show`` calls unpublished too.)
2. *correction*: the new text has a notice of correction that the old one had not. The paper says so itself.
3. *typo*: all that changed is spelling, punctuation, case, spacing, a word printed twice, the split into paragraphs.
4. *headline*: beyond spelling only the headline changed.
5. *correction*: beyond spelling and the headline, few words changed: a number, a name, a date, a byline.
6. *substance*: everything else.

What counts as spelling is decided word by word in :func:`is_misspelling`. It errs towards "correction": a reader who
looks up all corrections and finds a misprint among them has lost a minute; one who misses a changed number is misled.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from crawler.comparison.diff import PARAGRAPH_BREAK, DiffToken, TokenChange, diff_words
from crawler.normalisation.bylines import strip_prefix
from crawler.normalisation.text import count_words, fold

FEW_WORDS = 6
"""Words that may change in a correction: a name with its office, or a date."""
FEW_SHARE = 0.03
"""In a long article more may: 15 words of 500."""
NEXT_TO_NOTHING = 0.1
"""Of a text that was withdrawn this much may be left: its place, or "See above"."""
NOTICE_WORDS = 60
"""A notice of withdrawal is short; an article about a withdrawal is not."""
SHORT_WORD = 5
"""Letters below which one other letter makes another word ("war", "was"; "now", "not")."""
LONG_WORD = 8
"""Letters from which on two wrong ones are still a misprint."""


_CORRECTED = re.compile(
    r"(?<!\w)(?:corrections?|corrected|erratum|errata|errata corrige|rettifica|correzione|corrección|rectificación"
    r"|fe de erratas|fe de errores)\s*[:(]|(?:an?|the) (?:earlier|previous|prior|former) version"
    r"|una versione precedente|una versión anterior|更正|勘误|勘誤",
    re.IGNORECASE,
)
_WITHDRAWN = re.compile(
    r"(?:article|story|report|text|page) (?:has been|was|is|have been) (?:\w+ )?"
    r"(?:withdrawn|removed|retracted|unpublished|taken down|deleted)"
    r"|(?:articolo|testo|pagina) (?:è stat[oa] )?(?:ritirat[oa]|rimoss[oa]|cancellat[oa])"
    r"|(?:artículo|texto|página|noticia) (?:ha sido |fue )?(?:retirad[oa]|eliminad[oa]|borrad[oa])"
    r"|(?:文章|本文|报道|報導)\S{0,4}(?:撤回|撤下|撤稿|删除|刪除)",
    re.IGNORECASE,
)
_SENTENCE_ENDS = frozenset('.!?:;"“”«»「『…。！？：')
_FEW_SIGNS = frozenset("%‰°№")


class EditKind(StrEnum):
    """Kinds of edits."""

    TYPO = "typo"
    HEADLINE = "headline"
    CORRECTION = "correction"
    SUBSTANCE = "substance"
    UNPUBLISHED = "unpublished"


class TextVersion(Protocol):
    """The four texts of a version."""

    @property
    def headline(self) -> str: ...
    @property
    def lead(self) -> str | None: ...
    @property
    def byline(self) -> str | None: ...
    @property
    def body(self) -> str: ...


def classify_edit(old: TextVersion, new: TextVersion, language: str | None = None) -> EditKind:
    """Say what kind of edit made one version of the other; the module tells the rules."""
    before, after = _running_text(old), _running_text(new)
    size = count_words(before)
    if is_withdrawal(after, size) or count_words(after) < NEXT_TO_NOTHING * size:
        return EditKind.UNPUBLISHED
    if len(_CORRECTED.findall(after)) > len(_CORRECTED.findall(before)):
        return EditKind.CORRECTION
    in_headline = count_words_changed(old.headline, new.headline)
    in_rest = count_words_changed(before, after) + count_words_changed(_names(old, language), _names(new, language))
    if not in_rest:
        return EditKind.HEADLINE if in_headline else EditKind.TYPO
    return EditKind.CORRECTION if in_rest <= max(FEW_WORDS, FEW_SHARE * size) else EditKind.SUBSTANCE


def is_withdrawal(text: str, former_words: int) -> bool:
    """Return True if a text is an editor's notice that stands in the place of a longer article."""
    words = count_words(text)
    return words <= NOTICE_WORDS and 2 * words < former_words and _WITHDRAWN.search(text) is not None


def count_words_changed(old: str, new: str) -> int:
    """Count the words that left or came, whichever are more at each place; spelling and punctuation count nothing."""
    made = diff_words(old, new)
    return sum(_count_changed(made, at) for at, change in enumerate(made) if not change.stayed)


def is_misspelling(old: str, new: str, *, name: bool = False) -> bool:
    """Return True if one word is the other, differently spelled.

    Case and accents alone, and two neighbouring letters swapped, always are. Other letters may be wrong in long words
    only, never the first (so "legal" and "illegal" differ), never in a ``name``, and no digit may be.

    >>> is_misspelling("recieve", "receive"), is_misspelling("war", "was"), is_misspelling("2009", "2010")
    (True, False, False)
    """
    if old == new:
        return True
    if any(character.isdigit() for character in old + new):
        return False
    one, other = _letters(old), _letters(new)
    if one == other or _is_transposition(one, other):
        return True
    short = min(len(one), len(other))
    if name or short < SHORT_WORD or max(len(one), len(other)) > 40 or one[0] != other[0]:
        return False
    return _distance(one, other) <= (1 if short < LONG_WORD else 2)


def _running_text(version: TextVersion) -> str:
    # A paragraph that is read as the lead today and as the body tomorrow is no change.
    return f"{version.lead}{PARAGRAPH_BREAK}{version.body}" if version.lead else version.body


def _names(version: TextVersion, language: str | None) -> str:
    return strip_prefix(version.byline, language) if version.byline else ""


def _count_changed(made: Sequence[TokenChange], at: int) -> int:
    left, came = _words(made[at].left), _words(made[at].came)
    before = made[at - 1].stayed if at else ()
    if _join_words(left) == _join_words(came):
        return 0
    around = {*_words(before)[-1:], *_words(made[at + 1].stayed if at + 1 < len(made) else ())[:1]}
    if len(left) + len(came) == 1 and (*left, *came)[0] in around:
        return 0  # printed twice, once too often
    if len(left) != len(came):
        return max(len(left), len(came))
    inside = bool(before) and before[-1].text != PARAGRAPH_BREAK and before[-1].text not in _SENTENCE_ENDS
    return sum(
        not is_misspelling(one, other, name=(inside or place > 0) and one[:1].isupper() and other[:1].isupper())
        for place, (one, other) in enumerate(zip(left, came, strict=True))
    )


def _words(run: Sequence[DiffToken]) -> list[str]:
    return [token.text for token in run if token.text != PARAGRAPH_BREAK and _is_meaningful(token.text)]


def _is_meaningful(sign: str) -> bool:
    """Return True if a token is more than punctuation: a word, a number, a currency, a percentage."""
    return sign[0].isalnum() or sign in _FEW_SIGNS or unicodedata.category(sign[0]) in ("Sc", "Lo", "So")


def _join_words(words: Sequence[str]) -> str:
    """Return words without what parts them, so that "to day" is "today"; numbers keep their signs."""
    return "".join(word if any(character.isdigit() for character in word) else _letters(word) for word in words)


def _letters(word: str) -> str:
    return "".join(character for character in fold(word) if character.isalnum()) or word


def _is_transposition(one: str, other: str) -> bool:
    if len(one) != len(other) or len(one) < 3:
        return False
    differ = [at for at in range(len(one)) if one[at] != other[at]]
    return (
        len(differ) == 2
        and differ[1] == differ[0] + 1
        and one[differ[0]] == other[differ[1]]
        and one[differ[1]] == other[differ[0]]
    )


def _distance(one: str, other: str) -> int:
    """Return how many letters must be added, dropped or replaced (Levenshtein); words are short here."""
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        former, row[0] = row[0], i
        for j, against in enumerate(other, 1):
            former, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, former + (letter != against))
    return row[-1]
