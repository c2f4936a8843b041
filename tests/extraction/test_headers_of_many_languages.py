"""Bylines, dates and subtitles as papers of many languages and scripts print them, on invented pages."""

from __future__ import annotations

from typing import Final

from support.tables import check_rows

from crawler.items import Article
from seealso import read_page

PARAGRAPHS: Final = (
    "The harbour board of Valmare voted on Tuesday night to close the eastern pier for repairs that cannot wait.",
    "Cracks in two of the nine pillars were found in March by divers who had been sent to look for a lost anchor.",
    "“We lose a summer or we lose the pier,” said Dina Orsolo, who has mended nets on the quay for thirty years.",
)
TEXT: Final = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
ADDRESS: Final = "https://post.example/news/pier-shuts-for-a-year-4512345"


def read(under: str, language: str, *, above: str = "", end: str = "", url: str = ADDRESS, text: str = TEXT) -> Article:
    page = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Pier shuts for a year</title>'
        f'<meta property="og:type" content="article"></head><body><article>{above}<h1>Pier shuts for a year</h1>'
        f"{under}{text}{end}</article></body></html>"
    )
    return read_page(page.encode(), url)


def list_paragraphs(article: Article) -> tuple[str, ...]:
    return tuple(article.body.split("\n\n"))


def list_names(article: Article) -> list[str]:
    return [author.name for author in article.authors]


