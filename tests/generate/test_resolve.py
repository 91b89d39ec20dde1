"""What cannot be rendered is an error that names it; what can is rendered by rule."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from tools.generate.__main__ import DOCUMENT, OVERLAY, render
from tools.generate.calls import resolve
from tools.generate.module import Module, RenderError
from tools.generate.overlay import apply
from tools.generate.text import an, pascal, plural, singular, snake, words

DATA = apply(json.loads(DOCUMENT.read_bytes()), tomllib.loads(OVERLAY.read_text()))
JSONAPI = "application/vnd.api+json"


def changed(change: Callable[[dict[str, Any]], None]) -> list[Module]:
    document = copy.deepcopy(DATA)
    change(document)
    return resolve(document)


def attributes(document: dict[str, Any], schema: str) -> dict[str, Any]:
    found = document["components"]["schemas"][schema]["properties"]["attributes"]["properties"]
    assert isinstance(found, dict)
    return found


def test_an_attribute_that_every_resource_has_already_is_an_error() -> None:
    with pytest.raises(RenderError, match=r"Tag: every resource has \['raw'\]"):
        changed(lambda document: attributes(document, "Tag").update(raw={"type": "string"}))


def test_a_choice_between_objects_is_an_error() -> None:
    choice = {"anyOf": [{"type": "object", "properties": {"a": {}}}, {"type": "string"}]}

    with pytest.raises(RenderError, match="TagShape"):
        changed(lambda document: attributes(document, "Tag").update(shape=choice))


def test_a_type_that_is_none_of_json_is_an_error() -> None:
    with pytest.raises(RenderError, match="TagWeight: no rendering for the type decimal"):
        changed(lambda document: attributes(document, "Tag").update(weight={"type": "decimal"}))


def test_two_functions_of_one_name_are_an_error() -> None:
    def change(document: dict[str, Any]) -> None:
        document["paths"]["/tags/{tag}"]["patch"]["x-name"] = "get"

    with pytest.raises(RenderError, match="get: two things under one name"):
        changed(change)


def test_an_operation_without_a_place_is_an_error() -> None:
    def change(document: dict[str, Any]) -> None:
        del document["paths"]["/ping"]["get"]["x-handwritten"]

    with pytest.raises(RenderError, match="ping: no collection"):
        changed(change)


def test_an_operation_that_no_helper_does_is_an_error() -> None:
    def change(document: dict[str, Any]) -> None:
        item = document["paths"]["/workspaces/{workspace}/actions/lock"]
        item["put"] = item.pop("post")

    with pytest.raises(RenderError, match="lock_workspace: no helper"):
        changed(change)


def test_a_value_with_the_name_of_a_parameter_is_an_error() -> None:
    with pytest.raises(RenderError, match=r"create_agent_pool: {'include'}"):
        changed(lambda document: attributes(document, "AgentPool").update(include={}))


def test_two_sets_of_values_under_one_name_are_an_error() -> None:
    other = {"type": "string", "enum": ["here"]}

    with pytest.raises(RenderError, match="UserStatus"):
        changed(lambda document: attributes(document, "CreateUser").update(status=other))


def test_two_sets_of_fieldsets_under_one_name_are_an_error() -> None:
    def change(document: dict[str, Any]) -> None:
        parameters = document["paths"]["/hooks/{hook}"]["get"]["parameters"]
        fields = next(p for p in parameters if p["name"] == "fields")
        del fields["schema"]["properties"]["users"]

    with pytest.raises(RenderError, match="HookFieldsets: two things"):
        changed(change)


def test_one_class_name_in_two_modules_is_an_error() -> None:
    def change(document: dict[str, Any]) -> None:
        attributes(document, "PolicyCheck")["result"].pop("x-class")

    with pytest.raises(RenderError, match=r"one name for two things: \['PolicyCheckResult'\]"):
        render(changed(change))


def test_a_name_that_is_not_the_kebab_case_of_any_python_name_is_kept_on_the_wire() -> None:
    modules = changed(
        lambda document: attributes(document, "Tag").update(odd_Name={"type": "string"})
    )

    assert 'odd_name: str = wire("odd_Name")' in render(modules)["tags.py"]


@pytest.mark.parametrize(
    ("module", "call", "expected"),
    [
        ("agent_pools", "list_access_tokens", "AccessToken"),
        ("workspaces", "current_state_version", "StateVersion"),
        ("workspaces", "list_variable_sets", "Ref[VariableSet]"),
        ("workspaces", "remove_tags", "None"),
        ("runs", "confirm", "None"),
        ("accounts", "metrics", "AccountMetrics"),
        ("service_accounts", "update_assume_policy", "AssumeServiceAccountPolicy"),
        ("policy_check_results", "list", "PolicyCheckResult"),
        ("slack_connections", "list_channels", "SlackChannel"),
        ("security_rules", "update", "SecurityRules"),
    ],
)
def test_where_a_function_stands_and_what_it_answers(module: str, call: str, expected: str) -> None:
    found = next(m for m in resolve(DATA) if m.name == module)

    assert f": Operation[{expected}] =" in found.sections["operations"][call]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ("SSHKey", ("ssh_key", "ssh_keys", "an SSH key")),
        ("AWSEventBridgeIntegration", ("aws_event_bridge_integration", None, None)),
        ("AccessPolicy", ("access_policy", "access_policies", "an access policy")),
        ("Apply", ("apply", "applies", "an apply")),
        ("SecurityRules", ("security_rules", "security_rules", None)),
        ("UsageStatistic", ("usage_statistic", "usage_statistics", "a usage statistic")),
        ("GPGKey", ("gpg_key", "gpg_keys", "a GPG key")),
    ],
)
def test_names(schema: str, expected: tuple[str, str | None, str | None]) -> None:
    python, many, said = expected

    assert snake(schema) == python
    assert many is None or plural(python) == many
    assert said is None or an(words(schema)) == said


def test_the_names_of_values_are_those_of_the_wire() -> None:
    assert snake("filter[run][status]") == "filter_run_status"
    assert pascal("vcs-repo") == "VcsRepo"
    assert [singular(name) for name in ("policies", "headers", "status", "access")] == [
        "policy",
        "header",
        "statu",
        "access",
    ]


def test_what_only_some_need_is_not_required_in_a_write() -> None:
    modules = next(m for m in resolve(DATA) if m.name == "modules")

    assert "Required" not in modules.sections["dicts"]["ModuleCreate"]
