"""Reads the paragraphs of a text that an editor keeps as JSON: blocks, runs of text in them, trees of elements.

Known are portable text, Contentful, Slate, Draft.js, Editor.js, Lexical, ProseMirror, Mobiledoc, Quill, the content of
Nuxt, and the trees in which parsers of HTML and Markdown write their elements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

from crawler.extraction.layout.labels import PROSE, ends_sentence, measure_prose
from crawler.extraction.layout.lines import read_lines
from crawler.extraction.parsing.markup import Hint
from crawler.extraction.parsing.tree import read_tree
from crawler.normalisation.words.text import clean

MARKUP: Final = re.compile(r"<[a-z!/]", re.I)
_MAX_DEPTH: Final = 60
_MOST_RUNS: Final = 1_000
_BLOCK: Final = re.compile(
    r"(?:core/)?(?:p|par|paragraph|text|raw_html|h[1-6]|head(?:ing|er)(?:[-_]?\w{1,5})?|quote|blockquote|block|unstyled|"
    r"(?:un)?(?:ordered)?[-_]?list[-_]?item|li)",
    re.I,
)
_TAGS: Final = ("tagName", "tag", "name")
"""Where a tree of elements has the tag of an element whose type says only that it is one."""
_MINIMAL_TAG: Final = re.compile(r"[a-z][a-z0-9-]{0,20}")
_CONTENT: Final = ("text", "content", "value", "children", "html", "data", "body", "insert")
_LISTS_OF_RUNS: Final = ("children", "content", "spans", "runs")


def split_paragraphs(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a text: the lines of HTML that are no menu, or lines of plain text."""
    if not MARKUP.search(text):
        text = _strip_markdown(text) if _MARKDOWN.search(text) else text
        return tuple(paragraph for line in text.split("\n") if (paragraph := clean(line)))
    tree = read_tree(f"<div>{text}</div>")
    if tree is None:
        return ()
    return tuple(line.text for line in read_lines(tree) if not line.hints & Hint.CHROME)


def _strip_markdown(text: str) -> str:
    """Return a text without the marks of Markdown: pictures are left out, of links and headings the words are kept."""
    text = _PICTURE.sub("", text)
    for pattern, kept in ((_LINK, r"\1"), (_EMPHASIS, r"\2"), (_MARK_OF_LINE, "")):
        text = pattern.sub(kept, text)
    return text


_MARKDOWN: Final = re.compile(r"\]\((?:https?:/)?/|\*\*\w|^#{1,6} ", re.M)
_PICTURE: Final = re.compile(r"!\[[^\]\n]{0,300}\]\([^)\n]{0,1000}\)")
_LINK: Final = re.compile(r"\[([^\]\n]{1,300})\]\([^)\n]{1,1000}\)")
_EMPHASIS: Final = re.compile(r"(\*\*|__)(?=\S)([^\n*_]{1,300})(?<=\S)\1")
_MARK_OF_LINE: Final = re.compile(r"^[ \t]{0,3}(?:#{1,6}|>|[-*+])[ \t]+", re.M)


def measure_paragraphs(paragraphs: Sequence[str]) -> int:
    """Return the letters of those paragraphs that are long enough for prose."""
    return sum(size for paragraph in paragraphs if (size := measure_prose(paragraph)) >= PROSE)


def read_blocks(value: dict[str, Any] | list[Any], *, may_be_runs: bool = False) -> list[str] | None:
    """Return the paragraphs of a block of text, or of a document in a form of its own; None for what is neither.

    ``may_be_runs``: may it be a block that does not say so, and only holds runs of text?
    """
    if isinstance(value, list):
        is_element = len(value) > 1 and isinstance(value[1], dict) and isinstance(value[0], str)
        if not is_element or not _MINIMAL_TAG.fullmatch(value[0]) or not _BLOCK.fullmatch(value[0]):
            return None
        return _join("".join(_iter_runs(value[2:], 0)))
    if isinstance(value.get("sections"), list) and isinstance(value.get("markups"), list):
        return _read_mobiledoc(value["sections"])
    if isinstance(operations := value.get("ops"), list) and operations:
        return _join("".join(_iter_runs(operations, 0)))
    if _BLOCK.fullmatch(_name_block(value)):
        return _read_content(value, 0)
    runs = _find_runs(value) if may_be_runs else None
    return None if runs is None else _join(runs)


