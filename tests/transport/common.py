from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import attrs
import pytest

from scalr_async._http import Request
from scalr_async.config import Config, Limits, RetryPolicy, Timeouts
from scalr_async.telemetry import Telemetry
from scalr_async.transport import Sender, Transport
from tests.conftest import CANARY

QUICK = RetryPolicy(base=0.001, throttled_base=0.001, cap=0.01)


def config_for(host: str, **changes: Any) -> Config:
    changes.setdefault("retry", QUICK)
    changes.setdefault("timeouts", Timeouts(total=60.0))
    changes.setdefault("token", CANARY)
    return Config(host=host, **changes)


@contextlib.asynccontextmanager
async def sending(
    host: str, *, session: Any = None, events: list[Any] | None = None, **changes: Any
) -> AsyncIterator[Sender]:
    """Open a transport for a host and give its sender."""
    config = config_for(host, **changes)
    transport = Transport(config, session)
    await transport.open()
    try:
        yield transport.sender(config, Telemetry(None if events is None else events.append))
    finally:
        await transport.close()


GET = Request(method="GET", path="/agent-pools")
POST = Request(method="POST", path="/agent-pools", body=b'{"data": {}}')
PATCH = Request(method="PATCH", path="/agent-pools/apool-1", body=b"{}")
PUT = Request(method="PUT", path="/agent-pools/apool-1", body=b"{}")
DELETE = Request(method="DELETE", path="/agent-pools/apool-1")


def marked(request: Request) -> Request:
    """Return the request declared safe to repeat."""
    return attrs.evolve(request, idempotent=True)


__all__ = ["DELETE", "GET", "PATCH", "POST", "PUT", "QUICK", "Limits", "marked", "sending"]


@pytest.fixture
def events() -> list[Any]:
    return []
