"""The exchange of an OIDC identity token for a token of a service account."""

from __future__ import annotations

import contextlib
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from scalr_async._http import Headers
from scalr_async.tokens import AssumeServiceAccount, ExpiringToken, ask

if TYPE_CHECKING:
    from scalr_async.resources._generated.service_accounts import ServiceAccounts

__all__ = ["assume"]


async def assume(source: AssumeServiceAccount, accounts: ServiceAccounts) -> ExpiringToken:
    """Exchange an identity token; `accounts` sends no token of its own.

    Raises what asking for the identity token and `ServiceAccounts.assume` raise, `ConfigError` for
    an answer without a token.
    """
    identity = (await ask(source.identity)).token
    asked = {} if source.lifetime is None else {"lifetime": source.lifetime}
    lent, response = await accounts.with_response.assume(
        service_account_email=source.email,
        id_token=identity,
        **asked,
    )
    left = _left(lent.expire_time, response.headers)
    return ExpiringToken(lent.access_token, expires_in=source.lifetime if left is None else left)


def _left(expires: object, headers: Headers) -> float | None:
    """Return the seconds that are left by the server's own clock, None if it does not tell."""
    if isinstance(expires, datetime):
        with contextlib.suppress(ValueError, TypeError, KeyError, OverflowError):
            left = (expires - parsedate_to_datetime(headers["date"])).total_seconds()
            return left if left > 0 else None
    return None
