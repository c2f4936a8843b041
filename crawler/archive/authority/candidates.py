"""Finds pairs of authors that may be one person, each with the evidence for it.

A candidate is a question to a person, never an edit. Names are compared folded (no case, accents, points). Initials
alone prove nothing, so "N. Carvalho" is proposed with "Nirmala Carvalho", with the places and stories they share, and
"JB Vu" is not proposed with "J.B. An Dang", who has another family name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final, Literal

from crawler.archive.database import select_rows, translate_errors
from crawler.archive.write.authority.author_edits import AuthorName
from crawler.normalisation.bylines.names import make_sort_name
from crawler.normalisation.words.word_tables import make_word_key

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
"""Reason → its description, from the strongest to the weakest."""
MIN_LETTERS_FOR_ONE_EDIT: Final = 6
"""Letters of the shortest name in which one letter may be a slip: "Ma Li" and "Wa Li" are two people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Two authors who may be one."""

    source: int
    """Number of the author with fewer articles."""
    source_name: str
    source_articles: int
    target: int
    target_name: str
    target_articles: int
    reason: CandidateReason
    stories: int
    """Number of stories that name one author in one language and the other in another: evidence for one person."""
    places: tuple[str, ...]
    """Places that both authors wrote from, the most frequent first."""
    languages: tuple[str, ...]
    """Languages that both authors wrote in."""
    together: int
    """Number of articles whose byline names both: evidence against one person."""
    kinds_differ: bool = False
    """True when one is a person and the other an agency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _FoldedAuthor:
    """An author, and the folded parts of the name that are compared."""

    id: int
    name: str
    kind: str
    family: str
    given_names: tuple[str, ...]
    initials: str | None
    """The initials of the given names, when only initials are known; else None."""
    letters: str


@dataclass(frozen=True, slots=True)
class _AuthorWork:
    """The articles of an author, and their stories, places and languages."""

    articles: frozenset[int]
    stories: dict[int, tuple[str, str]]
    places: Counter[str]
    languages: frozenset[str]


