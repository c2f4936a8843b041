"""Writes article pages: layouts A, B, C and D, the mobile and the print edition.

The order of the parts follows the captures we know of (A 2014-15, B 2016-17, C 2018-26); D is the site rebuilt in 2026,
of which only the addresses are known. The tags come from a dialect.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from crawler.practice.dialects import DIALECTS, ListEntry, escape_text
from crawler.practice.printing import (
    ADVERT,
    AREAS,
    MOTTO,
    ORIGIN,
    PAGE_LABELS,
    find_visit_day,
    format_header_date,
    format_mobile_date,
)
from crawler.practice.stories import Edition

ROME = ZoneInfo("Europe/Rome")
STYLES = (ORIGIN, "", "http://www.asianews.it", "https://asianews.it")


@dataclass(frozen=True, kw_only=True, slots=True)
class Related:
    """A See also entry before it is written as HTML: path, headline, and the date in its two printed forms."""

    path: str
    headline: str
    date: str | None
    mobile_date: str | None = None


def make_href(path: str, number: int) -> str:
    """Return a link as the page of that number writes it: absolute, relative, over http or to the bare host."""
    return STYLES[number % len(STYLES)] + path


def format_iso(edition: Edition) -> str:
    """Return the date in ISO 8601: with minutes and offset, or the day alone when no time was recorded."""
    if isinstance(edition.when, datetime):
        return edition.when.replace(tzinfo=ROME).isoformat(timespec="minutes")
    return edition.when.isoformat()


def make_paragraphs(edition: Edition) -> tuple[str, ...]:
    """Return the paragraphs of the body as printed: the dateline in front, hard line breaks where the story has them."""
    paragraphs = list(edition.paragraphs)
    if edition.dateline:
        paragraphs[0] = edition.dateline + edition.dash + paragraphs[0]
    if edition.hard_breaks:
        paragraphs = [_break_lines(paragraph) for paragraph in paragraphs]
    return tuple(paragraphs)


def _break_lines(paragraph: str) -> str:
    words = paragraph.split(" ")
    return "".join(word + ("\n" if index % 9 == 8 else " ") for index, word in enumerate(words)).strip()


def make_article_page(
    edition: Edition, phase: int, related: Sequence[Related], translations: Sequence[tuple[str, str]]
) -> str:
    """Return the full page of an edition as the site serves it in that phase."""
    dialect = DIALECTS[edition.dialect]
    body = _BODIES[edition.layout](edition, phase, related, translations)
    page = (
        f'<!DOCTYPE html>\n<html lang="{edition.language}"><head><meta charset="{_choose_meta_charset(edition)}">\n'
        f"<title>{escape_text(_make_title(edition))}</title>\n{dialect.head(_make_head(edition, translations, phase))}</head>\n<body>\n"
        f"{body}</body></html>\n"
    )
    if edition.quirk == "cut":
        page = page[
            : page.index(escape_text(find_cut_sentence(edition))) + len(escape_text(find_cut_sentence(edition)))
        ]
    return page


def find_cut_sentence(edition: Edition) -> str:
    """Return the first sentence of the second paragraph, after which a cut page ends."""
    return edition.paragraphs[1].partition(". ")[0] + "."


def _choose_meta_charset(edition: Edition) -> str:
    return "gb18030" if edition.quirk == "gb-bytes" else "utf-8"


def _make_title(edition: Edition) -> str:
    kicker = f"{edition.kicker} " if edition.kicker and edition.layout in "BC" else ""
    return kicker + edition.headline + (" - AsiaNews" if edition.layout == "D" else "")


def _make_head(edition: Edition, translations: Sequence[tuple[str, str]], phase: int) -> str:
    lines = [f'<link rel="alternate" type="application/rss+xml" href="/{edition.language}.xml">']
    if edition.dialect == "semantic":
        address = ORIGIN + _choose_canonical_path(edition)
        lines.append(f'<link rel="canonical" href="{escape_text(address)}">')
        lines.append(
            f'<meta property="og:type" content="article"><meta property="og:title" content="{escape_text(edition.headline)}">'
        )
        lines.append(f'<meta property="og:url" content="{escape_text(address)}">')
        if edition.lead:
            lines.append(f'<meta name="description" content="{escape_text(edition.lead)}">')
        lines.extend(
            f'<link rel="alternate" hreflang="{language}" href="{escape_text(ORIGIN + path)}">'
            for language, path in translations
        )
    if edition.json_ld:
        lines.append(f'<script type="application/ld+json">{_make_json_ld(edition, phase)}</script>')
    lines.append("<script>window.dataLayer=window.dataLayer||[];dataLayer.push({'page':'article'});</script>")
    return "\n".join(lines) + "\n"


def _choose_canonical_path(edition: Edition) -> str:
    """The slug where the page may tell its number, else the address under which pages link to it."""
    if edition.layout == "D" and edition.path and not (edition.tells_number and len(edition.spellings) > 1):
        return edition.path
    return edition.page_path


def _make_json_ld(edition: Edition, phase: int) -> str:
    record: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": edition.headline,
        "datePublished": format_iso(edition),
        "inLanguage": edition.language,
        "publisher": {"@type": "Organization", "name": "AsiaNews"},
    }
    if edition.is_edited and phase > 1:
        record["dateModified"] = "2026-10-14T10:00+02:00"
    if edition.writers:
        record["author"] = [{"@type": "Person", "name": writer.name} for writer in edition.writers]
    if edition.json_ld == "graph":
        record = {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "AsiaNews"}, record]}
    json_text = json.dumps(record, ensure_ascii=False).replace("<", "\\u003c")
    # Broken on purpose: a missing brace and a trailing comma, as templates written by hand produce them.
    return json_text[:-1] + ",\n" if edition.json_ld == "broken" else json_text


def _make_menu(edition: Edition, label: str) -> str:
    links = "".join(
        f'<li><a href="/geo-{edition.language}/{name.replace(" ", "-")}-{area}.html">{name}</a></li>'
        for area, name in AREAS.items()
    )
    return f'<nav><p>{escape_text(label)}</p><ul><li><a href="{PAGE_LABELS[edition.language].home}">Home</a></li>{links}</ul></nav>\n'


def _make_flags(translations: Sequence[tuple[str, str]], number: int) -> str:
    names = {"en": "English", "it": "Italiano", "es": "Español", "zh": "中文"}
    links = " ".join(
        f'<a href="{escape_text(make_href(path, number))}" lang="{language}">{names[language]}</a>'
        for language, path in translations
    )
    return f'<div class="languages">{links}</div>\n' if links else ""


def _make_entries(related: Sequence[Related], number: int) -> list[ListEntry]:
    return [ListEntry(make_href(article.path, number), article.headline, article.date) for article in related]


def _make_counter(edition: Edition, phase: int) -> str:
    return PAGE_LABELS[edition.language].reads.format(edition.number % 700 + 31 * phase)


def _make_layout_a(
    edition: Edition, phase: int, related: Sequence[Related], translations: Sequence[tuple[str, str]]
) -> str:
    d, labels, now = DIALECTS[edition.dialect], PAGE_LABELS[edition.language], find_visit_day(phase)
    parts = [
        d.open(),
        d.line(f"{now.day} {now:%B}, {now.year} AsiaNews.it Twitter AsiaNews.it Facebook"),
        d.line("Help AsiaNews | About us | P.I.M.E. | | RssNewsletter | Mobile"),
        d.line(ADVERT),
        d.share("e-mail this to a friend" if edition.language == "en" else labels.share),
        d.printable("printable version" if edition.language == "en" else labels.printable, edition.print_path),
        d.date("» " + format_header_date(edition.when, edition.language, "A"), format_iso(edition)),
        *_make_story(edition),
        d.see_also(labels.see_also, _make_entries(related, edition.number)) if related else "",
        d.close(),
        f"<footer>{MOTTO}</footer>\n",
    ]
    return "".join(parts)


def _make_layout_b(
    edition: Edition, phase: int, related: Sequence[Related], translations: Sequence[tuple[str, str]]
) -> str:
    d, labels, now = DIALECTS[edition.dialect], PAGE_LABELS[edition.language], find_visit_day(phase)
    parts = [
        d.line(f"{now.day} {now:%B} {now.year}"),
        _make_menu(edition, "Geographic areas" if edition.language == "en" else labels.areas),
        d.open(),
        d.line(ADVERT),
        d.date("» " + format_header_date(edition.when, edition.language, "B"), format_iso(edition)),
        *_make_story(edition),
        d.share(labels.share),
        d.counter(_make_counter(edition, phase)),
        d.see_also(labels.see_also, _make_entries(related, edition.number)) if related else "",
        _make_flags(translations, edition.number),
        d.close(),
        f"<footer>{MOTTO}</footer>\n",
    ]
    return "".join(parts)


def _make_layout_c(
    edition: Edition, phase: int, related: Sequence[Related], translations: Sequence[tuple[str, str]]
) -> str:
    d, labels = DIALECTS[edition.dialect], PAGE_LABELS[edition.language]
    subscribe = "".join(f"<p>{escape_text(line)}</p>" for line in labels.newsletter)
    parts = [
        _make_menu(edition, labels.areas),
        _make_flags(translations, edition.number),
        d.open(),
        d.date(format_header_date(edition.when, edition.language, "C"), format_iso(edition)),
        d.kicker(edition.kicker) if edition.kicker else "",
        d.share(labels.share),
        *_make_story(edition, kicker=False),
        d.share(labels.share),
        d.printable(labels.printable, edition.print_path),
        d.counter(_make_counter(edition, phase)),
        d.see_also(labels.see_also, _make_entries(related, edition.number)) if related else "",
        f'<div class="newsletter">{subscribe}</div>\n',
        d.close(),
        f"<footer><p>{MOTTO}</p></footer>\n",
    ]
    return "".join(parts)


def _make_layout_d(
    edition: Edition, phase: int, related: Sequence[Related], translations: Sequence[tuple[str, str]]
) -> str:
    d, labels = DIALECTS[edition.dialect], PAGE_LABELS[edition.language]
    tells_by_print = edition.tells_number and edition.numbered and len(edition.spellings) == 1
    parts = [
        f'<header class="site"><a href="{labels.home}">AsiaNews</a></header>\n',
        d.open(),
        d.kicker(edition.kicker) if edition.kicker else "",
        d.headline(edition.headline),
        d.byline(edition.printed_byline, edition.byline or "") if edition.printed_byline else "",
        f'<p class="published">{d.date(format_header_date(edition.when, edition.language, "D"), format_iso(edition))}</p>\n',
        d.lead(edition.lead) if edition.lead else "",
        d.body(make_paragraphs(edition)),
        d.share(labels.share),
        d.printable(labels.printable, edition.print_path) if tells_by_print else "",
        d.see_also(labels.see_also, _make_entries(related, edition.number)) if related else "",
        d.close(),
        _make_flags(translations, edition.number) if edition.dialect != "semantic" else "",
        f"<footer><p>{MOTTO}</p></footer>\n",
    ]
    return "".join(parts)


def _make_story(edition: Edition, *, kicker: bool = True) -> list[str]:
    """Return kicker, headline, byline, lead and body in the order that layouts A, B and C share."""
    d = DIALECTS[edition.dialect]
    return [
        d.kicker(edition.kicker) if kicker and edition.kicker else "",
        d.headline(edition.headline),
        d.byline(edition.printed_byline, edition.byline or "") if edition.printed_byline else "",
        d.lead(edition.lead) if edition.lead else "",
        d.body(make_paragraphs(edition)),
    ]


_BODIES = {"A": _make_layout_a, "B": _make_layout_b, "C": _make_layout_c, "D": _make_layout_d}


def make_mobile_page(edition: Edition, phase: int, related: Sequence[Related]) -> str:
    """Return the mobile edition: day and kicker on one line, and the date before the title under See also."""
    now, day = find_visit_day(phase), format_header_date(edition.when, edition.language, "A")
    rows = "".join(
        f'<p>{escape_text(article.mobile_date or "")} <a href="{escape_text(article.path)}">{escape_text(article.headline)}</a></p>\n'
        for article in related
    )
    body = "".join(f"<p>{escape_text(paragraph)}</p>\n" for paragraph in make_paragraphs(edition))
    return (
        f'<!DOCTYPE html>\n<html lang="{edition.language}"><head><meta charset="utf-8"><title>AsiaNews mobile</title></head><body>\n'
        f'<p>{now.day} {now:%B} {now.year}</p>\n<p><a href="{PAGE_LABELS[edition.language].home}">Home</a></p>\n'
        f"<p>{day} {escape_text(edition.kicker or '')}</p>\n<h3>{escape_text(edition.headline)}</h3>\n"
        + (f"<p><b>{escape_text(edition.lead)}</b></p>\n" if edition.lead else "")
        + f"{body}<h4>{PAGE_LABELS[edition.language].see_also}</h4>\n{rows}</body></html>\n"
    )


def make_print_page(edition: Edition) -> str:
    """Return the print edition: title, byline, lead, body. No date, no kicker; a digest loses its country lines."""
    paragraphs = [paragraph for paragraph in make_paragraphs(edition) if not re.fullmatch(r"[A-Z –-]+", paragraph)]
    return (
        f'<html><head><meta charset="utf-8"><title>{escape_text(edition.headline)}</title></head><body>\n<h1>{escape_text(edition.headline)}</h1>\n'
        + (f"<p>{escape_text(edition.printed_byline)}</p>\n" if edition.printed_byline else "")
        + (f"<p><b>{escape_text(edition.lead)}</b></p>\n" if edition.lead else "")
        + "".join(f"<p>{escape_text(paragraph)}</p>\n" for paragraph in paragraphs)
        + "</body></html>\n"
    )


__all__ = [
    "Related",
    "find_cut_sentence",
    "format_iso",
    "format_mobile_date",
    "make_article_page",
    "make_mobile_page",
    "make_paragraphs",
    "make_print_page",
]
