"""JSON:API 1.0 (https://jsonapi.org/format/1.0/): resources, documents, queries, errors. No I/O.

```
_json           JSON and times, as bytes      _converter      values, one by one; hooks
_ref            Ref: a link to a resource     _compile        values, by a function for each class
_schema         the fields of a class         _relationships  linkage, included, lazy reading
_document       documents, undecoded inside   _items          a list, cut into its items
_resource       Resource, its decorators      _page           the resources of a page
_ids            ids as arguments of calls     _codec          all of these together
_query          options of a call, filters    _operation      one operation of the API
                                              _response       the meaning of an answer
```

A module imports only modules above it or to its left. Other packages import from this package.
"""

from __future__ import annotations

from scalr_async.jsonapi._codec import Codec, codec_for
from scalr_async.jsonapi._converter import (
    check_hooks,
    make_converter,
    read_plain,
    read_values,
    write_plain,
)
from scalr_async.jsonapi._document import Document, Pagination, read_refs
from scalr_async.jsonapi._ids import (
    Identity,
    describe_wrong_prefix,
    identify,
    is_like_an_id,
    plain_id,
    wrong_prefix,
)
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
    is_operator,
)
from scalr_async.jsonapi._ref import Ref
from scalr_async.jsonapi._relationships import NOT_A_LIST, IdentityMap, write_refs
from scalr_async.jsonapi._resource import (
    Nested,
    Resource,
    class_for,
    class_named,
    register_loader,
    resource,
)
from scalr_async.jsonapi._response import (
    another_object,
    check,
    decode,
    decode_in_steps,
    html_type,
    may_be_html,
    unexpected_answer,
)
from scalr_async.jsonapi._schema import (
    is_nested,
    nested,
    replace_secrets,
    schema_of,
    wire,
)

__all__ = [
    "NOT_A_LIST",
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
    "another_object",
    "build_query",
    "check",
    "check_hooks",
    "class_for",
    "class_named",
    "codec_for",
    "decode",
    "decode_in_steps",
    "describe_wrong_prefix",
    "encode_filter",
    "encode_json",
    "encode_member",
    "encode_parameter",
    "encode_value",
    "html_type",
    "identify",
    "is_like_an_id",
    "is_nested",
    "is_operator",
    "loads",
    "make_converter",
    "may_be_html",
    "nested",
    "plain_id",
    "read_plain",
    "read_refs",
    "read_values",
    "register_loader",
    "replace_secrets",
    "resource",
    "schema_of",
    "unexpected_answer",
    "wire",
    "write_plain",
    "write_refs",
    "wrong_prefix",
]
