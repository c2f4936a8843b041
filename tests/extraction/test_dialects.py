"""One invented article in many markups, four languages, with and without its parts: always the same record."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape

import pytest
from support.tables import check_rows

from crawler.items import Article, Capture
from crawler.process import process
from crawler.sites.registry import find_site

ASIANEWS = find_site("asianews")

FOLDER = {"en": "news-en", "it": "notizie-it", "es": "noticias-es", "zh": "news-zh"}
KEY = "70001"


@dataclass(frozen=True, kw_only=True)
class Story:
    """What is printed, and nothing about how."""

    language: str
    date: str
    iso: str
    value: str
    headline: str
    paragraphs: tuple[str, ...]
    related: tuple[tuple[str, str, str | None], ...]
    share: str
    printable: str
    see_also: str
    newsletter: str
    kicker: str | None
    byline: str | None
    author: str
    lead: str | None
    dateline: str | None
    dash: str = " - "

    @property
    def url(self) -> str:
        return f"https://www.asianews.it/{FOLDER[self.language]}/A-slug-{KEY}.html"

    @property
    def body(self) -> tuple[str, ...]:
        first = f"{self.dateline}{self.dash}{self.paragraphs[0]}" if self.dateline else self.paragraphs[0]
        return (first, *self.paragraphs[1:])

    def entries(self, form: Callable[[str, str, str | None], str]) -> str:
        return "\n".join(
            form(f"/{FOLDER[self.language]}/X-{key}.html", t(title), date) for key, title, date in self.related
        )

    @property
    def print_link(self) -> str:
        return t(f"/index.php?l={self.language}&idn=1&art={KEY}&mag=visualizzaperlastampa")


def t(text: str) -> str:
    return escape(text, quote=True)


MOTTO = "“L’Asia: ecco il nostro comune compito per il terzo millennio!” - Giovanni Paolo II, da “Alzatevi, andiamo”"

STORIES = (
    Story(
        language="en",
        date="03/11/2022, 09.45",
        iso="2022-03-11T09:45+01:00",
        value="2022-03-11T08:45:00Z",
        kicker="INDIA - NEPAL",
        headline='Bridge builders & ferrymen "agree" on one timetable',
        byline="by Nirmala Carvalho",
        author="Nirmala Carvalho",
        lead="For eleven years the ferry left when the bridge opened. A meeting in a school yard ended the quarrel, and a bell now tells both. What remains is the fare.",
        dateline="Mumbai (AsiaNews)",
        paragraphs=(
            "The timetable hangs on a tree, because neither side would have it on its own bank. It was copied by hand, in two colours, by the pupils of the fourth class.",
            "“Nobody lost,” said the oldest of the ferrymen. “We only had to wait for each other, as our fathers did before the iron came.”",
            "The bridge opens at seven, at noon and at five.[1] Whoever arrives between these hours pays half, or rows. The town council has yet to vote on the fare for goats.",
            "A second meeting is called for the end of the month, when the water will be lower and the schools closed.",
        ),
        related=(
            ("69001", "Ferry school opens its doors to girls", "17/10/2022 09:30"),
            ("69002", "The bell of the two banks", None),
            ("69003", "Goats, fares and a patient council", "21/06/2022 09:32"),
            ("69004", "A 'small' history of ferries", "07/07/2021 10:32"),
        ),
        share="Send to a friend",
        printable="Printable version",
        see_also="See also",
        newsletter="Subscribe to Asia News updates or change your preferences",
    ),
    Story(
        language="it",
        date="28/06/2025, 08.49",
        iso="2025-06-28T08:49+02:00",
        value="2025-06-28T06:49:00Z",
        kicker="GIAPPONE",
        headline="Il fornaio di Kobe che lavora in silenzio: una città lo ascolta",
        byline="di Alessandra De Poli",
        author="Alessandra De Poli",
        lead="Nel forno non si parla prima delle sei. La regola è nata per rispetto dei vicini, ed è diventata un'abitudine che altri quartieri vogliono imitare.",
        dateline="Kobe (AsiaNews/Agenzie)",
        dash=" – ",
        paragraphs=(
            "La farina arriva di notte, su un carretto con le ruote di gomma. Il fornaio la pesa a mano e segna le quantità su una lavagna, perché nessuno debba chiedere.",
            "«All'inizio i clienti pensavano che fossimo arrabbiati», racconta la moglie. «Poi hanno capito che il pane si sente meglio.»",
            "Il comune ha chiesto ai panettieri di altri tre quartieri di provare per un mese. Due hanno accettato; il terzo ha una campana che non si può fermare.",
        ),
        related=(
            ("69011", "La campana che non si ferma", "19/03/2022 08:57"),
            ("69012", "Osaka, un mercato senza altoparlanti", "12/04/2022 11:00"),
            ("69013", "Il pane del mattino", None),
        ),
        share="Invia ad un amico",
        printable="Versione stampabile",
        see_also="Vedi anche",
        newsletter="Iscriviti alle newsletter di Asia News o cambia le tue preferenze",
    ),
    Story(
        language="es",
        date="31/05/2025, 12.30",
        iso="2025-05-31T12:30+02:00",
        value="2025-05-31T10:30:00Z",
        kicker="FILIPINAS",
        headline="Los faroleros de Cebú encienden la noche a mano",
        byline="de Santosh Digal",
        author="Santosh Digal",
        lead="Cuarenta faroles de aceite vuelven al paseo del puerto. Los encienden, uno por uno, los mismos hombres que los apagaron hace treinta años.",
        dateline="Cebú (AsiaNews)",
        paragraphs=(
            "El encendido empieza cuando la última barca ha vuelto. No hay horario escrito, porque el mar no lo tiene, y los turistas aprenden a esperar sentados en el muelle.",
            '"Pensé que había olvidado la medida", dice el mayor de los faroleros, que tiene ochenta y un años. "Pero la mano se acuerda."',
            "La municipalidad pagará el aceite hasta diciembre. Después, los vecinos tendrán que decidir si la noche vale lo que cuesta.",
        ),
        related=(
            ("69021", "El muelle que espera", "04/01/2023 10:47"),
            ("69022", "Aceite nuevo para faroles viejos", "30/12/2022 12:00"),
        ),
        share="Enviar a un amigo",
        printable="Versión para imprimir",
        see_also="Ver también",
        newsletter="Suscríbete a las novedades de Asia News",
    ),
    Story(
        language="zh",
        date="10/05/2024, 12.14",
        iso="2024-10-05T12:14+02:00",
        value="2024-10-05T10:14:00Z",
        kicker="泰国-柬埔寨",
        headline="边境市场的钟楼重新敲响，两国商人合买一口大钟",
        byline="作者 Santosh Digal",
        author="Santosh Digal",
        lead="钟楼停摆九年之后，两国商人各出一半的钱，买下一口新钟。钟声一响，两边的店铺同时开门。",
        dateline="曼谷(亚洲新闻)",
        dash="—",
        paragraphs=(
            "新钟重四百公斤，由河上的木船运来。搬运工人说，他们从来没有运过这样安静的货物。",
            "“从前我们各看各的表。”一位卖布的老人说，“现在我们听同一口钟。”",
            "市场委员会决定，每天敲钟三次，节日多敲一次。至于由谁敲钟，双方还要再谈。",
        ),
        related=(("69031", "河上的木船", "13/10/2023 18:01"), ("69032", "卖布老人的九年", None)),
        share="發送給朋友",
        printable="列印版本",
        see_also="参见",
        newsletter="Subscribe to Asia News updates or change your preferences",
    ),
)

DIALECTS: dict[str, Callable[[Story], str]] = {}


def dialect(write: Callable[[Story], str]) -> Callable[[Story], str]:
    DIALECTS[write.__name__] = write
    return write


def page(s: Story, inner: str, head: str = "", title: str | None = None) -> str:
    return f'<!DOCTYPE html><html lang="{s.language}"><head><meta charset="utf-8"><title>{t(title or s.headline)}</title>{head}</head><body>{inner}</body></html>'


def some(form: str, value: str | None) -> str:
    return form.format(t(value)) if value else ""


def ld(s: Story, **more: object) -> dict[str, object]:
    record: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": s.headline,
        "datePublished": s.iso,
        "inLanguage": s.language,
        "url": s.url,
        "publisher": {"@type": "Organization", "name": "AsiaNews"},
    }
    if s.byline:
        record["author"] = [{"@type": "Person", "name": s.author}]
    return record | more


def script(data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


@dialect
def divs_with_classes(s: Story) -> str:
    return page(
        s,
        f"""
