"""A file that a command writes is there whole, or what was there before still is."""

from pathlib import Path

import pytest

from crawler.atomic_file import replace_file


def test_a_file_takes_its_place_when_it_is_whole(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    for name in ("plot", "real", "link"):
        with replace_file(tmp_path / name) as unfinished:
            unfinished.write_text(name)
            assert not unfinished.name.endswith(name)
        assert (tmp_path / name).read_text() == name
    assert (tmp_path / "link").is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "plot", "real"]


def test_what_was_there_stays_when_the_new_one_is_broken_off(tmp_path: Path) -> None:
    def broken_off() -> None:
        with replace_file(tmp_path / "plot") as unfinished:
            unfinished.write_text("half")
            raise KeyboardInterrupt

    (tmp_path / "plot").write_text("old")
    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_a_device_is_written_and_not_replaced() -> None:
    with replace_file(Path("/dev/null")) as unfinished:
        unfinished.write_text("gone")
    assert Path("/dev/null").is_char_device()
