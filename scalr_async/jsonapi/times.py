"""Times as they are written to the server."""

from __future__ import annotations

from datetime import UTC, datetime

from scalr_async.errors import InvalidArgumentError

__all__ = ["write_datetime"]


def write_datetime(value: datetime) -> str:
    """Return a time as UTC in ISO 8601; refuse one without a zone, or that UTC has no year for."""
    if value.utcoffset() is None:
        raise InvalidArgumentError(f"{value.isoformat()}: a time needs a zone (tzinfo)")
    try:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except OverflowError:
        raise InvalidArgumentError(f"{value.isoformat()}: UTC has no such time") from None
