"""Verifies the certificates of servers, and words what is wrong with one, or with the TLS of its server.

Twisted's own check lets a certificate pass that names no host at all, if its issuer is trusted. Here every error, ours
too, refuses the certificate, and the first error is kept as the reason of the failure.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from OpenSSL import SSL
from service_identity import VerificationError
from service_identity.exceptions import CertificateError
from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.python.failure import Failure as TwistedFailure
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

INVALID: Final = "the certificate of the host is not valid"
CERTIFICATE_WORDS: Final[dict[int, str]] = {
    2: "its issuer is not known",
    7: "its signature is wrong",
    9: "it is not valid yet",
    10: "it has expired",
    18: "it is signed by itself",
    19: "it is signed by an authority that this machine does not trust",
    20: "its issuer is not known",
    21: "its issuer is not known",
    23: "it has been revoked",
    24: "its issuer may not issue certificates",
    26: "it is not made for servers",
    62: "it is for another host",
    64: "it is for another host",
    66: "its key is too short",
    67: "the key of its issuer is too short",
    68: "its signature is of a kind that is no longer safe",
}
"""Error code of OpenSSL's verification → what is wrong with the certificate."""
TLS_WORDS: Final[dict[str, str]] = {
    "wrong version number": "the server does not speak TLS at this port",
    "http request": "the server does not speak TLS at this port",
    "https proxy request": "the server does not speak TLS at this port",
    "packet length too long": "the server does not speak TLS at this port",
    "record layer failure": "the server does not speak TLS at this port",
    "unsupported protocol": "the server speaks no version of TLS that is safe today",
    "tlsv1 alert protocol version": "the server speaks no version of TLS that is safe today",
    "no protocols available": "the server speaks no version of TLS that is safe today",
    "sslv3 alert handshake failure": "the server and we have no cipher in common",
    "ssl/tls alert handshake failure": "the server and we have no cipher in common",
    "no shared cipher": "the server and we have no cipher in common",
    "no ciphers available": "the server and we have no cipher in common",
    "tlsv1 unrecognized name": "the server does not know the name of the host",
    "ssl/tls alert unrecognized name": "the server does not know the name of the host",
    "unexpected eof while reading": "the connection was closed while TLS was agreed upon",
    "tlsv13 alert certificate required": "the server wants a certificate of ours",
    "sslv3 alert bad certificate": "the server wants a certificate of ours",
    "dh key too small": "the keys of the server are too short",
    "ee key too small": "the keys of the server are too short",
}
"""Reason of OpenSSL, in small letters → what is wrong with the TLS of the server."""


class InvalidCertificate(Exception):
    """The certificate of a server is not valid; the message says why, in words for people."""


def describe_certificate_error(code: int, message: str = "") -> str:
    """Return what is wrong with a certificate, by the error code of OpenSSL's verification or by its own message."""
    reason = CERTIFICATE_WORDS.get(code) or " ".join(message.split())[:200] or f"error {code} of OpenSSL"
    return f"{INVALID}: {reason}"


def describe_tls_error(reason: str) -> str:
    """Return what is wrong with the TLS of a server, by the reason that OpenSSL gives."""
    plain_reason = " ".join(reason.replace("_", " ").split()).lower()
    return TLS_WORDS.get(plain_reason) or f"TLS could not be agreed upon ({plain_reason[:200] or 'no reason given'})"


@implementer(IPolicyForHTTPS)
class VerifyingContextFactory:
    """Makes the TLS connections of another context factory, with our verification of the server's certificate."""

    def __init__(self, context_factory: Any) -> None:
        self._context_factory = context_factory

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:
        """Return the maker of TLS connections to a host."""
        return _VerifyingCreator(self._context_factory.creatorForNetloc(hostname, port))


@implementer(IOpenSSLClientConnectionCreator)
class _VerifyingCreator:
    def __init__(self, creator: Any) -> None:
        self._creator = creator

    def __getattr__(self, name: str) -> Any:
        return getattr(self._creator, name)

    def clientConnectionForTLS(self, tls_protocol: Any) -> SSL.Connection:
        connection: SSL.Connection = self._creator.clientConnectionForTLS(tls_protocol)
        callback = _make_verifier(tls_protocol, self._creator._hostnameASCII, self._creator._hostnameIsDnsName)
        connection.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, callback)
        return connection


def _make_verifier(tls_protocol: Any, host: str, is_name: bool) -> Callable[[Any, Any, int, int, int], bool]:
    """Return the function that OpenSSL calls for each certificate of a chain, the server's own last."""
    failed = False

    def refuse(words: str) -> bool:
        nonlocal failed
        if not failed:
            failed = True
            reason = InvalidCertificate(words)
            tls_protocol.failVerification(TwistedFailure(reason))  # type: ignore[no-untyped-call]  # Twisted is typed in part
        return False

    def verify(connection: Any, certificate: Any, code: int, depth: int, ok: int) -> bool:
        try:
            if not ok:
                return refuse(describe_certificate_error(code))
            if depth == 0:
                expected = DNS_ID(host) if is_name else IPAddress_ID(host)
                verify_service_identity(extract_patterns(certificate), [expected], [])
        except VerificationError:
            return refuse(describe_certificate_error(62))
        except CertificateError:
            return refuse(describe_certificate_error(-1, "it names no host (it has no subjectAltName)"))
        except Exception as problem:  # an exception must not leave a callback of OpenSSL
            return refuse(describe_certificate_error(-1, f"{type(problem).__name__}: {problem}"))
        return True

    return verify
