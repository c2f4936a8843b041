"""What a status says of an archive while a crawl writes."""

from pathlib import Path

from support.newsroom import GAZETTE, NOW, Newsroom

from crawler.archive import Archive
from crawler.archive.health import status as status_module


def test_all_numbers_are_of_one_state_while_a_crawl_writes(tmp_path: Path, monkeypatch) -> None:
    path, room = tmp_path / "archive.db", Newsroom()
    with Archive(path, "create") as writer:
        run_id = writer.begin_run(GAZETTE, now=NOW)
        writer.keep([room.visit(room.article(1))], run_id, NOW)
        read_holdings = status_module.read_holdings

        def write_meanwhile(db):
            holdings = read_holdings(db)
            writer.keep([room.visit(room.article(2))], run_id, NOW)
            return holdings

        monkeypatch.setattr(status_module, "read_holdings", write_meanwhile)
        with Archive(path) as reader:
            status = reader.status()
            assert status.articles == sum(coverage.articles for coverage in status.coverage)
            assert status.articles == sum(status.runs[0].fates.values())
            assert reader.status().articles == status.articles + 1
