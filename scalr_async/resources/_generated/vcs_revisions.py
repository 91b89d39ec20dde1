"""VCS revisions.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from typing import Literal

from scalr_async._sentinels import UNSET
from scalr_async.jsonapi.model import Resource, resource

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
