"""What is taken for a delivery of Scalr's: signed, fresh, whole. Nothing else is."""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
import pickle
import traceback
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict, CIMultiDictProxy

from scalr_async import errors
from scalr_async._http import Headers
from scalr_async.errors import (
    ConfigError,
    DeliveryError,
    InvalidArgumentError,
    MalformedDeliveryError,
    ScalrError,
    SignatureError,
    StaleDeliveryError,
)
from scalr_async.webhooks import LaunchTask, RunEvent, TaskVerifier, WebhookVerifier, body_and_date
from tests.webhooks.sender import (
    BODY,
    DATE,
    NOW,
    SECRET,
    TASK,
    TASK_BODY,
    clock,
    headers,
    moment,
    sign,
)

SIGNED = ("X-Signature", "Date", "X-Scalr-Delivery-Id")


@pytest.fixture
def verifier() -> WebhookVerifier:
    return WebhookVerifier(SECRET, clock=clock)


def pairs(fields: dict[str, str]) -> list[tuple[str, str]]:
    return list(fields.items())


FORMS: dict[str, Callable[[dict[str, str]], Any]] = {
    "dict": dict,
    "pairs": pairs,
    "pairs once": lambda fields: iter(pairs(fields)),
    "lists of two": lambda fields: [list(pair) for pair in pairs(fields)],
    "aiohttp": CIMultiDict,
    "aiohttp, read-only": lambda fields: CIMultiDictProxy(CIMultiDict(fields)),
    "ours": lambda fields: Headers(pairs(fields)),
    "ASGI": lambda fields: [(k.lower().encode(), v.encode()) for k, v in pairs(fields)],
    "bytes": lambda fields: {k.encode(): v.encode() for k, v in pairs(fields)},
    "lists of values": lambda fields: {k: [v] for k, v in pairs(fields)},
    "lower case": lambda fields: {k.lower(): v for k, v in pairs(fields)},
    "upper case": lambda fields: {k.upper(): v for k, v in pairs(fields)},
    "blanks around": lambda fields: {k: f" {v}\t" for k, v in pairs(fields)},
}
every_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)


@every_form
def test_headers_come_as_any_framework_has_them(verifier: WebhookVerifier, form: Any) -> None:
    delivery = verifier.verify(BODY, form(headers()))

    assert (delivery.id, delivery.date, delivery.body) == ("wd-1", NOW, BODY)
    assert isinstance(delivery.payload, RunEvent)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_a_body_is_bytes_of_any_kind(verifier: WebhookVerifier, kind: Any) -> None:
    assert verifier.verify(kind(BODY), headers()).body == BODY


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_the_number_of_digits_tells_the_hash(algorithm: str) -> None:
    only_this = WebhookVerifier(SECRET, algorithms=[algorithm], clock=clock)

    assert only_this.verify(BODY, headers(algorithm=algorithm)).id == "wd-1"
    upper = headers(algorithm=algorithm)
    upper["X-Signature"] = upper["X-Signature"].upper()
    assert only_this.verify(BODY, upper).id == "wd-1"
    for other in {"sha1", "sha256", "sha384", "sha512"} - {algorithm}:
        with pytest.raises(SignatureError, match=f"none of {algorithm} "):
            only_this.verify(BODY, headers(algorithm=other))


def test_what_is_not_listed_is_not_accepted_by_default(verifier: WebhookVerifier) -> None:
    for algorithm in ("sha256", "sha1"):
        verifier.verify(BODY, headers(algorithm=algorithm))
    for algorithm in ("md5", "sha224", "sha384", "sha512"):
        with pytest.raises(SignatureError, match="digits, which is none of sha256"):
            verifier.verify(BODY, headers(algorithm=algorithm))


@pytest.mark.parametrize(
    "secret",
    [SECRET, SECRET.encode(), "a", "π", b"\xff\x00", "x" * 5000],
    ids=["text", "bytes", "short", "no ASCII", "no text", "long"],
)
def test_secrets_are_text_or_bytes(secret: Any) -> None:
    assert WebhookVerifier(secret, clock=clock).verify(BODY, headers(secret=secret)).id == "wd-1"


