"""Rows of usage reports, computed from the objects for each request."""

from __future__ import annotations

import functools
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from scalr_async.emulator.engine.filters import (
    Condition,
    FilterField,
    account_of,
    parse_condition,
)
from scalr_async.emulator.engine.http import Call
from scalr_async.emulator.engine.parameters import is_true
from scalr_async.emulator.engine.service import Rule, Service, parse_moment
from scalr_async.emulator.engine.store import OWNER, Ids, Record, Store
from scalr_async.emulator.scalr.access import TOKEN, is_expired

__all__ = ["RULES", "USAGE"]

USAGE: Final = "usage"
"""The hidden relationship of a row to the row of which it is a part."""

_DATES: Final = "dates"
"""The hidden relationship of a row to the days for which it counts."""

_SCOPES: Final = ("account", "environment", "workspace")

Rows = Callable[[Store, Call | None], Iterable[Record]]
Values = Callable[[Service, Record], Iterable[Any]]


def _row(
    type: str, key: str, attributes: dict[str, Any], relationships: dict[str, Ids] | None = None
) -> Record:
    return Record(
        type=type, id=_id(type, key), attributes=attributes, relationships=relationships or {}
    )


def _id(type: str, key: str) -> str:
    """Return an id that depends only on type and key."""
    prefix = "".join(word[0] for word in type.split("-"))
    return f"{prefix}-{hashlib.sha256(key.encode()).hexdigest()[:15]}"


def _place(workspace: Record) -> dict[str, Ids]:
    return {
        "workspace": workspace.id,
        "environment": workspace.relationships.get("environment"),
    }


def _tokens(store: Store, _call: Call | None) -> Iterator[Record]:
    for token in store.all("access-tokens"):
        for owner in store.related(token, OWNER):
            if owner.type != "agent-pools":
                names = ("created-at", "description", "expires-at", "last-used-at", "name")
                yield _row(
                    "access-token-usages",
                    token.id,
                    {
                        **{name: token.attributes.get(name) for name in names},
                        "last-characters": str(token.attributes[TOKEN])[-4:],
                        "owner-email": owner.attributes.get("email"),
                        "owner-status": owner.attributes.get("status", "Active"),
                        "owner-type": "user" if owner.type == "users" else "service-account",
                    },
                )


def _versions(store: Store, _call: Call | None) -> Iterator[Record]:
    for workspace in store.all("workspaces"):
        version = workspace.attributes.get("terraform-version", "1.5.7")
        attributes = {
            "created-at": workspace.attributes["created-at"],
            "iac-platform": workspace.attributes.get("iac-platform", "terraform"),
            "is-auto": version == "auto",
            "version": version,
        }
        places = {**_place(workspace), "account": account_of(store, workspace)}
        yield _row("tf-version-usages", workspace.id, attributes, places)


def _latest_states(store: Store) -> Iterator[tuple[Record, Record]]:
    """Return each workspace that has a state, with its latest state."""
    states = store.all("state-versions")
    latest = {w: state for state in states for w in store.related(state, "workspace")}
    yield from latest.items()


def _source(provider: str) -> str:
    """Return the `hashicorp/null` of `provider["registry.terraform.io/hashicorp/null"]`."""
    return "/".join(provider.removeprefix("provider").strip('["]').split("/")[-2:])


def _provider_versions(store: Store, _call: Call | None) -> Iterator[Record]:
    for workspace, state in _latest_states(store):
        for provider in state.attributes.get("providers") or ():
            source = _source(provider)
            attributes = {"created-at": state.attributes["created-at"], "version": None}
            yield _row(
                "tf-provider-version-usages",
                f"{workspace.id} {source}",
                attributes,
                {**_place(workspace), USAGE: _id("tf-provider-usages", source)},
            )


def _providers(store: Store, _call: Call | None) -> Iterator[Record]:
    users: dict[str, set[str]] = defaultdict(set)
    for workspace, state in _latest_states(store):
        for provider in state.attributes.get("providers") or ():
            users[_source(provider)].add(workspace.id)
    for source, workspaces in users.items():
        counts = {"versions-used-count": 1, "workspaces-count": len(workspaces)}
        name = source.rpartition("/")[2]
        yield _row("tf-provider-usages", source, {"provider": name, "source": source, **counts})


