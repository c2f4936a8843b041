"""The pages of the Harbour Courier, as a weblog system writes them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from crawler.practice.dialects import escape_text
from crawler.practice.world.articles import PaperArticle
from crawler.practice.world.writing import make_slug

ORIGIN = "https://harbour-courier.example"
SECTIONS = ("Harbour", "Town", "Culture")
PAGES = ("/about/", "/contact/", "/privacy/")
DATED_PAGES = (
    "/2025/12/01/subscribe-to-the-harbour-courier/",
    "/2026/02/14/pictures-of-the-winter-market/",
    "/2026/03/01/everything-about-the-tram/",
)
"""Pages that somebody published as posts: an offer, a gallery, a list of links."""
COMMENT = "My aunt was there and says that it was colder than you write."


def find_comment_moment(article: PaperArticle) -> datetime:
    """Return when the reader commented on an article."""
    return article.when + timedelta(minutes=95)


def make_frame(title: str, inner: str, head: str = "", body_class: str = "page") -> str:
    """Return a whole page with header, sidebar and footer."""
    menu = "".join(f'<li><a href="{ORIGIN}/category/{make_slug(name)}/">{name}</a></li>' for name in SECTIONS)
    return f"""<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="UTF-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape_text(title)} - The Harbour Courier</title>
<link rel="stylesheet" href="{ORIGIN}/wp-content/themes/quay/style.css">
<link rel="alternate" type="application/rss+xml" title="The Harbour Courier &raquo; Feed" href="{ORIGIN}/feed/">
<link rel="alternate" type="application/rss+xml" title="The Harbour Courier &raquo; Comments Feed" href="{ORIGIN}/comments/feed/">
{head}<meta name="generator" content="WordPress 6.8"></head>
<body class="{body_class}"><div id="page" class="site">
<header id="masthead" class="site-header"><p class="site-title"><a href="{ORIGIN}/" rel="home">The Harbour Courier</a></p>
<p class="site-description">News from both quays</p><nav id="site-navigation" class="main-navigation"><ul>{menu}<li><a href="{ORIGIN}/about/">About</a></li></ul></nav></header>
<div id="content" class="site-content">{inner}
<aside id="secondary" class="widget-area"><section class="widget"><h2 class="widget-title">More</h2><ul>
<li><a href="{ORIGIN}{DATED_PAGES[0]}">Subscribe to the Harbour Courier for a year</a></li>
<li><a href="{ORIGIN}{DATED_PAGES[1]}">Pictures of the winter market</a></li>
<li><a href="{ORIGIN}{DATED_PAGES[2]}">Everything about the tram</a></li></ul></section>
<section class="widget"><h2 class="widget-title">Places</h2><p class="tagcloud"><a href="{ORIGIN}/tag/port-ansel/">Port Ansel</a> <a href="{ORIGIN}/tag/merrowby/">Merrowby</a> <a href="{ORIGIN}/tag/saltcote/">Saltcote</a></p></section></aside></div>
<footer id="colophon" class="site-footer"><p><a href="{ORIGIN}/contact/">Contact</a> <a href="{ORIGIN}/privacy/">Privacy</a> <a href="{ORIGIN}/wp-admin/">Log in</a></p><p>Invented news, printed for practice.</p></footer>
</div></body></html>
"""


def make_article_page(article: PaperArticle, related: Sequence[PaperArticle], *, commented: bool) -> str:
    """Return the page of an article with three others below."""
    paragraphs = "".join(f"<p>{escape_text(paragraph)}</p>\n" for paragraph in article.paragraphs)
    lead = f'<p class="entry-lead"><strong>{escape_text(article.lead)}</strong></p>\n' if article.lead else ""
    entries = "".join(
        f'<li><a href="{other.url}">{escape_text(other.headline)}</a> <span class="related-date">{other.day:%d %B %Y}</span></li>\n'
        for other in related
    )
    inner = f"""<main id="primary" class="site-main"><article id="post-{article.number}" class="post type-post hentry category-{make_slug(article.section)}">
