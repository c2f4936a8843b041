"""``seealso snapshot``, ``cite --snapshot`` and samples, as a person types them."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from crawler.archive import Archive
from crawler.archive.search.selection import Selection
from crawler.archive.snapshots.freeze import freeze, iter_snapshot_lines
from crawler.archive.snapshots.text_hash import hash_texts
from crawler.items import Article, Capture, Visit
from crawler.normalisation.addresses.urls import read_address
from crawler.normalisation.digest import compute_digest
from crawler.sites.registry import find_site

SITE = find_site("asianews")

NOW = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)


@pytest.fixture
def archived(tmp_path):
    """An archive of nine articles, in the folder of the command."""
    keep(tmp_path / "archive.db", {key: f"The harbour has {key + 20} boats." for key in range(1, 10)}, NOW)
    return tmp_path / "archive.db"


def keep(path, bodies, at):
    with Archive(path, "create") as archive:
        run_id = archive.begin_run(SITE, now=at)
        visits = []
        for key, body in bodies.items():
            url = f"https://www.asianews.it/news-en/Boats-{key}.html"
            article = Article(
                site="asianews",
                language="en",
                site_key=str(key),
                story=str(key),
                url=url,
                headline=f"Boats {key}",
                body=body,
                word_count=5,
                digest=compute_digest(f"Boats {key}", None, None, body, "en"),
            )
            capture = Capture(url=url, fetched_at=at, status=200)
            visits.append(Visit(address=read_address(url, SITE), fate=None, article=article, captures=(capture,)))
        archive.keep(visits, run_id, at)


def test_create_show_list_and_the_hash_of_the_list(run, archived):
    made = run("snapshot", "create", "Boats", "harbour", "--language", "en")
    assert made.exit_code == 0, made.stderr
    first, second, third = made.stdout.splitlines()
    assert first.startswith("Boats: 9 articles frozen as ")
    told = json.loads(run("snapshot", "show", "boats", "--json").stdout)
    assert (told["uid"], f"sha256:{told['hash']}") == (first.split()[-1], second)
    assert third == f"texts: sha256:{told['text_hash']}"
    assert json.loads(run("snapshot", "list", "--json").stdout) == [told]
    assert f"texts alone  {third.split()[-1]}\n" in run("snapshot", "show", "boats").stdout
    assert (told["query"], told["filters"]) == ("harbour", {"language": "en"})
    listed = run("snapshot", "export-ids", "boats").stdout_bytes
    assert hashlib.sha256(listed).hexdigest() == told["hash"]
    assert listed.count(b"\n") == 10
    assert "question     harbour --language en\n" in run("snapshot", "show", "boats").stdout
    assert run("snapshot", "list").stdout.endswith("9 articles  harbour --language en\n")
    assert [snapshot["name"] for snapshot in json.loads(run("snapshot", "list", "--json").stdout)] == ["Boats"]


def test_verify_names_what_differs_and_ends_with_2(run, archived):
    run("snapshot", "create", "boats", "harbour")
    assert run("snapshot", "verify", "boats").exit_code == 0
    bodies = {
        1: "The harbour has 99 boats.",
        10: "The harbour has 30 boats.",
        2: "The school of the parish has 22 children, a garden and no lamps at all.",
    }
    keep(archived, bodies, NOW + timedelta(days=1))
    run("forget", "3", "--why", "asked to", "--yes")
    checked = run("snapshot", "verify", "boats")
    assert checked.exit_code == 2
    assert checked.stdout.splitlines()[1:] == [
        "revised  asianews/en/1 (1): version 1 was frozen, then came correction",
        "revised  asianews/en/2 (2): version 1 was frozen, then came substance",
        "erased   asianews/en/3: erased on purpose",
        "6 as frozen, 3 differences",
        "The same question finds today, and the snapshot has not: 1 article",
        "         asianews/en/10 (10)",
        "The snapshot has, and the same question does not find today: 1 article",
        "         asianews/en/2 (2)",
    ]
    told = run("snapshot", "verify", "boats", "--json")
    assert told.exit_code == 2
    found = json.loads(told.stdout)
    assert (found["same"], found["intact"], found["as_frozen"]) == (False, True, 6)
    assert [(difference["key"], difference["kind"], difference["edits"]) for difference in found["differences"]] == [
        ("asianews/en/1", "revised", ["correction"]),
        ("asianews/en/2", "revised", ["substance"]),
        ("asianews/en/3", "erased", []),
    ]
    assert [article["key"] for article in found["new"]] == ["asianews/en/10"]


def test_a_snapshot_is_searched_and_exported_with_its_texts(run, archived):
    run("snapshot", "create", "boats", "harbour")
    keep(archived, {1: "The harbour has 99 boats."}, NOW + timedelta(days=1))
    rows = [
        json.loads(line)
        for line in run("export", "--format", "jsonl", "--to", "-", "--snapshot", "boats").stdout.splitlines()
    ]
    assert [row["body"] for row in rows if row["site_key"] == "1"] == ["The harbour has 21 boats."]
    assert len(rows) == 9
    cited = run("export", "--format", "bibtex", "--to", "-", "--snapshot", "boats", "story:1").stdout
    bare = compute_digest("Boats 1", None, None, "The harbour has 21 boats.", "en")
    assert "@article{asianews-en-1-v1,\n" in cited
    assert f"note = {{Captured 2026-11-24, sha256:{bare}}}" in cited
    assert len(json.loads(run("search", "boats", "--snapshot", "BOATS", "--limit", "99", "--json").stdout)) == 9
    assert len(json.loads(run("search", "99 snapshot:boats", "--json").stdout)) == 1


def test_an_export_says_of_which_snapshot_it_is_and_what_is_lacking(run, archived, tmp_path):
    made = json.loads(run("snapshot", "create", "boats", "harbour", "--json").stdout)
    assert run("export", "--format", "csv", "--to", "whole.csv", "--snapshot", "boats").exit_code == 0
    run("forget", "3", "--why", "asked to", "--yes")
    lacking = run("export", "--format", "csv", "--to", "now.csv", "--snapshot", "boats")
    assert lacking.exit_code == 2
    assert "1 article of the snapshot is not archived any more; see seealso snapshot verify boats" in lacking.stderr
    for name, articles, problems in (("whole", 9, 0), ("now", 8, 1)):
        (manifest,) = [path for path in tmp_path.iterdir() if path.name.startswith(f"{name}.csv.")]
        told = json.loads(manifest.read_text())
        assert (told["counts"]["articles"], len(told["problems"])) == (articles, problems)
        assert told["snapshot"]["hash"] == made["hash"]
        assert told["snapshot"]["text_hash"] == made["text_hash"]


def test_samples(run, archived):
    drawn = run("export", "--format", "jsonl", "--to", "-", "--sample", "4", "--seed", "s").stdout
    again = run("export", "--format", "jsonl", "--to", "-", "--sample", "4", "--seed", "s").stdout
    assert drawn == again
    assert drawn.count("\n") == 4
    found = json.loads(run("search", "boats", "--sample", "4", "--seed", "s", "--json").stdout)
    assert sorted(hit["id"] for hit in found) == [json.loads(line)["id"] for line in drawn.splitlines()]
    made = json.loads(run("snapshot", "create", "some", "--sample", "4", "--seed", "s", "--json").stdout)
    assert (made["articles"], made["sample"]) == (4, {"size": 4, "seed": "s", "by": None, "equal": False})
    checked = json.loads(run("snapshot", "verify", "some", "--json").stdout)
    assert (checked["same"], checked["new"], checked["left"]) == (True, [], [])  # drawn again, it is the same
    assert "question     --sample 4 --seed s\n" in run("snapshot", "show", "some").stdout


def test_a_snapshot_of_a_snapshot_outlives_it(run, archived):
    run("snapshot", "create", "all")
    run("snapshot", "create", "few", "--snapshot", "all", "--sample", "3", "--seed", "s")
    told = json.loads(run("snapshot", "verify", "few", "--json").stdout)
    assert (told["same"], told["new"], told["left"]) == (True, [], [])
    run("snapshot", "remove", "all", "--yes")
    told = run("snapshot", "verify", "few", "--json")
    assert (told.exit_code, json.loads(told.stdout)["as_frozen"]) == (0, 3)


def test_cite(run, archived):
    run("snapshot", "create", "boats", "harbour")
    told = json.loads(run("snapshot", "show", "boats", "--json").stdout)
    when = datetime.fromisoformat(told["created_at"])
    apa = run("cite", "--snapshot", "boats").stdout
    assert apa == (
        f"9 articles of AsiaNews matching “harbour” (Snapshot boats, {told['uid']}; sha256:{told['hash']}) [Data set]."
        f" ({when.year}, {when:%B} {when.day}). News archive kept with seealso.\n"
    )
    (item,) = json.loads(run("cite", "--snapshot", "boats", "--style", "csl-json").stdout)
    assert (item["type"], item["id"], item["note"]) == (
        "dataset",
        f"snapshot-{told['uid']}",
        f"sha256:{told['hash']}. Texts alone: sha256:{told['text_hash']}",
    )
    for style in ("chicago", "bibtex", "ris", "text"):
        assert told["hash"] in run("cite", "--snapshot", "boats", "--style", style).stdout


def test_remove_asks(run, archived):
    run("snapshot", "create", "boats")
    unanswered = run("snapshot", "remove", "boats")  # nobody is there
    assert unanswered.exit_code == 1
    assert unanswered.stderr.splitlines()[-1] == "seealso: nothing was removed (--yes does not ask)"
    assert "boats" in run("snapshot", "list").stdout
    assert run("snapshot", "remove", "boats", "--yes").stdout == "Removed: boats\n"
    assert run("snapshot", "list").stdout == ""


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    path = tmp_path_factory.mktemp("one") / "archive.db"
    keep(path, {1: "The harbour has boats."}, NOW)
    return path


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("snapshot", "show", "none"), "no snapshot 'none'; make one with"),
        (("snapshot", "verify", "none"), "no snapshot 'none'"),
        (("snapshot", "remove", "none", "--yes"), "no snapshot 'none'"),
        (("snapshot", "export-ids", "none"), "no snapshot 'none'"),
        (("snapshot", "show", "\udcff"), "no snapshot"),
        (("snapshot", "create", "a b"), "is no name"),
        (("snapshot", "create", "a", "xylophone"), "nothing is found"),
        (("snapshot", "create", "a", "(boats"), "a parenthesis is not closed"),
        (("snapshot", "create", "a", "--snapshot", "none"), "no snapshot 'none'"),
        (("cite", "--snapshot", "none"), "no snapshot 'none'"),
        (("cite", "1", "--snapshot", "none"), "name an article, or a snapshot"),
        (("cite", "--snapshot", "none", "--revision", "1"), "go with an article"),
        (("search", "boats", "--snapshot", "none"), "no snapshot 'none'"),
        (("search", "boats", "--seed", "1"), "--seed needs --sample"),
        (("search", "boats", "--sample", "2", "--equal"), "--equal needs --sample-by"),
        (("search", "boats", "--sample", "0"), "--sample"),
        (("search", "boats", "--sample", "2", "--by", "mood"), "--sample-by"),
    ],
)
def test_mistakes_are_explained(run, one, arguments, reason):
    failed = run("--archive", str(one), *arguments)
    assert (failed.exit_code, failed.stdout) == (1, "")
    assert reason in failed.stderr
    assert failed.stderr.startswith("seealso: ")


def test_without_an_archive_none_is_made(run, tmp_path):
    for arguments in (("create", "a"), ("list",), ("remove", "a", "--yes")):
        assert "no archive" in run("snapshot", *arguments).stderr
    assert list(tmp_path.iterdir()) == []


def test_two_teams_who_read_the_same_words_at_other_times_have_the_same_hash_of_texts(tmp_path):
    made = {}
    for team, day, text in (("one", 0, "Boats."), ("two", 9, "Boats."), ("three", 9, "Ferries.")):
        path = tmp_path / f"{team}.db"
        if team == "two":  # it has seen an earlier version, too
            keep(path, {1: "A boat."}, NOW - timedelta(days=3))
        keep(path, {1: text, 2: "Harbours.", 10: "Piers."}, NOW + timedelta(days=day))
        with Archive(path, "write") as archive:
            snapshot = freeze(archive, team, Selection(), now=NOW + timedelta(days=10))
            lines = [line.rstrip("\n").split("\t") for line in iter_snapshot_lines(archive.db, snapshot)]
            by_hand = "".join("\t".join((*columns[:3], columns[5])) + "\n" for columns in lines)
            made[team] = (snapshot.hash, hash_texts(archive.db, snapshot))
            assert made[team][1] == hashlib.sha256(by_hand.encode()).hexdigest()
    assert made["one"][1] == made["two"][1] != made["three"][1]
    assert len({one for one, _ in made.values()}) == 3
