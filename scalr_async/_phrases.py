"""The phrases of HTTP statuses, the same on every interpreter.

`http.HTTPStatus` renames some statuses between versions of Python, and error messages must not
depend on the version. The phrases are those that servers send today; where RFC 9110 renamed a
status, both phrases are recognized.
"""

from __future__ import annotations

from typing import Final

__all__ = ["with_phrase", "without_phrase"]

_PHRASES: Final[dict[int, tuple[str, ...]]] = {
    100: ("Continue",),
    101: ("Switching Protocols",),
    102: ("Processing",),
    103: ("Early Hints",),
    200: ("OK",),
    201: ("Created",),
    202: ("Accepted",),
    203: ("Non-Authoritative Information",),
    204: ("No Content",),
    205: ("Reset Content",),
    206: ("Partial Content",),
    207: ("Multi-Status",),
    208: ("Already Reported",),
    226: ("IM Used",),
    300: ("Multiple Choices",),
    301: ("Moved Permanently",),
    302: ("Found",),
    303: ("See Other",),
    304: ("Not Modified",),
    305: ("Use Proxy",),
    307: ("Temporary Redirect",),
    308: ("Permanent Redirect",),
    400: ("Bad Request",),
    401: ("Unauthorized",),
    402: ("Payment Required",),
    403: ("Forbidden",),
    404: ("Not Found",),
    405: ("Method Not Allowed",),
    406: ("Not Acceptable",),
    407: ("Proxy Authentication Required",),
    408: ("Request Timeout",),
    409: ("Conflict",),
    410: ("Gone",),
    411: ("Length Required",),
    412: ("Precondition Failed",),
    413: ("Content Too Large", "Payload Too Large", "Request Entity Too Large"),
    414: ("URI Too Long", "Request-URI Too Long"),
    415: ("Unsupported Media Type",),
    416: ("Range Not Satisfiable", "Requested Range Not Satisfiable"),
    417: ("Expectation Failed",),
    418: ("I'm a Teapot",),
    421: ("Misdirected Request",),
    422: ("Unprocessable Entity", "Unprocessable Content"),
    423: ("Locked",),
    424: ("Failed Dependency",),
    425: ("Too Early",),
    426: ("Upgrade Required",),
    428: ("Precondition Required",),
    429: ("Too Many Requests",),
    431: ("Request Header Fields Too Large",),
    451: ("Unavailable For Legal Reasons",),
    500: ("Internal Server Error",),
    501: ("Not Implemented",),
    502: ("Bad Gateway",),
    503: ("Service Unavailable",),
    504: ("Gateway Timeout",),
    505: ("HTTP Version Not Supported",),
    506: ("Variant Also Negotiates",),
    507: ("Insufficient Storage",),
    508: ("Loop Detected",),
    510: ("Not Extended",),
    511: ("Network Authentication Required",),
}
"""The phrases of each status, the displayed one first (IANA's registry of status codes)."""


def with_phrase(status: int) -> str:
    """Return the status with its phrase: `409 Conflict`."""
    return " ".join([str(status), *_PHRASES.get(status, ())[:1]])


def without_phrase(status: int, text: str) -> str:
    """Leave out the beginning of a text that only repeats the status."""
    for phrase in _PHRASES.get(status, ()):
        if text == phrase:
            return ""
        if text.startswith(f"{phrase}: "):
            return text.removeprefix(f"{phrase}: ")
    return text
