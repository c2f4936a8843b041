"""Reads the labels on a line of bylines, as Chinese and Japanese pages print them: 来源：… 作者：… 责任编辑：…"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from crawler.normalisation.bylines.names import is_han
from crawler.normalisation.words.text import COLONS
from crawler.normalisation.words.word_tables import load_table, load_words, make_word_key


def pick_labelled_writers(text: str) -> str:
    """Return the writers of a line of labels under one label; any other text as it is.

    >>> pick_labelled_writers("来源：港口日报 作者：李明 责任编辑：王芳")
    '作者：李明'
    """
    if not _MARK.search(text):
        return text
    if writer := _find_labelled_writer(text):
        return writer
    labels = list(_compile_labels().finditer(text))
    writers = []
    for label, following in pairwise([*labels, None]):
        if label is None or label["writer"] is None:
            continue
        end = len(text) if following is None else following.start()
        if name := text[label.end() : end].strip(_SEPARATORS):
            writers.append((label["writer"], name))
    if not writers or (len(writers) == len(labels) == 1 and not text[: labels[0].start()].strip(_SEPARATORS)):
        return text
    return f"{writers[0][0]}：{'、'.join(name for _, name in writers)}"


def _find_labelled_writer(text: str) -> str | None:
    """Return the writer of a line of labels in Latin letters: "Source: Post Author: Ann Lee Date: 2024-02-05"."""
    labels = list(_LATIN_LABEL.finditer(text))
    if len(labels) < 2 or text[: labels[0].start()].strip(_SEPARATORS):
        return None
    for label, following in pairwise([*labels, None]):
        if label is not None and label["writer"]:
            name = text[label.end() : len(text) if following is None else following.start()].strip(_SEPARATORS)
            return f"{label['writer']}: {name}" if name else None
    return None


_LATIN_LABEL = re.compile(
    r"(?:^|(?<=[\s|,;/]))(?:(?P<writer>author|writer|reporter|written by|by|autora?|auteur|autore)|"
    r"(?:edited|reviewed|checked|photos?|photographs|illustrated|translated|produced|published|posted) by|source|date|"
    r"time|editors?|views?|"
    r"hits|category|published|updated|release(?: time| date)?|click|font size|fuente|fecha|fonte|data|quelle|"
    r"datum)\s?[:：]\s?",
    re.I,
)


def names_others(text: str) -> bool:
    """Return True if a line is a label of editors, sources or pictures with their names, in brackets or not.

    >>> names_others("(责编：李四、张三)"), names_others("作者：王五")
    (True, False)
    """
    bare = text.strip("(（[【)）]】 ")
    if len(bare) > _LONGEST_LINE:
        return False
    if took_picture(bare):
        return True
    label = _compile_labels().match(bare)
    if label is not None:
        return label["other"] is not None
    first, _, names = bare.partition(" ")
    if bare != text and first in load_table("byline_words")["cjk"]["labels"] and is_han(names.replace(" ", "")):
        return True
    return ":" in bare and (other := compile_others().match(bare)) is not None and ":" in other["mark"]


def took_picture(text: str) -> bool:
    """Return True if a short line in Chinese says who took the picture, and did not write.

    >>> took_picture("記者 李文 攝"), took_picture("記者李文文／攝")
    (True, False)
    """
    return text[-1:] in ("攝", "摄") and len(text) <= _LONGEST_CREDIT and _WROTE_TOO.search(text) is None


_LONGEST_CREDIT = 24
_WROTE_TOO = re.compile(r"文\s?[／/、]|撰")


def names_role(text: str) -> bool:
    """Return True if a line is a label and what the writer is, or where: "Role, Harbour correspondent"."""
    label, mark, rest = text.partition("," if "," in text else ":")
    return bool(mark and rest) and len(text) <= _LONGEST_LINE and make_word_key(label) in _load_roles()


@cache
def _load_roles() -> frozenset[str]:
    return load_words("byline_words", "others", "roles")


def strip_comment_label(text: str) -> str:
    """Return a byline without the label at its end that invites to comment.

    >>> strip_comment_label("by Ann Lee Leave a Comment")
    'by Ann Lee'
    """
    if _load_first_words().isdisjoint(text.lower().split()):
        return text  # most bylines
    return _compile_comment_labels().sub("", _compile_labels_of_more().sub("", text))


def strip_help(text: str) -> str:
    """Return a byline without what its second writer helped with.

    >>> strip_help("Ann Lee with additional reporting by Bo Ray")
    'Ann Lee with Bo Ray'
    """
    return _HELP.sub(r"\1 ", text) if any(map(text.lower().__contains__, _WORDS_OF_HELP)) else text


_WORDS_OF_HELP = ("reporting", "contribution", "research")
_HELP = re.compile(r"\b(with|and)\s(?:additional\s)?(?:reporting|contributions?|research)\s(?:by|from)\s", re.I)


@cache
def _load_first_words() -> frozenset[str]:
    """Return the first words of the labels that stand behind a byline."""
    labels = load_table("byline_words")["labels"]
    return frozenset(label.split()[0] for label in (*labels["more"], *labels["comments"]))


_LONGEST_LINE = 60
_MARK = re.compile("[:：／/|｜・＝]")
_SEPARATORS = " 　|｜/／,，;；·•"


def find_others(text: str) -> list[tuple[int, int, int]]:
    """Return the spans of labels with the names of those behind them that wrote nothing: "Fotos: X", "and photos by X".

    Each is where it begins, where its label does, and where it ends. "Text and photos by X" names the writer.
    """
    spans: list[tuple[int, int, int]] = []
    for match in compile_others().finditer(text):
        start, end = match.span()
        joiner = _AND.search(text, 0, start)
        # "Text and photos by X" names the writer, "Ann Lee and photos by X" and "Ann Lee / Photos: X" do not.
        if joiner is not None and not _ends_with_name(text[: joiner.start()]):
            continue
        label = start
        start = joiner.start() if joiner is not None and joiner[0].strip() != "/" else start
        if start and text[start - 1] in "(（[":  # all that stands in the brackets
            close = next((place for place in range(start, len(text)) if text[place] in ")）]"), len(text) - 1)
            start, label, end = start - 1, start - 1, close + 1
        spans.append((start, label, end))
    return spans


def _ends_with_name(text: str) -> bool:
    """Are the last words of a text a name, not a label that is joined to the next?"""
    words = text.split()
    return len(words) > 1 and all(word[:1].isupper() or not word[0].islower() for word in words[-2:])


_AND = re.compile(r"(?:\b(?:with|mit|avec|con|and|und|et|y|e|i|en|og|och|ja|és|ve|и|й|і|та|και|și)|[&+/])\s*$", re.I)


@cache
def compile_others() -> re.Pattern[str]:
    """Return a pattern of a label with the names of those behind it that wrote nothing: "Fotos: X", "photos by X"."""
    table = load_table("byline_words")["others"]
    labels, bare, behind, joiners = (
        "|".join(
            re.escape(word).replace(r"\ ", r"\s").replace(r"\*", r"[^\W\d_]{2,20}")
            for word in sorted(table[name], key=len, reverse=True)
        )
        for name in ("labels", "bare", "bare_behind", "joiners")
    )
    writer = r"(?<=\s)(?:[Tt]ext|[Ww]ords|[Ss]tory|[Ww]ritten|[Rr]eport(?:ing|ed)?)\sby\s"
    stop = rf"(?=\s*(?:$|{writer}|[|·•⋅;؛\ue000-\uf8ff]|/\s*[^\W\d_]+\s?[:：]|\s[-–—]\s|[^\W\d_]+\s?[:：]))"
    return re.compile(
        rf"(?<![\w-])(?:(?:{labels})(?P<mark>\.?\s?[{COLONS}]|\s(?:{joiners})(?=\s))|(?:(?<=[-–—,،|/(]\s)|^)(?:{bare})(?=\s)|(?<=,\s)(?:{behind})\.?(?=\s))"
        rf"\s*[^:：|]{{1,80}}?{stop}",
        re.I,
    )


@cache
def _compile_comment_labels() -> re.Pattern[str]:
    labels = "|".join(map(re.escape, load_table("byline_words")["labels"]["comments"]))
    return re.compile(
        rf"(?<=\S)(?:\s*[|·•⋅–—-])?\s(?:{labels})(?:\s(?:on|zu|für|sur|en|su)\s.{{1,80}}|\s@\w{{1,40}})?$", re.I
    )


@cache
def _compile_labels_of_more() -> re.Pattern[str]:
    labels = "|".join(map(re.escape, load_table("byline_words")["labels"]["more"]))
    return re.compile(rf"(?<=\S)(?:\s*[|·•⋅–—-])?\s(?:{labels})\s.{{1,80}}$", re.I)


@cache
def _compile_labels() -> re.Pattern[str]:
    prefixes = {word for row in load_table("bylines")["prefixes"].values() for word in row if is_han(word)}
    others = set(load_table("byline_words")["cjk"]["labels"]) - prefixes
    writer, other = ("|".join(map(_guard_label, sorted(words, key=len, reverse=True))) for words in (prefixes, others))
    return re.compile(
        rf"(?:(?P<other>{other})|(?P<writer>{writer}))(?:\s?[:：／/|｜＝]|(?<=写真|撮影|執筆|取材)・|(?<=文)・)\s*"
    )


def _guard_label(label: str) -> str:
    """Return the pattern of a label; one of a single character may be the end of a name ("記者陳大文／台北報導")."""
    return label if len(label) > 1 else rf"(?<!\w){label}"