@check_rows(
    ("under", "language", "byline", "names"),
    [
        ('<div class="author">فهد العتيبي (فالماري)</div>', "ar", "فهد العتيبي (فالماري)", ["فهد العتيبي"]),
        ('<div class="author">المرسى - يوسف بنعلي</div>', "ar", "المرسى - يوسف بنعلي", ["يوسف بنعلي"]),
        ('<div class="author">بيروت: ريما الخوري وسامي حداد</div>', "ar", None, ["ريما الخوري", "سامي حداد"]),
        ('<div class="author">سامي حسن وليد حداد</div>', "ar", None, ["سامي حسن وليد حداد"]),
        ("<div>كتب محمود السيد - تصوير أحمد علي</div>", "ar", None, ["محمود السيد"]),
        ("<div>نویسنده: دکتر علی\u200cرضا کریمی</div>", "fa", None, ["علی\u200cرضا کریمی"]),
        ("<ul><li>خبرنگار: مریم رضایی</li></ul>", "fa", "خبرنگار: مریم رضایی", ["مریم رضایی"]),
        ('<div class="authoranddate">דנה כהן ויוסי לוי, כתבי הנמל</div>', "he", None, ["דנה כהן", "יוסי לוי"]),
        ("<div>מאת יעל בן־דוד</div>", "he", "מאת יעל בן־דוד", ["יעל בן־דוד"]),
        ("<ul><li>مصنف, عائشہ صدیقی</li><li>عہدہ, نمائندہ</li></ul>", "ur", "مصنف, عائشہ صدیقی", ["عائشہ صدیقی"]),
        ("<div>ویب ڈیسک</div><div>6 مئی 2024</div>", "ur", "ویب ڈیسک", ["ویب ڈیسک"]),
        ("<div>রফিকুল ইসলাম ও সালমা খাতুন, ভালমারে</div><div>৬ মে ২০২৪</div>", "bn", None, ["রফিকুল ইসলাম", "সালমা খাতুন"]),
        ('<div><a href="/authors/anil">അനിൽ കുമാർ\u200c</a></div>', "ml", None, ["അനിൽ കുമാർ"]),
        ("<div>විසින් නිමල් පෙරේරා</div>", "si", "විසින් නිමල් පෙරේරා", ["නිමල් පෙරේරා"]),
        ('<div><a href="/author/aung">အောင်မြင့်</a></div>', "my", "အောင်မြင့်", ["အောင်မြင့်"]),
        ("<div>ដោយ សុខ ចាន់</div>", "km", "ដោយ សុខ ចាន់", ["សុខ ចាន់"]),
        ("<div>Б.Болормаа</div>", "mn", "Б.Болормаа", ["Б.Болормаа"]),
        ("<div>Հեղինակ՝ Անի Պետրոսյան</div>", "hy", "Հեղինակ՝ Անի Պետրոսյան", ["Անի Պետրոսյան"]),
        ("<div>MEHMET ÖZTÜRK / VALMARE (DHA) 6 Mayıs 2024</div>", "tr", None, ["Mehmet Öztürk", "DHA"]),
        ('<div class="author">Zeynep Arslan<span> Köşe Yazarı</span></div>', "tr", None, ["Zeynep Arslan"]),
        ('<div class="author">Jón Sigurðsson skrifar</div>', "is", "Jón Sigurðsson skrifar", ["Jón Sigurðsson"]),
        ("<div>Penulis: Rini Susanti | Editor: Budi Santoso</div>", "id", None, ["Rini Susanti"]),
        ("<div>Text: Ann Lee, Fotos: Bo Ray</div>", "de", "Text: Ann Lee, Fotos: Bo Ray", ["Ann Lee"]),
        ("<div>Text and photos by Ann Lee</div>", "en", "Text and photos by Ann Lee", ["Ann Lee"]),
        (
            "<h6>Rini Susanti, </h6><h6>Budi Santoso</h6>",
            "id",
            "Rini Susanti, Budi Santoso",
            ["Rini Susanti", "Budi Santoso"],
        ),
        ('<div class="author">THEMBA ZULU</div>', "zu", "THEMBA ZULU", ["Themba Zulu"]),
        (
            "<div>Pa Jean Robert Pierre ak Marie Ange Louis</div>",
            "ht",
            None,
            ["Jean Robert Pierre", "Marie Ange Louis"],
        ),
        (
            '<div><a href="/authors/juan">Juan dela Cruz</a> - Pilipino Dagat</div>',
            "fil",
            "Juan dela Cruz",
            ["Juan dela Cruz"],
        ),
        ("<p><strong>الثورة – هناء ديب:</strong></p>", "ar", "الثورة – هناء ديب", ["هناء ديب"]),
        ("<div>वालमारे<span>1 घंटे पहले</span><span>लेखक: राकेश मिश्रा</span></div>", "hi", None, ["राकेश मिश्रा"]),
        ('<div><a href="/author?author=anil">अनिल पांडेय</a>, वालमारे</div>', "hi", "अनिल पांडेय, वालमारे", ["अनिल पांडेय"]),
        ("<ul><li>Qoraaga, Axmed Cali Nuur</li></ul>", "so", "Qoraaga, Axmed Cali Nuur", ["Axmed Cali Nuur"]),
        ("<div>oprac. Anna Nowak</div>", "pl", "oprac. Anna Nowak", ["Anna Nowak"]),
        ("<div>Од Елена Петровска -</div>", "mk", None, ["Елена Петровска"]),
        ("<div>Иван ПЕТРОВ</div><div>6 мая 2024</div>", "ru", "Иван ПЕТРОВ", ["Иван ПЕТРОВ"]),
        (
            "<div>By<br><a href='/ann'>Ann Lee</a><br>and<br><a href='/bo'>Bo Ray</a></div>",
            "en",
            None,
            ["Ann Lee", "Bo Ray"],
        ),
        ("<div>By Ann Lee<br>and Bo Ray</div>", "en", "By Ann Lee and Bo Ray", ["Ann Lee", "Bo Ray"]),
        ("<div>By Ann Lee<br>and</div>", "en", None, ["Ann Lee"]),
        ("<div>د. أحمد علي</div><div>6 مايو 2024</div>", "ar", "د. أحمد علي", ["أحمد علي"]),
        ("<div>كتب ـ أحمد علي:</div>", "ar", None, ["أحمد علي"]),
        ('<p class="author">Foto: REUTERS/Ann Lee</p><p>Tekst: Bo Ray</p>', "pl", "Tekst: Bo Ray", ["Bo Ray"]),
        (
            "<p>Ann Lee in Rome, Bo Ray in Valmare and agencies</p><p>6 May 2024</p>",
            "en",
            None,
            ["Ann Lee", "Bo Ray", "Agencies"],
        ),
        ("<p>FROM OUR SPECIAL CORRESPONDENT</p>", "en", None, ["Our correspondent"]),
        ("<p>Ann Lee, The Harbour Post</p><p>6 May 2024</p>", "en", None, ["Ann Lee"]),
        ('<span class="author">@harbour_pen</span>', "en", "@harbour_pen", ["harbour_pen"]),
        ('<div class="author-name"><a href="/u/annlee9">annlee9</a></div>', "en", "annlee9", ["annlee9"]),
        ('<span class="author">by okrause</span>', "en", "by okrause", ["okrause"]),
        ('<p class="byline">J.D.</p>', "en", "J.D.", ["J.D."]),
        ("<div>06.05.2024 | Autor: M.P.</div>", "hr", None, ["M.P."]),
        ("<div>អត្ថបទដោយ៖ សុខ ចាន់</div>", "km", None, ["សុខ ចាន់"]),
        ("<div>نووسەر: ئازاد کەریم</div>", "ckb", None, ["ئازاد کەریم"]),
        ("<div>ලේඛක: නිමල් පෙරේරා</div>", "si", None, ["නිමල් පෙරේරා"]),
        ("<div>રિપોર્ટર: હાર્દિક પટેલ</div>", "gu", None, ["હાર્દિક પટેલ"]),
        ("<div>Ibhalwe ngu Sipho Dlamini</div>", "zu", None, ["Sipho Dlamini"]),
        ("<div>ลงข่าวโดย สมชาย ใจดี</div>", "th", None, ["สมชาย ใจดี"]),
        ("<div>ليکوال: احمد ځاځی</div>", "ps", None, ["احمد ځاځی"]),
    ],
)
def test_bylines(under: str, language: str, byline: str | None, names: list[str]) -> None:
    article = read(under, language)
    assert list_names(article) == names
    assert byline in (None, article.byline)
    assert (article.lead, list_paragraphs(article)) == (None, PARAGRAPHS)


