"""All hosts of the practice world behind one: the practice site and its neighbours, without sockets."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from crawler.practice.dialects import escape_text
from crawler.practice.redesigns import Redesign
from crawler.practice.site import PracticeRequest, PracticeResponse, PracticeSite, RespondingSite
from crawler.practice.world.agency import group_agency_stories
from crawler.practice.world.articles import AgencyStory
from crawler.practice.world.courier import Courier
from crawler.practice.world.gazette import Gazette
from crawler.practice.world.ledger import Ledger
from crawler.practice.world.paper import Paper, make_page
from crawler.practice.world.samachar import Samachar
from crawler.practice.world.seeblick import Seeblick

PRACTICE_HOSTS = ("www.asianews.it", "asianews.it", "m.asianews.it")
BROWSER_DOMAIN = ".localhost"
"""Browsers look for every name under it on their own machine, so that each host can be visited."""


@cache
def load_papers() -> tuple[Paper, ...]:
    """Return the neighbours. What is true of each are its ``articles`` and ``lookalikes``."""
    return (Courier(), Ledger(), Samachar(), Seeblick(), Gazette())


def load_agency_stories() -> tuple[AgencyStory, ...]:
    """Return the stories that an agency sent to several papers, with who printed them when."""
    return group_agency_stories([article for paper in load_papers() for article in paper.articles])


class World:
    """Answers for the host that the first folder of a request names, else for the one in its Host header.

    Phase and redesign are those of the practice site; its neighbours know neither.
    """

    def __init__(self, phase: int = 1) -> None:
        self._practice = PracticeSite(phase)
        self._sites: dict[str, Paper | RespondingSite] = dict.fromkeys(PRACTICE_HOSTS, self._practice)
        for paper in load_papers():
            self._sites |= dict.fromkeys((*paper.hosts, *paper.strange_hosts), paper)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host that answers."""
        return tuple(self._sites)

    @property
    def phase(self) -> int:
        return self._practice.phase

    @phase.setter
    def phase(self, phase: int) -> None:
        self._practice.phase = phase

    @property
    def redesign(self) -> Redesign:
        """The layout that articles of the practice site are served in."""
        return self._practice.redesign

    @redesign.setter
    def redesign(self, redesign: Redesign) -> None:
        self._practice.redesign = redesign

    def respond(self, request: PracticeRequest) -> PracticeResponse:
        """Answer one request; a browser's with links that lead to this machine."""
        name, _, port = request.host.partition(":")
        host, target = self.split_target(request.target, name.removesuffix(BROWSER_DOMAIN))
        if host is None:
            return self._make_front(port) if target == "/" else PracticeResponse(status=404, body=b"no such host")
        answer = self._sites[host].respond(replace(request, host=host, target=target))
        return self._lead_home(answer, port) if name.endswith(BROWSER_DOMAIN) else answer

    def split_target(self, target: str, host: str = "") -> tuple[str | None, str]:
        """Return host and target of a request: ``/harbour-courier.example/feed/`` asks its first folder for ``/feed/``.

        The host is None if neither the first folder nor ``host`` is one of this world.
        """
        folder, slash, rest = target.removeprefix("/").partition("/")
        folder, mark, query = folder.partition("?")
        if folder in self._sites:
            return folder, (f"/{rest}" if slash and not mark else f"/{mark}{query}{slash}{rest}")
        return (host, target) if host in self._sites else (None, target)

    def _lead_home(self, answer: PracticeResponse, port: str) -> PracticeResponse:
        body, headers = answer.body, answer.headers
        for host in self._sites:
            here = _make_local_url(host, port)
            body = body.replace(f"https://{host}".encode(), here.encode())
            headers = tuple((name, value.replace(f"https://{host}", here)) for name, value in headers)
        return replace(answer, body=body, headers=headers)

    def _make_front(self, port: str) -> PracticeResponse:
        rows = "".join(
            f'<li><a href="{_make_local_url(paper.hosts[0], port)}/">{escape_text(paper.title)}</a> '
            f"({len(paper.articles)} articles; {', '.join(paper.languages)}; {paper.hosts[0]})</li>\n"
            for paper in load_papers()
        )
        practice = f'<li><a href="{_make_local_url(PRACTICE_HOSTS[0], port)}/en.html">The practice site</a> ({PRACTICE_HOSTS[0]})</li>'
        return make_page(
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>A practice world</title>'
            "<style>body{max-width:40rem;margin:3rem auto;font:18px/1.6 sans-serif}</style></head>\n"
            "<body><h1>A practice world</h1><p>Newspapers that never were, served by this machine alone.</p>"
            f"<ul>\n{practice}\n{rows}</ul></body></html>\n"
        )


def _make_local_url(host: str, port: str) -> str:
    return f"http://{host}{BROWSER_DOMAIN}" + (f":{port}" if port else "")
