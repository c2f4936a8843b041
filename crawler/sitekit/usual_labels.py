"""Knows the labels that are usual over related links, and those over boxes of other kinds."""

from __future__ import annotations

from functools import cache
from typing import Final

from crawler.extraction.layout.labels import fold_label
from crawler.normalisation.words.word_tables import load_table

_OTHER_BOXES: Final = (
    "advertis anzeige werbung publicid publicit annons reklam sponsor newsletter subscri abonn suscri iscriviti "
    "trending popular most read most viewed meistgelesen plus lus más leí mest läst lest latest neueste derni últim "
    "ultim video podcast comment kommentar coment follow folgen share teilen compart condivid download app store "
    "copyright privacy cookie topics tags themen etiquet article content continue weiterlesen log in sign"
)
_WORDS: Final = tuple(_OTHER_BOXES.split())


def is_usual_label(folded: str) -> bool:
    """Return True if the reader takes a folded label for one over related links, without the site's help."""
    return folded in _load("related", "generous")


def is_other_box(folded: str) -> bool:
    """Return True if a folded label heads advertisements, newsletters, lists of the section or other boxes."""
    if is_usual_label(folded):
        return False
    return folded in _load("lists") or any(word.startswith(_WORDS) for word in folded.split())


@cache
def _load(*kinds: str) -> frozenset[str]:
    table = load_table("related")
    return frozenset(fold_label(label) for kind in kinds for labels in table[kind].values() for label in labels)
