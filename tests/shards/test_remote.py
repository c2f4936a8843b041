"""A folder of work in an object store: an S3 server of a package, on loopback."""

import os
import re
import socket
import subprocess
import sys
import urllib.request
from importlib.util import find_spec
from pathlib import Path

import pytest
from support.shard_files import dump_everything, write_collection
from support.waiting import wait_until

from crawler.operations.ingest.job import ingest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
"""Installing the packages takes minutes where others use the machine: an environment that has both is used as it is
(``pip install 'moto[server]' s3fs``), and the tests take half a minute."""
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """The folders of packages with s3fs and with the server moto; none where this environment has both.

    Installed by themselves, they want different versions of what they share.
    """
    if find_spec("s3fs") is not None and find_spec("moto") is not None:
        return ["", ""]
    folders = []
    for name, package in (("client", "s3fs"), ("server", "moto[server]")):
        folder = tmp_path_factory.mktemp("s3") / name
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", folder]
        installed = subprocess.run([*command, package], capture_output=True, text=True)
        if installed.returncode:
            pytest.skip(f"{package} cannot be installed: {installed.stderr.strip()[-300:]}")
        folders.append(folder)
    return folders


@pytest.fixture
def store(packages):
    """The address of a server with an empty bucket, and the environment of programs that use it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    client, server_packages = packages
    environment = {
        **os.environ,
        **find_path(client),
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "FSSPEC_S3_ENDPOINT_URL": address,
    }
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server_environment = {**environment, **find_path(server_packages)}
    with subprocess.Popen(
        command, env=server_environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    ) as server:
        try:
            wait_until(lambda: is_open(port))
            acl = {"x-amz-acl": "public-read-write"}  # for this test, which signs nothing
            urllib.request.urlopen(urllib.request.Request(f"{address}/shelf", method="PUT", headers=acl)).close()
            yield address, environment
        finally:
            server.terminate()


def find_path(folder):
    """The variable by which a program finds the packages of a folder, if there is one."""
    return {"PYTHONPATH": str(folder)} if folder else {}


def is_open(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def test_shards_in_a_bucket_are_merged_and_a_damaged_one_is_made_again(store, tmp_path):
    """A minute, most of it for installing. Two machines read, a third merges; they share nothing but the bucket."""
    address, environment = store
    (tmp_path / "files").mkdir()
    files = write_collection(tmp_path / "files")

    def run(archive, *options):
        command = [sys.executable, "-W", "ignore", "-m", "crawler", "ingest", *options, "--archive", str(archive)]
        command += ["--work", "s3://shelf/work", *map(str, files)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT)

    shown = run(tmp_path / "one.db", "--shards-only", "--part", "1/2", "--jobs", "1")
    assert (shown.returncode, shown.stdout) == (
        0,
        "s3://shelf/work: 2 parts of 3 files read, 2 of them now; --merge takes them\n",
    )
    missing = run(tmp_path / "merged.db", "--merge")
    assert (missing.returncode, "1 of 3 parts have no shard in s3://shelf/work" in missing.stderr) == (1, True)
    assert run(tmp_path / "two.db", "--shards-only", "--part", "2/2", "--jobs", "2").returncode == 0
    assert run(tmp_path / "merged.db", "--merge").returncode == 2  # for a page that is nowhere
    whole = tmp_path / "whole.db"
    ingest(whole, files)
    assert dump_everything(tmp_path / "merged.db")[1] == dump_everything(whole)[1]
    with urllib.request.urlopen(f"{address}/shelf?list-type=2") as listing:
        keys = re.findall(r"<Key>([^<]+)</Key>", listing.read().decode())
    assert sum(key.endswith("/manifest.json") for key in keys) == 3
    readings = next(key for key in keys if key.endswith("readings.bin"))
    urllib.request.urlopen(
        urllib.request.Request(f"{address}/shelf/{readings}", data=b"no readings", method="PUT")
    ).close()
    again = run(tmp_path / "again.db", "--jobs", "1")
    assert "readings.bin is not what its manifest says; it is made again" in again.stderr
    assert dump_everything(tmp_path / "again.db")[1] == dump_everything(whole)[1]
    assert sorted(path.name for path in tmp_path.glob("*.ingest")) == []


def test_an_address_that_cannot_be_used_is_an_error_of_one_line(store, tmp_path):
    """A few seconds."""
    _, environment = store
    (tmp_path / "a.warc").write_bytes(b"")
    for address, words in (("s3://nowhere/work", "cannot be used"), ("nothing://x", "cannot be used")):
        command = [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "crawler",
            "ingest",
            "--work",
            address,
            str(tmp_path / "a.warc"),
        ]
        shown = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path)
        assert (shown.returncode, words in shown.stderr, shown.stderr.count("\n")) == (1, True, 1), shown.stderr
