"""The neighbours of the practice site: what is true of them, and that their pages say it."""

import re
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from itertools import combinations
from urllib.parse import urlsplit, urlunsplit

import pytest
from protego import Protego
from support.practice_world import ask, list_links, read_text, walk

from crawler.comparison.minhash import Fingerprint, estimate_similarity
from crawler.errors import NotAnArticle
from crawler.items import Capture
from crawler.practice.dialects import escape_text
from crawler.practice.world import (
    VISIT_DAY,
    Paper,
    PaperArticle,
    World,
    compare_addresses,
    load_agency_stories,
    load_papers,
)
from crawler.practice.world.writing import load_writing
from crawler.process import process
from crawler.site import AddressForm, Site

WORLD = World()
PAPERS = {paper.name: paper for paper in load_papers()}
ARTICLE_PATHS = {
    "courier": r"/(?P<key>\d{4}/\d\d/\d\d/[^/]+)/",
    "ledger": r"/news/(?:.*-)?(?P<key>\d{6})\.html",
    "samachar": r"/khabar/(?:.*-)?(?P<key>\d{6})\.html",
    "seeblick": r"/(?:artikel|article)/(?P<key>\d{5})(?:-.*)?",
    "gazette": r"/story/(?P<key>\d{3,5})",
}
every_paper = pytest.mark.parametrize("paper", PAPERS.values(), ids=PAPERS)


@cache
def walk_once(name: str) -> dict[str, str]:
    return walk(WORLD, PAPERS[name])


def has_article_form(paper: Paper, url: str) -> bool:
    parts = urlsplit(url)
    return parts.netloc in paper.hosts and re.fullmatch(ARTICLE_PATHS[paper.name], parts.path) is not None


def make_site(paper: Paper, article: PaperArticle) -> Site:
    host = urlsplit(article.url).netloc
    form = AddressForm(kind="article", path=ARTICLE_PATHS[paper.name], numeric=paper.name != "courier")
    return Site(
        name=paper.name,
        title=paper.title,
        origin=f"https://{host}",
        domains=(host,),
        country=paper.country,
        languages=(article.language,),
        timezone=str(paper.zone),
        addresses=(form,),
        lead_expected=False,
    )


# What is true of them.


@pytest.mark.parametrize(
    ("name", "count", "start", "key", "headline", "authors", "moment"),
    [
        (
            "courier",
            46,
            "https://harbour-courier.example/2026/10/12/the-football-club-has-described-eleven-brass-bells/",
            "2026/10/12/the-football-club-has-described-eleven-brass-bells",
            "The football club has described eleven brass bells",
            ("Nora Lomax",),
            "2026-10-12T12:07:00+01:00",
        ),
        (
            "seeblick",
            56,
            "https://de.seeblick.example/artikel/20689-ein-bootsbauer-hat-unter-der-neuen-hochstrasse",
            "20689",
            "Ein Bootsbauer hat unter der neuen Hochstraße ein Theater aus Kisten zurückgegeben",
            ("Martha Rohrer",),
            "2026-10-12T15:52:00+02:00",
        ),
    ],
)
def test_the_newest_article_of_a_paper_is_always_the_same(name, count, start, key, headline, authors, moment) -> None:
    paper = PAPERS[name]
    newest = paper.articles[0]
    assert len(paper.articles) == count
    assert (paper.start, newest.key, newest.headline, newest.authors) == (start, key, headline, authors)
    assert newest.when.isoformat() == moment


@every_paper
def test_keys_addresses_and_texts_are_of_one_article_each(paper: Paper) -> None:
    articles = paper.articles
    assert 30 <= len(articles) <= 60
    assert len({(article.language, article.key) for article in articles}) == len(articles)
    assert len({article.url for article in articles}) == len(articles)
    assert len({article.body for article in articles}) == len(articles)
    spellings = [spelling for article in articles for spelling in (article.url, *article.spellings)]
    assert len(set(spellings)) == len(spellings)
    assert not {*spellings} & {*paper.lookalikes}
    assert [article.when for article in articles] == sorted((article.when for article in articles), reverse=True)
    assert articles[0].day == VISIT_DAY


def test_the_story_of_an_agency_is_printed_whole_cut_and_under_another_headline() -> None:
    dock, line = load_agency_stories()
    assert [(member.article.paper, member.change) for member in dock.prints] == [
        ("ledger", "shortened"),
        ("courier", "verbatim"),
        ("gazette", "headline"),
    ]
    ledger, courier, gazette = [member.article for member in dock.prints]
    # By the clock on its wall the Courier was first, but it is seven hours west of the Ledger.
    assert (ledger.when.astimezone(UTC).isoformat(), courier.when.astimezone(UTC).isoformat()) == (
        "2026-08-19T23:10:00+00:00",
        "2026-08-20T00:05:00+00:00",
    )
    assert courier.when.replace(tzinfo=None) < ledger.when.replace(tzinfo=None)
    assert courier.body == gazette.body
    assert courier.headline == ledger.headline != gazette.headline
    assert courier.paragraphs[: len(ledger.paragraphs)] == ledger.paragraphs
    assert len(ledger.paragraphs) == len(courier.paragraphs) - 1
    assert [member.article.paper for member in line.prints] == ["courier", "ledger"]


