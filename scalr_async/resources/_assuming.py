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
    """Exchange an identity token; `accounts` must send its requests without a token.

    Raises the errors of the source of the identity token and of `ServiceAccounts.assume`, and
    `ConfigError` for an answer without a token.
    """
    identity = (await ask(source.identity)).token
    asked = {} if source.lifetime is None else {"lifetime": source.lifetime}
    lent, response = await accounts.with_response.assume(
        service_account_email=source.email,
        id_token=identity,
        **asked,
    )
    left = _seconds_left(lent.expire_time, response.headers)
    return ExpiringToken(lent.access_token, expires_in=source.lifetime if left is None else left)


def _seconds_left(expires: object, headers: Headers) -> float | None:
    """Return the seconds left by the server's own clock, None if the answer does not say."""
    if isinstance(expires, datetime):
        with contextlib.suppress(ValueError, TypeError, KeyError, OverflowError):
            left = (expires - parsedate_to_datetime(headers["date"])).total_seconds()
            return left if left > 0 else None
    return None
