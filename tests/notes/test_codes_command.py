"""``seealso codes``: codebook, sheets as spreadsheets write them, agreement."""

import csv
import json

import pytest

CODER = ("--coder", "anna")


@pytest.fixture
def codebook(run):
    assert run("codes", "add", "ferry", "--description", "Is a ferry named?").exit_code == 0
    assert run("codes", "add", "tone", "--type", "choice", "--value", "calm", "--value", "loud").exit_code == 0
    assert run("codes", "add", "boats", "--type", "number").exit_code == 0


def list_answers(run, *arguments):
    rows = json.loads(run("codes", "answers", "--json", *arguments).stdout)
    return {(row["code"], row["coder"], row["site_key"]): row["value"] for row in rows}


def test_a_codebook_is_kept_with_its_versions_and_taken_elsewhere(run, codebook, desk):
    assert run("codes", "edit", "Tone", "--value", "calm", "--value", "even", "--value", "loud").exit_code == 0
    toml = run("codes", "export").stdout
    (desk / "codebook.toml").write_text(toml)
    taken = json.loads(run("codes", "import", "codebook.toml", "--notes", "other.db", "--json").stdout)
    assert [(code["name"], code["kind"], code["choices"]) for code in taken] == [
        ("ferry", "yes-no", []),
        ("tone", "choice", ["calm", "even", "loud"]),
        ("boats", "number", []),
    ]
    assert json.loads(run("codes", "import", "codebook.toml", "--json").stdout) == []
    assert [code["version"] for code in json.loads(run("codes", "list", "--json").stdout)] == [1, 2, 1]


def test_a_code_that_is_taken_out_comes_back_with_its_answers(run, codebook):
    assert run("codes", "answer", "1", "ferry=yes", *CODER).exit_code == 0
    assert run("codes", "delete", "FERRY").stdout == "Taken out: ferry\n"
    assert [code["name"] for code in json.loads(run("codes", "list", "--json").stdout)] == ["tone", "boats"]
    assert run("codes", "agreement", "--code", "ferry").exit_code == 1
    assert "choose another name" in run("codes", "add", "ferry", "--type", "number").stderr
    assert run("codes", "add", "ferry").exit_code == 0
    assert [code["version"] for code in json.loads(run("codes", "list", "--json").stdout)] == [3, 1, 1]
    assert list(list_answers(run).values()) == ["yes"]


def test_a_sheet_is_removed_after_a_question_and_answers_stay(run, codebook):
    assert run("codes", "sheet", "--sample", "2", "--name", "Two").exit_code == 0
    assert run("codes", "answer", "1", "ferry=yes", *CODER).exit_code == 0
    assert run("codes", "sheets").stdout == "Two  2 articles, all articles, 2 of them at random (seed 0)\n"
    asked = run("codes", "remove-sheet", "two", input="n\n")
    assert (asked.exit_code, "Remove the sheet Two (2 articles)?" in asked.stderr) == (1, True)
    assert len(json.loads(run("codes", "sheets", "--json").stdout)) == 1
    assert run("codes", "remove-sheet", "two", "--yes").stdout == "Removed: Two; answers and notes are as they were\n"
    assert json.loads(run("codes", "sheets", "--json").stdout) == []
    assert list(list_answers(run).values()) == ["yes"]
    assert run("codes", "remove-sheet", "two", "--yes").exit_code == 1


def write_sheet(path, *, separator=",", encoding="utf-8", rows):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=separator).writerows(rows)


