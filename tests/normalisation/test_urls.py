"""Addresses: the spellings that were met are in addresses.toml; the ones that attackers and typists make are here."""

from __future__ import annotations

import tomllib
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.tables import check_rows

from crawler.errors import BadAddress
from crawler.normalisation.addresses.urls import preferred_spelling, read_address
from crawler.site import AddressForm, Site
from crawler.sites.registry import find_site

ASIANEWS = find_site("asianews")

MET: list[dict[str, str]] = tomllib.loads((Path(__file__).parent / "addresses.toml").read_text("utf-8"))["address"]
ARTICLES = [row for row in MET if row["kind"] == "article"]
SEED = "https://www.asianews.it/news-en/Moscow-and-the-future-of-the-Eurasian-alliance-55331.html"


@check_rows("row", MET, ids=lambda row: row["url"])
def test_every_address_that_was_met_is_what_a_person_says(row: dict[str, str]) -> None:
    address = read_address(row["url"], ASIANEWS)
    assert (address.kind, address.language, address.site_key) == (row["kind"], row.get("language"), row.get("key"))


@check_rows("row", ARTICLES, ids=lambda row: row["url"])
def test_every_spelling_of_an_article_has_one_identity(row: dict[str, str]) -> None:
    address = read_address(row["url"], ASIANEWS)
    assert address.url_key == f"asianews/{row['language']}/{row['key']}"
    assert address.story == (row["key"] if row["key"].isdigit() else None)


@check_rows("row", MET, ids=lambda row: row["url"])
def test_an_address_read_again_is_the_same(row: dict[str, str]) -> None:
    address = read_address(row["url"], ASIANEWS)
    assert read_address(address.url, ASIANEWS) == address
    assert address.url.startswith("https://www.asianews.it/")
    assert address.url.isascii()


