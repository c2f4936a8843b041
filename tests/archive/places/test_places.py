"""Places of an archive: one under all its names, decided by people where it is doubtful, with exact counts."""

from __future__ import annotations

import csv
import itertools
import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet
from support.datelines import keep_datelines, look_up
from support.examples import count_examples
from support.newsroom import NOW
from support.tables import check_rows

from crawler.archive import Archive, Selection
from crawler.archive.authority.edits import EditRefused
from crawler.archive.places.decisions import apply_edits, history, locate, merge, rename, split, undo
from crawler.archive.places.edit_file import from_toml, to_toml
from crawler.archive.places.finding import find_place
from crawler.archive.places.listing import list_doubts, list_places, show_place
from crawler.archive.places.new_names import count_new_names
from crawler.archive.search.facets import tally
from crawler.archive.search.selection import count
from crawler.archive.write.authority.place_edits import Location
from crawler.archive.write.authority.place_index import PlaceIndex
from crawler.normalisation.places.gazetteer import GazetteerEntry
from crawler.research.exports import export
from crawler.research.exports.context import ExportOptions

LATER = NOW + timedelta(days=3)
DATELINES = (
    (1, "en", "Hong Kong", "HONG KONG"),
    (2, "zh", "香港", None),
    (3, "en", "HONG KONG", None),
    (4, "en", "Beijing", "CHINA"),
    (5, "it", "Pechino", None),
    (6, "zh", "北京", None),
    (7, "en", "Hyderabad", "INDIA"),
    (8, "en", "Hyderabad", "PAKISTAN"),
    (9, "en", "Tripoli", "LIBYA"),
    (10, "en", "Seoul/Pyongyang", None),
    (11, "en", "Seoul", None),
    (12, "en", "Atlantis", None),
    (13, "en", None, None),
    (14, "en", "Tripoli - Lebanon", None),
    (15, "it", "Città del Vaticano", None),
)
PLACES = {
    "Hong Kong": {1, 2, 3},
    "Beijing": {4, 5, 6},
    "Hyderabad": {7, 8},
    "Seoul": {10, 11},
    "Pyongyang": {10},
    "Tripoli (unlocated)": {9},
    "Tripoli (LB)": {14},
    "Atlantis": {12},
    "Vatican City": {15},
}
COUNTRIES = {"HK": {1, 2, 3}, "CN": {4, 5, 6}, "KR": {10, 11}, "KP": {10}, "LB": {14}, "VA": {15}}


@pytest.fixture
def located(archive: Archive) -> Archive:
    keep_datelines(archive, DATELINES)
    look_up(archive)
    return archive


def keys(archive: Archive, query: str = "", **filters) -> set[int]:
    hits = archive.search(Selection(query=query, **filters), limit=100)
    return {int(hit.site_key) for hit in hits}


def places(archive: Archive) -> dict[str, set[int]]:
    """Place → the articles that its value in the list leads to; the counts beside it must be the same."""
    facets = tally(archive.db, Selection(), ["place", "country"], None).facets
    for name, values in facets.items():
        for value in values:
            assert value.count == len(keys(archive, **{name: value.value})), value
    listed = list_places(archive)
    assert {(entry.label, entry.articles) for entry in listed.places} == {
        (value.label, value.count) for value in facets["place"]
    }
    assert {(entry.code, entry.articles) for entry in listed.countries} == {
        (value.value, value.count) for value in facets["country"]
    }
    return {value.label: keys(archive, place=value.value) for value in facets["place"]}


def countries(archive: Archive) -> dict[str, set[int]]:
    values = tally(archive.db, Selection(), ["country"], None).facets["country"]
    return {value.value: keys(archive, country=value.value) for value in values}


def state(archive: Archive) -> list[tuple]:
    query = "SELECT article_id, position, place, kind, country, latitude FROM v_article_places ORDER BY 1, 2"
    return archive.db.execute(query).fetchall()


def test_a_place_is_one_under_all_its_names(located: Archive) -> None:
    assert places(located) == PLACES
    assert countries(located) == COUNTRIES
    for name in ("香港", "hong kong", "=HONG KONG", "victoria city", "=香港", "kong"):
        assert keys(located, place=name) == {1, 2, 3}, name
    assert keys(located, "place:Pekín") == keys(located, 'place:="北京"') == keys(located, "place:Beij*") == {4, 5, 6}
    assert keys(located, "country:cn") == keys(located, "country:China") == {4, 5, 6}
    assert keys(located, "place:tripoli") == keys(located, place="=Tripoli") == {9, 14}
    assert keys(located, "-country:CN place:beijing") == set()
    assert keys(located, "-country:KR") == {1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15}
    units = tally(located.db, Selection(unit="story"), ["place", "country"], None).facets
    assert {value.label: value.count for value in units["place"]} == {name: len(keys) for name, keys in PLACES.items()}
    assert {value.value: value.count for value in units["country"]} == {
        code: len(keys) for code, keys in COUNTRIES.items()
    }


