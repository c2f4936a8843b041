"""Two small papers, and the command that crawls them."""

import json

import pytest
from click.testing import CliRunner
from support.forked_child import ForkedChild
from support.many_papers import ManyPapers

from crawler.cli import main
from crawler.operations.crawls import task


@pytest.fixture
def papers():
    with ManyPapers(["alpha", "beta"]) as papers:
        yield papers


@pytest.fixture
def crawl_list(papers, tmp_path, monkeypatch):
    """Run the command on a list, its children forked; return exit code, record of each site, and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(task, "Popen", ForkedChild)
    papers.write_sites(tmp_path / "sites")

    def crawl(sites, *options):
        shared = ("--sites", "sites", "--work", "work", "--jobs", "1", "--mirror", papers.mirror, "--json")
        ended = CliRunner().invoke(main, ["crawl", "--list", sites, *shared, *options])
        document = json.loads(ended.stdout)
        assert document["exit_code"] == ended.exit_code
        return ended.exit_code, {record["site"]: record for record in document["crawls"]}, ended.stderr

    return crawl
