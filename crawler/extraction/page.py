"""Reads a captured page into an extraction: one property for each field, each value with its source.

Three layers answer, in this order of trust for what is printed: the page's visible anatomy (order and shape of lines),
structured data (JSON-LD, Open Graph, meta), and what tags and class names hint. Structured data tells where to look;
what is kept is what readers see. A site whose pages differ overrides a property, or gives ``body_css``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from itertools import islice
from typing import ClassVar, Final

from crawler.errors import HomePageInstead, NotAnArticle, OtherArticle, PageUnreadable
from crawler.extraction.body import Body, read_body
from crawler.extraction.decoding import refuse_other_types
from crawler.extraction.document import Document
from crawler.extraction.header import Header, read_header
from crawler.extraction.headline import Clues, StatedHeadline
from crawler.extraction.labels import fold_label, is_own_name, is_see_also, reads_as_kicker
from crawler.extraction.lead import StatedTexts
from crawler.extraction.see_also import read_see_also
from crawler.extraction.signature import find_signature
from crawler.extraction.stated_authors import find_stated_authors
from crawler.items import Extraction, Found, FoundLink
from crawler.normalisation.text import clean, fold

_PRINT_EDITION: Final = re.compile(r"[?&/](?:[^=/&]{0,40}=)?[^&/]{0,60}(?:print|stampa|imprimir)", re.I)
_SAYS_ERROR: Final = re.compile(
    r"(?:(?:errore?\s?)?(?:40\d|410|50[0-4])\b\W{0,4}|errore?\b\W{0,4}|(?:oops|ops|ups)\b\W{1,4})?"
    r"(?:(?:[^\W\d_]{1,4}['’\s])?(?:page|article|document|content|site|news item|pagina|articolo|documento|contenuto|"
    r"notizia|sito|página|artículo|contenido|noticia|sitio|页面|頁面|网页|文章)(?:\s.{0,20})?)?\s?"
    r"(?:not found|does not exist|non trovat[ao]|no (?:se ha |ha sido )?encontrad[ao]|non esiste|no existe|"
    r"(?:under|in|en) (?:maintenance|manutenzione|mantenimiento)|not available|unavailable|non disponibile|"
    r"no disponible|"
    r"something went wrong|internal server error|forbidden|bad gateway|找不到|未找到|不存在|错误)\W{0,4}"
    r"|(?:errore?\s?)?(?:40\d|410|50[0-4])(?:\serrore?)?|找不到(?:页面|頁面|网页|文章)"
    r"|(?:search|cerca|buscar|搜索)(?:\s(?:results?|risultati|resultados))?",
    re.I,
)
"""What heads an error page, in the languages of news: matched against the whole of a headline."""
_ITEM: Final = re.compile(r"""itemtype\s*=\s*["']?https?://schema\.org/\w{0,20}Article\b""", re.I)


