"""How long credentials last, as far as the SDK knows: what a long scan has to fear."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

_RENEW: Final = frozenset({
    "assume-role", "assume-role-with-web-identity", "boto", "container-role", "custom-process", "iam-role", "login",
})  # fmt: skip
"""The SDK's names of the ways to keys that it fetches anew by itself."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Where credentials come from and when they end.

    method: the SDK's name of the way (`env`, `shared-credentials-file`, `sso`, `assume-role`, ...). temporary: they end some time.
    ends: when, where that is known; for single sign-on it is the login's end, not that of the keys it gives out.
    renews: the SDK renews them by itself, so that `ends` does not matter.
    """

    method: str
    temporary: bool
    ends: datetime | None
    renews: bool


def keys(session: Any, profile: str | None) -> Keys | None:
    """The credentials of an SDK's session; None where it has none. May call the vendor, and raise what the SDK raises."""
    found = session.get_credentials()
    if found is None:
        return None
    frozen = found.get_frozen_credentials()
    method = str(found.method)
    if method == "sso":
        ends, renews = _login(session, profile)
        return Keys(method, True, ends, renews)
    ends = getattr(found, "_expiry_time", None)  # the SDK has no public name for it
    return Keys(method, frozen.token is not None, ends.astimezone(UTC) if ends else None, method in _RENEW)


def _login(session: Any, profile: str | None) -> tuple[datetime | None, bool]:
    """When a single sign-on ends, from the cache that `aws sso login` writes; whether the SDK can renew it."""
    config = session.full_config
    name = profile or session.profile or "default"
    found = config.get("profiles", {}).get(name, {})
    key = str(found.get("sso_session") or found.get("sso_start_url") or "")
    file = Path.home() / ".aws" / "sso" / "cache" / f"{hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()}.json"
    try:
        token = json.loads(file.read_text())
        ends = datetime.fromisoformat(str(token["expiresAt"]).replace("UTC", "Z"))
    except (OSError, ValueError, KeyError, TypeError):
        return None, False
    return ends.astimezone(UTC) if ends.tzinfo else ends.replace(tzinfo=UTC), "refreshToken" in token
