"""The types of guards, as both checkers see them."""

from __future__ import annotations

from typing import assert_type

from scalr_async import OutgoingRequest, RecordedRequest, ScalrClient


def sign(request: OutgoingRequest) -> dict[str, str] | None:
    return {"X-Path": request.path}


async def hook(request: OutgoingRequest) -> None: ...


def check(scalr: ScalrClient) -> None:
    assert_type(scalr.with_options(read_only=True, before_send=sign), ScalrClient)
    assert_type(scalr.with_options(dry_run=True).recorded, tuple[RecordedRequest, ...])
    scalr.with_options(before_send=None)
    scalr.with_options(before_send=hook)  # type: ignore[arg-type]  # a plain function
    scalr.with_options(read_only="yes")  # type: ignore[arg-type]
