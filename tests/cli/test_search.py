import csv
import io
import json
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from support.program import start_program
from support.waiting import PATIENCE

Run = Callable[..., Result]
Crawled = tuple[Path, subprocess.CompletedProcess[str]]


def headlines(ask: Run, *arguments: str) -> list[str]:
    shown = ask("search", "--jsonl", "--limit", "100", *arguments)
    assert shown.exit_code == 0, shown.stderr
    return [json.loads(line)["headline"] for line in shown.stdout.splitlines()]


def test_a_hit_is_printed_with_day_language_byline_place_passage_and_address(ask: Run) -> None:
    shown = ask("search", "headline:Penang")
    number, *_ = shown.stdout.split()
    assert shown.stdout.splitlines() == [
        f'{number:>6}  Penang readers vote for the word "harbour"',
        "        2010-01-08 · en · Joseph Yun Li-sun · George Town",
        "        Eleven thousand postcards decided the word of the year.",
        "        https://www.asianews.it/news-en/Penang-readers-vote-for-the-word-harbour-17291.html",
    ]
    assert shown.stderr == ""


def test_a_chinese_word_of_two_characters_is_found(ask: Run) -> None:
    assert "香港读者庆祝练习报纸八周年" in headlines(ask, "香港")


def test_json_is_one_document_and_jsonl_an_object_a_line(ask: Run) -> None:
    whole = json.loads(ask("search", "harbour", "--json", "--limit", "3").stdout)
    lines = [json.loads(line) for line in ask("search", "harbour", "--jsonl", "--limit", "3").stdout.splitlines()]
    assert whole == lines
    assert len(whole) == 3
    for hit in whole:
        assert {"id", "url", "headline", "published_on", "language", "snippet", "score"} <= set(hit)
        for start, end in hit["snippet"]["spans"]:
            assert hit["snippet"]["text"][start:end].lower().startswith("harbour")


def test_filters_narrow_and_orders_sort(ask: Run) -> None:
    def days(*arguments: str) -> list[str]:
        return [hit["published_on"] for hit in json.loads(ask("search", "--json", "--limit", "100", *arguments).stdout)]

    everything = days("", "--order", "newest")
    assert everything == sorted(everything, reverse=True)
    assert (
        days("", "--order", "oldest") == everything[::-1] or sorted(days("", "--order", "oldest")) == everything[::-1]
    )
    assert days("", "--since", "2011", "--until", "2012-02") == [
        day for day in everything if "2011" <= day <= "2012-02-31"
    ]
    assert days("", "--since", "2010-01-08", "--until", "2010-01-08") == ["2010-01-08"]
    chinese = json.loads(ask("search", "", "--language", "zh", "--json", "--limit", "100").stdout)
    assert {hit["language"] for hit in chinese} == {"zh"}
    assert headlines(ask, "", "--place", "george town") == ['Penang readers vote for the word "harbour"']
    assert 'Penang readers vote for the word "harbour"' in headlines(ask, "", "--author", "yun li-sun")


def test_nothing_found_is_a_word_on_stderr_and_no_failure(ask: Run) -> None:
    shown = ask("search", "xylophonist", "--language", "zh")
    assert (shown.exit_code, shown.stdout) == (0, "")
    assert shown.stderr == "nothing found for “xylophonist” with these options\n"
    assert ask("search", "xylophonist", "--json").stdout == "[]\n"


def test_when_nothing_is_found_what_was_meant_is_asked(ask: Run) -> None:
    shown = ask("search", "harbor", "--language", "en")
    assert (shown.exit_code, shown.stdout) == (0, "")
    assert shown.stderr == "nothing found for “harbor” with these options; did you mean “harbour”?\n"
    assert headlines(ask, "harbour", "--language", "en")


