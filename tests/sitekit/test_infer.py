"""What a few invented pages tell about their site, against values written by hand."""

from dataclasses import replace

import pytest
from support.story_links import FETCHED_AT, make_page
from support.tables import check_rows

from crawler.errors import BadAddress, PageUnreadable
from crawler.items import Capture
from crawler.normalisation.addresses.urls import read_address
from crawler.sitekit.infer import infer_site
from crawler.sites.checking import check_site
from crawler.sites.values import make_values, read_values

MENU = {"/harbour/": "Harbour", "/village/": "Village", "/tag/lamps/": "Lamps", "/subscribe/": "Subscribe"}
STORIES = {
    f"/village/{slug}-{number}.html": f"A story about {slug.replace('-', ' ')} and others"
    for number, slug in enumerate(("two-bells-for-one-tower", "the-baker-counts-loaves", "a-goat-on-the-roof"), 880_101)
}
GERMAN_PROSE = (
    "Die Wärterin des Leuchtturms sagte am Montag, dass die Lampe den ganzen Winter brennen werde, wer auch zahlt.",
    "Niemand im Dorf hatte sie gefragt, und doch standen vierzig Leute auf der Mole, als das Licht anging.",
    "Eine Glocke, die seit dem Sturm geschwiegen hatte, wurde zweimal geläutet, und die Fähre gab ihr Antwort.",
)


def make_herald(path, headline="Lamp of the old pier burns all winter", **values):
    return make_page(f"https://www.quayherald.example{path}", headline, menu=MENU, stories=STORIES, **values)


def read(inferred, url):
    return read_address(url, inferred.site)


FIRST = make_herald("/harbour/lamp-of-the-old-pier-880042.html")
SECOND = make_herald("/village/fair/nets-are-sold-at-the-fair-879913.html", "Nets are sold at the fair")


def test_one_page_gives_its_site_whose_check_passes():
    inferred = infer_site([FIRST])
    site = inferred.site
    assert (site.name, site.origin, site.languages) == ("quayherald_example", "https://www.quayherald.example", ("en",))
    assert (site.agencies, site.lead_expected, site.guess_dates) == ((), False, True)
    assert [fault for fault in check_site(site) if fault.is_error] == []
    assert make_values(read_values(make_values(site))) == make_values(site)
    assert {f"addresses[{number}]" for number in range(len(site.addresses))} <= inferred.evidence.keys()


def test_a_site_has_the_scheme_that_its_pages_have():
    plain = [replace(page, url=page.url.replace("https:", "http:")) for page in (FIRST, SECOND)]
    assert infer_site(plain).site.origin == "http://www.quayherald.example"
    assert infer_site([plain[0], SECOND]).site.origin == "https://www.quayherald.example"
    canonical = f'<head><link rel="canonical" href="{FIRST.url}">'.encode()
    moved = replace(plain[0], body=plain[0].body.replace(b"<head>", canonical))
    assert infer_site([moved]).site.origin == "https://www.quayherald.example"


def test_a_host_in_unicode_is_the_same_in_ascii():
    head = (
        '<head><link rel="canonical" href="https://www.quäherald.example/harbour/lamp-880042.html">'
        '<link rel="alternate" type="application/rss+xml" href="https://www.quäherald.example/feed.xml">'
    )
    page = replace(FIRST, url="https://www.xn--quherald-1za.example/harbour/lamp-880042.html")
    page = replace(page, body=page.body.replace(b"<head>", head.encode()))
    site = infer_site([page]).site
    assert (site.origin, "/feed.xml" in site.entry_points) == ("https://www.xn--quherald-1za.example", True)
    assert [fault for fault in check_site(site) if fault.is_error] == []


def test_the_path_is_the_key_until_two_pages_agree_on_a_number():
    alone, both = infer_site([FIRST]), infer_site([FIRST, SECOND])
    url = "https://www.quayherald.example/village/a-goat-on-the-roof-880103.html"
    assert read(alone, url).site_key == "village/a-goat-on-the-roof-880103.html"
    assert (read(both, url).site_key, read(both, url).story) == ("880103", "880103")
    assert {doubt.kind for doubt in alone.doubts} >= {"key", "pages"}
    assert "key" not in {doubt.kind for doubt in both.doubts}


