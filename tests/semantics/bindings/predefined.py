"""Writes `driftscan/semantics/bindings/roles.json` from the answers of IAM's `roles.list`.

curl -H "Authorization: Bearer $(gcloud auth print-access-token)" "https://iam.googleapis.com/v1/roles?view=FULL&pageSize=1000" > page1.json
python -m tests.semantics.bindings.predefined 2026-11-26 page1.json page2.json ...

The answer names the next page (`nextPageToken`, sent as `pageToken`); every page is one file. Deleted roles are left out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from driftscan.semantics.bindings.roles import FILE


def data(version: str, answers: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """What the file should hold: the day of the answers, and the permissions of each predefined role. Raises ValueError for anything else.

    A last page that still names a next one is half a list, in which a role that is missing looks like one that nobody knows.
    """
    pages = list(answers)
    if not pages or pages[-1].get("nextPageToken"):
        raise ValueError("the last page names a further one: fetch that, too")
    roles = [role for page in pages for role in page.get("roles", []) if not role.get("deleted")]
    for role in roles:
        if not role["name"].startswith("roles/"):
            raise ValueError(f"{role['name']} is no predefined role")
        if "includedPermissions" not in role:
            raise ValueError(f"{role['name']} has no permissions: ask with view=FULL")
    return {"version": version, "roles": {r["name"]: sorted(r["includedPermissions"]) for r in sorted(roles, key=lambda r: r["name"])}}


def render(data: Mapping[str, Any]) -> str:
    """One role per line: a change of one role is a change of one line."""
    roles = ",\n".join(f"  {json.dumps(name)}: {json.dumps(held)}" for name, held in data["roles"].items())
    held = f"\n{roles}\n " if roles else ""
    return f'{{\n "version": {json.dumps(data["version"])},\n "roles": {{{held}}}\n}}\n'


def main() -> None:
    version, *files = sys.argv[1:]
    FILE.write_text(render(data(version, [json.loads(Path(f).read_bytes()) for f in files])))


if __name__ == "__main__":
    main()
