from __future__ import annotations

import pytest

from scalr_async.errors import DecodeError
from scalr_async.jsonapi import Operation, Pagination, Ref, read_refs, read_values
from tests.jsonapi.documents import body
from tests.jsonapi.models import Header


def test_identifiers_are_listed_as_refs():
    sent = [
        {"type": "tags", "id": "tag-1"},
        {"type": "tags", "id": 2},
        {"type": "tags"},
        {"id": "tag-3"},
    ]

    document = read_refs(body({"data": sent, "meta": {"pagination": {"total-count": 2}}}))

    assert document.items == (Ref("tags", "tag-1"), Ref("tags", "2"))
    assert document.meta == Pagination(total_count=2)


def test_plain_values_are_listed_bare_or_in_a_document():
    assert read_values(b'[{"name": "x"}, null]', Header).items == (Header(name="x"), None)
    assert read_values(b'["x"]', str).items == ("x",)
    document = read_values(
        b'{"data": [{"name": "x"}], "links": {"next": null},'
        b' "meta": {"pagination": {"total-count": 1}}}',
        Header,
    )
    assert document.items == (Header(name="x"),)
    assert document.meta == Pagination(total_count=1)
    assert document.links == {"next": None}


@pytest.mark.parametrize("text", [b"{}", b"5", b'{"data": {}}'])
def test_what_is_no_list_is_refused(text):
    with pytest.raises(DecodeError):
        read_values(text, Header)


def test_an_operation_fills_its_path():
    operation = Operation("DELETE", "/accounts/{account}/actions/remove/{user}")

    assert operation.parameters == ("account", "user")
    assert operation.path_format == "/accounts/%s/actions/remove/%s"
    assert not operation.idempotent
    assert Operation("GET", "/accounts").idempotent
