"""Scalr's error answers: the statuses, titles and sentences that its clients rely on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = [
    "ApiError",
    "bad_parameter",
    "bad_request",
    "conflict",
    "forbidden",
    "invalid_attribute",
    "invalid_document",
    "invalid_relationship",
    "method_not_allowed",
    "missing",
    "not_found",
    "too_large",
    "unauthorized",
    "unavailable_member",
    "unknown_member",
    "unknown_related",
    "unsupported",
]


class ApiError(Exception):
    """An error answer: the HTTP status, the JSON:API `errors`, and header fields."""

    def __init__(
        self,
        status: int,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__("; ".join([str(status), *map(_told, errors)]))
        self.status = status
        self.errors = list(errors)
        self.headers = headers or {}


def _told(error: Mapping[str, Any]) -> str:
    """Return an error in one line: its place in the request, and the reason."""
    place = "".join(f"{value}: " for value in error.get("source", {}).values())
    return place + str(error.get("detail", error.get("title")))


def _error(
    status: int,
    title: str,
    detail: str | None = None,
    *,
    pointer: str | None = None,
    parameter: str | None = None,
) -> ApiError:
    error: dict[str, Any] = {"status": str(status), "title": title}
    if detail is not None:
        error["detail"] = detail
    if pointer is not None:
        error["source"] = {"pointer": pointer}
    if parameter is not None:
        error["source"] = {"parameter": parameter}
    return ApiError(status, [error])


def _missing(kind: str, identifier: str) -> str:
    return f"{kind} with ID '{identifier}' not found or user unauthorized."


def not_found(kind: str, identifier: str) -> ApiError:
    """An unknown id in the path; the title is the whole message.

    `kind` is the server's own name for the type, mostly the schema's name.
    """
    return _error(404, _missing(kind, identifier))


def unknown_related(kind: str, name: str, identifier: str) -> ApiError:
    """An unknown id in a to-one relationship of a write."""
    pointer = f"/data/relationships/{name}"
    return _error(404, "Invalid Relationship", _missing(kind, identifier), pointer=pointer)


def unknown_member(name: str, identifier: str) -> ApiError:
    """An unknown id in a to-many relationship of a write."""
    detail = f"Relationship '{name}' with ID '{identifier}' not found or user unauthorized."
    return _error(404, "Invalid Relationship", detail, pointer=f"/data/relationships/{name}")


def unavailable_member(schema: str, identifier: str) -> ApiError:
    """An unknown id sent to a relationship endpoint: no pointer, and the schema's own name."""
    detail = f"{schema} with ID '{identifier}' not found or user unauthorized."
    return _error(404, "Validation Error", detail)


def invalid_attribute(path: str, detail: str) -> ApiError:
    """An invalid value of the attribute at `path` (`name`, `allowed-ips/0`)."""
    return _error(422, "Invalid Attribute", detail, pointer=f"/data/attributes/{path}")


def invalid_relationship(name: str, detail: str) -> ApiError:
    """An invalid linkage of a relationship."""
    return _error(422, "Invalid Relationship", detail, pointer=f"/data/relationships/{name}")


def invalid_document(pointer: str, detail: str, *, status: int = 422) -> ApiError:
    """A request document that is not the expected JSON:API document."""
    title = "Conflict" if status == 409 else "Invalid Document"
    return _error(status, title, detail, pointer=pointer)


def missing(detail: str) -> ApiError:
    """A path that is not part of the API, or at which there is nothing."""
    return _error(404, "Not Found", detail)


def method_not_allowed(methods: Iterable[str]) -> ApiError:
    """A method that the path does not support (RFC 9110, 15.5.6)."""
    allowed = ", ".join(sorted(methods))
    refused = _error(405, "Method Not Allowed", f"Use {allowed}.")
    return ApiError(405, refused.errors, {"Allow": allowed})


def unauthorized(detail: str) -> ApiError:
    """A login that failed."""
    return _error(401, "Unauthorized", detail)


def forbidden(detail: str) -> ApiError:
    """A request that nobody may make."""
    return _error(403, "Forbidden", detail)


def bad_request(detail: str) -> ApiError:
    """A request that could not be read."""
    return _error(400, "Bad Request", detail)


def bad_parameter(parameter: str, detail: str) -> ApiError:
    """A query parameter that the endpoint does not support (JSON:API 1.0, Query Parameters)."""
    return _error(400, "Invalid Query Parameter", detail, parameter=parameter)


def too_large(most: int) -> ApiError:
    """A request whose body has more bytes than are accepted."""
    return _error(413, "Payload Too Large", f"The request body may have {most} bytes.")


def unsupported(detail: str) -> ApiError:
    """A request whose body has an unsupported media type or coding."""
    return _error(415, "Unsupported Media Type", detail)


def conflict(detail: str, title: str = "Conflict") -> ApiError:
    """A request that the object's present state does not allow."""
    return _error(409, title, detail)
