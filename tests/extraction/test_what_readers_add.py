"""What stands below and amid texts and only its words tell: comments, polls, charts, other writers' stories, biographies."""

from __future__ import annotations

from typing import Final

from support.tables import check_rows

from crawler.items import Article
from seealso import read_page

TEXT: Final = (
    "The town council of Brackwater voted on Tuesday night to close its last swimming pool, which opened in 1963.",
    "Nine members voted in favour and four against, after a debate that lasted until shortly before midnight.",
    "The repairs alone would have cost four million, according to the figures of the treasurer, Maud Ellery.",
    "Swimming clubs had collected 6,300 signatures against the plan, and spoke of a betrayal of the children.",
    "The building is to be sold, and a school has offered to rent the smaller of its two halls until spring.",
)
HEADER: Final = "<h1>Pool of Brackwater to close</h1><p class=byline>By Nora Finch</p><p>15 May 2024</p>"
COMMENTS: Final = (
    (
        "Harold B.",
        "12:04",
        "What a shame. I learnt to swim there and so did my mother, nobody asked us before they decided.",
    ),
    (
        "swimfan77",
        "12:31",
        "Four million for windows? My cousin does windows, and he laughed out loud when he read it here.",
    ),
    (
        "Elsie",
        "13:02",
        "Well done the council, at last someone who can count. The rest of you can drive for twenty miles.",
    ),
    (
        "Tom of the Hill",
        "15:45",
        "They should have asked the brewery to pay for it, they sold us bad beer for a hundred years.",
    ),
)


def write(*paragraphs: str) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def read(inner: str, header: str = HEADER, behind: str = "", lang: str = "en") -> Article:
    page = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Pool of Brackwater to close</title></head>'
        f"<body><main><article>{header}{inner}</article>{behind}</main></body></html>"
    )
    return read_page(page.encode(), "https://courier.example/2024/05/15/pool-of-brackwater-to-close")


def list_text(article: Article) -> list[str]:
    return [*([article.lead] if article.lead else []), *article.body.split("\n\n")]


@check_rows(
    "form",
    [
        "<div><b>{0}</b> <span>{1}</span><p>{2}</p></div>",
        "<div class=x9><span class=z>{0}</span><span class=y>2 hours ago</span><div>{2}</div></div>",
        "<p>{0} wrote on 16 May 2024 at {1}:</p><blockquote>{2}</blockquote>",
        "<h4>{0}</h4><small>16.05.2024 {1}</small><p>{2}</p>",
        "<p>{2}</p><p>{0} · 16 May 2024, {1}</p>",
        "<div><p>{0}</p><p>{1}</p><p>{2}</p></div>",
    ],
)
def test_comments_that_nothing_labels_end_a_text(form: str) -> None:
    comments = "".join(form.format(*comment) for comment in COMMENTS)
    assert list_text(read(write(*TEXT), behind=comments)) == list(TEXT)


@check_rows("form", ["<p>{0}, {1}</p><p>{2}</p>", "<hr><p><b>{0}</b>, 16/05/2024 {1}</p><p>{2}</p>"])
def test_comments_in_the_element_of_the_text_end_it(form: str) -> None:
    assert list_text(read(write(*TEXT) + "".join(form.format(*comment) for comment in COMMENTS))) == list(TEXT)


TIPS: Final = (
    (
        "Night Market",
        "20:00",
        "With fish, music and the last oysters of the season, on the quay behind the harbour office.",
    ),
    (
        "Lichen Lecture",
        "18:30",
        "In the library of the old mill. Bring a lens, and shoes that may get wet on the way back.",
    ),
    (
        "Mill Concert",
        "19:15",
        "The quintet of the county plays among the wheels; the doors will open an hour before it begins.",
    ),
)


@check_rows(
    "form, rows",
    [
        ("<p>{0}, {1}</p><p>{2}</p>", TIPS),
        ("<p><b>{0}</b></p><p>{1}</p><p>{2}</p>", TIPS),
        ("<p>{0}, baker</p><p>{2}</p>", COMMENTS),
        ("<p>{1}</p><p>{2}</p>", COMMENTS),
        ("<p>{1} Nora Finch</p><p>{2}</p>", COMMENTS),
    ],
)
def test_tips_and_voices_and_chronicles_are_text(form: str, rows: tuple[tuple[str, str, str], ...]) -> None:
    text = "\n".join(list_text(read(write(*TEXT) + "".join(form.format(*row) for row in rows))))
    assert all(row[2] in text for row in rows)


