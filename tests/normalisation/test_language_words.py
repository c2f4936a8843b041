"""The language of a text by its words, on sentences written for this test."""

from __future__ import annotations

import pytest
from support.tables import check_rows

from crawler.normalisation.words.language_words import is_in_letters_of_a_font, tell_language

TEXTS = {
    "en": "The harbour board voted on Tuesday to close the pier, and the fishermen asked for a delay until the end of the season. "
    "It was not to be, for the engineers say that the cracks have grown since March.",
    "de": "Der Hafenrat hat am Dienstag beschlossen, den Pier für ein Jahr zu sperren, und die Fischer baten um einen Aufschub. "
    "Sie fanden kein Gehör, weil die Risse nach dem Bericht der Taucher größer geworden sind.",
    "fr": "Le conseil du port a voté mardi la fermeture du quai pour un an, et les pêcheurs ont demandé un délai jusqu'à la fin de "
    "la saison. Ils ne l'ont pas obtenu, car les fissures ont grandi depuis le mois de mars.",
    "it": "Il consiglio del porto ha votato martedì la chiusura del molo per un anno, e i pescatori hanno chiesto un rinvio alla fine "
    "della stagione. Non lo hanno avuto, perché le crepe sono più grandi di quelle che si vedevano a marzo.",
    "es": "La junta del puerto votó el martes cerrar el muelle por un año, y los pescadores pidieron un aplazamiento hasta el final de "
    "la temporada. No lo tuvieron, porque las grietas han crecido desde el mes de marzo, según los buzos.",
    "pt": "A junta do porto votou na terça-feira para fechar o cais por um ano, e os pescadores pediram um adiamento até ao fim da "
    "época. Não o tiveram, porque as rachaduras cresceram desde março, como disseram os mergulhadores.",
    "id": "Dewan pelabuhan pada Selasa memutuskan untuk menutup dermaga selama satu tahun, dan para nelayan meminta penundaan "
    "sampai akhir musim ini. Mereka tidak mendapatkannya karena retakan itu telah bertambah sejak Maret, kata penyelam yang "
    "dikirim oleh dewan dalam pekan ini.",
    "ru": "Совет порта во вторник решил закрыть причал на год, и рыбаки просили об отсрочке до конца сезона. Её не дали, потому что "
    "трещины с марта стали больше, как сказали водолазы, и ждать уже было нельзя.",
    "uk": "Рада порту у вівторок вирішила закрити причал на рік, і рибалки просили про відстрочку до кінця сезону. Її не дали, тому що "
    "тріщини з березня стали більші, як сказали водолази, і чекати вже було не можна.",
    "ar": "قرر مجلس الميناء يوم الثلاثاء إغلاق الرصيف لمدة عام، وطلب الصيادون التأجيل إلى نهاية الموسم. لم يحصلوا على ذلك لأن الشقوق "
    "التي وجدها الغواصون في الأعمدة كبرت منذ مارس، كما قال المهندسون في هذا التقرير الذي نشر بعد الاجتماع.",
    "fa": "هیئت مدیره بندر روز سه‌شنبه تصمیم گرفت اسکله را برای یک سال ببندد و ماهیگیران خواستند که این کار تا پایان فصل به تعویق "
    "بیفتد. با این درخواست موافقت نشد، زیرا ترک‌هایی که غواصان در ستون‌ها یافته بودند از اسفند بزرگ‌تر شده است.",
    "hi": "बंदरगाह बोर्ड ने मंगलवार को घाट को एक साल के लिए बंद करने का फैसला किया और मछुआरों ने मौसम के अंत तक देरी की मांग की। "
    "यह मांग नहीं मानी गई, क्योंकि मार्च से दरारें बढ़ गई हैं और इंजीनियरों का कहना है कि इस काम में और देरी नहीं की जा सकती है।",
    "th": "คณะกรรมการท่าเรือมีมติเมื่อวันอังคารให้ปิดท่าเรือเป็นเวลาหนึ่งปี และชาวประมงขอให้เลื่อนออกไปจนสิ้นสุดฤดู แต่ไม่ได้รับอนุญาต เพราะรอยร้าว"
    "ที่นักประดาน้ำพบนั้นใหญ่ขึ้นตั้งแต่เดือนมีนาคม วิศวกรกล่าวว่าการซ่อมแซมรออีกต่อไปไม่ได้แล้ว และงานจะเริ่มในวันจันทร์หน้า",
    "ja": "港湾委員会は火曜日、桟橋を一年間閉鎖することを決め、漁業者は漁期が終わるまで待つよう求めた。しかし三月からひび割れが広がっており、"
    "技術者は補修をこれ以上延ばすことはできないと話している。工事は月曜日に始まる予定だ。",
    "zh": "港务委员会星期二决定将码头封闭一年进行维修，渔民要求推迟到渔季结束以后再施工。这一要求没有得到同意，因为三月以来裂缝已经扩大，"
    "工程师说维修不能再等了，工程将于下星期一开始。",
    "ko": "항만위원회는 화요일 부두를 일 년 동안 폐쇄하기로 결정했고 어민들은 어기가 끝날 때까지 미뤄 달라고 요구했다. 그러나 잠수부들이 발견한 "
    "균열이 삼월부터 커졌기 때문에 요구는 받아들여지지 않았다. 기술자들은 보수를 더 미룰 수 없다고 말했으며 공사는 다음 월요일에 시작될 "
    "예정이다. 비용의 절반은 도가 부담하고 나머지는 항만위원회가 부담하기로 했으며, 배들은 서쪽 부두에서 기다려야 한다고 위원회는 덧붙였다. "
    "어민들은 서쪽 부두에 기중기가 없다고 걱정하고 있다.",
}


