import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import networkx
import pytest
from click.testing import Result

Run = Callable[..., Result]


def data(ask: Run, *arguments: str) -> object:
    shown = ask("graph", *arguments, "--json")
    assert shown.exit_code == 0, shown.output
    return json.loads(shown.stdout)


def test_neighbours_say_how_they_are_linked(ask: Run) -> None:
    shown = ask("graph", "neighbours", "1", "--limit", "2")
    lines = shown.stdout.splitlines()
    found = data(ask, "neighbours", "1", "--max-depth", "2")
    assert lines[0] == f"       1  {found['nodes'][0]['node']['headline']}"  # type: ignore[index]
    assert lines[4].startswith(("          1 link away: named by 1", "          1 link away: names 1"))
    assert shown.stderr == "2 articles shown, there are more: --limit N shows more\n"
    assert {neighbour["distance"] for neighbour in found["nodes"]} == {0, 1, 2}  # type: ignore[index]
    url = found["nodes"][0]["node"]["url"]  # type: ignore[index]
    assert data(ask, "neighbours", url, "--max-depth", "2") == found


def test_a_path_is_shown_step_by_step(ask: Run) -> None:
    first = data(ask, "neighbours", "1", "--direction", "out")["nodes"][1]["node"]["id"]  # type: ignore[index, call-overload]
    lines = ask("graph", "path", "1", str(first)).stdout.splitlines()
    assert lines[2].startswith("          ↓ names, seen 20")
    assert lines[3].split(maxsplit=1)[0] == str(first)
    alone = ask("graph", "path", "1", str(first), "--max-depth", "1", "--current")
    assert alone.exit_code == 0


def test_the_most_linked_match_what_sql_counts(ask: Run, crawled: tuple[Path, object]) -> None:
    import sqlite3

    with sqlite3.connect(crawled[0]) as db:
        truth = db.execute(
            "SELECT target_id, count(*) FROM see_also WHERE target_id <> article_id GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5"
        ).fetchall()
    found = data(ask, "top", "--limit", "5")
    assert [(target["node"]["id"], target["links"]) for target in found] == truth  # type: ignore[attr-defined]
    unarchived = data(ask, "top", "--unarchived", "--limit", "1000")
    assert {target["node"]["id"] for target in unarchived} == {None}, "what to crawl next, and nothing else"  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(ask("graph", "top", "--limit", "5", "--csv").stdout)))
    assert [(int(row["id"]), int(row["links"])) for row in rows] == truth
    assert "– " in ask("graph", "top", "--unarchived", "--limit", "1000").stdout
    nothing = ask("graph", "top", "xylophonist")
    assert (nothing.exit_code, nothing.stdout, nothing.stderr) == (0, "", "no links to such articles are known\n")


def test_communities_are_counted_and_each_article_is_in_one(ask: Run) -> None:
    found = data(ask, "communities", "--language", "en")
    members = [article for part in found["communities"] for article in part["articles"]]  # type: ignore[index, call-overload]
    assert len(members) == len(set(members)) == found["articles"] - found["unlinked"]  # type: ignore[index, call-overload, operator]
    shown = ask("graph", "communities", "--limit", "1")
    assert shown.stdout.splitlines()[0].startswith("   1  ")
    assert "modularity 0." in shown.stderr


@pytest.mark.parametrize(("format_", "read"), [("gexf", networkx.read_gexf), ("graphml", networkx.read_graphml)])
def test_a_graph_is_written_whole_and_replaced_only_when_asked(
    ask: Run, tmp_path: Path, format_: str, read: object
) -> None:
    arguments = ("graph", "export", "--format", format_, "--to", "news", "--language", "en")
    made = ask(*arguments)
    assert made.exit_code == 0
    graph = read(tmp_path / "news")  # type: ignore[operator]
    assert f"{len(graph):,} articles, {graph.number_of_edges():,} links in news" in made.stderr
    again = ask(*arguments)
    assert again.exit_code == 1
    assert "exists already" in again.stderr
    assert ask(*arguments, "--force").exit_code == 0
    printed = ask("graph", "export", "--format", format_, "--to", "-", "--language", "en")
    assert printed.stdout == (tmp_path / "news").read_text(encoding="utf-8")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["news", "news.manifest.json"]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("neighbours", "99999999999999999999"), "no article 99999999999999999999"),
        (("neighbours", "https://elsewhere.example/"), "no article https://elsewhere.example/"),
        (("path", "1", "\x1b[2J"), "no article"),
        (("path", "1", "2", "--max-depth", "0"), "--max-depth"),
        (("communities", "--resolution", "nan"), "--resolution"),
        (("communities", "--resolution", "inf"), "--resolution"),
        (("top", '"open'), "a quotation mark is not closed"),
        (("export",), "Missing option '--to'"),
        (("export", "--to", "nowhere/x.gexf"), "does not exist"),
        (("export", "--to", "x", "--format", "dot"), "--format"),
    ],
)
def test_what_is_wrong_is_said_without_a_traceback(ask: Run, arguments: tuple[str, ...], line: str) -> None:
    shown = ask("graph", *arguments)
    assert shown.exit_code == 1
    assert line in shown.stderr
    assert "Traceback" not in shown.output
    assert "\x1b" not in shown.output


def test_an_empty_archive_has_an_empty_graph(run: Run, tmp_path: Path) -> None:
    from crawler.archive import Archive

    Archive(tmp_path / "archive.db", "create").close()
    assert run("graph", "top", "--json").stdout == "[]\n"
    assert json.loads(run("graph", "communities", "--json").stdout)["communities"] == []
    assert run("graph", "export", "--to", "x.gexf").exit_code == 0
    assert len(networkx.read_gexf(tmp_path / "x.gexf")) == 0
