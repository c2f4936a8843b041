"""What is in the tables and texts of an export is what is in the archive, whatever the page had printed."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import polars
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from support.examples import count_examples
from support.hostile_archive import HOSTILE
from support.newsroom import Newsroom

from crawler.archive import Archive
from crawler.archive.articles.frames import FRAME_COLUMNS
from crawler.archive.articles.records import ArticleRow
from crawler.archive.search.selection import Selection
from crawler.research.exports import ExportOptions, export
from crawler.research.exports.plain_text import make_file_name, make_text
from crawler.research.exports.sanitize import escape_formula, make_name_part, replace_non_xml, replace_surrogates
from crawler.research.exports.streams import HashedStream
from crawler.research.exports.tabular import format_cells, format_json_line, make_row_writer
from crawler.research.exports.tei import make_document

NOW = datetime(2026, 11, 24, 23, 0, 0, tzinfo=UTC)
TEI = {"t": "http://www.tei-c.org/ns/1.0"}


@pytest.fixture
def make(hostile_archive, tmp_path):
    def call(format_, *, name="out", **options):
        with Archive(hostile_archive) as archive:
            export(archive, Selection(), format_, tmp_path / name, made_at=NOW, options=ExportOptions(**options))
            return tmp_path / name, list(archive.articles())

    return call


def read_csv(path, encoding="utf-8"):
    text = path.read_bytes().decode(encoding)
    csv.field_size_limit(10_000_000)
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_csv_gives_every_value_back_and_is_rfc_4180(make):
    to, rows = make("csv")
    assert [list(record.values()) for record in read_csv(to)] == [format_cells(row) for row in rows]
    assert list(read_csv(to)[0]) == list(FRAME_COLUMNS)
    header = to.read_bytes().partition(b"\r\n")[0]
    assert header.decode() == ",".join(FRAME_COLUMNS)
    assert [record["headline"] for record in read_csv(to)] == list(HOSTILE)
    for record, row in zip(read_csv(to), rows, strict=True):
        assert json.loads(record["authors"]) == [author.name for author in row.authors]
        assert json.loads(record["dateline_agencies"]) == list(row.dateline_agencies)
        assert (record["complete"], record["story"]) == ("true", row.story)


def test_a_byte_order_mark_only_when_it_is_asked_for(make):
    assert not make("csv")[0].read_bytes().startswith(b"\xef\xbb\xbf")
    marked, _ = make("csv", name="marked", bom=True)
    assert marked.read_bytes().startswith(b"\xef\xbb\xbfid,")
    assert len(read_csv(marked, "utf-8-sig")) == len(HOSTILE)


def test_safe_cells_are_no_formulas_wherever_a_program_parts_them(make):
    to, rows = make("csv", safe=True)
    for record, row in zip(read_csv(to), rows, strict=True):
        for name, cell in record.items():
            assert not re.match(r"\s*[=+\-@＝＋－＠]|[\t\r\n]", cell), (name, cell)
            assert cell.replace("'", "") == format_cells(row, [name])[0].replace("'", "")  # nothing else is changed


@pytest.mark.parametrize("separator", [";", "\t"])
def test_safe_cells_are_no_formulas_in_a_program_with_another_separator(separator, make):
    to, _ = make("csv", safe=True)
    text = to.read_bytes().decode()
    csv.field_size_limit(10_000_000)
    formula = re.compile(r"\s*[=+\-@＝＋－＠]")
    read = [cell for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) for cell in row]
    split = [cell for line in re.split(r"[\r\n]", text) for cell in line.split(separator)]  # one that knows no quotes
    assert len(split) > len(HOSTILE)
    for cell in (*read, *split):
        assert not formula.match(cell), cell[:80]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t1", "\r1", "\n1", " =1", "＝1", "－1"])
def test_what_begins_like_a_formula_gets_an_apostrophe(text):
    assert escape_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "1-2", "'=1", '"=1"', "日本", "2022-03-11", "["])
def test_what_does_not_stays(text):
    assert escape_formula(text) == text


def test_json_lines_are_the_articles(make):
    to, rows = make("jsonl")
    lines = to.read_bytes().decode().split("\n")
    assert lines.pop() == ""
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        told = json.loads(line)
        assert told["headline"] == row.headline
        assert list(told) == [field.name for field in ArticleRow.__dataclass_fields__.values()]
        assert told["authors"][0]["printed"] == row.authors[0].printed


def test_parquet_has_types_years_and_lists(make, tmp_path):
    to, rows = make("parquet")
    read = polars.read_parquet(to / "data").sort("id")
    assert read["headline"].to_list() == list(HOSTILE)
    assert read["authors"].to_list() == [[row.authors[0].name] for row in rows]
    assert read["author_details"].to_list()[0][0]["kind"] == "person"
    assert read.schema["published_on"] == polars.Date
    assert read.schema["first_seen_at"] == polars.Datetime("us", "UTC")
    assert read.schema["complete"] == polars.Boolean
    assert read["published_on"].to_list() == [row.published_on and date.fromisoformat(row.published_on) for row in rows]
    assert read["published_at"].null_count() == len(rows)  # no page of these tells the hour
    assert read["year"].to_list() == [row.published_on and int(row.published_on[:4]) for row in rows]
    assert {path.relative_to(to).as_posix() for path in to.rglob("*.parquet")} == {
        *(f"data/articles-{year}.parquet" for year in range(2010, 2015)),
        "data/articles-undated.parquet",
    }


def _read_with_pandas(folder):
    import pandas  # which every worker would import, when it collects

    return polars.from_pandas(pandas.read_parquet(folder))


def _read_with_pyarrow(folder):
    from pyarrow import parquet

    return polars.from_arrow(parquet.read_table(folder))


def _read_with_duckdb(folder):
    duckdb = pytest.importorskip("duckdb")
    return duckdb.sql(f"SELECT * FROM '{folder}/*.parquet'").pl()


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(_read_with_pandas, id="pandas"),
        pytest.param(_read_with_pyarrow, id="pyarrow"),
        pytest.param(polars.read_parquet, id="polars"),
        pytest.param(_read_with_duckdb, id="duckdb"),
    ],
)
def test_parquet_opens_as_documented(make, read):
    to, rows = make("parquet")
    assert {path.suffix for path in (to / "data").rglob("*") if path.is_file()} == {".parquet"}
    table = read(to / "data").sort("id")
    assert table["headline"].to_list() == [row.headline for row in rows]
    years = [int(year) if year is not None else None for year in table["year"].to_list()]
    assert years == [row.published_on and int(row.published_on[:4]) for row in rows]


def test_texts_are_named_after_their_articles_and_listed(make):
    to, rows = make("text", safe=True)
    listed = {record["file"]: record for record in read_csv(to / "metadata.csv")}
    assert sorted(listed) == sorted(path.name for path in (to / "texts").iterdir())
    for row in rows:
        name = make_file_name(row, "txt")
        assert re.fullmatch(r"[a-z0-9_-]+\.txt", name)
        assert (to / "texts" / name).read_bytes().decode() == make_text(row)
        assert listed[name]["site_key"] == row.site_key
        assert "body" not in listed[name]
    assert make_text(rows[1]) == "+1+1\n\n+1+1\n\n+1+1\n\nThe end.\n"


def test_names_of_files_are_safe_and_differ_where_keys_differ():
    keys = [
        "55334",
        "../../etc/passwd",
        "a/b",
        "a\\b",
        "CON",
        "con",
        "A",
        "a",
        "\u00e9",
        "e\u0301",
        "",
        ".",
        "..",
        "x" * 300,
        "x" * 301,
        "\ud800",
        "a\x00b",
        "a b",
        "-rf",
        "名",
    ]
    names = [make_name_part(key) for key in keys]
    assert names[0] == "55334"
    assert len({name.lower() for name in names}) == len(keys)
    for name in names:
        assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,40}", name)


@pytest.mark.parametrize("split", [False, True])
def test_tei_is_well_formed_and_reads_back(make, split):
    to, rows = make("tei", split=split)
    if split:
        listed = {record["file"]: int(record["id"]) for record in read_csv(to / "metadata.csv")}
        documents = {
            listed[path.name]: etree.parse(path, etree.XMLParser(huge_tree=True)).getroot()
            for path in (to / "tei").iterdir()
        }
    else:
        corpus = etree.parse(to, etree.XMLParser(huge_tree=True)).getroot()
        documents = {
            int(root.get("{http://www.w3.org/XML/1998/namespace}id").removeprefix("article-")): root
            for root in corpus.findall("t:TEI", TEI)
        }
    assert len(documents) == len(rows)
    for row in rows:
        assert_same(documents[row.id], row)


def assert_same(root, row):
    paragraphs = ["".join(paragraph.itertext()) for paragraph in root.findall("t:text/t:body/t:div/t:p", TEI)]
    assert "\n\n".join(paragraphs) == replace_non_xml(row.body)
    assert root.findtext("t:text/t:body/t:div/t:head", None, TEI) == replace_non_xml(row.headline)
    assert root.findtext(".//t:sourceDesc/t:bibl/t:title", None, TEI) == replace_non_xml(row.headline)
    assert root.findtext("t:text/t:body/t:div/t:argument/t:p", None, TEI) == (row.lead and replace_non_xml(row.lead))
    assert root.findtext(".//t:keywords/t:term", None, TEI) == (row.kicker and replace_non_xml(row.kicker))


ANY = st.text(
    st.characters(codec=None, categories=("L", "N", "P", "Z", "C", "S"), include_characters="\ud800\x00\x0b\ufffe"),
    max_size=40,
)


def a_row(headline, lead, body):
    """A row as the archive might hand it over, with texts of any kind."""
    made = Newsroom().article(7)
    fields = {name: getattr(made, name, None) for name in ArticleRow.__dataclass_fields__}
    return ArticleRow(
        **fields
        | {
            "id": 7,
            "headline": headline,
            "lead": lead or None,
            "body": body,
            "published_at": "2022-03-11",
            "published_on": "2022-03-11",
            "published_precision": "day",
            "published_raw": headline,
            "published_guessed": False,
            "modified_at": None,
            "modified_raw": None,
            "first_seen_at": "2026-03-01T12:00:00Z",
            "last_seen_at": "2026-03-01T12:00:00Z",
            "revisions": 1,
            "status": "live",
            "authors": (),
        }
    )


@settings(max_examples=count_examples(60))
@given(ANY, ANY, ANY)
def test_any_text_survives_csv_json_text_and_tei(headline, lead, body):
    row = a_row(headline, lead, body)
    for safe in (False, True):
        buffer = io.BytesIO()
        make_row_writer(HashedStream(buffer, "-"), safe=safe, bom=False)(format_cells(row))
        (read,) = csv.reader(io.StringIO(buffer.getvalue().decode(), newline=""))
        assert read == [replace_surrogates(escape_formula(cell) if safe else cell) for cell in format_cells(row)]
    line = format_json_line(row)
    assert line.count("\n") == 1
    assert (json.loads(line)["headline"], json.loads(line)["body"]) == (headline, body)
    stream = HashedStream(io.BytesIO(), "-")
    stream.write_text(make_text(row))
    assert stream.written.bytes == len(replace_surrogates(make_text(row)).encode())
    assert_same(etree.fromstring(etree.tostring(make_document(row, headline), encoding="utf-8")), row)


def test_what_xml_cannot_hold_is_replaced_and_the_rest_is_not():
    assert replace_non_xml("a\x00b\x0b\ud800\ufffe\tc\n\r") == "a\ufffdb\ufffd\ufffd\ufffd\tc\n\r"
    every = "".join(chr(code_point) for code_point in range(0x110000))
    kept = etree.fromstring(etree.tostring(_element(replace_non_xml(every)), encoding="utf-8")).text
    assert kept == replace_non_xml(every)
    assert sum(a != b for a, b in zip(every, kept, strict=True)) == 29 + 2048 + 2


def _element(text):
    made = etree.Element("p")
    made.text = text
    return made


def test_a_data_package_describes_every_column_in_the_words_of_the_archive(make):
    for format_, options in (("text", {}), ("tei", {"split": True}), ("parquet", {})):
        to, _ = make(format_, name=f"out-{format_}", **options)
        told = json.loads((to / "datapackage.json").read_text(encoding="utf-8"))
        for resource in told["resources"]:
            place = to / resource["path"]
            schema = (
                resource["schema"]
                if isinstance(resource["schema"], dict)
                else json.loads((to / resource["schema"]).read_text())
            )
            names = [field["name"] for field in schema["fields"]]
            assert all(field["description"] for field in schema["fields"])
            if place.suffix == ".csv":
                assert names == list(read_csv(place)[0])
            else:
                assert names == list(polars.read_parquet_schema(place))
        assert Path(to / "manifest.json").exists()
