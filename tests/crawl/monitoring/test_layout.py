"""What pages lack that they used to have: found soon, and not found where nothing is missing."""

import random
from dataclasses import replace
from math import exp, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.runs.deviations import ALARM_EVIDENCE, SUSPECT_EVIDENCE, SiteHistory
from crawler.archive.runs.field_counts import classify_size
from crawler.crawl.monitoring.layout import NO_HISTORY, WHOLE_RUN_RULE, LayoutMonitor
from crawler.crawl.monitoring.messages import describe_deviation, select_reportable
from crawler.crawl.monitoring.significance import (
    LEAST_LACKING,
    MIN_CORRELATION,
    MIN_PAGES_COMPARED,
    STANDARD_ERRORS,
    estimate_rate,
    measure_shortfall,
)
from crawler.items import Article, Author, Moment
from crawler.normalisation.addresses.urls import read_address
from crawler.sites.registry import find_site

SITE = find_site("asianews")

FOLDERS = {"en": "news-en", "it": "notizie-it", "zh": "news-zh"}
PAGES = {
    language: read_address(f"https://www.asianews.it/{folder}/A-1.html", SITE) for language, folder in FOLDERS.items()
}
AUTHOR = (Author(name="Ann Example", sort_name="Example, Ann", kind="person", printed="Ann Example"),)
USUALLY = {
    "kicker": 0.9,
    "lead": 0.95,
    "byline": 0.87,
    "dateline": 0.93,
    "date": 0.995,
    "time": 0.8,
    "see_also": 0.9,
    "article": 0.97,
}
"""How often a made-up site has what."""


def article(language="en", year=2026, words=400, **has):
    has = dict.fromkeys(USUALLY, True) | has
    day = f"{year}-03-11"
    return Article(
        site="asianews",
        language=language,
        site_key="1",
        story="1",
        url=PAGES[language].url,
        headline="H",
        body="B",
        word_count=words,
        digest="d",
        kicker="LAOS" if has["kicker"] else None,
        lead="L" if has["lead"] else None,
        byline="by Ann Example" if has["byline"] else None,
        authors=AUTHOR if has["byline"] else (),
        dateline="Vientiane" if has["dateline"] else None,
        published=Moment(value=day, on=day, precision="minute" if has["time"] else "day") if has["date"] else None,
        see_also=("entry",) if has["see_also"] else (),
    )


def run(
    dice, pages, past=NO_HISTORY, run_id=1, rates=USUALLY, languages=("en", "it", "zh"), years=(2024, 2026), watch=None
):
    """Watch a run of made-up pages; it ends at the first alarm. Return the watch and how many pages it saw."""
    watch = watch or LayoutMonitor(SITE, past, run_id)
    seen = 0
    while seen < pages and not watch.is_alarming:
        seen += 1
        language = dice.choice(languages)
        if dice.random() >= rates["article"]:
            watch.note_unread(language, PAGES[language])
            continue
        has = {name: dice.random() < rate for name, rate in rates.items()}
        made = article(language, dice.randint(*years), int(dice.lognormvariate(6, 0.6)) + 1, **has)
        watch.note_article(made, PAGES[language])
    return watch, seen


def history_of(*watches):
    return [(watch.run_id, key, cell) for watch in watches for key, cell in watch.cells.items()]


def alarms(watch):
    return [deviation for deviation in watch.list_deviations() if deviation.alarm]


# What is normal


@given(st.integers(MIN_PAGES_COMPARED, 5_000), st.floats(0, 1))
def test_what_is_tolerated_solves_wilsons_equation(pages, share):
    had = round(pages * share)
    normal = estimate_rate([(had, pages)])
    assert normal.rate == had / pages
    if normal.tolerated:
        independent = 1 / (1 / pages + MIN_CORRELATION)
        # Seen from the tolerated share, what was found is just so many standard errors away.
        away = (normal.rate - normal.tolerated) / sqrt(normal.tolerated * (1 - normal.tolerated) / independent)
        assert away == pytest.approx(STANDARD_ERRORS)
        assert normal.lacking > 0 > normal.having
    else:
        assert normal.rate < 0.7


@pytest.mark.parametrize("pages", [0, 1, MIN_PAGES_COMPARED - 1])
def test_few_pages_say_nothing(pages):
    assert estimate_rate([(pages, pages)]) is None


