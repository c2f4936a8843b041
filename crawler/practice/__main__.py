"""``python -m crawler.practice``: prints the mirror template, then serves the practice site or world until interrupted."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator

from crawler.practice.redesigns import REDESIGNS, Redesign
from crawler.practice.server import PracticeServer


def main(arguments: list[str] | None = None) -> int:
    """Serve until Ctrl-C or SIGTERM; the first line on stdout is the template for ``seealso crawl --mirror``."""
    parser = argparse.ArgumentParser(
        prog="python -m crawler.practice", description="Serve a small news site on loopback."
    )
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: any free one)")
    parser.add_argument(
        "--articles", type=int, default=None, metavar="N", help="serve N generated articles instead of the written ones"
    )
    parser.add_argument("--phase", type=int, default=1, choices=(1, 2), help="2 is the same site a week later")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other generated articles")
    parser.add_argument("--latency", type=float, default=0.0, metavar="S", help="seconds to wait before each answer")
    parser.add_argument(
        "--page-size", type=int, default=None, metavar="BYTES", help="pad generated pages with menus and scripts"
    )
    parser.add_argument("--redesign", choices=REDESIGNS, help="serve articles in a layout that readers do not know")
    parser.add_argument(
        "--redesign-after", type=int, default=0, metavar="N", help="but the first N articles in the old one"
    )
    parser.add_argument(
        "--world", action="store_true", help="serve the practice site with its neighbours, each under its host"
    )
    options = parser.parse_args(arguments)
    if options.world and (options.articles is not None or options.page_size is not None):
        parser.error("--world has the written articles only: leave --articles and --page-size out")
    try:
        server = _make_server(options)
    except OSError as error:
        print(f"cannot listen on port {options.port}: {error.strerror}", file=sys.stderr)
        return 1
    server.redesign = Redesign(options.redesign, options.redesign_after)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        print(server.mirror, *(_iter_papers(server) if options.world else ()), sep="\n", flush=True)
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    finally:
        server.stop()
    return 0


def _make_server(options: argparse.Namespace) -> PracticeServer:
    if options.world:
        from crawler.practice.world import WorldServer

        return WorldServer(options.phase, options.port, options.latency)
    return PracticeServer(
        options.articles, options.seed, options.phase, options.port, options.latency, options.page_size
    )


def _iter_papers(server: PracticeServer) -> Iterator[str]:
    """Yield, for each neighbour, its name and the address of an article to start a crawl with; then where to look."""
    from crawler.practice.world import load_papers

    for paper in load_papers():
        yield f"{paper.name}\t{paper.start}"
    yield f"to look at\t{server.url}/"


if __name__ == "__main__":
    sys.exit(main())
