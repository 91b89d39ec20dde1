"""Deliveries as Scalr would sign them, spelled out here and not taken from what is tested."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.conftest import CANARY

SECRET = CANARY
NOW = datetime(2020, 11, 25, 0, 43, 38, tzinfo=UTC)
DATE = "2020-11-25T00:43:38+0000"

EVENT: dict[str, Any] = {
    "payload_version": 1,
    "event_name": "run:completed",
    "run": {
        "id": "run-tq8f1n2p3q4r5s6",
        "message": "Queued manually",
        "status": "applied",
        "source": "ui",
        "url": "https://acme.scalr.io/runs/run-tq8f1n2p3q4r5s6",
        "created_at": "2020-11-25T00:40:00Z",
        "updated_at": "2020-11-25T00:43:30Z",
        "created_by": {"id": "user-1", "email": "a@example.com"},
    },
    "webhook": {"id": "wh-1", "name": "bot"},
    "workspace": {"id": "ws-1", "name": "network", "tags": ["a"]},
    "environment": {"id": "env-1", "name": "production"},
    "variables": [{"key": "password", "value": "hunter2-canary", "sensitive": True}],
}
TASK: dict[str, Any] = {
    "task_id": "atask-1",
    "action": "plan",
    "run_id": "run-1",
    "workspace_id": "ws-1",
    "environment_id": "env-1",
    "created_at": "2020-11-25T00:43:38Z",
}
BODY = json.dumps(EVENT).encode()
TASK_BODY = json.dumps(TASK).encode()


def clock() -> float:
    return NOW.timestamp()


def moment(seconds: float) -> str:
    """The `Date` of so many seconds after now."""
    return (NOW + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S%z")


def sign(
    body: bytes, secret: str | bytes = SECRET, date: str = DATE, algorithm: str = "sha256"
) -> str:
    key = secret if isinstance(secret, bytes) else secret.encode()
    return hmac.new(key, body + date.encode(), getattr(hashlib, algorithm)).hexdigest()


def headers(
    body: bytes = BODY,
    secret: str | bytes = SECRET,
    date: str = DATE,
    algorithm: str = "sha256",
    id: str = "wd-1",
) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "Date": date,
        "X-Scalr-Delivery-Id": id,
        "X-Signature": sign(body, secret, date, algorithm),
    }