@check_rows(
    "spelling",
    [
        "http://www.asianews.it/news-en/Moscow-and-the-future-of-the-Eurasian-alliance-55331.html",
        "https://asianews.it/news-en/Moscow-and-the-future-of-the-Eurasian-alliance-55331.html",
        "http://m.asianews.it/index.php?l=en&idn=&art=55331",
        "https://www.asianews.it/index.php?art=55331&l=en",
        "https://www.asianews.it/index.php?l=en&geo=41&art=055331&size=A&idn=1",
        "https://www.asianews.it/index.php?l=en&amp;art=55331",
        "https://www.asianews.it/index.php?l=en&idn=1&art=55331&mag=visualizzaperlastampa",
        "https://www.asianews.it/?l=en&art=55331",
        "https://www.asianews.it/news-en/Another-slug-0055331.html",
        "https://www.asianews.it/news-en/55331.html",
        "https://www.asianews.it/news-en/%E2%80%9CMoscow%E2%80%9D-55331.html",
        "https://www.asianews.it/news-en/“Moscow”-55331.html",
        "https://www.asianews.it/news-en/%e2%80%9cMoscow%e2%80%9d-55331.html",
        "https://www.asianews.it/news-en/Moscow%252Dand-%25EF%25BF%25BD-55331.html",
        "https://www.asianews.it/news-en%2FMoscow-55331.html",
        "https://www.asianews.it/news%252Den/Moscow-55331.html",
        "https://www.asianews.it/NEWS-EN/Moscow-55331.HTML",
        "HTTPS://WWW.ASIANEWS.IT/news-en/Moscow-55331.html",
        "https://www.asianews.it./news-en/Moscow-55331.html",
        "https://www.asianews.it:443/news-en/Moscow-55331.html",
        "http://www.asianews.it:80/news-en/Moscow-55331.html",
        "https://www.asianews.it//news-en//Moscow-55331.html",
        "https://www.asianews.it/x/../news-en/./Moscow-55331.html",
        "https:\\\\www.asianews.it\\news-en\\Moscow-55331.html",
        "https://ａｓｉａｎｅｗｓ.it/news-en/Moscow-55331.html",
        "https://asianews。it/news-en/Moscow-55331.html",
        f"{SEED}#comments",
        f"{SEED}?utm_source=letter&utm_medium=mail&fbclid=abc",
        f"  {SEED}\n",
        f"\ufeff{SEED}",
        SEED.replace("future", "fu\n\tture"),
        "www.asianews.it/news-en/Moscow-55331.html",
        "asianews.it/news-en/Moscow-55331.html",
        "//asianews.it/news-en/Moscow-55331.html",
        "/news-en/Moscow-55331.html",
        "news-en/Moscow-55331.html",
        "https:///www.asianews.it/news-en/Moscow-55331.html",
        "https:/www.asianews.it/news-en/Moscow-55331.html",
        "https:www.asianews.it/news-en/Moscow-55331.html",
        "///www.asianews.it/news-en/Moscow-55331.html",
        "https%3A%2F%2Fwww.asianews.it%2Fnews-en%2FMoscow-55331.html",
        "https%3A//www.asianews.it/news-en/Moscow-55331.html",
        f"{SEED}%20",
        f"{SEED}%0A",
        f"{SEED}%E2%80%8B",
        f"{SEED}&utm_source=feed&utm_medium=rss",
        f"{SEED}%3Futm_source%3Dfeed",
        f"{SEED}?mtm_campaign=x&at_medium=y&srsltid=z",
        "https://www.asianews.it/index.php?l=en&art=55331?utm_source=feed",
        "https://www.asianews.it/index.php?l=en;art=55331",
        "https://www.asianews.it/index.php??l=en&art=55331",
        "https://www.asianews.it/index.php?l=en&art=55331/",
        "https://www.asianews.it/index.php?l=en&art=55331).",
        f"{SEED}).",
        f"{SEED},",
        f"{SEED}%22",
        f"{SEED}”",
        f"{SEED}&quot;",
        f"{SEED}%3C/a%3E",
        f"<{SEED}>",
        f'"{SEED}"',
        f"{SEED}/amp/",
        f"{SEED}?amp=1",
        SEED.replace(".html", ".amp.html"),
        SEED.replace("/news-en", "/amp/news-en"),
        f"http://{SEED}",
        SEED.replace("https://", "https://https//"),
        SEED.replace("https:", "https"),
        SEED.replace("https:", "ttps:"),
        SEED.replace("https:", "https;"),
        f"view-source:{SEED}",
    ],
)
def test_other_spellings_of_the_seed_lead_to_the_seed(spelling: str) -> None:
    assert read_address(spelling, ASIANEWS).url_key == "asianews/en/55331"


QUOTED_SEED = quote(SEED, safe="")
BARE_SEED = SEED.removeprefix("https://")


@check_rows(
    "printed",
    [
        f"https://www.google.com/url?q={QUOTED_SEED}&sa=D&usg=x",
        f"https://www.google.co.uk/url?rct=j&sa=t&url={SEED}&ct=ga",
        f"https://www.google.com/amp/s/{BARE_SEED}",
        f"https://www-asianews-it.cdn.ampproject.org/c/s/{BARE_SEED}",
        f"https://l.facebook.com/l.php?u={QUOTED_SEED}%3Ffbclid%3Dx&h=y",
        f"https://nam02.safelinks.protection.outlook.com/?url={QUOTED_SEED}&data=x",
        f"https://translate.google.com/translate?sl=en&u={SEED}",
        f"{SEED.replace('www.asianews.it', 'www-asianews-it.translate.goog')}?_x_tr_sl=en&_x_tr_tl=it",
        f"https://web.archive.org/web/20230101000000/{SEED}",
        f"https://web.archive.org/web/2023id_/http:/{BARE_SEED}",
        f"https://archive.example/wayback/20230101000000*/{SEED}",
        f"https://vk.com/away.php?to={QUOTED_SEED}",
    ],
)
def test_a_link_to_a_redirector_a_cache_or_an_archive_is_one_to_the_page(printed: str) -> None:
    assert read_address(printed, ASIANEWS, "https://www.asianews.it/en.html").url_key == "asianews/en/55331"
    with pytest.raises(BadAddress):  # what a server sent under such an address is not the page
        read_address(printed, ASIANEWS)


