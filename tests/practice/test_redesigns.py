"""The practice site in layouts that no reader understands: what is printed for people stays, what is sent does not."""

from __future__ import annotations

import urllib.request

import pytest

from crawler.practice import PracticeServer
from crawler.practice.generated import GeneratedSite, make_edition
from crawler.practice.redesigns import REDESIGNS, Redesign
from crawler.practice.site import PracticeRequest, PracticeSite
from crawler.practice.stories import load_editions

ONE = make_edition(3, "en", 20, 1)


def sent(redesign: Redesign, number: int = 3) -> str:
    """The page of an article as it is sent, without its scripts."""
    site = GeneratedSite(20)
    site.redesign = redesign
    page = site.respond(PracticeRequest(target=f"/news-en/x-{number}.html")).body.decode()
    assert ONE.headline in page  # somewhere: scripts have all of it
    return page.partition("<script>window.__story")[0] + page.rpartition("</script>")[2]


@pytest.mark.parametrize("name", REDESIGNS)
def test_a_part_of_the_article_is_no_longer_sent(name: str) -> None:
    assert ONE.byline
    assert ONE.lead
    assert ONE.dateline
    assert ONE.kicker
    before, after = sent(Redesign()), sent(Redesign(name))
    parts = {
        "byline": ONE.byline,
        "lead": ONE.lead[:40],
        "dateline": ONE.dateline,
        "kicker": ONE.kicker,
        "first paragraph": ONE.paragraphs[0][:40],
        "last paragraph": ONE.paragraphs[-1][:40],
        "headline": f"{ONE.headline}</h1>" if f"{ONE.headline}</h1>" in before else f">{ONE.headline}",
    }
    assert all(part in before for part in parts.values())
    assert {part for part, words in parts.items() if words not in after} == {
        "unsigned": {"byline"},
        "bare": {"byline", "lead", "dateline", "kicker"},
        "teaser": {"last paragraph"},
        "scripted": set(parts),
    }[name]


def test_so_many_articles_come_in_the_old_layout_first() -> None:
    redesign = Redesign("scripted", after=2)
    pages = [sent(redesign) for _ in range(4)]
    assert [ONE.paragraphs[0][:40] in page for page in pages] == [True, True, False, False]
    assert (redesign.served, redesign.after) == (2, 0)


@pytest.mark.parametrize("name", REDESIGNS)
def test_every_article_of_the_written_site_can_be_served_so(name: str) -> None:
    site = PracticeSite()
    site.redesign = Redesign(name)
    for story in load_editions():
        if story.since == 1 and story.quirk not in ("heals", "broken-transfer"):
            assert site.respond(PracticeRequest(target=story.page_path)).status == 200
    assert site.redesign.served > 50


def test_the_layout_changes_while_the_site_is_served() -> None:
    with PracticeServer(articles=5) as server:
        pages = []
        for redesign in (Redesign(), Redesign("scripted")):
            server.redesign = redesign
            with urllib.request.urlopen(f"{server.url}/news-en/x-1.html") as answer:
                pages.append(answer.read())
        assert [b'id="app"' in page for page in pages] == [False, True]