def test_what_is_not_certain_stays_unlocated_with_its_candidates(located: Archive) -> None:
    doubts = {doubt.printed: doubt for doubt in list_doubts(located)}
    assert {name: [candidate.country for candidate in doubt.candidates] for name, doubt in doubts.items()} == {
        "Hyderabad": ["IN", "PK"],
        "Tripoli": ["LY", "LB"],
        "Atlantis": [],
    }
    assert doubts["Hyderabad"].articles == 2
    listed = {entry.label: entry for entry in list_places(located).places}
    atlantis, hong_kong = listed["Atlantis"], listed["Hong Kong"]
    assert (atlantis.country, atlantis.latitude, atlantis.location_source) == (None, None, None)
    assert (atlantis.name_source, hong_kong.name_source) == ("printed", "a few places 1")
    assert (hong_kong.country, hong_kong.latitude, hong_kong.gazetteer_id) == ("HK", 22.28, "geonames:1")


def test_without_a_gazetteer_places_are_as_they_are_printed(archive: Archive) -> None:
    keep_datelines(archive, DATELINES)
    expected = {"Beijing": {4}, "Pechino": {5}, "北京": {6}, "香港": {2}, "HONG KONG": {1, 3}, "Seoul/Pyongyang": {10}}
    found = places(archive)
    assert {name: found[name] for name in expected} == expected
    assert count_new_names(archive.db) == 12
    merge(archive, "Pechino", "Beijing", why="one city", now=NOW)
    assert places(archive)["Beijing"] == {4, 5}
    assert places(archive)["Pyongyang"] == {10}
    look_up(archive)
    assert places(archive) == PLACES  # what was decided by names holds for the places that they turn out to be


def test_a_forgotten_article_leaves_no_place_behind(located: Archive) -> None:
    (number,) = located.db.execute("SELECT id FROM articles WHERE site_key = '8'").fetchone()
    split(located, "Hyderabad", "Sindh", articles=[number], why="a trial", now=NOW)
    assert places(located)["Sindh"] == {8}
    located.forget(("gazette/en/12", "gazette/en/8"), "asked", LATER)
    assert {"Atlantis", "Sindh"} & places(located).keys() == set()
    for table in ("places", "place_names", "place_lookups", "place_splits"):
        rows = str(located.db.execute(f"SELECT * FROM {table}").fetchall()).lower()
        assert "atlantis" not in rows
        assert "en/8" not in rows


def test_articles_that_come_later_are_of_known_places(located: Archive) -> None:
    keep_datelines(located, [(20, "en", "Hong Kong", None), (21, "en", "Pyongyang", None), (22, "en", "Lhasa", None)])
    assert places(located) == {**PLACES, "Hong Kong": {1, 2, 3, 20}, "Pyongyang": {10, 21}, "Lhasa": {22}}
    assert look_up(located).rules["unknown"] == 2


def test_people_decide_and_take_it_back(located: Archive, tmp_path) -> None:
    numbers = {row[0]: row[1] for row in located.db.execute("SELECT site_key, id FROM articles")}
    before = state(located)
    assert locate(located, "Tripoli (unlocated)", entry="geonames:6", why="as the kicker", now=NOW).moved == 1
    assert places(located)["Tripoli (LY)"] == {9}
    edit = split(located, "Hyderabad", "Hyderabad Sindh", articles=[numbers["8"]], why="the kicker", now=NOW)
    assert edit.moved == 1
    assert edit.edit.describe() == "split “Hyderabad” (gazette/en/8) as “Hyderabad Sindh”"
    assert locate(located, "Hyderabad", entry="geonames:4", why="the rest", now=NOW).moved == 1
    assert keys(located, country="IN") == {7}
    locate(located, "Hyderabad Sindh", location=Location("city", "PK", 25.4, 68.4), why="a map", now=NOW)
    assert keys(located, country="PK") == {8}
    assert split(located, "Beijing", "Old Peking", printed=["pechino"], why="a trial", now=NOW).moved == 1
    assert places(located)["Old Peking"] == {5}
    rename(located, "Seoul", "서울", why="its own", now=NOW, language="ko")
    rename(located, "Hong Kong", "Xianggang", why="a trial", now=NOW)
    shown = show_place(located, find_place(located.db.conn, "Seoul").identity)
    assert shown.preferred == {"en": "Seoul", "ko": "서울"}
    assert [(name.printed, name.articles) for name in shown.names] == [("Seoul", 2)]
    assert places(located)["Xianggang"] == keys(located, place="=香港") == {1, 2, 3}
    locate(located, "Beijing", why="nobody knows", now=NOW)
    assert "CN" not in countries(located)
    decided = state(located)
    text = to_toml(history(located))
    with Archive(tmp_path / "other.db", "create") as other:
        keep_datelines(other, DATELINES)
        assert len(apply_edits(other, from_toml(text, LATER))) == 8
        look_up(other)
        assert state(other) == decided
        assert apply_edits(other, from_toml(text, LATER)) == []
    keep_datelines(located, DATELINES, LATER)  # read again, and looked up again
    look_up(located)
    assert state(located) == decided
    with pytest.raises(EditRefused, match="cannot be undone before edit 4"):
        undo(located, LATER, 2)
    assert list(PlaceIndex(located.db.conn).find_misplaced()) == []
    located.db.execute("UPDATE place_names SET place_id = (SELECT min(id) FROM places) WHERE place_key = 'seoul'")
    assert [place for place, _ in PlaceIndex(located.db.conn).find_misplaced()] == ["place seoul"]
    for _ in range(8):
        undo(located, LATER)
    assert state(located) == before
    assert places(located) == PLACES
    assert to_toml(history(located)).count("[[edit]]") == 0


