"""The anatomy of the practice site: what is linked, served and printed."""

import gzip
import re
from collections import Counter
from html import unescape
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.examples import count_examples
from support.tables import check_rows

from crawler.practice.generated import GeneratedSite
from crawler.practice.printing import ORIGIN, PAGE_LABELS
from crawler.practice.site import PracticeRequest, PracticeResponse, PracticeSite
from crawler.practice.stories import LANGUAGES, Edition, load_dead_ends, load_editions
from crawler.practice.truth import make_truth

ENTRIES = ("/en.xml", "/it.xml", "/es.xml", "/zh.xml", "/en.html", "/", "/es.html", "/zh.html")
FOLDERS = {"news-en": "en", "notizie-it": "it", "noticias-es": "es", "news-zh": "zh"}
# The names that AsiaNews bylines are known to print; each must be met at least once.
PRINTED_NAMES = """Vladimir Rozanskij|Stefano Caprio|Bernardo Cervellera|Gianni Criveller|Mario Ghezzi|Melani Manel Perera|Melanie Manel Perera|
Nirmala Carvalho|N. Carvalho e P. Nayak|JB Vu|JB. VU|J.B. An Dang|Ajay Kumar Singh*|Louis Raphael Sako*|Dalù*|Jainakri Phonna*|Samir Khalil Samir, sj|
Fr Stanislaus|Gregory|Angelo S. Lazzarotto|Sergio Ticozzi|Wang Zhicheng|Paul Wang and Li Yuan|John Ai|Willy Wo-Lap Lam|Joseph Yun Li-sun|
Theresa Kim Hwa-young|Kalpit Parajuli|Christopher Sharma|Mathias Hariyadi|Benteng Reges|Andy Supriyadi|Weena Kowitwanij|Steve Suwannarat|Maria Thuy Tien|
Tran Hung|Sumon Corraya|William Gomes|Shafique Khokhar|Santosh Digal|Fady Noun|Dario Salvi|Marta Ottaviani|Arieh Cohen|Alessandra De Poli|
Vincenzo Faccioli Pintozzi|Anna Pozzi|Chiara Zappa|Maria Casadei""".replace("\n", "").split("|")


def get(site: PracticeSite, target: str) -> PracticeResponse:
    """Ask like a patient client: once more after a failure, along redirects."""
    for _ in range(4):
        answer = site.respond(PracticeRequest(target=target))
        if answer.status in (301, 302):
            target = dict(answer.headers)["Location"]
        elif answer.status != 500:
            break
    return answer


def text_of(answer: PracticeResponse) -> str:
    body = gzip.decompress(answer.body) if dict(answer.headers).get("Content-Encoding") == "gzip" else answer.body
    for charset in ("utf-8", "gb18030", "cp1252"):
        try:
            return body.decode(charset)
        except UnicodeDecodeError:
            continue
    raise AssertionError("the page is in no charset of the site")


def links(page: str, target: str) -> list[str]:
    """Every link to the site, as path and query."""
    found = re.findall(r'href="([^"]*)"|<link>([^<]*)</link>', page)
    absolute = [urlsplit(urljoin(ORIGIN + target, unescape(one or other))) for one, other in found]
    return [
        address.path + (f"?{address.query}" if address.query else "")
        for address in absolute
        if (address.hostname or "").endswith("asianews.it")
    ]


def article_key(target: str) -> str | None:
    parts = urlsplit(target)
    if match := re.fullmatch(r"/(news-en|notizie-it|noticias-es|news-zh)/.*?-?(\d+)\.html", unquote(parts.path)):
        return f"asianews/{FOLDERS[match[1]]}/{int(match[2])}"
    if match := re.search(r"\bl=(\w\w)", parts.query):
        number = re.search(r"\bart=(\d+)", parts.query)
        return f"asianews/{match[1]}/{int(number[1])}" if number else None
    return f"asianews{parts.path}" if re.fullmatch(r"/(en|it)/[^/]+/[^/]+/[^/]+", parts.path) else None