<nav><a href="/en.html">Home</a> <a href="/geo-en/Russia-41.html">Russia</a></nav><div class="row"><div class="col-md-8">
<div class="data">{s.date}</div>{some('<div class="country">{}</div>', s.kicker)}<a class="share" href="javascript:void(0)">{s.share}</a>
<h1>{t(s.headline)}</h1>{some('<div class="author">{}</div>', s.byline)}{some('<div class="abstract">{}</div>', s.lead)}
<div class="social"><a href="#">f</a> <a href="#">t</a></div>
<div class="article-text">{"".join(f"<p>{t(paragraph)}</p>" for paragraph in s.body)}</div>
<a class="share" href="javascript:void(0)">{s.share}</a> <a href="{s.print_link}">{s.printable}</a>
<div class="related"><h4>{s.see_also}</h4>{s.entries(lambda u, h, d: f'<div><h5><a href="{u}">{h}</a></h5>' + (f"<span>{d}</span>" if d else "") + "</div>")}</div>
<div class="newsletter"><p>{s.newsletter}</p></div></div></div><footer>{MOTTO}</footer>""",
    )


@dialect
def one_cell_with_breaks(s: Story) -> str:
    return page(
        s,
        f"""<table><tr><td><a href="/en.html">Home</a><br><a href="/geo-en/Russia-41.html">Russia</a></td><td>
{s.date}<br>{some("{}<br>", s.kicker)}<a href="#">{s.share}</a><br><b>{t(s.headline)}</b><br>{some("{}<br>", s.byline)}{some("<i>{}</i><br><br>", s.lead)}
{"<br><br>".join(t(paragraph) for paragraph in s.body)}<br><br><a href="#">{s.share}</a><br><a href="{s.print_link}">{s.printable}</a><br>
<b>{s.see_also}</b><br>{s.entries(lambda u, h, d: f'<a href="{u}">{h}</a> {d or ""}<br>')}{s.newsletter}<br>{MOTTO}</td></tr></table>""",
    )


@dialect
def one_cell_with_single_breaks(s: Story) -> str:
    return page(
        s,
        f"""<table width=760><tr><td>
{s.date}<br>{some("{}<br>", s.kicker)}{s.share}<br>{t(s.headline)}<br>{some("{}<br>", s.byline)}{some("{}<br>", s.lead)}
{"<br>".join(t(paragraph) for paragraph in s.body)}<br>{s.share}<br>{s.printable}<br>
{s.see_also}<br>{s.entries(lambda u, h, d: f'<a href="{u}">{h}</a><br>' + (f"{d}<br>" if d else ""))}{s.newsletter}<br>{MOTTO}</td></tr></table>""",
    )


@dialect
def rows_of_nested_tables(s: Story) -> str:
    def row(inner: str) -> str:
        return f"<tr><td><font face=Arial size=2>{inner}</font></td></tr>" if inner else ""

    return page(
        s,
        f"""<table><tr><td valign=top><table>{row('<a href="/geo-en/India-20.html">India</a>')}</table></td><td><table>
{row(s.date)}{row(t(s.kicker or ""))}{row(s.share)}{row("<font size=5>" + t(s.headline) + "</font>")}{row(t(s.byline or ""))}{row("<b>" + t(s.lead) + "</b>" if s.lead else "")}
{row("<p>".join(t(paragraph) for paragraph in s.body))}{row(s.share)}{row(f'<a href="{s.print_link}">{s.printable}</a>')}{row(s.see_also)}
<tr><td><table>{s.entries(lambda u, h, d: f'<tr><td>{d or ""}</td><td><a href="{u}">{h}</a></td></tr>')}</table></td></tr></table></td></tr></table><hr>{MOTTO}""",
    )


@dialect
def semantic_elements(s: Story) -> str:
    by = (
        f'<p class="byline"><span>{t(s.byline[: -len(s.author)])}</span><a rel="author" href="/authors/1">{t(s.author)}</a></p>'
        if s.byline
        else ""
    )
    return page(
        s,
        f"""<header><a href="/">AsiaNews</a></header><main><article><header><time datetime="{s.iso}">{s.date}</time>
{some("<p>{}</p>", s.kicker)}<h1 itemprop="headline">{t(s.headline)}</h1>{by}</header>{some('<p class="standfirst">{}</p>', s.lead)}
<section itemprop="articleBody">{"".join(f"<p>{t(paragraph)}</p>" for paragraph in s.body)}</section><footer><ul><li>{s.share}</li><li><a href="{s.print_link}">{s.printable}</a></li></ul></footer></article>
<aside><h2>{s.see_also}</h2><ul>{s.entries(lambda u, h, d: f'<li>{f"<time>{d}</time>" if d else ""}<a href="{u}">{h}</a></li>')}</ul></aside></main><footer>{MOTTO}</footer>""",
        head=f'<link rel="canonical" href="{s.url}"><meta property="og:type" content="article">',
    )


@dialect
def flat_paragraphs(s: Story) -> str:
    return page(
        s,
        f"""<p>{s.date}</p>{some("<p>{}</p>", s.kicker)}<p><a href="#">{s.share}</a></p><p>{t(s.headline)}</p>{some("<p>{}</p>", s.byline)}{some("<p>{}</p>", s.lead)}
{"".join(f"<p>{t(paragraph)}</p>" for paragraph in s.body)}<p><a href="#">{s.share}</a></p><p><a href="{s.print_link}">{s.printable}</a></p><p>{s.see_also}</p>
{s.entries(lambda u, h, d: f'<p><a href="{u}">{h}</a></p>' + (f"<p>{d}</p>" if d else ""))}<p>{s.newsletter}</p><p>{MOTTO}</p>""",
    )


@dialect
def spans_in_one_block(s: Story) -> str:
    return page(
        s,
        f"""<div><div class="meta"><span class="date">{s.date}</span><span>{t(s.kicker or "")}</span><a href="#">{s.share}</a></div>
