"""JSON:API 1.0 (https://jsonapi.org/format/1.0/): resources, documents, queries, errors. No I/O.

```
_json           JSON and times, as bytes      _converter      values, one by one; hooks
_ref            Ref: a link to a resource     _compile        values, by a function for each class
_schema         the fields of a class         _relationships  linkage, included, lazy reading
_document       documents, undecoded inside   _codec          all of these together
_resource       Resource, its decorators      _chunks         large documents, part by part
_ids            what a call takes for an id   _operation      one operation of the API
_query          options of a call, filters    _response       the meaning of an answer
```

A module imports only those above it or to its left. Other packages import from here.
"""

from __future__ import annotations

from scalr_async.jsonapi._chunks import LARGE
from scalr_async.jsonapi._codec import Codec, codec_for
from scalr_async.jsonapi._converter import (
    check_hooks,
    make_converter,
    read_plain,
    read_values,
    write_plain,
)
from scalr_async.jsonapi._document import Document, Pagination, read_refs
from scalr_async.jsonapi._ids import Identity, doubt, doubt_about, identify, is_like_an_id, plain_id
from scalr_async.jsonapi._json import Body, encode_json, loads
from scalr_async.jsonapi._operation import Operation
from scalr_async.jsonapi._query import (
    NULL,
    Condition,
    Parameter,
    Query,
    build_query,
    encode_filter,
    encode_member,
    encode_parameter,
    encode_value,
    plain_value,
)
from scalr_async.jsonapi._ref import Ref
from scalr_async.jsonapi._relationships import NO_LISTS, IdentityMap, write_refs
from scalr_async.jsonapi._resource import (
    Nested,
    Resource,
    class_for,
    class_named,
    register_loader,
    resource,
)
from scalr_async.jsonapi._response import check, decode, foreign, may_be_page, unexpected
from scalr_async.jsonapi._schema import conceal_attributes, nested, schema_of, wire

__all__ = [
    "LARGE",
    "NO_LISTS",
    "NULL",
    "Body",
    "Codec",
    "Condition",
    "Document",
    "Identity",
    "IdentityMap",
    "Nested",
    "Operation",
    "Pagination",
    "Parameter",
    "Query",
    "Ref",
    "Resource",
    "build_query",
    "check",
    "check_hooks",
    "class_for",
    "class_named",
    "codec_for",
    "conceal_attributes",
    "decode",
    "doubt",
    "doubt_about",
    "encode_filter",
    "encode_json",
    "encode_member",
    "encode_parameter",
    "encode_value",
    "foreign",
    "identify",
    "is_like_an_id",
    "loads",
    "make_converter",
    "may_be_page",
    "nested",
    "plain_id",
    "plain_value",
    "read_plain",
    "read_refs",
    "read_values",
    "register_loader",
    "resource",
    "schema_of",
    "unexpected",
    "wire",
    "write_plain",
    "write_refs",
]
