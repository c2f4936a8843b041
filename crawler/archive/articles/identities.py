"""Reads the identities of articles: site, language and the site's own key, which are the same in every archive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple, get_args
from urllib.parse import quote

from crawler.archive.database import Connection, select_records
from crawler.archive.search.compiler import QueryPlan

Stratum = Literal["year", "month", "language", "site", "place", "kicker"]
STRATA: Final[tuple[Stratum, ...]] = get_args(Stratum)

_COLUMNS: Final[dict[Stratum, str]] = {
    "year": "substr(a.published_on, 1, 4)",
    "month": "substr(a.published_on, 1, 7)",
    "language": "a.language",
    "site": "a.site",
    "place": "a.place_key",
    "kicker": "a.kicker_key",
}


class Identity(NamedTuple):
    """An article: its id in this archive, and its identity in every archive."""

    id: int
    site: str
    language: str
    site_key: str
    stratum: str
    """The stratum that it is drawn from; empty when the article lacks the field, or when no field was given."""


def format_identity(site: str, language: str, site_key: str, number: int) -> str:
    """Return the permanent identity of a version of an article, which is the same in every archive that holds it.

    It is the end of the version's permanent address; characters that no path of an address has are escaped.

    >>> format_identity("asianews", "en", "17291", 1)
    'asianews/en/17291/revision/1'
    """
    return "/".join(quote(part, safe="/") for part in (site, language, site_key)) + f"/revision/{number}"


def iter_identities(db: Connection, plan: QueryPlan | None = None, by: Stratum | None = None) -> Iterator[Identity]:
    """Yield the articles of a plan, or all, each with the stratum it belongs to."""
    stratum = f"coalesce({_COLUMNS[by]}, '')" if by else "''"
    select = f"SELECT a.id AS id, a.site AS site, a.language AS language, a.site_key AS site_key, {stratum} AS stratum"
    if plan is None:
        return select_records(db, Identity, f"{select} FROM articles a")
    ids = plan.make_ids_query()
    return select_records(db, Identity, f"{select} FROM articles a WHERE a.id IN ({ids.sql})", ids.values)
