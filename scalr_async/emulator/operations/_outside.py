"""Operations that involve the outside world: browsers, repositories, Slack, monitoring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from scalr_async.emulator._bodies import Changes
from scalr_async.emulator._call import Action, Answer, Call, download, json, redirect, text
from scalr_async.emulator._errors import not_found
from scalr_async.emulator._service import Service
from scalr_async.emulator._store import Record
from scalr_async.emulator.operations._accounts import figures
from scalr_async.emulator.operations._targets import listing, target

__all__ = ["ACTIONS"]

_OPENMETRICS: Final = "application/openmetrics-text; version=1.0.0; charset=utf-8"
_CHANNELS: Final = (
    {"id": "C123", "name": "general", "is-private": False},
    {"id": "C456", "name": "deployments", "is-private": False},
    {"id": "C789", "name": "incidents", "is-private": True},
)


def _ping(service: Service, call: Call) -> Answer:  # noqa: ARG001 - as all are
    return Answer(status=200)


def _signin(service: Service, call: Call) -> Answer:
    query = urlencode([("provider", call.target), *call.pairs])
    return redirect(f"{service.blobs.root}/login?{query}")


def _logout(service: Service, call: Call) -> Answer:  # noqa: ARG001 - as all are
    return redirect(f"{service.blobs.root}/login")


def _metrics(service: Service, call: Call) -> Answer:
    """Tell the figures of the token's account in the format that Prometheus reads."""
    account = service.store.get("accounts", call.actor.account)
    numbers = {} if account is None else figures(service, account)
    lines: list[str] = []
    for name, value in sorted(numbers.items()):
        metric = f"scalr_{name.replace('-', '_')}"
        lines += [f"# TYPE {metric} gauge", f'{metric}{{account="{call.actor.account}"}} {value}']
    return download(("\n".join([*lines, "# EOF"]) + "\n").encode(), _OPENMETRICS)


def _connection(service: Service, call: Call) -> Record:
    account = target(service, call, "accounts")
    for connection in service.store.sources("slack-connections", "account", account.id):
        return connection
    raise not_found("SlackConnection", account.id)


def _disconnect(service: Service, call: Call) -> Answer:
    service.delete(_connection(service, call))
    return Answer(status=204)


def _channels(service: Service, call: Call) -> Answer:
    _connection(service, call)
    wanted = call.query("query").casefold()
    return listing(service, call, [c for c in _CHANNELS if wanted in str(c["name"])])


def _channel(service: Service, call: Call) -> Answer:
    _connection(service, call)
    id = call.parameters["channel_id"]
    for channel in _CHANNELS:
        if channel["id"] == id:
            return json(channel)
    raise not_found("SlackChannel", id)


def _resync(type: str) -> Action:
    """Fetch something from its repository again: it is there at once."""

    def act(service: Service, call: Call) -> Answer:
        record = target(service, call, type)
        call.object(service.catalog.objects)
        done = {"modules": "setup_complete", "module-versions": "ok"}.get(type, "active")
        known = service.types[type].attributes
        healed: dict[str, Any] = {
            name: None for name in ("err-message", "error-message") if name in known
        }
        service.store.change(record, {"status": done, **healed}, {})
        return Answer(status=204)

    return act


def _changelog(service: Service, call: Call) -> Answer:
    module = target(service, call, "modules")
    versions = service.store.sources("module-versions", "module", module.id)
    entries = [f"## {v.attributes['version']}\n\n- Released.\n" for v in reversed(versions)]
    return text("\n".join(["# Changelog\n", *entries]))


def _vcs_task(service: Service, call: Call) -> Answer:
    """Take a commit to wherever its repository and branch are used, and run it there."""
    commit = call.object(service.catalog.objects)
    for workspace in service.store.all("workspaces"):
        repository = workspace.attributes.get("vcs-repo") or {}
        here = repository.get("identifier") == commit["repository-id"]
        if here and (repository.get("branch") or commit["branch"]) == commit["branch"]:
            revision = Changes(
                attributes={
                    "branch": commit["branch"],
                    "commit-sha": commit["commit-sha"],
                    "repository-id": commit["repository-id"],
                },
                relationships={},
            )
            made = service.create("vcs-revisions", revision, call.actor)
            source = Changes(
                attributes={"source": "vcs"},
                relationships={"workspace": workspace.id, "vcs-revision": made.id},
            )
            version = service.create("configuration-versions", source, call.actor)
            service.queue_run(workspace, "vcs", configuration_version=version.id)
    return Answer(status=202)


ACTIONS: Final[Mapping[str, Action]] = {
    "create_vcs_task": _vcs_task,
    "delete_slack_connection": _disconnect,
    "get_module_changelog": _changelog,
    "get_open_metrics": _metrics,
    "get_slack_channel": _channel,
    "list_slack_channels": _channels,
    "logout": _logout,
    "oauth_signin": _signin,
    "oauth_signup": _signin,
    "ping": _ping,
    "resync_checkov_integration": _resync("checkov-integrations"),
    "resync_hook": _resync("hooks"),
    "resync_module": _resync("modules"),
    "resync_module_version": _resync("module-versions"),
    "resync_policy_group": _resync("policy-groups"),
}
