"""pytfe, a client for Terraform Cloud and Enterprise: pydantic models."""

from __future__ import annotations

from pytfe import TFEClient, TFEConfig

from benchmarks.clients.dicts import linked
from benchmarks.job import Everything, Job


def _client(job: Job) -> TFEClient:
    return TFEClient(TFEConfig(address=job.url, token="token", http2=False))


def attributes(job: Job) -> int:
    total = 0
    with _client(job) as tfe:
        for workspace in tfe.workspaces.list("main"):
            total += (
                len(workspace.id)
                + len(workspace.name or "")
                + bool(workspace.locked)
                + bool(workspace.auto_apply)
                + len(workspace.working_directory or "")
                + len((workspace.model_extra or {})["var-files"])
            )
    return total


def everything(job: Job) -> Everything:
    with _client(job) as tfe:
        return [
            (
                workspace.id,
                workspace.model_dump(by_alias=True),
                linked({"relationships": workspace.relationships}),
            )
            for workspace in tfe.workspaces.list("main")
        ]
