"""A gazetteer of a few places, and articles whose datelines name them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from crawler.archive import Archive
from crawler.archive.places.lookup import LookupResult, look_up_places
from crawler.normalisation.places.gazetteer import Gazetteer, GazetteerEntry
from support.newsroom import GAZETTE, NOW, Newsroom

Dateline = tuple[int, str, str | None, str | None]
"""Key, language, place and kicker of an article."""


def entry(number, name, country, people, *aliases, at=(10.0, 20.0), **more):
    return GazetteerEntry(
        identity=f"geonames:{number}",
        name=name,
        kind=more.pop("kind", "city"),
        country=country,
        latitude=at[0],
        longitude=at[1],
        population=people,
        aliases=aliases,
        **more,
    )


ENTRIES = (
    entry(1, "Hong Kong", "HK", 7_396_076, "香港", "Victoria City", at=(22.28, 114.17)),
    entry(2, "Hong Kong Island", "HK", 1_195_529, "Hong Kong", "香港", at=(22.26, 114.19)),
    entry(3, "Beijing", "CN", 18_960_744, "Pechino", "Pekín", "北京", "BJ", at=(39.91, 116.4), is_capital=True),
    entry(4, "Hyderabad", "IN", 6_993_262, "海得拉巴", at=(17.38, 78.46)),
    entry(5, "Hyderabad", "PK", 1_921_275, at=(25.39, 68.37)),
    entry(6, "Tripoli", "LY", 1_302_947, "طرابلس", at=(32.89, 13.19), is_capital=True),
    entry(7, "Tripoli", "LB", 229_398, "طرابلس", at=(34.43, 35.84)),
    entry(8, "Seoul", "KR", 10_349_312, "서울", "漢城", at=(37.57, 126.98), is_capital=True),
    entry(9, "Pyongyang", "KP", 3_222_000, "平壤", at=(39.03, 125.75), is_capital=True),
    entry(10, "Vatican City", "VA", 829, "Città del Vaticano", at=(41.9, 12.45), is_capital=True),
    entry(11, "Palestine", "US", 18_000),
    entry(12, "New York City", "US", 8_804_190, "New York", at=(40.71, -74.01)),
    entry(13, "New York", "US", 0, "NY", kind="region"),
    entry(14, "Littleport", "GB", 8_000, at=(52.4, 0.3)),
    entry(15, "Rome", "IT", 2_318_895, "Roma", at=(41.89, 12.51), is_capital=True),
    entry(16, "Lomé", "TG", 2_188_376, "Rome", at=(6.13, 1.22), is_capital=True),
    entry(17, "Rome", "US", 36_323),
    entry(18, "Osaka", "JP", 2_592_413, "大阪", at=(34.69, 135.5)),
)
COUNTRIES = {
    code: GazetteerEntry(
        identity=f"country:{code}",
        name=name,
        kind="country",
        country=code,
        latitude=None,
        longitude=None,
        population=people,
    )
    for code, name, people in (
        ("LB", "Lebanon", 6_800_000),
        ("LY", "Libya", 6_900_000),
        ("PS", "Palestinian Territory", 4_500_000),
        ("VA", "Vatican", 921),
        ("IN", "India", 1_400_000_000),
        ("PK", "Pakistan", 212_000_000),
    )
}


def make_gazetteer() -> Gazetteer:
    return Gazetteer("a few places 1", ENTRIES, COUNTRIES)


def keep_datelines(archive: Archive, datelines: Iterable[Dateline], now=NOW) -> None:
    """Archive an article for each dateline."""
    room = Newsroom()
    run = archive.begin_run(GAZETTE, now=now)
    visits = [
        room.visit(replace(room.article(key, language=language, place=place), kicker=kicker), at=now)
        for key, language, place, kicker in datelines
    ]
    archive.keep(visits, run, now)
    archive.finish_run(run, "finished", now)


def look_up(archive: Archive) -> LookupResult:
    return look_up_places(archive, make_gazetteer(), {"gazette": "gb"})
