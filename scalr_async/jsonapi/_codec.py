"""`Codec`: resources of one class from JSON:API documents, and back.

Reading uses compiled decoders (`_compile`). A resource that does not fit the schema is read again
value by value (`_converter`); a value of another type is kept as sent. Only a body that is not a
JSON:API document raises an error.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final, Generic, TypeVar

import cattrs
import msgspec

from scalr_async._values import REDACTED_BY_SERVER, UNSET, hide_arguments
from scalr_async.errors import InvalidArgumentError
from scalr_async.jsonapi._compile import (
    ToOne,
    attributes_struct,
    item_filler,
    relationships_struct,
    resource_filler,
    single_document_struct,
)
from scalr_async.jsonapi._converter import DEFAULT, FieldsReader, check_hooks, write_value
from scalr_async.jsonapi._document import (
    Document,
    RawResource,
    identifier,
    make_document,
    parse_one,
)
from scalr_async.jsonapi._ids import identify
from scalr_async.jsonapi._items import ListDocument
from scalr_async.jsonapi._json import Body, encode_ids, encode_json, loads
from scalr_async.jsonapi._page import PagePlan, PageReader
from scalr_async.jsonapi._ref import Ref
from scalr_async.jsonapi._relationships import (
    IdentityMap,
    Included,
    LazyRelationships,
    RelationshipGroup,
    read_linkage,
    relationship_group,
    write_linkage,
)
from scalr_async.jsonapi._resource import RelationshipLoader, Resource, UnknownResource, class_for
from scalr_async.jsonapi._schema import conceal_attributes, schema_of, unknown_name

__all__ = ["Codec", "codec_for"]

R = TypeVar("R", bound=Resource)

_STEP: Final = 20
"""The resources that are read before others have their turn."""
_SMALLEST_INCLUDED: Final = len('[{"id":"","type":""}]')
"""The length in bytes of the shortest list with a resource object in it."""


class _Codecs:
    """The codecs of one converter, each created when its class is first used."""

    def __init__(self, converter: cattrs.Converter) -> None:
        self.converter = converter
        self._codecs: dict[Any, Codec[Any]] = {}

    def codec(self, cls: type[R]) -> Codec[R]:
        codec: Codec[R] | None = self._codecs.get(cls)
        if codec is None:
            codec = self._codecs[cls] = Codec(cls, self)
        return codec

    def build(self, raw: RawResource, included: Included) -> Resource:
        """Create a resource of the class that belongs to its type."""
        return self.codec(class_for(raw.type) or UnknownResource).build(raw, included)


def codec_for(cls: type[R], converter: cattrs.Converter | None = None) -> Codec[R]:
    """Return the codec of a class; `converter` comes from `make_converter()`."""
    owner = DEFAULT if converter is None else check_hooks(converter)
    codecs: _Codecs | None = owner.codecs
    if codecs is None:
        codecs = owner.codecs = _Codecs(owner)
    return codecs.codec(cls)


class Codec(RelationshipLoader, Generic[R]):
    """A reader and writer of JSON:API documents whose primary data is of one class.

    As a `RelationshipLoader` it loads all relationships of a resource at once, if its document
    includes no resources.
    """

    def __init__(self, cls: type[R], codecs: _Codecs) -> None:
        self.model = cls
        self._codecs = codecs
        self._schema = schema_of(cls)
        self._attributes, self._readers = attributes_struct(cls, codecs.converter)
        self._decode_attributes = msgspec.json.Decoder(self._attributes | None).decode
        self._public_names = self._schema.fields.keys() - {
            field.name for field in self._schema.confidential
        }
        self._link_decoders: dict[str, Callable[[msgspec.Raw], Any]] = {}
        self._no_attributes = self._attributes()
        self._all = relationship_group(cls, tuple(self._schema.relationships))
        self._plans: dict[tuple[frozenset[str], bool], PagePlan] = {}
        self._decode_single = msgspec.json.Decoder(single_document_struct(self._attributes)).decode
        self._fill = resource_filler(cls, self._readers)
        self._fill_decoded = item_filler(cls, self._readers, self._no_attributes)

    def read_one(self, body: Body) -> R:
        """Read a document with one resource; raises `DecodeError` if the body is not one."""
        try:
            document: Any = self._decode_single(body)
        except (ValueError, RecursionError):
            document = None
        if document is None or not document.data or _includes(document.included):
            # A resource keeps its whole document alive, which would contain `included`.
            raw, included = parse_one(body)
            return self._read(raw, self._loader_for(included))
        resource: R = self._fill_decoded(document.data, body, self, None, None)
        return resource

    def read_page(self, body: Body, identities: IdentityMap | None = None) -> Document[R]:
        """Read a document with a list of resources; raises `DecodeError` if the body is not one.

        `identities` is the identity map of the walk that the page belongs to.
        """
        *_, document = self.read_page_in_steps(body, identities)
        assert document is not None
        return document

    def read_page_in_steps(
        self, body: Body, identities: IdentityMap | None = None
    ) -> Iterator[Document[R] | None]:
        """Read like `read_page`, in steps: yield None after each, finally the document.

        A step blocks the event loop for less time than `orjson.loads` of 100 resources.
        """
        identities = IdentityMap() if identities is None else identities
        plan = self._plan(identities)
        included = Included(identities, self._codecs.build)
        findable, lazy = included if plan.linked else None, plan.lazy
        loader = None if lazy is None else LazyRelationships(self.fill_group, lazy, findable)
        page = PageReader(plan, loader, findable, self.fill_group, self._read)
        document = ListDocument(body)
        items: list[R] = []
        reading = page.items(document)
        for item in reading:
            items.append(item)
            items += islice(reading, _STEP - 1)
            if len(items) % _STEP == 0:
                yield None
        rest = document.rest
        if document.replaced:
            del items[: len(items) - len(rest.data or ())]
        unasked = _includes(rest.included) and not plan.linked
        if unasked and plan.eager is not None:  # its refs were made without `included`
            items.clear()
            identities.decode_on_use()
            yield from self.read_page_in_steps(body, identities)
            return
        if _includes(rest.included):
            included.receive(rest.included)
        if unasked and loader is not None:
            loader.included = included
        identities.end_page(None if unasked else loader, len(items))
        yield make_document(items, rest)

    def _plan(self, identities: IdentityMap) -> PagePlan:
        """Return how to decode the next page of a walk."""
        asked = identities.names.intersection(self._all.names)
        key = (frozenset(self._all.names) if identities.begin_page() else asked, bool(asked))
        plan = self._plans.get(key)
        if plan is None:
            names, linked = key
            plan = self._plans[key] = PagePlan.of(
                self.model, self._attributes, self._readers, names, linked=linked
            )
        return plan

    def write(self, *, id: str | None, values: Mapping[str, Any]) -> bytes:
        """Write a request document from fields by their Python names.

        `UNSET` is left out, None is kept. Relationships take ids, refs and resources; to-many
        relationships take an iterable of them, of which repeats are sent once.

        Raises:
            InvalidArgumentError: An unknown field, a relationship to another type, a time
                without a zone, or a value that JSON cannot express; the error names the field.
        """
        attributes: dict[str, Any] = {}
        relationships: dict[str, Any] = {}
        for name, value in values.items():
            if value is UNSET or value is REDACTED_BY_SERVER:
                continue
            if name not in self._schema.attributes and name not in self._schema.relationships:
                kind = f"{self.model.__name__} field"
                raise InvalidArgumentError(unknown_name(name, self._written_names, kind))
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

    @hide_arguments
    def write_arguments(self, arguments: dict[str, Any], identity: Any = None) -> bytes:
        """Write a request document from the arguments of a call, and remove the secret ones.

        `identity` is the id, ref or resource that the call is about, None if there is none.
        """
        try:
            id_ = None if identity is None else identify(identity, None)
            return self.write(id=id_, values=arguments)
        finally:
            self.remove_secrets(arguments)

    def remove_secrets(self, arguments: dict[str, Any]) -> None:
        """Remove arguments that may be secret, of whatever type they are.

        The frames of the call hold the same dict, and some tracebacks show what frames hold.
        """
        for name in arguments.keys() - self._public_names:
            arguments[name] = REDACTED_BY_SERVER

    def build(self, raw: RawResource, included: Included) -> R:
        """Create a resource from an object in `included`, which has its own copy of the JSON."""
        return self._read(raw, LazyRelationships(self.fill_group, self._all, included))

    def load(self, resource: R, name: str) -> None:  # noqa: ARG002  # all are loaded at once
        """Fill the relationships of a resource whose document includes nothing."""
        self.fill_group(resource, self._all, None, None)

    def fill_group(
        self,
        resource: R,
        group: RelationshipGroup,
        included: Included | None,
        loader: RelationshipLoader | None,
    ) -> None:
        """Decode a group of a resource's relationships; `loader` loads the others.

        If one of them does not fit the schema, all relationships are decoded one by one, and
        malformed ones are kept as sent.
        """
        try:
            group.fill(resource, included, loader)
        except (ValueError, RecursionError):
            sent = loads(resource._raw.relationships)  # noqa: SLF001  # the codec's own slot
            self._fill_leniently(resource, sent, included)

    def linked_id(self, resource: R, name: str, default: str | None = None) -> str | None:
        """Return the id in a to-one relationship, None if it is empty.

        `default` is returned if the answer lacks the relationship or its `data`, or has null in
        place of the relationship. The other relationships are not decoded, which saves 7 % of the
        instructions of a link.
        """
        relationships = resource._raw.relationships  # noqa: SLF001  # the codec's own slot
        try:
            sent = self._link_decoder(name)(relationships)
        except (ValueError, RecursionError):
            link = getattr(resource, name)
            return link.id if isinstance(link, Ref) else default
        link = getattr(sent, name, None)
        link = link.data if isinstance(link, ToOne) else UNSET
        if link is UNSET:
            return default
        return None if link is None else link.id

    def _link_decoder(self, name: str) -> Callable[[msgspec.Raw], Any]:
        decode = self._link_decoders.get(name)
        if decode is None:
            one = relationships_struct(self.model, [name])
            decode = self._link_decoders[name] = msgspec.json.Decoder(one | None).decode
        return decode

    def _loader_for(self, raw: msgspec.Raw) -> RelationshipLoader:
        """Return the loader of the relationships of a document's only resource."""
        if not _includes(raw):
            return self
        included = Included(IdentityMap(), self._codecs.build)
        included.receive(raw)
        return LazyRelationships(self.fill_group, self._all, included)

    def _read(self, raw: RawResource, loader: RelationshipLoader | None) -> R:
        try:
            sent = self._decode_attributes(raw.attributes)
        except (ValueError, RecursionError):
            resource = self._read_leniently(raw, loader)
        else:
            resource = self._fill(raw, self._no_attributes if sent is None else sent, loader)
        if type(raw) is not RawResource:  # the id may not be a string
            object.__setattr__(resource, "id", identifier(resource.id))
        return resource

    def _read_leniently(self, raw: RawResource, loader: RelationshipLoader | None) -> R:
        """Read each attribute separately; keep values that do not fit the schema as sent."""
        resource: R = self._fill(raw, self._no_attributes, loader)
        sent = loads(raw.attributes)
        if isinstance(sent, dict):
            conceal_attributes(self.model, sent)
            for name, value in self._read_fields(sent).items():
                object.__setattr__(resource, name, value)
        return resource

    @functools.cached_property
    def _read_fields(self) -> FieldsReader:
        return FieldsReader(self.model, self._codecs.converter)

    def _fill_leniently(self, resource: R, sent: Any, included: Included | None) -> None:
        known = sent if isinstance(sent, dict) else {}
        for field in self._schema.relationships.values():
            value = read_linkage(known.get(field.wire, UNSET), many=field.many, included=included)
            object.__setattr__(resource, field.name, value)
        object.__setattr__(resource, "_loader", None)

    def _write_field(
        self, name: str, value: Any, attributes: dict[str, Any], relationships: dict[str, Any]
    ) -> None:
        if name in self._schema.relationships:
            relationship = self._schema.relationships[name]
            relationships[relationship.wire] = {"data": write_linkage(relationship, value)}
        else:
            attribute = self._schema.attributes[name]
            written = write_value(value, attribute.type, self._codecs.converter)
            # Refuses a value that JSON cannot express while the field's name is known.
            encode_json({"data": {"attributes": {attribute.wire: written}}})
            attributes[attribute.wire] = written

    @property
    def _written_names(self) -> Iterable[str]:
        """The fields that a create or an update takes; all fields if none is known to take any."""
        beside = vars(sys.modules[self.model.__module__])
        taken = (beside.get(f"{self.model.__name__}{call}") for call in ("Create", "Update"))
        names = {name for values in taken for name in getattr(values, "__annotations__", ())}
        return names or self._schema.fields


def _includes(raw: msgspec.Raw) -> bool:
    return memoryview(raw).nbytes >= _SMALLEST_INCLUDED
