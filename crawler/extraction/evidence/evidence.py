"""Measures what speaks for a page being an article and what speaks against, each as one number.

:mod:`crawler.extraction.evidence.page_model` weighs the numbers. Each is named by :data:`FEATURES`, with the words by
which a person is told of it. Nothing here knows a publisher or a language: words of addresses are those that publishing
software makes (WordPress, Shopify, WooCommerce, Magento, Discourse, phpBB, vBulletin, XenForo, Sphinx, Read the Docs).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log1p
from typing import Final
from urllib.parse import urlsplit

from crawler.extraction.body.body import Body
from crawler.extraction.document import Document
from crawler.extraction.header.header import Header
from crawler.extraction.layout.blocks import Block
from crawler.extraction.layout.labels import PROSE, ends_sentence, measure_prose
from crawler.extraction.links.slugs import find_slug, split_path
from crawler.extraction.parsing.markup import Hint
from crawler.items import Found
from crawler.normalisation.words.scripts import BURMESE, CJK, KHMER, LAO, THAI

MAX_LINES: Final = 3_000
"""Lines that are measured; what a page prints further down changes no verdict."""
_LETTERS_PER_WORD: Final = 6
_NEAR: Final = 12
"""Lines around the headline in which a date or a byline is the article's own."""


def _read_words(*rows: str) -> frozenset[str]:
    return frozenset(word for row in rows for word in row.split())


