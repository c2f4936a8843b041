"""Dialects: four ways to write the same article in HTML, because the markup of the real site is not known.

A layout (``layouts.py``) decides what comes in which order; a dialect decides which tags carry it. Every method takes
plain text and returns HTML with the text escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape


def escape_text(value: str) -> str:
    """Escape text for HTML; control characters become character references, as careless publishing systems write them."""
    escaped = escape(value, quote=True)
    return escaped if escaped.isprintable() else "".join(map(_escape_control, escaped))


def _escape_control(character: str) -> str:
    return character if character.isprintable() or character in "\n " else f"&#{ord(character)};"


@dataclass(frozen=True, slots=True)
class ListEntry:
    """A line of a See also block or a listing."""

    href: str
    headline: str
    date: str | None


class DivsDialect:
    """Blocks with class names, close to the one page of the real site that is known."""

    name = "divs"

    def head(self, extra: str) -> str:
        return extra

    def open(self) -> str:
        return '<div class="container"><div class="row"><div class="col-md-8">\n'

    def close(self) -> str:
        return "</div></div></div>\n"

    def line(self, text: str) -> str:
        return f'<div class="line">{escape_text(text)}</div>\n'

    def date(self, printed: str, iso: str) -> str:
        return f'<div class="data">{escape_text(printed)}</div>\n'

    def kicker(self, text: str) -> str:
        return f'<div class="country"><a href="#">{escape_text(text)}</a></div>\n'

    def headline(self, text: str) -> str:
        return f"<h1>{escape_text(text)}</h1>\n"

    def byline(self, printed: str, name: str) -> str:
        return f'<div class="author">{escape_text(printed)}</div>\n'

    def lead(self, text: str) -> str:
        return f'<div class="abstract">{escape_text(text)}</div>\n<div class="social"><a href="#">f</a> <a href="#">t</a></div>\n'

    def body(self, paragraphs: Sequence[str]) -> str:
        inner = "".join(f"<p>{escape_text(paragraph)}</p>\n" for paragraph in paragraphs)
        return f'<div class="article-text">\n{inner}</div>\n'

    def share(self, label: str) -> str:
        return f'<a href="javascript:void(0)" class="share">{escape_text(label)}</a>\n'

    def printable(self, label: str, href: str) -> str:
        return f'<a href="{escape_text(href)}">{escape_text(label)}</a>\n'

    def counter(self, text: str) -> str:
        return f'<div class="counter">{escape_text(text)}</div>\n'

    def see_also(self, label: str, entries: Sequence[ListEntry]) -> str:
        rows = "".join(
            f'<div class="row item"><h5><a href="{escape_text(entry.href)}">{escape_text(entry.headline)}</a></h5>'
            + (f'<span class="small">{escape_text(entry.date)}</span>' if entry.date else "")
            + "</div>\n"
            for entry in entries
        )
        return f'<div class="related"><h4>{escape_text(label)}</h4>\n{rows}</div>\n'


class TableDialect(DivsDialect):
    """Nested tables, fonts and line breaks, as pages of the early 2000s were written."""

    name = "table"

    def open(self) -> str:
        return '<table width="760" cellpadding="0"><tr><td valign="top"><table><tr><td>\n'

    def close(self) -> str:
        return "</td></tr></table></td></tr></table>\n"

    def line(self, text: str) -> str:
        return f"<font size=1>{escape_text(text)}</font><br>\n"

    def date(self, printed: str, iso: str) -> str:
        return f'<font size="1">{escape_text(printed)}</font><br>\n'

    def kicker(self, text: str) -> str:
        return f'<font size="1" color="#900">{escape_text(text)}</font><br>\n'

    def headline(self, text: str) -> str:
        return f'<b><font size="4">{escape_text(text)}</font></b><br>\n'

    def byline(self, printed: str, name: str) -> str:
        return f"<i>{escape_text(printed)}</i><br>\n"

    def lead(self, text: str) -> str:
        return f"<b>{escape_text(text)}</b><br><br>\n"

    def body(self, paragraphs: Sequence[str]) -> str:
        return (
            '</td></tr><tr><td><font size="2">'
            + "<br><br>\n".join(escape_text(paragraph) for paragraph in paragraphs)
            + "</font></td></tr><tr><td>\n"
        )

    def share(self, label: str) -> str:
        return f'<a href="#"><img src="/files/img/mail.gif" alt="">{escape_text(label)}</a><br>\n'

    def printable(self, label: str, href: str) -> str:
        return f'<a href="{escape_text(href)}"><img src="/files/img/print.gif" alt="">{escape_text(label)}</a><br>\n'

    def counter(self, text: str) -> str:
        return f"<font size=1>{escape_text(text)}</font><br>\n"

    def see_also(self, label: str, entries: Sequence[ListEntry]) -> str:
        rows = "".join(
            f'<tr><td><a href="{escape_text(entry.href)}">{escape_text(entry.headline)}</a></td><td>{escape_text(entry.date or "")}</td></tr>\n'
            for entry in entries
        )
        return f'</td></tr><tr><td><b>{escape_text(label)}</b><table border="0">\n{rows}</table></td></tr><tr><td>\n'


class PlainDialect(DivsDialect):
    """Headings, paragraphs and hardly a class name."""

    name = "plain"

    def open(self) -> str:
        return "<main>\n"

    def close(self) -> str:
        return "</main>\n"

    def line(self, text: str) -> str:
        return f"<p>{escape_text(text)}</p>\n"

    def date(self, printed: str, iso: str) -> str:
        return f"<p><small>{escape_text(printed)}</small></p>\n"

    def kicker(self, text: str) -> str:
        return f"<h4>{escape_text(text)}</h4>\n"

    def headline(self, text: str) -> str:
        return f"<h2>{escape_text(text)}</h2>\n"

    def byline(self, printed: str, name: str) -> str:
        return f"<p><em>{escape_text(printed)}</em></p>\n"

    def lead(self, text: str) -> str:
        return f"<p><strong>{escape_text(text)}</strong></p>\n"

    def body(self, paragraphs: Sequence[str]) -> str:
        return "".join(f"<p>{escape_text(paragraph)}</p>\n" for paragraph in paragraphs)

    def share(self, label: str) -> str:
        return f'<p><a href="#mail">{escape_text(label)}</a></p>\n'

    def printable(self, label: str, href: str) -> str:
        return f'<p><a href="{escape_text(href)}">{escape_text(label)}</a></p>\n'

    def counter(self, text: str) -> str:
        return f"<p><small>{escape_text(text)}</small></p>\n"

    def see_also(self, label: str, entries: Sequence[ListEntry]) -> str:
        rows = "".join(
            f'<a href="{escape_text(entry.href)}">{escape_text(entry.headline)}</a> {escape_text(entry.date or "")}<br>\n'
            for entry in entries
        )
        return f"<h3>{escape_text(label)}</h3>\n<p>{rows}</p>\n"


class SemanticDialect(DivsDialect):
    """Elements that say what they are, with the date before the title in See also blocks."""

    name = "semantic"

    def open(self) -> str:
        return "<main><article>\n"

    def close(self) -> str:
        return "</article></main>\n"

    def line(self, text: str) -> str:
        return f"<header><p>{escape_text(text)}</p></header>\n"

    def date(self, printed: str, iso: str) -> str:
        return f'<time datetime="{escape_text(iso)}">{escape_text(printed)}</time>\n'

    def kicker(self, text: str) -> str:
        return f'<p class="kicker">{escape_text(text)}</p>\n'

    def headline(self, text: str) -> str:
        return f'<h1 itemprop="headline">{escape_text(text)}</h1>\n'

    def byline(self, printed: str, name: str) -> str:
        before, _, after = printed.partition(name)
        return f'<p class="byline">{escape_text(before)}<a rel="author" href="#author">{escape_text(name)}</a>{escape_text(after)}</p>\n'

    def lead(self, text: str) -> str:
        return f'<p class="standfirst">{escape_text(text)}</p>\n'

    def body(self, paragraphs: Sequence[str]) -> str:
        inner = "".join(f"<p>{escape_text(paragraph)}</p>\n" for paragraph in paragraphs)
        return f'<section itemprop="articleBody">\n{inner}</section>\n'

    def share(self, label: str) -> str:
        return f'<ul class="tools"><li><a href="#share">{escape_text(label)}</a></li></ul>\n'

    def printable(self, label: str, href: str) -> str:
        return f'<ul class="tools"><li><a href="{escape_text(href)}">{escape_text(label)}</a></li></ul>\n'

    def counter(self, text: str) -> str:
        return f'<p class="views">{escape_text(text)}</p>\n'

    def see_also(self, label: str, entries: Sequence[ListEntry]) -> str:
        rows = "".join(
            "<li>"
            + (f"<span>{escape_text(entry.date)}</span> " if entry.date else "")
            + f'<a href="{escape_text(entry.href)}">{escape_text(entry.headline)}</a></li>\n'
            for entry in entries
        )
        return f"<aside><h2>{escape_text(label)}</h2>\n<ul>\n{rows}</ul></aside>\n"


DIALECTS: dict[str, DivsDialect] = {
    dialect.name: dialect for dialect in (DivsDialect(), TableDialect(), PlainDialect(), SemanticDialect())
}
