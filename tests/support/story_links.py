"""Invented pages of publications that do not exist: a story, its head, and the links around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from crawler.items import Capture

FETCHED_AT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
PROSE = (
    "The keeper of the lighthouse said on Monday that the lamp would burn all winter, whatever the harbour pays for it.",
    "Nobody in the village had asked her, yet forty people stood on the pier when the light came on at half past five.",
    "A bell that had been silent since the storm was rung twice, and the ferry answered with its horn from the strait.",
    "The council meets again in spring; until then the oil is paid for by those who sold their nets at the fair.",
)


def make_page(
    url: str,
    headline: str,
    *,
    language: str = "en",
    title: str | None = None,
    site_name: str | None = None,
    date: str | None = "2024-03-14T08:30:00+00:00",
    printed_date: str = "14 March 2024",
    byline: str = "By Ada Quill",
    head: str = "",
    menu: Mapping[str, str] | None = None,
    stories: Mapping[str, str] | None = None,
    label: str = "From the same shelf",
    related: Sequence[tuple[str, str]] = (),
    prose: Sequence[str] = PROSE,
) -> Capture:
    """Return the capture of a page; ``menu`` and ``stories`` are address → text of links."""
    name = f'<meta property="og:site_name" content="{site_name}">' if site_name else ""
    stated = f'<meta property="article:published_time" content="{date}">' if date else ""
    body = "".join(f"<p>{text}</p>" for text in prose)
    html = f"""<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title or headline}</title>
<meta property="og:type" content="article"><meta property="og:title" content="{headline}">{name}{stated}{head}</head>
<body><nav>{_write_links((menu or {}).items())}</nav>
<main><article><h1>{headline}</h1><p>{byline}</p><p>{printed_date}</p>{body}
{f"<h3>{label}</h3>" if related else ""}<ul>{_write_links(related, "li")}</ul></article>
<section>{_write_links((stories or {}).items(), "div")}</section></main><footer><a href="/about-this-house">About</a></footer></body></html>"""
    return Capture(
        url=url,
        fetched_at=FETCHED_AT,
        status=200,
        headers=(("Content-Type", "text/html; charset=utf-8"),),
        body=html.encode(),
    )


def _write_links(links: Iterable[tuple[str, str]], tag: str = "span") -> str:
    return "".join(f'<{tag}><a href="{href}">{text}</a></{tag}>' for href, text in links)
