"""``seealso crawl`` of several names and addresses at a time, into one archive."""

import json

import pytest
from support.many_papers import ManyPapers


@pytest.fixture
def papers(tmp_path):
    with ManyPapers(["alpha", "beta", "gamma"]) as papers:
        papers.write_sites(tmp_path / "sites")
        papers.names.remove("gamma")  # it refuses everything
        yield papers


def test_names_and_addresses_are_crawled_and_each_is_told_of(run, papers):
    shared = ("--sites", "sites", "--mirror", papers.mirror)
    ended = run("crawl", "alpha", "https://www.gamma.example/news/1-a", "beta", "--together", "3", *shared)
    assert ended.exit_code == 4
    lines = ended.stdout.splitlines()
    heads = sorted(line.partition(",")[0] for line in lines if ", run " in line)
    assert heads == ["alpha: finished", "beta: finished", "gamma: refused"]
    assert "gamma: The gamma refused the address asked for" in ended.stderr

    ended = run("crawl", "--list", "alpha,beta", "--together", "2", *shared, "--json")
    document = json.loads(ended.stdout)
    assert [(report["site"], report["outcome"]) for report in document["crawls"]] == [
        ("alpha", "finished"),
        ("beta", "finished"),
    ]
    assert (ended.exit_code, document["exit_code"]) == (0, 0)
    assert "no site 'nobody' is known" in run("crawl", "alpha", "nobody", "--together", "2", *shared).stderr