def test_short_numbers_beside_others_are_no_keys():
    pages = [
        make_herald(f"/notes/n{year}-{number}-x", "A note from the pier")
        for year, number in (("2024", "03571"), ("2025", "04160"))
    ]
    assert read(infer_site(pages), pages[0].url).site_key == "notes/n2024-03571-x"


def test_the_order_of_pages_changes_nothing():
    pages = [FIRST, SECOND, make_herald("/weather/2024/03/14/ice-on-the-strait-again", "Ice on the strait again")]
    first, second = infer_site(pages), infer_site(list(reversed(pages)))
    assert make_values(first.site) == make_values(second.site)
    assert (first.evidence, first.doubts) == (second.evidence, second.doubts)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/village/the-baker-counts-loaves-880102.html", "article"),
        ("/archive-of-storms/the-night-of-the-long-wave", "article"),  # of a former edition, by what is usual
        ("/tag/lamps-and-their-keepers-in-winter", "other"),
        ("/author/ada-quill-writes-about-bells", "other"),
        ("/harbour/", "listing"),
        ("/harbour/lamp-of-the-old-pier-880042.html/amp", "other"),
        ("/", "home"),
        ("/subscribe/", "other"),
    ],
)
def test_addresses_are_told_apart(path, kind):
    assert read(infer_site([FIRST, SECOND]), f"https://www.quayherald.example{path}").kind == kind


def test_a_key_in_the_query():
    pages = [
        make_herald(f"/story.php?id={number}&ref=front", "Lamp of the old pier burns") for number in ("4711", "4802")
    ]
    address = read(infer_site(pages), "https://quayherald.example/story.php?ref=x&id=00990")
    assert (address.kind, address.site_key) == ("article", "990")


@pytest.mark.parametrize(
    ("addresses", "links", "asked", "key"),
    [
        (("/story.cgi?id=340", "/story.cgi?id=322"), "", "/story.cgi?id=7&ref=x", "7"),
        (
            ("/view?story_no=9", "/view?story_no=12"),
            "",
            "/view?story_no=31",
            "31",
        ),  # no file, no usual name, one figure
        (("/?p=123", "/?p=140"), "", "/?p=9", "9"),
        (("/?sec=2&text=88", "/?sec=2&text=91"), "", "/?text=95&sec=3", "95"),
        (("/view?story_no=9",), "/view?story_no=12", "/view?story_no=31", "31"),  # a link tells it
        (("/the-lamp-burns?page=2",), "/the-lamp-burns?page=3", "/the-lamp-burns?page=4", "the-lamp-burns"),
    ],
)
def test_a_parameter_that_alone_tells_pages_apart_is_the_key(addresses, links, asked, key):
    related = [(links, "The keeper of the old lamp tells her story")] if links else []
    pages = [
        make_herald(path, f"Lamp number {number} burns again", related=related) for number, path in enumerate(addresses)
    ]
    address = read(infer_site(pages), f"https://quayherald.example{asked}")
    assert (address.kind, address.site_key) == ("article", key)


def test_pages_that_would_be_one_article_are_told():
    pages = [make_herald(f"/story?x={code}", f"The {code} lamp burns") for code in ("red", "blue")]
    (doubt,) = (doubt for doubt in infer_site(pages).doubts if "one key" in doubt.reason)
    assert (doubt.kind, doubt.key) == ("key", "addresses")
    assert not [doubt for doubt in infer_site([FIRST, SECOND]).doubts if "one key" in doubt.reason]


def test_codes_keep_their_capitals():
    pages = [make_herald("/village/a-lamp-for-all-winter,UAf9GNd", "A lamp for all winter")]
    inferred = infer_site(pages)
    first = read(inferred, "https://www.quayherald.example/village/a-lamp-for-all-winter,UAf9GNd")
    other = read(inferred, "https://www.quayherald.example/village/a-lamp-for-all-winter,uaF9gnD")
    assert first.url_key != other.url_key


