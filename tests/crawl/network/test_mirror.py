"""A mirror's addresses mean the site's own, both ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.crawl.network.mirror import Mirror, is_loopback
from crawler.errors import BadAddress

ORIGIN = "https://www.asianews.it"
REPLICA = Mirror("http://127.0.0.1:9000{path}", ORIGIN)
BELOW = Mirror("http://replica.example/copies/asianews/{path}", ORIGIN)
ARCHIVE = Mirror("https://web.example/web/2022id_/{url}", ORIGIN)
FOLDERS = Mirror("http://127.0.0.1:9000/all/{host}{path}", ORIGIN)


def test_a_replica_is_asked_for_path_and_query():
    assert REPLICA.locate(ORIGIN + "/index.php?l=en&art=5") == "http://127.0.0.1:9000/index.php?l=en&art=5"
    assert REPLICA.locate(ORIGIN) == "http://127.0.0.1:9000/"


def test_a_replica_may_live_in_a_folder():
    assert BELOW.locate(ORIGIN + "/en.xml") == "http://replica.example/copies/asianews/en.xml"
    assert BELOW.translate_location("/copies/asianews/it.xml", BELOW.locate(ORIGIN + "/en.xml")) == ORIGIN + "/it.xml"


def test_each_host_may_have_a_folder_of_its_own():
    assert FOLDERS.locate(ORIGIN + "/en.xml?a=1") == "http://127.0.0.1:9000/all/www.asianews.it/en.xml?a=1"
    assert FOLDERS.locate("https://it.asianews.it") == "http://127.0.0.1:9000/all/it.asianews.it/"
    assert (
        Mirror("http://127.0.0.1/{host}/{path}", ORIGIN).locate(ORIGIN + "/a") == "http://127.0.0.1/www.asianews.it/a"
    )


def test_a_web_archive_is_asked_for_the_whole_address():
    assert (
        ARCHIVE.locate(ORIGIN + "/en.xml?a=1") == "https://web.example/web/2022id_/https://www.asianews.it/en.xml?a=1"
    )


@pytest.mark.parametrize(
    ("mirror", "location", "means"),
    [
        (REPLICA, "/news-en/B-2.html", ORIGIN + "/news-en/B-2.html"),
        (REPLICA, "B-2.html", ORIGIN + "/news-en/B-2.html"),
        (REPLICA, "http://127.0.0.1:9000/x?y=1", ORIGIN + "/x?y=1"),
        (REPLICA, "https://www.asianews.it/x", "https://www.asianews.it/x"),
        (REPLICA, "http://127.0.0.1:9001/x", "http://127.0.0.1:9001/x"),
        (REPLICA, "http://127.0.0.1:90000/x", "http://127.0.0.1:90000/x"),
        (REPLICA, "https://evil.example/x", "https://evil.example/x"),
        (ARCHIVE, "/web/20220311084500id_/https://www.asianews.it/x", "https://www.asianews.it/x"),
        (ARCHIVE, "https://web.example/web/2021/http:/www.asianews.it/x", "http://www.asianews.it/x"),
        (ARCHIVE, "https://web.example/about", "https://web.example/about"),
        (FOLDERS, "/all/it.asianews.it/x?y=1", "https://it.asianews.it/x?y=1"),
        (FOLDERS, "/x", ORIGIN + "/x"),
        (FOLDERS, "B-2.html", ORIGIN + "/news-en/B-2.html"),
        (FOLDERS, "//evil.example/x", "http://evil.example/x"),
        (FOLDERS, "http://127.0.0.1:9001/all/it.asianews.it/x", "http://127.0.0.1:9001/all/it.asianews.it/x"),
        (FOLDERS, "https://it.asianews.it/x", "https://it.asianews.it/x"),
    ],
)
def test_a_location_means_an_address_of_the_site_or_stays_foreign(mirror, location, means):
    assert mirror.translate_location(location, mirror.locate(ORIGIN + "/news-en/A-1.html")) == means


def test_a_web_archives_own_redirect_is_followed_where_it_leads():
    source = ARCHIVE.locate(ORIGIN + "/x")
    assert ARCHIVE.serves("/web/20220311id_/https://www.asianews.it/x", source)
    assert not ARCHIVE.serves("https://www.asianews.it/x", source)


@pytest.mark.parametrize(
    "template",
    [
        "",
        "http://127.0.0.1:9000",
        "ftp://x{path}",
        "{path}",
        "http://{path}",
        "http://a{path}{url}",
        "http://a{path}/{x}",
        "http://a:port{path}",
        "http://a b{path}",
        "http:///{url}",
        "http://[::1{path}",
        "http://{host}{path}",
        "http://{host}.a.example/{path}",
        "http://a.example{host}{path}",
        "http://a.example/{host}",
        "http://a.example/{path}{host}",
        "http://a.example/{host}{url}",
        "http://me:secret@a.example{path}",
    ],
)
def test_what_is_no_template_is_said_in_one_line(template):
    with pytest.raises(BadAddress) as said:
        Mirror(template, ORIGIN)
    assert "\n" not in str(said.value)
    assert "secret" not in str(said.value)


def test_only_this_machine_is_loopback():
    assert REPLICA.is_loopback
    assert not ARCHIVE.is_loopback
    assert is_loopback("[::1]".strip("[]"))
    assert not is_loopback("10.0.0.1")
    assert not is_loopback("localhost.example.com")


@given(st.text(max_size=80))
def test_any_location_means_something(location):
    means = REPLICA.translate_location(location, "http://127.0.0.1:9000/a")
    assert not means.startswith("http://127.0.0.1:9000/")
    means = FOLDERS.translate_location(location, "http://127.0.0.1:9000/all/a.example/a")
    assert not means.startswith("http://127.0.0.1:9000/all/a.example/")
