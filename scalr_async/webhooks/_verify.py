"""Verification of deliveries: their sender and date, by a shared secret."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from scalr_async._arguments import check_list, check_seconds, check_whole_number
from scalr_async._http import Headers
from scalr_async._text import shown
from scalr_async._values import SecretBytes, hide_arguments
from scalr_async.errors import (
    ConfigError,
    InvalidArgumentError,
    MalformedDeliveryError,
    SignatureError,
    StaleDeliveryError,
)
from scalr_async.webhooks._headers import AnyHeaders, only, optional, read_headers
from scalr_async.webhooks._payloads import Delivery, LaunchTask, read_payload

__all__ = ["Signed", "TaskVerifier", "WebhookVerifier", "body_and_date", "check_media_type"]

Signed = Callable[[bytes, Headers], bytes]
"""Returns the signed bytes, given the raw body and the header fields."""

Clock = Callable[[], float | datetime]
"""Returns the current time: seconds since the epoch, or a `datetime` with a zone."""

_ALGORITHMS: Final = {"sha1": 40, "sha256": 64, "sha384": 96, "sha512": 128}
"""Algorithms, with the number of hexadecimal digits of their results."""
_HEX: Final = re.compile(r"[0-9a-fA-F]+")
_ID: Final = re.compile(r"[!-~]{1,200}")
_JSON: Final = re.compile(r"application/([\w.-]+\+)?json", re.IGNORECASE)
_MEBIBYTE: Final = 1024 * 1024


def body_and_date(body: bytes, headers: Headers) -> bytes:
    """Return the raw body followed by the value of the `Date` header, which Scalr signs.

    Public sources say so; this was not verified with deliveries of a live account.
    """
    return body + only(headers, "Date").encode("latin-1")


class _Verifier:
    """The base of verifiers: holds secrets and the limit `max_body` in bytes; never pickled."""

    def __init__(self, secret: Any, previous: Any, max_body: Any) -> None:
        others = check_list("previous", previous, error=ConfigError)
        self._keys = tuple(_key(each) for each in (secret, *others))
        self.max_body = check_whole_number("max_body", max_body, 1, error=ConfigError)

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError(f"a {type(self).__name__} holds secrets, and is never pickled or copied")

    def _accept(self, body: Any, headers: Any) -> tuple[bytes, Headers]:
        """Return the body and headers if their types and size are acceptable."""
        if not isinstance(body, bytes | bytearray | memoryview):
            raise InvalidArgumentError(
                f"body: give the bytes as they came, not {type(body).__name__}"
            )
        size = body.nbytes if isinstance(body, memoryview) else len(body)
        if size > self.max_body:
            raise MalformedDeliveryError(
                f"the body has {size} bytes, more than the {self.max_body} of max_body"
            )
        return bytes(body), read_headers(headers)

    def _knows(self, proof: bytes, made: Callable[[SecretBytes], bytes]) -> bool:
        """Return whether a proof is that of any secret, in the same time whichever matches."""
        fits = [hmac.compare_digest(proof, made(key)) for key in self._keys]
        return any(fits)


class WebhookVerifier(_Verifier):
    """Verifies that a delivery comes from Scalr.

    A delivery carries an HMAC in hexadecimal digits in `X-Signature`; the number of digits tells
    the hash. Raises `ConfigError` for an empty secret, and for arguments that make no sense.

    Args:
        secret: the `secret_key` of the webhook, text or bytes.
        previous: secrets that are accepted beside it while it is rotated.
        algorithms: the hashes that are accepted: sha256, sha1, sha384, sha512.
        tolerance: the most seconds by which the date of a delivery may differ from `clock`.
        signed: returns the signed bytes, given a body and header fields.
        clock: returns the current time, in seconds since 1970 or as a `datetime` with a zone.
        max_body: the largest body in bytes.
    """

    @hide_arguments
    def __init__(
        self,
        secret: str | bytes,
        *,
        previous: Iterable[str | bytes] = (),
        algorithms: Sequence[str] = ("sha256", "sha1"),
        tolerance: float = 300,
        signed: Signed = body_and_date,
        clock: Clock = time.time,
        max_body: int = _MEBIBYTE,
    ) -> None:
        super().__init__(secret, previous, max_body)
        names = check_list("algorithms", algorithms, error=ConfigError)
        self._algorithms = {_digits(name): name for name in names}
        if not self._algorithms:
            raise ConfigError("algorithms: name one at least")
        self._tolerance = check_seconds("tolerance", tolerance, 1e9, zero=True, error=ConfigError)
        self._signed = signed
        self._clock = clock

    def __repr__(self) -> str:
        return (
            f"WebhookVerifier(secrets={len(self._keys)}, "
            f"algorithms={tuple(self._algorithms.values())}, tolerance={self._tolerance!r})"
        )

    @hide_arguments
    def verify(self, body: bytes, headers: AnyHeaders) -> Delivery:
        """Return the delivery if it is Scalr's, unaltered and recent.

        `body` is the raw body, before any decoding; `headers` is a mapping or pairs, of text or
        bytes. Size and header fields are checked first, then the signature, then the date; the
        body is parsed only if all of these are valid.

        Raises `SignatureError`, `StaleDeliveryError` or `MalformedDeliveryError`.
        """
        raw, fields = self._accept(body, headers)
        id = _delivery_id(fields, "X-Scalr-Delivery-Id", "Idempotency-Key")
        date = only(fields, "Date")
        content = self._check_signature(raw, fields)
        moment = self._check_date(date)
        check_media_type(fields)
        return Delivery(
            id=id,
            date=moment,
            payload=read_payload(raw),
            fingerprint=_fingerprint(content, raw),
            body=raw,
        )

    def _check_signature(self, body: bytes, headers: Headers) -> bytes:
        """Return the signed bytes; raises `SignatureError` if no secret matches the signature."""
        signature = optional(headers, "X-Signature")
        if not signature:
            raise SignatureError("the delivery is not signed: it has no X-Signature")
        if not _HEX.fullmatch(signature):
            raise SignatureError("X-Signature holds something else than hexadecimal digits")
        algorithm = self._algorithms.get(len(signature))
        if algorithm is None:
            raise SignatureError(
                f"X-Signature has {len(signature)} digits, which is none of "
                + ", ".join(f"{name} ({digits})" for digits, name in self._algorithms.items())
            )
        content = self._signed(body, headers)
        proof = bytes.fromhex(signature)
        if not self._knows(proof, lambda key: hmac.digest(key, content, algorithm)):
            raise SignatureError("the signature is of another secret, body or date")
        return content

    def _check_date(self, text: str) -> datetime:
        moment = _read_date(text)
        now = self._clock()
        late = (now.timestamp() if isinstance(now, datetime) else now) - moment.timestamp()
        if not abs(late) <= self._tolerance:
            raise StaleDeliveryError(
                f"the delivery was sent {abs(late):.0f} seconds "
                f"{'ago' if late > 0 else 'ahead of the clock here'}, "
                f"and the tolerance is {self._tolerance:g}"
            )
        return moment


class TaskVerifier(_Verifier):
    """Verifies that a task comes from a serverless agent pool.

    No signature of tasks is known. Therefore give the pool a sensitive header with a secret value
    (`webhook_headers`). Raises `ConfigError` for an empty value.

    Args:
        header: the name of that header.
        secret: its whole value.
        previous: values that are accepted beside it while it is changed.
        max_body: the largest body in bytes.
    """

    @hide_arguments
    def __init__(
        self,
        header: str,
        secret: str | bytes,
        *,
        previous: Iterable[str | bytes] = (),
        max_body: int = _MEBIBYTE,
    ) -> None:
        super().__init__(secret, previous, max_body)
        self._header = _name(header)

    def __repr__(self) -> str:
        return f"TaskVerifier(header={self._header!r}, secrets={len(self._keys)})"

    @hide_arguments
    def verify(self, body: bytes, headers: AnyHeaders) -> Delivery:
        """Return the delivery with its `LaunchTask`; its id is the `Idempotency-Key`.

        Raises `SignatureError` if the secret is missing or wrong, `MalformedDeliveryError` for
        every other fault, such as a key that is not the id of the task.
        """
        raw, fields = self._accept(body, headers)
        given = optional(fields, self._header)
        if not given:
            raise SignatureError(f"the task has no header {self._header}")
        if not self._knows(given.encode("latin-1"), lambda key: key):
            raise SignatureError(f"the header {self._header} holds another value")
        id = _delivery_id(fields, "Idempotency-Key")
        check_media_type(fields)
        task = read_payload(raw)
        if not isinstance(task, LaunchTask):
            raise MalformedDeliveryError("the body is not that of a task: it has no task_id")
        if task.task_id != id:
            raise MalformedDeliveryError("the Idempotency-Key is not the task_id of the body")
        return Delivery(
            id=id,
            date=None,
            payload=task,
            fingerprint=_fingerprint(b"", id.encode()),
            body=raw,
        )


def _key(secret: Any) -> SecretBytes:
    if not isinstance(secret, str | bytes):
        raise ConfigError(f"a secret is text or bytes, not {type(secret).__name__}")
    try:
        key = SecretBytes(secret, "utf-8") if isinstance(secret, str) else SecretBytes(secret)
    except UnicodeError:
        raise ConfigError("a secret holds what is no text") from None
    if not bytes(key).strip():
        raise ConfigError("a secret is empty; Scalr shows a webhook's secret_key only once")
    return key


def _name(header: Any) -> str:
    if not isinstance(header, str) or not re.fullmatch(r"[\w-]+", header, re.ASCII):
        raise ConfigError(f"header: {shown(header)} is not the name of a header field")
    return header


def _digits(algorithm: Any) -> int:
    if not isinstance(algorithm, str) or algorithm not in _ALGORITHMS:
        raise ConfigError(f"algorithms: {shown(algorithm)} is none of {', '.join(_ALGORITHMS)}")
    return _ALGORITHMS[algorithm]


def _delivery_id(headers: Headers, *names: str) -> str:
    id = next(filter(None, (optional(headers, name) for name in names)), None)
    if id is None:
        raise MalformedDeliveryError(f"the header {names[0]} is missing")
    if not _ID.fullmatch(id):
        raise MalformedDeliveryError(f"the header {names[0]} is not an id")
    return id


def _fingerprint(signed: bytes, body: bytes) -> str:
    return hashlib.sha256(hashlib.sha256(signed).digest() + body).hexdigest()


def check_media_type(headers: Headers) -> None:
    """Raise `MalformedDeliveryError` if headers declare a body that is not JSON, or compressed."""
    media, _, parameters = (optional(headers, "Content-Type") or "application/json").partition(";")
    if not _JSON.fullmatch(media.strip()):
        raise MalformedDeliveryError("the Content-Type is not JSON")
    if "charset" in parameters.lower() and "utf-8" not in parameters.lower():
        raise MalformedDeliveryError("the charset is not UTF-8")
    if (optional(headers, "Content-Encoding") or "identity").lower() != "identity":
        raise MalformedDeliveryError(
            "the body is compressed: only uncompressed ones can be verified"
        )


def _read_date(text: str) -> datetime:
    """Parse `2020-11-25T00:43:38+0000` or an HTTP date; it must have a zone."""
    moment = _iso(text)
    if moment is None:
        moment = _http(text)
    if moment is None or moment.utcoffset() is None:
        raise MalformedDeliveryError("the Date is not a date and time with a zone")
    return moment


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _http(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text[:64])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