@check_rows(
    "printed",
    [
        f"https://www.facebook.com/sharer/sharer.php?u={QUOTED_SEED}",
        "https://www.google.com/url?q=javascript:alert(1)",
        "https://www.google.com/url?q=https%3A%2F%2Fother.example%2Fa",
        f"https://www.google.com/url?q=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3D{quote(QUOTED_SEED)}",
        "https://web.archive.org/web/2023/https://user@www.asianews.it/x",
        "https://other.example/2023/https",
    ],
)
def test_a_wrapped_address_passes_the_same_gate(printed: str) -> None:
    with pytest.raises(BadAddress):
        read_address(printed, ASIANEWS, "https://www.asianews.it/en.html")


@check_rows(
    "path",
    [
        "/amp/about.html",
        "/news-en/a-letter.html).",
        "/news-en/ferry;b=9.html",
        "/x;y=1",
        "/https//b.html",
        "/index.php?q=a;b",
    ],
)
def test_what_is_no_article_when_mended_stays_as_it_is(path: str) -> None:
    assert read_address(f"https://www.asianews.it{path}", ASIANEWS).kind == "other"


@check_rows(
    "printed",
    ["www.asianews.it/en.xml", "asianews.it/en.xml", "///www.asianews.it/en.xml", "https%3A//asianews.it/en.xml"],
)
def test_a_host_that_a_page_prints_in_front_is_a_host_there_too(printed: str) -> None:
    assert read_address(printed, ASIANEWS, SEED).url == "https://www.asianews.it/en.xml"


@check_rows(
    ("printed", "url"),
    [
        (SEED, SEED),
        ("https://www.asianews.it/x%20y%20", "https://www.asianews.it/x%20y"),
        ("https://www.asianews.it/x%3Fid%3D1", "https://www.asianews.it/x%3Fid%3D1"),
        ("https://www.asianews.it/x&y=1", "https://www.asianews.it/x&y=1"),
        ("///2026/x", "https://www.asianews.it/2026/x"),
        ("http://asianews.it/news-en/A:-b,-c's-9.html", "https://www.asianews.it/news-en/A:-b,-c's-9.html"),
        ("http://asianews.it/news-en/A%3a-b%2c-c%27s-9.html", "https://www.asianews.it/news-en/A%3A-b%2C-c%27s-9.html"),
        ("http://asianews.it/%6Eews%2Den/%57%7e-9.html", "https://www.asianews.it/news-en/W~-9.html"),
        ("http://asianews.it/news-en/%%33A-9.html", "https://www.asianews.it/news-en/%253A-9.html"),
        ("http://asianews.it/x/%2e%2E/en.xml", "https://www.asianews.it/en.xml"),
        ("https://www.asianews.it/news-en/“A”-9.html", "https://www.asianews.it/news-en/%E2%80%9CA%E2%80%9D-9.html"),
        (
            "https://www.asianews.it/news-en/%e2%80%9ca%e2%80%9d-9.html",
            "https://www.asianews.it/news-en/%E2%80%9Ca%E2%80%9D-9.html",
        ),
        (
            "https://www.asianews.it/news-en/a%26rsquo%3Bs-9.html",
            "https://www.asianews.it/news-en/a%26rsquo%3Bs-9.html",
        ),
        (
            "https://www.asianews.it/news-en/ej%25EF%25BF%25BDrcito-9.html",
            "https://www.asianews.it/news-en/ej%25EF%25BF%25BDrcito-9.html",
        ),
        ("https://www.asianews.it/news-en/100%-sure-9.html", "https://www.asianews.it/news-en/100%25-sure-9.html"),
        ("https://www.asianews.it/news-en/a-9.html?utm_source=x&b=1#c", "https://www.asianews.it/news-en/a-9.html"),
        ("http://m.asianews.it/index.php?l=en&idn=&art=0021213", "https://www.asianews.it/index.php?l=en&art=21213"),
        (
            "https://www.asianews.it/index.php?l=en&idn=1&art=9&mag=visualizzaperlastampa",
            "https://www.asianews.it/index.php?l=en&art=9",
        ),
        (
            "https://www.asianews.it/index.php?geo=53&l=en&utm_source=x#a",
            "https://www.asianews.it/index.php?geo=53&l=en",
        ),
        ("https://www.asianews.it/Search-en:a+b c", "https://www.asianews.it/Search-en:a+b%20c"),
        ("https://asianews.it", "https://www.asianews.it/"),
        ("https://asianews.it/?", "https://www.asianews.it/"),
        ("https://www.asianews.it/a/../../b/..", "https://www.asianews.it/"),
        ("https://www.asianews.it/x?b=%ff&a=1+2", "https://www.asianews.it/x?a=1%202&b=%FF"),
    ],
)
def test_the_address_is_written_one_way(printed: str, url: str) -> None:
    assert read_address(printed, ASIANEWS).url == url