def test_facets_stand_below_the_hits_and_lead_to_what_they_count(ask: Run) -> None:
    shown = ask("search", "harbour", "--facets", "--limit", "1")
    document = json.loads(ask("search", "harbour", "--facets", "--limit", "1", "--json").stdout)
    assert set(document) == {"total", "facets", "values", "hits"}
    assert len(document["hits"]) == 1
    assert f"Of all {document['total']} articles" in shown.stdout
    assert list(document["facets"]) == ["language", "place", "author", "kicker", "year", "month"]
    lines = {line.split()[0]: line for line in shown.stdout.splitlines() if line.strip()}
    for name, values in document["facets"].items():
        for value in values:
            assert f"{value['label']} {value['count']}" in lines[name]
            if name not in ("year", "month"):
                assert len(headlines(ask, "harbour", f"--{name}", value["value"])) == value["count"]
        hidden = document["values"][name] - len(values)
        assert lines[name].endswith(
            f" · and {hidden} more" if hidden else f"{values[-1]['label']} {values[-1]['count']}"
        )
    assert sum(value["count"] for value in document["facets"]["language"]) == document["total"]
    assert document["values"]["month"] > 12, "some are not shown"


def test_facets_are_no_rows(ask: Run) -> None:
    shown = ask("search", "harbour", "--facets", "--jsonl")
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "--facets goes with --json" in shown.stderr
    nothing = ask("search", "xylophonist", "--facets")
    assert (nothing.stdout, nothing.stderr) == ("", "nothing found for “xylophonist”\n")


def test_programs_get_every_hit(ask: Run) -> None:
    found = json.loads(ask("search", "harbour", "--json").stdout)
    assert len(found) == json.loads(ask("search", "harbour", "--json", "--facets").stdout)["total"] > 10
    shown = ask("search", "harbour", "--csv")
    rows = list(csv.DictReader(io.StringIO(shown.stdout)))
    assert [(row["id"], row["headline"]) for row in rows] == [(str(hit["id"]), hit["headline"]) for hit in found]
    assert rows[0]["snippet"] == " ".join(found[0]["snippet"]["text"].split())
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert len(ask("search", "harbour", "--jsonl", "--limit", "3").stdout.splitlines()) == 3
    assert "--facets goes with --json" in ask("search", "harbour", "--facets", "--csv").stderr


@pytest.mark.parametrize("command", [("search", "a"), ("authors", "list"), ("graph", "top"), ("sites",)])
def test_two_formats_at_once_are_an_error(ask: Run, command: tuple[str, ...]) -> None:
    shown = ask(*command, "--json", "--jsonl")
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "--json and --jsonl exclude each other" in shown.stderr


def test_an_empty_query_says_that_it_lists_all_articles(ask: Run) -> None:
    assert ask("search", "").stderr.startswith("no word to search for, so all articles: 10 of ")


def test_more_hits_than_shown_are_told(ask: Run) -> None:
    shown = ask("search", "harbour", "--limit", "1")
    assert shown.stderr.startswith("1 of ")
    assert shown.stdout.count("https://") == 1


@pytest.mark.parametrize(
    ("query", "complaint", "below"),
    [
        ('boats "tea garden', "character 7: a quotation mark is not closed", '    boats "tea garden\n          ^'),
        ("(boats", "character 1: a parenthesis is not closed", "    (boats\n    ^"),
        ("boats OR", "character 7: OR needs something on both sides", "    boats OR\n          ^"),
        ("…", "character 1: there is no word to search for", "    …\n    ^"),
        (
            "香港 (渡轮",
            "character 4: a parenthesis is not closed",
            "    香港 (渡轮\n         ^",
        ),  # two columns a letter
        ("a\t\n(b", "character 4: a parenthesis is not closed", "    a  (b\n       ^"),
        (
            "harbour " * 20 + "auther:yun",
            "character 161: there is no field auther: (did you mean author: ?)",
            "    …our harbour harbour harbour harbour auther:yun\n" + " " * 41 + "^",
        ),
        ("(" + "harbour " * 20, "character 1: a parenthesis is not closed", "    (" + "harbour " * 9 + "…\n    ^"),
    ],
)
def test_an_odd_query_is_a_complaint_and_the_query_with_a_caret_under_the_place(
    ask: Run, query: str, complaint: str, below: str
) -> None:
    shown = ask("search", query)
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert shown.stderr == f"seealso: query, {complaint}\n{below}\n"
    from rich.cells import cell_len

    assert all(cell_len(line) <= 80 for line in shown.stderr.splitlines()[1:])