def walk(site: PracticeSite) -> tuple[set[str], set[str]]:
    """Follow what a crawler follows: article links anywhere, listings from home pages. Returns article keys and addresses met."""
    queue, seen, met = list(ENTRIES), set(ENTRIES), set()
    keys: set[str] = set()
    while queue:
        target = queue.pop()
        answer = get(site, target)
        if answer.status != 200:
            continue
        for link in links(text_of(answer), target):
            key = article_key(link)
            if key:
                met.add(link)
            if key and key not in keys and "mag=" not in link:
                keys.add(key)
                queue.append(link)
            elif target in ENTRIES and re.match(r"/(geo|theme)-", link) and link not in seen:
                seen.add(link)
                queue.append(link)
    return keys, met


@pytest.mark.parametrize("phase", [1, 2])
def test_every_article_and_every_dead_end_is_reached_along_links(phase: int) -> None:
    keys, _ = walk(PracticeSite(phase))
    expected = make_truth(phase)
    for article in expected.articles.values():
        ways = {article.url_key} | {article_key(address.removeprefix(ORIGIN)) for address in article.addresses}
        assert ways & keys or article.status == "gone", article.url
    dead = expected.holes | {f"asianews/{dead_end.language}/{dead_end.number}" for dead_end in load_dead_ends()}
    assert dead <= keys


def test_every_spelling_that_truth_knows_is_linked_somewhere() -> None:
    _, met = walk(PracticeSite())
    for edition in load_editions():
        if edition.since == 1:
            for spelling in (*edition.spellings, *filter(None, [edition.moved_from])):
                assert spelling in met or quote(spelling, safe="/:,.'!()*;=&+$@%~-_?") in met, spelling


def test_there_are_enough_stories_in_four_languages_with_shared_numbers() -> None:
    first = [edition for edition in load_editions() if edition.since == 1]
    assert len(first) >= 60
    assert {edition.language for edition in first} == set(LANGUAGES)
    shared = Counter(edition.number for edition in first)
    assert sum(count > 1 for count in shared.values()) >= 10
    assert {edition.layout for edition in first} == {"A", "B", "C"}
    assert {edition.dialect for edition in first} == {"divs", "table", "plain", "semantic"}


def test_dates_rise_with_numbers() -> None:
    numbered = sorted({(edition.number, edition.day) for edition in load_editions() if edition.numbered})
    assert [day for _, day in numbered] == sorted(day for _, day in numbered)


@check_rows("name", PRINTED_NAMES)
def test_every_known_form_of_byline_is_printed_once_at_least(name: str) -> None:
    assert name in {edition.byline for edition in load_editions()}


def test_stories_that_are_no_copies_share_less_than_half_of_their_sentences() -> None:
    copies = make_truth().duplicates | make_truth().near_copies
    told = [(edition, set(re.split(r"(?<=[.。])", " ".join(edition.paragraphs)))) for edition in load_editions()]
    for place, (one, sentences) in enumerate(told):
        for other, others in told[place + 1 :]:
            pair = frozenset({(one.language, str(one.number)), (other.language, str(other.number))})
            if one.language == other.language and pair not in copies:
                assert len(sentences & others) < len(sentences | others) / 2, (one.number, other.number)


def test_the_parts_of_layout_c_stand_in_the_known_order() -> None:
    page = text_of(get(PracticeSite(), "/news-en/x-40748.html"))
    marks = [
        "05/16/2017, 15.40",
        "INDIA",
        "Send to a friend",
        "Kolkata tram",
        "by Nirmala Carvalho",
        "A hundred recipes",
        "Kolkata (AsiaNews) - ",
    ]
    page = page[page.index("<body>") :]
    places = [page.index(mark) for mark in marks]
    assert places == sorted(places)
    assert page.count("Send to a friend") == 2
    below = [page.index(mark) for mark in ("Printable version", "See also", "Subscribe now", "ecco il nostro")]
    assert below == sorted(below)
    assert below[0] > places[-1]