<h2>{t(s.headline)}</h2><div>{some('<span class="author">{}</span>', s.byline)}</div>{some("<div>{}</div>", s.lead)}<div><div>{"</div><div>".join(t(paragraph) for paragraph in s.body)}</div></div>
<div><span>{s.share}</span> | <span><a href="{s.print_link}">{s.printable}</a></span></div>
<div><div>{s.see_also}</div>{s.entries(lambda u, h, d: f'<div><a href="{u}">{h}</a> <span>({d})</span></div>' if d else f'<div><a href="{u}">{h}</a></div>')}</div></div><div>{MOTTO}</div>""",
    )


@dialect
def definition_list(s: Story) -> str:
    return page(
        s,
        f"""<dl><dt>{s.date}</dt>{some("<dd>{}</dd>", s.kicker)}<dt>{t(s.headline)}</dt>{some("<dd>{}</dd>", s.byline)}{some("<dd><em>{}</em></dd>", s.lead)}
{"".join(f"<dd>{t(paragraph)}</dd>" for paragraph in s.body)}<dt>{s.see_also}:</dt>{s.entries(lambda u, h, d: f'<dd><a href="{u}">{h}</a>{f" - {d}" if d else ""}</dd>')}</dl><hr>""",
    )


@dialect
def custom_elements(s: Story) -> str:
    return page(
        s,
        f"""<news-app><news-date>{s.date}</news-date><news-kicker>{t(s.kicker or "")}</news-kicker><news-title>{t(s.headline)}</news-title>
