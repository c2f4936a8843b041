"""How well copies are found, against all pairs compared, and what that costs.

    python benchmarks/copies.py found [--families 3] [--longest 3000]
    python benchmarks/copies.py cost [--archive PATH] [--articles 300]
    python benchmarks/copies.py floods [--articles 10000]

``found`` archives the texts of ``copied_texts.py`` and compares every two of one language by its own definition: recall
and precision of the pairs that the archive linked, by what was done to a text and by its length, errors of the figures,
the curve of the lookup against theory, and which
shared texts are listed from either side. ``cost`` keeps further articles in a copy of an archive: CPU of sketching and
of linking. ``floods`` keeps what sites do to an archive: one text under every address, one template with other words,
empty bodies, an article of five megabytes; the last thousand should cost what the first did.
"""

from __future__ import annotations

import argparse
import random
import resource
import sqlite3
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import combinations
from math import comb
from pathlib import Path
from typing import Any

from copied_texts import (
    LANGUAGES,
    Press,
    Text,
    compare,
    list_shingles,
    make_families,
    make_templates,
    measure_shares,
    print_text,
)

import crawler.archive.write.articles.article as writing
from crawler.archive import Archive
from crawler.archive.write.articles.near_copies import link_new
from crawler.comparison.minhash import BAND_SIZE, SKETCH_SIZE, Fingerprint, estimate_similarity
from crawler.items import Address, Article, Capture, Visit
from crawler.normalisation.digest import compute_digest
from crawler.sites.registry import find_site

SITE = find_site("asianews")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
AT_ONCE = 500
NEAR, SHORTEST = 0.8, 12


def make_visit(number: int, language: str, body: str, headline: str | None = None) -> Visit:
    headline = headline or f"Headline of {number}"
    address = Address(
        url=f"{SITE.origin}/news-{language}/Copy-{number}.html",
        url_key=f"asianews/{language}/c{number}",
        kind="article",
        language=language,
        site_key=f"c{number}",
    )
    article = Article(
        site=SITE.name,
        language=language,
        site_key=f"c{number}",
        story=None,
        url=address.url,
        headline=headline,
        body=body,
        word_count=len(body.split()),
        digest=compute_digest(headline, None, None, body, language),
    )
    captures = (Capture(url=address.url, fetched_at=NOW, status=200),)
    return Visit(address=address, fate=None, article=article, captures=captures, status=200)


def keep(archive: Archive, visits: Iterable[Visit]) -> Iterator[float]:
    """Keep visits, and yield the CPU seconds an article of each batch."""
    run = archive.begin_run(SITE, now=NOW)
    batch: list[Visit] = []

    def write() -> float:
        begun = time.process_time()
        archive.keep(batch, run, NOW)
        spent = (time.process_time() - begun) / len(batch)
        batch.clear()
        return spent

    for visit in visits:
        batch.append(visit)
        if len(batch) == AT_ONCE:
            yield write()
    if batch:
        yield write()