@pytest.mark.parametrize(
    "refused",
    [
        lambda: WebhookVerifier("hush \ud800"),
        lambda: WebhookVerifier("new", previous=["hush \ud800"]),
        lambda: WebhookVerifier(SECRET, clock=clock).verify(
            b'{"hush": "\xff"}', headers(b'{"hush": "\xff"}')
        ),
        lambda: WebhookVerifier(SECRET, clock=clock).verify(BODY, {"X-Signature": "hush \ud800"}),
    ],
    ids=["secret", "former secret", "body", "header"],
)
def test_security_no_error_holds_the_text_that_could_not_be_decoded(
    refused: Callable[[], object],
) -> None:
    with pytest.raises(ScalrError) as caught:
        refused()

    assert caught.value.__context__ is None
    assert "hush" not in repr(vars(caught.value)) + repr(caught.value)


@pytest.mark.parametrize("used", ["new", "old", "older"])
def test_old_and_new_secrets_are_accepted_while_one_is_rotated(used: str) -> None:
    rotating = WebhookVerifier("new", previous=["old", b"older"], clock=clock)

    assert rotating.verify(BODY, headers(secret=used)).id == "wd-1"
    with pytest.raises(SignatureError):
        WebhookVerifier("new2", previous=["new1"], clock=clock).verify(BODY, headers(secret=used))


@pytest.mark.parametrize("place", range(3))
def test_every_secret_is_compared_whichever_fits(
    monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    secrets = ["a", "b", "c"]
    compared = []
    plain = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda a, b: compared.append((a, b)) or plain(a, b))

    WebhookVerifier("a", previous=["b", "c"], clock=clock).verify(
        BODY, headers(secret=secrets[place])
    )

    assert len(compared) == 3
    assert {type(value) for pair in compared for value in pair} == {bytes}


BIT = st.integers(0, 7)


@given(st.data())
def test_a_delivery_that_was_altered_in_any_way_is_refused(data: st.DataObject) -> None:
    verifier = WebhookVerifier(SECRET, clock=clock)
    fields = headers()
    body = bytearray(BODY)
    part = data.draw(st.sampled_from(["body", "date", "signature", "cut", "longer", "moved"]))
    if part == "body":
        body[data.draw(st.integers(0, len(body) - 1))] ^= 1 << data.draw(BIT)
    elif part == "cut":
        del body[data.draw(st.integers(0, len(body) - 1)) :]
    elif part == "longer":
        body += data.draw(st.binary(min_size=1, max_size=9))
    elif part == "moved":  # between body and date, over which the HMAC goes as one
        body += fields["Date"][:1].encode()
        fields["Date"] = fields["Date"][1:]
    elif part == "date":
        fields["Date"] = moment(data.draw(st.integers(-300, 300).filter(bool)))
    else:
        digits = list(fields["X-Signature"])
        where = data.draw(st.integers(0, len(digits) - 1))
        digits[where] = data.draw(
            st.sampled_from(sorted(set("0123456789abcdef") - {digits[where]}))
        )
        fields["X-Signature"] = "".join(digits)

    with pytest.raises((SignatureError, MalformedDeliveryError)) as caught:
        verifier.verify(bytes(body), fields)
    assert isinstance(caught.value, SignatureError) or part == "moved"


@given(
    st.one_of(
        st.text(), st.text("0123456789abcdef"), st.binary(), st.from_regex(r"\A[0-9a-f]{64}\Z")
    )
)
def test_no_signature_that_somebody_makes_up_is_accepted(signature: str | bytes) -> None:
    fields = {**headers(), "X-Signature": signature}

    with pytest.raises(DeliveryError):
        WebhookVerifier(SECRET, clock=clock).verify(BODY, fields)


WRONG_SIGNATURES = {
    "missing": (None, SignatureError, "not signed"),
    "empty": ("", SignatureError, "not signed"),
    "no hex": ("z" * 64, SignatureError, "hexadecimal"),
    "blanks inside": (" ".join(["ab"] * 32), SignatureError, "hexadecimal"),
    "a prefix": ("sha256=" + sign(BODY), SignatureError, "hexadecimal"),
    "full-width digits": ("\uff11" * 64, SignatureError, "hexadecimal"),
    "a digit less": (sign(BODY)[:-1], SignatureError, "63 digits"),
    "two joined": (f"{sign(BODY)},{sign(BODY)}", SignatureError, "hexadecimal"),
    "another secret": (sign(BODY, "other"), SignatureError, "another secret"),
    "without the date": (sign(BODY, date=""), SignatureError, "another secret"),
    "no text": (None.__class__, MalformedDeliveryError, "no text"),
    "a half pair": ("\ud800", MalformedDeliveryError, "no text"),
}


