"""Objects by a key: each is read, and redacted, as one that stands in a list."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from scalr_async import RecordedRequest, Resource
from scalr_async._values import UNSET, Secret
from scalr_async.jsonapi import codec_for, resource
from tests.jsonapi.models import Header


@resource("test-safes")
class Safe(Resource):
    keys: Mapping[str, Secret] = UNSET
    headers: Mapping[str, Header] = UNSET
    notes: Mapping[str, str] = UNSET


def data(**attributes: Any) -> dict[str, Any]:
    return {"type": "test-safes", "id": "s-1", "attributes": attributes}


SENT = data(
    keys={"a": "hush", "b": None, "c": ["hush"]},
    headers={"a": {"name": "X-Key", "value": "hush"}, "b": "hush"},
    notes={"a": "b"},
)


def test_what_is_read_by_a_key_hides_its_secrets() -> None:
    safe = codec_for(Safe).read_one(json.dumps({"data": SENT}).encode())

    assert safe.raw() == SENT
    assert "hush" not in repr([safe, safe.raw(), safe.to_dict()])


def test_what_is_written_by_a_key_is_redacted_by_its_key() -> None:
    request = RecordedRequest(method="PATCH", path="/x", body=json.dumps({"data": [SENT]}).encode())

    assert request.document["data"] == [
        data(
            keys={"a": "<redacted>", "b": None, "c": "<redacted>"},
            headers={"a": {"name": "X-Key", "value": "<redacted>"}, "b": "<redacted>"},
            notes={"a": "b"},
        )
    ]
