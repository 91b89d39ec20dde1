"""No secret of a resource gets into an inventory; what is not sensitive does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from typing import Any, get_args, get_origin

import pytest

from scalr_async._values import UNSET, Secret
from scalr_async.inventory._documents import document, json_lines
from scalr_async.inventory._secrets import is_secret_name
from scalr_async.jsonapi import codec_for, is_nested, schema_of
from scalr_async.resources import _generated
from scalr_async.resources._generated.tags import Tag
from scalr_async.resources._generated.variables import Variable
from tests.conftest import CANARY

CLASSES = [
    getattr(import_module(f"scalr_async.resources._generated.{module}"), name)
    for module, name in _generated.MODELS.values()
]

Path = tuple[tuple[str, bool], ...]
"""The wire names down to a field, each with whether a list is there."""


def confidential(cls: Any, path: Path = ()) -> Iterator[tuple[Path, bool]]:
    """Yield the fields of a class that hold secrets, and whether `sensitive` decides of each."""
    schema = schema_of(cls)
    for field in schema.attributes.values():
        many = get_origin(field.type) is tuple
        inner = get_args(field.type)[0] if many else field.type
        here = (*path, (field.wire, many))
        if field.hidden or inner is Secret:
            yield here, field.name in schema.guarded
        elif is_nested(inner):
            yield from confidential(inner, here)


FIELDS = [(cls, *found) for cls in CLASSES for found in confidential(cls)]
VALUES = [CANARY, "", [CANARY], {"a": CANARY}, {"a": [{"b": CANARY}]}, 1234567, [1234567]]


def written(cls: Any, attributes: dict[str, Any]) -> Any:
    """Return the attributes as a crawl writes them."""
    sent = {"data": {"type": cls.type, "id": "x-1", "attributes": attributes}}
    read = codec_for(cls).read_one(json.dumps(sent).encode())
    return json.loads(json_lines([document(read, {})]))["attributes"]


def nest(path: Path, value: Any, sensitive: Any = UNSET) -> dict[str, Any]:
    (name, many), *rest = path
    if rest:
        inner = nest(tuple(rest), value, sensitive)
        return {name: [inner] if many else inner}
    flag = {} if sensitive is UNSET else {"sensitive": sensitive}
    return {name: value, **flag}


@pytest.mark.parametrize("sensitive", [True, UNSET, None, "false", 0, False], ids=repr)
@pytest.mark.parametrize(
    ("cls", "path", "guarded"),
    FIELDS,
    ids=[f"{cls.__name__}.{'.'.join(name for name, _ in path)}" for cls, path, _ in FIELDS],
)
def test_only_what_is_said_not_to_be_sensitive_is_written(cls, path, guarded, sensitive) -> None:
    for value in VALUES:
        found = written(cls, nest(path, value, sensitive))

        kept = value if guarded and sensitive is False else None
        assert found == nest(path, kept, sensitive), value


@pytest.mark.parametrize(
    ("cls", "path"), [(cls, path) for cls, path, _ in FIELDS if len(path) > 1], ids=repr
)
def test_another_kind_of_value_in_a_place_of_secrets_is_not_written(cls, path) -> None:
    name = path[0][0]
    for value in (CANARY, [CANARY], [[CANARY]], 1234567, [None, CANARY]):
        assert CANARY not in str(found := written(cls, {name: value}))
        assert "1234567" not in str(found)


@pytest.mark.parametrize(
    "name",
    """secret client-secret oauth.client-secret client_secret clientSecret new-secret-value token
    accessToken tokens password passwd passphrase db-passwords private-key private_key secret-key
    api-key apiKey encryption-key credentials Set-Cookie Authorization""".split(),
)
def test_an_unknown_attribute_that_is_called_a_secret_is_null(name) -> None:
    inner = {name: CANARY, "note": "kept"}
    blank = {**inner, name: None}
    for cls in CLASSES:
        sent = {name: CANARY, "not-yet-known": {"a": [{**inner, "b": inner}]}}

        found = written(cls, sent)

        assert found == {name: None, "not-yet-known": {"a": [{**blank, "b": blank}]}}


@pytest.mark.parametrize(
    "name",
    """token-expiration secret-name secretary tokenizer max-token-lifetime public-key key
    password-policy has-tokens-left monkey value""".split(),
)
def test_an_unknown_attribute_of_another_name_is_written(name) -> None:
    sent = {name: "kept", "not-yet-known": {name: ["kept", 5, None]}}

    assert written(Tag, sent) == sent
    assert not is_secret_name(name)


def test_a_flag_is_no_secret_whatever_its_name() -> None:
    assert written(Tag, {"has-token": True}) == {"has-token": True}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (f"https://u:{CANARY}@h/p?q=a@b", "https://<redacted>@h/p?q=a@b"),
        (f"HTTPS://{CANARY}@h", "HTTPS://<redacted>@h"),
        (f"see http://u:{CANARY}@@h and ssh://g:{CANARY}@h", None),
        (f"postgres://u:{CANARY}@h:5432/db", "postgres://<redacted>@h:5432/db"),
        ("ssh://git@github.com/a.git", "ssh://git@github.com/a.git"),
        ("https://h/@scope/a?b=c@d", "https://h/@scope/a?b=c@d"),
        ("git@github.com:a/b.git", "git@github.com:a/b.git"),
        ("https://<redacted>@h/", "https://<redacted>@h/"),
    ],
)
def test_the_password_in_a_url_is_not_written(sent, kept) -> None:
    for attributes in (
        {"name": sent},
        {"not-yet-known": [{"url": sent}]},
    ):
        found = json.dumps(written(Tag, attributes))
        assert CANARY not in found
        if kept is not None:
            assert kept in found
    variable = written(Variable, {"value": sent, "sensitive": False})
    assert CANARY not in variable["value"]
