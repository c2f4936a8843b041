"""Serves the practice world on loopback: ``with WorldServer() as server: crawl(mirror=server.mirror)``."""

from __future__ import annotations

from crawler.practice.server import PracticeServer, Seen
from crawler.practice.world.hosts import World


class WorldServer(PracticeServer):
    """The practice site and its neighbours in a background thread, all on one port."""

    def __init__(self, phase: int = 1, port: int = 0, latency: float = 0.0) -> None:
        self.world = World(phase)
        super().__init__(port=port, latency=latency, site=self.world)

    @property
    def mirror(self) -> str:
        return self.url + "/{host}{path}"

    def make_mirror(self, host: str) -> str:
        """Return the template for a crawl that asks one host only."""
        return f"{self.url}/{host}{{path}}"

    def list_requests(self, *hosts: str) -> list[Seen]:
        """Return the requests to these hosts (to all without any), oldest first; ``host`` and ``path`` are theirs."""
        requests = []
        for request in self.requests:
            host, path = self.world.split_target(request.path, request.host.partition(":")[0])
            if host is not None and (not hosts or host in hosts):
                requests.append(request._replace(host=host, path=path))
        return requests
