"""Samples: the same on any machine and in any order; shares by the rules of arithmetic."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive import Archive
from crawler.archive.search.selection import Selection, select_ids
from crawler.errors import BadValue, UnknownSnapshot
from crawler.research.samples import STRATA, Sample, allocate_equally, allocate_in_proportion, draw_sample, sampled

SIZES = {"2019": 40, "2020": 25, "2021": 10, "": 5}
"""Articles of each year; "" are those without a date."""


def articles() -> list[tuple[str, str, str | None, str]]:
    """Language, key, day, headline: eighty articles in two languages, the years one after another."""
    years = [year for year, count in SIZES.items() for _ in range(count)]
    return [
        ("zh" if number % 4 == 0 else "en", str(number), f"{year}-05-{number % 28 + 1:02}" if year else None, "peace")
        for number, year in enumerate(years, 1)
    ]


def fill(path: Path, rows: list[tuple[str, str, str | None, str]]) -> Path:
    with Archive(path, "create") as archive:
        archive.db.conn.executemany(
            "INSERT INTO articles (site, language, site_key, url, headline, body, word_count, published_on, digest,"
            " first_seen_at, last_seen_at, headline_key) VALUES ('gazette', ?, ?, 'u', ?, 'b', 1, ?, 'd', 't', 't', '')",
            [(language, key, headline, day) for language, key, day, headline in rows],
        )
        archive.db.conn.commit()
    return path


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("samples") / "archive.db", articles())


@pytest.fixture
def archive(path: Path) -> Iterator[Archive]:
    with Archive(path) as archive:
        yield archive


def drawn(archive: Archive, sample: Sample, selection: Selection = Selection()) -> set[tuple[str, str]]:  # noqa: B008
    wanted = draw_sample(archive.db, selection, sample)
    assert list(wanted) == sorted(set(wanted))
    marks = ", ".join("?" * len(wanted))
    return set(archive.db.execute(f"SELECT language, site_key FROM articles WHERE id IN ({marks})", wanted))


def by_hand(seed: str, size: int, among: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """What sha256sum and sort would draw."""

    def number(identity: tuple[str, str]) -> str:
        language, key = identity
        return hashlib.sha256(f"{seed}\ngazette\n{language}\n{key}".encode()).hexdigest()

    return set(sorted(among, key=number)[:size])


@pytest.mark.parametrize(("seed", "size"), [("0", 7), ("2026", 1), ("a seed, é", 79), ("x", 80), ("x", 500)])
def test_a_sample_is_what_hashes_of_seed_and_identity_say(archive: Archive, seed: str, size: int) -> None:
    everything = [(language, key) for language, key, _, _ in articles()]
    assert drawn(archive, Sample(size=size, seed=seed)) == by_hand(seed, size, everything)


def test_a_sample_drawn_once_is_drawn_for_ever(archive: Archive) -> None:
    # printf '1\ngazette\nen\n13' | sha256sum, and so for each of the eighty, then sort | head -4.
    assert drawn(archive, Sample(size=4, seed="1")) == {("en", "13"), ("en", "41"), ("en", "37"), ("zh", "20")}


def test_neither_the_order_of_rows_nor_other_articles_matter(archive: Archive, tmp_path: Path) -> None:
    more = [("it", str(number), "2019-01-01", "harbour") for number in range(200)]
    other = fill(tmp_path / "other.db", [*more, *reversed(articles())])
    sample = Sample(size=12, seed="s", by="year")
    with Archive(other) as elsewhere:
        assert drawn(elsewhere, sample, Selection(language="en")) == drawn(archive, sample, Selection(language="en"))


def test_a_larger_sample_holds_the_smaller_one_and_another_seed_draws_another(archive: Archive) -> None:
    small, large = (drawn(archive, Sample(size=size, seed="s")) for size in (10, 30))
    assert small < large
    assert small != drawn(archive, Sample(size=10, seed="t"))


@pytest.mark.parametrize("equal", [False, True])
def test_strata(archive: Archive, equal: bool) -> None:
    sample = Sample(size=16, seed="s", by="year", equal=equal)
    found = drawn(archive, sample)
    years = {(language, key): (day or "")[:4] for language, key, day, _ in articles()}
    # 16 of 80: a fifth of each year, or four of each.
    shares = dict.fromkeys(SIZES, 4) if equal else {"2019": 8, "2020": 5, "2021": 2, "": 1}
    assert Counter(years[article] for article in found) == shares
    for year, share in shares.items():
        assert {article for article in found if years[article] == year} == by_hand(
            "s", share, [article for article in years if years[article] == year]
        )


@pytest.mark.parametrize("by", STRATA)
def test_every_stratum_can_be_asked_for(archive: Archive, by: str) -> None:
    assert len(drawn(archive, Sample(size=10, by=by))) == 10  # type: ignore[arg-type]


def test_a_sampled_selection_is_a_selection(archive: Archive) -> None:
    sample = Sample(size=5, by="language")
    wanted = sampled(archive.db, Selection(since="2020"), sample)
    assert archive.count(wanted) == 5
    assert tuple(select_ids(archive.db, wanted)) == draw_sample(archive.db, Selection(since="2020"), sample)
    assert {row.language for row in archive.articles(wanted)} == {"en", "zh"}
    assert sampled(archive.db, Selection(), None) == Selection()
    assert draw_sample(archive.db, Selection(language="ar"), sample) == ()


def test_mistakes(archive: Archive) -> None:
    with pytest.raises(BadValue, match="one article or more"):
        Sample(size=0)
    with pytest.raises(BadValue, match="drawn by year"):
        Sample(size=1, by="mood")  # type: ignore[arg-type]
    with pytest.raises(UnknownSnapshot):
        draw_sample(archive.db, Selection(snapshot="none"), Sample(size=1))
    assert draw_sample(archive.db, Selection(), Sample(size=1, seed="\ud800"))


strata = st.dictionaries(st.text(max_size=3), st.integers(1, 500), min_size=1, max_size=12)


@given(strata, st.integers(1, 2000))
def test_shares_in_proportion(sizes: dict[str, int], size: int) -> None:
    shares = allocate_in_proportion(sizes, size)
    total = sum(sizes.values())
    assert sum(shares.values()) == min(size, total)
    for name, held in sizes.items():
        assert shares[name] <= held
        assert abs(shares[name] - min(size, total) * held / total) < 1


@given(strata, st.integers(1, 2000))
def test_equal_shares(sizes: dict[str, int], size: int) -> None:
    shares = allocate_equally(sizes, size)
    assert sum(shares.values()) == min(size, sum(sizes.values()))
    assert all(shares[name] <= held for name, held in sizes.items())
    not_full = [shares[name] for name, held in sizes.items() if shares[name] < held]
    assert not not_full or max(shares.values()) <= min(not_full) + 1


def test_a_sample_is_written_down_and_read_again() -> None:
    sample = Sample(size=3, seed="s", by="kicker", equal=True)
    assert Sample(**sample.as_dict()) == sample
    assert sample.as_dict() == {"size": 3, "seed": "s", "by": "kicker", "equal": True}


def test_without_a_seed_it_is_nought(archive: Archive) -> None:
    assert drawn(archive, Sample(size=9)) == drawn(archive, Sample(size=9, seed="0"))
