"""Finds the headline of a page that is a record: labels with their values in rows, as databases print them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from crawler.extraction.layout.labels import fold_label
from crawler.extraction.layout.lines import TextLine
from crawler.items import Found
from crawler.normalisation.words.text import COLONS

_MAX_LINES: Final = 60
"""Lines in which the labels of a record are looked for."""
_LONGEST_LABEL: Final = 16
_LONGEST_HEADLINE: Final = 200
_LABELS: Final = frozenset(
    map(
        fold_label,
        (
            *("title", "headline", "subject", "titolo", "oggetto", "título", "asunto", "assunto", "titre", "objet"),
            *("titel", "betreff", "überschrift", "onderwerp", "tytuł", "temat", "заголовок", "название", "тема"),
            *("标题", "標題", "主题", "主題", "题目", "題目", "件名", "題名", "見出し", "제목", "العنوان", "الموضوع"),
            *("τίτλος", "θέμα", "כותרת", "נושא", "หัวข้อ", "tiêu đề", "başlık", "konu"),
        ),
    )
)


def find_labelled_headline(candidates: Sequence[TextLine]) -> tuple[int, int, Found] | None:
    """Return the indexes of the line under "Title:", and the line as the headline; None where no label says so."""
    for label, line in pairwise(candidates[:_MAX_LINES]):
        text = label.text
        if len(text) <= _LONGEST_LABEL and text[-1] in COLONS and fold_label(text.rstrip(COLONS)) in _LABELS:
            is_value = not line.has_links and len(line.text) <= _LONGEST_HEADLINE and line.text[-1] not in COLONS
            return (line.index, line.index, Found(value=line.text, source="anatomy:headline")) if is_value else None
    return None
