"""Lists the links of an article: those to its See also entries and to its translations."""

from __future__ import annotations

from crawler.items import Article, Link


def list_article_links(article: Article, depth: int) -> tuple[Link, ...]:
    """Return the links of an article, each once: See also entries at ``depth`` + 1, and translations at ``depth``."""
    links = {
        entry.address.url_key: Link(
            address=entry.address,
            via="see_also",
            depth=depth + 1,
            found_on=article.url,
            headline=entry.headline,
            published_raw=entry.published_raw,
            published_on=entry.published.on if entry.published else None,
        )
        for entry in reversed(article.see_also)
        if entry.address.kind == "article"
    }
    for address in article.translations:
        if address.kind == "article":
            links[address.url_key] = Link(address=address, via="translation", depth=depth, found_on=article.url)
    return tuple(links[key] for key in reversed(links))
