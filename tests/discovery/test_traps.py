"""Addresses without end: a run follows so many of them and says that it left the others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.tables import check_rows

from crawler.discovery.traps import TrapFilter, generalise_url, is_repetitive
from crawler.items import Fate, Link, Visit
from crawler.normalisation.addresses.urls import read_address
from crawler.sites.registry import find_site

SITE = find_site("asianews")
ORIGIN = "https://www.asianews.it"


def address(path):
    return read_address(path, SITE)


def visit(*paths):
    links = tuple(Link(address=address(path), via="listing") for path in paths)
    return Visit(address=address("/en.html"), fate=Fate.NOT_AN_ARTICLE, links=links)


def kept(sifted):
    return [link.address.url.removeprefix(ORIGIN) for link in sifted.links]


def test_a_calendar_without_end_is_left_after_so_many_pages_with_one_problem():
    traps = TrapFilter(per_form=10)
    paths = [f"/index.php?data_art_filtro=20{n // 12:02}-{n % 12 + 1:02}-01&l=en" for n in range(60)]
    first, second = (
        traps.filter_links(visit(*paths[:30])),
        traps.filter_links(visit(*paths[30:], "/geo-en/Laos-31.html")),
    )
    assert kept(first) == paths[:10]
    assert kept(second) == ["/geo-en/Laos-31.html"]
    assert [(problem.field, problem.value) for problem in first.problems] == [("links", ORIGIN + paths[10])]
    assert second.problems == ()


def test_a_listing_that_is_followed_already_is_not_counted_again():
    traps = TrapFilter(per_form=1)
    assert kept(traps.filter_links(visit("/geo-en/Laos-31.html"))) == ["/geo-en/Laos-31.html"]
    assert kept(traps.filter_links(visit("/geo-en/Laos-31.html"))) == ["/geo-en/Laos-31.html"]
    assert kept(traps.filter_links(visit("/geo-en/Nepal-7.html"))) == []


def test_ever_new_names_in_the_query_end_too():
    traps = TrapFilter(in_all=20)
    assert len(traps.filter_links(visit(*(f"/?l=en&geo=3&{'ab'[n % 2] * (n + 1)}=1" for n in range(50)))).links) == 20


def test_articles_are_never_counted_out():
    paths = [f"/news-en/Story-{number}.html" for number in range(1000)]
    assert kept(TrapFilter(per_form=1, in_all=1).filter_links(visit(*paths))) == paths


def test_a_path_that_repeats_itself_is_not_followed_unless_a_number_tells_the_article():
    sifted = TrapFilter().filter_links(
        visit("/en/asia/asia/asia", "/en/a/b/next-next-next-next-next", "/news-en/no-no-no-no-no-7.html")
    )
    assert kept(sifted) == ["/news-en/no-no-no-no-no-7.html"]
    assert len(sifted.problems) == 1


@pytest.mark.parametrize(
    "session", ["PHPSESSID=0123456789abcdef0123", "sid=0123456789abcdef", "jsessionid=ABCDEF0123456789.n1"]
)
def test_a_session_is_no_part_of_an_address(session):
    assert address(f"/?l=en&geo=31&{session}") == address("/?l=en&geo=31")
    assert address(f"/geo-en/Laos-31.html?{session}") == address("/geo-en/Laos-31.html")
    assert address(f"/news-en/A-5.html?{session}") == address("/news-en/A-5.html")


def test_a_session_in_the_path_is_no_part_of_an_address_either():
    assert address("/geo-en/Laos-31.html;jsessionid=0A1B") == address("/geo-en/Laos-31.html")
    assert address("/(S(lit3py55t21z5v55vlm25s55))/geo-en/Laos-31.html") == address("/geo-en/Laos-31.html")
    assert address("/(A(lit3py55t21z5v55vlm25s)F(lit3py55t21z5v55))/geo-en/Laos-31.html") == address(
        "/geo-en/Laos-31.html"
    )
    assert address("/(S(short))/geo-en/Laos-31.html").url.count("short") == 1


def test_a_short_number_called_sid_may_mean_a_page():
    assert address("/?l=en&geo=31&sid=7").url.endswith("sid=7")


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/geo-en/Laos-31.html", "/geo-en/*.html"),
        ("/theme-en/Laos-31", "/theme-en/*"),
        ("/?l=en&geo=31", "/?geo&l"),
        ("/index.php?l=en&page12=1", "/*.php?l&page0"),
        ("/a/b/c/d", "/a/*/*/*"),
        ("", "/"),
    ],
)
def test_the_form_of_an_address_is_what_its_family_shares(path, form):
    assert generalise_url(ORIGIN + path) == form


@given(st.text(alphabet="ab/-1%?&=.;é", max_size=200))
def test_any_path_has_a_form_and_an_answer(path):
    url = ORIGIN + "/" + path
    assert generalise_url(url) == generalise_url(url)
    assert is_repetitive(url) in (True, False)


@check_rows(
    ("path", "is_trap"),
    [
        ("/list?p=3&amp%25253Bp=3&amp%253Bp=3", True),
        ("/list?amp;p=3&amp;amp;p=2", True),
        ("/list?next=%2Flist%3Fnext%3D%252Flist%253Fnext%253D", True),
        ("/list?f[0]=a&f[1]=b&f[2]=c&f[3]=d", True),
        ("/list?" + "&".join(f"{letter}=1" for letter in "abcdefghijklmn"), True),
        ("/geo-en////Laos-31.html", True),
        ("/geo-en//Laos-31.html", False),
        ("/list?p=3&amp;q=2", False),
        ("/list?f[0]=a&f[1]=b&f[2]=c", False),
        ("/list?from=/list", False),
        ("/list?q=50%2525&x=1", True),
        ("/list?order=b&page=2&size=3&sort=a&view=c", False),
        ("/?u=/a/b/c", False),
    ],
)
def test_a_query_that_grows_is_a_trap(path, is_trap):
    assert is_repetitive(ORIGIN + path) is is_trap