@pytest.mark.parametrize(
    ("separator", "encoding", "number"),
    [
        (",", "utf-8", "2.5"),
        (",", "utf-8", "2,5"),
        (";", "cp1252", "2,5"),
        (";", "utf-8-sig", "2,5"),
        ("\t", "utf-16", "2.5"),
    ],
)
def test_a_sheet_comes_back_as_spreadsheets_write_it(run, codebook, desk, separator, encoding, number):
    ended = run("codes", "sheet", "--sample", "4", "--to", "sheet.csv", "--name", "Four of them", "--bom")
    assert (ended.exit_code, ended.stderr) == (0, "4 articles in sheet.csv and the sheet Four of them\n")
    with (desk / "sheet.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["identity", "published_on", "headline", "url", "ferry", "tone", "boats", "tags", "note"]
    for row, cells in zip(
        rows,
        [
            ["Ja", "CALM", number, "boats, später", "größer als gedacht"],
            ["0", "loud", "", "", ""],
            ["maybe", "quiet", "three", "", ""],
            ["", "", "", "", ""],
        ],
        strict=True,
    ):
        row[2] = "Überschrift"
        row[4:] = cells
    write_sheet(desk / "filled.csv", separator=separator, encoding=encoding, rows=[header, *rows, ["", ""]])
    ended = run("codes", "read", "filled.csv", *CODER, "--json")
    report = json.loads(ended.stdout)
    assert ended.exit_code == 2
    assert [report[name] for name in ("rows", "answers", "notes", "empty")] == [4, 5, 1, 4]
    assert [(problem["row"], problem["column"], problem["value"]) for problem in report["problems"]] == [
        (4, "ferry", "maybe"),
        (4, "tone", "quiet"),
        (4, "boats", "three"),
    ]
    keys = [row[0].split("/")[2] for row in rows]
    assert list_answers(run) == {
        ("ferry", "anna", keys[0]): "yes",
        ("tone", "anna", keys[0]): "calm",
        ("boats", "anna", keys[0]): "2.5",
        ("ferry", "anna", keys[1]): "no",
        ("tone", "anna", keys[1]): "loud",
    }
    (note,) = json.loads(run("notes", "list", "--json").stdout)
    assert (note["tags"], note["text"]) == (["boats", "später"], "größer als gedacht")
    again = json.loads(run("codes", "read", "filled.csv", *CODER, "--json").stdout)
    assert [again[name] for name in ("answers", "unchanged", "notes")] == [0, 5, 0]


def test_a_sheet_comes_back_as_r_and_pandas_write_it(run, codebook, desk):
    run("codes", "add", "count", "--type", "choice", "--value", "1", "--value", "2")
    run("codes", "add", "place", "--type", "choice", "--value", "EU", "--value", "NA")
    run("codes", "sheet", "--sample", "3", "--to", "sheet.csv")
    header, *rows = csv.reader((desk / "sheet.csv").read_text(encoding="utf-8").splitlines())
    filled = [
        {"ferry": "1.0", "count": "2.0", "boats": "3.0", "place": "NA", "tags": "NA", "note": "NA"},
        {"ferry": "NA", "count": "nan", "boats": "NaN", "place": "EU", "tags": "<NA>", "note": "NA tional"},
        {"ferry": "ИСТИНА", "count": "2.5", "tone": "NA", "note": ""},
    ]
    table = [
        [str(number), *row[:4], *(cells.get(name, "") for name in header[4:])]
        for number, (row, cells) in enumerate(zip(rows, filled, strict=True))
    ]
    write_sheet(desk / "filled.csv", rows=[["", *header], *table])
    report = json.loads(run("codes", "read", "filled.csv", *CODER, "--json").stdout)
    assert [(problem["row"], problem["value"]) for problem in report["problems"]] == [(4, "2.5")]
    assert report["notes"] == 1
    keys = [row[0].split("/")[2] for row in rows]
    assert list_answers(run) == {
        ("ferry", "anna", keys[0]): "yes",
        ("count", "anna", keys[0]): "2",
        ("boats", "anna", keys[0]): "3",
        ("place", "anna", keys[0]): "NA",
        ("place", "anna", keys[1]): "EU",
        ("ferry", "anna", keys[2]): "yes",
    }
    (note,) = json.loads(run("notes", "list", "--json").stdout)
    assert (note["tags"], note["text"]) == ([], "NA tional")


def test_the_line_that_tells_excel_the_separator_is_no_header(run, codebook, desk):
    run("codes", "sheet", "--sample", "1", "--to", "one.csv")
    header, row = csv.reader((desk / "one.csv").read_text(encoding="utf-8").splitlines())
    row[header.index("boats")] = "many"
    sheet = "\r\n".join(["sep=;", ";".join(header), ";".join(f'"{cell}"' for cell in row)])
    (desk / "hinted.csv").write_text(sheet, encoding="utf-8")
    ended = run("codes", "read", "hinted.csv", *CODER, "--json")
    assert [(problem["row"], problem["column"]) for problem in json.loads(ended.stdout)["problems"]] == [(3, "boats")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no column identity"),
        (b"a;b\n1;2\n", "no column identity"),
        (b"PK\x03\x04rest", "a workbook"),
        (b"identity,ferry,Ferry\n", "is there twice"),
        (b"identity,ferry\n" + b'"' + b"x" * 200_000, "no table"),
    ],
)
def test_what_is_no_sheet_says_so(run, codebook, desk, content, message):
    (desk / "odd.csv").write_bytes(content)
    ended = run("codes", "read", "odd.csv", *CODER)
    assert (ended.exit_code, message in ended.stderr) == (1, True), ended.output


def test_rows_of_other_archives_and_columns_of_no_code_are_named(run, codebook, desk):
    (desk / "odd.csv").write_text("identity,colour,ferry\ngazette/en/99999/revision/1,red,yes\nnothing,,no\n")
    ended = run("codes", "read", "odd.csv", *CODER)
    assert ended.exit_code == 2
    assert [line.removeprefix("seealso: ") for line in ended.stderr.splitlines()] == [
        "row 1, colour: no code of the codebook has this name: its column was passed over",
        "row 2, identity: the archive has no such article",
        "row 3, identity: 'nothing' is no identity of an article, as site/language/key/revision/1",
    ]


