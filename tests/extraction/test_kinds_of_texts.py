"""Texts of other forms than paragraphs: transcripts, chronicles, tables, pictures in a row, notes, and what is amid them."""

from __future__ import annotations

from typing import Final

from support.tables import check_rows

from crawler.extraction.body.notes import tells_of_text
from crawler.extraction.body.text_ends import is_button
from crawler.extraction.layout.continuations import tells_continuation
from crawler.items import Article
from seealso import read_page

ONE: Final = (
    "The council of Tarn agreed on Monday to rebuild the swimming hall, which has been closed since the November flood."
)
TWO: Final = (
    "The hall was built in 1961 and was used by four schools and two clubs each week until the cellar filled with mud."
)
THREE: Final = (
    "“We have waited long enough,” said Ines Harrowby, who teaches small children. “They now learn it in a farm pond.”"
)
FOUR: Final = (
    "Work is to begin in September and to cost 3.4 million, two thirds of which the province will pay, the mayor said."
)
TEXT: Final = [ONE, TWO, THREE, FOUR]


def write(*paragraphs: str) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def read(inner: str, headline: str = "Tarn rebuilds its swimming hall") -> Article:
    page = (
        f"<!doctype html><html lang=en><head><title>{headline} | The Tarn Courier</title></head><body><main><article>"
        f"<h1>{headline}</h1><p>By <a href='/by/ona-velt'>Ona Velt</a> <time datetime='2024-05-14T09:30:00Z'>14 May 2024"
        f"</time></p>{inner}</article></main><footer><p>© 2024 The Tarn Courier</p></footer></body></html>"
    )
    return read_page(page.encode(), "https://courier.example/news/2024/05/14/tarn-rebuilds-its-swimming-hall")


def list_text(article: Article) -> list[str]:
    return [*([article.lead] if article.lead else []), *article.body.split("\n\n")]


SPOKEN: Final = [
    "THE PRESIDENT",
    "Good afternoon. I should like to begin with the rain, because all of you have asked me about it on the stairs.",
    "QUESTION",
    "How many houses are under water?",
    "THE PRESIDENT",
    "We count four hundred and twelve. Nobody is missing as of this hour, and the army has brought pumps.",
    "QUESTION",
    "Will you go there?",
    "THE PRESIDENT",
    "Tomorrow morning, by train, if the line is open.",
]
DAYS: Final = [
    "2 March 2021",
    "A driver reports a crack in the third pier. The office of roads will look into it.",
    "19 July 2021",
    "Divers find that the river has washed out the ground below the pier.",
    "14 May 2024",
    "The province says that a new bridge will be built.",
]
ENTRIES: Final = list(zip(DAYS[::2], DAYS[1::2], strict=True))
DOGS: Final = [
    ("Bramble", "A terrier of nine years who eats what the horses leave."),
    ("Otto", "He weighs more than his owner and is afraid of hens."),
    ("Silk", "Her owner reads to her, mostly from the Courier."),
    ("Nail", "Won nothing last year, bit a judge, and won this time."),
]
SHOW: Final = "Four dogs that won at the show of Tarn, and what their owners feed them."
TABLE: Final = "<table><tr><th>Share</th><th>Close</th></tr><tr><td>Brewery</td><td>12.40</td></tr></table>"
CAPTIONS: Final = [
    "The lock at dawn. It has not been so cold since 1987, says the keeper. Photo: Jan Holt",
    "Skaters below the tower. The town warns that the ice carries nobody. Photo: Jan Holt",
    "A heron waits for the hole that the brewery keeps open. Photo: Jan Holt",
]
ANSWERS: Final = [
    ("When does work begin?", "In September, if the province signs in time. It has six weeks for that."),
    ("What does it cost?", "3.4 million, of which Tarn pays a third. The rest comes from the province."),
    (
        "Where do children swim until then?",
        "In the pond of the Harrowby farm, and from October in Amble, on Thursdays.",
    ),
]
VERSES: Final = ["O stone that keeps the summer’s heat,", "O stone beneath the miner’s feet,", "lie still, lie still."]
NOTES: Final = ["[1] Minutes of the council, 13 May 2024, item 4. ↩", "[2] R. Amsel, “Halls”, Tarn 1998, p. 41. ↩"]
REFERRING: Final = [ONE[:-1] + " <a href='#n1'>[1]</a>.", TWO[:-1] + " <a href='#n2'>[2]</a>."]


