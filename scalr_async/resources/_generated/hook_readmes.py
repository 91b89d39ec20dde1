"""Hook readmes.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from scalr_async._values import UNSET
from scalr_async.jsonapi import Resource, resource

HookReadmeField = Literal["id", "content", "created_at"]


@resource("hook-readme")
class HookReadme(Resource):
    """A hook readme."""

    content: str = UNSET
    created_at: datetime = UNSET
