"""Tags.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Required, TypedDict, Unpack, get_args

from scalr_async._values import UNSET
from scalr_async.filters import Filter
from scalr_async.jsonapi import Identity, Operation, Ref, Resource, resource
from scalr_async.pagination import Pager
from scalr_async.resources import _generated as api
from scalr_async.resources._base import Collection, ListOptions
from scalr_async.resources._ensured import Ensured
from scalr_async.resources._with_response import with_response

TagField = Literal["id", "in_use", "name", "account"]
TagSort = Literal["name", "-name"]


@resource("tags")
class Tag(Resource):
    """A label for workspaces, environments and provider configurations; unique in the account."""

    in_use: bool | None = UNSET
    """Whether anything carries the tag; sent only when asked for by `fields`."""
    name: str = UNSET
    """Unique in the account."""
    account: Ref[api.Account] = UNSET


class TagCreate(TypedDict, total=False):
    """The values for creating a tag."""

    name: Required[str]


class TagUpdate(TypedDict, total=False):
    """The values for updating a tag."""

    name: str


class TagFieldsets(TypedDict, total=False):
    """The fields to send, by type."""

    tags: Sequence[TagField]


class TagListOptions(ListOptions, total=False):
    """The options of `list`."""

    query: str
    name: Filter[str]
    resource_type: Filter[str]
    tag: Filter[Identity[Tag]]
    sort: TagSort | Sequence[TagSort]
    fields: TagFieldsets


# fmt: off
_LIST: Operation[Tag] = Operation(
    "GET", "/tags", paginated=True, sort=get_args(TagSort), fields={"tags": "tags"},
    filters={"name": "filter[name]", "resource_type": "filter[resource-type]",
    "tag": "filter[tag]"}, params={"query": "query"}, filter_types={"tag": "tags"})
_CREATE: Operation[Tag] = Operation("POST", "/tags")
_GET: Operation[Tag] = Operation("GET", "/tags/{tag}", ids=("tags",))
_UPDATE: Operation[Tag] = Operation("PATCH", "/tags/{tag}", ids=("tags",))
_DELETE: Operation[None] = Operation("DELETE", "/tags/{tag}", ids=("tags",), idempotent=True)
# fmt: on


class Tags(Collection[Tag]):
    """The calls of `scalr.tags`."""

    model = Tag

    def list(self, **options: Unpack[TagListOptions]) -> Pager[Tag]:
        """List tags.

        `GET /tags`. Raises `ForbiddenError`.

        Keywords: `query`; `name`; `resource_type`; `tag`; `sort` by `name` (`-` reverses);
        `fields`; `page_size`; `prefetch`; `limit`; `on_drift`.
        """
        return self._list(_LIST, (), options)

    async def create(
        self, *, reconcile: Pager[Tag] | None = None, **values: Unpack[TagCreate]
    ) -> Tag:
        """Create a tag.

        `POST /tags`. `reconcile` is a list that finds the object if the answer is lost. Raises
        `ForbiddenError`, `NotFoundError` or `UnprocessableEntityError`.

        Keywords: `name` (required).
        """
        return await self._create(_CREATE, (), values, reconcile=reconcile)

    async def get(self, tag: Identity[Tag]) -> Tag:
        """Read a tag.

        `GET /tags/{tag}`. Raises `ForbiddenError` or `NotFoundError`.
        """
        return await self._get(_GET, (tag,))

    async def update(self, tag: Identity[Tag], **values: Unpack[TagUpdate]) -> Tag:
        """Update a tag.

        `PATCH /tags/{tag}`. Raises `ForbiddenError`, `NotFoundError` or
        `UnprocessableEntityError`.

        Keywords: `name`.
        """
        return await self._update(_UPDATE, (tag,), values)

    async def delete(self, tag: Identity[Tag]) -> None:
        """Delete a tag.

        `DELETE /tags/{tag}`. Raises `ForbiddenError` or `NotFoundError`.
        """
        return await self._delete(_DELETE, (tag,))

    async def find(self, *, name: str) -> Tag:
        """Find a tag by its name.

        `GET /tags`. Raises `NoResultError`, which tells names that come close, or
        `MultipleResultsError`, which tells all that have the name.
        """
        return await self._find(_LIST, name, {})

    async def ensure(self, **values: Unpack[TagCreate]) -> Ensured[Tag]:
        """Ensure that a tag with these values exists: create or update it.

        It is identified by `name`. Omitted fields are neither compared nor written; values that
        the server hides cannot be compared, and are written. The call is idempotent, and safe
        to run concurrently: after a lost answer or a conflict, it reads the object again.
        Raises `MultipleResultsError` if several match, and the errors of `create` and `update`.

        Keywords: `name` (required).
        """
        return await self._ensure((_LIST, _GET, _CREATE, _UPDATE), ("name",), (), values)

    @property
    def with_response(self) -> TagsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return TagsWithResponse(self)


class TagsWithResponse:
    """The calls of `scalr.tags.with_response`."""

    def __init__(self, calls: Tags) -> None:
        self.list = with_response(calls.list)
        self.create = with_response(calls.create)
        self.get = with_response(calls.get)
        self.update = with_response(calls.update)
        self.delete = with_response(calls.delete)
