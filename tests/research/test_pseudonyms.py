"""A pseudonymised export names no author, in no format, and only the key file tells who is who."""

from __future__ import annotations

import json
import stat
from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet
from support.examples import count_examples
from support.gazette import ArchiveBuilder, article
from support.newsroom import NOW
from support.tables import check_rows

from crawler.archive import Archive
from crawler.archive.articles.frames import COLUMN_KINDS
from crawler.archive.authority.spellings import AuthorSpelling
from crawler.archive.search.selection import Selection
from crawler.archive.snapshots.freeze import freeze
from crawler.cli import main
from crawler.items import Author
from crawler.research.exports import FORMATS as KNOWN_FORMATS
from crawler.research.exports.key_file import KeyFile
from crawler.research.exports.pseudonyms import Pseudonyms

NAMES = ("Theresa Quilby", "Ōta Bartók-Vane", "王志成", "Hope")
SECRET = bytes(range(32))
FORMATS = {
    "csv": "csv",
    "jsonl": "jsonl",
    "parquet": "",
    "bibtex": "bib",
    "ris": "ris",
    "csl-json": "json",
    "text": "",
    "tei": "xml",
    "gexf": "gexf",
    "graphml": "graphml",
}


@pytest.fixture(scope="module")
def press(tmp_path_factory):
    path = tmp_path_factory.mktemp("press") / "archive.db"
    builder = ArchiveBuilder(path)
    for number, name in enumerate(NAMES, 1):
        person = Author(name=name, sort_name=name, kind="person", printed=name, honorific="Sr", order_initials="sj")
        agency = Author(name="Reuters", sort_name="Reuters", kind="agency", printed="Reuters")
        made = article(builder.room, number, "en", headline=f"THERESA QUILBY meets {name}")
        body = f"So said {name}.\n\nOta Bartok‑Vane and 王志成 had hope."
        byline = f"by Sr {name} sj, Reuters"
        builder.print(replace(made, authors=(person, agency), byline=byline, lead=name, body=body))
    builder.close()
    return path


