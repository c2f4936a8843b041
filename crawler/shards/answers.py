"""Reads the answer of a record as far as no archive is needed: what it is, and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from crawler.errors import BadAddress, WarcDamaged
from crawler.extraction.evidence.paywall import find_wall_phrase
from crawler.items import Address, Capture, Failure
from crawler.normalisation.addresses.references import resolve_reference
from crawler.normalisation.addresses.urls import read_address
from crawler.outcome.answer import GONE_STATUSES, REDIRECT_STATUSES, is_part, read_answer
from crawler.outcome.header_addresses import read_header_address
from crawler.outcome.payload import decode_payload
from crawler.outcome.prepared_texts import prepare_texts
from crawler.outcome.reservations import find_reservations
from crawler.shards.entries import PassedOver
from crawler.shards.publications import Publication
from crawler.shards.readings import Reading
from crawler.site import Site
from crawler.warc import compute_payload_digest
from crawler.warc.foreign import HttpMessage, NoAnswer, RecordTooLarge
from crawler.warc.records import AnswerRecord, derive_record_id

UNDECODED: Final = {Failure.BAD_ENCODING: PassedOver.ENCODING, Failure.TOO_LARGE: PassedOver.TOO_LARGE}
"""The failures to read a body, of which a copy would be of no use."""
_LONGEST_ORIGIN: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAnswer:
    """An answer that has been read; where it was passed over, there is no reading."""

    reading: Reading | None = None
    passed_over: PassedOver | None = None


def read_status(message: HttpMessage) -> int:
    """Return the status of an answer. Raises NoAnswer."""
    try:
        return int(message.head.split(None, 2)[1])
    except (IndexError, ValueError):
        raise NoAnswer("the answer has no status") from None


def find_status_reason(message: HttpMessage) -> PassedOver | None:
    """Return why an answer is not kept, by its status; None if it may be. Raises NoAnswer."""
    status = read_status(message)
    if is_part(status, next((value for name, value in _iter_fields(message) if name.lower() == "content-range"), None)):
        return PassedOver.PART
    is_telling = 200 <= status < 300 or status in REDIRECT_STATUSES | GONE_STATUSES
    return None if is_telling else PassedOver.STATUS


def find_damage_reason(problem: WarcDamaged) -> PassedOver:
    """Return why a record that cannot be read is not kept."""
    if isinstance(problem, RecordTooLarge):
        return PassedOver.TOO_LARGE
    return PassedOver.NO_ANSWER if isinstance(problem, NoAnswer) else PassedOver.DAMAGED


def read_message_answer(
    message: HttpMessage, address: Address, fetched_at: datetime, publication: Publication, digest: str
) -> ReadAnswer:
    """Read an answer whose status is kept; ``digest`` is that of its body."""
    site, pages = publication
    capture = make_capture(message, address.url, fetched_at, digest)
    if capture.status in REDIRECT_STATUSES:
        return ReadAnswer(reading=Reading(capture=capture, target=_find_target(capture, address, site)))
    payload = decode_payload(message.body, capture.headers, cut_off=bool(message.truncated))
    if payload.failure in UNDECODED:
        return ReadAnswer(passed_over=UNDECODED[payload.failure])
    capture = replace(capture, body=payload.body, damage=payload.damage)
    outcome = read_answer(
        capture, address, site, pages, failure=payload.failure, error=payload.error, former_words=0
    )  # the phrase of a wall is looked for by find_wall, when it matters
    capture = replace(capture, reservations=find_reservations(capture), body=b"")
    prepared = prepare_texts(outcome.article) if outcome.article is not None else None
    return ReadAnswer(reading=Reading(capture=capture, outcome=outcome, prepared=prepared))


def find_wall(message: HttpMessage, capture: Capture, language: str | None) -> str | None:
    """Return the phrase by which the page of an answer says that it withholds its text; None without one."""
    payload = decode_payload(message.body, capture.headers, cut_off=bool(message.truncated))
    return find_wall_phrase(replace(capture, body=payload.body), language)


def make_capture(message: HttpMessage, url: str, fetched_at: datetime, digest: str) -> Capture:
    """Return the capture of an answer, without its body and its place. Raises NoAnswer where it has no status."""
    return Capture(
        url=url, fetched_at=fetched_at, status=read_status(message), headers=tuple(_iter_fields(message)), digest=digest
    )


def _iter_fields(message: HttpMessage) -> Iterator[tuple[str, str]]:
    """Yield name and value of each header field."""
    for line in message.head.decode("latin-1").split("\r\n")[1:]:
        name, colon, value = line.partition(":")
        if colon:
            yield name.strip(), value.strip()


def make_record(message: HttpMessage, url: str, fetched_at: datetime, digest: str, origin: str) -> AnswerRecord:
    """Return the record of an answer in our own files; ``origin`` is the name of the file it came from."""
    return AnswerRecord(
        url=url,
        fetched_at=fetched_at,
        response_head=message.head,
        body=message.body,
        digest=digest,
        record_id=derive_record_id(url, fetched_at, digest),
        ingested_from=origin.encode("ascii", "replace").decode()[:_LONGEST_ORIGIN],
        truncated=message.truncated,
    )


def digest_message(message: HttpMessage) -> str:
    """Return the payload digest of an answer."""
    return compute_payload_digest(message.body)


def _find_target(capture: Capture, address: Address, site: Site) -> Address | None:
    """Return the address of the site that a redirect leads to; None for none, and for another spelling of its own."""
    try:
        location = read_header_address(capture.header("Location") or "")
        target = read_address(resolve_reference(capture.url, location), site)
    except (BadAddress, ValueError):
        return None
    return target if target.url_key != address.url_key else None