class ArticlePage(Document):
    """Reads the article of one page.

    ``valid_from`` and ``valid_until`` are the first and last day of the captures whose layout the class reads.
    """

    valid_from: ClassVar[date | None] = None
    valid_until: ClassVar[date | None] = None

    @cached_property
    def clues(self) -> Clues:
        sections = (*self.list_thing_texts("articlesection"), *self.head.metas.get("article:section", ()))
        return Clues(
            labels=self.labels,
            language=self.language_code,
            anchors=tuple(self._iter_stated_headlines()),
            author_names=tuple(name.value for name in self.author_names),
            day=self.published_meta.value[:10] if self.published_meta else None,
            sections=tuple(fold_label(section) for section in sections),
            leads_to_other_article=self.links.leads_to_other_article,
            leads_to_listing=self.links.leads_to_listing,
            leads_away=self.links.leads_away,
        )

    @cached_property
    def header(self) -> Header:
        header = read_header(self.lines, self.clues)
        if header.line is None and self.clues.doubt:
            self.clues.doubt = 0  # the class names may have lied
            header = read_header(self.lines, self.clues)
        return header

    @cached_property
    def body(self) -> Body:
        texts = StatedTexts(
            descriptions=tuple(
                description.value
                for description in (
                    self.find_in_thing("description"),
                    self.head.find_meta("og:description", "description"),
                )
                if description
            ),
            article_body=self.thing.find_text("articlebody") if self.thing else None,
            lead_expected=self.site.lead_expected,
        )
        body = read_body(self.lines, self.header, self.clues, texts) if self.header.line is not None else Body()
        if self.header.line is not None and self.clues.doubt and not (body.paragraphs and body.has_dateline):
            # The class names may have lied: without them, is there a body, or one that begins with a dateline?
            self.clues.doubt = 0
            body_without_doubt = read_body(self.lines, self.header, self.clues, texts)
            if body_without_doubt.has_dateline or not body.paragraphs:
                body = body_without_doubt
        if not body.paragraphs and texts.article_body:
            body.paragraphs = tuple(
                text for paragraph in re.split(r"\n\s*", texts.article_body) if (text := clean(paragraph))
            )
            body.source = "jsonld:articleBody"
        return body

    # The fields.

    @property
    def headline(self) -> Found | None:
        """The printed headline, or where none is printed, the one that structured data states."""
        return self.header.headline or next(
            (Found(value=anchor.value, source=anchor.source) for anchor in self.clues.anchors), None
        )

    @property
    def kicker(self) -> Found | None:
        """The section line. Structured data counts only where it reads as a kicker."""
        if self.header.kicker is not None:
            return self.header.kicker
        section = self.find_in_thing("articlesection") or self.head.find_meta("article:section")
        if section is not None and reads_as_kicker(section.value, self.labels):
            return section
        return self._find_title_kicker()

    @property
    def byline(self) -> Found | None:
        return self.header.byline

    @cached_property
    def signature(self) -> Found | None:
        """The byline where it is printed under the text, looked for when nothing else names the writer."""
        if self.author_names or self.header.line is None:
            return None
        return find_signature(self.lines, self.header.start, self.language_code)

    @property
    def lead(self) -> Found | None:
        return self.body.lead

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return self.body.paragraphs

    @property
    def published(self) -> Found | None:
        return self.header.published

    @cached_property
    def published_meta(self) -> Found | None:
        """The date of publication that structured data states."""
        published = self.find_in_thing("datepublished") or self.head.find_meta(
            "article:published_time", "datepublished", "og:published_time"
        )
        if published is not None:
            return published
        loose = self.head.find_meta(
            "dc.date.issued", "dcterms.created", "date", "dc.date", "pubdate", "parsely-pub-date"
        )
        return loose if loose is not None and re.match(r"\d{4}-\d{2}", loose.value) else self._time_element

    @property
    def modified(self) -> Found | None:
        return self.find_in_thing("datemodified") or self.head.find_meta(
            "article:modified_time", "datemodified", "og:updated_time"
        )

    @cached_property
    def author_names(self) -> tuple[Found, ...]:
        """The writers that structured data names; the publication itself is no writer."""
        return tuple(find_stated_authors(self.thing, self.head, lambda name: is_own_name(name, self.labels)))

    @cached_property
    def canonical(self) -> Found | None:
        """The address that the page states as its own, one with a number first where the page's address has none."""
        urls = list(self.iter_own_urls())
        if self.address.story is None:
            for url in urls:
                address = self.links.read_article(url.value)
                if address is not None and address.story is not None and address.language in (None, self.own_language):
                    return url
        return urls[0] if urls else None

    @cached_property
    def see_also(self) -> tuple[FoundLink, ...]:
        return read_see_also(self.lines, self.header.start, self.labels, self.links)

    @cached_property
    def translations(self) -> tuple[FoundLink, ...]:
        """Links to the same story in other languages: hreflang, or a link that carries the same key."""
        links_by_key: dict[str, FoundLink] = {}
        for language, href in self.head.alternates[:100]:
            address = self.links.read_article(href)
            if (
                address is not None
                and address.language not in (None, self.own_language)
                and address.url_key not in links_by_key
            ):
                links_by_key[address.url_key] = FoundLink(url=href, language=language[:20])
        stories = [key for key in self.links.keys if key.isdigit()]
        for line in self.lines if stories else ():
            for piece in line.pieces:
                if piece.href is not None and any(key in piece.href for key in stories):
                    address = self.links.read_article(piece.href)
                    if (
                        address is not None
                        and address.story in stories
                        and address.language != self.own_language
                        and address.url_key not in links_by_key
                    ):
                        links_by_key[address.url_key] = FoundLink(url=piece.href, language=address.language)
        return tuple(links_by_key.values())

    def extract(self) -> Extraction:
        """Read the page.

        Raises :class:`NotAnArticle` for all else that a site sends (home pages for unknown numbers, listings, errors)
        and :class:`PageUnreadable` when the page says that it is an article and no body can be found.
        """
        refuse_other_types(self.capture)
        self._refuse_other_identity()
        headline = self.headline
        if headline is None:
            raise NotAnArticle("the page has no headline")
        self._refuse_listings()
        if not self.paragraphs:
            dated = self.header.line is not None and self.published is not None and not self._is_full_of_teasers
            if self._has_article_markup or dated:
                raise PageUnreadable("the page says that it is an article, but no body was found in it")
            raise NotAnArticle("the page has no text under its headline")
        if self._is_error_page:
            raise NotAnArticle("the page is headed as an error page is, and nothing but a date speaks for an article")
        if not self._has_evidence:
            raise NotAnArticle("neither date nor byline nor dateline nor structured data says that this is an article")
        return Extraction(
            headline=headline,
            kicker=self.kicker,
            lead=self.lead,
            byline=self.byline or self.signature,
            paragraphs=self.paragraphs,
            body_source=self.body.source,
            published=self.published,
            published_meta=self.published_meta,
            modified=self.modified,
            author_names=self.author_names,
            language=self.language,
            canonical=self.canonical,
            see_also=self.see_also,
            translations=self.translations,
            complete=self.complete,
        )

    # Whether it is an article, and which.

    @property
    def _has_article_markup(self) -> bool:
        return self.thing is not None or self.head.og_type == "article" or len(_ITEM.findall(self.text)) == 1

    @property
    def _has_evidence(self) -> bool:
        if self.published is not None or self.byline is not None or self.body.has_dateline or self._has_article_markup:
            return True
        return bool(_PRINT_EDITION.search(self.capture.url[:2000]))

    @property
    def _is_error_page(self) -> bool:
        headline = self.header.headline
        if headline is None or self.thing is not None or self.byline is not None or self.body.has_dateline:
            return False
        return len(headline.value) <= 80 and _SAYS_ERROR.fullmatch(headline.value) is not None

    def _refuse_other_identity(self) -> None:
        addresses = list(self.iter_own_addresses(self.links))
        if any(address.url_key == self.address.url_key for address in addresses):
            return
        for address in addresses:
            if address.kind == "article" and self.address.kind == "article":
                comparable = (address.story is None) == (self.address.story is None)
                if comparable and address.site_key != self.address.site_key:
                    raise OtherArticle(f"the page says that it is another one: {address.url[:200]}")
                if (
                    comparable
                    and address.language != self.address.language
                    and self.language
                    and self.language.value == address.language
                ):
                    raise OtherArticle(f"the page says that it is in another language: {address.url[:200]}")
            elif address.kind in ("home", "listing") and not self._has_article_markup:
                raise HomePageInstead(f"the page says that it is a {address.kind} page: {address.url[:200]}")

    @property
    def _is_full_of_teasers(self) -> bool:
        """Do several lines lead to other articles, before any See also label?"""
        end = next((line.index for line in self.lines if is_see_also(line, self.labels)), len(self.lines))
        leading = (
            line
            for line in self.lines[:end]
            if any(self.links.leads_to_other_article(href) for href, _ in line.links[:3])
        )
        return sum(1 for _ in islice(leading, 3)) == 3

    def _refuse_listings(self) -> None:
        headline = self.header.headline
        guessed = headline is not None and "+" not in headline.source  # no title and no structured data speaks for it
        paragraphs = len(self.paragraphs)
        # A story with date and writer may recommend others between its paragraphs; a listing is made of them.
        signed = self.published is not None and (self.byline is not None or self.body.has_dateline)
        # Links under all of the text of a story that the title names are a See also block under an unknown label.
        teasers = self.body.teasers_between if signed and not guessed else self.body.teasers
        if teasers >= 3 and teasers * (1 if signed else 2) >= paragraphs and self.thing is None:
            raise HomePageInstead("the page lists other articles")
        if guessed and self.thing is None and not self.body.has_dateline and self._is_full_of_teasers:
            raise HomePageInstead("the page leads to other articles, and nothing confirms its headline")
        if self.header.line is None and self.thing is None:
            raise NotAnArticle("no headline is printed on the page")

    # Parts of the fields.

    def _iter_stated_headlines(self) -> Iterator[StatedHeadline]:
        for headline in (
            self.find_in_thing("headline", "alternativeheadline"),
            self.head.find_meta("og:title"),
            self.head.find_meta("twitter:title", "dc.title", "title"),
        ):
            if headline is not None and not is_own_name(headline.value, self.labels):
                yield StatedHeadline(self._strip_suffix(headline.value), headline.source)
        title = self.head.title
        if title and not is_own_name(title, self.labels):
            yield StatedHeadline(self._strip_suffix(title), "title")

    def _strip_suffix(self, title: str) -> str:
        for suffix in self.site.headline_suffixes:
            if fold(title).endswith(fold(suffix)) and len(title) > len(suffix):
                return title[: -len(suffix)].strip()
        return title

    def _find_title_kicker(self) -> Found | None:
        """Return the kicker of a stated headline that holds kicker and headline: "CHINA - JAPAN Japan says…"."""
        headline = self.header.headline
        if headline is None:
            return None
        for anchor in self.clues.anchors:
            if len(anchor.value) > len(headline.value) and anchor.value.endswith(headline.value):
                before = anchor.value[: -len(headline.value)].strip().rstrip(" :|-–—")
                if reads_as_kicker(before, self.labels) and not is_own_name(before, self.labels):
                    return Found(value=before, source=f"{anchor.source}:kicker")
        return None

    @cached_property
    def _time_element(self) -> Found | None:
        """The first ``<time datetime>`` outside of menus and boxes."""
        for element in self.root.iter("time"):
            datetime = element.get("datetime")
            if (
                datetime
                and re.match(r"\d{4}-\d{2}-\d{2}", datetime.strip())
                and not any(up.tag in ("aside", "nav", "footer", "li") for up in element.iterancestors())
            ):
                return Found(value=datetime.strip()[:60], source="time:datetime")
        return None