@check_rows("language", TEXTS)
def test_a_text_tells_its_language(language: str) -> None:
    assert tell_language(TEXTS[language]) == language


def test_a_language_is_told_from_one_near_it_that_has_no_word_of_its_own_in_the_text() -> None:
    text = (
        "A câmara da vila decidiu reabrir a piscina em junho, depois de três anos de obras. O custo passou de dois para quase quatro "
        "milhões, porque foram encontradas canalizações velhas. A entrada sobe um euro para os adultos, e as crianças pagam o mesmo."
    )
    assert tell_language(text) == "pt"


@pytest.mark.parametrize(
    "text", ["", "The pier of the town", "12 345 " * 200, "Lorem ipsum dolor amet magna aliqua " * 20]
)
def test_a_short_text_and_one_of_no_words_tell_nothing(text: str) -> None:
    assert tell_language(text) is None


@check_rows(
    ("text", "language", "is_of_a_font"),
    [
        (
            "Hoäi ñoàng caûng Valmare toái thöù Ba ñaõ boû phieáu ñoùng cöûa caàu taøu phía ñoâng ñeå söûa chöõa. " * 2,
            "vi",
            True,
        ),
        (
            "Héi ®ång c¶ng Valmare tèi thø Ba ®· bá phiÕu ®ãng cöa cÇu tµu phÝa ®«ng ®Ó söa ch÷a kh«ng thÓ chê. " * 2,
            "vi",
            True,
        ),
        (
            "Hoi dong cang Valmare toi thu Ba da bo phieu dong cua cau tau phia dong de sua chua khong the cho. " * 2,
            "vi",
            False,
        ),
        (
            "The harbour board of the town voted on Tuesday to close the pier, and the boats go to the other one. " * 2,
            "hi",
            False,
        ),
        ("पुल का उद्घाटन मुख्यमंत्री ने किया और कहा कि यह पुल बहुत जरूरी था। " * 4, "hi", False),
        ("eq[;ea=h us lkseokj dks iqy dk mn~?kkVu fd;k vkSj dgk fd ;g iqy cgqr t:jh Fkk] " * 2, "en", False),
    ],
)
def test_a_text_in_the_letters_of_a_font_is_told(text: str, language: str, is_of_a_font: bool) -> None:
    assert is_in_letters_of_a_font(text, language) is is_of_a_font