@check_rows(
    ("under", "language", "published", "modified"),
    [
        (
            "<div>Giriş: <time>06.05.2024 14:05</time> Güncelleme: <time>06.05.2024 16:30</time></div>",
            "tr",
            "T14:05",
            "T16:30",
        ),
        ("<div>تاریخ انتشار: ۱۷ ارديبهشت ۱۴۰۳ - ۱۴:۰۵</div>", "fa", "T14:05", None),
        ("<div>الاثنين - 27 شوال 1445 هـ - 6 مايو 2024 م</div>", "ar", "", None),
        ("<div>06.05.24 | 14:05</div><div>עודכן ב-06 במאי 2024, 16:30</div>", "he", "T14:05", "T16:30"),
        ("<div>পকাশিত: ২:০৫ অপরাহ্ন, মে ৬, ২০২৪ আপডেট: ৪:৩০ অপরাহ্ন, মে ৬, ২০২৪</div>", "bn", "T14:05", "T16:30"),
        ("<div>ថ្ងៃទី ០៦ ខែ ឧសភា ឆ្នាំ ២០២៤, ម៉ោង ១៤:០៥</div>", "km", "T14:05", None),
        ("<div>2024. május 6. 14:05</div>", "hu", "T14:05", None),
        ("<div>понедељак, 06.05.2024. у 14:05</div>", "sr", "T14:05", None),
        (
            "<div><time>06/05/2024 | 14h05</time> <time>Atualização: 06/05/2024 | 16h30</time></div>",
            "pt",
            "T14:05",
            "T16:30",
        ),
        ("<div>06/05/2024 14h05 Atualizado há um ano</div>", "pt", "T14:05", None),
        (
            "<span>Publish Date: 06 May 2024 14:05</span><span>Updated Date: 06 May 2024 16:30</span>",
            "en",
            "T14:05",
            "T16:30",
        ),
        ("<div>14:05, 06 май 24</div>", "bg", "T14:05", None),
        ("<div>6 ta' Mejju 2024 14:05</div>", "mt", "T14:05", None),
        ("<div>6 me 2024</div>", "ht", "", None),
        ("<div>ሚያዝያ 28, 2016</div>", "am", "", None),
        ("<ul><li>Monday, 06 May 2024</li><li>2:05 PM</li></ul>", "en", "T14:05", None),
        ("<div>۱۴۰۳ غویی ۱۷، ۱۴:۰۵</div>", "ps", "T14:05", None),
        ("<div>2024-жылдын 6-майы, 14:05</div>", "ky", "T14:05", None),
        ("<div>6 майи 2024, 14:05</div>", "tg", "T14:05", None),
        ("<div>6 Maajo 2024</div>", "so", "", None),
        ("<div>06.V.2024</div>", "it", "", None),
        ("<div>6-V-2024</div>", "es", "", None),
        ("<div>6 V 2024, 14:05</div>", "pl", "T14:05", None),
        ("<div>113/05/06 14:05</div>", "zh-TW", "T14:05", None),
        ("<div>May 06 '24</div>", "en", "", None),
        ("<div>Ika-6 ng Mayo 2024</div>", "fil", "", None),
        ("<div>May 6, 2024 12:00 noon</div>", "en", "T12:00", None),
        ("<div>6. Mai 2024, 2:05 Uhr nachmittags</div>", "de", "T14:05", None),
        ("<div>6 май 2024 г., 2:05 следобед</div>", "bg", "T14:05", None),
        ("<div>28 Nisan 5784 / 6 May 2024</div>", "en", "", None),
    ],
)
def test_dates(under: str, language: str, published: str, modified: str | None) -> None:
    article = read(under, language)
    assert article.published is not None
    assert str(article.published.value).removesuffix(":00Z") == f"2024-05-06{published}"
    update = article.modified.value if article.modified is not None else None
    assert update == (f"2024-05-06{modified}:00Z" if modified else None)
    assert (article.lead, list_paragraphs(article)) == (None, PARAGRAPHS)


