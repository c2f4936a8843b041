"""Tells what else than an article a site sends: other articles, home pages, listings, errors, pages of other kinds.

What is certain is decided by rules. Where a site declares what its addresses mean, an address in the form of an
article's is the page's best witness, and what the page shows only has to agree. Where nothing is declared, the page
model weighs all evidence.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import Final

from crawler.errors import BadAddress, FurtherPageInstead, HomePageInstead, NotAnArticle, OtherArticle, PageUnreadable
from crawler.extraction.document import Document
from crawler.extraction.evidence import page_model
from crawler.extraction.evidence.evidence import OF_ADDRESS, PageFacts, measure_page
from crawler.extraction.evidence.page_model import Answer, Verdict
from crawler.extraction.evidence.teaser_rows import announces_one, is_made_of_teasers
from crawler.extraction.layout.date_labels import find_date_in_dateline
from crawler.extraction.layout.labels import PROSE, ends_sentence, fold_label, is_see_also, measure_prose
from crawler.extraction.links.further_pages import find_first_page
from crawler.extraction.links.related_regions import MORE
from crawler.extraction.links.slugs import is_same_path, rate_slug
from crawler.items import Address
from crawler.normalisation.addresses.part_addresses import find_part_number
from crawler.normalisation.addresses.urls import read_address
from crawler.normalisation.words.text import fold
from crawler.normalisation.words.word_tables import load_table
from crawler.system.unlocked_property import unlocked_property

_PRINT_EDITION: Final = re.compile(r"[?&/](?:[^=/&]{0,40}=)?[^&/]{0,60}(?:print|stampa|imprimir)", re.I)
_SAYS_ERROR: Final = re.compile(
    r"(?:(?:errore?\s?)?(?:40\d|410|50[0-4])\b\W{0,4}|errore?\b\W{0,4}|(?:oops|ops|ups)\b\W{1,4})?"
    r"(?:(?:[^\W\d_]{1,4}['’\s])?(?:page|article|document|content|site|news item|pagina|articolo|documento|contenuto|"
    r"notizia|sito|página|artículo|contenido|noticia|sitio|页面|頁面|网页|文章)(?:\s.{0,20})?)?\s?"
    r"(?:not found|does not exist|non trovat[ao]|no (?:se ha |ha sido )?encontrad[ao]|non esiste|no existe|"
    r"(?:under|in|en) (?:maintenance|manutenzione|mantenimiento)|not available|unavailable|non disponibile|"
    r"no disponible|"
    r"something went wrong|internal server error|forbidden|bad gateway|"
    r"access (?:to this page (?:has been )?)?denied|找不到|未找到|不存在|错误)\W{0,4}"
    r"|(?:errore?\s?)?(?:40\d|410|50[0-4])(?:\serrore?)?|找不到(?:页面|頁面|网页|文章)"
    r"|(?:search|cerca|buscar|搜索)(?:\s(?:results?|risultati|resultados))?",
    re.I,
)
"""What heads an error page, in the languages of news: matched against the whole of a headline."""
_STATES_DISCUSSION: Final = re.compile(r"schema\.org/(?:DiscussionForumPosting|QAPage)\b")
"""What forums state in their markup."""
LONGEST_ERROR: Final = 60
"""Letters of a headline that says so and no more."""


def refuse_other_identity(page: Document) -> None:
    """Refuse a page that states the address of another article. Raises OtherArticle."""
    addresses = list(page.iter_own_addresses(page.links))
    if any(address.url_key == page.address.url_key for address in addresses):
        return
    for address in addresses:
        if address.kind == "article" and page.address.kind == "article":
            comparable = (address.story is None) == (page.address.story is None)
            renamed = address.story is None and is_same_path(address.url, page.address.url)
            if comparable and address.site_key != page.address.site_key and not renamed:
                raise OtherArticle(f"the page says that it is another one: {address.url[:200]}")
            if (
                comparable
                and page.address.language not in (None, address.language)
                and page.language
                and page.language.value == address.language
            ):
                raise OtherArticle(f"the page says that it is in another language: {address.url[:200]}")


def _find_stated_front(page: Document) -> Address | None:
    """Return the address of a home page or a listing, where the page states one as its own and never the requested."""
    addresses = list(page.iter_own_addresses(page.links))
    if any(address.url_key == page.address.url_key for address in addresses):
        return None
    return next((address for address in addresses if address.kind in ("home", "listing")), None)


def refuse_further_page(page: Document) -> None:
    """Refuse a page of an article that is not its first. Raises FurtherPageInstead."""
    own = page.address.url
    if find_part_number(page.capture.url, own) is not None:  # the site reads the addresses of all pages as one
        raise FurtherPageInstead(own)
    first_url = find_first_page(page.tree, page.base, own)
    if first_url is not None and not is_counted_apart(first_url, page):
        raise FurtherPageInstead(first_url)


def is_counted_apart(url: str, page: Document) -> bool:
    """Return True if an address is no page of the same article: the site has another number or use for it."""
    try:
        address = read_address(url, page.site)
    except BadAddress:
        return True
    is_counted = address.story is not None and page.address.story is not None
    return address.kind not in ("article", "other") or (is_counted and address.story != page.address.story)


_LEAST_PROSE: Final = 3
"""Paragraphs of prose of a story that is told at sight."""
_LINES_OF_BRIEF: Final = 16
"""Lines of a page that prints news in brief and next to nothing beside."""
_SHARE_OF_BRIEF: Final = 0.5
"""The share of its letters that are the text's."""
_AGENCY_AT_END: Final = re.compile(r"\s*[(（\[][^()（）\[\]]{1,30}[)）\]]$")
LIKELY: Final = 0.5
"""The chance by all else from which an address in the form of an article's is believed."""