def test_a_2026_address_is_keyed_by_its_path_in_small_letters() -> None:
    address = read_address("https://www.asianews.it/EN/South-Asia/Nepal/Widows-wear-dress/", ASIANEWS)
    assert (address.site_key, address.language, address.story) == ("south-asia/nepal/widows-wear-dress", "en", None)
    assert address.url_key == "asianews/en/south-asia/nepal/widows-wear-dress"


def test_an_address_printed_on_a_page_is_read_from_there() -> None:
    base = "https://www.asianews.it/geo-en/Russia-41.html"
    assert read_address("../news-en/Moscow-55331.html", ASIANEWS, base).url_key == "asianews/en/55331"
    assert read_address("?l=it&art=7", ASIANEWS, "https://www.asianews.it/index.php?l=en").url_key == "asianews/it/7"
    assert read_address("#top", ASIANEWS, base).url == base


def test_of_a_repeated_parameter_the_last_counts_as_in_php() -> None:
    assert read_address("/index.php?l=en&art=1&art=2", ASIANEWS).site_key == "2"


@check_rows(
    ("url", "why"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("javascript:alert(1)", "not an address on the web"),
        (" JaVaScript:alert(1)", "not an address on the web"),
        ("java\nscript:alert(1)", "not an address on the web"),
        ("data:text/html,<script>alert(1)</script>", "not an address on the web"),
        ("mailto:desk@asianews.it", "not an address on the web"),
        ("ftp://www.asianews.it/x", "not an address on the web"),
        ("file:///etc/passwd", "not an address on the web"),
        ("https://example.org/news-en/x-1.html", "its hosts are asianews.it"),
        ("https://asianews.it.example.org/", "its hosts are"),
        ("https://notasianews.it/", "its hosts are"),
        ("https://www.asianews.it@example.org/", "names a user"),
        ("https://user:secret@www.asianews.it/", "names a user"),
        ("https://example.org\\@www.asianews.it/", "its hosts are"),
        ("https://example.org\\.asianews.it/", "its hosts are"),
        ("https://www%2easianews%2eit/", "its hosts are"),
        ("https://www.аsianews.it/", "its hosts are"),  # a Cyrillic а
        ("https://127.0.0.1/", "its hosts are"),
        ("https://[::1]/", "its hosts are"),
        ("https://[::1/", "malformed"),
        ("https://www.asianews.it:99999/", "malformed"),
        ("https://www.asianews.it:x/", "malformed"),
        ("https://www.asianews.it:8080/", "port 8080"),
        ("https:///news-en/x-1.html", "names no host"),
        ("http:/x", "names no host"),
        ("https://" + "a." * 200 + "asianews.it/", "its hosts are"),
        ("https://www.asianews.it/\x00", "control characters"),
        ("https://www.asianews.it/\ud800", "control characters"),
        ("https://www.asianews.it/" + "a" * 2000, "2000"),
        ("x" * 10_000_000, "2000"),
    ],
    ids=lambda value: str(value)[:40].encode("unicode_escape").decode(),
)
def test_what_is_not_an_address_of_the_site_is_refused_with_the_reason(url: str, why: str) -> None:
    with pytest.raises(BadAddress, match=why) as refusal:
        read_address(url, ASIANEWS)
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 600


