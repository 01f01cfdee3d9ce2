"""The reader's roles on Google Cloud: what the calls need and nothing else, in a script that a shell takes and in Terraform."""

from __future__ import annotations

import re
import stat
import subprocess
from pathlib import Path
from typing import Any

import hcl2
import pytest
from click.testing import CliRunner

from driftscan.catalog.google import CALLS, USE, permissions
from driftscan.cli.root import root
from driftscan.errors import UsageError
from driftscan.jobs.role_gcp import Scope, gcloud, terraform

SCOPES: tuple[Scope, ...] = ("organization", "project")
READS = re.compile(r"cloudasset\.assets\.list\w+|resourcemanager\.\w+\.(get|list|getIamPolicy|listEffectiveTags)")


def ran(script: str, folder: Path) -> list[list[str]]:
    """The script, run by a real shell with a gcloud that writes down what it was asked."""
    fake = folder / "gcloud"
    fake.write_text('#!/bin/sh\nfor a in "$@"; do printf "%s\\037" "$a"; done >> "$LOG"; echo >> "$LOG"\n')
    fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
    log = folder / "log"
    log.touch()
    environment = {"PATH": f"{folder}:/usr/bin:/bin", "LOG": str(log)}
    subprocess.run(["sh", "-c", script], env=environment, check=True, capture_output=True, timeout=20)
    return [line.rstrip("\x1f").split("\x1f") for line in log.read_text().splitlines()]


def options(call: list[str]) -> dict[str, str]:
    return {k: v for k, _, v in (a.partition("=") for a in call if a.startswith("--"))}


@pytest.mark.parametrize("scope", SCOPES)
def test_the_permissions_are_those_of_the_calls(scope: Scope, tmp_path: Path) -> None:
    wanted = set(permissions(above=scope == "organization"))
    assert wanted == {p for c in CALLS if scope == "organization" or not c.above for p in c.permissions}
    assert all(READS.fullmatch(p) for p in wanted)
    made = [options(c) for c in ran(gcloud(scope), tmp_path) if c[:3] == ["iam", "roles", "create"]]
    assert {o["--permissions"] for o in made} == {USE, ",".join(sorted(wanted))}
    data: Any = hcl2.loads(terraform(scope))
    roles = [r for block in data["resource"] for kind, inner in block.items() if "custom_role" in kind for r in inner.values()]
    assert {p.strip('"') for r in roles for p in r["permissions"]} == wanted | {USE}


def test_single_projects_need_nothing_above_them() -> None:
    below = permissions(above=False)
    assert set(below) < set(permissions(above=True))
    assert not [p for p in below if "folders" in p or "organizations" in p or p.endswith("projects.list")]


def test_a_shell_takes_the_script(tmp_path: Path) -> None:
    """Each role is granted where it was made, to the account that was made."""
    calls = ran(gcloud("organization"), tmp_path)
    reader = "serviceAccount:driftscan-reader@acme-tools.iam.gserviceaccount.com"
    bound = [c for c in calls if "add-iam-policy-binding" in c]
    assert {options(c)["--member"] for c in bound} == {reader}
    assert [(c[0], c[2], options(c)["--role"]) for c in bound] == [
        ("projects", "acme-tools", "projects/acme-tools/roles/driftscanQuota"),
        ("organizations", "123456789012", "organizations/123456789012/roles/driftscanReader"),
    ]
    (tmp_path / "log").unlink()
    single = ran(gcloud("project"), tmp_path)
    assert [options(c)["--project"] for c in single if c[:4] == ["iam", "roles", "create", "driftscanReader"]] == [
        "acme-stage",
        "acme-prod",
    ]
    assert not [c for c in single if c[0] == "organizations"]


@pytest.mark.parametrize("scope", SCOPES)
def test_every_reference_of_terraform_leads_somewhere(scope: Scope) -> None:
    text = terraform(scope)
    data: Any = hcl2.loads(text)
    made = {f"{kind}.{name}".replace('"', "") for block in data["resource"] for kind, inner in block.items() for name in inner}
    variables = {name.strip('"') for block in data["variable"] for name in block}
    assert set(re.findall(r"\b(google_\w+\.\w+)(?:\[|\.)", text)) <= made
    assert set(re.findall(r"var\.(\w+)", text)) == variables


def test_the_command() -> None:
    run = CliRunner().invoke
    assert run(root, ["permissions", "gcp"]).output == gcloud("organization")
    assert run(root, ["permissions", "gcp", "--scope", "project", "--terraform"]).output == terraform("project")
    for line in (["permissions", "aws", "--terraform"], ["permissions", "gcp", "--split"], ["permissions", "gcp", "--only", "x"]):
        assert isinstance(run(root, line).exception, UsageError)
