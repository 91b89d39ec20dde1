"""aiohttp and handwritten msgspec structs: typed, relationships decoded with everything else."""

from __future__ import annotations

from datetime import datetime
from typing import Any, get_type_hints

import msgspec

from benchmarks.clients import _fields, _typed
from benchmarks.clients.dicts import API, session, walk
from benchmarks.documents import INCLUDE, name_of
from benchmarks.job import Everything, Job


class Ref(msgspec.Struct, gc=False, frozen=True):
    type: str
    id: str


class ToOne(msgspec.Struct, gc=False):
    data: Ref | None


class ToMany(msgspec.Struct, gc=False):
    data: list[Ref]


def _struct(fields: type, **types: Any) -> type[msgspec.Struct]:
    hints = get_type_hints(fields) | types
    return msgspec.defstruct(fields.__name__, list(hints.items()), rename="kebab", gc=False)


Hooks = _struct(_fields.Hooks)
Repository = _struct(_fields.Repository, trigger_patterns=str | None)
Attributes = _struct(
    _fields.Attributes,
    hooks=Hooks | None,
    vcs_repo=Repository | None,
    created_at=datetime,
)
Relationships = _struct(
    _fields.Relationships, **{name: ToMany if name == "tags" else ToOne for name in _typed.NAMES}
)


class Workspace(msgspec.Struct):
    id: str
    attributes: Attributes  # type: ignore[valid-type]  # made at run time
    relationships: Relationships  # type: ignore[valid-type]  # made at run time


class Document(msgspec.Struct):
    data: list[Workspace]


class Known(msgspec.Struct, gc=False):
    name: str | None = None
    email: str | None = None


class Item(msgspec.Struct, gc=False):
    type: str
    id: str
    attributes: Known


class WithIncluded(Document):
    included: list[Item]


_document = msgspec.json.Decoder(Document)
_with_included = msgspec.json.Decoder(WithIncluded)


class Single(msgspec.Struct):
    data: Workspace


_single = msgspec.json.Decoder(Single)


def load(body: bytes | memoryview) -> list[Workspace]:
    return _document.decode(body).data


def load_one(body: bytes | memoryview) -> Workspace:
    return _single.decode(body).data


async def attributes(job: Job) -> int:
    return await _typed.attributes(job, load)


async def ids(job: Job) -> int:
    return await _typed.ids(job, load)


async def related(job: Job) -> int:
    total = 0
    async for document in walk(job, _with_included.decode, INCLUDE):
        index = {(item.type, item.id): item.attributes for item in document.included}
        for item in document.data:
            total += _typed.read(item)
            links: Any = item.relationships
            for ref in (links.environment.data, links.agent_pool.data, *links.tags.data):
                total += len(index[ref.type, ref.id].name or "")
            user = links.created_by.data
            total += len(index[user.type, user.id].email or "")
    return total


async def gets(job: Job) -> int:
    total = 0
    async with session(job) as opened:
        for number in range(job.total):
            async with opened.get(f"{API}/{name_of(number)}") as answer:
                total += _typed.read(load_one(await answer.read()))
    return total


async def everything(job: Job) -> Everything:
    return await _typed.everything(job, load)
