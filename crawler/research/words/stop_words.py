"""Stop lists: words that are left out of what is listed, for all languages or each for its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from crawler.errors import MissingExtra
from crawler.normalisation.words.tokenizer import BARRIER, index_words, is_unspaced
from crawler.research.words.tokens import join_words

PACKAGED: Final = "iso"
"""What the lists of the package stopwordsiso are called, which has them for 58 languages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopLists:
    """The words to leave out, as the index holds them."""

    everywhere: frozenset[str] = frozenset()
    by_language: Mapping[str, frozenset[str]] = field(default_factory=dict)
    packaged: bool = False
    """Those of stopwordsiso, too."""

    def list_for(self, language: str) -> frozenset[str]:
        """Return the words to leave out in a language.

        Raises:
            MissingExtra: stopwordsiso is asked for, and not installed.

        """
        packaged = _read_packaged(language) if self.packaged else frozenset()
        return self.everywhere | self.by_language.get(language, frozenset()) | packaged


def make_stop_lists(words: StopLists | Collection[str]) -> StopLists:
    """Return stop lists as they are, and words as a list for all languages."""
    return words if isinstance(words, StopLists) else StopLists(everywhere=frozenset(words))


def read_stop_words(text: str) -> frozenset[str]:
    r"""Return the words of a text as they are counted, those of scripts that part no words from mark to mark.

    >>> sorted(read_stop_words("The\n我们 的"))
    ['the', '我们', '的']

    What follows a bar in a line is a comment, as in the lists of Snowball, and a line that begins with ``#`` is one.

    >>> sorted(read_stop_words("# English\nwe | as subject\nwe'll"))
    ['ll', 'we']
    """
    words: set[str] = set()
    lines = (line.partition("|")[0] for line in text.splitlines() if not line.lstrip().startswith("#"))
    for piece in " ".join(lines).split():
        for _, group in groupby(index_words(piece), lambda word: word == BARRIER):
            parts = [word for word in group if word != BARRIER]
            words.update([join_words(parts)] if all(map(is_unspaced, parts)) and parts else parts)
    return frozenset(words)


def has_stop_word(token: str, stop: Collection[str]) -> bool:
    """Return True for a word of a stop list, and for a run of words with one in it.

    >>> [has_stop_word(token, {"of", "的"}) for token in ("of", "sea of boats", "offer", "的港")]
    [True, True, False, False]
    """
    return token in stop or (" " in token and any(word in stop for word in token.split(" ")))


def check_packaged() -> None:
    """Raise MissingExtra where the package of stop lists is not installed."""
    try:
        import stopwordsiso  # noqa: F401
    except ImportError as error:
        raise MissingExtra("stopwordsiso") from error


def _read_packaged(language: str) -> frozenset[str]:
    check_packaged()
    import stopwordsiso

    code = language.partition("-")[0].lower()
    return read_stop_words("\n".join(stopwordsiso.stopwords(code))) if stopwordsiso.has_lang(code) else frozenset()