def test_layout_b_prints_the_bare_name_and_layout_a_no_time() -> None:
    site = PracticeSite()
    page_b = text_of(get(site, "/news-en/x-31221.html"))
    assert "» 05/30/2014, 00.00" in page_b
    assert "Mathias Hariyadi" in page_b
    assert "by Mathias" not in page_b
    page_a = text_of(get(site, "/news-en/x-4664.html"))
    assert "» 11/18/2005<" in page_a
    assert "by Arieh Cohen" in page_a


@pytest.mark.parametrize(
    ("target", "printed"),
    [
        ("/news-en/x-7916.html", "12/04/2006"),
        ("/news-zh/x-7916.html", "12/04/2006"),
        ("/notizie-it/x-7916.html", "04/12/2006"),
    ],
)
def test_english_and_chinese_headers_put_the_month_first(target: str, printed: str) -> None:
    assert printed in text_of(get(PracticeSite(), target))


@pytest.mark.parametrize(
    "target",
    [
        "/news-en/Kite-makers-of-Weifang-open-their-workshops-to-schools-906.html",
        "/news-en/quite-another-slug-906.html",
        "/news-en/-0906.html",
        "/index.php?l=en&art=906",
        "/index.php?art=000906&geo=17&size=A&idn=1&l=en",
        "/index.php?l=en&idn=1&art=000906&mag=visualizzaperlastampa",
        "/m/index.php?l=en&idn=&art=906",
    ],
)
def test_every_family_of_addresses_serves_the_article(target: str) -> None:
    assert "Kite makers of Weifang" in text_of(get(PracticeSite(), target))


def test_the_mobile_host_serves_the_mobile_page_with_dates_before_titles() -> None:
    answer = PracticeSite().respond(PracticeRequest(target="/index.php?l=en&idn=&art=21213", host="m.asianews.it"))
    page = text_of(answer)
    assert "<p>04/05/2011 NEPAL</p>" in page
    assert re.search(r"\d\d/\d\d/\d{4} \d\d:\d\d:\d\d <a ", page)


def test_the_print_page_has_no_date_no_kicker_and_a_digest_loses_its_country_lines() -> None:
    page = text_of(get(PracticeSite(), "/index.php?l=en&art=57710&mag=visualizzaperlastampa"))
    assert "Mandalay puppets" in page
    assert "02/08/2023" not in page
    assert "ASIA TODAY" not in page
    assert "MYANMAR" not in page


@pytest.mark.parametrize(
    "target",
    [
        "/index.php?l=en&art=987654",
        "/index.php?l=en&idn=0&idnp=230&idap=1074",
        "/index.php?eo=2&l=en",
        "/news-en/Nothing-987654.html",
        "/Search-en:lamp",
    ],
)
def test_unknown_numbers_and_damaged_queries_get_the_home_page(target: str) -> None:
    site = PracticeSite()
    answer = get(site, target)
    assert answer.status == 200
    assert answer.body == get(site, "/en.html").body


def test_listings_repeat_pinned_old_items_among_new_ones() -> None:
    site = PracticeSite()
    for target in ("/geo-en/Vietnam-53.html", "/geo-en/Thailand-48.html", "/index.php?l=en&geo=48"):
        page = text_of(get(site, target))
        assert "Pune potters" in page
        assert "| 25/08/2005" in page


def test_the_by_day_listing_shows_the_items_of_that_day() -> None:
    page = text_of(get(PracticeSite(), "/index.php?l=en&idn=1&filtro_art=1&data_art_filtro=2019-01-21"))
    assert "Lahore kite repairers" in page


