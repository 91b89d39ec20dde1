"""`Codec`: between the bytes of JSON:API documents and resources of one class.

Reading takes the fast way (`filler`); what does not fit the schema makes that one resource be read
again value by value (`converter`), where an odd value is kept as it came. Nothing but a body that
is no JSON:API document raises.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Generic, TypeVar, cast

import cattrs
import msgspec

from scalr_async._values import REDACTED_BY_SERVER, UNSET, conceal
from scalr_async.errors import InvalidArgumentError
from scalr_async.jsonapi._chunks import read_pieces
from scalr_async.jsonapi._compile import (
    ToOne,
    attributes_struct,
    relationships_struct,
    resource_filler,
    whole_document,
)
from scalr_async.jsonapi._converter import DEFAULT, FieldsReader, check_hooks, write_value
from scalr_async.jsonapi._document import Document, Head, document, identifier, read_many, read_one
from scalr_async.jsonapi._json import Body, encode_ids, encode_json, loads
from scalr_async.jsonapi._ref import Ref
from scalr_async.jsonapi._relationships import (
    Group,
    IdentityMap,
    Included,
    Origin,
    read_linkage,
    write_linkage,
)
from scalr_async.jsonapi._resource import Resource, Source, UnknownResource, class_for
from scalr_async.jsonapi._schema import conceal_attributes, schema_of, unknown_name

__all__ = ["Codec", "codec_for"]

R = TypeVar("R", bound=Resource)

_SMALLEST_INCLUDED: Final = len('[{"id":"","type":""}]')
"""Shorter than that (bytes) nothing is included."""


class _Codecs:
    """The codecs of one converter, each made when its class is first read."""

    def __init__(self, converter: cattrs.Converter) -> None:
        self.converter = converter
        self._codecs: dict[Any, Codec[Any]] = {}

    def codec(self, cls: type[R]) -> Codec[R]:
        codec: Codec[R] | None = self._codecs.get(cls)
        if codec is None:
            codec = self._codecs[cls] = Codec(cls, self)
        return codec

    def build(self, head: Head, included: Included) -> Resource:
        """Make a resource of whatever type the resource object has."""
        return self.codec(class_for(head.type) or UnknownResource).build(head, included)


def codec_for(cls: type[R], converter: cattrs.Converter | None = None) -> Codec[R]:
    """Return the codec of a class; `converter` is one of `make_converter()` with own hooks."""
    owner = DEFAULT if converter is None else check_hooks(converter)
    codecs: _Codecs | None = owner.codecs
    if codecs is None:
        codecs = owner.codecs = _Codecs(owner)
    return codecs.codec(cls)


class Codec(Source, Generic[R]):
    """Reads and writes JSON:API documents whose primary data is of one class."""

    def __init__(self, cls: type[R], codecs: _Codecs) -> None:
        self.model = cls
        self._codecs = codecs
        self._schema = schema_of(cls)
        attributes, readers = attributes_struct(cls, codecs.converter)
        self._decode_attributes = msgspec.json.Decoder(attributes | None).decode
        self._in_the_open = self._schema.fields.keys() - {
            field.name for field in self._schema.secretive
        }
        self._of_one: dict[str, Callable[[msgspec.Raw], Any]] = {}
        self._no_attributes = attributes()
        self._all = Group(cls, self._schema.relationships)
        self._groups: dict[frozenset[str], tuple[Group, ...]] = {frozenset(): (self._all,)}
        self._decode_whole = msgspec.json.Decoder(whole_document(attributes)).decode
        self._fill = resource_filler(cls, readers)
        self._fill_whole = resource_filler(cls, readers, whole=True)

    def read_one(self, body: Body) -> R:
        """Read a document with one resource; `DecodeError` when it is none."""
        try:
            document: Any = self._decode_whole(body)
        except (ValueError, RecursionError):
            document = None
        if document is None or not document.data or _includes(document.included):
            # With `included` the resource would keep all of that, too.
            head, included = read_one(body)
            return self._read([head], self._source(included))[0]
        head = document.data
        sent, head.sent = head.sent or self._no_attributes, body
        resource: R = self._fill_whole(head, sent, self)
        return resource

    def read_page(self, body: Body, identities: IdentityMap | None = None) -> Document[R]:
        """Read a document with a list of resources; `DecodeError` when it is none.

        `identities` is the identity map of the walk that the page belongs to.
        """
        envelope = read_many(body)
        source = self._source(envelope.included, identities)
        return document(self._read(envelope.data or (), source), envelope)

    def read_large_page(
        self, body: Body, identities: IdentityMap | None = None
    ) -> Iterator[Document[R] | None]:
        """Read as `read_page` does, piece by piece: yield None after each, at last the document."""
        origin = Origin(self.relate, self._groups_of(identities))
        items: list[R] = []
        for piece in read_pieces(body):
            if piece.alone:
                items.clear()
            items += self._read(piece.envelope.data or (), origin)
            if piece.last:
                origin.included = self._included(piece.envelope.included, identities)
                yield document(items, piece.envelope)
            else:
                yield None

    def write(self, *, id: str | None, values: Mapping[str, Any]) -> bytes:
        """Write a request document of fields by their Python names.

        `UNSET` is left out, None is kept. Relationships take ids, refs and resources, to-many
        ones an iterable of them, each sent once.

        Raises:
            InvalidArgumentError: An unknown field, a relationship to another type, a time
                without a zone, or a value that JSON cannot hold; the field is named.
        """
        attributes: dict[str, Any] = {}
        relationships: dict[str, Any] = {}
        for name, value in values.items():
            if value is UNSET or value is REDACTED_BY_SERVER:
                continue
            try:
                self._write_field(name, value, attributes, relationships)
            except InvalidArgumentError as error:
                raise InvalidArgumentError(f"{name}: {error.message}") from None
        data: dict[str, Any] = {"type": self.model.type}
        if id:
            data["id"] = id
        if attributes:
            data["attributes"] = attributes
        if relationships:
            data["relationships"] = relationships
        return encode_json({"data": data}) if attributes else encode_ids({"data": data})

    def conceal(self, values: Mapping[str, Any]) -> None:
        """Make secrets of what may be one among the arguments of a call; its frames hold them."""
        arguments = cast("dict[str, Any]", values)
        for name in arguments.keys() - self._in_the_open:
            arguments[name] = conceal(arguments[name])

    def build(self, head: Head, included: Included) -> R:
        """Make a resource of a resource object whose bytes are its own; for `included`."""
        return self._read([head], Origin(self.relate, (self._all,), included))[0]

    def complete(self, resource: R, name: str) -> None:  # noqa: ARG002  # all come at once
        """Fill the relationships of a resource whose document includes nothing."""
        self.relate(resource, self._all, None, None)

    def relate(
        self, resource: R, group: Group, included: Included | None, source: Source | None
    ) -> None:
        """Fill some relationships of a resource, which stay JSON until first use.

        The others come from `source`. If one does not fit the schema all are filled, each as far
        as it makes sense.
        """
        try:
            group.fill(resource, included, source)
        except (ValueError, RecursionError):
            sent = loads(resource._head.relationships)  # noqa: SLF001  # the codec's own slot
            self._relate_leniently(resource, sent, included)

    def linked_id(self, resource: R, name: str, unsaid: str | None = None) -> str | None:
        """Return the id that a to-one relationship holds, None when it leads nowhere.

        `unsaid` is returned where the answer does not say: without the relationship, without its
        `data`, or with null in the place of either but `data`. The other relationships stay JSON:
        most of an answer to a write that is only looked at for its effect.
        """
        relationships = resource._head.relationships  # noqa: SLF001  # the codec's own slot
        try:
            sent = self._decoder_of_one(name)(relationships)
        except (ValueError, RecursionError):
            link = getattr(resource, name)
            return link.id if isinstance(link, Ref) else unsaid
        link = getattr(sent, name, None)
        link = link.data if isinstance(link, ToOne) else UNSET
        if link is UNSET:
            return unsaid
        return None if link is None else link.id

    def _decoder_of_one(self, name: str) -> Callable[[msgspec.Raw], Any]:
        decode = self._of_one.get(name)
        if decode is None:
            one = relationships_struct(self.model, [name])
            decode = self._of_one[name] = msgspec.json.Decoder(one | None).decode
        return decode

    def _source(self, raw: msgspec.Raw, identities: IdentityMap | None = None) -> Source:
        """Return what the resources of a document get their relationships from."""
        included = self._included(raw, identities)
        if included is None:
            return self
        return Origin(self.relate, self._groups_of(identities), included)

    def _groups_of(self, identities: IdentityMap | None) -> tuple[Group, ...]:
        """Return the relationships in groups that are read together."""
        names = frozenset() if identities is None else identities.names
        asked = names.intersection(self._all.names)
        groups = self._groups.get(asked)
        if groups is None:
            others = [name for name in self._all.names if name not in asked]
            groups = (self._all,)
            if others:
                groups = Group(self.model, sorted(asked)), Group(self.model, others)
            self._groups[asked] = groups
        return groups

    def _included(self, raw: msgspec.Raw, identities: IdentityMap | None) -> Included | None:
        if not _includes(raw):
            return None
        identities = IdentityMap() if identities is None else identities
        return Included(raw, identities, self._codecs.build)

    def _read(self, heads: Sequence[Head], source: Source) -> list[R]:
        decode, fill, nothing = self._decode_attributes, self._fill, self._no_attributes
        resources: list[R] = []
        for head in heads:
            try:
                sent = decode(head.attributes)
            except (ValueError, RecursionError):
                resources.append(self._read_leniently(head, source))
            else:
                resources.append(fill(head, nothing if sent is None else sent, source))
        if heads and type(heads[0]) is not Head:  # an id among them is no string
            for resource in resources:
                object.__setattr__(resource, "id", identifier(resource.id))
        return resources

    def _read_leniently(self, head: Head, source: Source) -> R:
        """Read each attribute by itself, keeping what the schema does not know as it came."""
        resource: R = self._fill(head, self._no_attributes, source)
        sent = loads(head.attributes)
        if isinstance(sent, dict):
            conceal_attributes(self.model, sent)
            for name, value in self._read_fields(sent).items():
                object.__setattr__(resource, name, value)
        return resource

    @functools.cached_property
    def _read_fields(self) -> FieldsReader:
        return FieldsReader(self.model, self._codecs.converter)

    def _relate_leniently(self, resource: R, sent: Any, included: Included | None) -> None:
        known = sent if isinstance(sent, dict) else {}
        for field in self._schema.relationships.values():
            value = read_linkage(known.get(field.wire, UNSET), many=field.many, included=included)
            object.__setattr__(resource, field.name, value)
        object.__setattr__(resource, "_source", None)

    def _write_field(
        self, name: str, value: Any, attributes: dict[str, Any], relationships: dict[str, Any]
    ) -> None:
        if name in self._schema.relationships:
            relationship = self._schema.relationships[name]
            relationships[relationship.wire] = {"data": write_linkage(relationship, value)}
        elif name in self._schema.attributes:
            attribute = self._schema.attributes[name]
            written = write_value(value, attribute.type, self._codecs.converter)
            # Refuses what JSON cannot hold while the field's name is known.
            encode_json({"data": {"attributes": {attribute.wire: written}}})
            attributes[attribute.wire] = written
        else:
            kind = f"{self.model.__name__} field"
            raise InvalidArgumentError(unknown_name(name, self._schema.fields, kind))


def _includes(raw: msgspec.Raw) -> bool:
    return memoryview(raw).nbytes >= _SMALLEST_INCLUDED