def test_runs_that_differ_are_trusted_less_and_at_last_not_at_all():
    even = estimate_rate([(9, 10)] * 10)
    uneven = estimate_rate([(10, 10)] * 7 + [(6, 10)] * 2 + [(8, 10)])
    torn = estimate_rate([(10, 10)] * 9 + [(0, 10)])
    assert even.rate == uneven.rate == torn.rate == 0.9
    assert even.tolerated > uneven.tolerated > torn.tolerated
    assert (even.tolerated > 0.5, torn.tolerated) == (True, 0.0)


def at_most(had, chances):
    """The chance that so many or fewer of independent events come true, worked out event by event."""
    spread = [1.0]
    for chance in chances:
        spread = [
            (spread[n] if n < len(spread) else 0) * (1 - chance) + (spread[n - 1] * chance if n else 0)
            for n in range(len(spread) + 1)
        ]
    return sum(spread[: had + 1])


@given(st.lists(st.floats(0.05, 0.95), min_size=1, max_size=40), st.data())
def test_a_shortfall_is_never_likelier_than_its_evidence_says(chances, data):
    had = data.draw(st.integers(0, len(chances)))
    evidence = measure_shortfall(had, len(chances), sum(chances) / len(chances))
    assert at_most(had, chances) <= exp(-evidence) * (1 + 1e-9)


def test_steps_of_length_are_roots_of_two():
    assert [classify_size(words) for words in (0, 100, 200, 400)] == [0, 13, 15, 17]


# Healthy runs


def remembered(watch, doubts, history, peaks):
    """Say whether a run raised an alarm; remember it, as the archive does, if it did not."""
    if any(doubt.alarm for doubt in doubts):
        return True
    for doubt in doubts:
        if doubt.peak >= SUSPECT_EVIDENCE:
            peaks[doubt.field, doubt.language] = max(doubt.peak, peaks.get((doubt.field, doubt.language), 0))
    history += history_of(watch)
    return False


def months(dice, runs, sizes, within):
    """Watch many healthy runs one after another, whose rates differ from day to day; return how many raised an alarm."""
    history, doubts, peaks, raised = [], [], {}, 0
    for run_id in range(1, runs + 1):
        spread = 1 / within - 1
        today = {name: dice.betavariate(rate * spread, (1 - rate) * spread) for name, rate in USUALLY.items()}
        watch, _ = run(dice, dice.choice(sizes), SiteHistory(history, doubts, peaks), run_id, today)
        doubts = watch.list_deviations()
        raised += remembered(watch, doubts, history, peaks)
    return raised


SIZES = {"short": range(1, 13), "middling": range(20, 121), "mixed": (3, 5, 8, 30, 60, 400)}


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=pytest.mark.slow if kind == "middling" else ()) for kind in SIZES]
)
def test_two_hundred_healthy_runs_raise_no_alarm(kind):
    """Runs of middling size, the slow case, take half a second; the mixed ones are of that size, too."""
    sizes = SIZES[kind]
    assert months(random.Random(f"healthy {sizes}"), 67, sizes, MIN_CORRELATION) == 0


@pytest.mark.slow
@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("within", [0.001, 0.01, 0.03, 0.05])
def test_of_five_thousand_healthy_runs_hardly_any_raises_an_alarm(sizes, within):
    """Some seconds for each of sixteen cases."""
    raised = sum(months(random.Random(f"{number} {within}"), 100, sizes, within) for number in range(4))
    print(f"{raised} of 400 runs")
    assert raised <= 1


@pytest.mark.slow
@pytest.mark.parametrize(("likeness", "most"), [(0.0, 0), (0.5, 4), (0.7, 12)])
def test_articles_of_a_kind_that_come_in_streaks_raise_few_alarms(likeness, most):
    """Some seconds for each of three cases."""
    raised = 0
    for number in range(4):
        dice = random.Random(f"streaks {number} {likeness}")
        history, doubts, peaks = [], [], {}
        for run_id in range(1, 101):
            watch, brief = LayoutMonitor(SITE, SiteHistory(history, doubts, peaks), run_id), False
            for _ in range(dice.choice((5, 30, 100))):
                if dice.random() >= likeness:
                    brief = dice.random() < 0.13
                has = {name: dice.random() < rate for name, rate in USUALLY.items()} | {"byline": not brief}
                watch.note_article(
                    article(dice.choice(("en", "it", "zh")), dice.choice((2025, 2026)), **has), PAGES["en"]
                )
                if watch.is_alarming:
                    break
            doubts = watch.list_deviations()
            raised += remembered(watch, doubts, history, peaks)
    print(f"{raised} of 400 runs")
    assert raised <= most