@pytest.fixture
def run(press, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEEALSO_ARCHIVE", str(press))

    def call(*arguments):
        return CliRunner().invoke(main, ["export", "--pseudonyms", "key.json", *arguments], prog_name="seealso")

    return call


def test_every_format_that_takes_pseudonyms_is_looked_into():
    assert {format_.name for format_ in KNOWN_FORMATS.values() if "pseudonyms" in format_.knows} == set(FORMATS)


def read_all(path):
    """Return all that a format wrote as text: the bytes of Parquet are packed, and letters fall into them by chance."""
    files = [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]
    return "\n".join(
        read_parquet(file) if file.suffix == ".parquet" else file.read_bytes().decode("utf-8") for file in files
    )


def read_parquet(path):
    """Return the rows, the names and kinds of columns, and what the footer says of either."""
    file = parquet.ParquetFile(path)
    groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
    columns = [group.column(number) for group in groups for number in range(group.num_columns)]
    statistics = [column.statistics.to_dict() for column in columns if column.statistics]
    footer = {key.decode(): value.decode() for key, value in (file.schema_arrow.metadata or {}).items()}
    return "\n".join(map(str, (file.read().to_pylist(), file.schema_arrow, footer, statistics)))


@pytest.mark.parametrize("format_", FORMATS)
def test_no_format_names_an_author(format_, run, tmp_path):
    KeyFile(tmp_path / "key.json", SECRET).save()
    to = tmp_path / f"out.{FORMATS[format_]}".rstrip(".")
    ended = run("--format", format_, "--to", str(to))
    assert (ended.exit_code, ended.stderr) == (0, f"4 articles in {to}\n")
    written = read_all(to) + "".join(path.read_text() for path in tmp_path.glob("out*.manifest.json"))
    names = json.loads((tmp_path / "key.json").read_text())["names"]
    assert set(names.values()) == set(NAMES)
    for name in (*NAMES, "quilby", "Bart", "Sr ", "key.json"):
        assert name.lower() not in written.lower().replace("had hope.", "")
    assert all(pseudonym in written for pseudonym in names)
    assert format_ in ("gexf", "graphml") or "Reuters" in written or format_ == "text"


def test_the_key_file_is_its_owners_and_makes_the_same_pseudonyms_again(run, tmp_path):
    first = run("--format", "jsonl", "--to", "-").stdout
    key = (tmp_path / "key.json").read_bytes()
    assert stat.S_IMODE((tmp_path / "key.json").stat().st_mode) == 0o600
    assert run("--format", "jsonl", "--to", "-").stdout == first
    assert (tmp_path / "key.json").read_bytes() == key
    (tmp_path / "key.json").unlink()
    other = run("--format", "jsonl", "--to", "-").stdout
    one, two = ([json.loads(line)["authors"][0]["name"] for line in text.splitlines()] for text in (first, other))
    assert not set(one) & set(two)
    row = json.loads(first.splitlines()[0])
    assert row["byline"] == f"{one[0]}, Reuters"
    assert row["lead"] == row["authors"][0]["printed"] == row["authors"][0]["sort_name"] == one[0]
    assert [row["authors"][0][name] for name in ("honorific", "order_initials", "note")] == [None, None, None]
    assert row["body"] == f"So said {one[0]}.\n\n{one[1]} and {one[2]} had hope."


@check_rows(
    "arguments, line",
    [
        (
            ("--format", "warc", "--to", "out.warc.gz"),
            "seealso: --pseudonyms is for csv, jsonl, parquet, bibtex, ris, csl-json, text, tei, gexf, graphml, not for warc",
        ),
        (
            ("author:hope", "--format", "csv", "--to", "out.csv"),
            "seealso: what is found by its author cannot be written with --pseudonyms: the manifest names it",
        ),
        (
            ("--format", "text", "--to", "out", "--pseudonyms", "out/key.json"),
            "seealso: the key file out/key.json would be part of the export: keep it apart",
        ),
        (
            ("--format", "csv", "--to", "out.csv", "--pseudonyms", "no/where.json"),
            "seealso: the key file no/where.json cannot be used (No such file or directory)",
        ),
    ],
)
def test_what_would_tell_a_name_is_refused_in_one_line(arguments, line, run, tmp_path):
    ended = run(*arguments)
    assert (ended.exit_code, ended.stderr) == (1, f"{line}\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"seealso_pseudonyms": 1, "secret": "ff", "names": {}}', "[" * 99_999]
)
def test_what_is_no_key_file_stays_as_it_is(content, run, tmp_path):
    (tmp_path / "key.json").write_text(content)
    ended = run("--format", "csv", "--to", "out.csv")
    assert ended.exit_code == 1
    assert ended.stderr == "seealso: key.json is no key file of seealso, so it stays as it is: name a new file\n"
    assert (tmp_path / "key.json").read_text() == content
    assert not (tmp_path / "out.csv").exists()


def test_a_manifest_names_nobody_whom_the_query_names(run, tmp_path, press):
    assert run('"theresa quilby"', "--format", "csv", "--to", "out.csv").exit_code == 0
    told = json.loads((tmp_path / "out.csv.manifest.json").read_text())
    (pseudonym,) = [name for name in told["query"].split('"') if name]
    assert json.loads((tmp_path / "key.json").read_text())["names"][pseudonym] == "Theresa Quilby"
    with Archive(press, "write") as archive:
        freeze(archive, "hers", Selection(author="quilby"), now=NOW)
    ended = run("--snapshot", "hers", "--format", "csv", "--to", "hers.csv")
    assert (ended.exit_code, ended.stderr.startswith("seealso: what is found by its author")) == (1, True)
    assert not (tmp_path / "hers.csv").exists()


def make_pseudonyms(tmp_path):
    pseudonyms = Pseudonyms(KeyFile(tmp_path / "unused", SECRET))
    pseudonyms.add_spellings(
        [AuthorSpelling(name, name) for name in (*NAMES, "Li Na", "Li")]
        + [AuthorSpelling("Theresa Quilby", "Tess Quilby")]
    )
    return pseudonyms


@check_rows(
    "text, expected",
    [
        ("Tess Quilby’s boat", "<Theresa Quilby>’s boat"),
        ("Quilby, Theresa", "Quilby, Theresa"),  # only as the archive spells it
        ("Theresa\nQuilby", "<Theresa Quilby>"),
        ("Theresa\n\nQuilby", "Theresa\n\nQuilby"),
        ("Theresa Quilbying", "Theresa Quilbying"),
        ("Hope, hope, HOPE", "<Hope>, hope, HOPE"),
        ("記者王志成報道", "記者<王志成>報道"),
        ("王。志成", "王。志成"),
        ("Li and Li Na", "Li and <Li Na>"),
        ("", ""),
    ],
)
def test_a_name_is_found_where_it_stands_as_such(text, expected, tmp_path):
    pseudonyms = make_pseudonyms(tmp_path)
    replaced = pseudonyms.replace_mentions(text)
    for pseudonym, name in pseudonyms.key_file.names.items():
        replaced = replaced.replace(pseudonym, f"<{name}>")
    assert replaced == expected


@given(text=st.text(st.sampled_from("TQ theresaquilby王志成 \n-.,é"), max_size=60))
@settings(max_examples=count_examples(30))
def test_texts_without_a_name_stay_as_they_are(text, tmp_path_factory):
    pseudonyms = make_pseudonyms(tmp_path_factory.getbasetemp())
    replaced = pseudonyms.replace_mentions(text)
    for pseudonym in pseudonyms.key_file.names:
        assert pseudonym in replaced
    if not pseudonyms.key_file.names:
        assert replaced == text


def test_every_printed_text_is_looked_at(tmp_path, press):
    pseudonyms = make_pseudonyms(tmp_path)
    with Archive(press) as archive:
        row = next(iter(archive.articles()))
    given = {"site", "language", "site_key", "story", "url", "digest", "status", "published_precision", "modified_at"}
    printed = {name for name, kind in COLUMN_KINDS.items() if kind == "text"} - given
    disguised = pseudonyms.disguise(replace(row, **dict.fromkeys(printed, "theresa QUILBY")))
    texts = {name: getattr(disguised, name) for name in printed}
    assert {name for name, text in texts.items() if "quilby" in text.lower()} == set()


def test_a_snapshot_is_written_without_names_too(run, press):
    with Archive(press, "write") as archive:
        freeze(archive, "everything", Selection(), now=NOW)
        row = next(iter(archive.articles()))
        # The frozen version had another byline, whose authors are read from it again.
        with archive.db.conn:
            archive.db.execute("UPDATE articles SET byline = 'by Nobody Else' WHERE id = ?", (row.id,))
    written = run("--snapshot", "everything", "--format", "jsonl", "--to", "-").stdout
    articles = [json.loads(line) for line in written.splitlines()]
    assert len(articles) == len(NAMES)
    assert all(author["name"].startswith("author-") for article in articles for author in article["authors"][:1])
    assert all(name not in written for name in NAMES)