def test_feeds_of_the_head_without_those_of_comments():
    head = (
        '<link rel="alternate" type="application/rss+xml" title="Herald" href="/feed/">'
        '<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">'
        '<link rel="alternate" type="application/atom+xml" href="https://feeds.quay.example/all.atom">'
    )
    inferred = infer_site([make_herald("/harbour/lamp-of-the-old-pier-880042.html", head=head)])
    assert inferred.site.entry_points == ("/feed/", "https://feeds.quay.example/all.atom", "/")
    assert read(inferred, "https://www.quayherald.example/feed/").kind == "feed"
    assert read(inferred, "https://feeds.quay.example/all.atom").kind == "feed"
    assert "feeds" in {doubt.kind for doubt in infer_site([FIRST]).doubts}


@check_rows(
    "media_type", ["application/feed+json", "text/rss+xml", "application/x.atom+xml", "application/json", "text/xml"]
)
def test_feeds_of_the_head_by_every_type_that_crawls_follow(media_type):
    other = '<link rel="alternate" type="application/json+oembed" href="/oembed?of=feed">'
    head = f'{other}<link rel="alternate" type="{media_type}; charset=utf-8" href="/feed/latest">'
    inferred = infer_site([make_herald("/harbour/lamp-of-the-old-pier-880042.html", head=head)])
    assert inferred.site.entry_points == ("/feed/latest", "/")


def test_sitemaps_of_robots_stand_for_a_feed():
    rules = Capture(
        url="https://www.quayherald.example/robots.txt",
        fetched_at=FETCHED_AT,
        status=200,
        body=b"User-agent: *\nDisallow:\nSitemap: https://www.quayherald.example/news.xml\n",
    )
    inferred = infer_site([rules, FIRST])
    assert inferred.evidence["sitemaps"] == "robots.txt names 1"
    assert "feeds" not in {doubt.kind for doubt in inferred.doubts}


def test_languages_by_folder():
    head = (
        '<link rel="alternate" hreflang="en" href="/en/harbour/lamp-of-the-old-pier">'
        '<link rel="alternate" hreflang="fr" href="/fr/port/la-lampe-du-vieux-quai">'
        '<link rel="alternate" hreflang="x-default" href="/en/harbour/lamp-of-the-old-pier">'
    )
    inferred = infer_site([make_herald("/en/harbour/lamp-of-the-old-pier", head=head)])
    assert inferred.site.languages == ("en", "fr")
    address = read(inferred, "https://www.quayherald.example/fr/port/la-lampe-du-vieux-quai")
    assert (address.language, address.site_key) == ("fr", "port/la-lampe-du-vieux-quai")
    assert "/fr/" in inferred.site.entry_points


def test_a_default_language_without_folder():
    head = (
        '<link rel="alternate" hreflang="en" href="/en/harbour/lamp-of-the-old-pier">'
        '<link rel="alternate" hreflang="de" href="/hafen/lampe-an-der-alten-mole">'
    )
    inferred = infer_site([make_herald("/hafen/lampe-an-der-alten-mole", head=head, language="de", prose=GERMAN_PROSE)])
    assert read(inferred, "https://www.quayherald.example/en/harbour/two-bells-for-a-tower").language == "en"
    assert read(inferred, "https://www.quayherald.example/hafen/zwei-glocken-am-turm").language == "de"


def test_languages_by_host():
    head = (
        '<link rel="alternate" hreflang="en" href="https://www.quayherald.example/harbour/lamp-of-the-old-pier">'
        '<link rel="alternate" hreflang="gl" href="https://galego.quayherald.example/porto/o-faro-do-peirao-vello">'
    )
    inferred = infer_site([make_herald("/harbour/lamp-of-the-old-pier", head=head)])
    address = read(inferred, "https://galego.quayherald.example/porto/o-faro-do-peirao-vello")
    assert (address.kind, address.language, address.url) == (
        "article",
        "gl",
        "https://galego.quayherald.example/porto/o-faro-do-peirao-vello",
    )
    assert "https://galego.quayherald.example/" in inferred.site.entry_points
    assert [fault for fault in check_site(inferred.site) if fault.is_error] == []


