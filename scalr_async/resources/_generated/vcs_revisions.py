"""VCS revisions.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from typing import Literal

from scalr_async._values import UNSET
from scalr_async.jsonapi import Identity, Operation, Resource, resource
from scalr_async.resources._base import Collection
from scalr_async.resources._with_response import with_response

# fmt: off
VcsRevisionField = Literal[
    "id", "branch", "clone_url", "commit_message", "commit_sha", "commit_url", "repository_id",
    "sender_username"]
# fmt: on


@resource("vcs-revisions")
class VcsRevision(Resource):
    """A commit, as the VCS provider has it."""

    branch: str | None = UNSET
    clone_url: str = UNSET
    commit_message: str | None = UNSET
    commit_sha: str | None = UNSET
    commit_url: str | None = UNSET
    repository_id: str = UNSET
    sender_username: str | None = UNSET


# fmt: off
_GET: Operation[VcsRevision] = Operation(
    "GET", "/vcs-revisions/{vcs_revision}", ids=("vcs-revisions",))
# fmt: on


class VcsRevisions(Collection[VcsRevision]):
    """The calls of `scalr.vcs_revisions`."""

    model = VcsRevision

    async def get(self, vcs_revision: Identity[VcsRevision]) -> VcsRevision:
        """Read a VCS revision.

        `GET /vcs-revisions/{vcs_revision}`. Raises `NotFoundError`.
        """
        return await self._get(_GET, (vcs_revision,))

    @property
    def with_response(self) -> VcsRevisionsWithResponse:
        """The same calls, each of which returns its result together with the response."""
        return VcsRevisionsWithResponse(self)


class VcsRevisionsWithResponse:
    """The calls of `scalr.vcs_revisions.with_response`."""

    def __init__(self, calls: VcsRevisions) -> None:
        self.get = with_response(calls.get)
