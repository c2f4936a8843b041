"""The truth of the practice site, spot-checked against values worked out by hand."""

import pytest

from crawler.practice.truth import ExpectedArticle, make_generated_truth, make_truth


def article(language: str, key: str, phase: int = 1) -> ExpectedArticle:
    return make_truth(phase).articles[language, key]


def test_an_english_header_is_month_first_and_a_missing_time_leaves_the_day() -> None:
    one = article("en", "25550")
    assert one.published_raw == "08/14/2012, 00.00"
    assert (one.published_at, one.published_on, one.published_precision) == ("2012-08-14", "2012-08-14", "day")


def test_winter_and_summer_times_are_turned_to_utc() -> None:
    assert (article("en", "55331").published_raw, article("en", "55331").published_at) == (
        "03/11/2022, 09.45",
        "2022-03-11T08:45:00Z",
    )
    assert (article("it", "63391").published_raw, article("it", "63391").published_at) == (
        "28/06/2025, 08.49",
        "2025-06-28T06:49:00Z",
    )


def test_shortly_after_midnight_the_day_is_that_of_rome() -> None:
    one = article("en", "53573")
    assert (one.published_raw, one.published_at, one.published_on) == (
        "07/07/2021, 00.30",
        "2021-07-06T22:30:00Z",
        "2021-07-07",
    )
    leap = article("en", "50444")
    assert (leap.published_raw, leap.published_at, leap.published_on) == (
        "02/29/2020, 23.50",
        "2020-02-29T22:50:00Z",
        "2020-02-29",
    )


def test_translations_share_the_story_but_not_always_the_time() -> None:
    english, italian = article("en", "59263"), article("it", "59263")
    assert english.story == italian.story == "59263"
    assert (english.published_at, italian.published_at) == ("2023-10-01T11:42:00Z", "2023-10-01T06:30:00Z")


@pytest.mark.parametrize(
    ("language", "key", "byline", "name", "beside"),
    [
        ("en", "5928", "by JB. VU", "JB Vu", (None, None, None)),
        ("en", "16299", "Ajay Kumar Singh*", "Ajay Kumar Singh", (None, None, "*")),
        ("en", "7210", "by Samir Khalil Samir, sj", "Samir Khalil Samir", (None, "sj", None)),
        ("en", "60333", "by Fr Stanislaus", "Stanislaus", ("Fr", None, None)),
        ("en", "49027", "by Melanie Manel Perera", "Melani Manel Perera", (None, None, None)),
        ("zh", "61645", "作者 Jainakri Phonna*", "Jainakri Phonna", (None, None, "*")),
    ],
)
def test_printed_bylines_stand_beside_the_names_they_mean(
    language: str, key: str, byline: str, name: str, beside: tuple[str | None, ...]
) -> None:
    one = article(language, key)
    assert one.byline == byline
    assert [author.name for author in one.authors] == [name]
    assert (one.authors[0].honorific, one.authors[0].order_initials, one.authors[0].note) == beside


def test_two_writers_keep_their_order() -> None:
    assert [author.name for author in article("it", "64508").authors] == ["N. Carvalho", "P. Nayak"]


@pytest.mark.parametrize(
    ("language", "key", "dateline", "place", "begins"),
    [
        ("en", "62527", "Milan (AsiaNews)", "Milan", "Five families"),
        ("en", "9319", "Beijing (AsiaNews / Agencies)", "Beijing", "At noon"),
        ("it", "2146", "Pechino (AsiaNews/Agenzie)", "Pechino", "Continua il trasloco"),
        ("zh", "127", "罗马(亚洲新闻)", "罗马", "经过两年"),
        ("zh", "7916", "香港（亚洲新闻）", "香港", "从昨天12月3日"),
        ("en", "11232", "Ho Chi Minh City (AsiaNews)", "Ho Chi Minh City", "The choir of the railway"),
        ("en", "13874", None, None, "On the road to the pass"),
    ],
)
def test_bodies_start_after_the_dateline(
    language: str, key: str, dateline: str | None, place: str | None, begins: str
) -> None:
    one = article(language, key)
    assert (one.dateline, one.dateline_place) == (dateline, place)
    assert one.body.startswith(begins)