def test_two_hosts_keep_their_articles_apart():
    other = make_page("https://sea.quayherald.example/harbour/lamp-of-the-old-pier", "Lamp of the old pier burns")
    inferred = infer_site([make_herald("/harbour/lamp-of-the-old-pier"), other])
    keys = {
        read(inferred, f"https://{host}.quayherald.example/village/a-goat-on-the-roof").url_key
        for host in ("www", "sea")
    }
    assert len(keys) == 2
    with pytest.raises(BadAddress):
        read(inferred, "https://jobs.quayherald.example/village/a-goat-on-the-roof")
    assert "hosts" in {doubt.kind for doubt in inferred.doubts}


@pytest.mark.parametrize(
    ("host", "language", "date", "country", "zone"),
    [
        ("www.quayherald.de", "de", "2024-03-14T08:30:00+01:00", "de", "Europe/Berlin"),
        ("quayherald.com.au", "en", "2024-01-14T08:30:00+10:00", "au", "Australia/Brisbane"),
        ("quayherald.com.au", "en", "2024-03-14T08:30:00Z", "au", "Australia/Sydney"),
        ("quayherald.io", "en-NZ", "2024-03-14T08:30:00Z", "nz", "Pacific/Auckland"),
        ("quayherald.com", "en", "2024-03-14T08:30:00+07:00", "zz", "Etc/GMT-7"),
        ("quayherald.com", "en-US", "2024-03-14T08:30:00Z", "zz", "UTC"),
        ("quayherald.co.uk", "en", None, "gb", "Europe/London"),
    ],
)
def test_country_and_zone(host, language, date, country, zone):
    page = make_page(f"https://{host}/harbour/lamp-of-the-old-pier", "Lamp of the pier", language=language, date=date)
    site = infer_site([page]).site
    assert (site.country, site.timezone) == (country, zone)


def test_header_dates_by_the_day_that_is_stated():
    page = make_herald("/harbour/lamp-of-the-old-pier", printed_date="03/14/2024, 09.45")
    [dates] = infer_site([page]).site.dates
    assert (dates.place, dates.formats) == ("header", ("%m/%d/%Y, %H.%M",))
    page = make_herald("/harbour/lamp-of-the-old-pier", printed_date="03/03/2024", date="2024-03-03T08:30:00+00:00")
    inferred = infer_site([page])
    assert inferred.site.dates == ()
    assert "dates" in {doubt.kind for doubt in inferred.doubts}


def test_labels_of_two_pages_are_written_those_of_one_are_named():
    related = list(STORIES.items())
    pages = [
        make_herald("/harbour/lamp-of-the-old-pier-880042.html", related=related),
        make_herald("/village/fair/nets-are-sold-at-the-fair-879913.html", "Nets are sold", related=related),
    ]
    both, alone = infer_site(pages), infer_site(pages[:1])
    assert (both.site.labels.see_also, both.site.labels.see_also_adds) == (("From the same shelf",), True)
    assert alone.site.labels.see_also == ()
    assert any("From the same shelf" in doubt.reason for doubt in alone.doubts)


def test_title_and_what_is_added_to_headlines():
    pages = [
        make_herald(
            "/harbour/lamp-of-the-old-pier-880042.html", title="Lamp of the pier | Quay Herald", site_name="Quay Herald"
        ),
        make_herald("/village/nets-are-sold-879913.html", title="Nets are sold | Quay Herald", site_name="Quay Herald"),
    ]
    site = infer_site(pages).site
    assert (site.title, site.headline_suffixes) == ("Quay Herald", (" | Quay Herald",))


@pytest.mark.parametrize("body", [b"", b"\x89PNG\r\n\x1a\n", b"<html lang=en><p>hello"])
def test_what_is_no_article_of_a_site_is_refused(body):
    page = Capture(url="https://www.quayherald.example/", fetched_at=FETCHED_AT, status=200, headers=(), body=body)
    with pytest.raises(PageUnreadable):
        infer_site([page])


def test_no_page_at_all_is_refused():
    with pytest.raises(PageUnreadable):
        infer_site([])
