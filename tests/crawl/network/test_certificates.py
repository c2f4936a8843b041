"""A wrong certificate is never ignored, and what is wrong with it is told in one line."""

import ssl

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from support.loopback_site import FakeSite
from support.tls_site import DAY, HERE, NOW, make_identity, make_server_context

from crawler.crawl.network.certificates import describe_certificate_error, describe_tls_error
from crawler.crawl.network.one_page import exchange_messages
from crawler.crawl.options import CrawlOptions
from crawler.crawl.starting.launch import run_crawl
from crawler.errors import SiteUnreachable
from crawler.items import Fate

INVALID = "the certificate of the host is not valid: "


@pytest.fixture(scope="module")
def authority():
    return make_identity("An authority", is_authority=True)


@pytest.fixture
def trusted(authority, tmp_path, monkeypatch):
    """Make this machine trust the authority."""
    path = tmp_path / "authority.pem"
    path.write_bytes(authority.encode())
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return authority


@pytest.fixture
def paper():
    paper = FakeSite()
    paper.story(1)
    yield paper
    paper.close()


def serve(paper, tmp_path, *identities, version=None):
    path = tmp_path / "server.pem"
    path.write_bytes(identities[0].encode(*identities[1:]))
    context = make_server_context(path, version=version)
    plain = paper.server.socket
    paper.server.socket = context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)


def crawl(paper, tmp_path, scheme="https"):
    mirror = paper.mirror.replace("http:", f"{scheme}:")
    url = "https://www.asianews.it/news-en/Story-1.html"
    return run_crawl(CrawlOptions(site="asianews", urls=(url,), archive=tmp_path / "a.db", mirror=mirror))


def wrong(kind, authority):
    """Return the certificates that a server shows, for each kind of wrong ones."""
    if kind == "no subjectAltName":
        return (make_identity("127.0.0.1", authority),)
    if kind == "another host":
        return (make_identity("a", authority, names=[x509.DNSName("www.example.org")]),)
    if kind == "expired":
        return (make_identity("a", authority, names=[HERE], begin=NOW - 9 * DAY, end=NOW - DAY),)
    if kind == "not yet valid":
        return (make_identity("a", authority, names=[HERE], begin=NOW + DAY, end=NOW + 9 * DAY),)
    if kind == "self-signed":
        return (make_identity("a", names=[HERE]),)
    if kind == "unknown authority":
        return (make_identity("a", make_identity("Nobody", is_authority=True), names=[HERE]),)
    if kind == "untrusted authority, sent along":
        nobody = make_identity("Nobody", is_authority=True)
        return (make_identity("a", nobody, names=[HERE]), nobody)
    assert kind == "not for servers"
    return (make_identity("a", authority, names=[HERE], usage=ExtendedKeyUsageOID.CLIENT_AUTH),)


WRONG = {
    "no subjectAltName": "it names no host (it has no subjectAltName)",
    "another host": "it is for another host",
    "expired": "it has expired",
    "not yet valid": "it is not valid yet",
    "self-signed": "it is signed by itself",
    "unknown authority": "its issuer is not known",
    "untrusted authority, sent along": "it is signed by an authority that this machine does not trust",
    "not for servers": "it is not made for servers",
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_certificate_ends_the_run_in_one_line(paper, tmp_path, trusted, capfd, kind):
    serve(paper, tmp_path, *wrong(kind, trusted))
    report = crawl(paper, tmp_path)
    assert (report.exit_code, report.outcome) == (5, "unreachable")
    assert len(report.messages) == 1
    assert f"({INVALID}{WRONG[kind]})" in report.messages[0]
    assert paper.log == []
    assert "Traceback" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("kind", WRONG)
def test_reading_one_page_says_so_too(paper, tmp_path, trusted, kind):
    serve(paper, tmp_path, *wrong(kind, trusted))
    url = f"https://127.0.0.1:{paper.server.server_port}/news-en/Story-1.html"
    with pytest.raises(SiteUnreachable) as refusal:
        exchange_messages(url, "seealso", here=True)
    words = "it is for another host" if kind == "no subjectAltName" else WRONG[kind]
    assert str(refusal.value) == f"{url}: {INVALID}{words}"
    assert paper.log == []


def test_a_right_certificate_is_accepted(paper, tmp_path, trusted):
    serve(paper, tmp_path, make_identity("a", trusted, names=[HERE]))
    assert crawl(paper, tmp_path).counts == {Fate.NEW: 1}


def test_a_right_certificate_by_an_intermediate_authority_is_accepted(paper, tmp_path, trusted):
    between = make_identity("Between", trusted, is_authority=True)
    serve(paper, tmp_path, make_identity("a", between, names=[HERE]), between)
    assert crawl(paper, tmp_path).counts == {Fate.NEW: 1}


def test_a_server_without_tls_is_told_as_such(paper, tmp_path):
    report = crawl(paper, tmp_path)
    assert report.exit_code == 5
    assert "(the server does not speak TLS at this port)" in report.messages[0]
    with pytest.raises(SiteUnreachable, match="the server does not speak TLS at this port"):
        exchange_messages(f"https://127.0.0.1:{paper.server.server_port}/", "seealso", here=True)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_an_old_version_of_tls_is_told_as_such(paper, tmp_path, trusted):
    serve(paper, tmp_path, make_identity("a", trusted, names=[HERE]), version=ssl.TLSVersion.TLSv1)
    report = crawl(paper, tmp_path)
    assert report.exit_code == 5
    assert "(the server speaks no version of TLS that is safe today)" in report.messages[0]


def test_what_we_have_no_words_for_is_quoted():
    assert describe_certificate_error(999) == f"{INVALID}error 999 of OpenSSL"
    assert describe_certificate_error(999, "odd  thing") == f"{INVALID}odd thing"
    assert describe_tls_error("SOME_NEW_THING") == "TLS could not be agreed upon (some new thing)"
    assert describe_tls_error("") == "TLS could not be agreed upon (no reason given)"