<news-by>{t(s.byline or "")}</news-by><news-lead>{t(s.lead or "")}</news-lead><news-text>{"".join(f"<news-par>{t(paragraph)}</news-par>" for paragraph in s.body)}</news-text>
<news-share>{s.share}</news-share><news-more><b>{s.see_also}</b>{s.entries(lambda u, h, d: f'<news-item><a href="{u}">{h}</a><news-date>{d or ""}</news-date></news-item>')}</news-more></news-app>""",
    )


@dialect
def unclosed_upper_case_tags(s: Story) -> str:
    return page(
        s,
        f"""<CENTER><TABLE BORDER=0><TR><TD><FONT SIZE=1>{s.date}</FONT><BR>{some("<FONT COLOR=RED>{}</FONT><BR>", s.kicker)}
<FONT SIZE=1>{s.share}</FONT><H3>{t(s.headline)}</H3>{some("<FONT SIZE=2>{}</FONT>", s.byline)}{some("<P><B>{}</B>", s.lead)}
{"".join(f"<P>{t(paragraph)}" for paragraph in s.body)}<P><A HREF="#">{s.share}</A><P><A HREF="{s.print_link}">{s.printable}</A><P>{s.see_also}
<UL>{s.entries(lambda u, h, d: f'<LI><A HREF="{u}">{h}</A> {d or ""}')}</UL><P>{MOTTO}""",
    )


@dialect
def deep_nesting_with_hashed_classes(s: Story) -> str:
    def deep(inner: str, n: int = 25) -> str:
        return "".join(f'<div class="css-{i}x{n}">' for i in range(n)) + inner + "</div>" * n

    inner = deep(
        f"{deep(s.date, 5)}{deep(t(s.kicker or ''), 4)}{deep(s.share, 3)}{deep(f'<h1>{t(s.headline)}</h1>', 6)}{deep(t(s.byline or ''), 3)}{deep(some('<p>{}</p>', s.lead), 4)}"
        f"{deep(''.join(f'<div class=css-p><p><span>{t(paragraph)}</span></p></div>' for paragraph in s.body), 5)}{deep(s.share, 3)}"
        f"{deep(f'<div>{s.see_also}</div><div>' + s.entries(lambda u, h, d: f'<div><div><a href={u}><span>{h}</span></a></div><div><span>{d or str()}</span></div></div>') + '</div>', 4)}{deep(s.newsletter, 3)}"
    )
    return page(s, inner + f"<div>{MOTTO}</div>")


@dialect
def inline_boxes_advertisements_and_captions(s: Story) -> str:
    first, *rest = s.body
    word = "Advertisement"
    return page(
        s,
        f"""<div class="wrap"><ul class="breadcrumb"><li><a href="/">Home</a></li><li><a href="/geo-en/India-20.html">India</a></li></ul>
