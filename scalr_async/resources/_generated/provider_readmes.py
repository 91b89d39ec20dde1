"""Provider readmes.

Generated from openapi/scalr.json by `nox -s generate`. Do not edit.
"""

from __future__ import annotations

from datetime import datetime

from scalr_async._values import UNSET
from scalr_async.jsonapi import Resource, resource


@resource("provider-readme")
class ProviderReadme(Resource):
    """A provider readme."""

    content: str = UNSET
    created_at: datetime = UNSET
