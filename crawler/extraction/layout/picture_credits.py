"""Knows the words that say whose a picture is, and the lines that are such words or end with them."""

from __future__ import annotations

import re
from typing import Final

from crawler.normalisation.words.word_tables import load_table

_WORDS: Final = (
    r"(?:photos?|fot[oó][sk]?|kép(?:ek)?|photograph(?:s|er|y)?|fotogra\w{2,6}|bild(?:er)?|images?|pictures?|"
    r"im[aá]gen(?:es)?|image[mn]s?|immagin[ei]|cr[eé]dit[os]?|courtesy|zdjęci[ea]|fot\.|фото|φωτ[οό]\w{0,8}|εικόνα|عکس|"
    r"صورة|الصورة|ảnh|写真|图片|圖片|사진|"
    rf"{'|'.join(sorted(map(re.escape, load_table('picture_credits')['words']), key=len, reverse=True))})"
)
"""Words for a picture, and for who took it; those of the table have no other form."""
_JOINERS: Final = r"(?:\s(?:credits?|by|von|di|de|courtesy(?: of)?))?"
_LONGEST_CREDIT: Final = 100
_LONGEST_LINE: Final = 80
_LONGEST_BRACKETED: Final = 160
_LINE: Final = re.compile(rf"{_WORDS}{_JOINERS}\s?[:：]\s?.{{1,60}}", re.I)
_END: Final = re.compile(
    rf"(?:^|[\s(（\[/|.–—-]){_WORDS}{_JOINERS}(?:\s?[:：©]|\s/)\s?"
    r"(?:[^.!?。:]|(?<=\b[A-ZÀ-Þ])\.){2,60}[.)）\]]{0,2}$",
    re.I,
)
_BRACKETED: Final = re.compile(
    rf"[^.!?。！？]{{2,120}}[(（\[【]\s?(?:(?:ph|{_WORDS})(?:\b|(?<=[\u3040-\ud7a3]))|资料图|資料圖|資料照|图[:：/]|圖[:：/])"
    r"[^()（）,;，、]{0,60}[)）\]】]",
    re.I,
)
_IN_BRACKETS: Final = re.compile(
    rf"[(（](?:[^()（）]{{0,100}}[\s.])?(?:{_WORDS}|\w{{1,20}}(?:bild|kép|foto|photo))\s?[:：][^()（）]{{2,100}}[)）]",
    re.I,
)


_NAMED: Final = re.compile(
    r"[.!?][\"”’»]?\s?[|/]\s?[A-ZÀ-Þ][\w.'’-]{1,20}(?:\s[A-ZÀ-Þ][\w.'’-]{0,20}){1,3}(?:\s?[/|,]\s?[A-Z][\w .-]{1,30})?$"
)
"""A sentence, a bar, and a name: "The pier at noon. | Ann Lee"."""


def is_credit(text: str) -> bool:
    """Is a short line nothing but whose picture stands above it: "Photo: Ann Lee"?"""
    return len(text) < _LONGEST_LINE and (":" in text or "：" in text) and _LINE.fullmatch(text) is not None


def is_bracketed_credit(text: str) -> bool:
    """Is a line what a picture shows, and in brackets whose it is: "The pier (photo by Ann Lee)", "(Photo: Bo)"?"""
    if len(text) > _LONGEST_BRACKETED or text[-1] not in ")）]】":
        return False
    return (_IN_BRACKETS if text[0] in "(（" else _BRACKETED).fullmatch(text) is not None


def ends_with_credit(text: str) -> bool:
    """Does a line end with whose picture it is printed under: "The pier. Photo: Ann Lee"?

    >>> ends_with_credit("The pier at noon. Photo: Ann Lee"), ends_with_credit("He took a photo of the pier at noon.")
    (True, False)
    """
    end = text[-_LONGEST_CREDIT:]
    may_end = ":" in end or "\u00a9" in end or "\uff1a" in end or " /" in end  # sooner than the pattern
    return (may_end and _END.search(end) is not None) or (("|" in end or "/" in end) and _NAMED.search(end) is not None)


def is_credited(text: str) -> bool:
    """Is a line one under a picture, as its end, a mark of copyright or a bracket says?"""
    return "\u00a9" in text or ends_with_credit(text) or is_bracketed_credit(text)