@pytest.mark.slow
@pytest.mark.parametrize("field", ["kicker", "lead", "byline", "dateline", "date", "time", "see_also", "article"])
@pytest.mark.parametrize(("runs", "most"), [(1, 60), (5, 30), (20, 20)])
def test_how_soon_what_is_gone_is_found(field, runs, most):
    """Some seconds for each of twenty-four cases."""
    delays = []
    for number in range(40):
        dice = random.Random(f"{field} {number}")
        watch, _ = run(dice, 100, healthy(dice, runs, 60), runs + 1)
        delays.append(run(dice, 200, watch=watch, rates=USUALLY | {field: 0})[1])
    delays.sort()
    print(f"{field} ({USUALLY[field]:.0%} of {60 * runs} earlier pages): median {delays[20]}, at most {delays[-1]}")
    assert delays[20] <= most


def test_a_site_at_the_limit_of_what_is_tolerated_seldom_raises_one():
    # Lorden's bound: one in exp(9) = 8,103 pages for each field, so fewer than four in 200 runs of 40 pages and 3 fields.
    dice = random.Random("limit")
    before, _ = run(dice, 400, languages=("en",))
    past = SiteHistory(history_of(before), [], {})
    limit = estimate_rate([(1 * cell.filled[2], cell.articles) for cell in before.cells.values()]).tolerated
    found = 0
    for run_id in range(2, 202):
        watch, _ = run(dice, 40, past, run_id, dict.fromkeys(USUALLY, 1.0) | {"byline": limit}, languages=("en",))
        found += watch.is_alarming
    assert found <= 4


def test_five_pages_raise_no_alarm_however_bad_they_are():
    before = [run(random.Random(number), 200, run_id=number)[0] for number in (1, 2)]
    watch = LayoutMonitor(SITE, SiteHistory(history_of(*before), [], {}), 3)
    for _ in range(LEAST_LACKING - 1):
        watch.note_article(article(words=3, byline=False, lead=False, dateline=False, kicker=False), PAGES["en"])
    assert alarms(watch) == []
    assert not watch.is_alarming


def test_a_first_run_has_nothing_to_compare_with_but_what_the_site_declares():
    watch, seen = run(random.Random(1), 60, rates=USUALLY | {"byline": 0, "lead": 0.1})
    assert (seen, alarms(watch)) == (60, [])
    watch, seen = run(random.Random(1), 60, rates=USUALLY | {"date": 0})
    assert seen <= 20
    assert {alarm.field for alarm in alarms(watch)} == {"date"}


def test_what_a_site_never_prints_is_not_missed():
    never = USUALLY | {"byline": 0.0, "see_also": 0.1}
    dice = random.Random(2)
    watch, _ = run(dice, 300, rates=never)
    again, seen = run(dice, 300, SiteHistory(history_of(watch), [], {}), 2, never)
    assert (seen, alarms(again)) == (300, [])


def test_the_first_walk_through_the_oldest_years_is_compared_with_nothing_else():
    dice = random.Random(3)
    recent, _ = run(dice, 400, years=(2018, 2026))
    stray, _ = run(dice, 3, run_id=2, years=(2003, 2004), rates=USUALLY | {"time": 0})
    old = USUALLY | {"time": 0.0, "byline": 0.1, "kicker": 0.0}
    walk, seen = run(dice, 40, SiteHistory(history_of(recent, stray), [], {}), 3, old, years=(2003, 2005))
    assert (seen, alarms(walk)) == (40, [])


# Layout changes


def healthy(dice, runs, size):
    watches = []
    for run_id in range(1, runs + 1):
        watches.append(run(dice, size, SiteHistory(history_of(*watches), [], {}), run_id)[0])
    return SiteHistory(history_of(*watches), [], {})


@pytest.mark.parametrize("field", ["kicker", "lead", "byline", "dateline", "date", "see_also", "article"])
def test_what_is_gone_is_found_within_twenty_pages_wherever_in_the_run(field):
    for number in range(5):
        dice = random.Random(f"{field} {number}")
        past = healthy(dice, 5, 60)
        watch, _ = run(dice, dice.randint(0, 150), past, 6)
        assert alarms(watch) == []
        _, until = run(dice, 100, watch=watch, rates=USUALLY | {field: 0})
        assert until <= 20
        found = alarms(watch)
        assert {alarm.field for alarm in found} <= {field} | ({"authors"} if field == "byline" else {"time"})
        assert all(alarm.samples for alarm in found)


