"""The records that the steps of a crawl hand on, in their order: frozen, so that a step returns a new one.

A :class:`Link` is found and fetched. A :class:`Capture` holds what the server sent, an :class:`Extraction` the
:class:`Found` values as printed, an :class:`Article` what they mean, a :class:`Visit` all these and a :class:`Fate`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, NamedTuple

AddressKind = Literal["article", "listing", "feed", "sitemap", "home", "other"]
Via = Literal["start", "see_also", "translation", "feed", "listing", "sitemap", "entry", "by_day", "by_id"]
Precision = Literal["second", "minute", "day"]
AuthorKind = Literal["person", "agency"]
RobotsVerdict = Literal["allowed", "no_rules", "forbidden"]
RunKind = Literal["crawl", "ingest", "demo"]
ProblemKind = Literal["loss", "doubt", "cut", "paid"]
ReservationKind = Literal["noarchive", "noindex", "none", "tdm"]
ReservationSource = Literal["header", "meta", "file"]


class Fate(StrEnum):
    """The outcome of a fetched page. Every page has exactly one, and the counts add up to the pages fetched."""

    NEW = "new"
    UNCHANGED = "unchanged"
    REVISED = "revised"
    DUPLICATE = "duplicate"
    NOT_AN_ARTICLE = "not_an_article"
    UNREADABLE = "unreadable"
    GONE = "gone"
    REFUSED = "refused"
    FAILED = "failed"


class Failure(StrEnum):
    """The reason why a visit brought no article, for programs to decide by; ``Visit.error`` words it for people."""

    NO_ANSWER = "no_answer"
    """The host has no address, refuses the connection, or does not answer in time."""
    NO_HTTP = "no_http"
    """The answer is not HTTP."""
    CUT_OFF = "cut_off"
    """The transfer broke off; the bytes that came are kept."""
    TOO_LARGE = "too_large"
    BAD_ENCODING = "bad_encoding"
    """A content encoding that is unknown or damaged."""
    REDIRECTS = "redirects"
    """The redirects do not end, or lead to an address that the crawl does not fetch."""
    STATUS = "status"
    """The status is no success."""
    ROBOTS = "robots"
    """robots.txt forbids the address."""
    CHALLENGE = "challenge"
    """A firewall answered in place of the site, and asks for a proof that we are no program."""
    CONSENT = "consent"
    """A page that asks for consent came in place of the page."""
    LOGIN = "login"
    """A page to log in came in place of the page."""
    SOFT_404 = "soft_404"
    """The page says that there is none, with a status of success."""
    RESERVED = "reserved"
    """The publisher reserves the page from being kept, and the crawl was told to obey that."""
    HOME_PAGE = "home_page"
    """A home page or a list of other articles came in place of the article that was requested."""
    OTHER_ARTICLE = "other_article"
    """The page is another article than its address says."""
    FURTHER_PAGE = "further_page"
    """The page is a further page of an article, and its first page could not be had."""
    NO_ARTICLE = "no_article"
    """The page is not an article."""
    UNREADABLE = "unreadable"
    """The page is an article in an unknown layout."""
    SCRIPT = "script"
    """The page shows nothing until a script has run, and its state holds no story."""
    ERROR = "error"
    """An exception of this program was raised while the page was read or kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """An address in canonical form: every spelling of one page has the same ``url_key``."""

    url: str
    """The site's own address, scheme and host normalised, as it should be fetched and cited."""
    url_key: str
    """Identity: ``asianews/en/55331`` for an article whose key is in the address, else the canonical address."""
    kind: AddressKind
    language: str | None = None
    site_key: str | None = None
    """The site's own key of an article (at AsiaNews the number without leading zeros, or the 2026 path)."""
    story: str | None = None
    """The key that the translations of one article share; None when it is not in the address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """An address found on a page, a feed or a command line, with the texts printed beside it."""

    address: Address
    via: Via
    depth: int = 0
    """Steps from a starting point: 0 for a start, a feed or a listing entry, one more for each See also."""
    found_on: str | None = None
    printed_url: str | None = None
    """The spelling on the page, as an absolute address; None when it equals ``address.url``."""
    headline: str | None = None
    published_raw: str | None = None
    published_on: str | None = None
    """The day printed beside the link, ``YYYY-MM-DD``; of a sitemap, the last one of the period that it is named by."""
    not_after: str | None = None
    """The latest day that what the link leads to can be from: a sitemap states when it was changed last."""
    is_next: bool = False
    """True for the next page of a listing or feed: it is followed when the page before it led to something new."""


class Reservation(NamedTuple):
    """What a publisher says against the use of a page: not to keep, index or mine it."""

    kind: ReservationKind
    """``tdm``: text and data mining is reserved."""
    source: ReservationSource
    """``file`` is ``/.well-known/tdmrep.json`` of the host."""
    value: str
    """The words as sent; for ``tdm`` the address of the policy, or ``1`` where none is named."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Capture:
    """The answer of the server for one address, and its place in a WARC file."""

    url: str
    """The site's own address of the final answer, whatever mirror served it."""
    fetched_at: datetime
    """Aware, UTC. This is the "now" of everything read from the capture."""
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    """The payload with its content encoding undone."""
    digest: str | None = None
    """``sha1:…`` of the payload as sent, as in the WARC record."""
    warc_file: str | None = None
    warc_offset: int | None = None
    warc_length: int | None = None
    robots: RobotsVerdict | None = None
    """The verdict of robots.txt at the time of the request; None for robots.txt itself, and when it is unknown."""
    reservations: tuple[Reservation, ...] | None = None
    """What the answer and its host reserve; None where that has not been looked for."""
    damage: str | None = None
    """What is wrong with the stream in which the payload was compressed, for people; None where nothing is."""

    def header(self, name: str) -> str | None:
        """Return the first header of that name (any case), or None."""
        lower_name = name.lower()
        return next((value for key, value in self.headers if key.lower() == lower_name), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A value as printed, and where on the page it was: ``jsonld:headline``, ``meta:og:title``, ``anatomy:date``."""

    value: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundAuthor(Found):
    """A writer as structured data names one."""

    kind: AuthorKind | None = None
    """``agency`` where it says that the writer is an organisation; None where it does not say or says a person."""


class FoundLink(NamedTuple):
    """A See also entry, or a translation with the language that its link states, as the page gives it."""

    url: str
    headline: str | None = None
    published_raw: str | None = None
    language: str | None = None


class Shortfall(NamedTuple):
    """What a body lacks: it was cut while it was read, or the publisher shows it to those who pay."""

    kind: Literal["cut", "paid"]
    reason: str


class FurtherPage(NamedTuple):
    """A further page of an article that is printed on several, as another of them names it."""

    number: int
    """From 2."""
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Extraction:
    """The values printed on a page, before they are interpreted."""

    headline: Found | None = None
    headline_meta: Found | None = None
    """The headline as structured data states it, without the site's name."""
    kicker: Found | None = None
    lead: Found | None = None
    byline: Found | None = None
    paragraphs: tuple[str, ...] = ()
    """The body, the dateline still in front of the first paragraph."""
    body_source: str | None = None
    published: Found | None = None
    """The date as printed for readers (``03/11/2022, 09.45``)."""
    published_meta: Found | None = None
    """The date as structured data states it (ISO 8601)."""
    modified: Found | None = None
    author_names: tuple[Found, ...] = ()
    """Authors as structured data names them: used when no byline is printed, and to confirm one that is."""
    language: Found | None = None
    canonical: Found | None = None
    see_also: tuple[FoundLink, ...] = ()
    translations: tuple[FoundLink, ...] = ()
    complete: bool = True
    """False when the page visibly breaks off."""
    doubt: str | None = None
    """What leaves open whether the page is an article at all, in words; None where nothing does."""
    shortfall: Shortfall | None = None
    further_pages: tuple[FurtherPage, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """A date or an instant, as exact as it was printed and no more."""

    value: str
    """``2022-03-11T08:45:00Z``, or ``2012-08-14`` when only the day is known."""
    on: str
    """The calendar day in the site's own time zone, ``YYYY-MM-DD``."""
    precision: Precision
    raw: str | None = None
    guessed: bool = False
    """True when no declared format fitted and it was read by the names and orders of its language."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Author:
    """One writer or agency of a byline."""

    name: str
    sort_name: str
    kind: AuthorKind
    printed: str
    """The part of the byline that names this author, untouched."""
    honorific: str | None = None
    order_initials: str | None = None
    """``sj``, ``ofm``, as printed."""
    note: str | None = None
    """The asterisk that points to a note about the author."""


class Dateline(NamedTuple):
    """The first words of a body: where, and by which agencies."""

    printed: str
    place: str | None
    agencies: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class SeeAlso:
    """One entry of an article's See also block, at its printed position, from 1."""

    position: int
    address: Address
    headline: str | None = None
    published: Moment | None = None
    published_raw: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """A value or a page that a person should look at."""

    url: str
    field: str
    """The field, or ``page``."""
    value: str | None
    """The printed words, cut to 500 characters."""
    reason: str
    kind: ProblemKind | None = None
    """``loss``: lacks what its archived article has; ``doubt``: maybe no article; ``cut``, ``paid``: not all of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """An article, normalised, with the printed words beside."""

    site: str
    language: str
    site_key: str
    story: str | None
    url: str
    headline: str
    body: str
    """After the dateline; paragraphs parted by one empty line."""
    word_count: int
    digest: str
    """SHA-256 over headline, lead, byline and body after text normalisation."""
    kicker: str | None = None
    lead: str | None = None
    byline: str | None = None
    authors: tuple[Author, ...] = ()
    dateline: str | None = None
    dateline_place: str | None = None
    dateline_agencies: tuple[str, ...] = ()
    published: Moment | None = None
    modified: Moment | None = None
    see_also: tuple[SeeAlso, ...] = ()
    translations: tuple[Address, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    """(field, source) pairs: where on the page each value was read."""
    problems: tuple[Problem, ...] = ()
    complete: bool = True
    headline_meta: str | None = None
    """The headline that structured data states, where it is worded otherwise than the printed one."""
    further_pages: tuple[FurtherPage, ...] = ()
    """The pages that it goes on on, as far as the pages read name them."""


class PreparedTexts(NamedTuple):
    """What search and the comparison of copies hold of an article with this digest and this stated headline."""

    digest: str
    headline_meta: str | None
    index_row: tuple[str, str, str, str]
    sketch: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class CapturedPart:
    """A further page of an article, as it was fetched."""

    number: int
    address: Address
    """As the site reads it: the article's own, or one that leads to the article too."""
    capture: Capture


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One finished visit to an address, which the archive writes in one transaction."""

    address: Address
    fate: Fate | None
    """Set when the page decides it alone; None for an article, whose fate the archive decides."""
    depth: int = 0
    captures: tuple[Capture, ...] = ()
    """Every answer on the way, redirects and retries included; the last one was read. Bodies may be empty."""
    parts: tuple[CapturedPart, ...] = ()
    """The further pages of the article, by number; their captures may be archived already."""
    loose: tuple[Capture, ...] = ()
    """Answers of no address of the queue (robots.txt), or of one that stays in it, indexed with this visit."""
    article: Article | None = None
    prepared: PreparedTexts | None = None
    """Of the article, where it may be new: made by whoever read the page, so that the writer need not."""
    links: tuple[Link, ...] = ()
    noted: tuple[Link, ...] = ()
    """Articles that a sitemap names and that the run does not follow: they count as named, and are not queued."""
    problems: tuple[Problem, ...] = ()
    status: int | None = None
    error: str | None = None
    failure: Failure | None = None
    """Why there is no article, for programs; ``error`` words it for people."""
    pause_until: datetime | None = None
    """Aware, UTC. The end of the pause that the answer asked for; None without one."""
    etag: str | None = None
    last_modified: str | None = None
    landed: Address | None = None
    """The address to which redirects led, when it is another one of the site; else None."""
    wall: str | None = None
    """The words by which the page of a known article says that its text is behind a paywall; None without any."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Queued:
    """An address that the queue hands out."""

    address: Address
    depth: int
    attempts: int = 0
    known: bool = False
    """True when an article of this address is already archived (this is a revisit)."""
    due: bool = False
    """True when the address was handed out for a revisit; False when it was queued or named."""
    words: int | None = None
    """Number of words in the body of the archived article; None without one."""
    etag: str | None = None
    last_modified: str | None = None
