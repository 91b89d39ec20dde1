"""Workspace readmes.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from scalr_async._values import UNSET
from scalr_async.jsonapi import Resource, resource

WorkspaceReadmeField = Literal["id", "content", "created_at"]


@resource("workspace-readme")
class WorkspaceReadme(Resource):
    """A workspace readme."""

    content: str = UNSET
    created_at: datetime = UNSET