@check_rows(
    ("under", "language"),
    [
        ("<div>3 години тому</div>", "uk"),
        ("<div>3 órája</div>", "hu"),
        ("<div>۳ ساعت پیش</div>", "fa"),
        ("<div>3 மணி நேரம் முன்பு</div>", "ta"),
        ("<div>3 ชั่วโมงที่แล้ว</div>", "th"),
        ("<div>3 oras ang nakalipas</div>", "fil"),
        ("<div>3 tundi tagasi</div>", "et"),
        ("<div>3 საათის წინ</div>", "ka"),
        ("<div>3 ժամ առաջ</div>", "hy"),
        ("<div>28 Nisan 5784</div>", "en"),
    ],
)
def test_how_long_ago_something_was_is_no_date_and_no_text(under: str, language: str) -> None:
    article = read(under, language)
    assert article.published is None
    assert (article.lead, list_paragraphs(article)) == (None, PARAGRAPHS)


def test_the_day_of_a_calendar_that_is_not_read_is_unknown_and_its_words_are_kept() -> None:
    article = read("<div>२०८१ वैशाख २४ गते १४:०५ मा प्रकाशित</div>", "ne")
    problem = next(problem for problem in article.problems if problem.field == "published")
    assert (article.published, problem.value) == (None, "२०८१ वैशाख २४ गते १४:०५ मा प्रकाशित")
    assert list_paragraphs(article) == PARAGRAPHS


@check_rows(
    ("url", "language", "value"),
    [
        ("https://tide.example.in/news/pier-shuts-for-a-year-4512345", "en", "2024-05-06T08:35:00Z"),
        ("https://tide.example/news/pier-shuts-for-a-year-4512345", "hi", "2024-05-06T08:35:00Z"),
        ("https://tide.example.il/news/pier-shuts-for-a-year-4512345", "en", "2024-05-06T12:05:00Z"),
        ("https://tide.example/news/pier-shuts-for-a-year-4512345", "en", "2024-05-06"),
    ],
)
def test_an_ambiguous_zone_is_that_of_the_host_or_the_language(url: str, language: str, value: str) -> None:
    article = read("<div>6 May 2024, 14:05 IST</div>", language, url=url)
    assert article.published is not None
    assert article.published.value == value


@check_rows(
    ("above", "under", "lead"),
    [
        ("", "<h2>Divers found cracks in two pillars</h2><div>6 May 2024</div>", "Divers found cracks in two pillars"),
        ("", "<div>6 May 2024</div><h2>Divers found cracks in two pillars</h2>", "Divers found cracks in two pillars"),
        ("<div>6 May 2024</div>", "<h2>Divers found cracks in two pillars</h2>", "Divers found cracks in two pillars"),
        (
            "",
            '<p>By Ann Lee</p><h2 class="article__sapo">Divers found cracks there.</h2>',
            "Divers found cracks there.",
        ),
    ],
)
def test_a_subtitle_is_the_lead(above: str, under: str, lead: str) -> None:
    article = read(under, "en", above=above)
    assert (article.lead, list_paragraphs(article)) == (lead, PARAGRAPHS)


def test_the_place_of_the_dateline_above_the_date_is_no_lead() -> None:
    text = f"<p>(ANSA) - VALMARE, 06 MAG - {PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p><p>{PARAGRAPHS[2]}</p>"
    article = read("<p>Redazione ANSA</p><p>VALMARE</p><p>06 maggio 2024 14:05</p>", "it", text=text)
    assert (article.lead, article.dateline_place, list_paragraphs(article)) == (None, "Valmare", PARAGRAPHS)