<div class="when">{s.date}</div>{some("<div>{}</div>", s.kicker)}<h1>{t(s.headline)}</h1>{some("<div>{}</div>", s.byline)}{some('<div class="lead">{}</div>', s.lead)}
<figure><img src="x.jpg" alt="picture"><figcaption>A picture of a bridge, with a caption long enough to look like a paragraph of its own.</figcaption></figure>
<div id="txt"><p>{t(first)}</p><div class="ad"><p>{word}</p><p>Buy two bells and pay for one. This offer is long enough to look like a paragraph, but it is not.</p></div>
<p><a href="/news-en/X-60001.html">An older story that the page recommends in the middle of the text</a></p>
{"".join(f"<p>{t(paragraph)}</p>" for paragraph in rest)}</div><p>1,234 views</p><div class="sharing"><a href="https://www.facebook.com/sharer.php?u=x">Facebook</a> <a href="https://twitter.com/intent/tweet?url=x">Twitter</a></div>
<div><h3>{s.see_also}</h3>{s.entries(lambda u, h, d: f'<p><a href="{u}"><img src="t.jpg" alt=""></a><a href="{u}">{h}</a><br>{d or ""}</p>')}</div>
<div><h3>Most read</h3><p><a href="/news-en/X-60002.html">Something else that many people read</a></p></div></div>""",
    )


@dialect
def headline_before_everything(s: Story) -> str:
    return page(
        s,
        f"""<div id="site"><h1><a href="/">AsiaNews</a></h1></div><div id="main"><h2>{t(s.headline)}</h2>{some("<p>{}</p>", s.byline)}<p>{s.date}</p>{some("<p>{}</p>", s.kicker)}
{some("<p><strong>{}</strong></p>", s.lead)}{"".join(f"<p>{t(paragraph)}</p>" for paragraph in s.body)}<p>{s.share}</p></div>
<section><h3>{s.see_also}</h3><ol>{s.entries(lambda u, h, d: f'<li><a href="{u}">{h}</a><div>{d or ""}</div></li>')}</ol></section><p>© AsiaNews, all rights reserved. Long enough to be taken for a paragraph by those who count.</p>""",
        title=f"{s.headline} - AsiaNews",
    )


@dialect
def open_graph_and_graph_json_ld(s: Story) -> str:
    graph = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": "AsiaNews", "url": "https://www.asianews.it/"},
            {"@type": "WebPage", "@id": s.url},
            ld(s),
        ],
    }
    return page(
        s,
        f"""<div>{s.date}</div>{some("<div>{}</div>", s.kicker)}<div>{t(s.headline)}</div>{some("<div>{}</div>", s.byline)}{some("<div>{}</div>", s.lead)}
<div>{"".join(f"<div>{t(paragraph)}</div>" for paragraph in s.body)}</div><div>{s.share}</div><div>{s.see_also}</div><div>{s.entries(lambda u, h, d: f'<a href="{u}">{h}</a><span>{d or ""}</span>')}</div>""",
        head=f'{script(graph)}<meta property="og:title" content="{t(s.headline)}"><meta property="og:url" content="{s.url}"><meta property="og:type" content="article">',
        title="AsiaNews",
    )


@dialect
def broken_json_ld(s: Story) -> str:
    return page(
        s,
        f"""<script type="application/ld+json">{json.dumps(ld(s))[:-1]},,</script><div>{s.date}</div>{some("<div>{}</div>", s.kicker)}<h1>{t(s.headline)}</h1>{some("<div>{}</div>", s.byline)}
{some("<div><i>{}</i></div>", s.lead)}<div>{"<br/><br/>".join(t(paragraph) for paragraph in s.body)}</div><div>{s.printable}</div><div><p>{s.see_also}</p>{s.entries(lambda u, h, d: f'<p><a href="{u}">{h} {d or ""}</a></p>')}</div>""",
    )


@dialect
def microdata(s: Story) -> str:
    by = f'<span itemprop="author" itemscope>{t(s.byline)}</span>' if s.byline else ""
    return page(
        s,
        f"""<div itemscope itemtype="https://schema.org/NewsArticle"><meta itemprop="datePublished" content="{s.iso}"><span itemprop="dateCreated">{s.date}</span>
{some('<span itemprop="articleSection">{}</span>', s.kicker)}<h2 itemprop="headline">{t(s.headline)}</h2>{by}{some('<p itemprop="description">{}</p>', s.lead)}
<div itemprop="articleBody">{"".join(f"<p>{t(paragraph)}</p>" for paragraph in s.body)}</div></div><h4>{s.see_also}</h4><div>{s.entries(lambda u, h, d: f'<div>{d or ""}</div><div><a href="{u}">{h}</a></div>' if all(e[2] for e in s.related) else f'<div><div><a href="{u}">{h}</a></div><div>{d or ""}</div></div>')}</div>""",
    )


@dialect
def everything_in_a_form(s: Story) -> str:
    return page(
        s,
        f"""<form method="post" action="/x.aspx"><input type="hidden" name="state" value="{"x" * 500}"><select><option>English</option><option>Italiano</option></select>