<header class="entry-header"><span class="cat-links"><a href="{ORIGIN}/category/{make_slug(article.section)}/" rel="category tag">{article.section}</a></span>
<h1 class="entry-title">{escape_text(article.headline)}</h1>
<div class="entry-meta"><span class="posted-on"><time class="entry-date published" datetime="{article.when.isoformat()}">{article.when:%d %B %Y, %H:%M}</time></span>{_make_byline(article)}</div></header>
<div class="entry-content">
{lead}{paragraphs}</div>
<footer class="entry-footer"><span class="tags-links"><a href="{ORIGIN}/tag/{make_slug(article.place)}/" rel="tag">{article.place}</a></span>
<div class="sharedaddy"><h3>Share this:</h3><ul><li><a href="{article.url}?share=mail">Email</a></li><li><a href="{article.url}?share=print">Print</a></li></ul></div></footer></article>
<div class="related-posts"><h3>Related posts</h3><ul>
{entries}</ul></div>
{_make_comments(article) if commented else ""}</main>"""
    return make_frame(article.headline, inner, _make_head(article), "post-template-default single single-post")


def make_amp_page(article: PaperArticle) -> str:
    """Return the page for phones, which names the full one as canonical."""
    paragraphs = "".join(f"<p>{escape_text(paragraph)}</p>\n" for paragraph in article.paragraphs)
    lead = f"<p><strong>{escape_text(article.lead)}</strong></p>\n" if article.lead else ""
    return f"""<!DOCTYPE html>
<html amp lang="en-GB"><head><meta charset="utf-8"><title>{escape_text(article.headline)}</title>
<link rel="canonical" href="{article.url}"></head>
<body><article class="amp-wp-article"><header><h1 class="amp-wp-title">{escape_text(article.headline)}</h1>
<div class="amp-wp-meta">{_make_byline(article)} <time datetime="{article.when.isoformat()}">{article.when:%d %B %Y}</time></div></header>
<div class="amp-wp-article-content">{lead}{paragraphs}</div></article>
<footer><a href="{article.url}">View the full page</a></footer></body></html>
"""


def make_listing(title: str, articles: Sequence[PaperArticle], following: str | None, *, is_home: bool = False) -> str:
    """Return a page of excerpts; ``following`` is the address of older ones."""
    tracking = "?utm_source=home&amp;utm_medium=teaser" if is_home else ""
    rows = "".join(
        f'<article class="post hentry"><h2 class="entry-title"><a href="{article.url}{tracking}" rel="bookmark">{escape_text(article.headline)}</a></h2>\n'
        f'<div class="entry-meta"><a href="{ORIGIN}/?p={article.number}"><time datetime="{article.when.isoformat()}">{article.when:%d %B %Y}</time></a>{_make_byline(article)}</div>\n'
        f'<p class="entry-summary">{escape_text(article.lead or article.paragraphs[0][:120])} <a class="more-link" href="{article.url}#more-{article.number}">Continue reading</a></p></article>\n'
        for article in articles
    )
    head = f'<link rel="next" href="{following}">\n' if following else ""
    older = (
        f'<nav class="nav-links"><a class="next page-numbers" href="{following}">Older posts</a></nav>'
        if following
        else ""
    )
    heading = "" if is_home else f'<h1 class="page-title">{escape_text(title)}</h1>\n'
    inner = f'<main id="primary" class="site-main">{heading}{rows}{older}</main>'
    return make_frame(title, inner, head, "home blog" if is_home else "archive")


def make_static_page(path: str, articles: Sequence[PaperArticle]) -> str | None:
    """Return a page that is no article; None where the paper has none under that path."""
    match path:
        case "/about/":
            return _make_plain("About", "The Harbour Courier is read on both quays and invented on neither.")
        case "/contact/":
            return _make_plain("Contact", "Write to the porter’s lodge, second window.")
        case "/privacy/":
            return _make_plain("Privacy", "We know nothing about you and mean to keep it so.")
    if path == DATED_PAGES[0]:
        offer = "".join(f"<li>{months} months: {price} crowns</li>" for months, price in ((3, 12), (6, 22), (12, 40)))
        form = (
            '<form action="/subscribe"><label>Your address <input name="mail"></label><button>Subscribe</button></form>'
        )
        return make_frame(
            "Subscribe", f'<main id="primary"><h1>Subscribe to the Harbour Courier</h1><ul>{offer}</ul>{form}</main>'
        )
    if path == DATED_PAGES[1]:
        figures = "".join(
            f'<figure class="gallery-item"><img src="{ORIGIN}/wp-content/uploads/market-{index}.jpg" alt=""><figcaption>Stall {index}</figcaption></figure>'
            for index in range(1, 9)
        )
        return make_frame(
            "Pictures of the winter market",
            f'<main id="primary"><h1>Pictures of the winter market</h1><div class="gallery">{figures}</div></main>',
        )
    if path == DATED_PAGES[2]:
        links = "".join(
            f'<li><a href="{article.url}">{escape_text(article.headline)}</a></li>'
            for article in articles
            if "tram" in article.headline
        )
        return make_frame(
            "Everything about the tram", f'<main id="primary"><h1>Everything about the tram</h1><ul>{links}</ul></main>'
        )
    return None


def _make_plain(title: str, text: str) -> str:
    return make_frame(title, f'<main id="primary"><h1 class="entry-title">{title}</h1><p>{text}</p></main>')


def _make_byline(article: PaperArticle) -> str:
    links = " and ".join(
        f'<span class="author vcard"><a class="url fn n" href="{ORIGIN}/author/{make_slug(name)}/">{escape_text(name)}</a></span>'
        for name in article.authors
    )
    return f' <span class="byline">by {links}</span>' if links else ""


def _make_comments(article: PaperArticle) -> str:
    moment = find_comment_moment(article)
    return f"""<div id="comments" class="comments-area"><h2 class="comments-title">One thought on “{escape_text(article.headline)}”</h2><ol class="comment-list">
