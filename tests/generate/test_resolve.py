"""What cannot be rendered is an error that names it; what can is rendered by rule."""

from __future__ import annotations

import copy
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tools.generate.__main__ import DOCUMENT, OVERLAY, main
from tools.generate.model import Module
from tools.generate.names import article, pascal, plural, singular, snake, words
from tools.generate.overlay import apply
from tools.generate.render import render
from tools.generate.resolve import resolve
from tools.generate.types import RenderError
from tools.refresh import refresh, strip

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

    with pytest.raises(RenderError, match=r"update_tag: tags\.get is there already"):
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

    with pytest.raises(RenderError, match="get_hook: HookFieldsets"):
        changed(change)


def test_one_class_name_in_two_modules_is_an_error() -> None:
    def change(document: dict[str, Any]) -> None:
        attributes(document, "PolicyCheck")["result"].pop("x-class")

    with pytest.raises(RenderError, match=r"one name for two things: \['PolicyCheckResult'\]"):
        render(changed(change), "0")


def test_a_module_that_is_too_long_is_an_error() -> None:
    def change(document: dict[str, Any]) -> None:
        document["components"]["schemas"]["Workspace"].pop("x-split")

    with pytest.raises(RenderError, match=r"workspaces.py: \d+ lines: split it"):
        render(changed(change), "0")


def test_a_name_that_is_not_the_kebab_case_of_any_python_name_is_kept_on_the_wire() -> None:
    modules = changed(
        lambda document: attributes(document, "Tag").update(odd_Name={"type": "string"})
    )

    assert 'odd_name: str = wire("odd_Name")' in render(modules, "0")["tags.py"]


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

    assert found.calls[call].answers == expected


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
    assert said is None or article(words(schema)) == said


def test_the_names_of_values_are_those_of_the_wire() -> None:
    assert snake("filter[run][status]") == "filter_run_status"
    assert pascal("vcs-repo") == "VcsRepo"
    assert [singular(name) for name in ("policies", "headers", "status", "access")] == [
        "policy",
        "header",
        "statu",
        "access",
    ]


PROSE = {
    "info": {"title": "Scalr", "description": "All of it."},
    "paths": {
        "/tags": {
            "get": {
                "summary": "List",
                "description": "Lists tags.",
                "parameters": [{"name": "query", "in": "query", "description": "What to find."}],
                "responses": {"200": {"description": "Success.", "x-kept": 1}},
            }
        }
    },
    "components": {
        "schemas": {
            "Tag": {
                "description": "A tag.",
                "example": {"name": "a"},
                "properties": {"description": {"type": "string", "description": "Its text."}},
            }
        }
    },
}
FACTS = {
    "info": {"title": "Scalr"},
    "paths": {
        "/tags": {
            "get": {
                "parameters": [{"name": "query", "in": "query"}],
                "responses": {"200": {"description": "", "x-kept": 1}},
            }
        }
    },
    "components": {"schemas": {"Tag": {"properties": {"description": {"type": "string"}}}}},
}


def test_refreshing_keeps_the_facts_and_leaves_the_prose() -> None:
    assert strip(PROSE) == FACTS


def test_the_document_holds_no_prose() -> None:
    document = json.loads(DOCUMENT.read_bytes())

    assert strip(document) == document


def test_refreshing_says_what_became_different(tmp_path: Path) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    changed_facts = copy.deepcopy(FACTS)
    del changed_facts["paths"]["/tags"]
    changed_facts["paths"]["/pools"] = {}
    changed_facts["info"]["title"] = "S"
    old.write_text(json.dumps(changed_facts))
    new.write_text(json.dumps(PROSE))

    assert refresh(new, old).split("\n") == ["~ info title", "- paths /pools", "+ paths /tags"]
    assert refresh(new, old) == "nothing changed"
    assert json.loads(old.read_text()) == FACTS


def test_refresh_is_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tools.generate import __main__ as command

    target = tmp_path / "target.json"
    target.write_text(json.dumps(FACTS))
    source = tmp_path / "source.json"
    source.write_text(json.dumps(PROSE))
    monkeypatch.setattr(command, "DOCUMENT", target)

    assert main(["refresh", str(source)]) == 0
    assert capsys.readouterr().out == "nothing changed\n"