@pytest.mark.parametrize(
    ("value", "kind", "words"), WRONG_SIGNATURES.values(), ids=WRONG_SIGNATURES
)
def test_a_wrong_signature_is_told(
    verifier: WebhookVerifier, value: Any, kind: type[ScalrError], words: str
) -> None:
    fields: dict[str, Any] = headers()
    fields["X-Signature"] = value
    if value is None:
        del fields["X-Signature"]

    with pytest.raises(kind, match=words):
        verifier.verify(BODY, fields)


@every_form
@pytest.mark.parametrize("name", SIGNED)
def test_a_header_that_is_missing_is_told(verifier: WebhookVerifier, name: str, form: Any) -> None:
    fields = headers()
    del fields[name]

    kind = SignatureError if name == "X-Signature" else MalformedDeliveryError
    with pytest.raises(kind, match=name):
        verifier.verify(BODY, form(fields))


@pytest.mark.parametrize("other", ["same", "another"])
@pytest.mark.parametrize("name", [*SIGNED, "Content-Type", "Content-Encoding"])
def test_a_header_that_is_there_twice_is_told(
    verifier: WebhookVerifier, name: str, other: str
) -> None:
    fields = headers() | {"Content-Encoding": "identity"}
    second = fields[name] if other == "same" else "x"
    twice = [
        [*pairs(fields), (name, second)],
        [(name.lower(), second), *pairs(fields)],
        CIMultiDict([*pairs(fields), (name, second)]),
        {**fields, name.lower(): second},
        {**fields, name: [fields[name], second]},
        [(k.encode(), v.encode()) for k, v in [*pairs(fields), (name, second)]],
    ]
    for form in twice:
        with pytest.raises(MalformedDeliveryError, match=f"{name} is there 2 times"):
            verifier.verify(BODY, form)


@pytest.mark.parametrize("encoded", ["\xe9", "é".encode(), b"\xff", "\udce9", "日"])
@pytest.mark.parametrize("name", SIGNED)
def test_a_header_in_another_encoding_is_refused(
    verifier: WebhookVerifier, name: str, encoded: str | bytes
) -> None:
    with pytest.raises(DeliveryError):
        verifier.verify(BODY, {**headers(), name: encoded})


@pytest.mark.parametrize(
    "wrong", [None, 5, "X-Signature: a", b"x", [1], [("a",)], ["ab"], object()]
)
def test_what_is_no_headers_is_refused_as_an_argument(
    verifier: WebhookVerifier, wrong: Any
) -> None:
    with pytest.raises(InvalidArgumentError, match="headers: give a mapping"):
        verifier.verify(BODY, wrong)


@pytest.mark.parametrize("wrong", ["{}", None, {}, 5, [1]])
def test_a_body_that_was_decoded_already_is_refused_as_an_argument(
    verifier: WebhookVerifier, wrong: Any
) -> None:
    with pytest.raises(InvalidArgumentError, match="bytes as they came"):
        verifier.verify(wrong, headers())


@pytest.mark.parametrize("id", ["a b", "x" * 201, "a\nb", "\x7f", "é"])
def test_an_id_that_is_none_is_refused(verifier: WebhookVerifier, id: str) -> None:
    with pytest.raises(MalformedDeliveryError, match="is not an id") as caught:
        verifier.verify(BODY, headers(id=id))
    assert id not in str(caught.value)


@pytest.mark.parametrize("seconds", [0, -1, 1, -300, 300])
def test_what_is_fresh_is_accepted(verifier: WebhookVerifier, seconds: int) -> None:
    assert verifier.verify(BODY, headers(date=moment(seconds))).date == NOW + timedelta(
        seconds=seconds
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-301, "301 seconds ago"),
        (301, "301 seconds ahead"),
        (-86400 * 365, "ago, and the tolerance is 300"),
        (86400 * 365 * 50, "ahead"),
    ],
)
def test_what_is_old_or_ahead_is_stale(verifier: WebhookVerifier, seconds: int, words: str) -> None:
    with pytest.raises(StaleDeliveryError, match=words):
        verifier.verify(BODY, headers(date=moment(seconds)))


