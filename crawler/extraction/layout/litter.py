"""Tells what stands among the lines of a text and is none of it: counters, tags, languages, credits, adverts."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from crawler.extraction.layout.continuations import tells_continuation
from crawler.extraction.layout.lines import TextLine
from crawler.extraction.layout.picture_credits import is_bracketed_credit, is_credit
from crawler.normalisation.words.language_names import read_language_name

_LONGEST: Final = 160
_SHORT: Final = 80
_COUNTED = (
    r"(?:page\s?)?views?|visits?|reads?|readers?|hits|letture|letto|lettori|visualizzazioni|visite|visitas|lecturas|"
    r"le[ií]do|lectores|visualizaciones|comments?|commenti|comentarios|shares?|likes?|commentaires?|kommentare?|"
    r"comentários?|visualizações|reacties|kommentarer?|комментари\w{1,3}|просмотр\w{0,3}|comentarii|komentarz\w{0,2}|yorum|"
    r"followers|abonnés|seguidores|댓글|조회수?|推荐|コメント|閲覧数?|ความคิดเห็น|(?:次|人)?(?:阅读|閱讀|浏览|瀏覽|点击|點擊)(?:次数|次數|量|数)?"
)
_NUMBER = r"\d[\d.,' ]{0,12}"
_COUNTER = re.compile(
    rf"\W*(?:(?:reading time|tempo di lettura|tiempo de lectura|temps de lecture|lese(?:zeit|dauer)|tempo de leitura|"
    rf"leestijd|lästid|lesetid|læsetid|lukuaika|czas czytania|doba čtení|время чтения|час читання|okuma süresi|"
    rf"waktu baca|thời gian đọc|مدة القراءة|زمان مطالعه|阅读时间|閱讀時間|読了時間)\W{{0,3}}\d{{1,3}}\s?"
    rf"(?:min\w{{0,6}}|мин\w{{0,3}}|хв\w{{0,6}}|dk|phút|دقائق|دقيقة|دقیقه|分钟?|分鐘)"
    r"|\d{1,3}[\s-]?min(?:ute|uti|utos)?s?\.?\s(?:read|di lettura|de lectura)"
    rf"|{_NUMBER}\s*(?:{_COUNTED})(?:\s(?:today|oggi|hoy))?"
    rf"|(?:{_COUNTED})\s*[:：]?\s*{_NUMBER}(?:\s*(?:times|volte|veces|次))?)\W*",
    re.I,
)
_TAGS = re.compile(
    r"(?:tags?|keywords?|topics?|etichette|parole chiave|etiquetas|palabras clave|标签|標籤|关键词)\s*[:：]", re.I
)
_ADVERT = re.compile(
    r"\W*(?:ads?|advertisements?|advertising|sponsored|pubblicit[aà]|publicidad|anuncio|广告|廣告)\W*"
    r"(?:(?:story |article )?(?:continue[sd]?|scroll|keep)\b(?: to (?:continue|read|keep)| reading| scrolling| below)"
    r"{1,3}(?: the (?:ad|article|story))?\W*)?",
    re.I,
)
_RATING = re.compile(r"[^.]{0,40}[★☆]{3,}.{0,30}")
_MAIL = re.compile(r"(?:e-?mail\s?:\s?)?[\w.+-]{1,40}@[\w-]{1,40}(?:\.[\w-]{2,20}){1,3}", re.I)
_FIGURE = re.compile(r"\d")
_AROUND = re.compile(
    r"(?:share|condividi|compartir|comparte|分享)(?:\s(?:this|on|su|en)\b.{0,20})?\s?[:：]?"
    r"|(?:(?:read|show|see|view) (?:more|less)|continue reading|read the full (?:story|article)|mehr (?:anzeigen|"
    r"lesen)|"
    r"weniger anzeigen|weiterlesen|lire (?:plus|la suite)|voir plus|leer más|ver más|mostrar más|leggi (?:tutto|"
    r"di più)|"
    r"mostra (?:altro|tutto)|ler mais|lees (?:meer|verder)|toon meer|läs mer|les mer|læs mere|czytaj (?:więcej|dalej)|"
    r"читать (?:далее|дальше|полностью)|devamını oku|展开全文|阅读全文|閱讀全文|続きを読む|もっと見る|"
    r"더보기)\s?[…›»>→▾▼+]{0,3}"
    r"|page \d{1,3} of \d{1,3}|seite \d{1,3} von \d{1,3}|\(\d{1,6} votes?\)|rate this (?:item|article)"
    r"|listen to (?:this )?(?:article|story)\W{0,3}"
    r"(?:\d{1,3}\s?min\w{0,6}\W{0,3})?(?:your browser .{0,60})?"
    r"|(?:sorry, )?your browser does(?: not|n['’]t) support (?:the |html5 )?(?:audio|video|i?frames?|playing)\b.{0,40}"
    r"|this page uses frames,? but your browser .{0,40}|messages sorted by:?(?: ?\[ ?\w{1,12} ?\]){1,6}"
    r"|this (?:article|story|content) is (?:more than|over) .{1,20} (?:old|ago)"
    r"|dieser (?:artikel|beitrag|text) ist .{1,30} alt"
    r"|cet article (?:a|date de) plus .{1,30}|est[ea] (?:artículo|noticia) (?:tiene|es de hace) más de .{1,30}"
    r"|your (?:e-?mail|message) (?:has been|was) (?:successfully )?sent\W?"
    r"|(?:ihr|dein) browser unterstützt .{0,60}|votre navigateur ne (?:supporte|prend) .{0,60}|"
    r"(?:tu|su) navegador no (?:soporta|admite) .{0,60}|il tuo browser non supporta .{0,60}"
    r"|seu navegador não suporta .{0,60}"
    r"|\d{1,2}:\d{2}\s?/\s?(?:\d{1,2}:){1,2}\d{2}"
    r"|press enter or click to view image in full size|[.…]{1,6}"
    r"|(?:follow us|seguici|síguenos)\b.{0,40}",
    re.I,
)


def is_litter(line: TextLine) -> bool:
    """Is the line a counter, a row of tags or of languages, a rating, a picture's credit, the heading of an advert?"""
    if line.link_share > 0.4 and _TAGS.match(line.text):
        return True
    if line.has_links and len(line.text) <= _LONGEST and _switches_languages(line):
        return True
    if len(line.text) < _SHORT and (_is_short_litter(line.text) or (line.has_links and _names_sponsor(line))):
        return True
    if not line.heading and tells_continuation(line.text):
        return True
    return is_credit(line.text) or is_bracketed_credit(line.text)