@pytest.mark.parametrize(("words", "field"), [(40, "body"), (6_000, "long_body")])
def test_bodies_that_shrink_or_swallow_the_page_are_found(words, field):
    dice = random.Random(field)
    watch = LayoutMonitor(SITE, healthy(dice, 5, 60), 6)
    seen = 0
    while not watch.is_alarming and seen < 40:
        seen += 1
        watch.note_article(article(dice.choice(["en", "it"]), words=words), PAGES["en"])
    assert seen <= 20
    assert {alarm.field for alarm in alarms(watch)} == {field}


def test_a_layout_of_one_language_is_found_among_the_others():
    dice = random.Random(4)
    watch = LayoutMonitor(SITE, healthy(dice, 5, 90), 6)
    italian = 0
    while not watch.is_alarming and italian < 40:
        language = dice.choice(["en", "en", "it", "zh"])
        italian += language == "it"
        watch.note_article(article(language, byline=language != "it"), PAGES[language])
    assert italian <= 20
    (byline, authors) = alarms(watch)
    assert {byline.field, authors.field} == {"byline", "authors"}
    assert byline.language == "it"
    assert "(it) have a byline" in describe_deviation(byline, SITE.title)


def test_what_many_pages_lack_and_not_all_is_found_when_the_run_has_ended():
    dice = random.Random(5)
    watch = LayoutMonitor(SITE, healthy(dice, 5, 90), 6)
    for number in range(200):
        watch.note_article(article(byline=number % 4 == 0), PAGES["en"])
        assert not watch.is_alarming
    byline = next(alarm for alarm in alarms(watch) if alarm.field == "byline")
    assert (byline.articles, byline.filled, byline.rule, byline.method) == (200, 50, WHOLE_RUN_RULE, "hoeffding")
    assert "50 of all 200 articles of AsiaNews have a byline" in describe_deviation(byline, SITE.title)


def test_short_runs_hand_on_what_they_are_not_sure_of():
    dice = random.Random(6)
    past = healthy(dice, 5, 60)
    seen, doubts, run_id = 0, [], 5
    while not any(doubt.alarm for doubt in doubts):
        run_id += 1
        watch = LayoutMonitor(SITE, past._replace(doubts=doubts), run_id)
        for _ in range(4):
            watch.note_article(article(byline=False), PAGES["en"])
        seen += 4
        doubts = watch.list_deviations()
        assert seen <= 20
    assert {doubt.since_run for doubt in doubts if doubt.alarm} == {6}
    # Healthy pages after that take the suspicion away.
    watch = LayoutMonitor(SITE, past._replace(doubts=doubts), run_id + 1)
    assert "byline" in watch.suspect_fields
    for _ in range(5):
        watch.note_article(article(), PAGES["en"])
    assert watch.suspect_fields == frozenset()
    assert watch.list_deviations() == []


def test_a_site_that_prints_in_streaks_is_given_more_time():
    past = healthy(random.Random(7), 5, 60)
    calm, streaky = LayoutMonitor(SITE, past, 6), LayoutMonitor(SITE, past._replace(peaks={("byline", ""): 8.0}), 6)
    pages = dict.fromkeys((calm, streaky), 0)
    for watch in pages:
        while not any(
            deviation.alarm and deviation.field == "byline" and not deviation.language
            for deviation in watch.list_deviations()
        ):
            pages[watch] += 1
            watch.note_article(article(byline=False), PAGES["en"])
    assert pages[calm] < pages[streaky] < 2 * pages[calm]


def test_a_suspicion_alone_is_not_told():
    watch = LayoutMonitor(SITE, healthy(random.Random(8), 5, 60), 6)
    for _ in range(6):
        watch.note_article(article(byline=False, lead=False), PAGES["en"])
    doubts = watch.list_deviations()
    assert doubts
    assert select_reportable(doubts) == []
    told = select_reportable([replace(doubts[0], alarm=True, evidence=ALARM_EVIDENCE), *doubts[1:]])
    assert [doubt.language for doubt in told] == [""] * len(told)
    assert {doubt.field for doubt in told} == {"byline", "authors", "lead"}


def test_pages_in_flight_do_not_take_an_alarm_back():
    watch = LayoutMonitor(SITE, healthy(random.Random(9), 5, 60), 6)
    while not watch.is_alarming:
        watch.note_article(article(byline=False), PAGES["en"])
    raised = alarms(watch)
    for _ in range(8):
        watch.note_article(article(), PAGES["en"])
    assert alarms(watch) == raised