def test_agreement_is_said_with_what_it_is_of(run, codebook):
    for coder, values in (("anna", "yes yes no no"), ("ben", "yes no no no")):
        for article, value in enumerate(values.split(), 1):
            assert run("codes", "answer", str(article), f"ferry={value}", "--coder", coder).exit_code == 0
    assert run("codes", "answer", "9", "ferry=yes", "boats=3", *CODER).exit_code == 0
    result = json.loads(run("codes", "agreement", "--code", "Ferry", "--json").stdout)
    assert (result["units"], result["single_units"], result["values"]) == (4, 1, 8)
    # values 3 yes, 5 no; one of four units differs: 1 - 7 * 2 / (2 * 3 * 5)
    assert result["alpha"] == pytest.approx(1 - 7 * 2 / 30)
    assert result["pairs"][0]["kappa"] == pytest.approx((3 / 4 - 8 / 16) / (1 - 8 / 16))
    shown = run("codes", "agreement", "--code", "ferry").stdout
    assert "anna and ben: 3 of 4 equal (75.0%), Cohen's kappa 0.500" in shown
    assert "not defined: nobody else has coded the same articles" in run("codes", "agreement", "--code", "boats").stdout
    assert run("codes", "agreement", "--code", "ferry", "--csv").stdout.split() == [
        "first,second,units,equal,share,kappa,undefined",
        "anna,ben,4,3,0.75,0.5,",
    ]


def test_an_answer_is_taken_back_and_its_history_stays(run, codebook, desk):
    import sqlite3

    for value in ("calm", "loud", ""):
        assert run("codes", "answer", "1", f"tone={value}", *CODER).exit_code == 0
    assert list_answers(run) == {}
    with sqlite3.connect("notes.db") as db:
        assert [row[0] for row in db.execute("SELECT value FROM answer_versions")] == ["calm", "loud", None]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("add", "ferry"), "there is a code 'ferry' already"),
        (("add", "headline"), "a column of coding sheets"),
        (("add", "x", "--type", "choice", "--value", "one"), "2 to 200 values"),
        (("answer", "1", "tone=quiet", *CODER), "tone takes calm, loud"),
        (("answer", "1", "boats=1e999", *CODER), "boats takes a number"),
        (("answer", "1", "colour=red", *CODER), "no code 'colour'; there are: ferry, tone, boats"),
        (("agreement", "--code", "tone", "--metric", "ratio"), "is no number"),
        (("sheet", "--to", "archive.db"), "exists already"),
        (("sheet", "ferryboats", "--to", "new.csv"), "no article is found"),
        (("sheet",), "give --to FILE, --name NAME"),
    ],
)
def test_what_cannot_be_says_why_on_one_line(run, codebook, arguments, message):
    ended = run("codes", *arguments)
    assert ended.exit_code == 1, ended.output
    assert message in ended.stderr


def count_articles(run, *arguments):
    return len(json.loads(run("search", "", *arguments, "--json").stdout))


def test_articles_are_selected_by_tag_code_and_note_everywhere(run, codebook):
    assert run("notes", "add", "1", "x", "--tag", "late", *CODER).exit_code == 0
    assert run("notes", "add", "2", "y", *CODER).exit_code == 0
    assert run("codes", "answer", "2", "tone=calm", *CODER).exit_code == 0
    assert run("codes", "answer", "3", "tone=loud", *CODER).exit_code == 0
    assert [
        count_articles(run, *arguments)
        for arguments in (
            ("--tag", "Late"),
            ("--noted",),
            ("--code", "tone"),
            ("--code", "tone=calm"),
            ("--noted", "--tag", "late"),
            ("--code", "tone=loud", "--tag", "late"),
        )
    ] == [1, 3, 2, 1, 1, 0]
    exported = run("export", "--format", "ids", "--to", "-", "--noted", "--language", "en").stdout
    assert len(exported.splitlines()) == 1 + count_articles(run, "--noted", "--language", "en")
    assert len(json.loads(run("kwic", "headline", "--tag", "late", "--json").stdout)) == 1
    assert "leave --tag" in run("searches", "save", "late", "--tag", "late").stderr
    assert json.loads(run("timeline", "headline", "--tag", "late", "--json").stdout)
    assert "there are: late" in run("search", "", "--tag", "early").stderr
    assert "no code 'x'" in run("timeline", "", "--code", "x").stderr
    assert "there are no notes" in run("search", "", "--noted", "--notes", "none.db").stderr
