"""``seealso cite``: as a person and as a reference manager get it."""

import json
from datetime import UTC, datetime, timedelta

import bibtexparser
import pytest
import rispy

from crawler.archive import Archive
from crawler.items import Article, Author, Capture, Moment, Visit
from crawler.normalisation.addresses.urls import read_address
from crawler.normalisation.digest import compute_digest
from crawler.sites.registry import find_site

SITE = find_site("asianews")

NOW = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
URL = "https://www.asianews.it/news-en/Harbour-vote-7.html"
APA = f"van der Berg, A., & Fides. (2026, March 1). Harbour: a vote. AsiaNews. {URL}"


def author(name, sort_name, kind="person"):
    return Author(name=name, sort_name=sort_name, kind=kind, printed=name)


@pytest.fixture
def archived(tmp_path):
    """An archive of one article in two versions, in the folder of the command."""
    with Archive(tmp_path / "archive.db", "create") as archive:
        run_id = archive.begin_run(SITE, now=NOW)
        for number, headline in enumerate(("Harbour: no vote", "Harbour: a vote")):
            first = Article(
                site="asianews",
                language="en",
                site_key="7",
                story="7",
                url=URL,
                headline=headline,
                body="The body.",
                word_count=2,
                digest=compute_digest(headline, None, "by Anna van der Berg, Fides", "The body.", "en"),
                byline="by Anna van der Berg, Fides",
                authors=(author("Anna van der Berg", "van der Berg, Anna"), author("Fides", "Fides", "agency")),
                published=Moment(value="2026-03-01", on="2026-03-01", precision="day"),
            )
            at = NOW + timedelta(days=number)
            capture = Capture(url=URL, fetched_at=at, status=200)
            address = read_address(URL, SITE)
            archive.keep([Visit(address=address, fate=None, article=first, captures=(capture,))], run_id, at)
    return tmp_path / "archive.db"


@pytest.mark.usefixtures("archived")
def test_an_article_by_number_and_by_address(run):
    assert run("cite", "1").stdout == APA + "\n"
    assert run("cite", URL.replace("https://www.", "http://")).stdout == APA + "\n"
    assert run("cite", "1", "--style", "chicago", "--accessed", "2026-11-25").stdout == (
        f"van der Berg, Anna, and Fides. “Harbour: a vote.” AsiaNews, March 1, 2026. Accessed November 25, 2026. {URL}.\n"
    )


@pytest.mark.usefixtures("archived")
@pytest.mark.parametrize("accessed", ["2026", "2026-11", "2026-02-30", "soon"])
def test_no_day_of_access_is_invented(run, accessed):
    shown = run("cite", "1", "--accessed", accessed)
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "2026-11-01" not in shown.stderr
    assert shown.stderr.count("\n") == 1


@pytest.mark.usefixtures("archived")
def test_a_version_with_its_digest(run):
    bare = compute_digest("Harbour: no vote", None, "by Anna van der Berg, Fides", "The body.", "en")
    assert (
        f"Harbour: no vote [Version 1, captured November 24, 2026; sha256:{bare}]"
        in run("cite", "1", "--revision", "1").stdout
    )
    missing = run("cite", "1", "--revision", "3")
    assert (missing.exit_code, missing.stderr) == (1, "seealso: article 1 has 2 versions, not 3\n")


@pytest.mark.usefixtures("archived")
def test_what_reference_managers_read(run):
    (entry,) = bibtexparser.parse_string(run("cite", "1", "--style", "bibtex").stdout).entries
    assert (entry.key, entry["journal"], entry["year"]) == ("asianews-en-7", "AsiaNews", "2026")
    (record,) = rispy.loads(run("cite", "1", "--style", "ris").stdout)
    assert record["authors"] == ["van der Berg, Anna", "Fides"]
    (item,) = json.loads(run("cite", "1", "--style", "csl-json").stdout)
    assert item["issued"] == {"date-parts": [[2026, 3, 1]]}


@pytest.mark.usefixtures("archived")
@pytest.mark.parametrize("arguments", [("9",), ("nonsense",), ("1", "--revision", "0"), ("1", "--style", "mla"), ()])
def test_mistakes_are_one_line(run, arguments):
    failed = run("cite", *arguments)
    assert failed.exit_code == 1
    assert failed.stdout == ""
    assert failed.stderr.startswith("seealso: ")
    assert failed.stderr.count("\n") == 1


def test_an_article_of_a_site_that_is_not_known_here(run, archived):
    with Archive(archived, "write") as archive:
        archive.db.execute("UPDATE articles SET site = 'gazette'")
    assert ". gazette. https" in run("cite", "1").stdout


def test_no_control_sequence_reaches_a_terminal(run, archived):
    with Archive(archived, "write") as archive:
        archive.db.execute("UPDATE articles SET headline = 'Peace\x1b[2J \u202etalks'")
    for style in ("apa", "bibtex", "ris", "csl-json"):
        printed = run("cite", "1", "--style", style).stdout
        assert not any(character in printed for character in ("\x1b", "\u202e"))
