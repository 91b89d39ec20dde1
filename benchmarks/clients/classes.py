"""aiohttp, orjson, and attrs classes structured by cattrs: its fastest settings."""

from __future__ import annotations

from typing import Any, get_type_hints

import attrs
import orjson
from cattrs.gen import make_dict_structure_fn, override
from cattrs.preconf.orjson import make_converter

from benchmarks.clients import _fields, _typed
from benchmarks.clients._fields import wire_name
from benchmarks.job import Everything, Job


@attrs.define
class Ref:
    type: str
    id: str


@attrs.define
class ToOne:
    data: Ref | None


@attrs.define
class ToMany:
    data: list[Ref]


def _class(fields: type, **types: Any) -> Any:
    hints = get_type_hints(fields) | types
    return attrs.make_class(
        fields.__name__, {name: attrs.field(type=type_) for name, type_ in hints.items()}
    )


Hooks = _class(_fields.Hooks)
Repository = _class(_fields.Repository)
Attributes = _class(_fields.Attributes, hooks=Hooks | None, vcs_repo=Repository | None)
Relationships = _class(
    _fields.Relationships, **{name: ToMany if name == "tags" else ToOne for name in _typed.NAMES}
)


@attrs.define
class Workspace:
    id: str
    attributes: Attributes  # type: ignore[valid-type]  # made at run time
    relationships: Relationships  # type: ignore[valid-type]  # made at run time


@attrs.define
class Document:
    data: list[Workspace]


_converter = make_converter(detailed_validation=False)
for _kind in (Hooks, Repository, Attributes, Relationships):
    _renamed: Any = {
        field.name: override(rename=wire_name(field.name)) for field in attrs.fields(_kind)
    }
    _hook = make_dict_structure_fn(_kind, _converter, _cattrs_detailed_validation=False, **_renamed)
    _converter.register_structure_hook(_kind, _hook)


def _load(body: bytes) -> list[Workspace]:
    return _converter.structure(orjson.loads(body), Document).data


async def attributes(job: Job) -> int:
    return await _typed.attributes(job, _load)


async def ids(job: Job) -> int:
    return await _typed.ids(job, _load)


async def everything(job: Job) -> Everything:
    return await _typed.everything(job, _load)
