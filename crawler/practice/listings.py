"""Home pages, area, theme and by-day listings, feeds and robots.txt of the practice site."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from email.utils import format_datetime
from urllib.parse import quote

from crawler.practice.dialects import escape_text
from crawler.practice.layouts import ROME, make_href
from crawler.practice.printing import AREAS, MOTTO, ORIGIN, PAGE_LABELS, THEMES
from crawler.practice.stories import PREFIXES, Edition

ROBOTS = "User-agent: *\nDisallow: /private/\n"
FEED_LENGTH = 15
HOME_LENGTH = 12
AREA_LENGTH = 10


def sort_newest_first(editions: Sequence[Edition]) -> list[Edition]:
    """Newest first; the number decides within a day."""
    return sorted(editions, key=lambda edition: (edition.day, edition.number), reverse=True)


def area_path(language: str, area: int) -> str:
    """Where an area's listing is."""
    return f"/geo-{language}/{AREAS[area].replace(' ', '-')}-{area}.html"


def theme_path(language: str, theme: int) -> str:
    """Where a theme's listing is."""
    return f"/theme-{language}/{THEMES[theme]}-{theme}.html"


def _frame(language: str, title: str, inner: str, areas: Sequence[int]) -> str:
    words = PAGE_LABELS[language]
    menu = "".join(f'<li><a href="{area_path(language, area)}">{AREAS[area]}</a></li>' for area in areas)
    themes = "".join(f'<li><a href="{theme_path(language, theme)}">{name}</a></li>' for theme, name in THEMES.items())
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{escape_text(title)}</title>\n'
        f'<link rel="alternate" type="application/rss+xml" href="/{language}.xml"></head>\n<body>\n'
        f'<nav><a href="/en.html">English</a> <a href="/">Italiano</a> <a href="/es.html">Español</a> <a href="/zh.html">中文</a>\n'
        f"<h4>{words.areas}</h4><ul>{menu}</ul><ul>{themes}</ul>\n"
        f'<a href="/private/notes.html">Staff</a> <a href="/newsletter">Newsletter</a></nav>\n'
        f"<main>\n<h2>{escape_text(title)}</h2>\n{inner}</main>\n<footer>{MOTTO}</footer></body></html>\n"
    )


def _teasers(shown: Sequence[tuple[Edition, str]], phase: int) -> str:
    """The lead item with ``by X | KICKER``; after it each item with its date and kicker behind its lead."""
    rows = []
    for place, (edition, path) in enumerate(shown):
        printed = edition.at(phase)
        byline = PREFIXES[edition.language] + edition.byline if edition.byline else ""
        link = f'<h3><a href="{escape_text(make_href(path, place))}">{escape_text(printed.headline)}</a></h3>\n'
        lead = f"<p>{escape_text(printed.lead or '')}</p>\n"
        if place == 0:
            rows.append(
                f'<div class="first">{link}{lead}<p>{escape_text(byline)} | {escape_text(edition.kicker or "")}</p></div>\n'
            )
        else:
            author = f"<p>{escape_text(byline)}</p>\n" if byline else ""
            tail = f"<span>| {edition.day:%d/%m/%Y}</span> <span>| {escape_text(edition.kicker or '')}</span>"
            rows.append(f'<div class="item">{author}{link}{lead}{tail}</div>\n')
    return "".join(rows)


def home_page(language: str, editions: Sequence[Edition], phase: int, areas: Sequence[int]) -> str:
    """The home page of a language; also what unknown numbers and damaged queries get, with status 200."""
    shown = [(edition, edition.page_path) for edition in sort_newest_first(editions)[:HOME_LENGTH]]
    return _frame(language, PAGE_LABELS[language].front, _teasers(shown, phase), areas)


def area_page(language: str, area: int, editions: Sequence[Edition], phase: int, pinned: Sequence[Edition]) -> str:
    """An area's newest items, with the pinned old ones third and fourth whatever their age and place."""
    items = [edition for edition in sort_newest_first(editions) if area in edition.areas and edition not in pinned]
    mixed = [*items[:2], *pinned, *items[2:AREA_LENGTH]]
    return _frame(language, AREAS[area], _teasers([(edition, edition.page_path) for edition in mixed], phase), ())


def theme_page(language: str, theme: int, editions: Sequence[Edition], phase: int) -> str:
    """A theme's items; the first theme links to every odd spelling that other sites are known to use."""
    shown: list[tuple[Edition, str]] = []
    for edition in sort_newest_first(editions):
        old = (edition.moved_from,) if edition.moved_from else ()
        others = (*edition.spellings[1:], *old) if theme == 1 else ()
        shown.extend((edition, path) for path in (others or ((edition.page_path,) if theme in edition.themes else ())))
    return _frame(language, THEMES[theme], _teasers(shown, phase), ())


def day_page(
    language: str, day: date, front: Sequence[Edition], editions: Sequence[Edition], phase: int, areas: Sequence[int]
) -> str:
    """All items of one day, after the first items of the home page."""
    shown = [(edition, edition.page_path) for edition in editions if edition.day == day]
    first = [(edition, edition.page_path) for edition in sort_newest_first(front)[:3]]
    return _frame(language, f"{day:%d/%m/%Y}", _teasers([*first, *shown], phase), areas)


def feed(language: str, editions: Sequence[Edition], phase: int) -> str:
    """RSS 2.0, newest first. English has an item without address or date, Spanish an ampersand that is not escaped."""
    items = "".join(_item(edition.at(phase)) for edition in sort_newest_first(editions)[:FEED_LENGTH])
    broken = "<item><title>Untitled draft</title><pubDate>soon</pubDate></item>\n" if language == "en" else ""
    title = "AsiaNews & friends" if language == "es" else "AsiaNews"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>{title}</title><link>{ORIGIN}/</link>'
        f"<description>AsiaNews</description><language>{language}</language>\n{broken}{items}</channel></rss>\n"
    )


def _item(edition: Edition) -> str:
    address = ORIGIN + quote(edition.page_path, safe="/:,.'!()*;=&+$@%~-_?")
    when = edition.when if isinstance(edition.when, datetime) else datetime.combine(edition.when, datetime.min.time())
    return (
        f"<item><title>{escape_text(edition.clean_headline)}</title><link>{escape_text(address)}</link><guid>{escape_text(address)}</guid>"
        f"<description>{escape_text(edition.lead or '')}</description><pubDate>{format_datetime(when.replace(tzinfo=ROME))}</pubDate></item>\n"
    )
