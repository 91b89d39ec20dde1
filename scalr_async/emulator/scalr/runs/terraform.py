"""Stand-ins for Terraform's output: logs, plans and states of null resources."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

__all__ = [
    "Numbers",
    "apply_log",
    "outputs_of",
    "plan_json",
    "plan_log",
    "providers_of",
    "resources_of",
    "state",
    "without_colors",
]

Numbers = tuple[int, int, int]
"""The numbers of resources added, changed and destroyed."""

_PROVIDER: Final = 'provider["registry.terraform.io/hashicorp/null"]'
_TYPE: Final = "null_resource"
_VERBS: Final = (("create", "+", 32), ("update", "~", 33), ("delete", "-", 31))
_DONE: Final = ("Creation", "Modifications", "Destruction")
_DOING: Final = ("Creating", "Modifying", "Destroying")
_COLOUR: Final = re.compile("\x1b\\[[0-9;]*m")
_BOLD: Final = "\x1b[1m"
_RESET: Final = "\x1b[0m"


def plan_log(version: str, numbers: Numbers, *, error: bool) -> list[str]:
    """Return the lines of a plan's log, with colors."""
    lines = [
        f"{_BOLD}Terraform v{version}{_RESET}",
        "on linux_amd64",
        "Initializing provider plugins...",
        "- Using hashicorp/null v3.2.3",
        f"{_BOLD}{_color('Terraform has been successfully initialized!', 32)}",
        "Refreshing state...",
    ]
    if error:
        return [*lines, *_error("Unsupported argument", "main.tf line 7")]
    if not any(numbers):
        return [
            *lines,
            f"{_BOLD}No changes.{_RESET} Your infrastructure matches the configuration.",
        ]
    for (verb, sign, color), count in zip(_VERBS, numbers, strict=True):
        for number in range(1, count + 1):
            lines += [
                f"  # {_TYPE}.{verb}_{number} will be {verb}d",
                f'  {_color(sign, color)} resource "{_TYPE}" "{verb}_{number}" {{}}',
            ]
    added, changed, destroyed = numbers
    return [*lines, f"Plan: {added} to add, {changed} to change, {destroyed} to destroy."]


def apply_log(version: str, numbers: Numbers, *, error: bool) -> list[str]:
    """Return the lines of an apply's log, with colors."""
    lines = [f"{_BOLD}Terraform v{version}{_RESET}", "on linux_amd64"]
    for (verb, _, _), count, doing, done in zip(_VERBS, numbers, _DOING, _DONE, strict=True):
        for number in range(1, count + 1):
            name = f"{_TYPE}.{verb}_{number}"
            lines += [f"{name}: {doing}...", f"{name}: {done} complete after 0s"]
    if error:
        return [*lines, *_error("Provider produced an error", "the apply was stopped")]
    added, changed, destroyed = numbers
    total = f"Resources: {added} added, {changed} changed, {destroyed} destroyed."
    return [*lines, _color(f"Apply complete! {total}", 32)]


def without_colors(text: str) -> str:
    """Remove the escape sequences of terminals from a log."""
    return _COLOUR.sub("", text)


def _color(text: str, code: int) -> str:
    return f"\x1b[{code}m{text}{_RESET}"


def _error(summary: str, place: str) -> list[str]:
    return [_color(f"Error: {summary}", 31), f"  on {place}"]


def plan_json(version: str, numbers: Numbers, *, sanitized: bool) -> bytes:
    """Return a plan in the format of `terraform show -json`; a sanitized one has no values."""
    changes = [
        {
            "address": f"{_TYPE}.{verb}_{number}",
            "type": _TYPE,
            "name": f"{verb}_{number}",
            "provider_name": "registry.terraform.io/hashicorp/null",
            "change": {"actions": [verb], "after": None if sanitized else {"triggers": None}},
        }
        for (verb, _, _), count in zip(_VERBS, numbers, strict=True)
        for number in range(1, count + 1)
    ]
    plan = {"format_version": "1.2", "terraform_version": version, "resource_changes": changes}
    return msgspec.json.encode(plan if sanitized else {**plan, "variables": {}})


def state(version: str, serial: int, lineage: str, resources: int) -> bytes:
    """Return a state file (format 4) with this many resources."""
    outputs = {
        "count": {"value": resources, "type": "number"},
        "password": {"value": "correct horse", "type": "string", "sensitive": True},
    }
    return msgspec.json.encode(
        {
            "version": 4,
            "terraform_version": version,
            "serial": serial,
            "lineage": lineage,
            "outputs": outputs if resources else {},
            "resources": [_resource(number) for number in range(1, resources + 1)],
        }
    )


def _resource(number: int) -> dict[str, Any]:
    id = hashlib.sha256(str(number).encode()).hexdigest()[:16]
    return {
        "mode": "managed",
        "type": _TYPE,
        "name": f"create_{number}",
        "provider": _PROVIDER,
        "instances": [{"schema_version": 0, "attributes": {"id": id, "triggers": None}}],
    }


def outputs_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the outputs of a state in the API's form; sensitive ones have no value."""
    return [
        {
            "name": name,
            "sensitive": bool(output.get("sensitive")),
            "value": None if output.get("sensitive") else output.get("value"),
        }
        for name, output in _objects(document.get("outputs"))
    ]


def resources_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return every resource instance of a state: address, type, module and index."""
    found = []
    for resource in _members(document.get("resources")):
        module, type = resource.get("module"), str(resource.get("type"))
        address = ".".join(str(part) for part in (module, type, resource.get("name")) if part)
        for instance in _members(resource.get("instances")) or [{}]:
            index = instance.get("index_key")
            suffix = "" if index is None else f"[{msgspec.json.encode(index).decode()}]"
            found.append(
                {"address": address + suffix, "type": type, "module": module, "index": index}
            )
    return found


def providers_of(document: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Return the numbers of resources in a state, by provider and type."""
    counts: dict[str, dict[str, int]] = {}
    for resource in _members(document.get("resources")):
        types = counts.setdefault(str(resource.get("provider")), {})
        type = str(resource.get("type"))
        types[type] = types.get(type, 0) + max(1, len(_members(resource.get("instances"))))
    return counts


def _members(value: Any) -> Sequence[dict[str, Any]]:
    return (
        [member for member in value if isinstance(member, dict)] if isinstance(value, list) else []
    )


def _objects(value: Any) -> Iterable[tuple[str, dict[str, Any]]]:
    pairs = value.items() if isinstance(value, dict) else ()
    return [(name, member) for name, member in pairs if isinstance(member, dict)]
