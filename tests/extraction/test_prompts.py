"""What a paper asks of its readers amid a text is none of it, in any language."""

from __future__ import annotations

from typing import Final

from support.tables import check_rows

from crawler.extraction.body.prompts import asks_to_follow
from seealso import read_page

TEXT: Final = (
    "The old paper mill at Harrow Bend will be turned into ninety flats after councillors approved the plan on Monday.",
    "Building is expected to begin in September and to last two years, said the developer, which bought the site in 2019.",
    "The council said that a study of the bridge would be published before the end of the year, after the fair.",
    "Residents had collected more than six hundred signatures against the plan, most of them over traffic on the bridge.",
)


@check_rows(
    "text",
    [
        "Join our WhatsApp channel to get the latest news straight to your phone.",
        "This story first appeared in our weekly newsletter. Sign up here to get it in your inbox.",
        "👉 Follow us on Google News",
        "🚀 Sign up for the valley newsletter",
        "Abonnieren Sie unseren Newsletter und lesen Sie jeden Morgen, was wichtig ist.",
        "Suivez toute l'actualité sur notre chaîne WhatsApp",
        "Síguenos en Instagram y en nuestro canal de Telegram",
        "Iscriviti alla newsletter",
        "Siga o jornal no WhatsApp e receba as notícias do dia",
        "Подписывайтесь на наш канал в Телеграме",
        "تابعوا قناتنا على تلغرام",
        "רוצים לקבל עדכונים? הצטרפו לערוץ הוואטסאפ שלנו",
        "ताज़ा खबरों के लिए हमारे व्हाट्सएप चैनल से जुड़ें",
        "Haberleri WhatsApp kanalımızdan takip edin",
        "Ikuti saluran WhatsApp kami",
        "扫描二维码，关注本报微信公众号",
        "订阅我们的电子报，每天早上收到新闻。",
        "メールマガジンに登録して、毎朝ニュースを受け取りましょう。",
        "뉴스레터를 구독하고 매일 아침 소식을 받아보세요.",
        "اشترك في نشرتنا البريدية لتصلك الأخبار كل صباح.",
        "สมัครรับจดหมายข่าวของเราเพื่อรับข่าวทุกเช้า",
        "हमारे न्यूज़लेटर की सदस्यता लें और हर सुबह खबरें पाएं।",
    ],
)
def test_a_request_is_told_by_its_words(text: str) -> None:
    assert asks_to_follow(text)


@check_rows(
    "text",
    [
        "He asked them to join the channel, and nobody did.",
        "市民は図書館に登録して、本を借りることができる。",
        "订阅三份报纸的老人每天早上在码头上读报。",
        "“Follow us on Instagram,” said the mayor to those who waited on the pier.",
        "A calendar app helps you plan meetings, receive reminders and block time.",
        "Follow the path to the old mill and turn left behind the bridge.",
        "More than 2,000 people signed up for the newsletter of the council within a day.",
        "",
    ],
)
def test_a_sentence_of_a_story_is_no_request(text: str) -> None:
    assert not asks_to_follow(text)


@check_rows(
    "prompt",
    [
        "<p><strong>Join our WhatsApp channel to get the latest news straight to your phone.</strong></p>",
        "<div class='bg-2'><h3>Sign up for our morning briefing</h3><p>The news of the valley, every morning before "
        "seven, by people who live there.</p></div>",
    ],
)
def test_a_request_is_left_out_with_its_box(prompt: str) -> None:
    paragraphs = [f"<p>{paragraph}</p>" for paragraph in TEXT]
    page = (
        '<html lang="en"><head><title>Old mill to become flats</title></head><body><article><h1>Old mill to become flats'
        f"</h1><p>By Janet Oakes</p><p>16 April 2024</p>{''.join(paragraphs[:2])}{prompt}{''.join(paragraphs[2:])}"
        "</article></body></html>"
    )
    article = read_page(page.encode(), "https://post.example/2024/04/16/old-mill-to-become-flats")
    assert [*([article.lead] if article.lead else []), *article.body.split("\n\n")] == list(TEXT)
