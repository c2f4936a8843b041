"""Reads a captured page into an extraction: one property for each field, each value with its source.

Three layers answer, in this order of trust for what is printed: the page's visible anatomy (order and shape of lines),
structured data (JSON-LD, Open Graph, meta), and what tags and class names hint. Structured data tells where to look;
what is kept is what readers see. A site whose pages differ overrides a property, or gives ``body_css``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from crawler.errors import BroughtByScript, NotAnArticle
from crawler.extraction.body import body_model
from crawler.extraction.body.body import Body, read_body
from crawler.extraction.body.lead import StatedTexts
from crawler.extraction.body.line_features import PageTexts
from crawler.extraction.body.next_story import find_next_story
from crawler.extraction.body.shortfall import StatedLength, find_shortfall, read_free
from crawler.extraction.document import Document, read_long_words
from crawler.extraction.evidence.evidence import PageFacts
from crawler.extraction.evidence.paywall import find_phrase_in_text
from crawler.extraction.evidence.refusals import (
    Examination,
    is_counted_apart,
    refuse_further_page,
    refuse_other_identity,
)
from crawler.extraction.header.header import Header, read_header
from crawler.extraction.header.signature import find_signature, find_writer_in_text, is_signature
from crawler.extraction.layout.clues import Clues
from crawler.extraction.layout.date_labels import (
    agrees_with_day,
    find_date_below,
    find_date_beside_text,
    find_first_publication,
    read_free_date,
)
from crawler.extraction.layout.labels import ends_sentence, fold_label, is_own_name, reads_as_kicker
from crawler.extraction.layout.script_pages import is_brought_by_script
from crawler.extraction.layout.site_names import SiteNames
from crawler.extraction.links.further_pages import find_further_pages
from crawler.extraction.links.see_also import read_see_also
from crawler.extraction.links.slugs import read_slug
from crawler.extraction.links.translations import read_translations
from crawler.extraction.parsing.decoding import refuse_other_types
from crawler.extraction.stated.authors import find_stated_authors, states_keeper
from crawler.extraction.stated.bodies import read_stated_body
from crawler.extraction.stated.dates import find_date_in_file_name, find_misstated_date
from crawler.extraction.stated.time_elements import find_updated_element
from crawler.extraction.stated.unprinted import STATED_SOURCES, find_unprinted
from crawler.extraction.stated_headlines import (
    find_pictured_in_title,
    find_title_kicker,
    is_heading_of_body,
    list_stated_headlines,
    read_site_names,
)
from crawler.items import Extraction, Found, FoundAuthor, FoundLink, FurtherPage, Shortfall
from crawler.normalisation.words.text import clean, fold
from crawler.system.unlocked_property import unlocked_property


class ArticlePage(Document):
    """Reads the article of one page.

    ``valid_from`` and ``valid_until`` are the first and last day of the captures whose layout the class reads.
    """

    valid_from: ClassVar[date | None] = None
    valid_until: ClassVar[date | None] = None

    @unlocked_property
    def clues(self) -> Clues:
        sections = (*self.list_thing_texts("articlesection"), *self.head.metas.get("article:section", ()))
        return Clues(
            labels=self.labels,
            language=self.language_code,
            anchors=list_stated_headlines(self, self.site_names),
            author_names=tuple(name.value for name in self.author_names),
            day=self.published_meta.value[:10] if self.published_meta else None,
            sections=tuple(fold_label(section) for section in sections),
            slug=read_slug(self.address.url),
            leads_to_other_article=self.links.leads_to_other_article,
            leads_to_related=self.links.leads_to_story,
            leads_to_listing=self.links.leads_to_listing,
            leads_away=self.links.leads_away,
            leads_up=self.links.leads_to_own_section,
            site_names=self.site_names,
        )

    @unlocked_property
    def site_names(self) -> SiteNames:
        """The names of the site, as the page and its address tell them."""
        return read_site_names(self)

    @unlocked_property
    def header(self) -> Header:
        header = read_header(self.lines, self.clues)
        if header.line is None and self.clues.doubt:
            self.clues.doubt = 0  # the class names may have lied
            header = read_header(self.lines, self.clues)
        return header

    @unlocked_property
    def _article_body(self) -> str | None:
        return read_stated_body(self.thing) if self.thing else None

    @unlocked_property
    def _description_meta(self) -> Found | None:
        return self.head.find_meta("og:description", "description")

    @unlocked_property
    def page_texts(self) -> PageTexts:
        """What the page says elsewhere of its headline and its text."""
        return PageTexts(
            headline_index=self.header.line.index if self.header.line is not None else None,
            headline=self.header.headline.value if self.header.headline is not None else "",
            article_body=clean(self._article_body or ""),
            description=self._description_meta.value if self._description_meta is not None else "",
        )

    @unlocked_property
    def body_chances(self) -> Sequence[float]:
        """The chance of each line of being lead or body."""
        return body_model.load_body_model().find_chances(self.lines, self.page_texts)

    @unlocked_property
    def body(self) -> Body:
        texts = StatedTexts(
            descriptions=tuple(
                description.value
                for description in (self.find_in_thing("description"), self._description_meta)
                if description
            ),
            article_body=self._article_body,
            lead_expected=self.site.lead_expected,
        )
        # Where only structured data has the headline, the whole page is searched for the text.
        may_state_headline = self.has_article_markup or not self.site.addresses
        has_headline = self.header.line is not None or (may_state_headline and bool(self.clues.anchors))

        def read_lead_and_body() -> Body:
            return read_body(self.lines, self.header, self.clues, texts, lambda: self.body_chances)

        body = read_lead_and_body() if has_headline else Body()
        is_doubtful = self.labels.is_declared and self.clues.doubt and not (body.paragraphs and body.has_dateline)
        if has_headline and is_doubtful:
            # The class names may have lied: without them, is there a body, or one that begins with a dateline?
            self.clues.doubt = 0
            body_without_doubt = read_lead_and_body()
            if body_without_doubt.has_dateline or not body.paragraphs:
                body = body_without_doubt
        stated = (self._article_body, self.thing, lambda: self.held_article, self.text)
        if (unprinted := find_unprinted(body.paragraphs, *stated)) is not None:
            body.paragraphs, body.source = unprinted
            if len(body.paragraphs) > 1 and self._is_stated_headline(body.paragraphs[0]):
                body.paragraphs = body.paragraphs[1:]  # a template that holds the headline, too
        name = self._name_below if self.byline is None else None
        if len(body.paragraphs) > 1 and name is not None and is_signature(body.paragraphs[-1], name.value):
            body.paragraphs = body.paragraphs[:-1]
        return body

    def _is_stated_headline(self, text: str) -> bool:
        return not ends_sentence(text) and any(
            fold(anchor.value).startswith(fold(text)) for anchor in self.clues.anchors
        )

    @unlocked_property
    def further_pages(self) -> tuple[FurtherPage, ...]:
        """The further pages of the article, as this page names them, be it the first or one of them itself."""
        pages = find_further_pages(self.tree, self.base, self.address.url)
        return tuple(page for page in pages if not is_counted_apart(page.url, self))

    @property
    def shortfall(self) -> Shortfall | None:
        """What the body lacks by what the page says of its length elsewhere; of several pages that counts them all."""
        if self.further_pages:
            return None
        thing = self.thing
        stated = StatedLength(
            article_body=self._article_body if self.body.source != "jsonld:articleBody" else None,
            word_count=thing.find_scalar("wordcount") if thing else None,
            is_free=read_free(thing.find_scalar("isaccessibleforfree") if thing else None),
        )
        kept = "\n".join([*([self.lead.value] if self.lead else []), *self.paragraphs])
        own_lines = self.lines[: find_next_story(self.lines, self.header, self.clues)]
        return find_shortfall(
            kept, stated, own_lines, lambda: self.body_chances, lambda: find_phrase_in_text(self.text)
        )

    # The fields.

    @property
    def headline(self) -> Found | None:
        """The printed headline, or where none is printed, the one that structured data states."""
        printed = self.header.headline
        if printed is not None and not (
            self.headline_meta
            and (self._is_of_other(printed.value) or is_heading_of_body(self.header, self.lines, self.clues))
        ):
            return printed
        stated = next((Found(value=anchor.value, source=anchor.source) for anchor in self.clues.anchors), None)
        return find_pictured_in_title(self, stated)

    def _is_of_other(self, headline: str) -> bool:
        """Is a headline without a word of those that the page states, where it prints no text of its article either?"""
        words = read_long_words(headline)
        stated = " ".join(anchor.value for anchor in self.clues.anchors)
        return self.body.source in STATED_SOURCES and words.isdisjoint(read_long_words(stated))

    @property
    def headline_meta(self) -> Found | None:
        """The headline that structured data or Open Graph state, without the site's name; not that of ``<title>``."""
        anchors = (anchor for anchor in self.clues.anchors if anchor.source != "title")
        return next((Found(value=anchor.value, source=anchor.source) for anchor in anchors), None)

    @property
    def stated_headlines(self) -> tuple[str, ...]:
        """The headline as it is printed, and as the page states it elsewhere."""
        printed = (self.header.headline.value,) if self.header.headline is not None else ()
        return (*printed, *(anchor.value for anchor in self.clues.anchors))

    @property
    def kicker(self) -> Found | None:
        """The section line. Structured data counts only where it reads as a kicker."""
        if self.header.kicker is not None:
            signed = self.signature.value.strip("()（）【】[] ") if self.byline is None and self.signature else None
            return self.header.kicker if self.header.kicker.value != signed else None  # a name beside the date
        section = self.find_in_thing("articlesection") or self.head.find_meta("article:section")
        if section is not None and reads_as_kicker(section.value, self.labels):
            return section
        return find_title_kicker(self.header.headline, self.clues)

    @property
    def byline(self) -> Found | None:
        return self.header.byline

    @unlocked_property
    def signature(self) -> Found | None:
        """The byline where it is printed under the text, looked for when nothing else names the writer."""
        if self.author_names or self.header.line is None:
            return None
        return self._name_below or find_writer_in_text(self.paragraphs, self.language_code)

    @unlocked_property
    def _name_below(self) -> Found | None:
        if self.author_names or self.header.line is None:
            return None
        signature = find_signature(self.lines, self.header.start, self.language_code)
        is_subject = signature is not None and fold(signature.value) == fold(self.header.line.text)
        return None if is_subject else signature

    @property
    def lead(self) -> Found | None:
        return self.body.lead

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return self.body.paragraphs

    @unlocked_property
    def published(self) -> Found | None:
        """The printed date of publication; the date of an update only where nothing tells that of publication."""
        stated = self.stated_date
        if self.header.published is not None or (stated is not None and not self.states_last_change):
            return self._first_publication or self.header.published
        below = find_date_below(self.lines[self.header.start :], self.language_code)
        if stated is not None:
            return below if below is not None and not agrees_with_day(below.value, stated.value) else None
        return below or find_date_beside_text(self.lines, self.paragraphs, self.language_code) or self.header.modified

    @property
    def _published_in_file_name(self) -> Found | None:
        return find_date_in_file_name(self.capture.url) if self.published is None else None

    @unlocked_property
    def _first_publication(self) -> Found | None:
        """The day of publication that a sentence tells where the header prints another, and nothing states one."""
        if self.header.published is None or self.stated_date is not None:
            return None
        return find_first_publication(self.lines[self.header.start :], self.language_code)

    @property
    def modified(self) -> Found | None:
        """The date of the last update, as structured data states it or as the header prints it."""
        printed = self.header.modified or (self.header.published if self._first_publication is not None else None)
        if printed is not None and self.stated_update is not None:
            date = read_free_date(printed.value, self.language_code)
            if date is not None and date.day > self.stated_update.value[:10]:
                return printed  # nobody prints an update that has not been
        return (
            self.stated_update
            or find_updated_element(self.tree, self.text, self.published_meta)
            or printed
            or find_misstated_date(self.thing, "dateModified")
        )

    @unlocked_property
    def author_names(self) -> tuple[FoundAuthor, ...]:
        """The writers that structured data names; the publication itself is no writer."""
        return tuple(
            find_stated_authors(
                self.thing or self.work,
                self.head,
                lambda name: is_own_name(name, self.labels),
                lambda name: self.site_names.names_site(name),
            )
        )

    @unlocked_property
    def canonical(self) -> Found | None:
        """The address that the page states as its own, one with a number first where the page's address has none."""
        urls = list(self.iter_own_urls())
        if self.address.story is None:
            for url in urls:
                address = self.links.read_article(url.value)
                if address is not None and address.story is not None and address.language in (None, self.own_language):
                    return url
        return urls[0] if urls else None

    @unlocked_property
    def see_also(self) -> tuple[FoundLink, ...]:
        return read_see_also(self.lines, self.header.start, self.labels, self.links)

    @unlocked_property
    def translations(self) -> tuple[FoundLink, ...]:
        return read_translations(self.lines, self.head.alternates, self.links, self.own_language)

    def extract(self) -> Extraction:
        """Read the page.

        Raises :class:`NotAnArticle` for all else that a site sends (home pages for unknown numbers, listings, errors)
        and :class:`PageUnreadable` when the page says that it is an article and no body can be found,
        :class:`BroughtByScript` when it shows nothing until a script has run.
        """
        refuse_other_types(self.capture)
        refuse_further_page(self)
        refuse_other_identity(self)
        headline = self.headline
        if (headline is None or not self.paragraphs) and is_brought_by_script(self.lines, self.text):
            raise BroughtByScript("the page shows no text until a script has run")
        examination = self.examination
        examination.refuse_listings()
        if headline is None:
            raise NotAnArticle("the page has no headline")
        examination.refuse_empty_pages()
        doubt = examination.find_doubt()
        return Extraction(
            headline=headline,
            headline_meta=self.headline_meta,
            kicker=self.kicker,
            lead=self.lead,
            byline=self.byline or self.signature,
            paragraphs=self.paragraphs,
            body_source=self.body.source,
            published=self.published,
            published_meta=self.published_meta or self._published_in_file_name,
            modified=self.modified,
            author_names=self.author_names,
            language=self.language,
            canonical=self.canonical,
            see_also=self.see_also,
            translations=self.translations,
            complete=self.complete,
            doubt=doubt,
            shortfall=self.shortfall,
            further_pages=self.further_pages,
        )

    def extract_see_also(self) -> Extraction:
        """Read nothing but the See also entries."""
        return Extraction(language=self.language, see_also=self.see_also)

    @property
    def examination(self) -> Examination:
        """Whether the page is an article, by all that it shows and states. It holds the page, so the page must not it.

        A page in no cycle is gone, its tree and lines with it, as soon as it has been read.
        """
        return Examination(
            PageFacts(
                document=self,
                header=self.header,
                body=self.body,
                headline=self.headline.value if self.headline else None,
                paragraphs=self.paragraphs,
                published=self.header.published,
                byline=self.byline,
                has_stated_date=self.stated_date is not None,
                has_stated_author=bool(self.author_names) or states_keeper(self.thing, self.head),
            )
        )
