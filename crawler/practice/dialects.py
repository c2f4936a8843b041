"""Four ways to write the same article in HTML, because nobody knows the markup of the real site.

A layout (``layouts.py``) decides what comes in which order; a dialect decides which tags carry it. Every method takes
plain text and returns HTML with the text escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape as _escape


def text(value: str) -> str:
    """Escape text; control characters go out as character references, as a careless publishing system writes them."""
    escaped = _escape(value, quote=True)
    return (
        escaped
        if escaped.isprintable()
        else "".join(c if c.isprintable() or c in "\n " else f"&#{ord(c)};" for c in escaped)
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a See also block or a listing."""

    href: str
    headline: str
    date: str | None


class Divs:
    """Blocks with class names, close to the one page we were given."""

    name = "divs"

    def head(self, extra: str) -> str:
        return extra

    def open(self) -> str:
        return '<div class="container"><div class="row"><div class="col-md-8">\n'

    def close(self) -> str:
        return "</div></div></div>\n"

    def line(self, words: str) -> str:
        return f'<div class="line">{text(words)}</div>\n'

    def date(self, printed: str, iso: str) -> str:
        return f'<div class="data">{text(printed)}</div>\n'

    def kicker(self, words: str) -> str:
        return f'<div class="country"><a href="#">{text(words)}</a></div>\n'

    def headline(self, words: str) -> str:
        return f"<h1>{text(words)}</h1>\n"

    def byline(self, printed: str, name: str) -> str:
        return f'<div class="author">{text(printed)}</div>\n'

    def lead(self, words: str) -> str:
        return f'<div class="abstract">{text(words)}</div>\n<div class="social"><a href="#">f</a> <a href="#">t</a></div>\n'

    def body(self, paragraphs: Sequence[str]) -> str:
        inner = "".join(f"<p>{text(paragraph)}</p>\n" for paragraph in paragraphs)
        return f'<div class="article-text">\n{inner}</div>\n'

    def share(self, label: str) -> str:
        return f'<a href="javascript:void(0)" class="share">{text(label)}</a>\n'

    def printable(self, label: str, href: str) -> str:
        return f'<a href="{text(href)}">{text(label)}</a>\n'

    def counter(self, words: str) -> str:
        return f'<div class="counter">{text(words)}</div>\n'

    def see_also(self, label: str, entries: Sequence[Entry]) -> str:
        rows = "".join(
            f'<div class="row item"><h5><a href="{text(entry.href)}">{text(entry.headline)}</a></h5>'
            + (f'<span class="small">{text(entry.date)}</span>' if entry.date else "")
            + "</div>\n"
            for entry in entries
        )
        return f'<div class="related"><h4>{text(label)}</h4>\n{rows}</div>\n'


class Table(Divs):
    """Nested tables, fonts and line breaks, as pages of the early 2000s were written."""

    name = "table"

    def open(self) -> str:
        return '<table width="760" cellpadding="0"><tr><td valign="top"><table><tr><td>\n'

    def close(self) -> str:
        return "</td></tr></table></td></tr></table>\n"

    def line(self, words: str) -> str:
        return f"<font size=1>{text(words)}</font><br>\n"

    def date(self, printed: str, iso: str) -> str:
        return f'<font size="1">{text(printed)}</font><br>\n'

    def kicker(self, words: str) -> str:
        return f'<font size="1" color="#900">{text(words)}</font><br>\n'

    def headline(self, words: str) -> str:
        return f'<b><font size="4">{text(words)}</font></b><br>\n'

    def byline(self, printed: str, name: str) -> str:
        return f"<i>{text(printed)}</i><br>\n"

    def lead(self, words: str) -> str:
        return f"<b>{text(words)}</b><br><br>\n"

    def body(self, paragraphs: Sequence[str]) -> str:
        return (
            '</td></tr><tr><td><font size="2">'
            + "<br><br>\n".join(text(paragraph) for paragraph in paragraphs)
            + "</font></td></tr><tr><td>\n"
        )

    def share(self, label: str) -> str:
        return f'<a href="#"><img src="/files/img/mail.gif" alt="">{text(label)}</a><br>\n'

    def printable(self, label: str, href: str) -> str:
        return f'<a href="{text(href)}"><img src="/files/img/print.gif" alt="">{text(label)}</a><br>\n'

    def counter(self, words: str) -> str:
        return f"<font size=1>{text(words)}</font><br>\n"

    def see_also(self, label: str, entries: Sequence[Entry]) -> str:
        rows = "".join(
            f'<tr><td><a href="{text(entry.href)}">{text(entry.headline)}</a></td><td>{text(entry.date or "")}</td></tr>\n'
            for entry in entries
        )
        return f'</td></tr><tr><td><b>{text(label)}</b><table border="0">\n{rows}</table></td></tr><tr><td>\n'