@check_rows(
    "edit, reason",
    [
        (lambda archive: merge(archive, "Beijing", "Pechino", why="x", now=NOW), "are one place already"),
        (lambda archive: merge(archive, "Nowhere", "Beijing", why="x", now=NOW), "no place “Nowhere”"),
        (lambda archive: merge(archive, "9" * 30, "Beijing", why="x", now=NOW), "no place “999"),
        (lambda archive: merge(archive, "Seoul", "Beijing", why=" ", now=NOW), "needs a reason"),
        (lambda archive: split(archive, "Beijing", "Seoul", why="x", now=NOW), "say what to split off"),
        (lambda archive: split(archive, "Beijing", "Pechino", printed=["x"], why="x", now=NOW), "is “Beijing” itself"),
        (lambda archive: split(archive, "Beijing", "X", printed=["Roma"], why="x", now=NOW), "no dateline prints"),
        (lambda archive: split(archive, "Beijing", "X", articles=[10**30], why="x", now=NOW), "is not archived"),
        (lambda archive: locate(archive, "Beijing", entry="geonames:0", why="x", now=NOW), "is no candidate"),
        (lambda archive: rename(archive, "Beijing", "--", why="x", now=NOW), "is no name"),
        (lambda archive: undo(archive, NOW), "there is no edit of places"),
    ],
)
def test_what_cannot_be_edited_is_refused(located: Archive, edit, reason) -> None:
    with pytest.raises(EditRefused, match=reason):
        edit(located)
    assert history(located) == []


@check_rows(
    "table, reason",
    [
        ("action = 'move'\nplace = 'A'", "action must be one of merge, rename, split, locate"),
        ("action = 'merge'\nplace = 'A'\nwhy = 'x'", "to is missing"),
        ("action = 'merge'\nplace = 'A'\nto = 'a'\nwhy = 'x'", "it gives a place to itself"),
        ("action = 'merge'\nplace = 'A'\nto = 'B'", "needs a reason"),
        ("action = 'merge'\nplace = 'A'\nto = 'B'\nwhy = 'x'\nprinted = ['C']", "a split, and nothing else"),
        ("action = 'locate'\nplace = 'A'\nwhy = 'x'\nlatitude = 91\nlongitude = 0", "latitude is a number of degrees"),
        ("action = 'locate'\nplace = 'A'\nwhy = 'x'\nlatitude = nan\nlongitude = 0", "latitude is a number of degrees"),
        ("action = 'locate'\nplace = 'A'\nwhy = 'x'\nlatitude = 9", "a latitude and a longitude"),
        ("action = 'locate'\nplace = 'A'\nwhy = 'x'\nlatitude = true\nlongitude = 1", "must be a number of degrees"),
        ("action = 'locate'\nplace = 'A'\nwhy = 'x'\ncountry = 'Italy'", "“ITALY” is no ISO 3166 code"),
        ("action = 'merge'\nplace = 'A'\nto = 'B'\nwhy = 'x'\ncountry = 'IT'", "belong to a locate"),
        ("action = 'merge'\nplace = 'A'\nplace_id = 'x'\nto = 'B'\nwhy = 'x'", "place_id must be as geonames"),
        ("action = 'rename'\nplace = 'A'\nto = 'B'\nwhy = 'x'\nmade_at = 'now'", "made_at must be a time"),
        ("action = 'rename'\nplace = 'A'\nto = 'B'\nwhy = 'x'\nnew = 1", "“new” is not known here"),
    ],
)
def test_a_file_of_edits_says_what_is_wrong_with_it(table, reason) -> None:
    with pytest.raises(EditRefused, match=f"edit 1 of the file: .*{reason}"):
        from_toml(f"[[edit]]\n{table}\n", NOW)


