"""Tables have the columns that were named, in that order; a list of identities has no word of any article."""

from __future__ import annotations

import csv
import io
import json

import polars
import pytest
from click.testing import CliRunner
from support.tables import check_rows

from crawler.archive import Archive
from crawler.archive.articles.identities import format_identity
from crawler.cli import main


@pytest.fixture
def run(gazette, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEEALSO_ARCHIVE", str(gazette))

    def call(*arguments):
        return CliRunner().invoke(main, arguments, prog_name="seealso")

    return call


def read_csv(ended):
    assert (ended.exit_code, ended.stderr) == (0, "")
    return list(csv.DictReader(io.StringIO(ended.stdout_bytes.decode(), newline="")))


def test_a_list_of_identities_has_what_may_be_shared_and_no_word_of_an_article(run, gazette):
    rows = read_csv(run("export", "story:4", "--format", "ids", "--to", "-"))
    with Archive(gazette) as archive:
        articles = list(archive.articles("story:4"))
    assert rows == [
        {
            "site": "gazette",
            "language": row.language,
            "site_key": row.site_key,
            "identity": f"gazette/{row.language}/{row.site_key}/revision/{row.revisions}",
            "url": row.url,
            "published_on": row.published_on,
            "digest": row.digest,
        }
        for row in articles
    ]
    assert rows


def test_an_identity_is_a_piece_of_an_address():
    assert format_identity("gazette", "en", "a b/ü?", 2) == "gazette/en/a%20b/%C3%BC%3F/revision/2"


def test_an_export_has_the_columns_that_were_named_in_their_order(run, tmp_path):
    named = ("--columns", "published_on, Identity,authors")
    rows = read_csv(
        run("export", "story:1 OR story:2 OR story:3", "--language", "en", "--format", "csv", "--to", "-", *named)
    )
    assert [list(row) for row in rows] == [["published_on", "identity", "authors"]]
    assert json.loads(rows[0]["authors"]) == ["Ludwig van Beethoven", "Reuters"]
    line = run(
        "export", "story:1 OR story:2 OR story:3", "--language", "en", "--format", "jsonl", "--to", "-", *named
    ).stdout
    article = json.loads(line)
    assert list(article) == ["published_on", "identity", "authors"]
    assert [author["kind"] for author in article["authors"]] == ["person", "agency"]
    assert (article["published_on"], article["identity"]) == (rows[0]["published_on"], rows[0]["identity"])
    assert run("export", "--format", "parquet", "--to", "tables", "--columns", "identity,year").exit_code == 0
    frame = polars.read_parquet(tmp_path / "tables" / "data")
    assert (frame.columns, len(frame)) == (["identity", "year"], 30)
    schema = json.loads((tmp_path / "tables" / "schema.json").read_text())
    assert [column["name"] for column in schema["fields"]] == ["identity", "year"]
    assert "primaryKey" not in schema
    assert json.loads((tmp_path / "tables" / "manifest.json").read_text())["options"] == {
        "columns": ["identity", "year"],
        "pseudonyms": False,
    }


@check_rows(
    "command, names",
    [
        (("search", "ferry"), "url,id"),
        (("kwic", "ferry"), "key,article_id"),
        (("timeline", "ferry", "--by", "year"), "count,period"),
        (("words", "--language", "en"), "count,word"),
        (("collocations", "ferry", "--language", "en"), "score,word"),
        (("keyness", "story:4", "--language", "en"), "score,word"),
        (("authors", "list"), "articles,name"),
        (("graph", "top"), "links,id"),
    ],
)
def test_every_command_that_lists_takes_columns(command, names, run):
    columns = names.split(",")
    whole = list(csv.DictReader(io.StringIO(run(*command, "--csv").stdout, newline="")))
    chosen = list(csv.DictReader(io.StringIO(run(*command, "--csv", "--columns", names).stdout, newline="")))
    assert [list(row.items()) for row in chosen] == [[(name, row[name]) for name in columns] for row in whole]
    rows = json.loads(run(*command, "--json", "--columns", names).stdout)
    assert len(rows) == len(whole)
    assert all(list(row) == columns for row in rows)


@check_rows(
    "command, code, line",
    [
        (
            ("authors", "list", "--csv", "--columns", "nmae"),
            1,
            "seealso: there is no column 'nmae'; did you mean 'name'? there are: id, name, sort_name,"
            " kind, articles, first_on, last_on, languages, spellings",
        ),
        (("authors", "list", "--csv", "--columns", "id,ID"), 1, "seealso: the column 'id' is named twice"),
        (
            ("authors", "list", "--columns", "id"),
            1,
            "seealso: --columns is for --csv, --json and --jsonl (see seealso authors list --help)",
        ),
        (
            ("search", "ferry", "--json", "--facets", "--columns", "id"),
            1,
            "seealso: --facets and --columns exclude each other (see seealso search --help)",
        ),
        (
            ("export", "--format", "tei", "--to", "-", "--columns", "id"),
            1,
            "seealso: --columns is for csv, jsonl, parquet, not for tei",
        ),
    ],
)
def test_a_mistake_is_one_line(command, code, line, run):
    ended = run(*command)
    assert (ended.exit_code, ended.stdout) == (code, "")
    assert ended.stderr.splitlines()[0] == line


def test_an_unknown_column_leaves_no_file(run, tmp_path):
    ended = run("export", "--format", "csv", "--to", "out.csv", "--columns", "id,hedline")
    assert ended.exit_code == 1
    assert ended.stderr.startswith("seealso: there is no column 'hedline'; did you mean 'headline'")
    assert list(tmp_path.iterdir()) == []