@check_rows(
    "box",
    [
        "<div><p>Was the council right?</p><p>Yes, it costs too much</p><p>No, it should stay</p><p>1,204 votes</p></div>",
        "<div><p>Poll: Was the council right?</p><p>Yes 34%</p><p>No 61%</p><p>Don't know 5%</p></div>",
        "<p>Was the council right to close the pool? Vote now!</p><p>Yes</p><p>No</p>",
        "<div><p>What now?</p><p><input type=radio> Sell it to the town</p><p><input type=radio> Rent it to the school</p></div>",
        "<div><p>Visitors, in thousands</p><p>1985</p><p>140</p><p>1995</p><p>96</p><p>2005</p><p>71</p><p>Source: council</p></div>",
        "<div class=c><div>Visitors</div><div>1985</div><div>140</div><div>1995</div><div>96</div><div>2005</div><div>71</div></div>",
    ],
)
def test_polls_and_the_figures_of_charts_are_no_text(box: str) -> None:
    assert list_text(read(write(*TEXT[:3]) + box + write(*TEXT[3:]))) == list(TEXT)


RESULTS: Final = ("Blue list 34%", "Red list 61%", "Others 5%")


@check_rows(
    "part",
    [
        write("Was it close? The count of the wards says otherwise, and so does the treasurer.", *RESULTS),
        "<p>Of every hundred members voted:</p><ul><li>34</li><li>61</li><li>5</li></ul>",
        write("<b>Did they ask you?</b>", "No.", "<b>Will you run for office?</b>", "Yes."),
    ],
)
def test_results_and_short_answers_are_text(part: str) -> None:
    text = "\n".join(list_text(read(write(*TEXT[:3]) + part + write(*TEXT[3:]))))
    assert all(word in text for word in ("34", "61") if word in part)
    assert all(word in text for word in ("No.", "Yes.") if word in part)


OTHER: Final = (
    "A fire destroyed two barns at Upper Sallow in the early hours of Wednesday, but no animals were hurt there.",
    "Thirty firefighters from five villages fought the blaze until the morning, and drew water from the mill pond.",
)


@check_rows(
    "heading",
    [
        "<h2>Fire destroys barns at Upper Sallow</h2><p>By Owen Strand</p><p>15 May 2024</p>",
        "<hr><h3>Fire destroys barns at Upper Sallow</h3><p class=byline>By Owen Strand</p>",
    ],
)
def test_a_story_that_somebody_else_signs_ends_the_text_above_it(heading: str) -> None:
    assert list_text(read(write(*TEXT) + heading + write(*OTHER))) == list(TEXT)


def test_parts_that_several_sign_are_the_story() -> None:
    parts = "".join(
        f"<h2>What {name} saw at the harbour</h2><p>By {name}</p>{write(*OTHER)}"
        for name in ("Owen Strand", "Ida Brenn")
    )
    assert OTHER[0] in list_text(read(write(*TEXT) + parts))


BIOGRAPHY: Final = "Nora Finch is the municipal affairs reporter of The Courier. She lives in Brackwater with two dogs."


@check_rows(
    "header",
    [
        HEADER.replace("<p>15 May", f"<p>{BIOGRAPHY}</p><p>15 May"),
        HEADER + f"<div class=x><img src=n.jpg><h4>Nora Finch</h4><p>{BIOGRAPHY}</p></div>",
        HEADER + "<p>Updated: Jan 31</p>",
        HEADER + "<p><em>Last updated 31 January</em></p>",
        HEADER.replace("By Nora Finch", "Nora Finch Weir"),
    ],
)
def test_who_the_writer_is_and_the_day_of_an_update_are_no_beginning(header: str) -> None:
    assert list_text(read(write(*TEXT), header)) == list(TEXT)


def test_a_lead_may_begin_with_the_name_of_its_writer() -> None:
    lead = "Nora Finch visits the last lane of a pool that the whole town has swum in, and finds nobody in the water."
    assert read(f"<p class=standfirst>{lead}</p>" + write(*TEXT)).lead == lead


LEAD: Final = "Brackwater has decided: after sixty-one years the pool will be sold, and the nearest is far away."


@check_rows(
    "name",
    [
        "teaser",
        "article-hook",
        "introtext",
        "preamble",
        "strapline",
        "anleser",
        "manchet",
        "ingressi",
        "gancho",
        "linha-fina",
    ],
)
def test_a_lead_is_told_by_the_name_of_its_element(name: str) -> None:
    article = read(f'<p class="{name}">{LEAD}</p><div class=b>{write(*TEXT)}</div>')
    assert (article.lead, article.body.split("\n\n")) == (LEAD, list(TEXT))
    article = read(f'<div class="{name}"><p>{LEAD}</p></div><div class=b>{write(*TEXT)}</div>')
    assert article.lead == LEAD


