"""``seealso searches``, as a person types it."""

import json

import pytest

from crawler.archive import Archive


@pytest.fixture
def empty(tmp_path):
    with Archive(tmp_path / "archive.db", "create"):
        pass


def test_a_search_is_saved_listed_and_removed(run, empty):
    saved = run("searches", "save", "  Boats  and harbours ", "boat* OR harbour", "--language", "en", "--since", "2020")
    assert (saved.exit_code, saved.stdout) == (0, "Saved: Boats and harbours\n")
    assert run("searches", "save", "All").exit_code == 0
    assert run("searches", "list").stdout.splitlines() == [
        "All                 all articles",
        "Boats and harbours  boat* OR harbour --language en --since 2020-01-01",
    ]
    rows = json.loads(run("searches", "list", "--json").stdout)
    assert [(row["name"], row["query"], row["filters"]) for row in rows] == [
        ("All", "", {}),
        ("Boats and harbours", "boat* OR harbour", {"since": "2020-01-01", "language": "en"}),
    ]
    removed = run("searches", "remove", "BOATS AND HARBOURS")
    assert (removed.exit_code, removed.stdout) == (0, "Removed: Boats and harbours\n")
    assert run("searches", "list").stdout == "All  all articles\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("save", "all"), "there is a saved search “all” already"),
        (("save", " \u200b"), "a saved search needs a name"),
        (("save", "x" * 101), "of at most 100 characters"),
        (("save", "one", '"harbour'), "query, character 1"),
        (("save", "one", "--snapshot", "none"), "no snapshot 'none'"),
        (("remove", "Nothing"), "no saved search 'Nothing'; there are: All"),
    ],
)
def test_what_cannot_be_saved_says_why_on_one_line(run, empty, arguments, said):
    run("searches", "save", "All")
    refused = run("searches", *arguments)
    assert refused.exit_code == 1
    assert said in refused.stderr.splitlines()[0]
    assert run("searches", "list").stdout == "All  all articles\n"


def test_nothing_is_made_where_no_archive_is(run, tmp_path):
    assert run("searches", "save", "All").exit_code == 1
    assert not (tmp_path / "archive.db").exists()


def test_an_archive_without_any_says_how_to_save_one(run, empty):
    listed = run("searches", "list")
    assert (listed.exit_code, listed.stdout) == (0, "")
    assert "seealso searches save NAME QUERY" in listed.stderr
