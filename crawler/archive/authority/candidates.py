"""Candidates: the authors of an archive go in, pairs that may be one person come out, each with what speaks for it.

A candidate is a question to a person, never an edit. Names are compared folded (no case, accents, points); initials
alone prove nothing, so "N. Carvalho" is offered beside "Nirmala Carvalho" with the places and stories they share, and
"JB Vu" is not offered beside "J.B. An Dang", who has another family name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final, Literal

from crawler.archive.database import select_rows, translate_errors
from crawler.archive.write.author_edits import AuthorName
from crawler.normalisation.names import make_sort_name
from crawler.normalisation.word_tables import make_word_key

if TYPE_CHECKING:
    from crawler.archive.store import Archive

CandidateReason = Literal["same_letters", "other_order", "initials", "a_name_more", "one_letter"]
CANDIDATE_REASONS: Final[dict[CandidateReason, str]] = {
    "same_letters": "the same letters, but for case, accents, points, hyphens or spaces",
    "other_order": "the same words in another order",
    "initials": "one has initials where the other has names",
    "a_name_more": "one has a name more in the middle",
    "one_letter": "one letter apart",
}
"""From the strongest to the weakest."""
MIN_LETTERS_FOR_ONE_EDIT: Final = 6
"""Letters that a name needs for one of them to be a slip: "Ma Li" and "Wa Li" are two people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Two authors who may be one."""

    source: int
    """Number of the one with fewer articles."""
    source_name: str
    source_articles: int
    target: int
    target_name: str
    target_articles: int
    reason: CandidateReason
    stories: int
    """Stories that name the one in one language and the other in another: speaks for one person."""
    places: tuple[str, ...]
    """Places that both wrote from, the most frequent first."""
    languages: tuple[str, ...]
    """Languages that both wrote in."""
    together: int
    """Articles whose byline names both: speaks against it."""
    kinds_differ: bool = False
    """A person and an agency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _FoldedAuthor:
    """An author, and their name in the parts that are compared; all of it folded."""

    id: int
    name: str
    kind: str
    family: str
    given: tuple[str, ...]
    initials: str | None
    """Of the given names, when nothing else of them is known."""
    letters: str


@dataclass(frozen=True, slots=True)
class _AuthorWork:
    """What an author's articles tell of the author."""

    articles: frozenset[int]
    stories: dict[int, tuple[str, str]]
    places: Counter[str]
    languages: frozenset[str]


def find_candidates(archive: Archive, of: int | None = None) -> list[Candidate]:
    """Return pairs of authors that may be one, the likeliest first: by the reason, then by what they share.

    Pairs of whom one byline names both come last: they are two people as a rule. ``of`` is the number of an author:
    then only pairs with that one.
    """
    with translate_errors(archive.path):
        authors = select_rows(archive.db.conn, "SELECT id, name, kind FROM authors ORDER BY id").fetchall()
        pairs = _propose_pairs([_fold_author(author["id"], author["name"], author["kind"]) for author in authors])
        if of is not None:
            pairs = {pair: reason for pair, reason in pairs.items() if of in pair}
        names = {author["id"]: AuthorName(author["kind"], author["name"]) for author in authors}
        work = {author_id: _load_work(archive, author_id) for pair in pairs for author_id in pair}
    order = list(CANDIDATE_REASONS)
    return sorted(
        (_make_candidate(pair, reason, names, work) for pair, reason in pairs.items()),
        key=lambda candidate: (
            candidate.together > 0,
            order.index(candidate.reason),
            -candidate.stories,
            -len(candidate.places),
            -candidate.target_articles,
            candidate.source,
            candidate.target,
        ),
    )


def _fold_author(author_id: int, name: str, kind: str) -> _FoldedAuthor:
    family, comma, given = make_sort_name(name).partition(", ")
    if not comma:  # a name in its own order: the family name first, as in Chinese, or only one word
        family, _, given = name.partition(" ")
    parts = given.split()
    initials = (
        "".join(make_word_key(part).replace(" ", "") for part in parts)
        if parts and all(map(_is_initials, parts))
        else None
    )
    return _FoldedAuthor(
        id=author_id,
        name=name,
        kind=kind,
        family=_fold_letters(family),
        given=tuple(_fold_letters(part) for part in parts),
        initials=initials,
        letters=_fold_letters(name),
    )


def _fold_letters(text: str) -> str:
    return "".join(character for character in make_word_key(text) if character.isalnum())


def _is_initials(word: str) -> bool:
    bare = word.replace(".", "").replace("-", "")
    return bare.isupper() and (len(bare) == 1 or (len(bare) <= 3 and ("." in word or not set("AEIOUY") & set(bare))))


