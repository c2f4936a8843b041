"""What a command loads before it begins: looked up in the process of the command itself."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Crawled = tuple[Path, subprocess.CompletedProcess[str]]
Modules = Callable[..., frozenset[str]]

PROGRAM = """
import sys
from crawler.cli.app import main
try:
    main(sys.argv[1:])
except SystemExit as ended:
    assert ended.code == 0, ended.code
print(*sys.modules, file=sys.stderr)
"""


@pytest.fixture
def load(tmp_path: Path) -> Modules:
    def list_modules(*command: str) -> frozenset[str]:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *command], capture_output=True, text=True, cwd=tmp_path, timeout=100
        )
        assert done.returncode == 0, done.stderr
        return frozenset(done.stderr.splitlines()[-1].split())

    return list_modules


def below(modules: frozenset[str], *packages: str) -> list[str]:
    return sorted(name for name in modules if any(f"{name}.".startswith(f"{package}.") for package in packages))


def test_the_help_imports_no_command_and_asks_for_no_version(load: Modules) -> None:
    modules = load("--help")
    assert below(modules, "crawler.cli.commands") == []
    assert below(modules, "crawler.archive", "sqlite_utils", "importlib.metadata") == []


def test_the_help_of_one_command_imports_no_other(load: Modules) -> None:
    modules = load("search", "--help")
    assert below(modules, "crawler.cli.commands") == ["crawler.cli.commands", "crawler.cli.commands.search"]


def test_the_sites_are_listed_without_scrapy(load: Modules, crawled: Crawled) -> None:
    modules = load("sites", "--archive", str(crawled[0]))
    assert "crawler.sites.registry" in modules
    assert below(modules, "scrapy", "twisted", "crawler.crawl.fetching.spider", "bs4", "lxml") == []


@pytest.mark.parametrize(
    "command",
    [
        ("kwic", "boat"),
        *(
            pytest.param(command, marks=pytest.mark.slow)
            for command in (("search", "boat"), ("show", "1"), ("status",))
        ),
    ],
)
def test_a_command_that_reads_loads_no_writing_half_no_scrapy_and_no_front(
    load: Modules, crawled: Crawled, command: tuple[str, ...]
) -> None:
    """Three further commands, the slow cases, take a second; ``test_search.py`` starts a search."""
    modules = load(*command, "--archive", str(crawled[0]))
    assert "crawler.archive.reader" in modules
    assert below(modules, "crawler.archive.write") == []
    assert below(modules, "scrapy", "twisted", "datasette", "dateparser", "crawler.sites") == []


def test_a_picture_is_drawn_without_the_front(load: Modules, crawled: Crawled) -> None:
    modules = load("timeline", "--svg", "timeline.svg", "--archive", str(crawled[0]))
    assert "crawler.research.titles" in modules
    assert below(modules, "datasette", "crawler.browse", "scrapy") == []


@pytest.mark.parametrize(
    "command", [("backup", "copy"), pytest.param(("backup", "copy", "--no-captures"), marks=pytest.mark.slow)]
)
def test_a_backup_loads_no_writing_half_no_scrapy_and_no_front(
    load: Modules, crawled: Crawled, command: tuple[str, ...]
) -> None:
    """Without captures, the slow case, in half a second."""
    modules = load(*command, "--archive", str(crawled[0]))
    assert "crawler.archive.health.file_copy" in modules
    assert below(modules, "crawler.archive.write", "scrapy", "twisted", "datasette", "crawler.sites", "lxml") == []