<div><div>{s.date}</div>{some("<div>{}</div>", s.kicker)}<div>{s.share}</div><h1>{t(s.headline)}</h1>{some("<div>{}</div>", s.byline)}{some('<div class="x1">{}</div>', s.lead)}
<div class="x2">{"".join(f"<p>{t(paragraph)}</p>" for paragraph in s.body)}</div><div>{s.share}</div><div>{s.see_also}</div><table>{s.entries(lambda u, h, d: f'<tr><td><a href="{u}">{h}</a></td></tr><tr><td>{d or ""}</td></tr>')}</table></div></form>""",
    )


@dialect
def lying_class_names(s: Story) -> str:
    return page(
        s,
        f"""<div class="sidebar widget menu"><div class="lead">{s.date}</div>{some('<div class="author">{}</div>', s.kicker)}<h1 class="date">{t(s.headline)}</h1>{some('<div class="kicker">{}</div>', s.byline)}
{some('<div class="copyright">{}</div>', s.lead)}<div class="comments">{"".join(f"<p>{t(paragraph)}</p>" for paragraph in s.body)}</div><div class="headline">{s.share}</div>
<div class="body"><h5>{s.see_also}</h5>{s.entries(lambda u, h, d: f'<p class="caption"><a href="{u}">{h}</a> <i>{d or ""}</i></p>')}</div></div>""",
    )


@dialect
def a_wrapper_for_each_paragraph(s: Story) -> str:
    return page(
        s,
        f"""<div class="a"><div><span>{s.date}</span></div>{some("<div><span>{}</span></div>", s.kicker)}<div><a href="#">{s.share}</a></div><div><h1><a href="{s.url}">{t(s.headline)}</a></h1></div>{some("<div><span>{}</span></div>", s.byline)}
{some("<div><em>{}</em></div>", s.lead)}{"".join(f'<div class="block"><div><p>{t(paragraph)}</p></div></div>' for paragraph in s.body)}<div><a href="#">{s.share}</a></div><div><a href="{s.print_link}">{s.printable}</a></div>
<div><div><b>{s.see_also}</b></div><div>{s.entries(lambda u, h, d: f'<div><p><a href="{u}">{h}</a></p><p>{d or ""}</p></div>')}</div></div><div>{s.newsletter}</div></div>""",
    )


@dialect
def kicker_and_headline_in_the_title(s: Story) -> str:
    return page(
        s,
        f"""<div>{s.date}</div>{some("<h4>{}</h4>", s.kicker)}<a href="#">{s.share}</a><h2>{t(s.headline)}</h2>{some("<p>{}</p>", s.byline)}{some("<blockquote>{}</blockquote>", s.lead)}
{"".join(f"<p>{t(paragraph)}</p>" for paragraph in s.body)}<a href="#">{s.share}</a><br><a href="{s.print_link}">{s.printable}</a><h4>{s.see_also}</h4><p>{s.entries(lambda u, h, d: f'<a href="{u}">{h}</a><br>{d + "<br>" if d else ""}<br>')}</p><p>{s.newsletter}</p>""",
        title=f"{s.kicker + ' ' if s.kicker else ''}{s.headline}",
    )


@dialect
def layout_a_of_2014(s: Story) -> str:
    return page(
        s,
        f"""<table><tr><td>24 July, 2014 AsiaNews.it Twitter AsiaNews.it Facebook</td></tr><tr><td>Help AsiaNews | About us | P.I.M.E. | | RssNewsletter | Mobile</td></tr>
<tr><td>Sostieni il lavoro di chi racconta l'Asia</td></tr><tr><td><a href="#">{s.share}</a> <a href="{s.print_link}">{s.printable}</a></td></tr><tr><td>» {s.date}</td></tr>{some("<tr><td>{}</td></tr>", s.kicker)}<tr><td><b>{t(s.headline)}</b></td></tr>
{some("<tr><td>{}</td></tr>", s.byline)}{some("<tr><td>{}</td></tr>", s.lead)}<tr><td>{"<br><br>".join(t(paragraph) for paragraph in s.body)}</td></tr></table><table><tr><td>{s.see_also}</td></tr>{s.entries(lambda u, h, d: f'<tr><td><a href="{u}">{h}</a></td><td>{d or ""}</td></tr>')}</table>""",
    )


@dialect
def date_and_kicker_on_one_line(s: Story) -> str:
    return page(
        s,
        f"""<div>25 February 2018</div><ul><li><a href="/geo-en/India-20.html">India</a></li></ul><div>{s.date} {t(s.kicker or "")}</div><div><b>{t(s.headline)}</b></div>{some("<div>{}</div>", s.byline)}{some("<div><b>{}</b></div>", s.lead)}
