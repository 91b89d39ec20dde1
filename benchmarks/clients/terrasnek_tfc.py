"""terrasnek, a client for Terraform Cloud: plain dicts, one connection for each request."""

from __future__ import annotations

from typing import Any

from terrasnek.api import TFC

from benchmarks.clients.dicts import linked, read
from benchmarks.job import Everything, Job


def _all(job: Job) -> list[dict[str, Any]]:
    api = TFC("token", url=job.url, skip_version_check=True)
    api.set_org("main")
    found: list[dict[str, Any]] = api.workspaces.list_all()["data"]
    return found


def attributes(job: Job) -> int:
    total = 0
    for item in _all(job):
        total += read(item)
    return total


def everything(job: Job) -> Everything:
    return [(item["id"], item["attributes"], linked(item)) for item in _all(job)]