def test_no_texts_are_alike_but_prints_of_the_agency() -> None:
    sketches = {
        article.url: Fingerprint.from_text(f"{article.lead or ''} {article.body}")
        for paper in PAPERS.values()
        for article in paper.articles
    }
    members: dict[int, list[str]] = {}
    for url, sketch in sketches.items():
        for value in sketch.band:
            members.setdefault(value, []).append(url)
    shared = Counter(pair for urls in members.values() for pair in combinations(urls, 2))
    alike = {
        frozenset(pair)
        for pair, count in shared.items()
        if count > 4 and estimate_similarity(*(sketches[url] for url in pair)) >= 0.7
    }
    printed = [[member.article.url for member in story.prints] for story in load_agency_stories()]
    assert alike == {frozenset(pair) for urls in printed for pair in combinations(urls, 2)}


def test_translations_have_the_same_sentences_number_and_authors() -> None:
    german, french = load_writing("de"), load_writing("fr")
    assert [len(getattr(german, part)) for part in german.__slots__] == [
        len(getattr(french, part)) for part in french.__slots__
    ]
    stories: dict[str, list[PaperArticle]] = {}
    for article in PAPERS["seeblick"].articles:
        if article.story:
            stories.setdefault(article.story, []).append(article)
    assert len(stories) == 24
    for one, other in stories.values():
        assert {one.language, other.language} == {"de", "fr"}
        assert (one.number, one.authors, one.when) == (other.number, other.authors, other.when)
        assert re.findall(r"\d+", one.body) == re.findall(r"\d+", other.body)


def test_an_archive_is_held_against_what_a_paper_has() -> None:
    gazette = PAPERS["gazette"]
    one, other, *rest = gazette.articles
    printed = f"https://www.mill-gazette.example/print/{one.number}"
    about = "https://www.mill-gazette.example/story/101"
    score = compare_addresses(gazette, [printed, f"{one.url}#top", *(article.url for article in rest), about])
    assert score.missing == (other,)
    assert score.repeated == (one,)
    assert score.strange == (about,)
    assert len(score.held) == 37
    assert score.share == 37 / 38


# What their pages say.


@every_paper
def test_every_article_is_printed_under_its_address_and_met_under_its_other_spellings(paper: Paper) -> None:
    for article in paper.articles:
        page = read_text(ask(WORLD, article.url))
        assert escape_text(article.headline) in page
        assert escape_text(article.paragraphs[0]) in page
        for spelling in article.spellings:
            other = read_text(ask(WORLD, spelling))
            # A further page of a long story has other paragraphs.
            assert escape_text(article.headline) in other, spelling


@every_paper
def test_every_link_leads_somewhere_and_article_addresses_are_articles_or_lookalikes(paper: Paper) -> None:
    pages = walk_once(paper.name)
    missing = {url for url, text in pages.items() if text.startswith("status ")}
    assert all(urlsplit(url).path == "/robots.txt" or paper.is_forbidden(urlsplit(url).path) for url in missing)
    assert {urlsplit(url).netloc for url in pages} <= {*paper.hosts, *paper.strange_hosts}
    spellings = {spelling for article in paper.articles for spelling in (article.url, *article.spellings)}
    formed = {url.partition("?")[0] for url in pages if has_article_form(paper, url)}
    assert formed <= spellings | {*paper.lookalikes}
    assert {article.url for article in paper.articles} | {*paper.lookalikes} <= formed


def test_every_robots_txt_is_different_and_its_sitemaps_exist() -> None:
    texts = {
        paper.name: read_text(answer) if answer.status == 200 else None
        for paper in PAPERS.values()
        for answer in [ask(WORLD, f"https://{paper.hosts[0]}/robots.txt")]
    }
    assert len({*texts.values()}) == 5
    assert texts["gazette"] is None
    assert "Crawl-delay: 0" in texts["ledger"]
    assert texts["samachar"].count("Disallow:") == 5
    assert list_links("", texts["ledger"]) == [
        "https://www.delta-ledger.example/sitemaps/index.xml",
        "https://www.delta-ledger.example/sitemaps/news.xml",
    ]
    assert "Disallow: /\n" in read_text(ask(WORLD, "https://jobs.seeblick.example/robots.txt"))


@every_paper
def test_what_robots_txt_forbids_is_linked_and_is_no_article(paper: Paper) -> None:
    robots = Protego.parse(walk_once(paper.name)[f"https://{paper.hosts[0]}/robots.txt"])
    targets = {urlunsplit(urlsplit(url)._replace(scheme="", netloc="")) for url in walk_once(paper.name)}
    if paper.name != "gazette":
        assert any(map(paper.is_forbidden, targets))
    for url in walk_once(paper.name):
        parts = urlsplit(url)
        if parts.netloc == paper.hosts[0]:
            target = urlunsplit(parts._replace(scheme="", netloc=""))
            assert robots.can_fetch(url, "seealso") is not paper.is_forbidden(target), url
    assert not any(paper.is_forbidden(urlsplit(article.url).path) for article in paper.articles)


