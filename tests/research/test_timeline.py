"""Timelines against a small archive counted by hand, and their pictures."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from support.examples import count_examples
from support.newsroom import GAZETTE, NOW, Newsroom

from crawler.archive import Archive
from crawler.archive.health.gaps import find_month_gaps
from crawler.archive.search.selection import Selection
from crawler.archive.snapshots.freeze import freeze
from crawler.cli import main
from crawler.errors import BadQuery, MissingExtra
from crawler.research.plots import draw_blocks, svg, write_png
from crawler.research.plots.scale import choose_period_marks, choose_ticks, format_figure
from crawler.research.timeline import Timeline, choose_step, timeline

ROOM = Newsroom()
# (number, language, day, headline, body): the words of the bodies are counted.
PRINTED = [
    (10, "en", "2021-11-30", "Boats", "boat boat boat and four more words"),  # 7
    (11, "en", "2021-11-30", "None", "nothing here"),  # 2
    (14, "en", "2022-02-01", "A boat", "one boat"),  # 2
    (15, "it", "2022-02-01", "La barca", "la boat"),  # 2
    (17, "en", "2022-02-28", "None", "nothing here either"),  # 3
    (20, "en", None, "Undated boat", "boat"),  # 1
]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("timeline") / "archive.db"
    with Archive(path, "create") as archive:
        run = archive.begin_run(GAZETTE, now=NOW)
        for key, language, on, headline, body in PRINTED:
            article = ROOM.article(key, headline, body, language=language, on=on)
            archive.keep([ROOM.visit(article)], run, NOW)
        # Known and not archived: one of February, one of which no day is known.
        waiting = [ROOM.link(ROOM.address(16), published_on="2022-02-03"), ROOM.link(ROOM.address(18))]
        archive.enqueue(waiting, run, NOW)
        archive.finish_run(run, "finished", NOW)
    return path


@pytest.fixture
def kept(path: Path) -> Iterator[Archive]:
    with Archive(path) as archive:
        yield archive


def boat(**more: str) -> Selection:
    return Selection(query="boat", **more)  # type: ignore[arg-type]


def test_counts_and_denominators_by_hand(kept: Archive) -> None:
    found = timeline(kept, [boat()], "month")
    assert found.periods == ("2021-11", "2021-12", "2022-01", "2022-02")
    assert (found.first_day, found.last_day) == ("2021-11-30", "2022-02-28")
    (series,) = found.series
    assert [(share.count, share.articles, share.words) for share in series.shares] == [
        (1, 2, 9),
        (0, 0, 0),
        (0, 0, 0),
        (2, 3, 7),
    ]
    assert (series.undated.count, series.undated.articles, series.undated.words) == (1, 1, 1)
    assert [share.per_thousand for share in series.shares] == [500.0, None, None, pytest.approx(1000 * 2 / 3)]
    assert [share.per_million for share in series.shares] == [
        pytest.approx(1e6 / 9),
        None,
        None,
        pytest.approx(2e6 / 7),
    ]
    assert (series.total.count, series.total.articles, series.total.words) == (4, 6, 17)


def test_hits_are_those_that_a_concordance_shows(kept: Archive) -> None:
    (series,) = timeline(kept, [boat()], "year", "hits").series
    assert [share.count for share in series.shares] == [3, 3]
    assert series.undated.count == 2
    assert series.shares[0].per_million == pytest.approx(3e6 / 9)
    with pytest.raises(BadQuery, match="words"):
        timeline(kept, [Selection(query="language:en")], "year", "hits")


@pytest.mark.parametrize(
    "selection",
    [
        Selection(query="boat", language="en"),
        Selection(query="boat language:en"),
        Selection(query="boat (language:en OR language:zh)"),
        Selection(query="boat -language:it"),
    ],
)
def test_a_language_is_measured_against_itself(kept: Archive, selection: Selection) -> None:
    (series,) = timeline(kept, [selection], "year").series
    assert [(share.count, share.articles, share.words) for share in series.shares] == [(1, 2, 9), (1, 2, 5)]


def test_what_is_asked_for_is_no_part_of_the_denominator(kept: Archive) -> None:
    (series,) = timeline(kept, [Selection(query="boat", author="nobody", place="Nowhere")], "year").series
    assert [(share.count, share.articles) for share in series.shares] == [(0, 2), (0, 3)]


def test_days_that_were_asked_for_bound_the_periods_and_the_denominators(kept: Archive) -> None:
    found = timeline(kept, [boat(since="2022-02-02", until="2022-04")], "month")
    assert found.periods == ("2022-02", "2022-03", "2022-04")
    assert (found.first_day, found.last_day) == ("2022-02-02", "2022-04-30")
    assert [(share.count, share.articles) for share in found.series[0].shares] == [(0, 1), (0, 0), (0, 0)]
    assert timeline(kept, [Selection(query="boat until:2021")], "year").periods == ("2021",)
    assert timeline(kept, [boat(since="2023", until="2022")], "day").periods == ()


def test_several_queries_share_the_periods(kept: Archive) -> None:
    found = timeline(kept, [boat(since="2022"), Selection(query="nothing", until="2021")], "year")
    assert found.periods == ("2021", "2022")
    assert [[share.count for share in series.shares] for series in found.series] == [[0, 2], [1, 0]]


def test_what_is_known_to_be_missing_stands_beside(kept: Archive) -> None:
    (series,) = timeline(
        kept, [boat(language="en")], "month", gaps={"gazette": find_month_gaps(kept.db, GAZETTE)}
    ).series
    assert [share.waiting for share in series.shares] == [0, 0, 0, 1]
    assert series.undated.waiting == 1
    # English numbers run from 10 to 20; 12, 13, 15 and 19 were never asked for in English, 12 and 13 before February.
    assert [share.never_asked for share in series.shares if share.never_asked is not None][-1] == 2
    assert sum(share.never_asked or 0 for share in series.shares) == 4
    (unknown,) = timeline(kept, [boat(language="en")], "month").series
    assert {share.never_asked for share in unknown.shares} == {None}


def test_an_empty_archive_has_no_periods(tmp_path: Path) -> None:
    with Archive(tmp_path / "archive.db", "create") as archive:
        found = timeline(archive, [boat()], "day")
        assert (found.periods, found.series[0].total.count) == ((), 0)
        assert "nothing to draw" in svg(found)
        assert draw_blocks(found) == []


@settings(max_examples=count_examples(40))
@given(
    st.sampled_from(
        ["", "boat", "nothing OR boat", "-boat", "boat since:2022", "language:it", "boat until:2022-02-01"]
    ),
    st.sampled_from(["day", "month", "year"]),
)
def test_the_counts_of_a_series_add_up_to_the_count(path: Path, query: str, step: str) -> None:
    with Archive(path) as archive:
        (series,) = timeline(archive, [Selection(query=query)], step).series  # type: ignore[arg-type]
        assert series.total.count == archive.count(query)


def test_periods_run_without_a_hole_over_leap_days(kept: Archive) -> None:
    found = timeline(kept, [boat(since="2024-02-27", until="2024-03-02")], "day")
    assert found.periods == ("2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02")


# Pictures


def test_a_snapshot_is_what_its_articles_are_measured_against(path: Path, tmp_path: Path) -> None:
    shutil.copy(path, tmp_path / "archive.db")
    with Archive(tmp_path / "archive.db", "write") as archive:
        freeze(archive, "few", Selection(query="boat OR nothing", since="2022", language="en"), now=NOW)
        (series,) = timeline(archive, [boat(snapshot="few")]).series
        (in_query,) = timeline(archive, [Selection(query="boat snapshot:few")]).series
        (of_all,) = timeline(archive, [boat()]).series
    # Articles 14 and 17: two words with a boat, three without.
    assert [(share.count, share.articles, share.words) for share in series.shares] == [(1, 2, 5)]
    assert series.total.per_thousand == 500
    assert in_query.shares == series.shares
    assert series.shares[-1].waiting == of_all.shares[-1].waiting == 1, "the archive lacks what it lacks"


@pytest.fixture
def found(kept: Archive) -> Timeline:
    return timeline(kept, [boat(), Selection(query='nothing OR "<script>"', language="en")], "month")


def test_the_svg_is_well_formed_the_same_each_time_and_needs_no_style_attribute(found: Timeline) -> None:
    drawn = svg(found, "per-million", title='<b>"Boats"')
    assert drawn == svg(found, "per-million", title='<b>"Boats"')
    tree = ET.fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"
    assert tree.find(f"{space}title").text == '<b>"Boats"'  # type: ignore[union-attr]
    assert not [element for element in tree.iter() if "style" in element.attrib or element.tag == f"{space}script"]
    assert tree.get("role") == "img"
    told = [rect.find(f"{space}title").text for rect in tree.iter(f"{space}rect")]  # type: ignore[union-attr]
    assert len(told) == len(found.periods)
    assert told[0] == (
        "2021-11: boat 1 in 2 articles, 111,111 per million words; "
        'nothing OR "<script>" language:en 1 in 2 articles, 111,111 per million words'
    )


def test_a_query_of_characters_that_xml_has_not_is_drawn(kept: Archive) -> None:
    drawn = svg(timeline(kept, [Selection(query="boat \x07 \ud800 \uffff")]))
    assert "boat \ufffd \ufffd \ufffd" in ET.fromstring(drawn.encode())[0].text  # type: ignore[operator]


def test_a_line_stands_where_its_figure_is(found: Timeline) -> None:
    drawn = svg(found, "count")
    scale = re.findall(r'd="M64 ([\d.]+)H748"/>\n<text class="end"[^>]*>([\d.]+)</text>', drawn)[:3]
    grid = {float(label): float(y) for y, label in scale}
    assert sorted(grid) == [0, 1, 2]
    points = re.search(r'<path class="line series-1" d="M([\d. L]+)"/>', drawn)
    assert points is not None
    assert [float(point.split()[1]) for point in points[1].split("L")] == [grid[1], grid[0], grid[0], grid[2]]


def test_where_there_is_nothing_to_measure_against_the_line_breaks(found: Timeline) -> None:
    drawn = svg(found, "per-thousand")
    assert drawn.count("<circle") == 4, "two months without articles leave single points, two of each series"
    assert 'class="line series-1" d="M64 ' in drawn, "the legend alone"


def test_scales_and_figures() -> None:
    assert choose_ticks(0) == [0.0, 1.0]
    assert choose_ticks(10) == [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]
    assert choose_ticks(0.07)[-1] == pytest.approx(0.08)
    assert [format_figure(value) for value in (None, 0.0, 3.0, 3.14159, 31.4159, 31415.9)] == [
        "–",
        "0",
        "3",
        "3.14",
        "31.4",
        "31,416",
    ]


@given(st.floats(1e-9, 1e12))
def test_the_highest_figure_is_on_the_scale(highest: float) -> None:
    scale = choose_ticks(highest)
    assert scale[0] == 0
    assert 2 <= len(scale) <= 6
    assert scale[-1] >= highest * (1 - 1e-9)


@given(st.integers(1, 400), st.sampled_from(["day", "month", "year"]))
def test_few_periods_are_named_and_never_none(count: int, step: str) -> None:
    from datetime import date, timedelta

    first = date(2019, 5, 20)
    periods = {
        "day": [(first + timedelta(days=n)).isoformat() for n in range(count)],
        "month": [f"{2019 + n // 12}-{n % 12 + 1:02}" for n in range(count)],
        "year": [str(1900 + n) for n in range(count)],
    }[step]
    assert 1 <= len(choose_period_marks(periods)) <= 9


def test_the_terminal_plot_in_blocks_and_in_ascii(found: Timeline) -> None:
    drawn = draw_blocks(found, "count", 60)
    assert drawn[0] == "articles, to one scale"
    assert drawn[2] == "boat"
    assert drawn[3].split() == ["2", "█████"], "only February reaches the top"
    assert drawn[8].split() == ["0", "█████", "█████"]
    assert drawn[9].strip() == "──────            ──────".strip(), "the axis has a hole where there are no articles"
    assert "░" in drawn[10]
    assert max(map(len, drawn)) <= 60
    plain = draw_blocks(found, "count", 60, letters=False)
    assert len(plain) == len(drawn)
    assert all(line.isascii() for line in plain)
    assert plain[3].split() == ["2", "#####"]


def test_a_terminal_plot_of_nothing_has_one_zero(kept: Archive) -> None:
    drawn = draw_blocks(timeline(kept, [Selection(query="xylophonist")]), "count", 60)
    assert [line.split() for line in drawn].count(["0"]) == 1


def test_many_periods_share_columns_and_nothing_is_lost(kept: Archive) -> None:
    found = timeline(kept, [boat()], "day")
    drawn = draw_blocks(found, "count", 40)
    assert len(found.periods) == 91
    assert " ".join(drawn[:2]) == "articles, to one scale; a column is 3 days"
    assert max(map(len, drawn)) <= 40
    # 31 columns: 2021-11-30 is in the first, the two of 2022-02-01 (day 63, from 0) in the one after 21 others.
    assert drawn[4] == "      2 " + " " * 21 + "█"
    assert drawn[9] == "      0 █" + " " * 20 + "█"


def test_the_png_is_a_png_and_the_same_each_time(found: Timeline, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    for name in ("one.png", "two.png"):
        write_png(found, tmp_path / name, "per-thousand")
    one = (tmp_path / "one.png").read_bytes()
    assert one.startswith(b"\x89PNG\r\n")
    assert one == (tmp_path / "two.png").read_bytes()


@pytest.mark.slow
def test_a_period_between_empty_ones_is_seen_in_the_png(kept: Archive, tmp_path: Path) -> None:
    """Half a second."""
    image = pytest.importorskip("matplotlib.image")
    found = timeline(kept, [boat()])
    write_png(found, tmp_path / "one.png", "per-thousand")
    below_the_legend = image.imread(tmp_path / "one.png")[60:, :, :3]
    blue = (abs(below_the_legend - [0x1F / 255, 0x77 / 255, 0xB4 / 255]) < 0.02).all(axis=-1)  # matplotlib's first
    assert [share.per_thousand is None for share in found.series[0].shares] == [False, True, True, False]
    places = [place for place in range(blue.shape[1]) if blue[:, place].any()]
    assert places[-1] - places[0] > blue.shape[1] // 2, "both months are there"


def test_letters_that_no_font_has_are_told(kept: Archive, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    assert write_png(timeline(kept, [boat()]), tmp_path / "known.png") == ()
    unknown = timeline(kept, [Selection(query="boat OR \U000f1234")])
    assert write_png(unknown, tmp_path / "unknown.png") == (
        "no installed font has every letter of the legend: some are shown as boxes",
    )


def test_without_matplotlib_the_extra_is_named(
    found: Timeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(MissingExtra, match="pip install matplotlib"):
        write_png(found, tmp_path / "x.png")


# The command


@pytest.fixture
def ask(path: Path) -> Callable[..., Result]:
    return lambda *arguments, **more: CliRunner().invoke(main, ["timeline", "--archive", str(path), *arguments], **more)


def test_the_table_has_every_period_its_denominators_and_the_undated(ask: Callable[..., Result]) -> None:
    printed = ask("boat")
    assert printed.exit_code == 0, printed.stderr
    lines = printed.stdout.splitlines()
    assert lines[0] == "boat"
    assert [line.split() for line in lines[2:9]] == [
        ["month", "found", "per", "1,000", "per", "million", "articles", "words", "lacks"],
        ["2021-11", "1", "500", "111,111", "2", "9", "0"],
        ["2021-12", "0", "–", "–", "0", "0", "0"],
        ["2022-01", "0", "–", "–", "0", "0", "0"],
        ["2022-02", "2", "666.7", "285,714", "3", "7", "1"],
        ["no", "date", "1", "1,000", "1,000,000", "1", "1", "1"],
        ["together", "4", "666.7", "235,294", "6", "17", "2"],
    ]
    assert "1 without a date, in no period." in printed.stdout


def test_a_narrow_terminal_gets_the_denominators_below(
    ask: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.cli.commands.timeline.measure_terminal", lambda: 39)
    lines = ask("boat").stdout.splitlines()
    assert max(map(len, lines)) <= 39
    assert [line.split() for line in lines if line.startswith(("month", "2022-02"))] == [
        ["month", "found", "per", "1,000", "per", "million"],
        ["2022-02", "2", "666.7", "285,714"],
        ["month", "articles", "words", "lacks"],
        ["2022-02", "3", "7", "1"],
    ]


def test_several_queries_stand_side_by_side_within_80_columns(ask: Callable[..., Result]) -> None:
    lines = ask("boat", "--vs", "nothing", "--vs", "words", "--by", "year").stdout.splitlines()
    assert lines[:3] == ["A  boat", "B  nothing", "C  words"]
    table = lines[4 : lines.index("", 5)]
    assert max(map(len, table)) <= 80
    assert table[0].split() == ["year", "articles", "words", "lacks", "A", "A/1k", "A/1M", "B", "B/1k", "B/1M"]
    assert table[1].split() == ["2021", "2", "9", "0", "1", "500", "111,111", "1", "500", "111,111"]
    below = lines[lines.index("", 5) + 1 :]
    assert below[0].split() == ["year", "C", "C/1k", "C/1M"]


@pytest.mark.parametrize("option", ["--svg", "--png"])
def test_a_plot_that_cannot_be_written_is_one_line(ask: Callable[..., Result], tmp_path: Path, option: str) -> None:
    pytest.importorskip("matplotlib")
    there = tmp_path / "nowhere" / "boats"
    printed = ask("boat", option, str(there))
    assert (printed.exit_code, printed.stdout) == (1, "")
    assert printed.stderr == f"seealso: {there} could not be written (No such file or directory)\n"


def test_rows_for_programs_hold_all_figures(ask: Callable[..., Result]) -> None:
    whole = json.loads(ask("boat", "--vs", "nothing", "--json").stdout)
    lines = [json.loads(line) for line in ask("boat", "--vs", "nothing", "--jsonl").stdout.splitlines()]
    table = list(csv.DictReader(io.StringIO(ask("boat", "--vs", "nothing", "--csv").stdout)))
    assert whole == lines
    assert len(whole) == len(table) == 10
    assert whole[3] == {
        "query": "boat",
        "period": "2022-02",
        "count": 2,
        "articles": 3,
        "words": 7,
        "languages": "en it",
        "unit": "article",
        "per_thousand": 666.6667,
        "per_million": 285714.2857,
        "waiting": 1,
        "never_asked": None,
    }
    assert whole[4]["period"] is None
    assert table[4]["period"] == ""
    assert [row["count"] for row in table] == [str(row["count"]) for row in whole]


def test_the_denominators_say_what_they_are_of(ask: Callable[..., Result]) -> None:
    every = " ".join(ask("nothing").stdout.split())
    assert "Of articles in 2 languages (en, it); --language narrows." in every
    one = " ".join(ask("nothing", "--language", "en").stdout.split())
    assert "Of articles in 1 language (en)." in one
    both = " ".join(ask("boat", "--vs", "nothing language:en").stdout.split())
    assert "A: Of articles in 2 languages (en, it); --language narrows. B: Of articles in 1 language (en)." in both
    assert {row["languages"] for row in json.loads(ask("nothing language:en", "--json").stdout)} == {"en"}


def test_hits_of_one_language_among_several_are_told(kept: Archive, ask: Callable[..., Result]) -> None:
    (series,) = timeline(kept, [Selection(query="boat")], "year").series
    (alone,) = timeline(kept, [Selection(query="boat story:14")], "year").series
    assert (series.languages, len(series.found_languages) > 1) == (("en", "it"), True)
    assert alone.found_languages == ("en",)
    told = "All that was found is in en: --language en measures it against that alone."
    assert told in " ".join(ask("boat story:14").stdout.split())
    assert "All that was found" not in ask("boat").stdout


def test_without_a_period_long_times_are_counted_in_years(kept: Archive, ask: Callable[..., Result]) -> None:
    assert choose_step(kept, [boat()]) == "month"
    assert choose_step(kept, [boat(since="2019-10", until="2023-01")]) == "month", "forty months"
    assert choose_step(kept, [boat(since="2019-10"), boat(until="2023-02")]) == "year", "of all together"
    assert choose_step(kept, [boat(since="2019-10", until="2023-02")]) == "year"
    lines = ask("boat", "--since", "2015", "--until", "2022").stdout.splitlines()
    assert [line.split()[0] for line in lines[2:11]] == ["year", *(str(year) for year in range(2015, 2023))]
    assert "2015-01" in ask("boat", "--since", "2015", "--by", "month").stdout


def test_plots_from_the_command_line(ask: Callable[..., Result], path: Path, tmp_path: Path) -> None:
    drawn = ask("boat", "--plot")
    assert "█" in drawn.stdout
    assert ask("boat", "--plot", env={"TERM": "dumb"}).stdout.isascii()
    saved = ask("boat", "--svg", str(tmp_path / "boat.svg"))
    assert (saved.exit_code, saved.stdout) == (0, "")
    ET.parse(tmp_path / "boat.svg")
    refused = ask("boat", "--svg", str(tmp_path / "no" / "boat.svg"))
    assert refused.exit_code == 1
    assert refused.stderr.startswith("seealso: ")
    assert len(refused.stderr.splitlines()) == 1
    assert ask("boat", "--svg", str(path)).exit_code == 1
    assert path.read_bytes().startswith(b"SQLite format 3")
