"""Archives made by hand for the front: articles and visits, and two archives of them to read in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from crawler.archive import Archive
from crawler.items import Address, Article, Author, Capture, Dateline, Fate, Link, Moment, Problem, SeeAlso, Visit

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 3, 8, 12, tzinfo=UTC)
SITE = "asianews"
HOSTILE = '<script>document.title="owned"</script>'
HOSTILE_AUTHOR = '"><img src=x onerror="document.title=\'owned\'">'


def address(language: str, key: int, slug: str = "Story") -> Address:
    folder = {"en": "news-en", "it": "notizie-it", "es": "noticias-es", "zh": "news-zh"}[language]
    return Address(
        url=f"https://www.asianews.it/{folder}/{slug}-{key}.html",
        url_key=f"asianews/{language}/{key}",
        kind="article",
        language=language,
        site_key=str(key),
        story=str(key),
    )


def person(name: str, printed: str) -> Author:
    return Author(name=name, sort_name=name, kind="person", printed=printed)


def article(
    at: Address,
    headline: str,
    body: str,
    *,
    day: str,
    lead: str | None = None,
    authors: Sequence[Author] = (),
    dateline: Dateline | None = None,
    see_also: Sequence[SeeAlso] = (),
) -> Article:
    assert at.language
    assert at.site_key
    return Article(
        site="asianews",
        language=at.language,
        site_key=at.site_key,
        story=at.story,
        url=at.url,
        headline=headline,
        lead=lead,
        body=body,
        word_count=len(body.split()),
        digest=f"sha256:{at.url_key}",
        byline="by " + authors[0].printed if authors else None,
        authors=tuple(authors),
        dateline=dateline.printed if dateline else None,
        dateline_place=dateline.place if dateline else None,
        published=Moment(value=day, on=day, precision="day", raw=day),
        see_also=tuple(see_also),
    )


def visit(at: Address, made: Article, problems: Sequence[Problem] = ()) -> Visit:
    capture = Capture(
        url=at.url, fetched_at=NOW, status=200, digest="sha1:X", warc_file="a.warc.gz", warc_offset=0, warc_length=10
    )
    return Visit(address=at, fate=None, article=made, captures=(capture,), status=200, problems=tuple(problems))


def build_news(path: Path) -> None:
    """Make a small archive: four articles, one of them hostile, and a link between two."""
    flood, harbour, script, chinese = (
        address("en", 101, "Flood"),
        address("en", 102, "Harbour"),
        address("en", 103, "Script"),
        address("zh", 102, "港口"),
    )
    flood_article = article(
        flood,
        "Flood reaches the old town",
        "The river rose in the night.\n\nA café on the quay was closed.",
        day="2021-05-30",
        lead="Three hundred families have left.",
        authors=[person("Nóra Łukasz", "Nóra Łukasz")],
        dateline=Dateline(printed="Kraków (AsiaNews) -", place="Kraków"),
        see_also=[SeeAlso(position=1, address=harbour, headline="Harbour opens again")],
    )
    with Archive(path, "create") as archive:
        run = archive.begin_run(SITE, now=NOW)
        archive.keep(
            [
                visit(flood, flood_article, [Problem(url=flood.url, field="published", value="?", reason="no date")]),
                visit(
                    harbour,
                    article(
                        harbour,
                        "Harbour opens again",
                        "Ships are back.",
                        day="2022-01-02",
                        authors=[person("Nóra Łukasz", "Nora Lukasz"), person("Wang Min", "Wang Min")],
                        dateline=Dateline(printed="Gdańsk (AsiaNews) -", place="Gdańsk"),
                    ),
                ),
                visit(
                    script,
                    article(
                        script,
                        HOSTILE,
                        f"A body with {HOSTILE} in it.",
                        day="2022-06-07",
                        authors=[person(HOSTILE_AUTHOR, HOSTILE_AUTHOR)],
                    ),
                ),
                visit(chinese, article(chinese, "港口重新开放", "香港的船只回来了。", day="2022-01-03")),
                Visit(address=address("en", 404), fate=Fate.GONE, status=404),
            ],
            run,
            NOW,
        )
        archive.finish_run(run, "finished", NOW)


KRAKOW = Dateline(printed="Kraków (AsiaNews) –", place="Kraków")
RIVER = "The river rose in the night.\n\nA café on the quay was closed."


def library_address(language: str, key: int) -> Address:
    return Address(
        url=f"https://www.asianews.it/news-{language}/Story-{key}.html",
        url_key=f"asianews/{language}/{key}",
        kind="article",
        language=language,
        site_key=str(key),
        story=str(key),
    )


def _make_reports() -> list[Visit]:
    """Sixty short articles, one a month from 2015 to 2019, for pages, facets and bars."""
    made = []
    for number in range(60):
        at = library_address("en", 500 + number)
        day = f"{2015 + number // 12}-{number % 12 + 1:02}-05"
        place = ("Osaka", "Hong Kong", "Dili")[number % 3]
        made.append(
            visit(
                at,
                article(
                    at,
                    f"Weather report {number}",
                    f"Rain fell on {place} for hour number {number}.",
                    day=day,
                    authors=[person("Wang Min", "Wang Min") if number % 2 else person("Bao Anh", "Bao Anh")],
                    dateline=Dateline(printed=f"{place} (AsiaNews) -", place=place),
                ),
            )
        )
    return made


def build_library(path: Path) -> None:
    """Make an archive to read in: versions, translations, copies, something gone, something from right to left."""
    flood, harbour, chinese, arabic, gone, twin, other = (
        library_address("en", 101),
        library_address("en", 102),
        library_address("zh", 102),
        library_address("ar", 104),
        library_address("en", 105),
        library_address("en", 106),
        library_address("en", 107),
    )
    first = replace(
        article(
            flood,
            "Flood reaches the old town",
            RIVER,
            day="2021-05-30",
            lead="Three hundred families have left.",
            authors=[
                replace(person("Nóra Łukasz", "Fr Nóra Łukasz sj"), honorific="Fr", order_initials="sj"),
                Author(name="Reuters", sort_name="Reuters", kind="agency", printed="Reuters"),
            ],
            dateline=KRAKOW,
            see_also=[
                SeeAlso(position=1, address=harbour, headline="Harbour opens again"),
                SeeAlso(position=2, address=library_address("en", 999), headline="Never archived"),
            ],
        ),
        kicker="POLAND",
        published=Moment(value="2021-05-30T06:10:00Z", on="2021-05-30", precision="minute", raw="05/30/2021, 08.10"),
        sources={"headline": "h1", "published": "time", "byline": "anatomy:byline"},
    )
    second = replace(
        first,
        headline="Flood reached the old town",
        body=RIVER.replace("was closed", "was closed for three days") + "\n\nThe mayor spoke.",
        digest="sha256:second",
    )
    same = "Forty boats came home before the wind turned, and the lamps on the quay were lit an hour early for them."
    with Archive(path, "create") as archive:
        run = archive.begin_run(SITE, now=NOW)
        archive.keep(
            [
                visit(flood, first),
                visit(harbour, article(harbour, "Harbour opens again", "Ships are back.", day="2022-01-02")),
                visit(chinese, article(chinese, "港口重新开放", "香港的船只回来了。", day="2022-01-03")),
                visit(arabic, article(arabic, "الميناء يفتح", "عادت السفن إلى الميناء.", day="2022-01-04")),
                visit(gone, article(gone, "A village well", "The well was dry.", day="2020-02-03")),
                visit(twin, replace(article(twin, "Boats", same, day="2019-01-01"), digest="sha256:same")),
                visit(other, replace(article(other, "Boats", same, day="2019-01-02"), digest="sha256:same")),
                *_make_reports(),
            ],
            run,
            NOW,
        )
        archive.enqueue([Link(address=library_address("en", 999), via="see_also")], run, NOW)
        archive.finish_run(run, "finished", NOW)
        later = archive.begin_run(SITE, now=LATER)
        archive.keep([visit(flood, second), Visit(address=gone, fate=Fate.GONE, status=404)], later, LATER)
        archive.finish_run(later, "finished", LATER)