<div>{"".join(f"<p>{t(paragraph)}</p>" for paragraph in s.body)}</div><div>{s.see_also}</div>{s.entries(lambda u, h, d: f'<div>{d or ""} INDIA<br><a href="{u}">{h}</a></div>')}""",
    )


@dialect
def line_breaks_inside_sentences(s: Story) -> str:
    def wrapped(text: str) -> str:
        words = t(text).split(" ")
        return "\n".join(" ".join(words[n : n + 8]) for n in range(0, len(words), 8))

    return page(
        s,
        f"""<div>\n  {s.date}\n</div>{some("<div>{}</div>", s.kicker)}<h1>\n   {wrapped(s.headline)}\n</h1>{some("<div>{}</div>", s.byline)}<div class="lead">{wrapped(s.lead or "")}</div>
<div>{"".join(f"<p>{wrapped(paragraph)}&nbsp;</p><p>&nbsp;</p>" for paragraph in s.body)}</div><div>{s.share}</div><h3>{s.see_also}</h3>{s.entries(lambda u, h, d: f'<p><a href="{u}">{h}</a>&nbsp;&nbsp;{d or ""}</p>')}""",
    )


@dialect
def xhtml_with_named_spaces(s: Story) -> str:
    return f"""<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="{s.language}"><head><title>{t(s.headline)}</title></head><body><div id="c"><p class="d">{s.date}</p>{some('<p class="k">{}</p>', s.kicker)}<h1>{t(s.headline)}</h1>
{some('<p class="a">{}</p>', s.byline)}{some("<h3>{}</h3>", s.lead)}{"".join(f"<p>{t(paragraph)}</p>" for paragraph in s.body)}<p>{s.share}<br />{s.printable}</p><h3>{s.see_also}</h3><ul>{s.entries(lambda u, h, d: f'<li><a href="{u}">{h}</a>{"<br />" + d if d else ""}</li>')}</ul></div></body></html>"""


@dialect
def nothing_but_order(s: Story) -> str:
    return page(
        s,
        f"""<div>{s.date}</div><div>{t(s.kicker or "")}</div><div>{s.share}</div><div>{t(s.headline)}</div><div>{t(s.byline or "")}</div><div>{t(s.lead or "")}</div>
{"".join(f"<div>{t(paragraph)}</div>" for paragraph in s.body)}<div>{s.share}</div><div>{s.printable}</div><div>{s.see_also}</div>{s.entries(lambda u, h, d: f'<div><a href="{u}">{h}</a></div><div>{d or ""}</div>')}<div>{s.newsletter}</div><div>{MOTTO}</div>""",
        title="AsiaNews",
    )


@dialect
def preformatted(s: Story) -> str:
    lines = [
        s.date,
        s.kicker or "",
        s.share,
        s.headline,
        s.byline or "",
        s.lead or "",
        *(f"\n{paragraph}" for paragraph in s.body),
        "",
        s.share,
        s.printable,
    ]
    return page(
        s,
        "<pre>"
        + "\n".join(t(line) for line in lines if line is not None)
        + f"""</pre><b>{s.see_also}</b><br>{s.entries(lambda u, h, d: f'<a href="{u}">{h}</a> {d or ""}<br>')}""",
    )


@dialect
def related_in_the_side_column(s: Story) -> str:
    return page(
        s,
        f"""<div class="header"><a href="/"><img src="logo.png" alt="AsiaNews"></a><div>Today is 11/24/2026</div></div><div id="cols"><div id="left"><p class="x"><b>{s.date}</b></p>{some('<p class="y">{}</p>', s.kicker)}<h1>{t(s.headline)}</h1>
{some("<p><small>{}</small></p>", s.byline)}{some("<div><p>{}</p></div>", s.lead)}{"".join(f'<p style="text-align:justify">{t(paragraph)}</p>' for paragraph in s.body)}</div>
<div id="right"><h3>{s.see_also}</h3>{s.entries(lambda u, h, d: f'<div class="it"><p>{d or ""}</p><p><a href="{u}">{h}</a></p></div>')}<h3>In the foreground</h3>
<div><p><a href="/news-en/X-60003.html">A teaser of today</a></p><p>A lead of today's teaser, which is long enough to look like a paragraph of the article, but stands in the side column.</p></div></div></div>""",
    )


@dialect
def kicker_inside_the_heading(s: Story) -> str:
    return page(
        s,
        f"""<header class="top"><h2>AsiaNews</h2><p>Tuesday 24 November 2026</p></header><h1>{some('<span class="k">{}</span> ', s.kicker)}{t(s.headline)}</h1><ul class="info"><li>{s.date}</li>{some("<li>{}</li>", s.byline)}</ul>
{some('<div class="sub"><p>{}</p></div>', s.lead)}<div id="a">{"".join(f"<p>{t(paragraph)}</p>" for paragraph in s.body)}<p>Tags: <a href="/Search-en:bell">bell</a>, <a href="/Search-en:ferry">ferry</a></p></div>
<div class="cookie-law-info-bar"><p>We use cookies to remember that we asked you whether we may use cookies, as the law demands of us.</p></div><h3>{s.see_also}</h3><ul>{s.entries(lambda u, h, d: f'<li><h4><a href="{u}">{h}</a></h4><time>{d or ""}</time></li>')}</ul>""",
    )