def _names_sponsor(line: TextLine) -> bool:
    """Does a short line say who pays for a page, with a link to another site: "Presented by Tarn Brewery"?"""
    return _SPONSOR.match(line.text) is not None and all("://" in href for href, _ in line.links)


_SPONSOR: Final = re.compile(
    r"(?:(?:presented|sponsored|supported|powered|funded) by|brought to you by|in partnership with|"
    r"(?:präsentiert|gesponsert|unterstützt) von|in (?:kooperation|zusammenarbeit) mit|"
    r"(?:présenté|proposé|sponsorisé|offert) par|en partenariat avec|(?:presentado|patrocinado|ofrecido) por|"
    r"en colaboración con|(?:presentato|offerto|sponsorizzato) da|in collaborazione con|(?:apresentado|oferecido) por|"
    r"oferecimento|em parceria com|(?:gesponsord|aangeboden) door|sponsrat av|i samarbete med|i samarbeid med|"
    r"yhteistyössä|sponzorem|partnerem (?:artykułu|materiału)|при поддержке|партн[её]р материала|за підтримки|"
    r"sponsorluğunda|برعاية|dipersembahkan oleh|提供[:：])",
    re.I,
)


def heads_column(line: TextLine) -> bool:
    """Does a line head a column or a row of a table, so that "Share" or "Views" is no button and no counter?"""
    return line.block.tag == "th" and not line.has_links


@lru_cache(maxsize=4096)  # a line is asked by several steps, and the pages of a site print the same
def _is_short_litter(text: str) -> bool:
    """Is a short line a counter, a rating, an address of mail, the heading of an advert, a button beside a text?"""
    if _FIGURE.search(text) and _COUNTER.fullmatch(text):
        return True
    if ("★" in text or "☆" in text) and _RATING.fullmatch(text):
        return True
    if "@" in text and _MAIL.fullmatch(text):
        return True
    return _ADVERT.fullmatch(text) is not None or _AROUND.fullmatch(text) is not None


def _switches_languages(line: TextLine) -> bool:
    """Is all that a line links names of languages, and hardly anything beside?"""
    links = line.links
    return len(line.unlinked) <= 30 and all(read_language_name(text) is not None for _, text in links if text)
