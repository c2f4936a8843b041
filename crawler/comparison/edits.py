"""Classifies the edit between two versions of an article as one :class:`EditKind`.

The functions are pure. The kind is not stored but computed when an article is read. The first rule that fits decides:

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
from crawler.normalisation.bylines.byline import strip_prefix
from crawler.normalisation.words.text import count_words, fold

FEW_WORDS = 6
"""Words that may change in a correction: as many as a name with its office, or a date."""
FEW_SHARE = 0.03
"""Share of the words that may change in a correction of a long article: 15 words of 500."""
NEXT_TO_NOTHING = 0.1
"""Share of a withdrawn text that may be left: its place, or "See above"."""
NOTICE_WORDS = 60
"""Words of the longest notice of withdrawal; an article about a withdrawal is longer."""
SHORT_WORD = 5
"""Letters; in a shorter word one different letter makes another word ("war", "was"; "now", "not")."""
LONG_WORD = 8
"""Letters; in a word of this length or longer two wrong letters are still a misprint."""


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
    """The kinds of edits; the docstring of the module defines them."""

    TYPO = "typo"
    HEADLINE = "headline"
    CORRECTION = "correction"
    SUBSTANCE = "substance"
    UNPUBLISHED = "unpublished"


class TextVersion(Protocol):
    """The four texts of a version, as :func:`classify_edit` reads them."""

    @property
    def headline(self) -> str: ...
    @property
    def lead(self) -> str | None: ...
    @property
    def byline(self) -> str | None: ...
    @property
    def body(self) -> str: ...


def classify_edit(old: TextVersion, new: TextVersion, language: str | None = None) -> EditKind:
    """Return the kind of the edit that made ``new`` of ``old``, by the rules of this module.

    ``language`` is that of the byline, whose prefix ("by") is not compared.
    """
    before, after = _join_lead_and_body(old), _join_lead_and_body(new)
    size = count_words(before)
    if is_withdrawal(after, size) or count_words(after) < NEXT_TO_NOTHING * size:
        return EditKind.UNPUBLISHED
    if len(_CORRECTED.findall(after)) > len(_CORRECTED.findall(before)):
        return EditKind.CORRECTION
    in_headline = count_words_changed(old.headline, new.headline)
    in_rest = count_words_changed(before, after) + count_words_changed(
        _strip_byline(old, language), _strip_byline(new, language)
    )
    if not in_rest:
        return EditKind.HEADLINE if in_headline else EditKind.TYPO
    return EditKind.CORRECTION if in_rest <= max(FEW_WORDS, FEW_SHARE * size) else EditKind.SUBSTANCE


def is_withdrawal(text: str, former_words: int) -> bool:
    """Return True if a text is an editor's notice in the place of an article of ``former_words`` words."""
    words = count_words(text)
    return words <= NOTICE_WORDS and 2 * words < former_words and _WITHDRAWN.search(text) is not None


def count_words_changed(old: str, new: str) -> int:
    """Count the words that changed: at each place the words that left or those that came, whichever are more.

    Differences of spelling and punctuation are not counted.
    """
    changes = diff_words(old, new)
    return sum(_count_changed(changes, position) for position, change in enumerate(changes) if not change.stayed)


def is_misspelling(old: str, new: str, *, name: bool = False) -> bool:
    """Return True if two words are one word, differently spelled.

    Words are, when they differ in case and accents alone or in two neighbouring letters that are swapped. Other letters
    may differ in long words only, never the first (so "legal" and "illegal" differ) and never in a ``name``. Words that
    differ in a digit are not.

    >>> is_misspelling("recieve", "receive"), is_misspelling("war", "was"), is_misspelling("2009", "2010")
    (True, False, False)
    """
    if old == new:
        return True
    if any(character.isdigit() for character in old + new):
        return False
    old_letters, new_letters = _fold_letters(old), _fold_letters(new)
    if old_letters == new_letters or _is_transposition(old_letters, new_letters):
        return True
    shorter_length = min(len(old_letters), len(new_letters))
    if (
        name
        or shorter_length < SHORT_WORD
        or max(len(old_letters), len(new_letters)) > 40
        or old_letters[0] != new_letters[0]
    ):
        return False
    return _count_letter_edits(old_letters, new_letters) <= (1 if shorter_length < LONG_WORD else 2)


def _join_lead_and_body(version: TextVersion) -> str:
    # A paragraph that one reading takes for the lead and the next for the body is no change.
    return f"{version.lead}{PARAGRAPH_BREAK}{version.body}" if version.lead else version.body


def _strip_byline(version: TextVersion, language: str | None) -> str:
    return strip_prefix(version.byline, language) if version.byline else ""


def _count_changed(changes: Sequence[TokenChange], position: int) -> int:
    words_left, words_came = _list_words(changes[position].left), _list_words(changes[position].came)
    stayed_before = changes[position - 1].stayed if position else ()
    if _join_words(words_left) == _join_words(words_came):
        return 0
    neighbours = {
        *_list_words(stayed_before)[-1:],
        *_list_words(changes[position + 1].stayed if position + 1 < len(changes) else ())[:1],
    }
    if len(words_left) + len(words_came) == 1 and (*words_left, *words_came)[0] in neighbours:
        return 0  # printed twice, once too often
    if len(words_left) != len(words_came):
        return max(len(words_left), len(words_came))
    in_sentence = (
        bool(stayed_before)
        and stayed_before[-1].text != PARAGRAPH_BREAK
        and stayed_before[-1].text not in _SENTENCE_ENDS
    )
    return sum(
        not is_misspelling(
            old_word, new_word, name=(in_sentence or index > 0) and old_word[:1].isupper() and new_word[:1].isupper()
        )
        for index, (old_word, new_word) in enumerate(zip(words_left, words_came, strict=True))
    )


def _list_words(run: Sequence[DiffToken]) -> list[str]:
    return [token.text for token in run if token.text != PARAGRAPH_BREAK and _is_meaningful(token.text)]


def _is_meaningful(sign: str) -> bool:
    """Return True if a token is more than punctuation: a word, a number, a currency, a percentage."""
    return sign[0].isalnum() or sign in _FEW_SIGNS or unicodedata.category(sign[0]) in ("Sc", "Lo", "So")


def _join_words(words: Sequence[str]) -> str:
    """Return words joined without separators, so that "to day" equals "today"; numbers keep their signs."""
    return "".join(word if any(character.isdigit() for character in word) else _fold_letters(word) for word in words)


def _fold_letters(word: str) -> str:
    return "".join(character for character in fold(word) if character.isalnum()) or word


def _is_transposition(old: str, new: str) -> bool:
    if len(old) != len(new) or len(old) < 3:
        return False
    differing = [index for index in range(len(old)) if old[index] != new[index]]
    return (
        len(differing) == 2
        and differing[1] == differing[0] + 1
        and old[differing[0]] == new[differing[1]]
        and old[differing[1]] == new[differing[0]]
    )


def _count_letter_edits(old: str, new: str) -> int:
    """Return how many letters must be added, dropped or replaced (Levenshtein distance); both words are short."""
    row = list(range(len(new) + 1))
    for i, letter in enumerate(old, 1):
        diagonal, row[0] = row[0], i
        for j, other_letter in enumerate(new, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (letter != other_letter))
    return row[-1]