@check_rows(
    ("inner", "text"),
    [
        (write(*(f"<b>{text}</b>" if text.isupper() else text for text in SPOKEN)), SPOKEN),
        (write(ONE) + "<dl>" + "".join(f"<dt>{a}</dt><dd>{b}</dd>" for a, b in ENTRIES) + "</dl>", [ONE, *DAYS]),
        (write(ONE) + "".join(f"<section><h3>{a}</h3>{write(b)}</section>" for a, b in ENTRIES), [ONE, *DAYS]),
        (
            write(SHOW)
            + "".join(f"<div class=s><i>{n} / 4</i><h2>{a}</h2>{write(b)}</div>" for n, (a, b) in enumerate(DOGS)),
            [SHOW, *(text for dog in DOGS for text in dog)],
        ),
        (
            write(SHOW)
            + "".join(f"<div><p>Slide {n} of 4</p><h3>{a}</h3>{write(b)}</div>" for n, (a, b) in enumerate(DOGS, 1)),
            [SHOW, *(text for dog in DOGS for text in dog)],
        ),
        (write(ONE, TWO) + TABLE, [ONE, TWO, "Share", "Close", "Brewery", "12.40"]),
        (
            write("Ice, seen by our photographer.")
            + "".join(f"<figure><img src=a.jpg><figcaption>{text}</figcaption></figure>" for text in CAPTIONS),
            ["Ice, seen by our photographer.", *CAPTIONS],
        ),
        (
            write(*REFERRING, THREE, FOUR)
            + "".join(f"<p id=n{n}>{text[:-1]}<a href='#r{n}'>↩</a></p>" for n, text in enumerate(NOTES, 1)),
            [f"{ONE[:-1]} [1].", f"{TWO[:-1]} [2].", THREE, FOUR, *NOTES],
        ),
        (
            write(ONE, TWO)
            + "<div><h3>In figures</h3><ul><li>Built: 1961</li><li>Basin: 25 m</li></ul></div>"
            + write(THREE),
            [ONE, TWO, "In figures", "Built: 1961", "Basin: 25 m", THREE],
        ),
        (
            write(ONE) + "".join(f"<details><summary>{a}</summary><div>{write(b)}</div></details>" for a, b in ANSWERS),
            [ONE, *(text for answer in ANSWERS for text in answer)],
        ),
        (write(ONE) + "<pre>" + "\n".join(VERSES) + "</pre>" + write(TWO), [ONE, " ".join(VERSES), TWO]),
        (
            write(ONE) + f"<blockquote>{write(THREE)}<footer>Lena B., Oxley</footer></blockquote>" + write(FOUR),
            [ONE, THREE, "Lena B., Oxley", FOUR],
        ),
        (
            write(
                *TEXT, "###", "<b>About Tarn</b>", "Tarn is a town of 9,000 people, known for its lock and its bread."
            ),
            TEXT,
        ),
    ],
)
def test_all_of_a_text_of_another_form_is_read(inner: str, text: list[str]) -> None:
    assert list_text(read(inner)) == text


@check_rows(
    "box",
    [
        "<div><p>Should the hall be rebuilt?</p><label><input type=radio name=a> Yes</label><label><input type=radio name=a>"
        " I do not swim</label><button>Vote</button><p>1,204 votes so far</p></div>",
        "<p>Presented by <a href='https://brewery.example/'>Tarn Brewery</a></p>",
        "<div><p>Are you over 18?</p><p>You must be of legal drinking age to enter this site.</p></div>",
        "<p>— Story continues below —</p>",
        "<p>Watch: <a href='/video/2024/05/02/flood-in-the-cellar'>The flood in the cellar</a></p>",
        "<p>Video: <a href='/video/2024/05/02/flood-in-the-cellar'>The flood in the cellar</a></p>",
    ],
)
def test_what_stands_amid_a_text_is_left_out(box: str) -> None:
    assert list_text(read(write(ONE, TWO) + box + write(THREE, FOUR))) == TEXT


@check_rows(
    ("text", "is_continuation"),
    [
        ("Continue reading below", True),
        ("(Story continues below the gallery)", True),
        ("Lesen Sie nach dem Bild weiter", True),
        ("Tekst gaat verder onder de foto", True),
        ("Artikeln fortsätter under annonsen", True),
        ("La suite de votre contenu après cette annonce", True),
        ("La noticia continúa después de la publicidad", True),
        ("Dalsza część tekstu pod zdjęciem", True),
        ("A cikk a hirdetés után folytatódik", True),
        ("Статья продолжается ниже", True),
        ("Haberin devamı reklamdan sonra", True),
        ("يستمر المقال بعد الإعلان", True),
        ("ADVERTISEMENT SCROLL TO CONTINUE WITH CONTENT", True),
        ("記事は広告の下に続きます", True),
        ("请继续往下阅读", True),
        ("The story continues in a second volume.", False),
        ("Below the bridge the story continues.", False),
        ("", False),
    ],
)
def test_a_line_that_leads_on_below_is_told(text: str, is_continuation: bool) -> None:
    assert tells_continuation(text) is is_continuation


@check_rows(
    ("text", "is_left_out"),
    [
        ("🔊 Listen to this article (5 minutes)", True),
        ("Sign in to save this article", True),
        ("Als bevorzugte Quelle auf Google hinzufügen", True),
        ("Zum Vergrößern klicken", True),
        ("Cliquez pour agrandir", True),
        ("Escuchar artículo", True),
        ("Salva l’articolo", True),
        ("Klik om te vergroten", True),
        ("Posłuchaj artykułu", True),
        ("Слушать новость", True),
        ("Haberi dinle", True),
        ("استمع إلى المقال", True),
        ("इस खबर को सुनें", True),
        ("点击放大", True),
        ("画像を拡大", True),
        ("기사 듣기", True),
        ("Unable to load the video.", True),
        ("View this post on Instagram", True),
        ("Ваш браузер не поддерживает видео", True),
        ("Listen to this article in my voice, he said.", False),
        ("Dark mode", False),
        ("2x", False),
    ],
)
def test_what_a_page_lets_readers_do_is_told(text: str, is_left_out: bool) -> None:
    assert (is_button(text) or tells_of_text(text)) is is_left_out