<li id="comment-{article.number}" class="comment"><p class="comment-author">A reader</p><p class="comment-meta"><a href="{article.url}#comment-{article.number}">{moment:%d %B %Y at %H:%M}</a></p>
<p>{COMMENT}</p><a rel="nofollow" class="comment-reply-link" href="{article.url}?replytocom={article.number}#respond">Reply</a></li></ol></div>
"""


def _make_head(article: PaperArticle) -> str:
    return f"""<link rel="canonical" href="{article.url}">
<link rel="shortlink" href="{ORIGIN}/?p={article.number}">
<link rel="amphtml" href="{article.url}amp/">
<link rel="alternate" type="application/rss+xml" title="Comments" href="{article.url}feed/">
<meta property="og:locale" content="en_GB"><meta property="og:type" content="article">
<meta property="og:title" content="{escape_text(article.headline)} - The Harbour Courier"><meta property="og:url" content="{article.url}">
<meta property="og:site_name" content="The Harbour Courier"><meta property="article:published_time" content="{article.when.isoformat()}">
<script type="application/ld+json" class="yoast-schema-graph">{_make_graph(article)}</script>
"""


def _make_graph(article: PaperArticle) -> str:
    people = [
        {"@type": "Person", "@id": f"{ORIGIN}/#/schema/person/{make_slug(name)}", "name": name}
        for name in article.authors
    ]
    graph = [
        {
            "@type": "Article",
            "@id": f"{article.url}#article",
            "isPartOf": {"@id": article.url},
            **({"author": [{"name": person["name"], "@id": person["@id"]} for person in people]} if people else {}),
            "headline": article.headline,
            "datePublished": article.when.isoformat(),
            "dateModified": article.when.isoformat(),
            "mainEntityOfPage": {"@id": article.url},
            "wordCount": len(article.body.split()),
            "publisher": {"@id": f"{ORIGIN}/#organization"},
            "articleSection": [article.section],
            "inLanguage": "en-GB",
        },
        {
            "@type": "WebPage",
            "@id": article.url,
            "url": article.url,
            "name": article.headline,
            "isPartOf": {"@id": f"{ORIGIN}/#website"},
        },
        {"@type": "WebSite", "@id": f"{ORIGIN}/#website", "url": f"{ORIGIN}/", "name": "The Harbour Courier"},
        {"@type": "Organization", "@id": f"{ORIGIN}/#organization", "name": "The Harbour Courier", "url": f"{ORIGIN}/"},
        *people,
    ]
    return json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False).replace("<", "\\u003c")