def test_candidates_beyond_the_archive_come_from_the_gazetteer(located: Archive) -> None:
    entry = GazetteerEntry(
        identity="geonames:99", name="Atlantis", kind="city", country="GR", latitude=36.4, longitude=25.4
    )
    locate(located, "Atlantis", entry=entry, why="Plato", now=NOW)
    row = located.db.execute("SELECT identity, location_source, country FROM places WHERE name = 'Atlantis'").fetchone()
    assert row == ("geonames:99", "edit 1", "GR")
    candidates = json.loads(located.db.execute("SELECT candidates FROM place_lookups LIMIT 1").fetchone()[0])
    assert all(candidate["identity"] for candidate in candidates)


NAMES = (
    "Hong Kong",
    "香港",
    "Beijing",
    "Pechino",
    "Hyderabad",
    "Tripoli",
    "Seoul/Pyongyang",
    "Seoul",
    "Pyongyang",
    None,
)
DECISIONS = st.lists(
    st.tuples(
        st.sampled_from(["merge", "split", "articles", "rename", "locate", "undo"]),
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    max_size=6,
)


@settings(max_examples=count_examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.lists(st.sampled_from(NAMES), min_size=3, max_size=8), decisions=DECISIONS, known=st.integers(0, 8))
def test_counts_lead_to_as_many_articles_whatever_was_decided(tmp_path_factory, names, decisions, known) -> None:
    path = tmp_path_factory.mktemp("places") / "archive.db"
    with Archive(path, "create") as archive:
        datelines = [(key, "en", name, None) for key, name in enumerate(names, 1)]
        keep_datelines(archive, datelines[:known])
        look_up(archive)
        for action, first, second in decisions:
            labels = [row[0] for row in archive.db.execute("SELECT label FROM places ORDER BY id")]
            if not labels:
                break
            place, other = labels[first % len(labels)], labels[second % len(labels)]
            try:
                decide(archive, action, place, other)
            except EditRefused:
                continue
        keep_datelines(archive, datelines[known:])
        leads = places(archive)
        with_place = {key for key, _, name, _ in datelines if name}
        assert set(itertools.chain(*leads.values())) == with_place
        found = countries(archive)
        assert count(archive.db, Selection(query="country:KR OR country:KP")) == len(
            found.get("KR", set()) | found.get("KP", set())
        )


def decide(archive: Archive, action: str, place: str, other: str) -> None:
    match action:
        case "merge":
            merge(archive, place, other, why="x", now=NOW)
        case "split":
            printed = archive.db.execute(
                "SELECT printed FROM place_lookups l JOIN place_names n USING (place_key, position)"
                " JOIN places p ON p.id = n.place_id WHERE p.label = ? ORDER BY 1",
                (place,),
            ).fetchone()
            split(archive, place, f"{other} II", printed=printed or (), why="x", now=NOW)
        case "articles":
            article = archive.db.execute(
                "SELECT article_id FROM v_article_places WHERE place = ? ORDER BY 1", (place,)
            ).fetchone()
            split(archive, place, other, articles=article or (), why="x", now=NOW)
        case "rename":
            rename(archive, place, f"New {other}", why="x", now=NOW)
        case "locate":
            locate(archive, place, location=Location("city", "FR", 48.0, 2.0), why="x", now=NOW)
        case "undo":
            undo(archive, NOW)


@check_rows("format_", ["csv", "jsonl", "parquet"])
def test_exports_have_places_and_countries_where_they_are_named(tmp_path_factory, format_) -> None:
    folder = tmp_path_factory.mktemp("exports")
    columns = ("site_key", "place", "country", "dateline_place")
    with Archive(folder / "archive.db", "create") as archive:
        keep_datelines(archive, DATELINES)
        look_up(archive)
        (number,) = archive.db.execute("SELECT id FROM articles WHERE site_key = '8'").fetchone()
        split(archive, "Hyderabad", "Sindh", articles=[number], why="a trial", now=NOW)
        export(archive, Selection(), format_, folder / "out", made_at=NOW, options=ExportOptions(columns=columns))
    if format_ == "csv":
        rows = list(csv.DictReader((folder / "out").read_text(encoding="utf-8").splitlines()))
    elif format_ == "jsonl":
        rows = list(map(json.loads, (folder / "out").read_text(encoding="utf-8").splitlines()))
    else:
        rows = parquet.read_table(folder / "out" / "data").to_pylist()
    values = {row["site_key"]: (row["place"] or None, row["country"] or None) for row in rows}
    assert [values[key] for key in ("2", "8", "9", "10", "12", "13")] == [
        *(("Hong Kong", "HK"), ("Sindh", None), ("Tripoli (unlocated)", None)),
        *(("Seoul; Pyongyang", "KR; KP"), ("Atlantis", None), (None, None)),
    ]
