"""Folders of sites on the command line: ``--sites`` and ``$SEEALSO_SITES``."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from support.site_files import BROKEN_VALUES, PYTHON_SITE, VALUES, write_files

from crawler.cli.common import CommonOptions
from crawler.cli.crawl_summary import format_shared_options

Run = Callable[..., Result]


@pytest.fixture
def papers(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two sites and a broken file, in the folder that commands are run in."""
    monkeypatch.delenv("SEEALSO_SITES", raising=False)
    return write_files(
        tmp_path / "papers", {"evening.toml": VALUES, "morning.py": PYTHON_SITE, "sunday.toml": BROKEN_VALUES}
    )


def test_sites_of_a_folder_are_listed_with_their_places_and_a_broken_file_is_one_line(run: Run, papers: Path) -> None:
    shown = run("--sites", "papers", "sites")
    assert shown.exit_code == 0, shown.output
    lines = "evening  The evening, https://www.evening.example (en)\n  from papers/evening.toml (--sites)\n"
    assert lines in shown.stdout
    assert [line for line in shown.stdout.splitlines() if len(line) > 80] == []
    complaints = [line for line in shown.stderr.splitlines() if str(papers) in line]
    assert complaints == [
        f"seealso: {papers / 'sunday.toml'}: title: must be a text, not 3 (and 4 more); "
        "mend it, or take it out of the folder"
    ]
    rows = {row["name"]: row for row in json.loads(run("sites", "--json", "--sites", "papers").stdout)}
    assert (rows["morning"]["source"], rows["morning"]["place"]) == ("option", str(papers / "morning.py"))
    assert "evening" not in run("sites").stdout  # a folder counts for the command that it was given to
    listed = run("sites", "--jsonl", env={"SEEALSO_SITES": "papers"}).stdout
    assert {"name": "evening", "source": "environment"}.items() <= json.loads(
        next(line for line in listed.splitlines() if '"evening"' in line)
    ).items()


def test_a_broken_site_says_why_it_cannot_be_crawled(run: Run, papers: Path) -> None:
    shown = run("crawl", "ledger", "--sites", "papers")
    assert shown.exit_code == 1
    [line] = [line for line in shown.stderr.splitlines() if str(papers) in line]
    assert line.startswith(f"seealso: the site 'ledger' cannot be used: {papers / 'sunday.toml'}: title: must be")


def test_the_doctor_names_what_is_broken(run: Run, papers: Path) -> None:
    shown = run("doctor", "--json", "--sites", "papers")
    assert shown.exit_code == 2
    [finding] = [finding for finding in json.loads(shown.stdout) if str(papers) in finding["message"]]
    assert (finding["check"], finding["fix"]) == ("sites", "mend it, or take it out of the folder")
    assert str(papers) not in shown.stderr


def test_a_schedule_carries_the_folders(run: Run, papers: Path, tmp_path: Path) -> None:
    others = write_files(tmp_path / "other papers", {"weekly.toml": VALUES})
    shown = run(
        *("schedule", "install", "evening", "--dry-run", "--with", "systemd", "--sites", "papers"),
        env={"SEEALSO_SITES": f"other papers{os.pathsep}"},
    )
    assert shown.exit_code == 0, shown.output
    [line] = [line for line in shown.stdout.splitlines() if line.startswith("ExecStart=")]
    assert f' "--sites" "{papers}" "--sites" "{others}" ' in line
    assert "SEEALSO_SITES" not in shown.stdout
    refused = run("schedule", "install", "evening", "--sites", "papers", "--", "--sites", "papers")
    assert (refused.exit_code, "--sites belongs before --" in refused.stderr) == (1, True)


def test_a_folder_that_is_not_there_is_refused(run: Run) -> None:
    shown = run("sites", "--sites", "nowhere")
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert shown.stderr.count("\n") == 1
    assert "Directory 'nowhere' does not exist" in shown.stderr


def test_a_crawl_that_is_suggested_is_given_the_same_folders() -> None:
    options = CommonOptions(archive=Path("my news.db"), site_folders=(Path("papers"), Path("more papers")))
    assert format_shared_options(options) == " --archive 'my news.db' --sites papers --sites 'more papers'"
    assert format_shared_options(CommonOptions()) == ""