def find(count: int, longest: int, seed: int) -> None:
    texts = [text for family in make_families(seed, count, longest) for text in family]
    by_language: dict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        by_language[text.language].append(number)
    shingles = [list_shingles(text.body) for text in texts]
    with tempfile.TemporaryDirectory() as folder, Archive(Path(folder) / "copies.db", "create") as archive:
        for _ in keep(archive, (make_visit(number, text.language, text.body) for number, text in enumerate(texts))):
            pass
        linked = read_pairs(archive)
        shared, shared_cost = list_shared(archive, len(texts))
    sketches = [Fingerprint.from_text(text.body) for text in texts]
    near: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    errors: dict[int, list[float]] = defaultdict(list)
    wrong_figures: list[float] = []
    curve: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for numbers in by_language.values():
        for one, other in combinations(numbers, 2):
            first, second = texts[one], texts[other]
            similarity = compare(shingles[one], shingles[other])[0]
            pair = (one, other)
            is_near = similarity >= NEAR and min(len(shingles[one]), len(shingles[other])) >= SHORTEST
            if similarity >= 0.5:
                errors[second.length].append(estimate_similarity(sketches[one], sketches[other]) - similarity)
                if min(len(shingles[one]), len(shingles[other])) > 2 * SKETCH_SIZE:
                    tally = curve[round(similarity * 20)]
                    tally[0] += len({*sketches[one].band} & {*sketches[other].band}) >= 6
                    tally[1] += 1
            if pair in linked:
                wrong_figures.append(abs(linked[pair] - similarity))
            kind = second.made if first.family == second.family and first.made in ("original", "template") else "rest"
            for row in (("made", kind), ("words", f"{second.length:>5}"), ("language", second.language)):
                near[row][0] += is_near and pair in linked
                near[row][1] += is_near
                near[row][2] += pair in linked
    print(f"{len(texts):,} texts in {len(LANGUAGES)} languages\n\nnear copies: found, of all, of those linked")
    for (table, name), (right, true, found) in sorted(near.items()):
        recall = f"{right / true:.3f}" if true else "-"
        precision = f"{right / found:.3f}" if found else "-"
        print(f"  {table:<9} {name:<36} recall {recall:>6} of {true:>6,}   precision {precision:>6} of {found:>6,}")
    print("\nestimate minus exact, pairs alike by half and more: mean, standard deviation")
    for length, values in sorted(errors.items()):
        mean = sum(values) / len(values)
        deviation = (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5
        print(f"  {length:>5} words  {mean:+.3f}  {deviation:.3f}  of {len(values):,}")
    print(
        f"figure stored minus exact: most {max(wrong_figures):.3f}, mean {sum(wrong_figures) / len(wrong_figures):.4f}"
    )
    print_shared(texts, linked, shared)
    print(f"  {1000 * shared_cost:.1f} ms of CPU an article")
    print("\nshare of pairs of long texts that share six of sixteen values: seen, in theory")
    for step, (seen, count) in sorted(curve.items()):
        print(f"  alike by {step / 20:.2f}  {seen / count:.3f}  {share_found(step / 20):.3f}  of {count}")


def list_shared(archive: Archive, count: int) -> tuple[dict[tuple[int, int], tuple[float, float]], float]:
    """Return the pairs of articles that share text, as each side lists them, and the CPU seconds an article."""
    numbers = {row[0]: int(row[1][1:]) for row in archive.db.execute("SELECT id, site_key FROM articles")}
    begun = time.process_time()
    shared = {
        (number, numbers[other.article_id]): (other.share, other.other_share)
        for article_id, number in numbers.items()
        for other in archive.find_shared_texts(article_id)
    }
    return shared, (time.process_time() - begun) / count


def print_shared(
    texts: list[Text], linked: dict[tuple[int, int], float], shared: dict[tuple[int, int], tuple[float, float]]
) -> None:
    """Compare what originals and the texts made of them list of each other with the truth."""
    tallies: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    most, invented, original = 0.0, 0, 0
    for number, text in enumerate(texts):
        original = number if text.made == "original" else original
        if text.made in ("original", "template"):
            continue
        shares = measure_shares(texts[original].body, text.body, text.language)
        pair = (original, number)
        if max(shares) >= 0.5 and pair not in linked:
            for row in (("made", text.made), ("words", f"{text.length:>5}"), ("language", text.language)):
                tallies[row][0] += pair in shared
                tallies[row][1] += pair[::-1] in shared
                tallies[row][2] += 1
        if pair in shared:
            most = max(most, *(abs(one - other) for one, other in zip(shared[pair], shares, strict=True)))
    for one, other in shared:
        if texts[one].family != texts[other].family or "template" in (texts[one].made, texts[other].made):
            invented += max(measure_shares(texts[one].body, texts[other].body, texts[one].language)) < 0.5
    print("\nshared text: found from the original, from the other one, of all that share half and are no copies")
    for (table, name), (found, found_back, true) in sorted(tallies.items()):
        print(f"  {table:<9} {name:<36} {found / true:.3f}  {found_back / true:.3f}  of {true:,}")
    print(f"  shares differ from the truth by {most:.3f} at most; listed outside a family without half: {invented}")


def share_found(similarity: float) -> float:
    """Return the chance that the sixteen lowest values of two texts have six in common (the binomial distribution)."""
    overlap = 2 * similarity / (1 + similarity)  # of one text's lowest values, how many are among the other's
    return sum(comb(BAND_SIZE, k) * overlap**k * (1 - overlap) ** (BAND_SIZE - k) for k in range(6, BAND_SIZE + 1))


def read_pairs(archive: Archive) -> dict[tuple[int, int], float]:
    rows = archive.db.execute(
        "SELECT a.site_key, b.site_key, n.similarity FROM near_copies n JOIN articles a ON a.id = n.article_id"
        " JOIN articles b ON b.id = n.other_id"
    )
    pairs = {}
    for first, second, similarity in rows:
        one, other = sorted((int(first[1:]), int(second[1:])))
        pairs[one, other] = similarity
    return pairs


def measure_cost(source: Path, count: int) -> None:
    press = Press("en", 9)
    chance = random.Random(9)
    bodies = [print_text(press, press.write(chance, 450)) for _ in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cost.db"
        with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as one, sqlite3.connect(path) as other:
            one.backup(other)
        other.close()
        with Archive(path, "write") as archive:
            stored = archive.db.execute(
                "SELECT coalesce(lead || char(10, 10), '') || body FROM articles WHERE language = 'en' LIMIT ?",
                (count // 2,),
            ).fetchall()
            bodies = [text for (text,) in stored] + bodies[: count - len(stored)]
            begun = time.process_time()
            for body in bodies:
                Fingerprint.from_text(body)
            sketched = time.process_time() - begun
            spent = 0.0

            def time_link(*arguments: Any) -> bool:
                nonlocal spent
                begun = time.process_time()
                is_duplicate = link_new(*arguments)
                spent += time.process_time() - begun
                return is_duplicate

            writing.link_new = time_link
            for _ in keep(archive, (make_visit(number, "en", body) for number, body in enumerate(bodies))):
                pass
    share = 1_000_000 / len(bodies)
    print(f"{source.name}: {sketched * share:.0f} µs to sketch a text, {spent * share:.0f} µs to link it")


def flood(count: int) -> None:
    press = Press("en", 3)
    chance = random.Random(3)
    text = print_text(press, press.write(chance, 300))
    templates = make_templates(press, 1, count, 3)
    floods: dict[str, Iterator[Visit]] = {
        "one text, one headline": (make_visit(n, "en", text, "Log in") for n in range(count)),
        "one text, other headlines": (make_visit(n, "en", text) for n in range(count)),
        "one template": (make_visit(n, "en", template.body) for n, template in enumerate(templates)),
        "no text": (make_visit(n, "en", "") for n in range(count)),
        "other texts": (make_visit(n, "en", print_text(press, press.write(chance, 300))) for n in range(count)),
    }
    for name, visits in floods.items():
        with tempfile.TemporaryDirectory() as folder, Archive(Path(folder) / "flood.db", "create") as archive:
            costs = [*keep(archive, visits)]
            pairs = archive.db.execute("SELECT count(*) FROM near_copies").fetchone()[0]
            begun = time.process_time()
            texts = archive.count(unit="text")
            walked = time.process_time() - begun
        first, last = (1000 * sum(part) / len(part) for part in (costs[:2], costs[-2:]))
        print(
            f"{name:<28} {first:6.2f} ms an article at first, {last:6.2f} at last; {pairs:>9,} pairs,"
            f" {texts:>6,} texts, counted in {walked:.2f} s",
            flush=True,
        )
    long = print_text(press, press.write(chance, 900_000))
    with tempfile.TemporaryDirectory() as folder, Archive(Path(folder) / "long.db", "create") as archive:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        costs = [*keep(archive, (make_visit(n, "en", long + f" {n}") for n in range(10)))]
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(f"ten near copies of {len(long) / 1e6:.1f} MB: {1000 * costs[0]:.0f} ms each, {grown:.0f} MB more memory")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("found", "cost", "floods"))
    parser.add_argument("--families", type=int, default=3, help="of each language and length")
    parser.add_argument("--longest", type=int, default=3000, help="words of the longest originals")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--archive", type=Path)
    parser.add_argument("--articles", type=int, default=None)
    options = parser.parse_args()
    if options.what == "found":
        find(options.families, options.longest, options.seed)
    elif options.what == "floods":
        flood(options.articles or 10_000)
    elif options.archive:
        measure_cost(options.archive, options.articles or 300)
    else:
        parser.error("cost needs --archive")


if __name__ == "__main__":
    main()
