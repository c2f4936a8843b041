"""Invented news pages in several languages and scripts, with all that stands around a story."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from crawler.extraction.body.body_model import load_body_model
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.page import ArticlePage
from crawler.items import Capture
from crawler.sites.generic import make_site, read_page_address
from training.pages_folder import FETCHED_AT


@dataclass(frozen=True, kw_only=True)
class Story:
    """A story, and the words of its page in the same language."""

    language: str
    url: str
    headline: str
    byline: str
    date: str
    paragraphs: tuple[str, ...]
    sections: tuple[str, ...]
    share: tuple[str, ...]
    related: str
    teasers: tuple[str, ...]
    newsletter: tuple[str, str, str]
    comments: tuple[str, str, str]
    consent: tuple[str, str]
    other: tuple[str, str, str]
    """Headline and two paragraphs of the next story."""


STORIES = {
    story.language: story
    for story in (
        Story(
            language="en",
            url="https://harbour-post.example/2024/05/03/ferry-crews-take-over-the-night-boat-after-nine-years",
            headline="Ferry crews take over the night boat after nine years",
            byline="By Nora Quist",
            date="3 May 2024",
            paragraphs=(
                "The crews of the northern ferry have bought the night boat, nine years after its owners tied it up at the pier and left.",
                "Forty-one sailors, cooks and mechanics each paid in a month of wages, and the harbour bank lent them the rest on Tuesday.",
                "“We know every rivet of her,” said Marta Lind, who was a stoker on the boat's last voyage and will now be its captain.",
                "The council had wanted to sell the berth to a hotel, but its members changed their minds when nobody came to the auction.",
                "The first crossing is planned for the end of June, if the boiler passes the inspection that has been put off twice.",
            ),
            sections=("Politics", "Economy", "Culture", "Sport"),
            share=("Share", "Tweet", "Send by e-mail"),
            related="Related articles",
            teasers=(
                "Dredger stuck at the harbour mouth",
                "Mayor opens flower show on Monday",
                "The last keeper tells of his winters",
            ),
            newsletter=(
                "Our newsletter",
                "Every morning the most important news of the coast in your inbox, free of charge. You can cancel whenever you want.",
                "Subscribe",
            ),
            comments=(
                "Comments",
                "I was on that boat as a child, and I still remember how the cook gave us cocoa when the sea was rough. Good luck to all of them.",
                "Who pays when the boiler breaks? In the end it will be the taxpayer, as it always was with this harbour and its boats.",
            ),
            consent=(
                "We and our partners use cookies to show you advertisements and to measure how this site is used. You can change your choice at any time.",
                "Accept all",
            ),
            other=(
                "Orchard school teaches pruning to adults",
                "The orchard school has opened its pruning course to adults, because so few of them know what to do with the trees that they inherit.",
                "Lessons are held on Saturdays in the old barn, and whoever comes has to bring a saw of their own, the headmistress said.",
            ),
        ),
        Story(
            language="de",
            url="https://hafenbote.example/2024/05/03/faehrleute-uebernehmen-das-nachtschiff-nach-neun-jahren",
            headline="Fährleute übernehmen das Nachtschiff nach neun Jahren",
            byline="Von Nora Quist",
            date="3. Mai 2024",
            paragraphs=(
                "Die Mannschaft der Nordfähre hat das Nachtschiff gekauft, neun Jahre nachdem die Eigner es am Kai vertäut und verlassen haben.",
                "Einundvierzig Matrosen, Köche und Maschinisten zahlten je einen Monatslohn ein, den Rest lieh ihnen am Dienstag die Hafenbank.",
                "„Wir kennen jede Niete“, sagte Marta Lind, die auf der letzten Fahrt des Schiffes Heizerin war und nun seine Kapitänin wird.",
                "Der Rat hatte den Liegeplatz an ein Hotel verkaufen wollen, besann sich aber, als zur Versteigerung niemand erschienen war.",
                "Die erste Überfahrt ist für Ende Juni geplant, wenn der Kessel die Prüfung besteht, die schon zweimal verschoben worden ist.",
            ),
            sections=("Politik", "Wirtschaft", "Kultur", "Sport"),
            share=("Teilen", "Twittern", "Per E-Mail senden"),
            related="Mehr zum Thema",
            teasers=(
                "Bagger steckt in der Hafeneinfahrt fest",
                "Bürgermeisterin eröffnet am Montag Blumenschau",
                "Der letzte Wärter erzählt von seinen Wintern",
            ),
            newsletter=(
                "Unser Newsletter",
                "Jeden Morgen die wichtigsten Nachrichten von der Küste in Ihrem Postfach, kostenlos und jederzeit kündbar. Melden Sie sich jetzt an.",
                "Abonnieren",
            ),
            comments=(
                "Kommentare",
                "Als Kind bin ich mit diesem Schiff gefahren und weiß noch, wie uns der Koch bei Sturm Kakao gab. Allen viel Glück damit!",
                "Und wer zahlt, wenn der Kessel bricht? Am Ende wieder der Steuerzahler, wie immer bei diesem Hafen und seinen Schiffen.",
            ),
            consent=(
                "Wir und unsere Partner verwenden Cookies, um Ihnen Werbung zu zeigen und die Nutzung zu messen. Ihre Wahl können Sie jederzeit ändern.",
                "Alle akzeptieren",
            ),
            other=(
                "Obstbauschule lehrt Erwachsene das Schneiden",
                "Die Obstbauschule hat ihren Schnittkurs für Erwachsene geöffnet, weil so wenige wissen, was mit geerbten Bäumen zu tun ist.",
                "Unterrichtet wird samstags in der alten Scheune, und wer kommt, muss eine eigene Säge mitbringen, sagte die Leiterin.",
            ),
        ),
        Story(
            language="ar",
            url="https://sahil-news.example/2024/05/03/night-ferry-crew-buys-the-boat-after-nine-years",
            headline="بحارة العبّارة يشترون سفينة الليل بعد تسع سنوات",
            byline="بقلم: نورا حداد",
            date="3 مايو 2024",
            paragraphs=(
                "اشترى طاقم العبّارة الشمالية سفينة الليل بعد تسع سنوات من تركها مربوطة عند الرصيف على يد أصحابها الذين غادروا المدينة.",
                "ودفع واحد وأربعون بحاراً وطباخاً وميكانيكياً أجر شهر كامل لكل منهم، وأقرضهم مصرف الميناء بقية المبلغ يوم الثلاثاء الماضي.",
                "وقالت مرتا سليم، التي عملت وقّادة في آخر رحلة للسفينة وستصبح الآن قبطانتها، إن الطاقم يعرف كل مسمار في هيكلها القديم.",
                "وكان المجلس البلدي يريد بيع المرسى لفندق كبير، لكن أعضاءه غيّروا رأيهم عندما لم يحضر أحد إلى المزاد الذي أقيم في الشتاء.",
                "ومن المقرر أن تبحر السفينة أول مرة في نهاية يونيو، إذا اجتاز المرجل الفحص الذي تأجل مرتين منذ بداية هذا العام.",
            ),
            sections=("سياسة", "اقتصاد", "ثقافة", "رياضة"),
            share=("شارك", "غرّد", "أرسل بالبريد"),
            related="مقالات ذات صلة",
            teasers=(
                "جرّافة عالقة عند مدخل الميناء",
                "رئيس البلدية يفتتح معرض الزهور يوم الاثنين",
                "آخر حارس للمنارة يروي قصص الشتاء",
            ),
            newsletter=(
                "النشرة البريدية",
                "أهم أخبار الساحل في بريدك كل صباح مجاناً، ويمكنك إلغاء الاشتراك في أي وقت تشاء. سجّل بريدك الآن لتصلك النشرة.",
                "اشترك",
            ),
            comments=(
                "التعليقات",
                "ركبت هذه السفينة وأنا طفل، وما زلت أذكر كيف كان الطباخ يعطينا الكاكاو عندما يهيج البحر. أتمنى لهم جميعاً التوفيق.",
                "ومن سيدفع إذا تعطل المرجل؟ في النهاية سيدفع المواطن كما كان الحال دائماً مع هذا الميناء وسفنه القديمة.",
            ),
            consent=(
                "نستخدم نحن وشركاؤنا ملفات تعريف الارتباط لعرض الإعلانات وقياس استخدام الموقع، ويمكنك تغيير اختيارك في أي وقت.",
                "قبول الكل",
            ),
            other=(
                "مدرسة البساتين تعلّم الكبار تقليم الأشجار",
                "فتحت مدرسة البساتين دورة التقليم أمام الكبار، لأن قلة منهم تعرف ما الذي يجب فعله بالأشجار التي ورثوها عن آبائهم.",
                "وتقام الدروس أيام السبت في الحظيرة القديمة، وعلى كل من يأتي أن يحضر منشاره معه، كما قالت مديرة المدرسة.",
            ),
        ),
        Story(
            language="zh",
            url="https://gangwan-bao.example/2024/05/03/night-ferry-crew-buys-the-boat-after-nine-years",
            headline="渡轮船员九年后买下夜航船",
            byline="记者 林小雨",
            date="2024年5月3日",
            paragraphs=(
                "北线渡轮的船员们买下了那艘夜航船。九年前，船主把它系在码头上就离开了，从此再也没有人来照看过它。",
                "四十一名水手、厨师和机修工每人拿出一个月的工资，港口银行则在星期二借给他们其余的款项，利息比往年低。",
                "“船上的每一颗铆钉我们都认得。”林玛丽说。她在这艘船最后一次航行时是司炉，如今将要成为它的船长。",
                "议会原本打算把泊位卖给一家酒店，但是冬天的拍卖会上一个人也没有来，议员们只好改变了主意，同意了船员的请求。",
                "如果锅炉能够通过今年已经推迟了两次的检查，第一次航行计划在六月底进行，船票下个星期开始在码头出售。",
            ),
            sections=("政治", "经济", "文化", "体育"),
            share=("分享", "转发", "发送邮件"),
            related="相关阅读",
            teasers=("挖泥船卡在港口入口处", "市长星期一为花展揭幕", "最后的守塔人讲述他的冬天"),
            newsletter=(
                "订阅我们的通讯",
                "每天早上把海岸最重要的新闻免费送到您的邮箱，您可以随时取消订阅。请在下面填写您的电子邮件地址。",
                "订阅",
            ),
            comments=(
                "评论",
                "我小时候坐过这艘船，还记得风浪大的时候厨师给我们喝热可可。祝他们一切顺利，希望早日再坐上它。",
                "锅炉坏了由谁来出钱？最后还不是纳税人，这个港口和它的船一直都是这样，从来没有变过。",
            ),
            consent=("我们和合作伙伴使用Cookie来展示广告并统计网站的使用情况，您可以随时更改您的选择。", "全部接受"),
            other=(
                "果园学校教成年人修剪果树",
                "果园学校向成年人开放了修剪课程，因为很少有人知道应该怎样照料从父母那里继承下来的果树。",
                "课程每个星期六在旧谷仓里举行，校长说，来上课的人都必须自己带上一把锯子和一副手套。",
            ),
        ),
        Story(
            language="hi",
            url="https://tat-samachar.example/2024/05/03/night-ferry-crew-buys-the-boat-after-nine-years",
            headline="नाविकों ने नौ साल बाद रात की नाव खरीदी",
            byline="नूपुर शर्मा",
            date="3 मई 2024",
            paragraphs=(
                "उत्तरी घाट के नाविकों ने रात की नाव खरीद ली है, जिसे उसके मालिक नौ साल पहले घाट पर बाँधकर शहर छोड़ गए थे।",
                "इकतालीस नाविकों, रसोइयों और मिस्त्रियों ने अपनी एक महीने की तनख्वाह दी और बाकी रकम मंगलवार को बंदरगाह बैंक ने उधार दी।",
                "मरियम लाल ने कहा कि वे नाव की एक-एक कील को पहचानते हैं। वे आखिरी यात्रा में भट्ठी सँभालती थीं और अब कप्तान बनेंगी।",
                "परिषद वह जगह एक होटल को बेचना चाहती थी, लेकिन जब नीलामी में कोई नहीं आया तो सदस्यों ने अपना फैसला बदल दिया।",
                "पहली यात्रा जून के अंत में होगी, अगर नाव की भट्ठी वह जाँच पार कर लेती है जो इस साल दो बार टाली जा चुकी है।",
            ),
            sections=("राजनीति", "अर्थव्यवस्था", "संस्कृति", "खेल"),
            share=("शेयर करें", "ट्वीट करें", "ईमेल करें"),
            related="संबंधित खबरें",
            teasers=(
                "बंदरगाह के मुहाने पर फँसी मशीन",
                "महापौर सोमवार को फूलों की प्रदर्शनी खोलेंगे",
                "आखिरी पहरेदार ने सुनाई सर्दियों की कहानी",
            ),
            newsletter=(
                "हमारा न्यूज़लेटर",
                "तट की सबसे ज़रूरी खबरें हर सुबह मुफ़्त में आपके ईमेल पर, आप जब चाहें इसे बंद कर सकते हैं। अभी अपना पता लिखें।",
                "सदस्य बनें",
            ),
            comments=(
                "टिप्पणियाँ",
                "मैं बचपन में इस नाव पर बैठा था और मुझे याद है कि लहरें उठने पर रसोइया हमें गर्म दूध देता था। सबको शुभकामनाएँ।",
                "भट्ठी टूटने पर पैसा कौन देगा? आखिर में जनता ही देगी, जैसा इस बंदरगाह और उसकी नावों के साथ हमेशा हुआ है।",
            ),
            consent=(
                "हम और हमारे साझेदार विज्ञापन दिखाने और साइट का उपयोग मापने के लिए कुकी का इस्तेमाल करते हैं, आप अपनी पसंद कभी भी बदल सकते हैं।",
                "सभी स्वीकार करें",
            ),
            other=(
                "बाग़ के स्कूल में बड़े भी सीखेंगे पेड़ छाँटना",
                "बाग़ के स्कूल ने अपनी कक्षा बड़ों के लिए खोल दी है, क्योंकि कम लोग जानते हैं कि विरासत में मिले पेड़ों का क्या करें।",
                "कक्षाएँ शनिवार को पुराने खलिहान में होती हैं और जो भी आए उसे अपनी आरी साथ लानी होगी, प्रधानाध्यापिका ने कहा।",
            ),
        ),
    )
}
"""Language → story."""


def _list_links(titles: tuple[str, ...]) -> str:
    return "".join(
        f'<li><a href="/2024/04/0{day}/another-story-of-the-coast-{day}">{title}</a></li>'
        for day, title in enumerate(titles, 1)
    )


def _make_litter(story: Story) -> dict[str, str]:
    newsletter, comments, other = story.newsletter, story.comments, story.other
    links = "".join(f'<a href="https://social.example/{place}">{label}</a> ' for place, label in enumerate(story.share))
    return {
        "consent": f'<div id="cookie-banner" class="cookie-consent"><p>{story.consent[0]}</p><a href="#">{story.consent[1]}</a></div>',
        "share": f'<div class="share">{links}</div>',
        "newsletter": f'<aside class="newsletter"><h3>{newsletter[0]}</h3><p>{newsletter[1]}</p><a href="/newsletter">{newsletter[2]}</a></aside>',
        "related": f'<section class="related"><h2>{story.related}</h2><ul>{_list_links(story.teasers)}</ul></section>',
        "comments": f'<section id="comments" class="comments"><h2>{comments[0]}</h2><ol class="comment-list">'
        f'<li class="comment"><p>{comments[1]}</p></li><li class="comment"><p>{comments[2]}</p></li></ol></section>',
        "other": f'<article class="next"><h2><a href="/2024/05/02/a-story-of-the-day-before-it">{other[0]}</a></h2>'
        f"<p>{other[1]}</p><p>{other[2]}</p></article>",
    }


LITTER = ("consent", "share", "newsletter", "related", "comments", "other")
"""What may stand around a story."""


def make_story_page(
    story: Story,
    *,
    litter: Collection[str] | bool = True,
    without: int | None = None,
    after: str = "",
    classes: tuple[str, str, str] = ("page", "entry", "entry-content"),
) -> bytes:
    """Return the page of a story: with all kinds of litter, none or some; ``without`` one of its paragraphs."""
    kept = LITTER if litter is True else litter or ()
    parts = {name: html if name in kept else "" for name, html in _make_litter(story).items()}
    paragraphs = [f"<p>{text}</p>" for place, text in enumerate(story.paragraphs) if place != without]
    paragraphs.insert(3, parts["newsletter"])
    sections = "".join(f'<li><a href="/s{place}/">{section}</a></li>' for place, section in enumerate(story.sections))
    return f"""<!doctype html><html lang="{story.language}"><head><meta charset="utf-8"><title>{story.headline}</title>