def test_an_element_named_as_a_lead_with_two_paragraphs_of_the_text_is_none() -> None:
    assert read(f"<div class=teaser-content>{write(*TEXT[:2])}</div><div>{write(*TEXT[2:])}</div>").lead is None


@check_rows(
    "quotation",
    [
        "<blockquote>Nine members voted in favour and four against</blockquote>",
        "<div class=q><div>“The repairs alone would have cost four million”</div><div>Maud Ellery</div></div>",
    ],
)
def test_words_of_the_text_that_are_set_apart_once_more_are_left_out(quotation: str) -> None:
    assert list_text(read(write(*TEXT[:4]) + quotation + write(TEXT[4]))) == list(TEXT)


@check_rows(
    "end",
    [
        "<h3>Leave a Reply</h3><p>Your address will not be published. Required fields are marked *</p>",
        "<p><a href=/authors/nora>Follow Nora Finch</a> to get an alert when she publishes.</p>",
        "<p>Found a mistake? Select it and press Ctrl+Enter.</p>",
        "<p>–</p>",
        "<p><strong>Read more:</strong></p><p><a href='/2024/05/10/clubs-collect-signatures'>Clubs collect signatures</a></p>",
    ],
)
def test_what_a_page_asks_or_links_below_its_text_is_none_of_it(end: str) -> None:
    assert list_text(read(write(*TEXT) + end)) == list(TEXT)


@check_rows(
    "box",
    [
        "<div class=ab><p>Read this story in our app</p><p>Open</p></div>",
        "<div><p>0:00 / 2:31</p></div>",
        "<p>ADVERTISEMENT - CONTINUE READING BELOW</p>",
    ],
)
def test_what_a_page_shows_amid_its_text_is_none_of_it(box: str) -> None:
    assert list_text(read(write(*TEXT[:3]) + box + write(*TEXT[3:]))) == list(TEXT)


@check_rows("end", ["Printed from https://courier.example/2024/05/15/pool", "https://courier.example/a?b=1"])
def test_the_address_that_a_printed_page_tells_below_its_text_is_none_of_it(end: str) -> None:
    assert list_text(read(write(*TEXT, end))) == list(TEXT)


@check_rows(
    "lang, paragraphs",
    [
        (
            "ja",
            (
                "市議会は火曜日の夜、六十一年にわたり市民に親しまれてきた最後の公営プールの閉鎖を賛成多数で可決した。",
                "「どの窓からも雨漏りする建物を暖めることはできません」と会計のモード・エラリー氏は記者団に述べた。",
                "各クラブは反対の署名を六千三百人分集めていた。広報担当者は子どもたちへの裏切りだと強く批判した。",
                "最終営業日は六月三十日。",
            ),
        ),
        (
            "ka",
            (
                "ქალაქის საკრებულომ სამშაბათს საღამოს უკანასკნელი საჯარო აუზის დახურვას მისცა ხმა, რომელიც დიდხანს მუშაობდა.",
                "„ჩვენ ვერ გავათბობთ შენობას, რომელსაც ყველა ფანჯრიდან წყალი ჩამოსდის“, — თქვა ხაზინადარმა მოდ ელერიმ.",
                "კლუბებმა 6300 ხელმოწერა შეაგროვეს. მათმა წარმომადგენელმა გადაწყვეტილებას ბავშვების ღალატი უწოდა მაშინვე.",
                "ცურვის ბოლო დღე 30 ივნისია.",
            ),
        ),
    ],
)
def test_a_short_sentence_at_the_end_is_text_in_every_script(lang: str, paragraphs: tuple[str, ...]) -> None:
    inner = "".join(f"<div>{paragraph}</div>" for paragraph in paragraphs)
    page = (
        f"<html lang={lang}><head><meta charset=utf-8><title>61</title></head><body><nav><a href=/>A</a></nav><div><div>"
        f"<h1>{paragraphs[0][:14]}</h1><div>2024-05-15</div>{inner}</div><div><a href=/x>x</a></div></div></body></html>"
    )
    article = read_page(page.encode(), "https://kurir.example/news/2024/05/15/a-48213")
    assert list_text(article) == list(paragraphs)
