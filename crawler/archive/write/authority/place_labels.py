"""Gives each place a label that no other has: its name, and the country in brackets where several have the name."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.normalisation.words.tokenizer import make_search_text


def make_labels(places: Mapping[str, tuple[str, str | None]]) -> dict[str, tuple[str, str]]:
    """Return identity → (label, folded label) for identity → (name, country); both are of one place each.

    >>> make_labels({"a": ("Hyderabad", "IN"), "b": ("Hyderabad", "PK"), "c": ("Hyderabad", None)})["c"]
    ('Hyderabad (unlocated)', 'hyderabad unlocated')
    """
    by_name: dict[str, list[str]] = {}
    for identity in sorted(places):
        by_name.setdefault(make_search_text(places[identity][0]), []).append(identity)
    labels: dict[str, tuple[str, str]] = {}
    taken: set[str] = set()
    for identities in by_name.values():
        for identity in identities:
            name, country = places[identity]
            label = name if len(identities) == 1 else f"{name} ({country or 'unlocated'})"
            number = 1
            while make_search_text(label) in taken:
                number += 1
                label = f"{name} ({country or 'unlocated'} {number})"
            labels[identity] = label, make_search_text(label)
            taken.add(make_search_text(label))
    return labels