<meta property="og:type" content="article"><meta property="og:title" content="{story.headline}">
<meta property="article:published_time" content="2024-05-03T18:00:00+00:00"></head><body>{parts["consent"]}
<header><nav><ul>{sections}</ul></nav></header>
<main class="{classes[0]}"><article class="{classes[1]}"><h1>{story.headline}</h1>
<p class="byline">{story.byline}</p><p class="date"><time datetime="2024-05-03">{story.date}</time></p>{parts["share"]}
<div class="{classes[2]}">{"".join(paragraphs)}</div></article>
{parts["related"]}{parts["comments"]}{parts["other"]}{after}</main>
<footer><ul>{sections}</ul><p>© 2024</p></footer></body></html>""".encode()


def open_page(html: bytes, url: str = "https://harbour-post.example/2024/05/03/ferry-crews-take-over") -> ArticlePage:
    """Return a page as the general reader sees it."""
    capture = Capture(url=url, fetched_at=FETCHED_AT, status=200, body=html)
    site = make_site(capture)
    return ArticlePage(capture, site, read_page_address(url, site))


def find_chances(html: bytes) -> tuple[list[TextLine], list[float]]:
    """Return the lines of a page and the chance of each by the shipped model."""
    page = open_page(html)
    return [*page.lines], load_body_model().find_chances(page.lines, page.page_texts)


def read_lines_of(html: str) -> list[TextLine]:
    """Return the lines of a page."""
    return [*open_page(html.encode()).lines]