def _name_block(value: dict[str, Any]) -> str:
    name = str(value.get("type") or value.get("nodeType") or value.get("_type") or "")
    if name in ("element", "tag", ""):
        name = next((tag for key in _TAGS if isinstance(tag := value.get(key), str)), "") if name else ""
    return name


def _read_content(value: dict[str, Any], depth: int) -> list[str]:
    """Return the paragraphs of a block; those blocks that stand in it are paragraphs of their own."""
    children = next((child for key in _CONTENT if isinstance(child := value.get(key), (str, list, dict)) and child), "")
    blocks = children if isinstance(children, list) and depth < _MAX_DEPTH else ()
    if not any(isinstance(child, dict) and _is_inner_block(child) for child in blocks):
        return _join("".join(_iter_runs(value, 0)))
    paragraphs: list[str] = []
    runs = ""
    for child in blocks:
        if isinstance(child, dict) and _is_inner_block(child):
            paragraphs += _join(runs) + _read_content(child, depth + 1)
            runs = ""
        else:
            runs += "".join(_iter_runs([child], 0))
    return paragraphs + _join(runs)


def _is_inner_block(child: dict[str, Any]) -> bool:
    name = _name_block(child)
    return name != "text" and _BLOCK.fullmatch(name) is not None


def _join(runs: str) -> list[str]:
    return list(split_paragraphs(runs)) if runs.strip() else []


def _iter_runs(value: Any, depth: int) -> Iterator[str]:
    """Yield the runs of text in a block, in order."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        is_element = len(value) > 1 and isinstance(value[0], str) and isinstance(value[1], dict)
        for item in value[2 if is_element and _MINIMAL_TAG.fullmatch(value[0]) else 0 : _MOST_RUNS]:
            yield from (item,) if isinstance(item, str) else _iter_runs(item, depth + 1)
    elif isinstance(value, dict):
        for key in _CONTENT:
            child = value.get(key)
            if isinstance(child, str):
                yield child
                return
            if isinstance(child, (list, dict)):
                yield from _iter_runs(child, depth + 1)
                return


def _find_runs(value: dict[str, Any]) -> str | None:
    """Return the text of a block that does not say so: a list of runs that go on as one text does; else None."""
    for key in _LISTS_OF_RUNS:
        items = value.get(key)
        if not isinstance(items, list) or not 0 < len(items) <= _MOST_RUNS:
            continue
        if not all(isinstance(item, dict) and isinstance(_read_run(item), str) for item in items):
            continue
        texts = [text for item in items if (text := _read_run(item))]
        is_marked = any(value is True for item in items for value in item.values())
        goes_on = is_marked or any(first[-1].isspace() or second[0].isspace() for first, second in pairwise(texts))
        return "".join(texts) if goes_on or len(texts) == 1 else None
    return None


def _read_run(item: dict[str, Any]) -> str | None:
    """Return the text of a run, that of a link in it; None where it is none."""
    text = item.get("text")
    if isinstance(text, str):
        return text
    children = item.get("children")
    texts = [child.get("text") if isinstance(child, dict) else None for child in _list(children)]
    return "".join(map(str, texts)) if texts and all(isinstance(inner, str) for inner in texts) else None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _read_mobiledoc(sections: list[Any]) -> list[str]:
    """Return the paragraphs and entries of a document of Mobiledoc; pictures and cards are passed over."""
    paragraphs: list[str] = []
    for section in sections:
        if not isinstance(section, list) or len(section) < 3 or section[0] not in (1, 3):
            continue
        for markers in [section[2]] if section[0] == 1 else _list(section[2]):
            runs = (marker for marker in _list(markers) if isinstance(marker, list))
            paragraphs += _join("".join(marker[3] for marker in runs if len(marker) > 3 and isinstance(marker[3], str)))
    return paragraphs


def read_text(text: str, longest: int) -> list[str]:
    """Return the paragraphs of a string that is a text: HTML, or one that ends a sentence or has several lines."""
    if len(text) < PROSE or len(text) > longest:
        return []
    if MARKUP.search(text) or ends_sentence(text) or "\n" in text:
        return list(split_paragraphs(text))
    return []
