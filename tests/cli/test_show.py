import json
from collections.abc import Callable

import pytest
from click.testing import Result

Run = Callable[..., Result]
PENANG = "https://www.asianews.it/news-en/Penang-readers-vote-for-the-word-harbour-17291.html"


def record(ask: Run, wanted: str) -> dict[str, object]:
    shown = ask("show", wanted, "--json")
    assert shown.exit_code == 0, shown.stderr
    found: dict[str, object] = json.loads(shown.stdout)
    return found


@pytest.mark.parametrize(
    "spelling",
    [
        PENANG,
        PENANG.replace("https://www.", "http://"),
        "https://www.asianews.it/news-en/Another-slug-017291.html",
        "https://www.asianews.it/index.php?art=17291&l=en",
        "https://www.asianews.it/index.php?l=en&idn=1&art=17291&mag=visualizzaperlastampa",
        "http://m.asianews.it/index.php?l=en&idn=&art=17291",
        "asianews/en/17291",
        f"  {PENANG}  ",
    ],
)
def test_any_spelling_of_an_address_shows_its_article(ask: Run, spelling: str) -> None:
    assert record(ask, spelling)["url"] == PENANG


def test_an_article_is_shown_with_its_printed_words_and_sources(ask: Run) -> None:
    shown = ask("show", PENANG).stdout
    assert shown.startswith(f'Penang readers vote for the word "harbour"\n{PENANG}\n')
    assert "published  2010-01-08 (to the day), printed “01/08/2010, 00.00”" in shown
    assert "dateline   George Town (AsiaNews/Agencies)" in shown
    assert "place      George Town\n" in shown
    assert "agencies   AsiaNews, Agencies\n" in shown
    assert "\nSee also\n" in shown
    assert "\nNamed under See also by\n" in shown


def test_an_entry_without_a_printed_date_shows_the_day_of_the_article_it_leads_to(ask: Run) -> None:
    undated, seen = [], 0
    for key in ("1", "2", "3", PENANG):
        for edge in record(ask, key)["see_also"]:  # type: ignore[attr-defined]
            if edge["target_id"] is not None:
                assert edge["target_on"] == record(ask, str(edge["target_id"]))["published_on"]
                seen += 1
                if not edge["published_at"] and not edge["published_raw"]:
                    undated.append((key, edge))
    assert seen
    for key, edge in undated:
        assert f"{edge['target_id']:>6}  {edge['target_on']}  {edge['headline']}\n" in ask("show", key).stdout


def test_honorifics_orders_and_notes_are_shown_apart_from_the_name(ask: Run) -> None:
    shown = ask("show", str(first(ask, "author:khalil")["id"])).stdout
    assert "author" in shown
    assert "Samir Khalil Samir, order sj" in shown


def test_json_is_complete(ask: Run) -> None:
    found = record(ask, PENANG)
    assert found["published_raw"] == "01/08/2010, 00.00"
    assert found["published_precision"] == "day"
    for name in (
        "authors",
        "see_also",
        "named_by",
        "revisions",
        "translations",
        "copies",
        "captures",
        "addresses",
        "sources",
        "shared_texts",
        "more_like",
    ):
        assert name in found
    assert record(ask, str(found["id"])) == found


def test_what_is_about_the_same_is_listed_below(ask: Run) -> None:
    found = record(ask, PENANG)
    shown = ask("show", PENANG).stdout
    assert 0 < len(found["more_like"]) <= 5
    below = shown[shown.index("More like this") :]
    for hit in found["more_like"]:
        assert hit["id"] != found["id"]
        assert f"{hit['id']:>6}" in below
        assert hit["headline"] in below


@pytest.mark.parametrize(
    "wanted",
    ["999999", "9" * 19, "9" * 5000, "https://www.asianews.it/news-en/x-999999.html", "nonsense", "", "\udcff", "-1"],
)
def test_what_is_not_archived_is_one_line(ask: Run, wanted: str) -> None:
    shown = ask("show", "--", wanted)
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert shown.stderr.startswith("seealso: no article")
    assert shown.stderr.count("\n") == 1


def first(ask: Run, query: str) -> dict[str, object]:
    found: list[dict[str, object]] = json.loads(ask("search", query, "--json", "--limit", "1").stdout)
    return found[0]