@pytest.mark.parametrize("now", [NOW, NOW.timestamp(), int(NOW.timestamp())])
def test_the_clock_gives_seconds_or_a_moment(now: Any) -> None:
    exact = WebhookVerifier(SECRET, tolerance=0, clock=lambda: now)

    assert exact.verify(BODY, headers()).date == NOW
    with pytest.raises(StaleDeliveryError):
        exact.verify(BODY, headers(date=moment(1)))


@pytest.mark.parametrize(
    "date",
    [
        "2020-11-25T00:43:38+0000",
        "2020-11-25T00:43:38Z",
        "2020-11-25T02:43:38+02:00",
        "Wed, 25 Nov 2020 00:43:38 GMT",
        "Wed 25 Nov 2020 00:43:38 UTC",
    ],
)
def test_dates_are_read_as_scalr_and_as_http_write_them(
    verifier: WebhookVerifier, date: str
) -> None:
    assert verifier.verify(BODY, headers(date=date)).date == NOW


@pytest.mark.parametrize(
    "date",
    [
        "2020-11-25T00:43:38",
        "Wed, 25 Nov 2020 00:43:38 -0000",
        "yesterday",
        "1606265018",
        "2020-13-45T00:43:38+0000",
        "Fri, 31 Feb 2020 99:99:99 +9999",
        "0" * 10_000,
        "2020-11-25T00:43:38+9999",
    ],
)
def test_a_date_that_is_none_is_malformed_though_signed(
    verifier: WebhookVerifier, date: str
) -> None:
    with pytest.raises(MalformedDeliveryError, match="not a date and time with a zone"):
        verifier.verify(BODY, headers(date=date))


@given(st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), min_size=1))
def test_any_date_is_read_or_refused(date: str) -> None:
    date = date.strip(" \t") or "x"
    raw = date.encode("latin-1")
    digest = hmac.new(SECRET.encode(), BODY + raw, hashlib.sha256).hexdigest()
    fields = {b"date": raw, b"x-signature": digest.encode(), b"x-scalr-delivery-id": b"wd-1"}

    with pytest.raises((MalformedDeliveryError, StaleDeliveryError)):
        WebhookVerifier(SECRET, clock=lambda: 1e12).verify(BODY, fields)


def test_dates_at_the_ends_of_time_are_stale(verifier: WebhookVerifier) -> None:
    for date in ("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"):
        with pytest.raises(StaleDeliveryError):
            verifier.verify(BODY, headers(date=date))


def test_a_clock_that_tells_no_time_accepts_nothing() -> None:
    with pytest.raises(StaleDeliveryError):
        WebhookVerifier(SECRET, clock=lambda: float("nan")).verify(BODY, headers())


