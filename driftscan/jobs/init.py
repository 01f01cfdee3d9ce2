"""The first files of a new user: a configuration that loads, the rules that ship, the reader role, an empty list of waivers."""

from __future__ import annotations

import secrets
import textwrap
from pathlib import Path

from driftscan.catalog import Catalog
from driftscan.errors import UsageError
from driftscan.jobs.output import write
from driftscan.jobs.role import cloudformation, terraform

STARTER = Path(__file__).parents[1] / "starter"
BASELINES = Path(__file__).parents[1] / "baselines"
CONFIG = "driftscan.yaml"
EXAMPLES = frozenset({"111122223333", "444455556666"})
"""The account ids of the starter: those of AWS's own documentation, nobody's to scan."""


def external_id() -> str:
    """A new one: nobody else can know it."""
    return f"driftscan-{secrets.token_hex(16)}"


def files(catalog: Catalog, identity: str) -> dict[str, str]:
    """Path -> text of everything that `init` writes. identity: the external id that configuration and role agree on."""
    preset = textwrap.indent((STARTER / "smaller-stage.yaml").read_text(), "  ").rstrip()
    config = (STARTER / CONFIG).read_text().replace("@EXTERNAL_ID@", identity).replace("@PRESET@", preset)
    return {
        CONFIG: config,
        "waivers.yaml": (STARTER / "waivers.yaml").read_text(),
        **{f"baselines/{file.name}": file.read_text() for file in sorted(BASELINES.glob("*.yaml"))},
        "reader-role/cloudformation.yaml": cloudformation(catalog, identity),
        "reader-role/main.tf": terraform(catalog, identity),
    }


def init(folder: Path, catalog: Catalog, *, force: bool = False) -> list[str]:
    """Write the starter into `folder`; the paths that were written, in their order.

    A `.gitignore` is only written where there is none. Raises UsageError where a file is there already, unless `force`: then
    nothing is written.
    """
    wanted = files(catalog, external_id())
    taken = [name for name in wanted if (folder / name).exists()]
    if taken and not force:
        more = f" and {len(taken) - 1} more" if len(taken) > 1 else ""
        raise UsageError(f"{folder / taken[0]} is there already{more}: nothing was written", "name another folder with --dir, or --force")
    if not (folder / ".gitignore").exists():
        wanted[".gitignore"] = (STARTER / "gitignore").read_text()
    for name, text in wanted.items():
        write(folder / name, text.encode())
    return list(wanted)
