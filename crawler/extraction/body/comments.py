"""Finds the comments of readers below a text that no markup tells: a label, and under it who wrote what and when."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from crawler.extraction.layout.labels import PROSE, measure_prose
from crawler.extraction.layout.lines import TextLine

LEAST_ABOVE: Final = 2
"""Paragraphs of a text above its comments."""
LEAST_SIGNED: Final = 2
"""Lines below the label that say who wrote a comment, or offer to answer one."""
MOST_LABELS: Final = 5
"""Labels that are looked under: a page that prints more has no other kind of line."""
MOST_LAST: Final = 2
"""Short lines below a label behind which nothing of the text stands."""
_LONGEST_LABEL: Final = 40
_LONGEST_SIGNED: Final = 80
_LABELS: Final = frozenset(
    (
        *(
            "comment",
            "comments",
            "reader comments",
            "readers' comments",
            "user comments",
            "responses",
            "replies",
            "discussion",
        ),
        *(
            "leave a comment",
            "post a comment",
            "kommentar",
            "kommentare",
            "leserkommentare",
            "commentaire",
            "commentaires",
        ),
        *("réactions", "comentario", "comentarios", "commento", "commenti", "comentário", "comentários", "reacties"),
        *(
            "kommentarer",
            "kommentit",
            "komentarze",
            "komentáře",
            "komentáre",
            "komentari",
            "komentarji",
            "hozzászólások",
        ),
        *(
            "comentarii",
            "yorumlar",
            "комментарии",
            "комментариев",
            "коментарі",
            "коментари",
            "σχόλια",
            "תגובות",
            "التعليقات",
        ),
        *(
            "تعليقات",
            "نظرات",
            "تبصرے",
            "टिप्पणियाँ",
            "মন্তব্য",
            "ความคิดเห็น",
            "bình luận",
            "komentar",
            "评论",
            "評論",
            "留言",
        ),
        *("コメント", "댓글"),
        *("leave a reply", "post a reply", "write a comment", "add a comment", "add comment", "join the conversation"),
        *("schreibe einen kommentar", "schreiben sie einen kommentar", "kommentar schreiben", "laisser un commentaire"),
        *(
            "laisser une réponse",
            "deja una respuesta",
            "deja un comentario",
            "lascia un commento",
            "lascia una risposta",
        ),
        *("deixe um comentário", "deixe uma resposta", "geef een reactie", "plaats een reactie", "lämna ett svar"),
        *("legg igjen en kommentar", "skriv et svar", "dodaj komentarz", "napsat komentář", "lasă un răspuns"),
        *("lasă un comentariu", "bir yanıt yazın", "yorum yap", "добавить комментарий", "оставить комментарий"),
        *("залишити відповідь", "додати коментар", "コメントを残す", "发表回复", "发表评论", "發表迴響", "댓글 남기기"),
        *("اترك رد", "اترك رداً", "اترك تعليقا", "اترك تعليقاً", "tinggalkan balasan", "để lại một bình luận"),
    )
)
_AROUND: Final = " \t0123456789.:,;|()（）：[]-–—+#"
_SIGNED: Final = re.compile(
    r"(?:reply|antworten|répondre|responder|rispondi|beantwoorden|svar|svara|odpowiedz|ответить|відповісти|رد|yanıtla|回复|回覆|返信|답글)"
    r"|(?:posted|submitted|comment|written|geschrieben|publié|enviado|scritto)?\s?(?:by|von|par|por|da)\b.{2,60}\d.{0,20}"
    r"|.{2,50}\b(?:says|said|schreibt|sagt|a dit|dice|diz|ha scritto|skrev|пишет)\s?[:：]?"
    r"|.{0,40}\b(?:ago|il y a .{2,12}|hace .{2,12}|vor .{2,12}|fa|назад)"
    r"|.{0,40}\b\d{1,2}:\d{2}(?:\s?[ap]\.?m\.?)?",
    re.I,
)


def find_comments(chosen: Sequence[TextLine], lines: Sequence[TextLine]) -> int:
    """Return the index among the lines of a text from which they are comments; their number where none are.

    ``lines`` are all of the page: the label may be none of the text.
    """
    paragraphs = [line for line in chosen if measure_prose(line.text) >= PROSE]
    if len(paragraphs) <= LEAST_ABOVE:
        return len(chosen)
    first, last = paragraphs[LEAST_ABOVE - 1].index, chosen[-1].index
    labels = [
        line
        for line in lines[first + 1 : last + 1]
        if len(line.text) <= _LONGEST_LABEL and line.text.lower().strip(_AROUND) in _LABELS
    ]
    for line in labels[:MOST_LABELS]:
        below = lines[line.index + 1 : last + 3]
        signed = sum(
            len(other.text) <= _LONGEST_SIGNED and _SIGNED.fullmatch(other.text) is not None for other in below
        )
        is_last = last - line.index <= MOST_LAST and not any(measure_prose(other.text) >= PROSE for other in below)
        if is_last or (
            signed >= LEAST_SIGNED and 2 * signed >= sum(measure_prose(other.text) >= PROSE for other in below)
        ):
            return next(place for place, other in enumerate(chosen) if other.index >= line.index)
    return len(chosen)
