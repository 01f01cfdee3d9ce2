"""Exit codes, and the codes under which something was not read or cannot be judged."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import driftscan
from driftscan import errors
from sitegen.text import code, plain, table

MEANINGS: Final = {
    "denied": (
        "The role may not do this.",
        "Grant what the gap names; where it is granted, a service control policy or a resource policy denies it.",
    ),
    "throttled": ("The vendor kept refusing because of the rate.", "Run at another hour, or lower `max_concurrency`."),
    "expired": ("The credentials ended, or are not valid there.", "Log in again, or enable the region; `driftscan doctor` says which."),
}
OURS: Final = {
    "Timeout": "No answer came in time.",
    "ConnectionError": "The endpoint could not be reached.",
    "Malformed": "The answer was not one of this API: often a proxy in between.",
    "Deadline": "The `deadline` of the configuration was over before the call.",
    "NotReturned": "A listing names the item, and the call for its details leaves it out.",
    "NoArn": "The item has no ARN, so its tags could not be asked for.",
    "NotImplemented": "This endpoint does not offer the call (emulators).",
    "Refused": "The call is not a reading one; driftscan does not send it.",
    "SSOError": "The SSO session is over. The hint names the command that logs in.",
    "NoCredentialsError": "There are no credentials.",
    "unread type": "It refers to a type that was not read on one side.",
    "unread": "What it refers to could not be read.",
    "unresolved id": "A generated id that nothing read explains.",
    "other key": "Digests were made with another redaction key, so they cannot be compared.",
    "redacted": "Only its digest is kept, and the rule asks for more than equality.",
    "ambiguous": "What it refers to, or its own counterpart, could not be told from others.",
    "in flux": "It was being changed while the scan ran, and still was when it was read again.",
    "unexplained difference": "The two forms differ, and no member says where: shown instead of hidden.",
    "not in scope any more": "It was reported before, and its account, region or type is not read any more.",
}
"""Codes that are not the vendor's, as they stand in reports."""


def _exits() -> Iterator[tuple[str, str]]:
    seen: dict[int, list[str]] = {0: ["Done. Nothing at or above `--fail-on`, or no `--fail-on` was given."]}
    for _, kind in inspect.getmembers(errors, inspect.isclass):
        if issubclass(kind, errors.DriftscanError) and kind is not errors.ConfigError:
            seen.setdefault(kind.exit_code, []).append(plain(inspect.cleandoc(kind.__doc__ or "").split("\n\n")[0].replace("\n", " ")))
    seen[3] = ["There is drift at or above `--fail-on`."]
    return ((str(n), " ".join(said)) for n, said in sorted(seen.items()))


def exit_codes() -> str:
    """Every exit code."""
    return table(("code", "meaning"), _exits())


def vendor_codes() -> str:
    """The vendor's codes that have a meaning here."""
    kinds = tomllib.loads((Path(driftscan.__file__).parent / "catalog" / "errors.toml").read_text(encoding="utf-8"))["kinds"]
    assert set(kinds) == set(MEANINGS)
    rows = [(meaning, ", ".join(map(code, sorted(kinds[kind]))), step) for kind, (meaning, step) in MEANINGS.items()]
    return table(("meaning", "codes", "next step"), rows)


def own_codes() -> str:
    """Codes that are not the vendor's."""
    return table(("code", "meaning"), [(code(name), said) for name, said in OURS.items()])
