"""Lists whose items are not resource objects: identifiers alone, or plain JSON."""

from __future__ import annotations

from typing import Any

import msgspec
from cattrs import Converter

from scalr_async._values import UNSET
from scalr_async.errors import DecodeError
from scalr_async.jsonapi import document as documents
from scalr_async.jsonapi.converter import DEFAULT, reader_for
from scalr_async.jsonapi.document import Body, Document, identifier, loads
from scalr_async.jsonapi.model import concealed_value
from scalr_async.jsonapi.ref import Ref

__all__ = ["read_refs", "read_values"]


def read_refs(body: Body) -> Document[Ref[Any]]:
    """Read what a relationship endpoint lists; an item without type or id is left out."""
    envelope = documents.read_many(body)
    refs = [(head.type, identifier(head.id)) for head in envelope.data or ()]
    items: list[Ref[Any]] = [Ref(type_, id_) for type_, id_ in refs if UNSET not in (type_, id_)]
    return documents.document(items, envelope)


def read_values(body: Body, type_: Any, converter: Converter | None = None) -> Document[Any]:
    """Read a list of plain JSON values: bare, or as the `data` of a document."""
    sent = loads(body)
    members = sent if isinstance(sent, dict) else {"data": sent}
    data = concealed_value(tuple[type_, ...], members.get("data"))
    if not isinstance(data, list):
        raise DecodeError("not the list that was promised", outcome="applied")
    read = reader_for(type_, converter or DEFAULT)
    return Document(
        items=tuple(value if read is None or value is None else read(value) for value in data),
        meta=documents.read_pagination(_raw(members.get("meta"))),
        links=documents.read_links(_raw(members.get("links"))),
    )


def _raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))
