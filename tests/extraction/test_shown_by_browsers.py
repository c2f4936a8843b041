"""What browsers show of a page's markup, and readers of its source lose: breaks, quotation marks, signs, words."""

from __future__ import annotations

from typing import Final

from support.tables import check_rows

from crawler.items import Article
from seealso import read_page

ONE: Final = (
    "The ferry between Port Amble and the island of Sull will stop running on 1 March, its owner said on Wednesday."
)
TWO: Final = (
    "Coastline Shipping blamed the price of fuel and a fall in passengers, from 90,000 to fewer than 31,000 last year."
)
THREE: Final = (
    "The 340 people who live on Sull would then depend on a helicopter that flies twice a week when weather allows."
)
FOUR: Final = (
    "The regional government said that it had asked two other companies for offers and expected answers by February."
)
TEXT: Final = [ONE, TWO, THREE, FOUR]
FIVE: Final = (
    "A retired captain of the line, Otto Weir, said that he had seen the boat saved twice before and would wait to see."
)
SIX: Final = (
    "Schoolchildren from the island, of whom there are nineteen, would have to board on the mainland during the week."
)
TURNS: Final = list(zip(["Ann Lee", "Otto Weir"] * 3, [*TEXT, FIVE, SIX], strict=True))
LATER: Final = "".join(f"<p>{text}</p>" for text in (TWO, THREE))


def read(inner: str, *, lang: str = "en", title: str = "Ferry to Sull to stop", date: str = "16 April 2024") -> Article:
    page = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f"<main><article><h1>{title}</h1><p>{date}</p>{inner}</article></main></body></html>"
    )
    return read_page(page.encode(), "https://post.example/2024/04/16/ferry-to-sull-to-stop")


def list_text(article: Article) -> list[str]:
    return [*([article.lead] if article.lead else []), *article.body.split("\n\n")]


@check_rows(
    "inner",
    [
        "<div style='white-space: pre-wrap'>{}</div>".format("\n\n".join(TEXT)),
        "<div style='white-space:pre-line'>{}</div>".format("\n".join(TEXT)),
        "<div class='prose whitespace-pre-wrap'>{}</div>".format("\n\n".join(TEXT)),
        "<div class='text'>{}</div>".format("\n\n".join(TEXT)),  # a style sheet shows the breaks
        "<p>{}</p>".format("\r\n\r\n".join(TEXT)),
        "".join(f"{text}</p>" for text in TEXT),
        "<div>{}</div>".format("</br></br>".join(TEXT)),
        "<div>{}</div>".format("</br>".join(TEXT)),
        "".join(
            "<p>{}</p>".format(" ".join(f"<div style='display:inline-block'>{word}</div>" for word in text.split()))
            for text in TEXT
        ),
        "".join(f"<div>{text[:50]}<div style='display: inline'>{text[50:]}</div></div>" for text in TEXT),
        "".join(f"<p><img src='t.gif' alt='{text[0]}'>{text[1:]}</p>" for text in TEXT),
    ],
)
def test_paragraphs_are_those_that_a_reader_sees(inner: str) -> None:
    assert list_text(read(inner)) == TEXT


