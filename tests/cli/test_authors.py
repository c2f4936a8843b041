import csv
import io
import json
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Run = Callable[..., Result]


@pytest.fixture
def desk(run: Run, crawled, tmp_path: Path) -> Run:
    """Run a command on a copy of the demo's archive."""
    shutil.copy(crawled[0], tmp_path / "archive.db")
    shutil.copytree(crawled[0].with_suffix(".warc"), tmp_path / "archive.warc")

    def call(*arguments: str, code: int = 0) -> Result:
        ended = run("authors", *arguments)
        assert ended.exit_code == code, ended.output
        assert "Traceback" not in ended.output
        return ended

    return call


def names(desk: Run, *arguments: str) -> list[tuple[str, int]]:
    return [(author["name"], author["articles"]) for author in json.loads(desk("list", "--json", *arguments).stdout)]


def test_the_list_says_what_each_wrote_and_how_bylines_print_it(desk: Run) -> None:
    shown = desk("list", "perera").stdout
    assert shown.splitlines()[1:] == [
        "        3 articles · 2019-12-13 to 2026-08-18 · en",
        "        printed “Melanie Manel Perera” 1",
    ]
    assert shown.split(maxsplit=1)[1].startswith("Melani Manel Perera, sorted as “Perera, Melani Manel”")
    assert len(names(desk)) == len(names(desk, "--kind", "person")) + len(names(desk, "--kind", "agency"))
    assert len(names(desk, "--limit", "2")) == 2
    by_name = [author["sort_name"] for author in json.loads(desk("list", "--json", "--order", "name").stdout)]
    assert by_name == sorted(by_name)
    nothing = desk("list", "nobody")
    assert (nothing.stdout, nothing.stderr) == ("", "no such author\n")


def test_a_candidate_is_merged_by_hand_shared_and_taken_back(desk: Run, run: Run, tmp_path: Path) -> None:
    before = names(desk)
    (pair,) = json.loads(desk("candidates", "--json").stdout)
    assert (pair["source_name"], pair["target_name"], pair["reason"]) == ("N. Carvalho", "Nirmala Carvalho", "initials")
    assert "→  " in desk("candidates").stdout
    done = desk("merge", str(pair["source"]), str(pair["target"]), "--why", "the same stories")
    assert done.stdout == (
        "edit 1: merge “N. Carvalho” into “Nirmala Carvalho”; 1 name in bylines moved;"
        " to undo it: seealso authors undo 1\n"
    )
    assert ("Nirmala Carvalho", 5) in names(desk)
    assert names(desk, "n. carvalho") == [("Nirmala Carvalho", 5)]
    assert "“N. Carvalho” 1" in desk("list", "carvalho").stdout
    table = desk("export").stdout
    assert tomllib.loads(table)["edit"][0]["why"] == "the same stories"
    shown = desk("history").stdout.splitlines()
    assert shown[0] == "     1  merge “N. Carvalho” into “Nirmala Carvalho”"
    assert shown[2] == "        why: the same stories"
    assert "edit 1 is undone" in desk("undo").stdout
    assert names(desk) == before
    (tmp_path / "edits.toml").write_text(table, encoding="utf-8")
    assert (
        desk("import", "edits.toml").stdout
        == "edit 2: merge “N. Carvalho” into “Nirmala Carvalho” (1 name in bylines)\n"
    )
    again = desk("import", "edits.toml")
    assert (again.stdout, again.stderr) == ("", "1 edit stood here already\n")
    assert [edit["undone_at"] is None for edit in json.loads(desk("history", "--json").stdout)] == [False, True]
    assert run("verify").exit_code == 0


def test_an_author_is_renamed_and_split(desk: Run) -> None:
    made = json.loads(
        desk("rename", "alessandra de poli", "Alessandra Maria De Poli", "--why", "full", "--json").stdout
    )
    assert made["edit"]["source"] == {"kind": "person", "name": "Alessandra De Poli"}
    assert made["moved"] > 0
    part = desk(
        "split", "alessandra maria de poli", "--printed", "Alessandra De Poli", "--as", "A. De Poli", "--why", "test"
    ).stdout
    assert part.startswith("edit 2: split “Alessandra Maria De Poli” (“Alessandra De Poli”) as “A. De Poli”; ")
    refused = desk("undo", "1", code=1)
    assert (
        refused.stderr
        == "seealso: edit 1 cannot be undone before edit 2: split “Alessandra Maria De Poli” (“Alessandra De Poli”) as “A. De Poli”\n"
    )


def test_the_list_as_csv_has_what_the_list_has(desk: Run) -> None:
    found = json.loads(desk("list", "--json").stdout)
    rows = list(csv.DictReader(io.StringIO(desk("list", "--csv").stdout)))
    assert [(row["id"], row["name"], row["articles"]) for row in rows] == [
        (str(author["id"]), author["name"], str(author["articles"])) for author in found
    ]
    assert [row["languages"].split() for row in rows] == [author["languages"] for author in found]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("merge", "1", "2"), "Missing option '--why'"),
        (("merge", "1", "2", "--why", ""), "needs a reason"),
        (("merge", "1", "99999999999999999999999", "--why", "x"), "no author “99999999999999999999999”"),
        (("merge", "\udcff", "\x1b[2J", "--why", "x"), "no author"),
        (("split", "1", "--as", "X", "--why", "x", "--articles", "1;2"), "numbers of articles"),
        (("split", "1", "--as", "X", "--why", "x"), "say which articles"),
        (("undo", "0"), "0 is not in the range"),
        (("undo", "5"), "no edit 5"),
        (("import", "nowhere.toml"), "nowhere.toml"),
        (("import", "archive.db"), "no text in UTF-8"),
        (("erase",), "No such command"),
    ],
)
def test_what_is_wrong_is_one_line(desk: Run, arguments: tuple[str, ...], line: str) -> None:
    shown = desk(*arguments, code=1)
    assert line in shown.stderr
    assert shown.stdout == ""
    assert shown.stderr.count("\n") == 1
    assert "\x1b" not in shown.output


def test_an_archive_without_authors_says_so(run: Run, tmp_path: Path) -> None:
    from crawler.archive import Archive

    Archive(tmp_path / "archive.db", "create").close()
    for command, message in (("list", "no authors yet"), ("candidates", "no two authors"), ("history", "no edits yet")):
        shown = run("authors", command)
        assert (shown.exit_code, shown.stdout) == (0, "")
        assert shown.stderr.startswith(message)
        assert json.loads(run("authors", command, "--json").stdout) == []
    assert run("authors", "--archive", "elsewhere.db", "list").exit_code == 1