def test_a_paragraph_in_an_element_named_for_a_subtitle_is_the_lead() -> None:
    subtitle = '기둥 두 개 균열…어민들 "공사 미뤄 달라"'
    article = read(f'<div class="subtit"><p>{subtitle}</p></div><div>2024.05.06 14:05</div>', "ko")
    assert (article.lead, list_paragraphs(article)) == (subtitle, PARAGRAPHS)


@check_rows(
    "leaf",
    [
        "<div>MAY</div><div>6</div><div>2024</div>",
        "<div>6</div><div>May</div><div>2024</div>",
        "<p>06</p><p>mai</p><p>2024</p>",
    ],
)
def test_a_leaf_of_a_calendar_is_the_date(leaf: str) -> None:
    for article in (read("<div>By Ann Lee</div>", "en", above=leaf), read(f"{leaf}<div>By Ann Lee</div>", "en")):
        assert article.published is not None
        assert article.published.on == "2024-05-06"
        assert (article.kicker, article.lead, list_paragraphs(article)) == (None, None, PARAGRAPHS)


def test_a_sentence_between_headline_and_date_is_the_lead() -> None:
    article = read("<p>Divers found cracks in two of the pillars.</p><div>6 May 2024</div>", "en")
    assert (article.lead, list_paragraphs(article)) == ("Divers found cracks in two of the pillars.", PARAGRAPHS)


def test_a_line_that_ends_with_a_colon_is_no_lead() -> None:
    article = read("<p>Kindly share this story:</p><p>By Ann Lee</p>", "en")
    assert (article.lead, list_paragraphs(article)) == (None, PARAGRAPHS)


def test_the_writer_stands_under_a_label_below_the_text() -> None:
    end = '<div class="authors"><span>Авторы</span><div><a href="/authors/1">Анна Бриль</a></div></div>'
    article = read("<div>6 мая 2024</div>", "ru", end=end)
    assert (list_names(article), list_paragraphs(article)) == (["Анна Бриль"], PARAGRAPHS)


@check_rows(
    ("end", "language", "names"),
    [
        ("<p>— Ann Lee, Valmare</p>", "en", ["Ann Lee"]),
        ("<p>– Ann Lee</p>", "de", ["Ann Lee"]),
        ("<p>(Ann Lee)</p>", "sv", ["Ann Lee"]),
        ("<p>Ann Lee (PAP)</p>", "pl", ["Ann Lee", "PAP"]),
        ("<p>Ann Lee, AFP</p>", "fr", ["Ann Lee", "AFP"]),
        ('<div class="signature">Ann LEE</div>', "fr", ["Ann LEE"]),
    ],
)
def test_who_signs_under_the_text_in_a_form_of_its_own_wrote_it(end: str, language: str, names: list[str]) -> None:
    article = read("<div>6 May 2024</div>", language, end=end)
    assert (list_names(article), list_paragraphs(article)) == (names, PARAGRAPHS)


def test_a_name_behind_a_dash_under_a_quotation_said_it() -> None:
    quotation = "<p>“Who mends the pier by daylight will not have to look for the boats at night, as we did.”</p>"
    article = read("<div>6 May 2024</div>", "en", end=f"{quotation}<p>— Ann Lee</p>")
    assert list_names(article) == []
    assert article.body.endswith("— Ann Lee")


def test_a_first_heading_among_others_of_its_level_is_no_lead() -> None:
    text = "<h2>What the divers have found there</h2>" + "<h2>What comes next</h2>".join(
        f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS
    )
    assert read("<div>6 May 2024</div>", "en", text=text).lead is None


def test_a_place_in_capitals_before_the_text_is_no_kicker() -> None:
    text = f"<p><strong>VALMARE:</strong> {PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>"
    assert read("<div>6 May 2024</div>", "en", text=text).kicker is None