def test_the_front_page_of_the_ledger_leads_nowhere_but_its_sitemaps_lead_to_every_article() -> None:
    ledger = PAPERS["ledger"]
    home = f"https://{ledger.hosts[0]}/"
    assert {url for url in list_links(home, read_text(ask(WORLD, home))) if has_article_form(ledger, url)} == {
        *ledger.lookalikes
    }
    months = list_links(home, read_text(ask(WORLD, f"{home}sitemaps/index.xml")))
    answers = {url: ask(WORLD, url) for url in months}
    urls = {url for month, answer in answers.items() for url in list_links(month, read_text(answer))}
    assert {article.url for article in ledger.articles} <= urls
    packed = {url for url, answer in answers.items() if answer.body.startswith(b"\x1f\x8b")}
    assert packed == {url for url in months if url.endswith(".gz")}
    assert len(packed) == 5
    news = list_links(home, read_text(ask(WORLD, f"{home}sitemaps/news.xml")))
    assert ledger.articles[0].url in news
    assert len(news) < 4


@every_paper
def test_who_follows_articles_alone_comes_to_few_of_them(paper: Paper) -> None:
    articles = {article.url: article for article in paper.articles}
    reached, queue = set(), [paper.start]
    while queue:
        url = queue.pop()
        if url in articles and url not in reached:
            reached.add(url)
            queue += [link.partition("?")[0] for link in list_links(url, read_text(ask(WORLD, url)))]
    assert len(reached) <= 6


def test_the_older_half_of_the_hindi_paper_stands_in_its_sitemaps_only() -> None:
    pages = walk_once("samachar")
    samachar = PAPERS["samachar"]
    home = read_text(ask(WORLD, f"https://{samachar.hosts[0]}/"))
    assert (
        sum(article.url.removeprefix("https://www.darya-samachar.example") in home for article in samachar.articles)
        == 6
    )
    old = [article for article in samachar.articles if article.day.year < 2026 or article.day.month < 3]
    sitemaps = "".join(text for url, text in pages.items() if "/sitemap-" in url)
    assert len(old) > 30
    assert all(article.url in sitemaps for article in old)
    assert all(re.fullmatch(r"_[0-9a-f]{8}", name) for name in re.findall(r'class="([^"]+)"', home))


def test_pages_of_a_listing_name_the_next_until_the_last() -> None:
    for url, count in (
        ("https://harbour-courier.example/category/town/", 2),
        ("https://www.mill-gazette.example/archive", 5),
        ("https://de.seeblick.example/feed.atom", 3),
        ("https://fr.seeblick.example/rubrique/ville", 2),
    ):
        visited = []
        following: str | None = url
        while following:
            visited.append(following)
            text = read_text(ask(WORLD, following))
            match = re.search(r'rel="next" href="([^"]+)"', text)
            following = list_links(url, match[0])[0] if match else None
        assert len(visited) == count, visited


def test_the_pages_of_a_long_story_make_its_body() -> None:
    long_stories = [article for article in PAPERS["gazette"].articles if len(article.paragraphs) > 7]
    assert len(long_stories) >= 10
    for article in long_stories:
        texts, page = [], 1
        while True:
            url = article.url if page == 1 else f"{article.url}/{page}"
            text = read_text(ask(WORLD, url))
            texts += re.findall(r"<p>([^<]+)</p>", text)
            if f'rel="next" href="/story/{article.number}/{page + 1}"' not in text:
                break
            page += 1
        assert page in (2, 3)
        assert texts == [escape_text(paragraph) for paragraph in article.paragraphs]


@every_paper
def test_a_reader_who_knows_the_addresses_alone_reads_what_is_true(paper: Paper) -> None:
    for article in paper.articles[::9]:
        answer = ask(WORLD, article.url)
        capture = Capture(
            url=article.url,
            fetched_at=datetime(2026, 10, 12, 22, tzinfo=UTC),
            status=200,
            headers=(("content-type", answer.content_type),),
            body=answer.body,
        )
        read = process(capture, make_site(paper, article))
        assert (read.site_key, read.language) == (article.key, article.language)
        assert read.headline == article.headline
        assert tuple(author.name for author in read.authors) == article.authors
        assert read.published is not None
        assert read.published.on == article.day.isoformat()
        assert read.body.startswith(article.paragraphs[0])


def test_lists_of_links_under_the_addresses_of_articles_are_none() -> None:
    for name, ending in (("courier", "everything-about-the-tram/"), ("ledger", "100003.html"), ("gazette", "/103")):
        paper = PAPERS[name]
        (url,) = [url for url in paper.lookalikes if url.endswith(ending)]
        capture = Capture(
            url=url,
            fetched_at=datetime(2026, 10, 12, 22, tzinfo=UTC),
            status=200,
            headers=(("content-type", "text/html"),),
            body=ask(WORLD, url).body,
        )
        with pytest.raises(NotAnArticle):
            process(capture, make_site(paper, paper.articles[0]))