BODIES: dict[str, bytes] = {
    "empty": b"",
    "text": b"hello",
    "a form": quote(BODY).encode(),
    "cut": BODY[:-1],
    "twice": BODY + BODY,
    "a list": b"[]",
    "null": b"null",
    "a number": b"1",
    "a text": b'"run:completed"',
    "no UTF-8": b'{"event_name": "\xff"}',
    "UTF-16": BODY.decode().encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + BODY,
    "NaN": b'{"a": NaN}',
    "single quotes": b"{'a': 1}",
    "lists 101 deep": b'{"a": ' + b"[" * 100 + b"]" * 100 + b"}",
    "objects 101 deep": b'{"a": ' * 101 + b"1" + b"}" * 101,
    "100 000 deep": b"[" * 100_000 + b"]" * 100_000,
    "100 000 objects deep": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "opened 100 000 times": b"[" * 100_000,
    "closed 100 000 times": b"]" * 100_000,
    "brackets that do not match": b'{"a": [}]',
    "an unfinished text": b'{"a": "' + b"[" * 100_000,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_that_is_no_json_object_is_malformed_though_signed(
    verifier: WebhookVerifier, body: bytes
) -> None:
    with pytest.raises(MalformedDeliveryError, match="the body is"):
        verifier.verify(body, headers(body))


@pytest.mark.parametrize("number", [b"9" * 5000, b"-" + b"9" * 5000, b"1e999"])
def test_a_number_that_is_out_of_range_is_told(verifier: WebhookVerifier, number: bytes) -> None:
    body = b'{"a": [' + number + b"]}"
    with pytest.raises(MalformedDeliveryError, match="a number that is out of range"):
        verifier.verify(body, headers(body))


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_is_not_looked_at_before_it_is_known_who_sent_it(
    verifier: WebhookVerifier, body: bytes
) -> None:
    with pytest.raises(SignatureError):
        verifier.verify(body, headers(body, secret="other"))


def test_brackets_in_texts_are_no_levels(verifier: WebhookVerifier) -> None:
    text = '\\"[{' * 10_000 + "\\\\"
    body = json.dumps({"event_name": text, "b": ["]"]}).encode()

    assert verifier.verify(body, headers(body)).payload.event_name == text


def test_a_hundred_levels_are_read(verifier: WebhookVerifier) -> None:
    body = b'{"a": ' + b"[" * 99 + b"]" * 99 + b"}"

    verifier.verify(body, headers(body))


@pytest.mark.parametrize("size", [1024 * 1024 + 1, 10_000_000])
def test_a_body_that_is_too_big_is_refused_before_anything_else(
    verifier: WebhookVerifier, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = b"{" + b" " * (size - 2) + b"}"
    monkeypatch.delattr(hmac, "digest")

    for kind in (bytes, bytearray, memoryview):
        with pytest.raises(
            MalformedDeliveryError, match=f"has {size} bytes, more than the 1048576"
        ):
            verifier.verify(kind(body), {})


def test_the_bound_of_size_is_exact() -> None:
    small = WebhookVerifier(SECRET, clock=clock, max_body=len(BODY))

    small.verify(BODY, headers())
    with pytest.raises(MalformedDeliveryError):
        small.verify(BODY + b" ", headers(BODY + b" "))


MEDIA: list[tuple[str | None, bool]] = [
    (None, True),
    ("application/json", True),
    ("APPLICATION/JSON; charset=UTF-8", True),
    ("application/vnd.scalr+json;v=1", True),
    ("application/json; charset=latin-1", False),
    ("text/plain", False),
    ("application/x-www-form-urlencoded", False),
    ("application/jsonp", False),
    ("json", False),
]


@pytest.mark.parametrize(("media", "good"), MEDIA)
def test_only_json_is_read(verifier: WebhookVerifier, media: str | None, good: bool) -> None:
    fields = headers()
    del fields["Content-Type"]
    if media is not None:
        fields["Content-Type"] = media
    if good:
        verifier.verify(BODY, fields)
        return
    with pytest.raises(MalformedDeliveryError):
        verifier.verify(BODY, fields)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "identity, gzip"])
def test_a_compressed_body_is_refused(verifier: WebhookVerifier, encoding: str) -> None:
    with pytest.raises(MalformedDeliveryError, match="compressed"):
        verifier.verify(BODY, {**headers(), "Content-Encoding": encoding})


def test_what_is_signed_can_be_replaced() -> None:
    def id_first(body: bytes, fields: Headers) -> bytes:
        return fields["X-Scalr-Delivery-Id"].encode() + b"." + body

    digest = hmac.new(SECRET.encode(), b"wd-1." + BODY, hashlib.sha256).hexdigest()
    fields = {**headers(), "X-Signature": digest}

    WebhookVerifier(SECRET, signed=id_first, clock=clock).verify(BODY, fields)
    with pytest.raises(SignatureError):
        WebhookVerifier(SECRET, clock=clock).verify(BODY, fields)
    with pytest.raises(SignatureError):
        WebhookVerifier(SECRET, signed=id_first, clock=clock).verify(BODY, headers())


def test_what_scalr_signs_is_the_body_and_then_the_date() -> None:
    assert body_and_date(b"{}", Headers([("date", DATE)])) == b"{}" + DATE.encode()


