"""A small archive of invented reports whose every figure is written down by hand, for whoever studies it as a person.

A town argues over its ferry and its bridge from 2018 to 2022. Each report of the ferry takes a side.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from crawler.archive import Archive
from crawler.items import Author, Visit
from support.library import NOW, SITE, article, library_address, visit

YEARS: Final = {"2018": (20, 4, 6), "2019": (20, 8, 5), "2020": (16, 12, 4), "2021": (16, 14, 2), "2022": (20, 16, 0)}
"""Year → articles, those that name the ferry, those that name the bridge."""
FERRY: Final = 54
BRIDGE: Final = 17
ARTICLES: Final = 92
OCCURRENCES: Final = 108
"""The ferry stands twice in each report of it: in the headline and in the body."""
STRIKES: Final = 27
"""Every second report of the ferry speaks of a strike, and nothing else does."""
SIDES: Final = ("welcomed", "refused", "awaited")
"""What the council did with the ferry, in turn."""


def build_ferry_town(path: Path) -> None:
    """Make the archive."""
    visits: list[Visit] = []
    ferries = 0
    for year, (articles, ferry, bridge) in YEARS.items():
        for number in range(articles):
            at = library_address("en", 1000 + len(visits))
            day = f"{year}-{number % 12 + 1:02}-{number % 28 + 1:02}"
            if number < ferry:
                strike = " during the strike" if ferries % 2 == 0 else " in calm weather"
                headline = f"Council and ferry, part {ferries + 1}"
                body = f"On Monday the council {SIDES[ferries % 3]} the ferry{strike}."
                ferries += 1
            elif number < ferry + bridge:
                headline = f"Painters on the bridge, part {len(visits) + 1}"
                body = "The bridge was painted in calm weather."
            else:
                headline = f"Market news, part {len(visits) + 1}"
                body = "Apples were sold on the square in calm weather."
            author = Author(name="Ann De Poli", sort_name="De Poli, Ann", kind="person", printed="Ann De Poli")
            visits.append(visit(at, article(at, headline, body, day=day, authors=[author])))
    with Archive(path, "create") as archive:
        run = archive.begin_run(SITE, now=NOW)
        archive.keep(visits, run, NOW)
        archive.finish_run(run, "finished", NOW)
