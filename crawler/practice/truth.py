"""Makes the expected content of a correct archive of the practice site, by rules that a person can check by hand.

Nothing here shares code with the readers and normalisers under test. Names, places and cleaned headlines are written by
hand in the stories; times are converted from Rome's clock to UTC; the cited spelling follows the rule of the design:
a slug before a path before a query, then the fewest ``%``, then the longest, then the smallest.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from urllib.parse import quote

from crawler.practice import generated, listings
from crawler.practice.layouts import ROME, Related, find_cut_sentence
from crawler.practice.printing import ORIGIN, THEMES, format_header_date
from crawler.practice.site import list_areas, make_related
from crawler.practice.stories import DeadEnd, Edition, StoryAuthor, load_dead_ends, load_editions, load_unlinked

ArticleKey = tuple[str, str]
"""(language, site_key)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpectedLink:
    """A See also entry as it is printed in the phase."""

    target: str
    """The ``url_key`` that follows from the address: ``asianews/en/3975``, or the path for an address of 2026."""
    article: ArticleKey | None
    """The article that the entry leads to once it is archived; None for a dead end."""
    headline: str
    published_raw: str | None
    published_at: str | None
    """UTC instant, or the day alone; None for an entry without a date."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpectedArticle:
    """One article of the archive."""

    language: str
    site_key: str
    story: str | None
    url: str
    """The spelling to cite among all that the site links to."""
    url_key: str
    headline: str
    kicker: str | None
    lead: str | None
    byline: str | None
    """As printed, with its "by" where the page prints one."""
    authors: tuple[StoryAuthor, ...]
    dateline: str | None
    dateline_place: str | None
    published_raw: str
    published_at: str
    published_on: str
    published_precision: str
    body: str
    see_also: tuple[ExpectedLink, ...]
    """The entries of this phase; an archive keeps earlier ones beside them."""
    revisions: int
    status: str
    complete: bool
    addresses: tuple[str, ...]
    """Every address of it that pages link to, normalised."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Truth:
    """The whole archive: see :func:`make_truth`."""

    phase: int
    articles: Mapping[ArticleKey, ExpectedArticle]
    unlinked: Mapping[ArticleKey, ExpectedArticle]
    """Articles that nothing links to: only a walk over their days or numbers finds them."""
    unlisted: frozenset[ArticleKey]
    """Articles among them that the listing of their day does not name either."""
    recovered: frozenset[ArticleKey]
    """Articles of phase 2 whose address failed in phase 1: they come when failed addresses are tried again."""
    duplicates: frozenset[frozenset[ArticleKey]]
    near_copies: frozenset[frozenset[ArticleKey]]
    holes: frozenset[str]
    """url_keys that answer with the home page."""
    gone: frozenset[str]
    failed: frozenset[str]
    refused: frozenset[str]
    problems: frozenset[str]
    """url_keys of pages with problems: an odd byline, a cut page, and all that failed."""
    forbidden: tuple[str, ...]
    """Path prefixes that robots.txt forbids: no request may start with one."""
    feeds: tuple[str, ...]
    homes: tuple[str, ...]
    listings: tuple[str, ...]
    """The listings that home pages link to."""
    fates: Mapping[str, int]
    """Counts of fates in the first crawl of phase 1 that do not depend on the order of requests."""


DUPLICATES = ((("en", "46010"), ("en", "46726")),)
"""The reprint, word for word."""
NEAR_COPIES = ((("en", "48811"), ("en", "49027")),)
"""The same story told again with a few other words."""