def test_the_fingerprint_is_of_what_was_signed(verifier: WebhookVerifier) -> None:
    first, again, later = (
        verifier.verify(BODY, headers(id=id, date=date))
        for id, date in (("wd-1", DATE), ("wd-2", DATE), ("wd-1", moment(1)))
    )

    assert first.fingerprint == again.fingerprint != later.fingerprint


def test_a_body_under_its_id_is_known_again_whatever_its_date(verifier: WebhookVerifier) -> None:
    first, later, renamed, other = (
        verifier.verify(body, headers(body, id=id, date=date)).keys[1]
        for body, id, date in (
            (BODY, "wd-1", DATE),
            (BODY, "wd-1", moment(1)),
            (BODY, "wd-2", DATE),
            (BODY + b" ", "wd-1", DATE),
        )
    )

    assert first == later
    assert len({first, renamed, other}) == 3


def test_bodies_that_differ_have_different_fingerprints_whatever_is_signed() -> None:
    def date_alone(_: bytes, fields: Headers) -> bytes:
        return fields["Date"].encode()

    digest = hmac.new(SECRET.encode(), DATE.encode(), hashlib.sha256).hexdigest()
    verifier = WebhookVerifier(SECRET, signed=date_alone, clock=clock)
    fields = {**headers(), "X-Signature": digest}

    first, other = verifier.verify(BODY, fields), verifier.verify(BODY + b" ", fields)
    assert first.fingerprint != other.fingerprint


UNFIT: list[tuple[dict[str, Any], str]] = [
    *(({"secret": secret}, "a secret is") for secret in ("", b"", None, 5, " ", b"\n", "\ud800")),
    *(
        ({"previous": values}, "a secret is|a secret holds")
        for values in ([""], [None], ["\ud800"])
    ),
    ({"previous": "old"}, "previous: give a list, not str"),
    ({"previous": None}, "previous: give a list"),
    ({"algorithms": ()}, "name one"),
    ({"algorithms": "sha256"}, "give a list"),
    *(({"algorithms": [name]}, "is none of sha1") for name in ("md5", "SHA256", "", None, [])),
    *(({"tolerance": t}, "tolerance") for t in (-1, float("nan"), float("inf"), "5", None, True)),
    *(({"max_body": size}, "max_body") for size in (0, -1, 1.5, None, True)),
]


@pytest.mark.parametrize(("options", "words"), UNFIT, ids=lambda value: str(value)[:40])
def test_what_makes_no_verifier_is_told(options: dict[str, Any], words: str) -> None:
    secret = {"secret": SECRET, **options}.pop("secret")
    options = {name: value for name, value in options.items() if name != "secret"}
    words = words.replace("a secret is", "a secret (is|holds)")

    with pytest.raises(ConfigError, match=words) as caught:
        WebhookVerifier(secret, **options)
    assert_silent(caught.value)


def assert_silent(error: BaseException) -> None:
    """Nothing that can be got out of an error shows a secret, or a signature that would be right."""
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    ours = [frame for frame in told.stack if "scalr_async" in frame.filename]
    texts = [
        str(error),
        repr(error),
        repr(error.args),
        repr(vars(error)),
        repr(error.__context__),
        *(str(frame.locals) for frame in ours),
        *(str(pickle.dumps(error)),),
    ]
    for hidden in (SECRET, "hunter2-canary", sign(BODY), sign(BODY + b" ")):
        assert not [text for text in texts if hidden in text]


ATTEMPTS: dict[str, Callable[[dict[str, str]], tuple[bytes, Any]]] = {
    "altered": lambda fields: (BODY + b" ", fields),
    "unsigned": lambda fields: (BODY, {}),
    "forged": lambda fields: (BODY, {**fields, "X-Signature": "0" * 64}),
    "stale": lambda fields: (BODY, headers(date=moment(-999))),
    "no JSON": lambda fields: (BODY[:-1], headers(BODY[:-1])),
    "no date": lambda fields: (BODY, headers(date="no date")),
    "big": lambda fields: (BODY * 9999, fields),
    "twice": lambda fields: (BODY, [*fields.items(), *fields.items()]),
    "no headers": lambda fields: (BODY, None),
    "no bytes": lambda fields: ("", fields),
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_no_refusal_shows_a_secret_anywhere(verifier: WebhookVerifier, attempt: Any) -> None:
    body, fields = attempt(headers())
    with pytest.raises(ScalrError) as caught:
        verifier.verify(body, fields)
    assert_silent(caught.value)


@pytest.mark.parametrize("make", [WebhookVerifier, lambda secret: TaskVerifier("X-Key", secret)])
def test_a_verifier_shows_no_secret_and_is_not_pickled(make: Any) -> None:
    verifier = make(SECRET)

    assert SECRET not in repr(verifier) + str(vars(verifier))
    for copied in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="never pickled"):
            copied(verifier)
    assert "secrets=1" in repr(verifier)