@check_rows(
    ("inner", "first"),
    [
        (
            "He said <q>we will wait</q> and went home to the island with the last boat of the day.",
            "He said “we will wait” and went home to the island with the last boat of the day.",
        ),
        (
            "He said “<q>we will wait</q>” and went home to the island with the last boat of the day.",
            "He said “we will wait” and went home to the island with the last boat of the day.",
        ),
        (
            "The ferry <img class=e src=e.png alt='🚢'> stops on 1 March, its owner said on Wednesday in Port Amble.",
            "The ferry 🚢 stops on 1 March, its owner said on Wednesday in Port Amble.",
        ),
        (
            "The ferry <img src=e.png alt='A boat'>stops on 1 March, its owner said on Wednesday in Port Amble.",
            "The ferry stops on 1 March, its owner said on Wednesday in Port Amble.",
        ),
        (
            "<svg role=img aria-label=T><title>T</title><path d=M0/></svg>he ferry stops on 1 March, its owner said on Wednesday.",
            "The ferry stops on 1 March, its owner said on Wednesday.",
        ),
        (
            "<svg role=img aria-label=X><path d=M0/></svg>The ferry stops on 1 March, its owner said on Wednesday.",
            "The ferry stops on 1 March, its owner said on Wednesday.",
        ),
        (
            "The fare is <math><mi>f</mi><mo>=</mo><mn>2</mn><mi>d</mi></math> where d is the distance between the piers.",
            "The fare is f=2d where d is the distance between the piers.",
        ),
        (
            "The fare is <math><mfrac><mn>1</mn><mn>2</mn></mfrac></math> of what it was when the line had two boats.",
            "The fare is of what it was when the line had two boats.",
        ),
        (
            "The <x-term>harbour board</x-term> met (<x-source><a href='https://reg.example/1'>1</a></x-source>), and said that it would wait.",
            "The harbour board met (1), and said that it would wait.",
        ),
        (
            "<x-term>Coastline Shipping</x-term> said on Wednesday that the ferry to the island will stop on 1 March.",
            "Coastline Shipping said on Wednesday that the ferry to the island will stop on 1 March.",
        ),
        (
            "The ferry to the is-<br>land of Sull will stop on 1 March, its<br>owner said on Wednesday to the passen-<br>gers of the last boat. It has two boats.",
            "The ferry to the island of Sull will stop on 1 March, its owner said on Wednesday to the passengers of the last boat. It has two boats.",
        ),
        *(
            (
                f"The ferry stops on 1 March, as <a href='https://reg.example/1'>the register<span class='{name}'> (opens in a new window)</span></a> says, and the board confirms.",
                "The ferry stops on 1 March, as the register says, and the board confirms.",
            )
            for name in (
                "element-invisible",
                "govuk-visually-hidden",
                "show-for-sr",
                "cdk-visually-hidden",
                "a11y-hidden",
                "offscreen",
                "VisuallyHidden",
                "u-hiddenVisually screen-reader-only",
            )
        ),
        (
            "The ferry stops on 1 March, as <span class='not-sr-only'>the register</span> says, and the board confirms.",
            "The ferry stops on 1 March, as the register says, and the board confirms.",
        ),
    ],
)
def test_a_sentence_is_the_one_that_a_reader_sees(inner: str, first: str) -> None:
    assert list_text(read(f"<p>{inner}</p>{LATER}"))[0] == first


def test_a_word_in_letters_that_are_elements_is_a_word_of_its_heading() -> None:
    letter = "<div style='display:inline-block'>{}</div>"
    words = ("Ferry", "to", "Sull", "to", "stop")
    heading = " ".join(letter.format("".join(map(letter.format, word))) for word in words)
    page = f"<html lang=en><title>Ferry to Sull to stop</title><h1>{heading}</h1><p>By Ann Lee</p>{LATER}{LATER}"
    assert read_page(page.encode(), "https://post.example/2024/04/16/ferry-to-sull").headline == "Ferry to Sull to stop"


def test_a_picture_stands_for_the_ideograph_that_fonts_lack() -> None:
    text = "船主の髙橋氏は水曜日、港町アンブルとスル島を結ぶ渡し船の運航をやめると発表した。"
    pictured = text.replace("髙", "<img src='g.gif' alt='髙'>")
    behind = "沿岸海運は燃料の値上がりと乗客の減少を理由に挙げ、乗客は三万一千人になったと述べた。"
    article = read(f"<p>{pictured}</p><p>{behind}</p>", lang="ja", title="渡し船が廃止へ", date="2024年4月16日")
    assert list_text(article) == [text, behind]