def make_truth(phase: int = 1, *, fresh: bool = False) -> Truth:
    """Return the truth of the hand-made site after crawls in every phase up to this one.

    With ``fresh``, after a single crawl in that phase into an empty archive: nothing is revised, and articles that were
    withdrawn before are not there.
    """
    broken = {make_url_key(edition) for edition in load_editions() if phase == 1 and edition.quirk == "broken-transfer"}
    articles = {
        (edition.language, make_site_key(edition)): _expect_article(edition, phase)
        for edition in load_editions()
        if edition.since <= phase and make_url_key(edition) not in broken and (edition.is_online(phase) or not fresh)
    }
    if fresh:
        articles = {key: replace(article, revisions=1) for key, article in articles.items()}
    languages = ("en", "it", "es", "zh")
    listings_linked = tuple(
        ORIGIN + path
        for language in languages
        for path in (
            *(listings.make_area_path(language, area) for area in list_areas(language)),
            *(listings.make_theme_path(language, theme) for theme in THEMES),
        )
    )
    holes, gone, failed = (
        frozenset(_make_dead_key(dead_end) for dead_end in load_dead_ends() if dead_end.ends == kind)
        for kind in ("hole", "gone", "failed")
    )
    duplicates = frozenset(frozenset(pair) for pair in DUPLICATES)
    return Truth(
        phase=phase,
        articles=articles,
        unlinked={
            (edition.language, make_site_key(edition)): _expect_article(edition, phase) for edition in load_unlinked()
        },
        unlisted=frozenset(
            (edition.language, make_site_key(edition)) for edition in load_unlinked() if edition.found_by == "number"
        ),
        recovered=frozenset(
            (edition.language, make_site_key(edition))
            for edition in load_editions()
            if phase > 1 and edition.quirk == "broken-transfer"
        ),
        duplicates=duplicates,
        near_copies=frozenset(frozenset(pair) for pair in NEAR_COPIES),
        holes=holes,
        gone=gone
        | {
            make_url_key(edition)
            for edition in load_editions()
            if edition.since <= phase and not edition.is_online(phase)
        },
        failed=failed | broken,
        refused=frozenset(),
        problems=failed | broken | {"asianews/en/60101", "asianews/en/62527"},
        forbidden=("/private/",),
        feeds=tuple(f"{ORIGIN}/{language}.xml" for language in languages),
        homes=(f"{ORIGIN}/en.html", f"{ORIGIN}/", f"{ORIGIN}/es.html", f"{ORIGIN}/zh.html"),
        listings=listings_linked,
        fates=_count_first_fates(len(listings_linked), holes, gone, failed),
    )


def make_generated_truth(number: int, language: str, articles: int, seed: int = 1, phase: int = 1) -> ExpectedArticle:
    """Return the truth of one generated article, which follows from its number."""
    site = generated.GeneratedSite(articles, seed, phase)
    edition = generated.make_edition(number, language, articles, seed)
    return _make_article(edition, site.make_related(number, language), phase)


def _count_first_fates(listing_count: int, holes: Set[str], gone: Set[str], failed: Set[str]) -> dict[str, int]:
    """Return the counts of fates in the first crawl of phase 1, by the dead ends that it meets."""
    broken_transfers = sum(edition.quirk == "broken-transfer" for edition in load_editions())
    whole = sum(edition.since == 1 and edition.quirk != "broken-transfer" for edition in load_editions())
    feeds = homes = 4
    return {
        "new": whole - len(DUPLICATES),
        "duplicate": len(DUPLICATES),
        "not_an_article": feeds + homes + listing_count + len(holes),
        "gone": len(gone),
        "failed": len(failed) + broken_transfers,
        "refused": 0,
        "unreadable": 0,
        "revised": 0,
    }


def make_site_key(edition: Edition) -> str:
    """Return the number of an edition, or the path (without its language) of one of 2026 that has none."""
    if edition.numbered:
        return str(edition.number)
    assert edition.path is not None
    return edition.path.removeprefix(f"/{edition.language}/")


def make_url_key(edition: Edition) -> str:
    """Return the identity of the edition's address in an archive."""
    return f"asianews/{edition.language}/{make_site_key(edition)}"


def _make_dead_key(end: DeadEnd) -> str:
    return f"asianews/{end.language}/{end.number}"


def format_moment(moment: date | datetime) -> tuple[str, str, str]:
    """Return (published_at, published_on, precision) of a date on Rome's clock."""
    if isinstance(moment, datetime):
        utc_moment = moment.replace(tzinfo=ROME).astimezone(UTC)
        return utc_moment.strftime("%Y-%m-%dT%H:%M:%SZ"), moment.date().isoformat(), "minute"
    return moment.isoformat(), moment.isoformat(), "day"


