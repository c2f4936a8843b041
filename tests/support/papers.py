"""An archive of three papers of the practice world: what they print of an agency, and a few reports of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.archive import Archive
from crawler.items import Address, Article, Capture, Moment, Visit
from crawler.normalisation.digest import compute_digest
from crawler.practice.world import load_agency_stories, load_papers
from crawler.practice.world.articles import PaperArticle
from crawler.site import AddressForm, Site
from support.shared import make_once

NOW = datetime(2026, 10, 12, 12, tzinfo=UTC)
REPORTS = {"courier": 5, "gazette": 7, "ledger": 3}
"""Reports of their own, the newest ones, that the archive holds of each paper."""


def make_paper_archive(factory: pytest.TempPathFactory) -> Path:
    """Return the path of the archive, which is made once for all workers; nobody may change it."""
    return make_once(factory, "papers", lambda folder: build_papers(folder / "papers.db")) / "papers.db"


def build_papers(path: Path) -> None:
    """Make the archive: a run and a site for each paper."""
    agency_articles = [member.article for story in load_agency_stories() for member in story.prints]
    with Archive(path, "create") as archive:
        for paper in load_papers():
            if paper.name not in REPORTS:
                continue
            own = [article for article in paper.articles if article.agency_story is None][: REPORTS[paper.name]]
            printed = [article for article in agency_articles if article.paper == paper.name]
            run = archive.begin_run(make_site(paper.name), now=NOW)
            archive.keep([make_visit(article) for article in (*printed, *own)], run, NOW)
            archive.finish_run(run, "finished", NOW)


def make_site(name: str) -> Site:
    """Return a site for a paper."""
    (paper,) = [paper for paper in load_papers() if paper.name == name]
    return Site(
        name=name,
        title=paper.title,
        origin=f"https://{paper.hosts[0]}",
        languages=paper.languages,
        timezone=paper.zone.key,
        addresses=(AddressForm(kind="article", path="/(?P<key>.+)", numeric=False),),
    )


def make_visit(article: PaperArticle) -> Visit:
    """Return what a crawl hands to the archive for an article of a paper."""
    address = Address(
        url=article.url,
        url_key=f"{article.paper}/{article.language}/{article.key}",
        kind="article",
        language=article.language,
        site_key=article.key,
        story=article.story,
    )
    instant = article.when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    day = article.day.isoformat()
    record = Article(
        site=article.paper,
        language=article.language,
        site_key=article.key,
        story=article.story,
        url=article.url,
        headline=article.headline,
        lead=article.lead,
        body=article.body,
        word_count=len(article.body.split()),
        digest=compute_digest(article.headline, article.lead, None, article.body, article.language),
        published=Moment(value=instant, on=day, precision="minute", raw=instant),
        dateline_place=article.place,
    )
    capture = Capture(
        url=article.url,
        fetched_at=NOW,
        status=200,
        digest="sha1:X",
        warc_file="a.warc.gz",
        warc_offset=0,
        warc_length=9,
    )
    return Visit(address=address, fate=None, article=record, captures=(capture,), status=200)
