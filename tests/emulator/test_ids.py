"""The beginnings of ids: those of the documentation, which the client's hints know too."""

from __future__ import annotations

import pytest

from scalr_async._prefixes import PREFIXES
from scalr_async.emulator import Emulator
from scalr_async.jsonapi import is_like_an_id, wrong_prefix

EMULATOR = Emulator()
TYPES = sorted(EMULATOR._service.types)
IDS = {type: EMULATOR._service.new_id(type) for type in TYPES}


def test_every_documented_prefix_is_of_a_type_of_the_api():
    assert PREFIXES.keys() <= {*TYPES}


@pytest.mark.parametrize("type", TYPES)
def test_an_id_begins_with_the_documented_prefix(type):
    prefix = IDS[type].rpartition("-")[0]
    if type in PREFIXES:
        assert prefix == PREFIXES[type]
        assert is_like_an_id(IDS[type], type)
    else:
        assert prefix not in PREFIXES.values()


@pytest.mark.parametrize("type", TYPES)
def test_hints_name_the_types_whose_ids_begin_like_the_given_one(type):
    for other, id in IDS.items():
        hint = wrong_prefix(id, type)
        if type not in PREFIXES or id.partition("-")[0] == PREFIXES[type]:
            assert hint == ""
            continue
        alike = [name for name, prefix in PREFIXES.items() if prefix == PREFIXES.get(other)]
        named = hint.partition(":")[0].removeprefix("looks like one of ").split(" or ")
        assert named == (alike or ["does not look like an id"])
        assert hint.endswith(f": ids of {type} begin with {PREFIXES[type]}-")