def test_a_delivery_shows_nothing_of_its_body(verifier: WebhookVerifier) -> None:
    delivery = verifier.verify(BODY, headers())

    for text in (repr(delivery), str(delivery), str(pickle.dumps(delivery))):
        assert "hunter2-canary" not in text
    assert b"hunter2-canary" in delivery.body


def test_reasons_are_errors_of_one_kind() -> None:
    for kind in (SignatureError, StaleDeliveryError, MalformedDeliveryError):
        assert issubclass(kind, errors.DeliveryError)


class TestTasks:
    """Tasks of serverless pools carry no signature that anybody knows of, but a header of ours."""

    KEY = {"X-Key": SECRET, "Idempotency-Key": "atask-1"}

    @pytest.fixture
    def tasks(self) -> TaskVerifier:
        return TaskVerifier("X-Key", SECRET, previous=["old"])

    @every_form
    def test_a_task_is_known_by_the_header_of_its_pool(
        self, tasks: TaskVerifier, form: Any
    ) -> None:
        delivery = tasks.verify(TASK_BODY, form(self.KEY))

        assert (delivery.id, delivery.date) == ("atask-1", None)
        assert delivery.payload == LaunchTask(
            **{**TASK, "created_at": NOW}, raw=delivery.payload.raw
        )

    def test_the_previous_value_is_accepted_too(self, tasks: TaskVerifier) -> None:
        tasks.verify(TASK_BODY, {**self.KEY, "X-Key": "old"})

    @pytest.mark.parametrize(
        ("changes", "kind", "words"),
        [
            ({"X-Key": None}, SignatureError, "no header X-Key"),
            ({"X-Key": ""}, SignatureError, "no header X-Key"),
            ({"X-Key": "other"}, SignatureError, "another value"),
            ({"X-Key": SECRET + "x"}, SignatureError, "another value"),
            ({"X-Key": [SECRET, SECRET]}, MalformedDeliveryError, "2 times"),
            ({"Idempotency-Key": None}, MalformedDeliveryError, "Idempotency-Key is missing"),
            ({"Idempotency-Key": "atask-2"}, MalformedDeliveryError, "not the task_id"),
            (
                {"Idempotency-Key": None, "X-Scalr-Delivery-Id": "atask-1"},
                MalformedDeliveryError,
                "Idempotency-Key is missing",
            ),
            ({"Content-Type": "text/plain"}, MalformedDeliveryError, "not JSON"),
        ],
    )
    def test_anything_else_is_refused(
        self, tasks: TaskVerifier, changes: dict[str, Any], kind: type[ScalrError], words: str
    ) -> None:
        fields = {k: v for k, v in {**self.KEY, **changes}.items() if v is not None}

        with pytest.raises(kind, match=words) as caught:
            tasks.verify(TASK_BODY, fields)
        assert_silent(caught.value)

    @pytest.mark.parametrize("body", [BODY, b"{}", b'{"task_id": ""}', b'{"task_id": 5}', b"["])
    def test_another_body_is_malformed(self, tasks: TaskVerifier, body: bytes) -> None:
        with pytest.raises(MalformedDeliveryError):
            tasks.verify(body, self.KEY)

    @pytest.mark.parametrize("header", ["", "a b", "a:", "é", None, 5])
    def test_a_header_needs_a_name(self, header: Any) -> None:
        with pytest.raises(ConfigError, match="not the name of a header"):
            TaskVerifier(header, SECRET)

    @pytest.mark.parametrize("secret", ["", None, b" "])
    def test_a_header_needs_a_value(self, secret: Any) -> None:
        with pytest.raises(ConfigError, match="a secret is"):
            TaskVerifier("X-Key", secret)