def test_the_address_to_cite_is_the_least_damaged_slug() -> None:
    assert (
        article("en", "26584").url
        == "https://www.asianews.it/news-en/The-mapmaker's-table:-notes-on-a-borrowed-atlas-26584.html"
    )
    assert article("en", "7874").url == "https://www.asianews.it/index.php?l=en&art=7874"
    assert (
        article("en", "66020").url == "https://www.asianews.it/news-en/Kandy-tea-tasters-open-their-cupboard-66020.html"
    )
    assert (
        article("en", "66140").url
        == "https://www.asianews.it/en/south-asia/nepal/mustang-mule-post-delivers-its-last-winter-letters"
    )


def test_a_story_without_a_number_has_its_path_as_key() -> None:
    one = article("en", "east-asia/japan/sendai-streetlight-menders-keep-a-diary")
    assert (one.story, one.url_key) == (None, "asianews/en/east-asia/japan/sendai-streetlight-menders-keep-a-diary")


def test_control_characters_leave_the_headline() -> None:
    assert article("en", "60333").headline == "Night painters of Phuket prefer [31mred[0m lanterns"


def test_the_cut_page_keeps_what_came() -> None:
    one = article("en", "62527")
    assert not one.complete
    assert one.see_also == ()
    assert one.body.count("\n\n") == 1


def test_some_see_also_entries_have_no_date_and_old_ones_no_time() -> None:
    entries = [entry for one in make_truth().articles.values() for entry in one.see_also]
    assert any(entry.published_raw is None for entry in entries)
    assert any(entry.published_raw == "28/11/2006" and entry.published_at == "2006-11-28" for entry in entries)
    assert any(
        entry.published_raw == "17/10/2022 09:30" and entry.published_at == "2022-10-17T07:30:00Z" for entry in entries
    )


def test_dead_ends_are_edges_without_an_article() -> None:
    (edge,) = [edge for edge in article("en", "14193").see_also if edge.target == "asianews/en/13999"]
    assert edge.article is None
    assert make_truth().holes == {"asianews/en/13999"}
    assert make_truth().gone == {"asianews/en/11111"}
    assert make_truth().failed == {"asianews/en/45123", "asianews/en/49500", "asianews/en/65044"}


def test_phase_two_edits_adds_and_withdraws() -> None:
    first, second = make_truth(1), make_truth(2)
    assert article("en", "45902", 2).headline == "Mekong floating kindergarten drops anchor for good"
    assert article("en", "45902", 2).body.endswith("the mooring is free of charge.")
    edited = {key for key, record in second.articles.items() if record.revisions == 2}
    assert edited == {("en", "45902"), ("en", "55331"), ("it", "63391")}
    assert {key for key, record in second.articles.items() if record.status == "gone"} == {("en", "64805")}
    assert set(second.articles) - set(first.articles) == {
        ("en", "65044"),
        ("en", "66500"),
        ("it", "66500"),
        ("zh", "66500"),
        ("es", "66512"),
    }


def test_a_fresh_archive_of_phase_two_has_neither_revisions_nor_what_was_withdrawn() -> None:
    fresh = make_truth(2, fresh=True).articles
    assert {record.revisions for record in fresh.values()} == {1}
    assert set(make_truth(2).articles) - set(fresh) == {("en", "64805")}
    assert fresh["en", "45902"].headline == "Mekong floating kindergarten drops anchor for good"
    assert make_truth(2).recovered == {("en", "65044")}
    assert make_truth(1).recovered == set()


def test_the_reprint_is_word_for_word_and_the_near_copy_is_not() -> None:
    one, other = article("en", "46010"), article("en", "46726")
    assert (one.headline, one.lead, one.byline, one.body) == (other.headline, other.lead, other.byline, other.body)
    assert article("en", "48811").body != article("en", "49027").body


def test_generated_truth_is_a_function_of_the_number() -> None:
    one = make_generated_truth(77, "en", 500)
    assert one == make_generated_truth(77, "en", 500)
    assert one.site_key == "77"
    assert one.headline.endswith("(77)")
    assert {entry.target for entry in one.see_also} >= {"asianews/en/154", "asianews/en/155"}
