"""The description of a publication: values that are known before anything is fetched.

A site is one file in ``spiders/``, or a file of values (``crawler.sites.site_file``). Its peculiarities are values here
first (addresses, date formats, labels), a page class second, code on the spider last.
"""

from __future__ import annotations

import copyreg
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal

from crawler.items import AddressKind

SitemapChoice = Literal["robots", "none"]
DateOrder = Literal["DMY", "MDY"]

EMPTY: Mapping[str, str] = MappingProxyType({})
UNKNOWN_COUNTRY: Final = "zz"
"""A code that ISO 3166 leaves to users; here it stands for a country that is not stated."""


def _freeze_mapping(values: dict[str, str]) -> MappingProxyType[str, str]:
    return MappingProxyType(values)


def _reduce_mapping(
    mapping: MappingProxyType[str, str],
) -> tuple[Callable[..., MappingProxyType[str, str]], tuple[Any]]:
    return _freeze_mapping, (dict(mapping),)


copyreg.pickle(MappingProxyType, _reduce_mapping)  # a Site is sent to processes that read pages on other cores


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressForm:
    """One family of addresses of a site, recognised by host, path and query; the first form that fits wins.

    ``path`` must match the whole path, percent-decoded. ``query`` names the parameters that must be there, each with a
    pattern for its whole value; other parameters are ignored. Named groups in any of them say what the address tells:
    ``key`` (the article), ``language`` (a code) or ``folder`` (looked up in ``folders``).
    """

    kind: AddressKind
    path: str
    host: str | None = None
    """Pattern of the whole host, for addresses that stand elsewhere than on the site's origin; such an address keeps
    its host. Without one, the form is for the origin and for the hosts that are folded into it."""
    query: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    folders: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    """Folder name → language code."""
    numeric: bool = True
    """The key is a number: leading zeros do not count, and translations share it (it is the ``story``)."""
    case_sensitive: bool = False
    """Capitals count in the key: ``uAf9`` and ``uaF9`` are two articles."""
    series: str | None = None
    """Stands before the key, where a site counts its articles, videos, galleries … each for themselves; it may hold
    named groups, as ``{desk}``."""
    fetch: str | None = None
    """Path to fetch instead, with ``{language}``, ``{key}`` and any other named group: print and mobile editions are
    read on the full page."""
    rank: int = 0
    """Among the spellings of one article the highest rank is cited: a slug before a query."""
    follow: bool = False
    """For listings: an entry point as well, followed when a home page links to it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DateFormats:
    """How a site prints dates in one place, as strptime formats in the order to try.

    ``place`` is ``header`` (heading the article), ``see_also``, ``listing`` or ``feed``. No languages means all.
    """

    place: str
    formats: tuple[str, ...]
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Labels:
    """The words a site prints around its articles, compared case-folded after text normalisation."""

    see_also: tuple[str, ...] = ()
    """Labels over related links. With some, those of the table count only on pages that print none of these."""
    see_also_adds: bool = False
    """The labels of ``see_also`` stand beside those of the table rather than in their place."""
    share: tuple[str, ...] = ()
    """Share, print and mail labels: may stand before the headline and after the body."""
    ends_body: tuple[str, ...] = ()
    """Beginnings of lines after which no body follows: newsletter, motto."""
    sections: tuple[str, ...] = ()
    """Kickers that are sections or newsletters rather than countries."""
    digest_leads: tuple[str, ...] = ()
    """Beginnings of a digest's lead ("Today's headlines:")."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Expectation:
    """What the monitors expect of a healthy run."""

    required: tuple[str, ...] = ("headline", "body")
    """Fields that every article of the site has."""
    alarm_after: int = 5
    """Article addresses answered with pages, none of which is an article: after so many, the layout has changed."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Site:
    """A publication. There is one object for each; it is compared and hashed by identity."""

    name: str
    title: str
    origin: str
    """Scheme and host that the archive cites: ``https://www.asianews.it``."""
    languages: tuple[str, ...]
    timezone: str
    addresses: tuple[AddressForm, ...]
    aliases: tuple[str, ...] = ()
    """Hosts that are the same site: their addresses are cited and fetched at the origin. The origin's own host is
    one without being named, with ``www.`` and without."""
    domains: tuple[str, ...] = ()
    """Domains of which every host is an alias, known or not. For a house with one site only: a sister site under such
    a domain would be taken for this one."""
    country: str = UNKNOWN_COUNTRY
    """ISO 3166 code, lower case."""
    address_decides: bool = False
    """Only articles have addresses in the forms of articles. A page under one that is neither an error page nor a home
    page or listing is then kept without a doubt, even if nothing else on it says that it is an article."""
    dated: bool = False
    """Every article of the site prints or states its date: a page without one is no article, whatever its address."""
    entry_points: tuple[str, ...] = ()
    """Paths of feeds, sitemaps, home pages and listings where a crawl without given articles begins; whole addresses
    where they lie on other hosts, which an address form then names."""
    sitemaps: SitemapChoice = "robots"
    """``robots``: the sitemaps that robots.txt names are entry points too. ``none``: they are not; those among
    ``entry_points`` are read in any case."""
    by_day: str | None = None
    """Path of the listing of one day, with ``{language}`` and ``{day}`` (``YYYY-MM-DD``), for walks over days."""
    by_id: str | None = None
    """Path of an article by its number, with ``{language}`` and ``{key}``, for walks over numbers."""
    dates: tuple[DateFormats, ...] = ()
    unknown_times: tuple[str, ...] = ()
    """Printed times that mean "not recorded" (``00.00`` at AsiaNews)."""
    guess_dates: bool = True
    """Read a printed date that no declared format fits by names and orders of its language; it is marked a guess."""
    date_order: DateOrder = "DMY"
    """How figures are read that fit no declared format and leave open which is the day: ``MDY`` for American papers."""
    labels: Labels = field(default_factory=Labels)
    agencies: tuple[str, ...] = ()
    """The house's own names in datelines, in every language."""
    lead_expected: bool = True
    """Every article of the site is printed with a lead: when markup gives no sign, the first paragraph is it."""
    headline_suffixes: tuple[str, ...] = ()
    """Endings that ``<title>`` and og:title add to a headline (``" - AsiaNews"``)."""
    crawl_delay: float = 5.0
    """Seconds between requests on the live site, unless robots.txt asks for more."""
    obey_reservations: bool = False
    """Keep no page whose publisher says noarchive, noindex or none, or reserves text and data mining."""
    expect: Expectation = field(default_factory=Expectation)

    @property
    def has_own_zone(self) -> bool:
        """False for a site made from a page, which states neither country nor time zone."""
        return self.country != UNKNOWN_COUNTRY or self.timezone != "UTC"

    def date_formats(self, place: str, language: str | None) -> tuple[str, ...]:
        """Return the declared strptime formats for a place on the page and a language, in the order to try."""
        return tuple(
            form
            for row in self.dates
            if row.place == place and (not row.languages or language in row.languages)
            for form in row.formats
        )