@check_rows(
    ("inner", "text"),
    [
        (  # the pattern of accordions: a button is all of a heading
            f"<p>{ONE}</p><h3><button>On the island</button></h3><div><p>{TWO}</p></div><h3><button>On the mainland</button></h3><div><p>{THREE}</p></div>",
            [ONE, "On the island", TWO, "On the mainland", THREE],
        ),
        (  # a heading on top of a part, in a box of its own
            f"<p>{ONE}</p><p>{TWO}</p><x-part><section><h4>On the island</h4><div><p>{THREE}</p></div></section></x-part><p>{FOUR}</p>",
            [ONE, TWO, "On the island", THREE, FOUR],
        ),
        (
            "".join(
                f"<div class=turn><div class=who>{who}</div><div class=words>{text}</div></div>" for who, text in TURNS
            ),
            [part for turn in TURNS for part in turn],
        ),
        (
            "<table>{}</table>".format(
                "".join(
                    f"<tr><td>{who}</td><td>{text}</td></tr>"
                    for who, text in zip(["HOST:", "WEIR:"] * 2, TEXT, strict=True)
                )
            ),
            [part for who, text in zip(["HOST:", "WEIR:"] * 2, TEXT, strict=True) for part in (who, text)],
        ),
        (
            f"<p>{ONE}</p><p>The owner gave two reasons:</p><div>• the price of fuel</div><div>• the age of the boat</div><p>{TWO}</p><p>{THREE}</p>",
            [ONE, "The owner gave two reasons:", "• the price of fuel", "• the age of the boat", TWO, THREE],
        ),
        (
            f"<p>{ONE}</p><p>{TWO}</p><div style='filter:blur(4px)'><p>Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt.</p><p>Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo.</p></div>",
            [ONE, TWO],
        ),
        *(
            (f"<p>{ONE}</p><p>{TWO}</p><p>{label}</p><p>{THREE}</p><div>{label}</div><p>{FOUR}</p>", TEXT)
            for label in (
                "Advertisement",
                "Anzeige",
                "Publicité",
                "Реклама",
                "広告",
                "광고",
                "إعلان",
                "פרסומת",
                "โฆษณา",
                "विज्ञापन",
                "Artikel teilen",
                "Partager cet article",
                "Поделиться",
                "この記事をシェア",
                "기사 공유",
                "شارك المقال",
                "Temps de lecture : 3 min",
            )
        ),
    ],
)
def test_what_labels_a_part_of_the_text_is_kept_and_what_labels_an_advert_is_not(inner: str, text: list[str]) -> None:
    assert list_text(read(inner)) == text


def test_consent_above_a_brief_is_no_text() -> None:
    asks = (
        "We use cookies and similar technologies on this website to process personal data of your device, such as your address.",
        "The processing may be based on your consent or on a legitimate interest, which you can object to in the settings.",
    )
    box = "<div class=bar>{}</div>".format("".join(f"<p>{line}</p>" for line in asks))
    page = f"<html lang=en><head><title>Ferry to stop</title></head><body>{box}<article><h1>Ferry to stop</h1><p>By Ann Lee</p><p>16 April 2024</p><p>{ONE}</p></article></body></html>"
    assert list_text(read_page(page.encode(), "https://post.example/2024/04/16/ferry-to-stop")) == [ONE]


def _write_story(heading: str, by: str, *paragraphs: str) -> str:
    return f"{heading}<p>By {by}</p><p>12 April 2024</p>{''.join(f'<p>{text}</p>' for text in paragraphs)}"


@check_rows(
    "holder", ["<div class=story>{}</div>", "<section>{}</section>", "<li class=post>{}</li>", "<article>{}</article>"]
)
def test_stories_in_elements_beside_the_pages_own_are_none_of_it(holder: str) -> None:
    own = holder.format(_write_story("<h1>Ferry to Sull to stop</h1>", "Janet Oakes", *TEXT))
    above = holder.format(_write_story("<h1>Lamp for the ferry steps</h1>", "John Roe", FIVE, SIX))
    linked = "<h2><a href='/2024/04/12/lamp-for-the-steps'>Lamp for the ferry steps</a></h2>"
    below = holder.format(_write_story(linked, "John Roe", FIVE, SIX))
    head = "<meta property='og:title' content='Ferry to Sull to stop'>"
    for inner in (own + below * 2, above + own):
        page = f"<html lang=en><head><title>Ferry to Sull to stop</title>{head}</head><body><main>{inner}</main></body></html>"
        article = read_page(page.encode(), "https://post.example/2024/04/16/ferry-to-sull-to-stop")
        assert list_text(article) == TEXT