def normalise_url(path: str) -> str:
    """Return an address as the archive cites it: https, www, upper-case escapes, non-ASCII letters escaped."""
    if path.startswith("/index.php"):
        query = dict(part.split("=") for part in path.partition("?")[2].split("&") if "=" in part)
        return f"{ORIGIN}/index.php?l={query['l']}&art={int(query['art'])}"
    pieces = path.split("%")
    # Escapes that stand for letters (%E2%80%9C) are written in capitals; %3A and %26 stay escapes: they are not the same path.
    upper = pieces[0] + "".join("%" + piece[:2].upper() + piece[2:] for piece in pieces[1:])
    return ORIGIN + quote(upper, safe="/:,.'!()*;=&+$@%~-_")


def _rank_address(address: str) -> tuple[int, int, int, str]:
    kind = 2 if "index.php" in address else 0 if address.endswith(".html") else 1
    return kind, address.count("%"), -len(address), address


def list_addresses(edition: Edition) -> tuple[str, ...]:
    """Return every normalised address under which pages of the site link to an edition, the one to cite first."""
    paths = [*edition.spellings, *([edition.moved_from] if edition.moved_from else [])]
    return tuple(sorted({normalise_url(path) for path in paths}, key=_rank_address))


def _expect_article(edition: Edition, phase: int) -> ExpectedArticle:
    last_phase = min(phase, (edition.withdrawn or phase + 1) - 1)
    return _make_article(edition, make_related(edition, last_phase), last_phase, alive=edition.is_online(phase))


def _make_article(edition: Edition, entries: tuple[Related, ...], phase: int, *, alive: bool = True) -> ExpectedArticle:
    printed = edition.in_phase(phase)
    published_at, published_on, precision = format_moment(edition.when)
    cut = edition.quirk == "cut"
    paragraphs = (printed.paragraphs[0], find_cut_sentence(printed)) if cut else printed.paragraphs
    urls = list_addresses(edition)
    return ExpectedArticle(
        language=edition.language,
        site_key=make_site_key(edition),
        story=str(edition.number) if edition.numbered else None,
        url=urls[0],
        url_key=make_url_key(edition),
        headline=printed.clean_headline,
        kicker=printed.kicker,
        lead=printed.lead,
        byline=printed.printed_byline,
        authors=printed.writers,
        dateline=printed.dateline,
        dateline_place=printed.place,
        published_raw=format_header_date(edition.when, edition.language, edition.layout),
        published_at=published_at,
        published_on=published_on,
        published_precision=precision,
        body="\n\n".join(paragraphs),
        see_also=() if cut else tuple(_make_link(entry, edition.language) for entry in entries),
        revisions=2 if printed.is_edited and edition.in_phase(1) != printed else 1,
        status="live" if alive else "gone",
        complete=not cut,
        addresses=urls,
    )


def _make_link(entry: Related, language: str) -> ExpectedLink:
    clean = "".join(character for character in entry.headline if character.isprintable()).strip()
    target, article = _find_target(entry.path, language)
    return ExpectedLink(
        target=target,
        article=article,
        headline=clean,
        published_raw=entry.date,
        published_at=_read_see_also_moment(entry.date) if entry.date else None,
    )


def _find_target(path: str, language: str) -> tuple[str, ArticleKey | None]:
    """Return the identity that follows from an address, and the article behind it."""
    for edition in load_editions():
        if edition.path == path:
            return f"asianews/{path.strip('/')}", (language, make_site_key(edition))
    number = int(
        path.partition("art=")[2].partition("&")[0] if "art=" in path else path[: -len(".html")].rpartition("-")[2]
    )
    dead = any(dead_end.number == number and dead_end.language == language for dead_end in load_dead_ends())
    return f"asianews/{language}/{number}", None if dead else (language, str(number))


def _read_see_also_moment(printed: str) -> str:
    day, _, clock = printed.partition(" ")
    of_month, month, year = (int(part) for part in day.split("/"))
    if not clock:
        return date(year, month, of_month).isoformat()
    hour, minute = (int(part) for part in clock.split(":"))
    return format_moment(datetime(year, month, of_month, hour, minute))[0]