def find_candidates(archive: Archive, of: int | None = None) -> list[Candidate]:
    """Return pairs of authors that may be one, the likeliest first: by the reason, then by the evidence.

    Pairs whom one byline names together come last: they are two people as a rule. With ``of``, the number of an author,
    only pairs with that author are returned.
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
    family, comma, given_names = make_sort_name(name).partition(", ")
    if not comma:  # no inversion: the family name comes first, as in Chinese, or the name is one word
        family, _, given_names = name.partition(" ")
    parts = given_names.split()
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
        given_names=tuple(_fold_letters(part) for part in parts),
        initials=initials,
        letters=_fold_letters(name),
    )


def _fold_letters(text: str) -> str:
    return "".join(character for character in make_word_key(text) if character.isalnum())


def _is_initials(word: str) -> bool:
    bare = word.replace(".", "").replace("-", "")
    return bare.isupper() and (len(bare) == 1 or (len(bare) <= 3 and ("." in word or not set("AEIOUY") & set(bare))))


def _propose_pairs(authors: list[_FoldedAuthor]) -> dict[tuple[int, int], CandidateReason]:
    """Return the pairs that any rule proposes, each with its strongest reason."""
    people = [author for author in authors if author.kind == "person"]
    rules: tuple[tuple[CandidateReason, Iterator[tuple[_FoldedAuthor, _FoldedAuthor]]], ...] = (
        ("same_letters", _pair_equal(authors, lambda author: author.letters)),
        (
            "other_order",
            _pair_equal(people, lambda author: " ".join(sorted(_fold_letters(word) for word in author.name.split()))),
        ),
        ("initials", _pair_within_family(people, _has_matching_initials)),
        ("a_name_more", _pair_within_family(people, _has_more_given_names)),
        ("one_letter", _pair_one_letter_apart(people)),
    )
    reasons: dict[tuple[int, int], CandidateReason] = {}
    for reason, pairs in rules:
        for first, second in pairs:
            reasons.setdefault((min(first.id, second.id), max(first.id, second.id)), reason)
    return reasons


def _pair_equal(
    authors: list[_FoldedAuthor], make_key: Callable[[_FoldedAuthor], str]
) -> Iterator[tuple[_FoldedAuthor, _FoldedAuthor]]:
    groups: defaultdict[str, list[_FoldedAuthor]] = defaultdict(list)
    for author in authors:
        groups[make_key(author)].append(author)
    for key, group in groups.items():
        if key:
            yield from combinations(group, 2)


def _pair_within_family(
    authors: list[_FoldedAuthor], fit: Callable[[_FoldedAuthor, _FoldedAuthor], bool]
) -> Iterator[tuple[_FoldedAuthor, _FoldedAuthor]]:
    # Both rules need given names that begin alike, which splits families of thousands into groups of hundreds.
    named = [author for author in authors if author.family and author.given_names]
    for first, second in _pair_equal(
        named, lambda author: f"{author.family} {''.join(name[:1] for name in author.given_names)[:1]}"
    ):
        if fit(first, second) or fit(second, first):
            yield first, second


def _has_matching_initials(author: _FoldedAuthor, candidate: _FoldedAuthor) -> bool:
    """Return True if an author has only initials, and a candidate given names or initials that begin with them.

    Examples are "N. Carvalho" with "Nirmala Carvalho", and "J. Vu" with "JB Vu".
    """
    if author.initials is None or not candidate.given_names:
        return False
    firsts = (
        candidate.initials if candidate.initials is not None else "".join(name[:1] for name in candidate.given_names)
    )
    return firsts.startswith(author.initials) or author.initials.startswith(firsts)


def _has_more_given_names(author: _FoldedAuthor, candidate: _FoldedAuthor) -> bool:
    """Return True if a candidate has all given names of an author, the first one first, and more.

    An example is "Melani Manel Perera" for "Melani Perera".
    """
    if (
        not author.given_names
        or len(candidate.given_names) <= len(author.given_names)
        or author.given_names[0] != candidate.given_names[0]
    ):
        return False
    names = iter(candidate.given_names)
    return all(name in names for name in author.given_names)


def _pair_one_letter_apart(authors: list[_FoldedAuthor]) -> Iterator[tuple[_FoldedAuthor, _FoldedAuthor]]:
    """Yield pairs of names that differ by one letter inserted, removed or replaced, or by two letters swapped.

    Two such names are equal when one letter is removed from each, so only names that share such a remainder are
    compared.
    """
    groups: defaultdict[str, list[_FoldedAuthor]] = defaultdict(list)
    for author in authors:
        if len(author.letters) >= MIN_LETTERS_FOR_ONE_EDIT:
            for remainder in {
                author.letters,
                *(author.letters[:index] + author.letters[index + 1 :] for index in range(len(author.letters))),
            }:
                groups[remainder].append(author)
    for group in groups.values():
        for first, second in combinations(group, 2):
            if _is_one_edit(first.letters, second.letters):
                yield first, second


def _is_one_edit(shorter: str, longer: str) -> bool:
    if len(shorter) > len(longer):
        shorter, longer = longer, shorter
    start = next((index for index, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    if len(shorter) < len(longer):
        return shorter[start:] == longer[start + 1 :]
    return shorter != longer and (
        shorter[start + 1 :] == longer[start + 1 :]
        or (
            shorter[start : start + 2] == longer[start : start + 2][::-1]
            and shorter[start + 2 :] == longer[start + 2 :]
        )
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
    source_work, target_work = work[source], work[target]
    shared_articles = source_work.articles & target_work.articles
    source_stories = {story for article, story in source_work.stories.items() if article not in shared_articles}
    target_stories = {story for article, story in target_work.stories.items() if article not in shared_articles}
    places = source_work.places & target_work.places
    return Candidate(
        source=source,
        source_name=names[source].name,
        source_articles=len(source_work.articles),
        target=target,
        target_name=names[target].name,
        target_articles=len(target_work.articles),
        reason=reason,
        stories=len(source_stories & target_stories),
        places=tuple(place for place, _ in sorted(places.items(), key=lambda item: (-item[1], item[0]))),
        languages=tuple(sorted(source_work.languages & target_work.languages)),
        together=len(shared_articles),
        kinds_differ=names[source].kind != names[target].kind,
    )
