"""A practice site behind a gate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from crawler.practice import PracticeServer
from crawler.practice.site import PracticeRequest, PracticeResponse
from support.waiting import Gate


class GatedSite:
    """Answers as the site behind it does, once a request has passed the gate."""

    def __init__(self, site: Any, gate: Gate) -> None:
        self.site, self.gate = site, gate

    def __getattr__(self, name: str) -> Any:
        return getattr(self.site, name)

    def respond(self, request: PracticeRequest) -> PracticeResponse:
        self.gate.pass_through()
        return self.site.respond(request)


@contextmanager
def serve_gated(after: int, **settings: Any) -> Iterator[tuple[PracticeServer, Gate]]:
    """Serve a practice site that holds whatever is asked after so many requests, until its gate is opened."""
    gate = Gate(after)
    with PracticeServer(**settings) as server:
        server.site = GatedSite(server.site, gate)
        try:
            yield server, gate
        finally:
            gate.open()