def test_words_may_stand_side_by_side_without_quotes(ask: Run) -> None:
    assert headlines(ask, "tea", "garden") == headlines(ask, "tea garden") != []


def test_a_minus_needs_two_dashes_before_it(ask: Run) -> None:
    every, without = headlines(ask, "boat*"), headlines(ask, "--", "boat*", "-school")
    assert set(without) < set(every)


def test_random_queries_raise_nothing(ask: Run) -> None:
    chance = random.Random(7)
    letters = "ab \"'()*-:^+~|&.,;香港ñ\u202e\x00\x1b\udcff\U0001f600" + "NEAROT"
    for _ in range(150):
        query = "".join(chance.choice(letters) for _ in range(chance.randrange(12)))
        shown = ask("search", "--", query)
        assert shown.exit_code in (0, 1)
        assert "Traceback" not in shown.stderr
        assert "unexpected" not in shown.stderr, query
        assert shown.stderr.count("\n") == (3 if shown.exit_code else min(1, len(shown.stderr)))
        assert "\x1b" not in shown.output


def test_a_hostile_headline_cannot_command_the_terminal(ask: Run) -> None:
    shown = ask("search", "headline:lanterns")
    assert "lanterns" in shown.stdout
    assert "\x1b" not in shown.stdout


def test_hits_are_bold_on_a_terminal_and_plain_in_a_pipe(crawled: Crawled) -> None:
    pty = pytest.importorskip("pty")
    import os

    command = ("--archive", str(crawled[0]), "search", "香港", "--limit", "2")
    master, slave = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"} | {
        "TERM": "xterm",
        "COLUMNS": "60",
    }
    process = start_program(*command, cwd=crawled[0].parent, stdout=slave, env=environment)
    os.close(slave)
    pieces = []
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:  # Linux: the other end is closed
            break
        if not piece:
            break
        pieces.append(piece)
    assert process.wait(PATIENCE) == 0
    os.close(master)
    shown = b"".join(pieces).decode()
    assert "\x1b[1m香港\x1b[0m" in shown
    from rich.cells import cell_len

    from crawler.cli.output import strip_controls

    for line in shown.splitlines():
        if "https://" not in line:
            assert cell_len(strip_controls(line)) <= 59, line


def test_a_search_starts_without_scrapy_datasette_or_dateparser(crawled: Crawled) -> None:
    program = (
        "import sys\n"
        "from crawler.cli import main\n"
        "try:\n"
        "    main(['search', 'harbour'])\n"
        "finally:\n"
        "    heavy = {'scrapy', 'twisted', 'datasette', 'dateparser', 'warcio'} & set(sys.modules)\n"
        "    print('HEAVY', sorted(heavy), file=sys.stderr)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program],
        env={**__import__("os").environ, "SEEALSO_ARCHIVE": str(crawled[0])},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert ended.returncode == 0
    assert "HEAVY []" in ended.stderr


@pytest.mark.parametrize("arguments", [["--language", "en"], ["--since", "2026"], ["--sample", "3"]])
def test_a_filter_or_a_sample_needs_no_words(run: Run, crawled: Crawled, arguments: list[str]) -> None:
    alone = run("search", "--archive", str(crawled[0]), *arguments, "--json")
    with_empty = run("search", "--archive", str(crawled[0]), *arguments, "--json", "")
    assert alone.exit_code == 0
    assert alone.stdout == with_empty.stdout
    assert json.loads(alone.stdout)


@pytest.mark.parametrize("arguments", [[], ["--json"], ["--unit", "text"], ["--order", "newest"]])
def test_without_words_and_filters_nothing_is_asked(run: Run, crawled: Crawled, arguments: list[str]) -> None:
    ended = run("search", "--archive", str(crawled[0]), *arguments)
    assert ended.exit_code == 1
    assert ended.stderr == "seealso: Missing argument 'QUERY...' (see seealso search --help)\n"
