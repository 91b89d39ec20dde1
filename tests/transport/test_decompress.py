from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalr_async.errors import PayloadError, PayloadTooLargeError
from scalr_async.transport._decompress import BodyCollector


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKERS = {
    (): bytes,
    ("identity",): bytes,
    ("gzip",): gzip.compress,
    (" X-GZip ",): gzip.compress,
    ("deflate",): zlib.compress,
    ("Deflate",): raw_deflate,
}


def collect(encodings: tuple[str, ...], data: bytes, *, limit: int = 10**6, step: int = 7) -> bytes:
    body = BodyCollector(encodings, limit)
    for start in range(0, len(data), step):
        body.feed(data[start : start + step])
    return body.finish()


@pytest.mark.parametrize("encodings", PACKERS)
@given(data=st.binary(max_size=300), step=st.integers(1, 400))
def test_every_encoding_is_undone_however_it_is_cut(
    encodings: tuple[str, ...], data: bytes, step: int
) -> None:
    assert collect(encodings, PACKERS[encodings](data), step=step) == data


@pytest.mark.parametrize("bits", range(9, 16))
@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize("level", [0, 1, 9])
def test_deflate_is_undone_whatever_window_it_was_made_with(
    level: int, raw: bool, bits: int
) -> None:
    """RFC 1950, 2.2: a window may be as small as 512 bytes."""
    data = b"".join(b"%d " % number for number in range(5000))
    packer = zlib.compressobj(level, wbits=-bits if raw else bits)
    packed = packer.compress(data) + packer.flush()

    assert collect(("deflate",), packed) == data


@pytest.mark.parametrize(
    "encodings", [("br",), ("gzip, gzip",), ("gzip", "deflate"), ("zstd",), ("none\r\n",)]
)
def test_what_was_not_asked_for_is_an_error(encodings: tuple[str, ...]) -> None:
    with pytest.raises(PayloadError, match="unknown Content-Encoding") as caught:
        BodyCollector(encodings, 10)
    assert type(caught.value) is PayloadError
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("encodings", PACKERS)
def test_a_body_at_the_limit_passes_and_one_byte_more_does_not(encodings: tuple[str, ...]) -> None:
    assert len(collect(encodings, PACKERS[encodings](bytes(1000)), limit=1000)) == 1000

    with pytest.raises(PayloadError, match="larger than 1000 bytes") as caught:
        collect(encodings, PACKERS[encodings](bytes(1001)), limit=1000)
    assert type(caught.value) is PayloadTooLargeError


def test_a_bomb_is_never_unpacked_beyond_the_limit() -> None:
    body = BodyCollector(("gzip",), 1000)

    with pytest.raises(PayloadTooLargeError):
        body.feed(gzip.compress(bytes(10**8)))

    assert body.collected() == bytes(1000)


def test_ten_thousand_members_are_one_body() -> None:
    assert collect(("gzip",), gzip.compress(b"ab", mtime=0) * 10_000, step=4096) == b"ab" * 10_000


@pytest.mark.parametrize(
    ("encoding", "data", "text"),
    [
        ("gzip", gzip.compress(b"hello", mtime=0)[:-1], "cut off"),
        ("deflate", zlib.compress(b"hello")[:-1], "cut off"),
        ("gzip", b"hello", "broken"),
        ("deflate", b"hello", "broken"),
        ("gzip", gzip.compress(b"hello", mtime=0) + b"more", "broken"),
        ("deflate", zlib.compress(b"hello") + b"more", "after the end"),
        ("gzip", gzip.compress(b"hello", mtime=0)[:-5] + b"12345", "broken"),
    ],
)
def test_a_broken_body_is_an_error(encoding: str, data: bytes, text: str) -> None:
    with pytest.raises(PayloadError, match=text) as caught:
        collect((encoding,), data)
    assert type(caught.value) is PayloadError


def test_nothing_at_all_is_an_empty_body_whatever_its_encoding() -> None:
    assert BodyCollector(("gzip",), 10).finish() == b""
