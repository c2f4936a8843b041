"""What an ingest reports while it reads: files, bytes and pages, what was read before an interruption among them."""

from support.shard_files import open_engine_as, write_collection

from crawler.cli.progress import format_work
from crawler.engines.choice import EngineChoice
from crawler.engines.progress import WorkProgress
from crawler.engines.serial import SerialEngine
from crawler.operations.ingest import shard_making
from crawler.operations.ingest.job import make_shards
from crawler.operations.ingest.shard_making import Share


def test_progress_goes_on_where_it_was(tmp_path, monkeypatch):
    monkeypatch.setattr(shard_making, "open_engine", open_engine_as(SerialEngine()))
    files = write_collection(tmp_path)
    engine, size = EngineChoice(jobs=1, work=tmp_path / "work"), sum(file.stat().st_size for file in files)
    before, after = [], []
    make_shards(tmp_path / "a.db", files, engine=engine, share=Share(number=1, count=2), reading_progress=before.append)
    make_shards(tmp_path / "a.db", files, engine=engine, reading_progress=after.append)
    assert before[0] == WorkProgress(files=0, all_files=before[-1].files, bytes=0, all_bytes=before[-1].bytes, pages=0)
    assert after[0] == WorkProgress(
        files=before[-1].files, all_files=len(files), bytes=before[-1].bytes, all_bytes=size, pages=before[-1].pages
    )
    assert 0 < after[0].files < len(files)
    assert (after[-1].files, after[-1].bytes) == (len(files), size)
    assert after[-1].pages > after[0].pages > 0
    assert len(after) == 1 + len(files) - after[0].files


def test_progress_is_written_for_people():
    progress = WorkProgress(files=3, all_files=40, bytes=41_040_000, all_bytes=97_200_000, pages=2150)
    assert format_work(progress) == "3 of 40 files · 41.0 of 97.2 MB · 2,150 pages"