def _propose_pairs(authors: list[_FoldedAuthor]) -> dict[tuple[int, int], CandidateReason]:
    """Return the pairs that a rule proposes, each with the strongest one."""
    people = [author for author in authors if author.kind == "person"]
    rules: tuple[tuple[CandidateReason, Iterator[tuple[_FoldedAuthor, _FoldedAuthor]]], ...] = (
        ("same_letters", _pair_equal(authors, lambda author: author.letters)),
        (
            "other_order",
            _pair_equal(people, lambda author: " ".join(sorted(_fold_letters(word) for word in author.name.split()))),
        ),
        ("initials", _pair_within_family(people, _initials_fit)),
        ("a_name_more", _pair_within_family(people, _has_more_given_names)),
        ("one_letter", _pair_one_letter_apart(people)),
    )
    found: dict[tuple[int, int], CandidateReason] = {}
    for reason, pairs in rules:
        for one, other in pairs:
            found.setdefault((min(one.id, other.id), max(one.id, other.id)), reason)
    return found


def _pair_equal(
    authors: list[_FoldedAuthor], of: Callable[[_FoldedAuthor], str]
) -> Iterator[tuple[_FoldedAuthor, _FoldedAuthor]]:
    groups: defaultdict[str, list[_FoldedAuthor]] = defaultdict(list)
    for author in authors:
        groups[of(author)].append(author)
    for value, group in groups.items():
        if value:
            yield from combinations(group, 2)


def _pair_within_family(
    authors: list[_FoldedAuthor], fit: Callable[[_FoldedAuthor, _FoldedAuthor], bool]
) -> Iterator[tuple[_FoldedAuthor, _FoldedAuthor]]:
    # Both rules want given names that begin alike: so families of thousands fall into groups of hundreds.
    named = [author for author in authors if author.family and author.given]
    for one, other in _pair_equal(
        named, lambda author: f"{author.family} {''.join(name[:1] for name in author.given)[:1]}"
    ):
        if fit(one, other) or fit(other, one):
            yield one, other


def _initials_fit(one: _FoldedAuthor, other: _FoldedAuthor) -> bool:
    """Return True if the initials of the one begin the names of the other: "N. Carvalho"; "J. Vu" and "JB Vu"."""
    if one.initials is None or not other.given:
        return False
    firsts = other.initials if other.initials is not None else "".join(name[:1] for name in other.given)
    return firsts.startswith(one.initials) or one.initials.startswith(firsts)


def _has_more_given_names(one: _FoldedAuthor, other: _FoldedAuthor) -> bool:
    """Return True if the other has all given names of the one, the first one first, and more: "Melani Manel Perera"."""
    if not one.given or len(other.given) <= len(one.given) or one.given[0] != other.given[0]:
        return False
    rest = iter(other.given)
    return all(name in rest for name in one.given)


def _pair_one_letter_apart(authors: list[_FoldedAuthor]) -> Iterator[tuple[_FoldedAuthor, _FoldedAuthor]]:
    """Yield names that a letter more, less, other or two exchanged make equal.

    Two such names share what is left of them without one letter: so only those are compared that do.
    """
    groups: defaultdict[str, list[_FoldedAuthor]] = defaultdict(list)
    for author in authors:
        if len(author.letters) >= MIN_LETTERS_FOR_ONE_EDIT:
            for left in {
                author.letters,
                *(author.letters[:at] + author.letters[at + 1 :] for at in range(len(author.letters))),
            }:
                groups[left].append(author)
    for group in groups.values():
        for one, other in combinations(group, 2):
            if _is_one_edit(one.letters, other.letters):
                yield one, other


def _is_one_edit(one: str, other: str) -> bool:
    if len(one) > len(other):
        one, other = other, one
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    return one != other and (
        one[start + 1 :] == other[start + 1 :]
        or (one[start : start + 2] == other[start : start + 2][::-1] and one[start + 2 :] == other[start + 2 :])
    )


def _load_work(archive: Archive, author_id: int) -> _AuthorWork:
    articles: set[int] = set()
    stories: dict[int, tuple[str, str]] = {}
    places: Counter[str] = Counter()
    languages: set[str] = set()
    for article_id, site, story, language, place in archive.db.execute(
        "SELECT DISTINCT a.id, a.site, a.story, a.language, a.dateline_place FROM article_authors aa"
        " JOIN articles a ON a.id = aa.article_id WHERE aa.author_id = ?",
        (author_id,),
    ):
        articles.add(article_id)
        languages.add(language)
        if story:
            stories[article_id] = (site, story)
        if place:
            places[place] += 1
    return _AuthorWork(frozenset(articles), stories, places, frozenset(languages))


def _make_candidate(
    pair: tuple[int, int], reason: CandidateReason, names: dict[int, AuthorName], work: dict[int, _AuthorWork]
) -> Candidate:
    source, target = sorted(pair, key=lambda author_id: (len(work[author_id].articles), -author_id))
    one, other = work[source], work[target]
    together = one.articles & other.articles
    told_by_one = {story for article, story in one.stories.items() if article not in together}
    told_by_other = {story for article, story in other.stories.items() if article not in together}
    places = one.places & other.places
    return Candidate(
        source=source,
        source_name=names[source].name,
        source_articles=len(one.articles),
        target=target,
        target_name=names[target].name,
        target_articles=len(other.articles),
        reason=reason,
        stories=len(told_by_one & told_by_other),
        places=tuple(place for place, _ in sorted(places.items(), key=lambda item: (-item[1], item[0]))),
        languages=tuple(sorted(one.languages & other.languages)),
        together=len(together),
        kinds_differ=names[source].kind != names[target].kind,
    )
