"""The Gazette, a small invented site, and a newsroom that makes the records a crawl of it would hand on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crawler.items import Address, Article, Author, Capture, Fate, Link, Moment, SeeAlso, Visit
from crawler.normalisation.digest import compute_digest
from crawler.site import AddressForm, Site

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)

GAZETTE = Site(
    name="gazette",
    title="The Gazette",
    origin="https://www.gazette.example",
    domains=("gazette.example",),
    country="gb",
    languages=("en", "it", "zh"),
    timezone="Europe/Rome",
    addresses=(
        AddressForm(
            kind="article",
            path=r"/(?P<folder>news-en|news-it|news-zh)/(?:.*-)?(?P<key>\d{1,9})\.html",
            folders={"news-en": "en", "news-it": "it", "news-zh": "zh"},
            rank=2,
        ),
        AddressForm(
            kind="article",
            path="/index.php",
            query={"l": "(?P<language>en|it|zh)", "art": r"(?P<key>\d{1,9})"},
            fetch="/index.php?l={language}&art={key}",
        ),
        AddressForm(kind="article", path="/(?P<language>en|it|zh)/(?P<key>[^/]+/[^/]+/[^/]+)", numeric=False, rank=1),
        AddressForm(kind="feed", path=r"/(?P<language>en)\.xml"),
    ),
)


class Newsroom:
    """Makes records as the crawl would hand them to the archive."""

    now = NOW
    site = GAZETTE

    def address(self, key: int | str, language: str = "en", url: str | None = None) -> Address:
        numeric = str(key).isdecimal()
        path = f"/news-{language}/Story-{key}.html" if numeric else f"/{language}/{key}"
        return Address(
            url=url or GAZETTE.origin + path,
            url_key=f"gazette/{language}/{key}",
            kind="article",
            language=language,
            site_key=str(key),
            story=str(key) if numeric else None,
        )

    def feed(self) -> Address:
        url = GAZETTE.origin + "/en.xml"
        return Address(url=url, url_key=url, kind="feed", language="en")

    def article(
        self,
        key: int | str,
        headline: str | None = None,
        body: str | None = None,
        *,
        language: str = "en",
        lead: str | None = None,
        byline: str | None = None,
        on: str | None = "2022-03-11",
        see_also: tuple[int | str, ...] = (),
        authors: tuple[str, ...] = (),
        place: str | None = None,
    ) -> Article:
        headline = headline if headline is not None else f"Headline of {key}"
        body = body if body is not None else f"The body of {key} tells what happened.\n\nAnd a second paragraph."
        address = self.address(key, language)
        return Article(
            site="gazette",
            language=language,
            site_key=str(key),
            story=address.story,
            url=address.url,
            headline=headline,
            lead=lead,
            byline=byline,
            body=body,
            word_count=len(body.split()),
            digest=compute_digest(headline, lead, byline, body, language),
            published=Moment(value=on, on=on, precision="day", raw=on) if on else None,
            dateline_place=place,
            authors=tuple(Author(name=author, sort_name=author, kind="person", printed=author) for author in authors),
            see_also=tuple(
                SeeAlso(position=position, address=self.address(other, language), headline=f"About {other}")
                for position, other in enumerate(see_also, 1)
            ),
        )

    def visit(
        self,
        article: Article | None = None,
        *,
        key: int | str | None = None,
        fate: Fate | None = None,
        address: Address | None = None,
        landed: Address | None = None,
        at: datetime | None = None,
        links: tuple[Link, ...] | None = None,
        status: int = 200,
        etag: str | None = None,
    ) -> Visit:
        if address is None:
            address = self.address(article.site_key, article.language) if article else self.address(key or 1)
        if links is None:
            links = (
                tuple(self.link(entry.address, via="see_also", depth=1) for entry in article.see_also)
                if article
                else ()
            )
        capture = Capture(url=address.url, fetched_at=at or NOW, status=status, digest="sha1:A", warc_file="a.warc.gz")
        return Visit(
            address=address,
            fate=fate,
            article=article,
            captures=(replace(capture, warc_offset=1, warc_length=2),),
            links=links,
            status=status,
            landed=landed,
            etag=etag,
        )

    def link(self, address: Address, *, via: str = "see_also", depth: int = 1, **more: str) -> Link:
        return Link(address=address, via=via, depth=depth, **more)  # type: ignore[arg-type]

    def advance(self, **span: int) -> datetime:
        return NOW + timedelta(**span)