class Plain(Divs):
    """Headings, paragraphs and hardly a class name."""

    name = "plain"

    def open(self) -> str:
        return "<main>\n"

    def close(self) -> str:
        return "</main>\n"

    def line(self, words: str) -> str:
        return f"<p>{text(words)}</p>\n"

    def date(self, printed: str, iso: str) -> str:
        return f"<p><small>{text(printed)}</small></p>\n"

    def kicker(self, words: str) -> str:
        return f"<h4>{text(words)}</h4>\n"

    def headline(self, words: str) -> str:
        return f"<h2>{text(words)}</h2>\n"

    def byline(self, printed: str, name: str) -> str:
        return f"<p><em>{text(printed)}</em></p>\n"

    def lead(self, words: str) -> str:
        return f"<p><strong>{text(words)}</strong></p>\n"

    def body(self, paragraphs: Sequence[str]) -> str:
        return "".join(f"<p>{text(paragraph)}</p>\n" for paragraph in paragraphs)

    def share(self, label: str) -> str:
        return f'<p><a href="#mail">{text(label)}</a></p>\n'

    def printable(self, label: str, href: str) -> str:
        return f'<p><a href="{text(href)}">{text(label)}</a></p>\n'

    def counter(self, words: str) -> str:
        return f"<p><small>{text(words)}</small></p>\n"

    def see_also(self, label: str, entries: Sequence[Entry]) -> str:
        rows = "".join(
            f'<a href="{text(entry.href)}">{text(entry.headline)}</a> {text(entry.date or "")}<br>\n'
            for entry in entries
        )
        return f"<h3>{text(label)}</h3>\n<p>{rows}</p>\n"


class Semantic(Divs):
    """Elements that say what they are, with the date before the title in See also blocks."""

    name = "semantic"

    def open(self) -> str:
        return "<main><article>\n"

    def close(self) -> str:
        return "</article></main>\n"

    def line(self, words: str) -> str:
        return f"<header><p>{text(words)}</p></header>\n"

    def date(self, printed: str, iso: str) -> str:
        return f'<time datetime="{text(iso)}">{text(printed)}</time>\n'

    def kicker(self, words: str) -> str:
        return f'<p class="kicker">{text(words)}</p>\n'

    def headline(self, words: str) -> str:
        return f'<h1 itemprop="headline">{text(words)}</h1>\n'

    def byline(self, printed: str, name: str) -> str:
        before, _, after = printed.partition(name)
        return f'<p class="byline">{text(before)}<a rel="author" href="#author">{text(name)}</a>{text(after)}</p>\n'

    def lead(self, words: str) -> str:
        return f'<p class="standfirst">{text(words)}</p>\n'

    def body(self, paragraphs: Sequence[str]) -> str:
        inner = "".join(f"<p>{text(paragraph)}</p>\n" for paragraph in paragraphs)
        return f'<section itemprop="articleBody">\n{inner}</section>\n'

    def share(self, label: str) -> str:
        return f'<ul class="tools"><li><a href="#share">{text(label)}</a></li></ul>\n'

    def printable(self, label: str, href: str) -> str:
        return f'<ul class="tools"><li><a href="{text(href)}">{text(label)}</a></li></ul>\n'

    def counter(self, words: str) -> str:
        return f'<p class="views">{text(words)}</p>\n'

    def see_also(self, label: str, entries: Sequence[Entry]) -> str:
        rows = "".join(
            "<li>"
            + (f"<span>{text(entry.date)}</span> " if entry.date else "")
            + f'<a href="{text(entry.href)}">{text(entry.headline)}</a></li>\n'
            for entry in entries
        )
        return f"<aside><h2>{text(label)}</h2>\n<ul>\n{rows}</ul></aside>\n"


DIALECTS: dict[str, Divs] = {dialect.name: dialect for dialect in (Divs(), Table(), Plain(), Semantic())}
