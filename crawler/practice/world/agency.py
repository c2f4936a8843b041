"""The texts of an invented agency, and which paper prints which of them when, and how it changes them."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from crawler.practice.world.articles import AgencyPrint, AgencyStory, Change, PaperArticle
from crawler.practice.world.writing import Report

AGENCY = "Littoral Press Service"
SEAT = "Port Ansel"


@dataclass(frozen=True, kw_only=True, slots=True)
class AgencyText:
    """A story of the agency as one paper prints it."""

    name: str
    """The name of the story."""
    paper: str
    when: datetime
    """On the clock of the paper, without its zone."""
    change: Change
    report: Report


@dataclass(frozen=True, kw_only=True, slots=True)
class DatedReport:
    """What a paper prints, and when."""

    report: Report
    when: datetime
    agency_story: str | None = None


@cache
def load_agency_texts() -> tuple[AgencyText, ...]:
    """Return every print of every story, in the order of ``data/agency.toml``."""
    text = (files("crawler.practice.world") / "data" / "agency.toml").read_text(encoding="utf-8")
    return tuple(
        AgencyText(
            name=story["name"],
            paper=plan["paper"],
            when=plan["when"],
            change=plan["change"],
            report=Report(
                headline=plan.get("headline", story["headline"]),
                lead="",
                authors=(AGENCY,),
                place=SEAT,
                paragraphs=tuple(story["paragraphs"][: plan.get("keep")]),
            ),
        )
        for story in tomllib.loads(text)["story"]
        for plan in story["prints"]
    )


def merge_agency_texts(
    paper: str, zone: ZoneInfo, reports: Sequence[Report], moments: Sequence[datetime]
) -> list[DatedReport]:
    """Return a paper's own reports, dated by ``moments``, with what it prints of the agency; the newest first."""
    rows = [DatedReport(report=report, when=moment) for report, moment in zip(reports, moments, strict=True)]
    rows += [
        DatedReport(report=text.report, when=text.when.replace(tzinfo=zone), agency_story=text.name)
        for text in load_agency_texts()
        if text.paper == paper
    ]
    return sorted(rows, key=lambda row: row.when, reverse=True)


def group_agency_stories(articles: Sequence[PaperArticle]) -> tuple[AgencyStory, ...]:
    """Return the stories of the agency with their prints among the articles of all papers, the first print first."""
    changes = {(text.name, text.paper): text.change for text in load_agency_texts()}
    prints: dict[str, list[AgencyPrint]] = {text.name: [] for text in load_agency_texts()}
    for article in sorted(articles, key=lambda article: article.when):
        if article.agency_story:
            change = changes[article.agency_story, article.paper]
            prints[article.agency_story].append(AgencyPrint(article=article, change=change))
    return tuple(AgencyStory(name=name, prints=tuple(members)) for name, members in prints.items())
