"""Fills the templates of addresses that a site declares: ``/index.php?l={language}&art={key}``.

Templates come from files of strangers, so this is no ``str.format``: a name in braces stands for its value, and nothing
else means anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from crawler.errors import BadAddress

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


def list_placeholders(template: str) -> tuple[str, ...]:
    """Return the names in braces, each once.

    >>> list_placeholders("/{language}/{key}.html?again={key}")
    ('language', 'key')
    """
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(template)))


def fill_template(template: str, values: Mapping[str, str]) -> str:
    """Return a template with its placeholders replaced. Raises BadAddress for a name that has no value.

    >>> fill_template("/{language}/{key}.html", {"language": "en", "key": "5"})
    '/en/5.html'
    """

    def fill(placeholder: re.Match[str]) -> str:
        if placeholder[1] not in values:
            raise BadAddress(
                f"the template {template[:200]!a} names {placeholder[1]!a}, which the address does not tell."
            )
        return values[placeholder[1]]

    return _PLACEHOLDER.sub(fill, template)
