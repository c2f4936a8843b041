"""Writes the home pages, listings (by area, theme and day), feeds and robots.txt of the practice site."""

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
    """Return editions newest first; within a day the higher number comes first."""
    return sorted(editions, key=lambda edition: (edition.day, edition.number), reverse=True)


def make_area_path(language: str, area: int) -> str:
    """Return the path of an area's listing."""
    return f"/geo-{language}/{AREAS[area].replace(' ', '-')}-{area}.html"


def make_theme_path(language: str, theme: int) -> str:
    """Return the path of a theme's listing."""
    return f"/theme-{language}/{THEMES[theme]}-{theme}.html"


def _make_frame(language: str, title: str, inner: str, areas: Sequence[int]) -> str:
    labels = PAGE_LABELS[language]
    menu = "".join(f'<li><a href="{make_area_path(language, area)}">{AREAS[area]}</a></li>' for area in areas)
    themes = "".join(
        f'<li><a href="{make_theme_path(language, theme)}">{name}</a></li>' for theme, name in THEMES.items()
    )
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{escape_text(title)}</title>\n'
        f'<link rel="alternate" type="application/rss+xml" href="/{language}.xml"></head>\n<body>\n'
        f'<nav><a href="/en.html">English</a> <a href="/">Italiano</a> <a href="/es.html">Español</a> <a href="/zh.html">中文</a>\n'
        f"<h4>{labels.areas}</h4><ul>{menu}</ul><ul>{themes}</ul>\n"
        f'<a href="/private/notes.html">Staff</a> <a href="/newsletter">Newsletter</a></nav>\n'
        f"<main>\n<h2>{escape_text(title)}</h2>\n{inner}</main>\n<footer>{MOTTO}</footer></body></html>\n"
    )


def _make_teasers(items: Sequence[tuple[Edition, str]], phase: int) -> str:
    """Return the lead item with ``by X | KICKER``; after it each item with its date and kicker behind its lead."""
    rows = []
    for index, (edition, path) in enumerate(items):
        printed = edition.in_phase(phase)
        byline = PREFIXES[edition.language] + edition.byline if edition.byline else ""
        link = f'<h3><a href="{escape_text(make_href(path, index))}">{escape_text(printed.headline)}</a></h3>\n'
        lead = f"<p>{escape_text(printed.lead or '')}</p>\n"
        if index == 0:
            rows.append(
                f'<div class="first">{link}{lead}<p>{escape_text(byline)} | {escape_text(edition.kicker or "")}</p></div>\n'
            )
        else:
            author = f"<p>{escape_text(byline)}</p>\n" if byline else ""
            tail = f"<span>| {edition.day:%d/%m/%Y}</span> <span>| {escape_text(edition.kicker or '')}</span>"
            rows.append(f'<div class="item">{author}{link}{lead}{tail}</div>\n')
    return "".join(rows)


def make_home_page(language: str, editions: Sequence[Edition], phase: int, areas: Sequence[int]) -> str:
    """Return the home page of a language; the site answers unknown numbers and damaged queries with it, as 200."""
    items = [(edition, edition.page_path) for edition in sort_newest_first(editions)[:HOME_LENGTH]]
    return _make_frame(language, PAGE_LABELS[language].front, _make_teasers(items, phase), areas)


def make_area_page(language: str, area: int, editions: Sequence[Edition], phase: int, pinned: Sequence[Edition]) -> str:
    """Return the page of an area's newest items; the pinned old ones are third and fourth whatever their date."""
    items = [edition for edition in sort_newest_first(editions) if area in edition.areas and edition not in pinned]
    mixed = [*items[:2], *pinned, *items[2:AREA_LENGTH]]
    return _make_frame(
        language, AREAS[area], _make_teasers([(edition, edition.page_path) for edition in mixed], phase), ()
    )


def make_theme_page(language: str, theme: int, editions: Sequence[Edition], phase: int) -> str:
    """Return the page of a theme's items; the first theme links to every odd spelling that other sites use."""
    items: list[tuple[Edition, str]] = []
    for edition in sort_newest_first(editions):
        old_paths = (edition.moved_from,) if edition.moved_from else ()
        other_paths = (*edition.spellings[1:], *old_paths) if theme == 1 else ()
        items.extend(
            (edition, path) for path in (other_paths or ((edition.page_path,) if theme in edition.themes else ()))
        )
    return _make_frame(language, THEMES[theme], _make_teasers(items, phase), ())


def make_day_page(
    language: str, day: date, front: Sequence[Edition], editions: Sequence[Edition], phase: int, areas: Sequence[int]
) -> str:
    """Return the page of all items of one day, after the first items of the home page."""
    items = [(edition, edition.page_path) for edition in editions if edition.day == day]
    first_items = [(edition, edition.page_path) for edition in sort_newest_first(front)[:3]]
    return _make_frame(language, f"{day:%d/%m/%Y}", _make_teasers([*first_items, *items], phase), areas)


def make_feed(language: str, editions: Sequence[Edition], phase: int) -> str:
    """Return the feed (RSS 2.0), newest first.

    The English one has an item without address or date, the Spanish one an ampersand that is not escaped.
    """
    items = "".join(_make_item(edition.in_phase(phase)) for edition in sort_newest_first(editions)[:FEED_LENGTH])
    broken = "<item><title>Untitled draft</title><pubDate>soon</pubDate></item>\n" if language == "en" else ""
    title = "AsiaNews & friends" if language == "es" else "AsiaNews"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>{title}</title><link>{ORIGIN}/</link>'
        f"<description>AsiaNews</description><language>{language}</language>\n{broken}{items}</channel></rss>\n"
    )


def _make_item(edition: Edition) -> str:
    address = ORIGIN + quote(edition.page_path, safe="/:,.'!()*;=&+$@%~-_?")
    moment = edition.when if isinstance(edition.when, datetime) else datetime.combine(edition.when, datetime.min.time())
    return (
        f"<item><title>{escape_text(edition.clean_headline)}</title><link>{escape_text(address)}</link><guid>{escape_text(address)}</guid>"
        f"<description>{escape_text(edition.lead or '')}</description><pubDate>{format_datetime(moment.replace(tzinfo=ROME))}</pubDate></item>\n"
    )
