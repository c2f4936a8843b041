"""Chooses which place a printed name means, only where that is certain; all other cases are left to people.

A wrong place looks like knowledge. So a rule decides only by what is printed, by where the papers are that print it, or
where one place is so much larger than all of its namesakes that a newspaper would have to say which other one it means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from crawler.normalisation.places.gazetteer import Match

Rule = Literal["only", "population", "country", "site", "kicker", "ambiguous", "small", "unknown"]
"""How a place was chosen, or why none was: ``ambiguous`` (namesakes), ``small`` (a town alone of its name may be the
namesake of a village that the gazetteer lacks), ``unknown`` (not in the gazetteer)."""
RULE_WORDS: Final[Mapping[str, str]] = {
    "only": "the only place of that name",
    "population": "far larger than its namesakes",
    "country": "the country is printed beside it",
    "site": "the largest, and in the country of the publication",
    "kicker": "the country is printed above the articles",
    "ambiguous": "several places have that name",
    "small": "a small town, and perhaps another place of that name",
    "unknown": "not in the gazetteer",
}
"""Rule → what it says."""
RATIO_ABROAD: Final = 20
"""By this factor a place has to be larger than its namesakes in other countries."""
RATIO_OF_CAPITAL: Final = 10
"""The same for the capital of a country under its main name."""
RATIO_AT_HOME: Final = 5
"""The same for namesakes in its own country."""
RATIO_OF_SITE: Final = 2
"""The same for namesakes in other countries, when all who print the name are in its own one."""
OTHER_NAME_WEIGHT: Final = 10
"""A namesake for which it is only one of many names counts by so much less: Lomé was called Rome, too."""
MIN_CERTAIN: Final = 100_000
"""Inhabitants from which on a town that nothing else speaks for is certain."""
MIN_KICKERS: Final = 3
"""Articles under a kicker that names the country."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is printed about a name."""

    country: str | None = None
    """The country beside the name."""
    site_countries: frozenset[str] = frozenset()
    """The countries of all publications that print it."""
    kickers: Mapping[str, int] = field(default_factory=dict)
    """Country → number of articles with that dateline whose kicker is this country alone."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The place that a name means, or None, and by which rule."""

    match: Match | None
    rule: Rule


def choose_place(matches: Sequence[Match], evidence: Evidence) -> Choice:
    """Choose among the places that a printed name may mean; None where that would be a guess."""
    if not matches:
        return Choice(None, "unknown")
    largest = _drop_doubles(matches)
    if evidence.country is not None:
        return _choose_in(largest, {evidence.country}, "country")
    first = max(largest, key=_weigh)
    others = [match for match in largest if match is not first]
    abroad = [match for match in others if match.entry.country != first.entry.country]
    at_home = [match for match in others if match.entry.country == first.entry.country]
    entry = first.entry
    ratio = RATIO_OF_CAPITAL if entry.is_capital and first.is_main else RATIO_ABROAD
    is_large = entry.population >= MIN_CERTAIN or entry.is_capital or entry.kind == "country"
    if is_large and _outweighs(first, abroad, ratio) and _outweighs(first, at_home, RATIO_AT_HOME):
        return Choice(first, "population" if others else "only")
    if evidence.site_countries == {first.entry.country} and _outweighs(first, abroad, RATIO_OF_SITE):
        choice = _choose_in(largest, evidence.site_countries, "site")
        if choice.match is not None:
            return choice
    countries = {match.entry.country for match in largest}
    named = {country for country in countries if evidence.kickers.get(country)}
    if len(named) == 1 and sum(evidence.kickers[country] for country in named) >= MIN_KICKERS:
        return _choose_in(largest, named, "kicker")
    return Choice(None, "small" if len(largest) == 1 else "ambiguous")


def _choose_in(matches: Sequence[Match], countries: set[str] | frozenset[str], rule: Rule) -> Choice:
    inside = [match for match in matches if match.entry.country in countries]
    if inside and _outweighs(inside[0], inside[1:], RATIO_AT_HOME):
        return Choice(inside[0], rule)
    return Choice(None, "ambiguous")


def _outweighs(match: Match, others: Sequence[Match], ratio: int) -> bool:
    """Return True if a place is so many times as large as all others. What has no known size outweighs nothing."""
    weigh = _weigh if match.is_main else _count_people
    return all(match.entry.population >= ratio * weigh(other) > 0 for other in others)


def _weigh(match: Match) -> float:
    return match.entry.population / (1 if match.is_main else OTHER_NAME_WEIGHT)


def _count_people(match: Match) -> float:
    return match.entry.population


def _drop_doubles(matches: Sequence[Match]) -> list[Match]:
    """Leave out what is the same place twice: a city of the name of its country, an island called after its city.

    Of a country and a city in it the city stays where the name is its main one (Singapore), or where it is most
    of the country (Vatican City), else the country (Mexico).
    A region goes where a large city in its country has that name (New York). Of cities in one country, those of which
    it is only another name go where one has it as its main name.
    """
    countries = dict.fromkeys(match.entry.country for match in matches)
    kept = [_drop_inside([match for match in matches if match.entry.country == country]) for country in countries]
    return sorted((match for own in kept for match in own), key=lambda match: -match.entry.population)


def _drop_inside(matches: list[Match]) -> list[Match]:
    """Leave out doubles among the places of one country."""
    cities = [match for match in matches if match.entry.kind == "city"]
    if any(match.entry.population >= MIN_CERTAIN for match in cities):
        matches = [match for match in matches if match.entry.kind != "region"]
    main = [match for match in cities if match.is_main]
    country = next((match for match in matches if match.entry.kind == "country"), None)
    if country is not None:
        is_city_state = any(2 * city.entry.population >= country.entry.population for city in cities)
        return main or (cities if is_city_state else [country])
    return [match for match in matches if match.is_main] if main else matches
