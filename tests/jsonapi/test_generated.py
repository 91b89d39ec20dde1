"""Every generated class reads every shape that its schema allows, with any part missing or null."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalr_async.jsonapi import Resource, class_for, class_named, codec_for, schema_of
from scalr_async.resources._generated import MODELS
from tests.jsonapi.test_properties import expected, fields, resources_of

pytestmark = pytest.mark.unmeasured


@pytest.mark.parametrize("type_", sorted(MODELS))
def test_every_class_is_read_as_its_schema_says(type_):
    module, name = MODELS[type_]
    cls = getattr(importlib.import_module(f"scalr_async.resources._generated.{module}"), name)

    @settings(max_examples=5, database=None)
    @given(st.lists(resources_of(cls), min_size=1, max_size=3))
    def agrees(sent):
        items = codec_for(cls).read_page(json.dumps({"data": sent}).encode()).items

        assert [fields(one) for one in items] == [expected(cls, one) for one in sent]
        assert [one.raw() for one in items] == sent

    agrees()


def test_the_class_of_a_type_is_what_it_is_read_as_whatever_was_imported_before() -> None:
    """A type has classes for values to write, too; in a process that has imported all of them."""
    code = """
import importlib
from scalr_async.jsonapi import class_for
from scalr_async.resources._generated import MODELS
from scalr_async.resources import __dir__ as names
import scalr_async.resources as resources
everything = [getattr(resources, name) for name in names()]
wrong = {t: class_for(t).__name__ for t, (_, name) in MODELS.items() if class_for(t).__name__ != name}
assert not wrong, wrong
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("type_", sorted(MODELS))
def test_every_class_is_found_by_type_and_name_and_so_are_its_relationships(type_):
    cls = class_for(type_)

    assert class_named(cls.__name__) is cls
    for relationship in schema_of(cls).relationships.values():
        target = relationship.target
        assert target is Resource or class_named(target.__name__) is not None
