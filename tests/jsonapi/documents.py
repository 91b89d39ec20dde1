"""Documents for the tests of the codec, and short ways to read them."""

from __future__ import annotations

import json
from typing import Any

from scalr_async.jsonapi import codec_for
from tests.jsonapi.models import Gadget


def item(**members: Any) -> dict[str, Any]:
    """Return a resource object of a gadget."""
    return {"type": "gadgets", "id": "gad-1", **members}


def body(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def read(attributes: Any = None, relationships: Any = None, **document: Any) -> Gadget:
    """Read a gadget that came with these attributes and relationships."""
    members = {"attributes": attributes, "relationships": relationships}
    data = item(**{key: value for key, value in members.items() if value is not None})
    return codec_for(Gadget).read_one(body({"data": data, **document}))
