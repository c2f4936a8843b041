"""Reads a captured page into an extraction: one property for each field, each value with its source.

Three layers answer, in this order of trust for what is printed: the page's visible anatomy (order and shape of lines),
structured data (JSON-LD, Open Graph, meta), and what tags and class names hint. Structured data tells where to look;
what is kept is what readers see. A site whose pages differ overrides a property, or gives ``body_css``.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cached_property
from itertools import islice
from typing import ClassVar, Final

from crawler.errors import HomePageInstead, NotAnArticle, OtherArticle, PageUnreadable
from crawler.extraction import page_model
from crawler.extraction.body import Body, read_body
from crawler.extraction.decoding import refuse_other_types
from crawler.extraction.document import Document
from crawler.extraction.evidence import OF_ADDRESS, PageFacts, is_same_path, measure_page, rate_slug, read_slug
from crawler.extraction.header import Header, read_header
from crawler.extraction.headline import Clues
from crawler.extraction.labels import fold_label, is_own_name, is_see_also, reads_as_kicker
from crawler.extraction.lead import StatedTexts
from crawler.extraction.page_model import Answer, Verdict
from crawler.extraction.see_also import read_see_also
from crawler.extraction.stated_headlines import (
    find_title_kicker,
    is_heading_of_body,
    list_stated_headlines,
    read_site_names,
)
from crawler.extraction.translations import read_translations
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
            anchors=list_stated_headlines(self),
            author_names=tuple(name.value for name in self.author_names),
            day=self.published_meta.value[:10] if self.published_meta else None,
            sections=tuple(fold_label(section) for section in sections),
            slug=read_slug(self.address.url),
            leads_to_other_article=self.links.leads_to_other_article,
            leads_to_listing=self.links.leads_to_listing,
            leads_away=self.links.leads_away,
            site_names=read_site_names(self),
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
        # Where only structured data has the headline, the whole page is searched for the text.
        has_headline = self.header.line is not None or (self._has_article_markup and bool(self.clues.anchors))
        body = read_body(self.lines, self.header, self.clues, texts) if has_headline else Body()
        if has_headline and self.clues.doubt and not (body.paragraphs and body.has_dateline):
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
        if self.header.headline is not None and not (
            self.headline_meta and is_heading_of_body(self.header, self.lines, self.clues)
        ):
            return self.header.headline
        return next((Found(value=anchor.value, source=anchor.source) for anchor in self.clues.anchors), None)

    @property
    def headline_meta(self) -> Found | None:
        """The headline that structured data or Open Graph state, without the site's name; not that of ``<title>``."""
        anchors = (anchor for anchor in self.clues.anchors if anchor.source != "title")
        return next((Found(value=anchor.value, source=anchor.source) for anchor in anchors), None)

    @property
    def kicker(self) -> Found | None:
        """The section line. Structured data counts only where it reads as a kicker."""
        if self.header.kicker is not None:
            return self.header.kicker
        section = self.find_in_thing("articlesection") or self.head.find_meta("article:section")
        if section is not None and reads_as_kicker(section.value, self.labels):
            return section
        return find_title_kicker(self.header.headline, self.clues)

    @property
    def byline(self) -> Found | None:
        return self.header.byline

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
        authors = (
            [Found(value=clean(name), source="jsonld:author") for name in self.thing.author_names] if self.thing else []
        )
        if not authors:
            authors = [
                Found(value=clean(value), source=f"meta:{name}")
                for name in ("author", "article:author", "dc.creator")
                for value in self.head.metas.get(name, ())[:20]
                if not value.strip().lower().startswith("http")
            ][:20]
        unique = {fold(author.value): author for author in authors if author.value and len(author.value) <= 200}
        return tuple(author for author in unique.values() if not is_own_name(author.value, self.labels))[:50]

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
        return read_translations(self.lines, self.head.alternates, self.links, self.own_language)

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
        if self.site.addresses:
            self._refuse_listings()
        if not self.paragraphs:
            dated = self.header.line is not None and self.published is not None and not self._is_full_of_teasers
            if self._has_article_markup or dated:
                raise PageUnreadable("the page says that it is an article, but no body was found in it")
            raise NotAnArticle("the page has no text under its headline")
        if self._is_error_page:
            raise NotAnArticle("the page is headed as an error page is, and nothing but a date speaks for an article")
        doubt = self._find_doubt()
        return Extraction(
            headline=headline,
            headline_meta=self.headline_meta,
            kicker=self.kicker,
            lead=self.lead,
            byline=self.byline,
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
            doubt=doubt,
        )

    # Whether it is an article, and which.

    @cached_property
    def evidence(self) -> dict[str, float]:
        """What speaks for the page being an article and what against, as numbers for the page model."""
        return measure_page(
            PageFacts(
                url=self.address.url,
                head=self.head,
                thing=self.thing,
                header=self.header,
                headline=self.headline.value if self.headline else None,
                lines=self.lines,
                paragraphs=self.paragraphs,
                has_stated_date=self.published_meta is not None,
                has_stated_author=bool(self.author_names),
            )
        )

    @cached_property
    def verdict(self) -> Verdict:
        """What the page model says, by the evidence of the whole page."""
        return page_model.load_page_model().judge(self.evidence)

    def _find_doubt(self) -> str | None:
        """Return what leaves open whether the page is an article, None where nothing does.

        An address in a form that the site declares says that the page is an article; a printed or stated sign of one
        confirms it, or the site's word that its addresses decide. Else the page model decides. Raises NotAnArticle for
        a page that is none.
        """
        if self.site.addresses and (self.site.address_decides or self._has_evidence):
            return None
        verdict = self.verdict
        signed = self.published is not None or self.byline is not None
        if verdict.answer is Answer.NO_ARTICLE and not (signed and self._is_print_edition):
            raise NotAnArticle(
                f"too little says that this is an article (a chance of {verdict.chance:.0%}): {verdict.objections}"
            )
        if verdict.answer is not Answer.ARTICLE:
            return f"It is uncertain whether the page is an article ({verdict.chance:.0%}): {verdict.objections}."
        return None

    @property
    def _has_article_markup(self) -> bool:
        return self.thing is not None or self.head.og_type == "article" or len(_ITEM.findall(self.text)) == 1

    @property
    def _has_evidence(self) -> bool:
        if self.published is not None or self.byline is not None or self.body.has_dateline or self._has_article_markup:
            return True
        return self._is_print_edition

    @property
    def _is_print_edition(self) -> bool:
        return _PRINT_EDITION.search(self.capture.url[:2000]) is not None

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
                renamed = address.story is None and is_same_path(address.url, self.address.url)
                if comparable and address.site_key != self.address.site_key and not renamed:
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
        if teasers >= 3 and teasers * (1 if signed else 2) >= paragraphs and not self._has_article_markup:
            raise HomePageInstead("the page lists other articles")
        if guessed and not self.body.has_dateline and self._is_full_of_teasers and not self._is_confirmed:
            raise HomePageInstead("the page leads to other articles, and nothing confirms its headline")
        if self.header.line is None and not self._has_article_markup:
            raise NotAnArticle("no headline is printed on the page")

    @property
    def _is_confirmed(self) -> bool:
        """Does the page state that it is an article, does its address repeat its headline, or does all speak for it?"""
        if self._has_article_markup or self.head.find_meta("article:published_time") is not None:
            return True
        headline = self.header.headline
        if headline is not None and rate_slug(self.address.url, headline.value) >= 0.5:
            return True
        # The address is an article's already; what the page shows has to be one's too.
        model = page_model.load_page_model()
        features = self.evidence | {name: model.typical[name] for name in OF_ADDRESS}
        return model.judge(features).answer is Answer.ARTICLE

    # Parts of the fields.

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