def test_a_refusal_cannot_move_the_readers_terminal() -> None:
    with pytest.raises(BadAddress) as refusal:
        read_address("https://example.org/\x1b[2J\u202e", ASIANEWS)
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (SEED, "https://www.asianews.it/index.php?l=en&art=55331"),
        (SEED, "https://www.asianews.it/en/europe/russia/moscow-and-the-future"),
        ("https://www.asianews.it/en/europe/russia/moscow", "https://www.asianews.it/index.php?l=en&art=55331"),
        ("https://www.asianews.it/en/europe/russia/moscow", "https://www.asianews.it/en/europe/russia/moscow/"),
        ("https://www.asianews.it/news-en/Thailand's-9.html", "https://www.asianews.it/news-en/T%26rsquo%3Bs-9.html"),
        ("https://www.asianews.it/news-en/A:-b's-9.html", "https://www.asianews.it/news-en/A%3A-b%27s-9.html"),
        ("https://www.asianews.it/news-en/A-whole-slug-9.html", "https://www.asianews.it/news-en/9.html"),
        ("https://www.asianews.it/news-en/Abc-9.html", "https://www.asianews.it/news-en/Abd-9.html"),
        (SEED, "no address at all"),
    ],
)
def test_the_preferred_spelling_does_not_depend_on_the_order(better: str, worse: str) -> None:
    assert preferred_spelling(ASIANEWS, better, worse) == better
    assert preferred_spelling(ASIANEWS, worse, better) == better


@given(st.lists(st.sampled_from([row["url"] for row in ARTICLES]), min_size=3, max_size=3))
def test_preference_is_one_order_over_all_spellings(urls: list[str]) -> None:
    first, second, third = urls

    def better(a: str, b: str) -> str:
        return preferred_spelling(ASIANEWS, a, b)

    assert better(first, second) == better(second, first)
    assert better(better(first, second), third) == better(first, better(second, third))


@given(
    st.text(max_size=120),
    st.sampled_from(["https://www.asianews.it/", "https://asianews.it/news-en/", "/index.php?l=en&", "", "http://"]),
)
def test_any_text_is_an_address_or_refused_and_stays_what_it_is(text: str, start: str) -> None:
    try:
        address = read_address(start + text, ASIANEWS)
    except BadAddress:
        return
    assert address.url.startswith("https://www.asianews.it/")
    assert read_address(address.url, ASIANEWS) == address


@given(
    st.integers(1, 10**9 - 1),
    st.text(alphabet="aé“%-:,'&; 亚0", max_size=30),
    st.sampled_from(["news-en", "notizie-it", "noticias-es", "news-zh"]),
)
def test_only_the_number_of_a_slug_is_the_article(number: int, slug: str, folder: str) -> None:
    from urllib.parse import quote

    for printed in (slug, quote(slug), quote(quote(slug))):
        address = read_address(f"https://asianews.it/{folder}/{printed}-{number:06}.html", ASIANEWS)
        assert address.url_key == f"asianews/{folder[-2:]}/{number}"


def test_a_site_in_one_language_need_not_tell_it_in_the_address(courier: Site) -> None:
    assert read_address("/news/Ferry-strike/", courier).url_key == "courier/en/ferry-strike"
    assert read_address("/story?x=1&id=007", courier).url == "https://courier.example/story?id=007"
    assert read_address("/story?x=1&id=007", courier).url_key == "courier/en/7"


def test_the_first_form_that_fits_wins() -> None:
    forms = (AddressForm(kind="feed", path=r"/a\.xml"), AddressForm(kind="other", path=r"/.*\.xml"))
    site = Site(
        name="s",
        title="S",
        origin="https://s.example",
        domains=("s.example",),
        country="gb",
        languages=("en", "it"),
        timezone="UTC",
        addresses=forms,
    )
    assert read_address("/a.xml", site).kind == "feed"
    assert read_address("/b.xml", site).kind == "other"
    assert read_address("/a.xml", site).language is None
