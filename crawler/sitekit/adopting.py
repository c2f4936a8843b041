"""Makes the site that an archive adopts: inferred from pages, with the defaults of one that no person has looked at.

Pure and deterministic, as the inference is. The forms of addresses are guesses here, so what the first pages show has
to stand on the others too, and what leads to articles has to be found without a person's help.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from crawler.errors import BadAddress, NotAnArticle, PageUnreadable
from crawler.items import Capture
from crawler.normalisation.addresses.article_addresses import NO_ARTICLE_FOLDERS
from crawler.process import process
from crawler.site import AddressForm, Site
from crawler.sitekit.address_shapes import cut_names, write_choice, write_literal
from crawler.sitekit.given_pages import GivenPage, is_same_host, read_given_pages
from crawler.sitekit.infer import infer_from_pages
from crawler.sitekit.ways_in import find_sitemaps
from crawler.sites.checking import refuse_errors
from crawler.sites.pattern_cost import find_pattern_fault

MOST_LISTINGS: Final = 8
"""Pages that menus lead to, taken for listings where a site has neither feeds nor sitemaps."""
MOST_LETTERS: Final = 200
LEAST_DATED: Final = 0.75
"""Share of the pages given that have a date, from which all articles of the site have one: a few may be no articles."""
FURTHER_PAGE: Final = r"/(?:page/)?(?:[2-9]|[1-4]\d)/?"
"""What follows the address of an article on its second page and later ones."""
_LISTS: Final = (
    "archive archives archiv category categories categoria categorie kategorie kategorien section sections rubrik "
    "rubrique rubriche topic topics thema themen tema temas theme themes"
)
_LIST_FOLDERS: Final = frozenset(_LISTS.split())
"""Of the segments under which no articles stand, those of pages that list some."""
_FILE: Final = re.compile(r"\.\w{2,5}$")
_RECENT: Final = re.compile(r"archiv|latest|news|all|stories|index", re.I)


def make_adopted_site(captures: Sequence[Capture], name: str) -> Site:
    """Return the site of that name whose pages these are; captures of ``robots.txt`` tell whether it has sitemaps.

    Raises NotAnArticle where none of the pages reads as an article, and PageUnreadable, BadAddress and BadSiteFile
    where nothing can be inferred from them.
    """
    pages, sitemaps = read_given_pages(captures), find_sitemaps(captures)
    site = infer_from_pages(pages, sitemaps, name).site
    site = replace(site, addresses=tuple(_iter_paged_forms(site.addresses)))
    site = _choose_listings(site, pages, has_sitemaps=bool(sitemaps))
    refuse_errors(site)
    articles, refusals = [], []
    for page in pages:
        try:
            _refuse_doubtful(page)
            process(page.capture, site)
        except (NotAnArticle, PageUnreadable, BadAddress) as refusal:
            refusals.append(str(refusal))
        else:
            articles.append(page)
    if not articles:
        raise NotAnArticle(refusals[0] if refusals else "no page reads as an article")
    dated_site = replace(site, dated=True)
    dated = [page for page in articles if _is_dated_article(page, dated_site)]
    return dated_site if len(dated) >= LEAST_DATED * len(articles) else site


def _refuse_doubtful(page: GivenPage) -> None:
    """Raise NotAnArticle for a page that is none, or leaves a doubt, when it is weighed as one of an unknown site."""
    article = process(page.capture, page.site, address=page.article.address)
    doubt = next((problem.reason for problem in article.problems if problem.kind == "doubt"), None)
    if doubt is not None:
        raise NotAnArticle(doubt)


def _is_dated_article(page: GivenPage, site: Site) -> bool:
    """Return True if a page is an article of the site, with a date."""
    try:
        return process(page.capture, site).published is not None
    except (NotAnArticle, PageUnreadable, BadAddress):
        return False


def _iter_paged_forms(forms: Iterable[AddressForm]) -> Iterable[AddressForm]:
    """Yield forms; before those whose key is a path, that of the further pages of the same articles.

    Read as an article of its own, ``/story/31/2`` would be one beside ``/story/31``.
    """
    for form in forms:
        if form.kind == "article" and not form.numeric and _can_have_pages(form.path):
            fetch = "/{key}" if form.path.startswith("/(?P<key>") and form.host is None else None
            path = form.path.removesuffix("/?") + FURTHER_PAGE
            if find_pattern_fault(path) is None:
                yield replace(form, path=path, fetch=fetch, rank=-1)
        yield form


def _can_have_pages(path: str) -> bool:
    """Return False where a number at the end may be an article's own: its last segment may be anything."""
    inner = path.partition("(?P<key>")[2]
    if not path.endswith(")/?") or not inner or path.endswith(r"html)/?"):
        return False
    return not inner.endswith("[^/]+)/?") or re.match(r"[\w-]+/", inner) is not None


def _choose_listings(site: Site, pages: Sequence[GivenPage], *, has_sitemaps: bool) -> Site:
    """Return the site with its listings left alone, or where nothing else leads to its articles, those of its menus."""
    has_feeds = any(form.kind == "feed" for form in site.addresses)
    if has_feeds or has_sitemaps:
        return replace(site, addresses=tuple(replace(form, follow=False) for form in site.addresses))
    paths = _list_menu_pages(site, pages)
    if not paths:
        return site
    names = write_choice([write_literal(path.strip("/")) for path in cut_names(paths, MOST_LETTERS)])
    form = AddressForm(kind="listing", path=rf"/{names}(?:/(?:page/)?\d{{1,4}})?/?", follow=True)
    homes = [index for index, other in enumerate(site.addresses) if other.kind == "home"]
    place = homes[-1] + 1 if homes else 0
    if site.addresses[place - 1].host is not None:
        form = replace(form, host=site.addresses[place - 1].host, folders=site.addresses[place - 1].folders)
    return replace(
        site,
        addresses=(*site.addresses[:place], form, *site.addresses[place:]),
        entry_points=tuple(dict.fromkeys((*site.entry_points, *cut_names(paths, MOST_LETTERS)))),
    )


def _list_menu_pages(site: Site, pages: Sequence[GivenPage]) -> list[str]:
    """Return the paths of the pages that menus of most given pages lead to and that may list articles."""
    counts: Counter[str] = Counter()
    for page in pages:
        paths = set()
        for link in page.links:
            path = link.path.lower().rstrip("/")
            if not (link.in_chrome and path and not link.query and is_same_host(link.host, page.host)):
                continue
            if len(link.text) <= 40 and path.count("/") <= 2 and not _FILE.search(path) and _may_list(path, site):
                paths.add(link.path.rstrip("/"))
        counts.update(paths)
    common = [path for path, count in counts.items() if count * 2 > len(pages)]
    return sorted(common, key=lambda path: (not _RECENT.search(path), path))[:MOST_LISTINGS]


def _may_list(path: str, site: Site) -> bool:
    segments = path.strip("/").split("/")
    if any(segment in NO_ARTICLE_FOLDERS - _LIST_FOLDERS for segment in segments):
        return False
    kind = next((form.kind for form in site.addresses if re.fullmatch(form.path, path, re.I)), "other")
    return kind in ("other", "listing")