def _instances(store: Store, _call: Call | None) -> Iterator[Record]:
    for workspace, state in _latest_states(store):
        for resource in state.attributes.get("resources") or ():
            address = resource["address"]
            attributes = {
                "address": address,
                "external-id": hashlib.sha256(f"{workspace.id} {address}".encode()).hexdigest()[:8],
                "is-active": True,
                "is-duplicate": False,
                "name": address,
                "updated-at": state.attributes["created-at"],
                "updated-by-email": "",
                "workspace-name": workspace.attributes["name"],
            }
            links: dict[str, Ids] = {
                **_place(workspace),
                "resource": _id("tf-resource-usages", resource["type"]),
                "run": state.relationships.get("run"),
                "state-version": state.id,
            }
            yield _row("tf-resource-instance-usages", attributes["external-id"], attributes, links)


def _resources(store: Store, _call: Call | None) -> Iterator[Record]:
    found: dict[str, list[str]] = defaultdict(list)
    for workspace, state in _latest_states(store):
        for resource in state.attributes.get("resources") or ():
            found[resource["type"]].append(workspace.id)
    for type, workspaces in found.items():
        attributes = {
            "active-instances-count": len(workspaces),
            "deleted-instances-count": 0,
            "name": type,
            "provider-type": type.partition("_")[0],
            "workspaces-count": len(set(workspaces)),
        }
        yield _row("tf-resource-usages", type, attributes)


def _modules_in_use(store: Store) -> Iterator[tuple[Record, Record, Record]]:
    for workspace in store.all("workspaces"):
        for version in store.related(workspace, "module-version"):
            for module in store.related(version, "module"):
                yield workspace, version, module


def _module_versions(store: Store, _call: Call | None) -> Iterator[Record]:
    for workspace, version, module in _modules_in_use(store):
        yield _row(
            "tf-module-version-usages",
            workspace.id,
            {
                "created-at": workspace.attributes["created-at"],
                "version": version.attributes["version"],
            },
            {**_place(workspace), USAGE: _id("tf-module-usages", module.id)},
        )


def _modules(store: Store, _call: Call | None) -> Iterator[Record]:
    used: dict[str, list[tuple[Record, Record]]] = defaultdict(list)
    for workspace, version, module in _modules_in_use(store):
        used[module.id].append((workspace, version))
    for id, pairs in used.items():
        module = store.related(pairs[0][1], "module")[0]
        attributes = {
            "module": module.attributes["name"],
            "source": module.attributes.get("source"),
            "versions-used-count": len({version.id for _, version in pairs}),
            "workspaces-count": len(pairs),
        }
        places: dict[str, Ids] = {
            "workspaces": tuple(workspace.id for workspace, _ in pairs),
            "environments": tuple(w.related("environment")[0] for w, _ in pairs),
        }
        yield _row("tf-module-usages", id, attributes, places)


def _runs(store: Store, call: Call | None) -> Iterator[tuple[Record, dict[str, Record]]]:
    """Return the runs of the requested days, each with the objects to which it belongs."""
    asked = call.query("filter[date]") if call is not None else ""
    days: Condition | None = parse_condition("filter[date]", asked) if asked else None
    for run in store.all("runs"):
        if days is None or days.holds([_day(run)]):
            for workspace in store.related(run, "workspace"):
                home = store.related(workspace, "environment")[0]
                account = store.related(home, "account")[0]
                places = {"account": account, "environment": home, "workspace": workspace}
                yield run, places


def _day(run: Record) -> str:
    return str(run.attributes["created-at"])[:10]


def _seconds(run: Record) -> int:
    stamps = run.attributes.get("status-timestamps", {}).values()
    times = sorted(parse_moment(stamp) for stamp in stamps if stamp is not None)
    return int((times[-1] - times[0]).total_seconds()) if times else 0