class Examination:
    """The examination of one page that has been read: what it is refused for, and what leaves a doubt."""

    def __init__(self, facts: PageFacts) -> None:
        self.facts = facts
        self.document = facts.document

    @unlocked_property
    def evidence(self) -> dict[str, float]:
        """What speaks for the page being an article and what against, as numbers for the page model."""
        return measure_page(self.facts)

    @unlocked_property
    def verdict(self) -> Verdict:
        """What the page model says, by the evidence of the whole page."""
        return page_model.load_page_model().judge(self.evidence)

    def refuse_listings(self) -> None:
        """Refuse what a site that declares its addresses sends in place of an article: a home page or a listing.

        Raises HomePageInstead, and NotAnArticle where no headline is printed.
        """
        facts, has_markup = self.facts, self.document.has_article_markup
        if not self.document.site.addresses:
            return
        front = _find_stated_front(self.document)
        if front is not None and not has_markup and not self._is_story_at_sight:
            raise HomePageInstead(f"the page says that it is a {front.kind} page: {front.url[:200]}")
        headline = facts.header.headline
        guessed = headline is not None and "+" not in headline.source  # no title and no structured data speaks for it
        # A story with date and writer may recommend others between its paragraphs; a listing is made of them.
        named = facts.byline is not None or facts.body.has_dateline or self._is_digest or self._is_named_by_address
        signed = facts.published is not None and named
        if signed and (facts.byline is not None or facts.body.has_dateline) and self._is_named_by_address:
            return
        # Links under all of the text of a story that the title names are a See also block under an unknown label.
        teasers = facts.body.teasers_between if signed and not guessed else facts.body.teasers
        if teasers >= 3 and teasers * (1 if signed else 2) >= len(facts.paragraphs) and not has_markup:
            raise HomePageInstead("the page lists other articles")
        if self._leads_on and not (has_markup or facts.body.has_dateline or self._is_named_by_address):
            raise HomePageInstead("the page lists the beginnings of articles")
        if guessed and not facts.body.has_dateline and self._is_full_of_teasers and not self._is_confirmed:
            raise HomePageInstead("the page leads to other articles, and nothing confirms its headline")
        if not has_markup and not self._has_prose_or_sentence and self._is_full_of_teasers:
            raise HomePageInstead("the page leads to other articles, and has no sentence of its own")
        if facts.header.line is None and not has_markup:
            raise NotAnArticle("no headline is printed on the page")

    def refuse_empty_pages(self) -> None:
        """Refuse a page without text, and one that is headed as an error page.

        Raises PageUnreadable where the page says that it is an article, else NotAnArticle.
        """
        facts = self.facts
        if not facts.paragraphs:
            dated = facts.header.line is not None and facts.published is not None and not self._is_full_of_teasers
            if self.document.has_article_markup or dated:
                raise PageUnreadable("the page says that it is an article, but no body was found in it")
            raise NotAnArticle("the page has no text under its headline")
        if self._is_error_page:
            raise NotAnArticle("the page is headed as an error page is, and nothing but a date speaks for an article")

    def find_doubt(self) -> str | None:
        """Return what leaves open whether the page is an article, in words; None where nothing does.

        An address in a form that the site declares says that the page is an article; a printed or stated sign of one
        confirms it, or the site's word that its addresses decide. Else the page model decides; a page with a writer, a
        date and a dateline is at least uncertain. Raises NotAnArticle for a page that is none.
        """
        site = self.document.site
        is_undated = self.facts.published is None and not self.facts.has_stated_date
        if site.dated and is_undated and not self.document.has_article_markup:
            raise NotAnArticle("the page has no date, and every article of the site has one")
        if site.dated and not self.document.has_article_markup and not self._has_prose and self._is_full_of_teasers:
            raise HomePageInstead("the page leads to other articles, and has no sentence of its own")
        if site.addresses and (site.address_decides or self._has_sign):
            return None
        verdict = self.verdict
        signed = self.facts.published is not None or self.facts.byline is not None
        is_told = (signed and self._is_print_edition) or self._is_report or self._is_brief
        if verdict.answer is Answer.NO_ARTICLE and not is_told:
            raise NotAnArticle(
                f"too little says that this is an article (a chance of {verdict.chance:.0%}): {verdict.objections}"
            )
        if not site.addresses and not self._states_article and self._is_made_of_teasers:
            raise NotAnArticle("the page announces other articles, a linked title above the first words of each")
        if verdict.answer is not Answer.ARTICLE:
            if not self.document.has_article_markup and _STATES_DISCUSSION.search(self.document.text):
                raise NotAnArticle("the page states that it is a discussion")
            return f"It is uncertain whether the page is an article ({verdict.chance:.0%}): {verdict.objections}."
        return None

    @property
    def _is_story_at_sight(self) -> bool:
        """Does the page print a story, whatever it states: a headline that is no link, its date, its writer or place?

        Some sites state their home page as the address of every article. A home page that comes in place of an article
        may begin with a story too: with its title, which leads on, or among others.
        """
        facts = self.facts
        line, headline = facts.header.line, facts.header.headline
        if line is None or headline is None or line.link_share > 0.5 or "+" not in headline.source:
            return False
        if facts.body.teasers >= 3 or self._leads_on or self._is_made_of_teasers:
            return False
        prose = sum(measure_prose(text) >= PROSE and ends_sentence(text) for text in facts.paragraphs)
        is_signed = facts.byline is not None or self._is_named_by_address
        return facts.published is not None and (facts.body.has_dateline or (is_signed and prose >= _LEAST_PROSE))

    @property
    def _has_sign(self) -> bool:
        """Has the page a date, a byline, a dateline, an article's markup, or an address that repeats its headline?

        The address of a print edition is a sign too.
        """
        facts = self.facts
        if facts.published is not None or facts.byline is not None or facts.body.has_dateline:
            return True
        return self.document.has_article_markup or self._is_print_edition or self._is_named_by_address

    @property
    def _is_report(self) -> bool:
        """Has the page a byline, and a dateline with agency or day: "OXLEY, Feb. 3, 1998 (BNS) --"?"""
        facts = self.facts
        if facts.byline is None:
            return False
        dated = find_date_in_dateline(facts.paragraphs[:1], self.document.language_code)
        return dated is not None or (facts.body.has_dateline and facts.published is not None)

    @property
    def _is_brief(self) -> bool:
        """Is the page hardly more than a headline, its date and a paragraph or two, as news in brief are?"""
        facts, lines = self.facts, self.document.lines
        if facts.published is None or facts.header.line is None or len(lines) > _LINES_OF_BRIEF or facts.body.teasers:
            return False
        if not any(
            measure_prose(text) >= PROSE and ends_sentence(_AGENCY_AT_END.sub("", text)) for text in facts.paragraphs
        ):
            return False
        if self.evidence["forms"] or self.evidence["path_other_word"] or self.evidence["prices"]:
            return False
        letters = sum(measure_prose(text) for text in facts.paragraphs)
        return letters >= _SHARE_OF_BRIEF * sum(measure_prose(line.text) for line in lines)

    @property
    def _is_digest(self) -> bool:
        """Does the lead begin as the digests of the site do, which nobody signs?"""
        lead = self.facts.body.lead
        return lead is not None and fold(lead.value[:200]).startswith(self.document.labels.digest_leads)

    @property
    def _is_named_by_address(self) -> bool:
        """Does the address repeat the headline?"""
        headline = self.facts.header.headline
        return headline is not None and rate_slug(self.document.address.url, headline.value) >= 0.5

    @property
    def _has_prose(self) -> bool:
        """Is a paragraph long enough for prose, and does it end as a sentence does?"""
        return any(measure_prose(text) >= PROSE and ends_sentence(text) for text in self.facts.paragraphs)

    @property
    def _has_prose_or_sentence(self) -> bool:
        """Does a paragraph end as a sentence does, or is it of more than a menu's length? Not all scripts mark ends."""
        return any(measure_prose(text) >= 2 * PROSE or ends_sentence(text) for text in self.facts.paragraphs)

    @property
    def _is_print_edition(self) -> bool:
        return _PRINT_EDITION.search(self.document.capture.url[:2000]) is not None

    @property
    def _is_error_page(self) -> bool:
        facts, headline = self.facts, self.facts.header.headline
        if headline is None or self.document.thing is not None or facts.byline is not None or facts.body.has_dateline:
            return False
        if len(headline.value) > 80:
            return False
        is_error = _says_not_found(headline.value) or _SAYS_ERROR.fullmatch(headline.value) is not None
        return is_error or fold_label(headline.value) in _load_terms()

    @unlocked_property
    def _is_full_of_teasers(self) -> bool:
        """Do several lines lead to other articles, before any See also label?"""
        lines, labels, links = self.document.lines, self.document.labels, self.document.links
        end = next((line.index for line in lines if is_see_also(line, labels)), len(lines))
        leading = (
            line for line in lines[:end] if any(links.leads_to_other_article(href) for href, _ in line.links[:3])
        )
        return sum(1 for _ in islice(leading, 3)) == 3

    @unlocked_property
    def _is_made_of_teasers(self) -> bool:
        document = self.document
        headline = self.facts.header.line
        below = document.lines[headline.index + 1 if headline is not None else 0 :]
        paragraphs, leads_to_related = self.facts.paragraphs, document.links.leads_to_related
        return is_made_of_teasers(below, paragraphs, leads_to_related) or announces_one(
            below, paragraphs, leads_to_related
        )

    @property
    def _states_article(self) -> bool:
        kind = self.document.head.find_meta("og:type")
        return self.document.has_article_markup or (kind is not None and kind.value.lower() == "article")

    @unlocked_property
    def _leads_on(self) -> bool:
        """Do several links lead to other articles and say nothing but "Read more", before any See also label?"""
        lines, labels, links = self.document.lines, self.document.labels, self.document.links
        end = next((line.index for line in lines if is_see_also(line, labels)), len(lines))
        targets = {
            address.url_key
            for line in lines[:end]
            if line.has_links
            for href, text in line.links[:3]
            if MORE.fullmatch(text) and (address := links.read_article(href)) is not None and not links.is_own(address)
        }
        return len(targets) >= 3

    @property
    def _is_confirmed(self) -> bool:
        """Does the page state that it is an article, does its address repeat its headline, or does all speak for it?"""
        document = self.document
        if document.has_article_markup or document.head.find_meta("article:published_time") is not None:
            return True
        if self._is_named_by_address:
            return True
        # The address is an article's already; what the page shows has to be one's too.
        model = page_model.load_page_model()
        features = self.evidence | {name: model.typical[name] for name in OF_ADDRESS}
        return model.judge(features).chance >= LIKELY


def _says_not_found(headline: str) -> bool:
    """Does a short headline say in any language that a page was not found?"""
    return len(headline) <= LONGEST_ERROR and any(map(fold(headline).__contains__, _load_errors()))


@cache
def _load_errors() -> tuple[str, ...]:
    """Return what heads pages that stand in place of one that was not found, folded."""
    return tuple(map(fold, load_table("site_pages")["not_found"]))


@cache
def _load_terms() -> frozenset[str]:
    """Return what heads the terms of a site and what it says of the data of its readers, folded."""
    return frozenset(map(fold_label, load_table("site_pages")["terms"]))
