"""Taking another OpenAPI document: its facts come, its prose does not, every difference is said."""

from __future__ import annotations

import copy
import json
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools.generate import __main__ as command
from tools.generate.__main__ import DOCUMENT, OVERLAY, main, render
from tools.generate.calls import resolve
from tools.generate.overlay import apply
from tools.refresh import refresh, strip

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

    assert refresh(new, old).split("\n") == [
        '~ info title: "S" -> "Scalr"',
        "- paths /pools",
        "+ paths /tags",
    ]
    assert refresh(new, old) == "nothing changed"
    assert json.loads(old.read_text()) == FACTS


def wordy(node: Any, place: str = "") -> Any:
    """Return a document as Scalr publishes it: with descriptions and examples, without our marks."""
    if isinstance(node, list):
        return [wordy(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {k: wordy(v, k) for k, v in node.items() if not k.startswith("x-") or k == "x-resource"}
    if place in {"get", "post", "patch", "delete"}:
        found |= {"summary": "List of them", "description": "Long.\n\n* `with` a list"}
    elif "type" in found and isinstance(found["type"], str) and place != "properties":
        found |= {"description": "What it is: yes, no.", "example": 2024, "title": "A title"}
    elif "in" in found:
        found |= {"description": "A parameter.", "examples": {"one": {"value": "no"}}}
    if place == "responses":
        found = {status: {**answer, "description": "Success."} for status, answer in found.items()}
    return found


def published(path: Path, change: Callable[[Any], None] = lambda document: None) -> Path:
    """Write Scalr's document, changed, as JSON or as YAML."""
    document = wordy(json.loads(DOCUMENT.read_bytes()))
    change(document)
    if path.suffix == ".json":
        path.write_text(json.dumps(document))
    else:  # statuses are numbers, as in a YAML that people write
        for item in document["paths"].values():
            for operation in item.values():
                answers = operation["responses"].items()
                operation["responses"] = {int(s) if s.isdigit() else s: a for s, a in answers}
        path.write_text(yaml.dump(document, Dumper=yaml.CSafeDumper))
    return path


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return Path(shutil.copy(DOCUMENT, tmp_path / "scalr.json"))


@pytest.mark.parametrize("name", ["public.yml", "public.json"])
def test_the_same_api_shows_nothing_and_changes_nothing(
    tmp_path: Path, target: Path, name: str
) -> None:
    assert refresh(published(tmp_path / name), target) == "nothing changed"
    assert target.read_bytes() == DOCUMENT.read_bytes()


def test_exactly_what_became_different_is_shown(tmp_path: Path, target: Path) -> None:
    def change(document: Any) -> None:
        pool = document["components"]["schemas"]["AgentPool"]["properties"]["attributes"]
        pool["properties"]["capacity"] = {"type": "integer", "description": "Runs at once."}
        pool["properties"]["name"]["nullable"] = True
        pool["properties"]["features"]["items"]["enum"].append("on")
        pool["required"].append("capacity")
        drain = copy.deepcopy(document["paths"]["/runs/{run}/actions/discard"]["post"])
        document["paths"]["/agents/{agent}/actions/drain"] = {"post": drain}
        parameters = document["paths"]["/agent-pools"]["get"]["parameters"]
        parameters.remove(next(p for p in parameters if p["name"] == "filter[in-use]"))
        del document["paths"]["/tags/{tag}"]["delete"]

    shown = refresh(published(tmp_path / "public.yml", change), target)

    attributes = "components schemas AgentPool properties attributes"
    assert shown.split("\n") == [
        f"+ {attributes} properties capacity",
        f"+ {attributes} properties features items enum on",
        f"+ {attributes} properties name nullable",
        f"+ {attributes} required capacity",
        "- paths /agent-pools get parameters filter[in-use]",
        "+ paths /agents/{agent}/actions/drain",
        "- paths /tags/{tag} delete",
    ]
    document = json.loads(target.read_bytes())
    assert strip(document) == document
    assert document["paths"]["/plans/{plan}/output"]["get"]["x-response-kind"] == "text"


def test_what_the_document_is_refreshed_with_can_be_generated(tmp_path: Path, target: Path) -> None:
    def change(document: Any) -> None:
        tag = document["components"]["schemas"]["Tag"]["properties"]["attributes"]["properties"]
        tag["released-on"] = {"type": "string", "format": "date-time", "example": "2024-01-01"}

    refresh(published(tmp_path / "public.yml", change), target)
    overlay = tomllib.loads(OVERLAY.read_text())

    files = render(resolve(apply(json.loads(target.read_bytes()), overlay)))

    assert "    released_on: datetime = UNSET" in files["tags.py"]


def test_dates_and_words_of_yaml_stay_strings(tmp_path: Path) -> None:
    source, target = tmp_path / "new.yaml", tmp_path / "old.json"
    source.write_text("info: {version: 2024-05-01}\npaths: {/a: {get: {x: [no, on, true, 7]}}}\n")
    target.write_text('{"info": {"version": "1"}}')

    shown = refresh(source, target)

    assert shown.split("\n") == ['~ info version: "1" -> "2024-05-01"', "+ paths"]
    assert json.loads(target.read_bytes())["paths"]["/a"]["get"]["x"] == ["no", "on", True, 7]


def test_refresh_is_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "target.json"
    target.write_text(json.dumps(FACTS))
    source = tmp_path / "source.json"
    source.write_text(json.dumps(PROSE))
    monkeypatch.setattr(command, "DOCUMENT", target)

    assert main(["refresh", str(source)]) == 0
    assert capsys.readouterr().out == "nothing changed\n"
