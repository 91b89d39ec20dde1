"""The credentials of each attempt, to redact where a server echoes them."""

from __future__ import annotations

from collections.abc import Iterable

from scalr_async._text import collect_secrets
from scalr_async._values import Secret
from scalr_async.transport._call import Call

__all__ = ["SentSecrets"]


class SentSecrets:
    """The credentials that the calls of one client send; `headers` are sent with all of them."""

    def __init__(self, headers: Iterable[str]) -> None:
        self._headers = tuple(headers)
        self._token: Secret | None = None
        self._usual = collect_secrets(self._headers)

    def of(self, call: Call) -> tuple[Secret, ...]:
        """Return the credentials of the last attempt of a call."""
        token, url, own = call.token, call.request.url, call.request.headers
        if url is None and token is self._token and not own:
            return self._usual
        values = (*([] if token is None else [token]), *self._headers, *dict(own).values())
        sent = collect_secrets(values, url)
        if url is None and not own:
            self._token, self._usual = token, sent
        return sent
