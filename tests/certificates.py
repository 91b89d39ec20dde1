"""Certificates of an authority that exists for a test only."""

from __future__ import annotations

import ssl
from typing import Any

import trustme

__all__ = ["serving"]


def serving(authority: trustme.CA, host: str = "localhost", **options: Any) -> ssl.SSLContext:
    """Return a server's context with a certificate of this authority for `host`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host, **options).configure_cert(context)
    return context