def _billing(store: Store, call: Call | None) -> Iterator[Record]:
    asked = (call.query("breakdown-by") if call is not None else "") or "workspace"
    depth = max((_SCOPES.index(s) for s in asked.split(",") if s in _SCOPES), default=2) + 1
    counted: dict[tuple[Record, ...], list[Record]] = defaultdict(list)
    for run, places in _runs(store, call):
        counted[tuple(places[scope] for scope in _SCOPES[:depth])].append(run)
    for found, runs in counted.items():
        attributes: dict[str, Any] = {
            f"{scope}-{member}": value
            for scope, place in zip(_SCOPES, found, strict=False)
            for member, value in (("id", place.id), ("name", place.attributes["name"]))
        }
        dry = sum(bool(run.attributes.get("is-dry")) for run in runs)
        attributes |= {"total-runs": len(runs), "plan-only-runs": dry}
        attributes["plan-apply-runs"] = len(runs) - dry
        days = tuple(dict.fromkeys(map(_day, runs)))
        yield _row("billing-usages", found[-1].id, attributes, {_DATES: days})


def _statistics(store: Store, call: Call | None) -> Iterator[Record]:
    scope = (call.query("breakdown_by") if call is not None else "") or "account"
    total = call is not None and is_true(call.query("total"))
    counted: dict[tuple[str | None, Record], list[Record]] = defaultdict(list)
    for run, places in _runs(store, call):
        counted[None if total else _day(run), places.get(scope) or places["account"]].append(run)
    for (day, place), runs in counted.items():
        attributes = {
            "date": day,
            "breakdown-id": place.id,
            "breakdown-name": place.attributes["name"],
            "runs-count": len(runs),
            "runs-seconds": sum(map(_seconds, runs)),
        }
        days = tuple(dict.fromkeys(map(_day, runs)))
        links: dict[str, Ids] = {"account": account_of(store, place), _DATES: days}
        yield _row("usage-statistics", f"{day} {place.id}", attributes, links)


_REPORTS: Final[Mapping[str, Rows]] = {
    "access-token-usages": _tokens,
    "billing-usages": _billing,
    "tf-module-usages": _modules,
    "tf-module-version-usages": _module_versions,
    "tf-provider-usages": _providers,
    "tf-provider-version-usages": _provider_versions,
    "tf-resource-instance-usages": _instances,
    "tf-resource-usages": _resources,
    "tf-version-usages": _versions,
    "usage-statistics": _statistics,
}


def _linked(relationship: str) -> Values:
    return lambda _, row: row.related(relationship)


def _dates(_: Service, row: Record) -> Iterable[Any]:
    return row.related(_DATES) or [row.attributes.get("date")]


_FILTERS: Final[Mapping[str, Mapping[str, Values]]] = {
    "access-token-usages": {
        "is-expired": lambda service, row: [is_expired(service, row)],
        "user.status": lambda _, row: [row.attributes.get("owner-status")],
    },
    "billing-usages": {"date": _dates},
    "tf-module-usages": {
        "environment": _linked("environments"),
        "workspace": _linked("workspaces"),
    },
    "tf-module-version-usages": {"tf-module-usage": _linked(USAGE)},
    "tf-provider-version-usages": {"tf-provider-usage": _linked(USAGE)},
    "tf-resource-instance-usages": {"tf-resource-usage": _linked("resource")},
    "usage-statistics": {"date": _dates},
}
"""The values of rows that filters compare, by the filter's name.

Rows of a loaded file have no hidden relationships: no date fits them, except one that they name.
"""


def _rule(rows: Rows, filters: Mapping[str, Values]) -> type[Rule]:
    class Report(Rule):
        volatile = True

        def __init__(self, service: Service) -> None:
            super().__init__(service)
            self.filters = {
                name: FilterField(values=functools.partial(values, service))
                for name, values in filters.items()
            }

        def rows(self, call: Call | None) -> Iterable[Record]:
            return rows(self.service.store, call)

    return Report


RULES: Final[Mapping[str, type[Rule]]] = {
    name: _rule(rows, _FILTERS.get(name, {})) for name, rows in _REPORTS.items()
}
