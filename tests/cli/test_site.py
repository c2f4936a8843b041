"""``seealso site``: from saved pages to a file, its check, accepted cases, and a page fetched from this machine."""

import json
import tomllib

import pytest
from support.loopback_site import FakeSite
from support.story_links import make_page

from crawler.warc import iter_captures

MENU = {"/harbour/": "Harbour", "/village/": "Village"}
URLS = (
    "https://www.quayherald.example/harbour/the-lamp-of-the-old-pier-is-lit-again-880042.html",
    "https://www.quayherald.example/village/nets-are-sold-at-the-fair-879913.html",
)


@pytest.fixture
def pages(tmp_path):
    for number, (url, headline) in enumerate(zip(URLS, ("Lamp of the old pier", "Nets are sold"), strict=True)):
        (tmp_path / f"{number}.html").write_bytes(make_page(url, headline, menu=MENU).body)
    return ("--from", "0.html", "--from", "1.html")


@pytest.fixture
def made(run, pages):
    result = run("site", "new", "quay", *URLS, *pages, "--dir", "sites")
    assert result.exit_code == 0, result.output
    return result


def test_a_file_is_made_with_evidence_and_doubts(made, tmp_path):
    text = (tmp_path / "sites" / "quay.toml").read_text(encoding="utf-8")
    values = tomllib.loads(text)
    assert values["origin"] == "https://www.quayherald.example"
    assert "# 2 of 2 pages; 0 of 0 long links" in text
    assert "#   timezone: neither the host nor a date tells the time zone" in text
    assert len(list((tmp_path / "sites" / "quay").iterdir())) == 2
    for words in (
        "What the file says, and why",
        "What the pages do not tell",
        "Ada Quill; 2024-03-14",
        "What to do next",
    ):
        assert words in made.stdout
    lines = made.stdout.splitlines()
    assert [line.strip() for line in lines if "https://" in line and "880042" in line] == [URLS[0]]  # never broken
    assert all(len(line) <= 80 for line in lines if "seealso site accept" not in line and "https://" not in line)


def test_its_check_passes_and_a_wrong_value_in_a_case_does_not(run, made, tmp_path):
    sound = run("site", "check", "sites/quay.toml")
    assert sound.exit_code == 0, sound.output
    assert "its values are sound" in sound.stdout
    case = sorted((tmp_path / "sites" / "quay").iterdir())[0]
    accepted = run("site", "accept", "sites/quay.toml", case.name, "--field", "byline=By nobody")
    assert accepted.exit_code == 0, accepted.output
    assert "accepted as the case" in accepted.output
    wrong = run("site", "check", "sites/quay.toml", "--json")
    assert wrong.exit_code == 2
    checked = json.loads(wrong.stdout)
    assert checked["faults"] == []
    assert [row["field"] for row in checked["cases"][0]["differing"]] == ["byline"]
    assert "byline: expected By nobody" in run("site", "check", "sites/quay.toml").stdout


def test_values_that_cannot_work_are_told(run, made, tmp_path):
    path = tmp_path / "sites" / "quay.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('timezone = "UTC"', 'timezone = "Europe/Quay"'), "utf-8")
    checked = run("site", "check", "sites/quay.toml")
    assert checked.exit_code == 2, checked.output
    assert "timezone" in checked.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("site", "new", "quay", *URLS, "--from", "0.html", "--from", "1.html", "--dir", "sites"), "exists already"),
        (("site", "new", "asianews", URLS[0], "--from", "0.html", "--dir", "sites"), "known already"),
        (("site", "new", "Quay Herald", URLS[0], "--from", "0.html", "--dir", "sites"), "no name of a site"),
        (("site", "new", "other", *URLS, "--from", "0.html", "--dir", "sites"), "2 addresses and 1 saved pages"),
        (("site", "new", "other", "--dir", "sites"), "give the address of an article"),
        (("site", "new", "other", "https://quay.example/", "--from", "0.html", "--dir", "sites"), "home page"),
        (("site", "accept", "sites/quay.toml", "nothing"), "has no case"),
        (("site", "accept", "sites/quay.toml", "x", "--field", "shoe=5"), "no correction"),
        (("site", "check", "sites/none.toml"), "there is no such file"),
        (("site", "check", "nobody"), "no site"),
    ],
)
def test_what_cannot_be_done_is_one_line(run, made, arguments, words):
    result = run(*arguments)
    assert result.exit_code == 1
    [line] = result.stderr.splitlines()
    assert words in line


def test_the_file_reads_a_page_and_takes_further_cases(run, made, tmp_path):
    reading = run("read", "--site", "sites/quay.toml", "--url", URLS[0], "0.html")
    assert reading.exit_code == 0, reading.output
    assert "site        quay, as of" in reading.stdout
    third = make_page("https://quayherald.example/village/two-bells-for-one-tower-880077.html", "Two bells", menu=MENU)
    head = b'<link rel="canonical" href="https://www.quayherald.example/village/two-bells-for-one-tower-880077.html">'
    (tmp_path / "2.html").write_bytes(third.body.replace(b"</head>", head + b"</head>"))
    saved = run("site", "save", "sites/quay.toml", "2.html")
    assert saved.exit_code == 0, saved.output
    assert len(list((tmp_path / "sites" / "quay").iterdir())) == 3
    again = run("site", "save", "sites/quay.toml", "2.html")
    assert again.exit_code == 0
    assert len(list((tmp_path / "sites" / "quay").iterdir())) == 3


def test_pages_are_fetched_politely_and_kept(run, tmp_path):
    site = FakeSite()
    try:
        site.pages["/village/nets-are-sold-at-the-fair"] = (
            200,
            make_page(site.mirror.replace("{path}", "/village/nets-are-sold-at-the-fair"), "Nets are sold").body,
        )
        url = site.mirror.replace("{path}", "/village/nets-are-sold-at-the-fair")
        result = run("site", "new", "here", url, "--dir", ".", "--contact", "ada@quay.example")
    finally:
        site.close()
    assert result.exit_code == 2, result.output  # for a site on this machine has no public name
    assert (tmp_path / "here.toml").exists()
    urls = [
        capture.url.removeprefix(site.mirror.replace("{path}", ""))
        for capture in iter_captures(tmp_path / "here.warc.gz")
    ]
    assert urls == ["/robots.txt", "/village/nets-are-sold-at-the-fair"]
    assert "Nets are sold" in result.stdout


def test_the_report_counts_fields_by_month(ask):
    result = ask("site", "report", "asianews", "--json")
    assert result.exit_code == 0, result.output
    months = json.loads(result.stdout)
    assert sum(month["articles"] for month in months) > 0
    for month in months:
        assert all(0 <= count <= month["articles"] for count in month["counts"].values())
        assert month["counts"]["published"] == (month["articles"] if month["month"] else 0)
    table = ask("site", "report", "asianews").stdout.splitlines()
    assert len(table) == 1 + len(months)
    assert max(map(len, table)) <= 80


def test_a_report_of_a_site_that_nobody_knows_is_an_error(ask):
    for options in ((), ("--json",)):
        result = ask("site", "report", "asianew", *options)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "no site 'asianew' is known. Did you mean asianews?" in result.stderr
    told = ask("crawl", "harbour.example/story.html").stderr
    assert "no site 'harbour.example/story.html' is known. An address begins with https://. Known: " in told
