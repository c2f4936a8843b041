import contextlib
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

from click.testing import Result
from rich.cells import cell_len

Run = Callable[..., Result]
Crawled = tuple[Path, subprocess.CompletedProcess[str]]


def test_the_status_fits_a_terminal_of_80_columns(ask: Run) -> None:
    shown = ask("status")
    assert shown.exit_code == 0
    for title in ("Holdings", "Coverage", "Runs", "Queue", "Articles that have"):
        assert f"\n{title}\n" in shown.stdout
    addresses = [line for line in shown.stdout.splitlines() if "https://" in line or ".db" in line]
    assert [line for line in shown.stdout.splitlines() if cell_len(line) > 80 and line not in addresses] == []


def test_the_status_as_json_counts_what_is_there(ask: Run, crawled: Crawled) -> None:
    state = json.loads(ask("status", "--json", "--problems", "1").stdout)
    connection = sqlite3.connect(crawled[0])
    assert state["articles"] == connection.execute("SELECT count(*) FROM articles").fetchone()[0]
    assert state["captures"] == connection.execute("SELECT count(*) FROM captures").fetchone()[0]
    connection.close()
    [last] = state["runs"]
    assert sum(last["fates"].values()) == last["fetched"]
    assert last["settings"].keys() == {"contact", "mirror", "site_sha256"}  # what was asked for, and no default
    assert {"seealso", "python", "scrapy"} <= last["versions"].keys()
    assert len(state["problems"]) == 1


def test_an_archive_fresh_from_a_crawl_is_sound(ask: Run, crawled: Crawled) -> None:
    shown = ask("verify")
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.startswith(f"{crawled[0]} is sound: ")
    assert ask("verify", "--json").stdout == "[]\n"


def test_a_damaged_archive_is_told_finding_by_finding(run: Run, crawled: Crawled, tmp_path: Path) -> None:
    source, target = sqlite3.connect(crawled[0]), sqlite3.connect(tmp_path / "hurt.db")
    source.backup(target)
    source.close()
    target.execute("UPDATE articles SET body = body || ' More.' WHERE id = 1")
    target.commit()
    target.close()
    shutil.copytree(crawled[0].with_suffix(".warc"), tmp_path / "hurt.warc")
    [warc] = sorted((tmp_path / "hurt.warc").iterdir())[:1]
    warc.write_bytes(warc.read_bytes()[: warc.stat().st_size // 2])
    shown = run("verify", "--archive", "hurt.db")
    assert shown.exit_code == 2
    checks = {line.split(":")[0] for line in shown.stdout.splitlines()}
    assert {"digests", "captures"} <= checks
    assert shown.stderr.startswith("seealso: hurt.db: ")
    quick = run("verify", "--archive", "hurt.db", "--no-captures", "--jsonl")
    assert "captures" not in {json.loads(line)["check"] for line in quick.stdout.splitlines()}


def test_a_flipped_byte_in_a_request_is_found_as_well(run: Run, crawled: Crawled, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(crawled[0])) as source:
        source.execute("VACUUM INTO ?", (str(tmp_path / "hurt.db"),))
    shutil.copytree(crawled[0].with_suffix(".warc"), tmp_path / "hurt.warc")
    [warc] = sorted((tmp_path / "hurt.warc").iterdir())[:1]
    flipped = bytearray(warc.read_bytes())
    flipped[-6] ^= 1
    warc.write_bytes(flipped)
    shown = run("verify", "--archive", "hurt.db")
    assert shown.exit_code == 2
    assert shown.stdout.startswith(f"captures: {warc.name}: the record at byte ")


def test_the_sites_are_listed_with_their_health(ask: Run, run: Run) -> None:
    shown = ask("sites")
    assert "asianews  AsiaNews, https://www.asianews.it (en, it, es, zh)\n  comes with seealso\n" in shown.stdout
    assert ": finished, " in shown.stdout
    fresh = run("sites", "--archive", "nowhere.db")
    assert fresh.exit_code == 0
    assert "never crawled into this archive" in fresh.stdout
    rows = {row["name"]: row for row in json.loads(run("sites", "--json", "--archive", "nowhere.db").stdout)}
    row = rows["asianews"]
    assert (row["source"], row["articles"], row["last_run"]) == ("shipped", 0, None)


def test_a_reason_is_told_whole_or_ends_between_words(run: Run, crawled: Crawled, tmp_path: Path) -> None:
    path = tmp_path / "reasons.db"
    source, target = sqlite3.connect(crawled[0]), sqlite3.connect(path)
    source.backup(target)
    source.close()
    long = "look at the page, " * 15 + "then at its form"
    target.executemany(
        "INSERT INTO problems (url, field, reason) VALUES (?, 'links', ?)",
        [("https://www.asianews.it/1", long), ("https://www.asianews.it/2", "endless words " * 100)],
    )
    target.commit()
    target.close()
    shown = " ".join(run("status", "--archive", str(path)).stdout.split())
    assert f"links: {long}" in shown
    assert "endless words …" in shown or "words endless …" in shown


def test_doubtful_pages_are_counted(run: Run, crawled: Crawled, tmp_path: Path) -> None:
    path = tmp_path / "doubtful.db"
    source, target = sqlite3.connect(crawled[0]), sqlite3.connect(path)
    source.backup(target)
    source.close()
    shown = run("status", "--archive", str(path))
    assert "may be no article" not in shown.stdout
    target.executemany(
        "INSERT INTO problems (url, field, reason, kind) VALUES (?, 'page', 'It is uncertain.', 'doubt')",
        [("https://www.asianews.it/1",), ("https://www.asianews.it/2",), ("https://www.asianews.it/2",)],
    )
    target.commit()
    target.close()
    shown = run("status", "--archive", str(path))
    assert "\nDoubts\n  2 pages kept that may be no article" in shown.stdout
    assert [
        line for line in shown.stdout.splitlines() if "Doubts" in line or "may be no" in line if len(line) > 80
    ] == []
    assert json.loads(run("status", "--json", "--archive", str(path)).stdout)["doubts"] == 2


def test_texts_that_are_cut_or_paid_and_pages_that_wait_for_a_script_are_counted(
    run: Run, crawled: Crawled, tmp_path: Path
) -> None:
    path = tmp_path / "cut.db"
    source, target = sqlite3.connect(crawled[0]), sqlite3.connect(path)
    source.backup(target)
    source.close()
    assert "cut" not in json.loads(run("status", "--json", "--archive", str(path)).stdout)
    target.executemany(
        "INSERT INTO problems (url, field, reason, kind) VALUES (?, 'body', 'It is short.', ?)",
        [
            ("https://www.asianews.it/1", "cut"),
            ("https://www.asianews.it/2", "paid"),
            ("https://www.asianews.it/3", "cut"),
        ],
    )
    target.execute("UPDATE addresses SET last_failure = 'script' WHERE url_key = (SELECT min(url_key) FROM addresses)")
    target.commit()
    target.close()
    document = json.loads(run("status", "--json", "--archive", str(path)).stdout)
    assert (document["cut"], document["paid"], document["brought_by_script"]) == (2, 1, 1)
    lines = run("status", "--archive", str(path)).stdout.splitlines()
    begin = lines.index("Doubts")
    assert [line.split(" ", 4)[2:4] for line in lines[begin + 1 : begin + 4]] == [
        ["2", "articles"],
        ["1", "article"],
        ["1", "page"],
    ]
    assert max(map(len, lines[begin : begin + 4])) <= 80
