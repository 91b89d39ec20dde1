"""The OpenAPI document that a Scalr host serves: `scalr-cli` gets its commands from it."""

from __future__ import annotations

import functools
from importlib import resources
from typing import Final

import msgspec

__all__ = ["PATHS", "openapi"]

PATHS: Final = ("/openapi-public.yml", "/openapi-preview.yml")
"""The path below the API root; older releases ask for the second. JSON is YAML too."""


def openapi(url: str) -> bytes:
    """Return an OpenAPI 3.0 document of every operation, whose only server is `url`."""
    members = dict(_members())
    members["servers"] = msgspec.Raw(msgspec.json.encode([{"url": url}]))
    return msgspec.json.encode(members)


@functools.cache
def _members() -> dict[str, msgspec.Raw]:
    """Read the document that ships with the package."""
    text = resources.files("scalr_async.emulator").joinpath("_openapi.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, msgspec.Raw])
