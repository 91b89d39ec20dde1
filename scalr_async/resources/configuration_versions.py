"""Configuration versions, with the upload of their archives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yarl import URL

from scalr_async._http import ANY_MEDIA_TYPE, Request
from scalr_async._values import Secret
from scalr_async.errors import DecodeError, InvalidArgumentError
from scalr_async.jsonapi import Identity, check, identify
from scalr_async.resources._generated import configuration_versions as generated
from scalr_async.resources._generated.configuration_versions import ConfigurationVersion
from scalr_async.resources._with_response import with_response
from scalr_async.transport import Content, OnProgress, is_safe, open_upload, resolve_location

__all__ = ["ConfigurationVersions", "ConfigurationVersionsWithResponse"]


class ConfigurationVersions(generated.ConfigurationVersions):
    """Configuration versions: `scalr.configuration_versions`."""

    async def upload(
        self,
        configuration_version: Identity[ConfigurationVersion],
        archive: Content,
        *,
        on_progress: OnProgress | None = None,
    ) -> None:
        """Upload the archive (tar.gz) of a configuration version.

        Sends a `PUT` to the version's `links.upload`, which the answer to its creation contains;
        without that link, the configuration version is read first. `archive` is bytes, a path, a
        file object opened in binary mode, or an async iterable of bytes; it is sent while it is
        read. `on_progress` is called with the number of bytes sent and the total, None if unknown.

        The token is sent only if the link points to the API's own host. After a 429 the archive is
        sent again if it can be read again; after any other failure the upload is not repeated once
        a byte was sent. `Timeouts.total` starts again with each piece. A file at a path is closed
        at the end, a file object of yours is not; an exception of an iterable is raised unchanged.

        Raises `FileError` for an archive that cannot be read, `InvalidArgumentError` for a
        configuration version that accepts no upload, and the errors of any call.
        """
        path = f"/configuration-versions/{identify(configuration_version, self.model.type)}"
        if isinstance(archive, bytes):
            archive = memoryview(archive)  # no traceback prints its content
        async with open_upload(archive, on_progress) as source:
            request = Request(
                method="PUT",
                path=path,
                body=source,
                content_type="application/octet-stream",
                accept=ANY_MEDIA_TYPE,
                url=await self._upload_url(configuration_version, path),
            )
            check(await self._context.send(request))

    @property
    def with_response(self) -> ConfigurationVersionsWithResponse:
        """The same calls, whose results come with the response."""
        return ConfigurationVersionsWithResponse(self)

    async def _upload_url(self, version: Identity[ConfigurationVersion], path: str) -> Secret:
        """Return the URL for the archive; such a link is itself a credential."""
        link = _link(version)
        if link is None:
            link = _link(await self.get(version))
        if link is None:
            raise InvalidArgumentError(f"{path}: has no links.upload, so it accepts no archive")
        there = resolve_location(URL(self._context.origin), link) if isinstance(link, str) else None
        if there is None or not is_safe(there):
            raise DecodeError("links.upload is not an https:// URL", method="PUT", path=path)
        return Secret(there)


class ConfigurationVersionsWithResponse(generated.ConfigurationVersionsWithResponse):
    """The calls of `scalr.configuration_versions.with_response`."""

    def __init__(self, calls: ConfigurationVersions) -> None:
        super().__init__(calls)
        self.upload = with_response(calls.upload)


def _link(version: Identity[ConfigurationVersion]) -> Any:
    """Return `links.upload`, given as a text or a link object (JSON:API 1.0, Document Links)."""
    links: Any = version.links if isinstance(version, ConfigurationVersion) else None
    link = links.get("upload") if isinstance(links, Mapping) else None
    return link.get("href") if isinstance(link, Mapping) else link
