"""The server's announcements of operations that will go: told once of each."""

from __future__ import annotations

from typing import Final

from scalr_async._http import Headers, Request
from scalr_async._text import printable, scrub
from scalr_async.telemetry import DeprecationEvent, Telemetry

__all__ = ["Deprecations"]

_MOST: Final = 1000
"""Operations that are remembered; there are fewer, but paths that nobody knows may be many."""


class Deprecations:
    """Looks for `Deprecation` (RFC 9745) and `Sunset` (RFC 8594) in answers."""

    def __init__(self) -> None:
        self._told: set[tuple[str, str]] = set()

    def look(self, request: Request, headers: Headers, telemetry: Telemetry) -> None:
        """Emit an event for the first answer that announces the end of its operation."""
        if "deprecation" not in headers and "sunset" not in headers:
            return
        operation = (request.method, request.operation or _template(request))
        if operation in self._told or len(self._told) == _MOST:
            return
        self._told.add(operation)
        telemetry.emit(
            DeprecationEvent(
                method=request.method,
                path=operation[1],
                deprecation=_shown(headers, "deprecation"),
                sunset=_shown(headers, "sunset"),
            )
        )


def _shown(headers: Headers, name: str) -> str | None:
    sent = headers.get(name)
    return None if sent is None else printable(scrub(sent, headers.secrets), 100)


def _template(request: Request) -> str:
    """Return the template of a path of the user's own, or the path itself if none is known."""
    from scalr_async._catalog import load  # noqa: PLC0415  # it is large, and hardly ever asked for

    segments = request.path.split("/")
    for route in load().routes:
        names = route.path.split("/")
        if route.method == request.method and len(names) == len(segments):
            pairs = zip(names, segments, strict=True)
            if all(name == segment or name.startswith("{") for name, segment in pairs):
                return route.path
    return request.path