@dialect
def see_also_before_the_article(s: Story) -> str:
    return page(
        s,
        f"""<table><tr><td class="l"><b>{s.see_also}</b>{s.entries(lambda u, h, d: f'<p><a href="{u}">{h}</a><br>{d or ""}</p>')}</td>
<td class="m"><p>{s.date}</p>{some('<p><a href="/geo-en/India-20.html">{}</a></p>', s.kicker)}<h2>{t(s.headline)}</h2>{some("<p>{}</p>", s.byline)}{some("<p><b>{}</b></p>", s.lead)}{"".join(f"<p>{t(paragraph)}</p>" for paragraph in s.body)}<p>{s.share}</p></td></tr></table>""",
    )


@dialect
def sections_with_a_date_of_today_above(s: Story) -> str:
    return page(
        s,
        f"""<div class="bar"><span>11/24/2026</span> <a href="/it.html">Italiano</a></div><section><h1>{t(s.headline)}</h1></section><section><p>{s.date}{some(" | {}", s.kicker)}{some(" | {}", s.byline)}</p></section>
<section>{some("<p>{}</p>", s.lead)}</section><section>{"".join(f"<p>{t(paragraph)}</p>" for paragraph in s.body)}</section><section><p>{s.share}</p><p>{s.printable}</p></section><section><h6>{s.see_also}</h6><p>{s.entries(lambda u, h, d: f'{d or ""} <a href="{u}">{h}</a><br>')}</p></section>""",
        head=script(ld(s)),
    )


WITHOUT_LEAD_OR_DATELINE = {"semantic_elements", "microdata", "divs_with_classes"}
"""Markups that part lead and body by themselves; elsewhere nothing tells a first paragraph from a lead."""

PARTS = ("kicker", "byline", "lead", "dateline")
MISSING = [missing for size in range(len(PARTS) + 1) for missing in itertools.combinations(PARTS, size)]


def cases() -> list[tuple[str, Story]]:
    """Return each markup with each story, and without any of its parts."""
    return [
        (name, replace(story, **dict.fromkeys(missing)))
        for name, story, missing in itertools.product(DIALECTS, STORIES, MISSING)
        if not {"lead", "dateline"} <= set(missing) or name in WITHOUT_LEAD_OR_DATELINE
    ]


def label(case: object) -> str:
    if isinstance(case, Story):
        return f"{case.language}-without-" + "-".join(part for part in PARTS if getattr(case, part) is None)
    return str(case)


def read(html: str, url: str) -> Article:
    body = html.encode()
    return process(
        Capture(
            url=url,
            fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
            status=200,
            headers=(("Content-Type", "text/html; charset=utf-8"),),
            body=body,
        ),
        ASIANEWS,
    )


def record(a: Article) -> dict[str, object]:
    return {
        "language": a.language,
        "key": a.site_key,
        "story": a.story,
        "url": a.url,
        "headline": a.headline,
        "kicker": a.kicker,
        "byline": a.byline,
        "authors": [author.name for author in a.authors],
        "lead": a.lead,
        "dateline": a.dateline,
        "published": (a.published.value, a.published.raw, a.published.precision) if a.published else None,
        "body": a.body.split("\n\n"),
        "see_also": [(entry.address.site_key, entry.headline, entry.published_raw) for entry in a.see_also],
        "complete": a.complete,
        "problems": a.problems,
    }


def expected(s: Story) -> dict[str, object]:
    return {
        "language": s.language,
        "key": KEY,
        "story": KEY,
        "url": s.url,
        "headline": s.headline,
        "kicker": s.kicker,
        "byline": s.byline,
        "authors": [s.author] if s.byline else [],
        "lead": s.lead,
        "dateline": s.dateline,
        "published": (s.value, s.date, "minute"),
        "body": list(s.paragraphs),
        "see_also": list(s.related),
        "complete": True,
        "problems": (),
    }


def assert_read_as_printed(name: str, story: Story) -> None:
    article = read(DIALECTS[name](story), story.url)
    assert record(article) == expected(story)


@check_rows(("name", "story"), cases()[::10], ids=label)
def test_the_same_article_in_other_tags_is_the_same_record(name: str, story: Story) -> None:
    assert_read_as_printed(name, story)


@pytest.mark.slow
@check_rows(("name", "story"), cases(), ids=label)
def test_the_same_article_in_other_tags_and_without_any_of_its_parts_is_the_same_record(
    name: str, story: Story
) -> None:
    """Every case, of which the test above takes a tenth: four seconds."""
    assert_read_as_printed(name, story)


def test_all_markups_give_one_digest() -> None:
    for story in STORIES:
        assert len({read(write(story), story.url).digest for write in DIALECTS.values()}) == 1
