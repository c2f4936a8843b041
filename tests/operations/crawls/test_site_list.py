"""A list of sites: what is in it, and what is wrong with it in one line that says where."""

import pytest
from support.site_files import VALUES, write_files
from support.tables import check_rows

from crawler.operations.crawls.site_list import BadSiteList, ListedSite, name_folders, read_site_list
from crawler.sites.sources import set_given_folders


@pytest.fixture
def two_papers(tmp_path):
    set_given_folders((write_files(tmp_path / "sites", {"alpha.toml": VALUES, "beta.toml": VALUES}),))
    yield
    set_given_folders(())


def test_names_are_parted_by_commas():
    assert read_site_list(" alpha, beta,") == [
        ListedSite(place="alpha", arguments=("alpha",)),
        ListedSite(place="beta", arguments=("beta",)),
    ]


def test_a_file_has_a_site_a_line_with_its_options(tmp_path):
    path = tmp_path / "papers"
    path.write_text(
        "# two papers\n\nalpha --max-articles 5  # a small one\nbeta https://www.beta.example/news/1-a 'x y'\n"
    )
    assert [(site.place, site.arguments) for site in read_site_list(str(path))] == [
        (f"{path}, line 3", ("alpha", "--max-articles", "5")),
        (f"{path}, line 4", ("beta", "https://www.beta.example/news/1-a", "x y")),
    ]


@check_rows(
    ("content", "reason"),
    [
        (b"", "names no site"),
        (b"# nothing\n", "names no site"),
        (b"\xff\xfe", "cannot be read: it is no text"),
        (b"alpha\nbeta 'oh\n", "line 2: no closing quotation"),
        (b"alpha\n" * 10_001, "more than 10,000 sites"),
    ],
)
def test_a_file_that_cannot_be_used(content, reason, tmp_path):
    path = tmp_path / "papers"
    path.write_bytes(content)
    with pytest.raises(BadSiteList, match=reason):
        read_site_list(str(path))


def test_a_file_that_is_not_there_is_no_site():
    with pytest.raises(BadSiteList, match=r"there is no file papers\.txt"):
        read_site_list("papers.txt")


@pytest.mark.usefixtures("two_papers")
def test_folders_are_named_after_sites_and_unknown_hosts(tmp_path):
    lines = ["alpha", "https://www.beta.example/news/7-a", "https://north-post.example/story"]
    sites = [ListedSite(place="a list", arguments=(line,)) for line in lines]
    assert list(name_folders(sites, tmp_path)) == ["alpha", "beta", "north_post_example"]


@pytest.mark.usefixtures("two_papers")
def test_what_is_no_site_or_one_twice_is_refused(tmp_path):
    rows = [
        (("alpha", "https://www.alpha.example/news/1-a"), "a list: the site alpha is there twice"),
        (("gamma",), "no site 'gamma' is known"),
        (("../alpha",), r"no site '\.\./alpha' is known"),
        (("--delay",), "a line begins with a site"),
    ]
    for words, reason in rows:
        with pytest.raises(BadSiteList, match=reason):
            name_folders([ListedSite(place="a list", arguments=(word,)) for word in words], tmp_path)