def test_see_also_depends_on_the_phase_and_on_nothing_else() -> None:
    site = PracticeSite()
    first = get(site, "/news-en/x-40748.html").body
    assert get(site, "/news-en/x-40748.html").body == first
    site.phase = 2
    assert get(site, "/news-en/x-40748.html").body != first
    site.phase = 1
    assert get(site, "/news-en/x-40748.html").body == first


@check_rows("edition", load_editions(), ids=lambda edition: f"{edition.language}-{edition.number}")
def test_a_see_also_block_stands_on_every_page_but_the_cut_one(edition: Edition) -> None:
    page = text_of(get(PracticeSite(2 if edition.since == 2 else 1), edition.path or edition.query_path))
    assert (PAGE_LABELS[edition.language].see_also in page) == (edition.quirk not in ("cut", "broken-transfer"))


def test_conditional_requests_are_answered_with_304_until_the_page_changes() -> None:
    site = PracticeSite()
    tag = dict(get(site, "/news-en/x-906.html").headers)["ETag"]
    assert site.respond(PracticeRequest(target="/news-en/x-906.html", if_none_match=tag)).status == 304
    site.phase = 2
    assert site.respond(PracticeRequest(target="/news-en/x-906.html", if_none_match=tag)).status == 200


def test_hostile_words_are_escaped_in_the_page() -> None:
    site = PracticeSite()
    page = text_of(get(site, "/news-en/x-60101.html"))
    assert "&lt;script&gt;alert(" in page
    assert "<img src=x" not in page
    assert "<script>x</script>" not in page
    assert "&#27;[31mred" in text_of(get(site, "/news-en/x-60333.html"))


def test_broken_answers_are_broken_as_described() -> None:
    site = PracticeSite()
    short = site.respond(PracticeRequest(target="/news-en/x-65044.html"))
    assert short.promised is not None
    assert short.promised > len(short.body)
    assert len(site.respond(PracticeRequest(target="/news-en/x-64120.html")).body) > 4_900_000
    assert b"</html>" not in site.respond(PracticeRequest(target="/news-en/x-62527.html")).body
    statuses = [site.respond(PracticeRequest(target="/news-en/x-63391.html")).status for _ in range(3)]
    assert statuses == [500, 200, 200]
    assert {site.respond(PracticeRequest(target="/news-en/x-49500.html")).status for _ in range(3)} == {500}
    latin = site.respond(PracticeRequest(target="/noticias-es/x-57448.html"))
    assert "iso-8859-1" in latin.content_type
    assert "pasado 30 de diciembre" in latin.body.decode("utf-8")
    with pytest.raises(UnicodeDecodeError):
        site.respond(PracticeRequest(target="/notizie-it/x-55569.html")).body.decode("utf-8")


def test_a_withdrawn_article_is_gone_in_phase_two_and_its_translation_is_not() -> None:
    site = PracticeSite(2)
    assert get(site, "/news-en/x-64805.html").status == 410
    assert get(site, "/noticias-es/x-64805.html").status == 200


@given(
    st.text(max_size=60).map("/".__add__)
    | st.from_regex(
        r"/index\.php\?(l=(en|zz)|art=\d{0,12}|geo=.{0,3}|data_art_filtro=\d{4}-\d\d-\d\d)(&(l=it|art=.{0,5}))?"
    )
)
@settings(max_examples=count_examples(150))
def test_any_target_gets_an_answer(target: str) -> None:
    for site in (PracticeSite(), GeneratedSite(20)):
        assert site.respond(PracticeRequest(target=target)).status in (200, 301, 302, 404, 500)


def test_a_moved_slug_redirects_to_the_new_one() -> None:
    answer = PracticeSite().respond(PracticeRequest(target="/news-en/Kowloon-school-%26amp%3B-timetable-47777.html"))
    assert answer.status == 301
    assert dict(answer.headers)["Location"].endswith("/Kowloon-night-school-prints-its-own-timetable-47777.html")