@check_rows(
    ("end", "language"),
    [
        ("<p>انتهای پیام/</p>", "fa"),
        ("<p>// انتهى //</p><p>14:05 ت م</p><p>0123</p>", "ar"),
        ("<p>Kaynak: AA</p>", "tr"),
        ("<p>مواضيع ذات صلة</p>", "ar"),
        ("<p>এনএ/</p>", "bn"),
        ("<p>ks/jps (dpa)</p>", "de"),
        ("<p>MTI</p>", "hu"),
        ("<p>(ANP)</p>", "nl"),
        ("<p>Contact: desk@post.example</p>", "en"),
        ("<p>/ritzau/</p>", "da"),
        ("<p>कॉपी लिंक</p>", "hi"),
        ("<p>(*)</p>", "id"),
        ("<p>Muallif: Dilnoza Karimova</p>", "uz"),
        ("<p><em>Published in The Morning, May 6th, 2024</em></p>", "en"),
        ("<p>Сурет: порт баспасөз қызметі</p>", "kk"),
        ("<p>(ANSA).</p>", "it"),
        ("<p>(L.M.) (Agenzia Fides, 6/5/2024)</p>", "it"),
        ("<p>PTI AMR JD JD</p>", "en"),
        ("<p>EFE lmr/abc</p>", "es"),
        ("<p>(Hina) xamorel yjdahl</p>", "hr"),
        ("<p>1844**9417</p>", "fa"),
        ("<p>dg/amz (afp, dpa, epd)</p>", "de"),
        ("<p>/ukrinform/</p>", "uk"),
        ("<p>(With inputs from PTI)</p>", "en"),
        ("<p>Con información de EFE</p>", "es"),
        ("<p>(编辑 王芳)</p>", "zh"),
        ("<p>記者 李文 攝</p>", "zh-TW"),
    ],
)
def test_what_stands_under_a_text_is_none_of_it(end: str, language: str) -> None:
    assert list_paragraphs(read("<div>6 May 2024</div>", language, end=end)) == PARAGRAPHS


@check_rows(
    ("label", "language"),
    [
        ("<strong>İLGİLİ HABER: </strong>", "tr"),
        ("بیشتر بخوانید: ", "fa"),
        ("קראו עוד: ", "he"),
        ("ये भी पढ़ें:- ", "hi"),
        ("यह भी पढ़ें- ", "hi"),
        ("Կարդացեք նաև՝ ", "hy"),
        ("ამავე თემაზე: ", "ka"),
        ("Нагадаємо: ", "uk"),
        ("<b>Lee también </b>", "es"),
        ("READ: ", "en"),
        ("KARANTA KUMA: ", "ha"),
    ],
)
def test_labels_of_related_links(label: str, language: str) -> None:
    end = f'<p>{label}<a href="/news/sardine-season-opens-late-4500000">Sardine season opens late</a></p>'
    article = read("<div>6 May 2024</div>", language, end=end)
    assert [entry.headline for entry in article.see_also] == ["Sardine season opens late"]
    assert list_paragraphs(article) == PARAGRAPHS


def test_a_label_above_a_link_amid_the_text_is_none_of_it() -> None:
    box = (
        '<h3>Mirá también</h3><div><a href="/news/sardine-season-4500000"><h2>Sardine season opens late</h2></a></div>'
    )
    text = f"<p>{PARAGRAPHS[0]}</p>{box}<p>{PARAGRAPHS[1]}</p><p>{PARAGRAPHS[2]}</p>"
    assert list_paragraphs(read("<div>6 May 2024</div>", "es", text=text)) == PARAGRAPHS


def test_a_link_of_the_page_s_own_form_leads_to_an_article() -> None:
    end = '<p>See also</p><ul><li><a href="/articles/8700">Sardine season opens late</a></li></ul>'
    article = read("<div>6 May 2024</div>", "en", end=end, url="https://post.example/articles/8813")
    assert [entry.headline for entry in article.see_also] == ["Sardine season opens late"]


def test_a_short_text_behind_a_place_and_an_agency_is_no_note_of_a_byline() -> None:
    first = "Hà Nội (TTXVN) - The harbour board of Valmare voted on Tuesday night to close the eastern pier."
    article = read("", "vi", text=f"<p>{first}</p>{TEXT}")
    assert article.byline is None
    assert "voted on Tuesday night to close the eastern pier." in article.body


GERMAN: Final = (
    "<p>Der Hafenrat hat am Dienstag beschlossen, den Pier für ein Jahr zu sperren, und die Fischer baten um Aufschub.</p>"
    "<p>Sie fanden kein Gehör, weil die Risse nach dem Bericht der Taucher größer geworden sind als im März.</p>"
)


@check_rows(
    ("stated", "text", "language"),
    [
        ("de", TEXT * 3, "en"),
        ("hi", TEXT * 3, "en"),
        ("en-GB", TEXT * 3, "en"),
        (
            "de",
            GERMAN * 2 + "<!-- to the end of the page the licence of the script and the names of the makers -->" * 5,
            "de",
        ),
        ("jp", TEXT * 3, "en"),
        ("dk", GERMAN, "da"),
    ],
)
def test_english_is_told_under_the_name_of_another_language(stated: str, text: str, language: str) -> None:
    assert read("", stated, text=text).language == language
