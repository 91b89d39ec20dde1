"""The import of the client loads what every program needs, and each feature the rest of itself.

The modules in question are loaded in fresh interpreters: see `first_use`.
"""

from __future__ import annotations

import base64
import json
import os
import pickle
import subprocess
import sys
from typing import Any

import pytest

from scalr_async import DriftReport, Estimate, NotFoundError, RecordedRequest
from scalr_async.emulator import Emulator
from scalr_async.resources import Ensured, FieldChange, Tag
from tests import first_use
from tests.conftest import CANARY
from tests.first_use import FEATURES, HOMES, OPTIONAL, Feature, plain

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a fresh interpreter is forked")

PICKLED = [
    Ensured(Tag(id="tag-1", name="eu"), "updated", {"name": FieldChange("us", "eu")}),
    Estimate(items=1, requests=2, seconds=None),
    DriftReport(pages=3),
    RecordedRequest(method="POST", path="/tags"),
    NotFoundError("gone", status=404),
]
STANDARD = {"_decimal", "annotationlib", "dataclasses", "decimal", "mmap", "numbers"}
"""Modules of the standard library that aiohttp may not have imported yet."""
MOST = 79
"""Modules; each costs about a quarter of a millisecond, even an empty one."""
MOST_CLASSES = 37
"""Classes of attrs; each costs about a third of a millisecond."""


@pytest.fixture(scope="module")
def fresh() -> Any:
    """What fresh interpreters have loaded: one process, forked for each question."""
    pickles = base64.b64encode(pickle.dumps(PICKLED)).decode()
    with Emulator.in_thread(token=CANARY) as emulator:
        command = [sys.executable, "-W", "error", "-m", first_use.__name__, emulator.url, CANARY]
        done = subprocess.run([*command, pickles], check=False, capture_output=True, text=True)
    assert not done.stderr
    return json.loads(done.stdout)


def ours(names: list[str]) -> set[str]:
    return {name.removeprefix("scalr_async.") for name in names if name[:12] == "scalr_async."}


def test_an_import_loads_nothing_that_a_plain_program_does_not_use(fresh: Any) -> None:
    later = {module for modules in FEATURES.values() for module in modules}
    packages = {name.partition(".")[0] for name in OPTIONAL}

    loaded = ours(fresh["imported"])

    assert later.intersection(fresh["imported"]) == set()
    assert {name for name in loaded if name.partition(".")[0] in packages} == set()
    assert {name for name in loaded if name.startswith("resources._generated.")} == {
        "resources._generated._client"
    }


def test_an_import_of_the_client_stays_small(fresh: Any) -> None:
    """A module more is a decision: is it needed by a program that only reads, writes and links?"""
    assert len(ours(fresh["imported"])) <= MOST


def test_an_import_makes_few_attrs_classes(fresh: Any) -> None:
    """A record that callers never see can be a `msgspec.Struct`, which costs a tenth."""
    assert len(fresh["classes"]) <= MOST_CLASSES, fresh["classes"]


def test_an_import_loads_no_other_packages_than_it_must(fresh: Any) -> None:
    others = {name for name in fresh["imported"] if name.partition(".")[0] != "scalr_async"}

    packages = {name.partition(".")[0] for name in others} - STANDARD
    assert packages - {"typing_extensions"} == {"attrs", "cattrs", "msgspec"}  # cattrs has it


def test_what_every_client_needs_is_there_before_its_first_call(fresh: Any) -> None:
    """A running loop waits for the modules of the collections that it uses, and for bulk calls."""
    loaded = ours(fresh["used"][plain.__name__]["loaded"])

    assert {name.partition(".")[0] for name in loaded} == {"bulk", "resources"}


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature.__name__)
def test_a_feature_that_is_used_first_works_and_loads_only_its_own(
    feature: Feature, fresh: Any
) -> None:
    used = fresh["used"][feature.__name__]

    assert "failed" not in used, used["failed"]
    if feature is not plain:
        assert {*used["loaded"]} & {*FEATURES[feature]} == {*FEATURES[feature]}
        assert ours(used["loaded"]) == ours([*FEATURES[feature]])


@pytest.mark.parametrize("module", HOMES)
def test_a_module_that_is_imported_later_can_be_imported_first(module: str, fresh: Any) -> None:
    assert fresh["first"][module] is None, fresh["first"][module]


def test_pickles_need_no_import_before_them(fresh: Any) -> None:
    assert fresh["pickles"] == repr(PICKLED)