_NO_ARTICLE_TYPES: Final = _read_words(
    "product productgroup offer aggregateoffer offercatalog collectionpage itemlist searchresultspage profilepage",
    "qapage faqpage question discussionforumposting contactpage aboutpage checkoutpage localbusiness store service",
    "event course softwareapplication realestatelisting hotel restaurant jobposting apireference",
)
"""Types of schema.org for pages and things that are no articles."""
_NO_ARTICLE_WORDS: Final = _read_words(
    "product products produkt produkte prodotto producto produit shop store item items cart checkout dp",
    "collection collections category categories categoria categorie kategorie catalog catalogue tag tags label author",
    "authors search archive archives latest listado rubrique listing listings directory locations",
    "forum forums foro thread threads topic topics viewtopic showthread viewforum board boards community questions",
    "discussion discussions t docs doc documentation reference api manual wiki help support faq",
    "services service solutions pricing jobs about contact login account",
)
_ARCHIVES: Final = _read_words("archive archives")
"""Before a year or a number they are where papers and weblogs keep articles: ``/archives/000213.html``."""
_ARTICLE_WORDS: Final = _read_words(
    "news article articles story stories blog blogs post posts opinion politics world sport sports business culture",
    "artikel articolo articoli notizie articulo noticia noticias actualite actualites nachrichten magazine editorial",
    "features guide guides review reviews insights",
)
_STRUCTURED: Final = ("og:", "article:", "twitter:")
"""How the names of meta tags begin that state what a page is."""
_PATH_DATE = re.compile(r"(?:^|[/_-])(?:19|20)\d{2}[/_-]?(?:0?[1-9]|1[0-2]|[a-z]{3})(?![a-z\d]{2})", re.I)
_DATED = re.compile(
    r"\b(?:19|20)\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2}\b|\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]|\b\d{1,2}:\d{2}\b"
)
_PRICE = re.compile(r"[$€£¥₹₽₩]\s?\d|\d[\d.,]*\s?(?:[$€£¥₹₽₩]|(?:USD|EUR|GBP|CHF|JPY|kr|zł|Kč)\b)")
_LONGEST_CURRENCY = 2
"""Characters that stand before the figures of a price: a sign and a space."""
_DIGIT = re.compile(r"\d")
_ASCII_QUOTE = '"'
_QUOTES = re.compile(r"[“”„«»\"「」『』]")
_CJK_LETTER = re.compile(f"[{CJK}]")
_LETTER_WITHOUT_SPACES = re.compile(f"[{THAI}{LAO}{BURMESE}{KHMER}]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Feature:
    """A number that is measured of a page, and the words for it."""

    name: str
    low: str
    """What is said of a page that has too little of it."""
    high: str
    """What is said of a page that has too much of it."""


def _state(name: str, what: str) -> Feature:
    return Feature(name=name, low=f"no {what}", high=what)


FEATURES: Final = (
    _state("thing", "article in structured data"),
    _state("other_thing", "structured data of a product, a list or a service"),
    _state("only_other_things", "structured data without an article"),
    _state("og_article", "og:type article"),
    _state("og_other", "og:type of another kind"),
    _state("og_product", "og:type product"),
    _state("bare_head", "head without any structured data"),
    _state("stated_date", "stated date of publication"),
    _state("stated_author", "stated author"),
    _state("stated_section", "stated section or tags"),
    _state("printed_date", "date printed beside the headline"),
    _state("byline", "printed byline"),
    _state("dates_near", "year or time near the headline"),
    _state("single_h1", "single h1"),
    _state("headline_stated", "headline that title or structured data confirm"),
    Feature(name="headline_words", low="a headline of few words", high="a headline of many words"),
    Feature(name="slug_words", low="an address of few words", high="an address of many words"),
    _state("path_date", "date in the address"),
    _state("path_query", "query in the address"),
    _state("path_article_word", "word for news or articles in the address"),
    _state("path_other_word", "word for shops, lists, forums or manuals in the address"),
    Feature(name="body_words", low="a short text", high="a long text"),
    Feature(name="paragraph_words", low="short paragraphs", high="long paragraphs"),
    Feature(name="prose_share", low="little of the page is prose", high="most of the page is prose"),
    Feature(name="sentences", low="few lines end as sentences do", high="many lines end as sentences do"),
    Feature(name="run", low="no long run of paragraphs", high="a long run of paragraphs"),
    Feature(name="scatter", low="paragraphs that follow each other", high="paragraphs scattered over the page"),
    Feature(name="lines", low="few lines", high="many lines"),
    Feature(name="prices", low="no prices", high="prices"),
    Feature(name="dates", low="few dates", high="many dates"),
    Feature(name="code", low="no lines of code", high="lines of code"),
    Feature(name="articles", low="one article element", high="many article elements"),
    Feature(name="article_share", low="little prose in one article element", high="the prose in one article element"),
    Feature(name="body_hint", low="no markup of a body", high="markup of a body"),
    Feature(name="forms", low="few forms", high="many forms"),
    Feature(name="quotes", low="no quotation marks", high="quotation marks"),
)
"""Every feature, in the order in which the model's numbers stand."""
STATED: Final = (
    "thing",
    "other_thing",
    "only_other_things",
    "og_article",
    "og_other",
    "og_product",
    "stated_date",
    "stated_author",
    "stated_section",
)
"""Features that are 0 where ``bare_head`` is 1: what the heads of old pages do not state."""


OF_ADDRESS: Final = ("slug_words", "path_date", "path_query", "path_article_word", "path_other_word")
"""Features of the address alone, which say nothing where a site declares what its addresses mean."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PageFacts:
    """What is known of a page when it has been read, by which it is judged."""

    document: Document
    header: Header
    body: Body
    headline: str | None
    """The printed headline, or the stated one."""
    paragraphs: Sequence[str]
    published: Found | None
    """The printed date."""
    byline: Found | None
    has_stated_date: bool
    has_stated_author: bool


def measure_page(facts: PageFacts) -> dict[str, float]:
    """Return the number of every feature, in the order of :data:`FEATURES`."""
    features = {
        **_measure_head(facts),
        **_measure_header(facts),
        **_measure_address(facts.document.address.url),
        **_measure_body(facts.paragraphs),
        **_measure_lines(facts),
    }
    return {feature.name: float(features[feature.name]) for feature in FEATURES}


def _measure_head(facts: PageFacts) -> dict[str, float]:
    metas, og_type = facts.document.head.metas, facts.document.head.og_type
    other = any(not thing.listed and thing.types & _NO_ARTICLE_TYPES for thing in facts.document.head.things[:50])
    return {
        "thing": facts.document.thing is not None,
        "other_thing": other,
        "only_other_things": bool(facts.document.head.things) and facts.document.thing is None,
        "og_article": "article" in og_type,
        "og_other": bool(og_type) and "article" not in og_type,
        "og_product": "product" in og_type,
        "bare_head": not facts.document.head.things and not any(name.startswith(_STRUCTURED) for name in metas),
        "stated_date": facts.has_stated_date,
        "stated_author": facts.has_stated_author,
        "stated_section": any(name in metas for name in ("article:section", "article:tag", "news_keywords")),
    }


def _measure_header(facts: PageFacts) -> dict[str, float]:
    header, headline = facts.header, facts.headline or ""
    source = header.headline.source if header.headline else ""
    index = header.line.index if header.line is not None else 0
    near = facts.document.lines[max(0, index - _NEAR // 2) : index + _NEAR]
    return {
        "printed_date": header.published is not None,
        "byline": header.byline is not None,
        "dates_near": min(3, sum(len(line.text) < PROSE and _DATED.search(line.text) is not None for line in near)),
        "headline_stated": "+" in source and not source.endswith("+address"),
        "headline_words": min(16, _count_words(headline)),
    }


def _count_words(headline: str) -> float:
    """Return the words of a headline: three ideographs, or five letters of a script without spaces, are one."""
    beginning = headline[:60]
    unspaced = len(_CJK_LETTER.findall(beginning)) / 3 + len(_LETTER_WITHOUT_SPACES.findall(beginning)) / 5
    return len(headline.split()) + unspaced


def _measure_address(url: str) -> dict[str, float]:
    """Return what an address tells: an article's has the words of its headline, a shop's or a forum's says so."""
    parts = urlsplit(url[:2000])
    segments = split_path(url)
    slug = find_slug(segments)
    first = {
        words[0]
        for words, following in pairwise([*segments, []])
        if words and not (words[0] in _ARCHIVES and following and following[0].isdigit())
    }
    return {
        "slug_words": min(10, len(slug)),
        "path_date": _PATH_DATE.search(parts.path) is not None,
        "path_query": bool(parts.query) and "utm_" not in parts.query,
        "path_article_word": not first.isdisjoint(_ARTICLE_WORDS),
        "path_other_word": not first.isdisjoint(_NO_ARTICLE_WORDS),
    }


def _measure_body(paragraphs: Sequence[str]) -> dict[str, float]:
    words = min(20_000, sum(measure_prose(text) for text in paragraphs[:200])) / _LETTERS_PER_WORD
    return {"body_words": log1p(words), "paragraph_words": log1p(words / max(1, min(200, len(paragraphs))))}


def _measure_lines(facts: PageFacts) -> dict[str, float]:
    """Return what the lines of the page tell, whichever of them are the body."""
    total = prose = sentences = prices = dates = code = quotes = 0
    prose_lines = forms = body_hints = gaps = run = longest = h1 = 0
    last_prose = -10
    articles: set[Block | None] = {None}
    prose_in_article: Counter[Block] = Counter()
    lines = facts.document.lines[:MAX_LINES]
    for line in lines:
        text, hints = line.text, line.hints
        length = len(text)
        total += length
        if line.heading:
            h1 += line.heading == 1
            articles.add(line.block.outermost_article)
        if hints & Hint.FORM:
            forms += 1
        if length * 3 >= PROSE and not line.heading and line.link_share < 0.5 and measure_prose(line.unlinked) >= PROSE:
            weight = measure_prose(text)
            prose_lines += 1
            prose += weight
            sentences += ends_sentence(text)
            quotes += _ASCII_QUOTE in text if text.isascii() else _QUOTES.search(text) is not None
            body_hints += hints & (Hint.BODY | Hint.ARTICLE_BODY) != 0
            if article := line.block.outermost_article:
                articles.add(article)
                prose_in_article[article] += weight
            if line.index - last_prose <= 2:
                run += weight
            else:
                gaps += 1
                run = weight
            if run > longest:
                longest = run
            last_prose = line.index
        if length < PROSE and (digit := _DIGIT.search(text)) is not None:
            first = digit.start()
            dates += _DATED.search(text, first) is not None
            prices += _PRICE.search(text, max(0, first - _LONGEST_CURRENCY)) is not None
        if line.block.tag == "pre":
            code += 1
    in_article = max(prose_in_article.values(), default=0)
    return {
        "single_h1": h1 == 1,
        "prose_share": prose / max(1, total),
        "sentences": sentences / max(1, prose_lines),
        "run": log1p(longest),
        "scatter": gaps / max(1, prose_lines),
        "lines": log1p(len(lines)),
        "prices": log1p(prices),
        "dates": log1p(dates),
        "code": log1p(code),
        "articles": log1p(len(articles) - 1),
        "article_share": in_article / max(1, prose),
        "body_hint": body_hints / max(1, prose_lines),
        "forms": log1p(forms),
        "quotes": quotes / max(1, prose_lines),
    }
