"""driftscan permissions PROVIDER"""

from __future__ import annotations

import json

import click

from driftscan.cli.common import only
from driftscan.errors import UsageError


@click.command()
@click.argument("provider", type=click.Choice(["aws", "gcp"]))
@click.option("--split", is_flag=True, help="aws: as a list of policies, each small enough for one managed policy.")
@click.option("--terraform", is_flag=True, help="gcp: as Terraform, not as gcloud commands.")
@click.option("--scope", type=click.Choice(["organization", "project"]), help="gcp: a role for the organization, or for single projects.")
@only
def command(provider: str, split: bool, terraform: bool, scope: str | None, only: tuple[str, ...]) -> int:
    """Print what reading needs: nothing in it writes, nothing in it reads data.

    aws: the IAM policy, from the catalogue. gcp: custom roles and their grants, as gcloud commands or as Terraform.
    """
    if provider == "gcp":
        _gcp(terraform, "project" if scope == "project" else "organization", aws=split or bool(only))
        return 0
    if terraform or scope:
        raise UsageError("--terraform and --scope are for gcp", "`driftscan init` writes the role for aws as Terraform")
    from driftscan import catalog
    from driftscan.catalog import permissions
    from driftscan.jobs.types import narrowed

    policy = permissions.policy(narrowed(catalog.load(), only))
    click.echo(json.dumps(permissions.split(policy) if split else policy, indent=2))
    return 0


def _gcp(terraform: bool, scope: str, aws: bool) -> None:
    from driftscan.jobs import role_gcp

    if aws:
        raise UsageError("--split and --only are for aws", "one listing reads every type of Google's: its permissions are always the same")
    where: role_gcp.Scope = "project" if scope == "project" else "organization"
    click.echo(role_gcp.terraform(where) if terraform else role_gcp.gcloud(where), nl=False)
