"""The group of all commands. A command's module is imported when it is asked for, and imports what is heavy when it runs."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

import click

from driftscan import __version__

COMMANDS: Final[Mapping[str, str]] = {
    "init": "Write a commented configuration and the reader role.",
    "doctor": "Check that the monthly job will work: store, key, accounts, permissions.",
    "scan": "Read environments and store a snapshot of each.",
    "diff": "Compare two stored snapshots.",
    "check": "Judge environments by the rules of their baselines.",
    "baseline": "Pin a snapshot as rules; look rules over.",
    "run": "The monthly job: scan, compare, write the report.",
    "report": "Render the report of a stored run again: any format, one owner, what a rule would hide.",
    "waive": "Accept findings or whole groups, until a day.",
    "show": "Show one resource of a snapshot.",
    "history": "Draw the months of a resource beside its counterpart.",
    "explain": "Show everything behind a finding or a control.",
    "snapshots": "List the stored snapshots.",
    "types": "List the resource types, what is compared and what is not.",
    "permissions": "Print the IAM policy that reading needs.",
    "status": "The dead man's switch: whether the last final run is young, complete and whole.",
    "schedule": "Print a ready schedule: cron, systemd, GitHub, GitLab, Kubernetes, AWS.",
    "verify": "Check every stored byte and the chain of snapshots.",
    "demo": "See it work on an embedded AWS and Google Cloud: no account needed.",
}

EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "init": ("driftscan init --dir parity",),
    "doctor": ("driftscan doctor --config parity/driftscan.yaml",),
    "scan": ("driftscan scan stage prod", "driftscan scan --plan"),
    "diff": (
        "driftscan diff stage prod --fail-on high",
        "driftscan diff prod baseline:prod-iam",
        "driftscan diff prod@2026-10 prod --output json=changes.json",
    ),
    "check": ("driftscan check prod", "driftscan check --fail-on high --output json=check.json"),
    "baseline": ("driftscan baseline lint", "driftscan baseline capture prod --types 'AWS::IAM::*' -o baselines/prod-iam.yaml"),
    "run": ("driftscan run --output-dir report --fail-on critical",),
    "report": (
        "driftscan report --period 2026-10 --output html=october.html",
        "driftscan report --owner payments --output markdown=payments.md",
        "driftscan report --decide triage.yaml",
        "driftscan report --would-hide triage.yaml",
    ),
    "waive": (
        "driftscan waive 3f9a1c --owner ann@example.org --approver bo@example.org --ticket OPS-7 --reason 'load test' --expires 2026-12-31",
        "driftscan waive --from-report report.json --group 0c41 --owner ann --approver bo --ticket OPS-8 --reason x --expires 2026-12-10",
    ),
    "show": ("driftscan show orders-stage --canonical",),
    "history": ("driftscan history arn:aws:sqs:eu-west-1:444455556666:orders", "driftscan history orders-stage VisibilityTimeout"),
    "explain": ("driftscan explain 3f9a1c --report report/report.json", "driftscan explain ENV-05"),
    "snapshots": ("driftscan snapshots prod",),
    "types": ("driftscan types --only 'AWS::RDS::*' --ignored",),
    "permissions": ("driftscan permissions aws --split",),
    "status": ("driftscan status --max-age 35d", "driftscan status --store s3://acme-driftscan/store --json"),
    "schedule": ("driftscan schedule --list", "driftscan schedule systemd driftscan.timer"),
    "verify": ("driftscan verify --anchor 5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",),
    "demo": ("driftscan demo --output-dir demo-out",),
}
"""What a person may type; `--help` ends with it."""


class Lazy(click.Group):
    """Knows every command by name and sentence; loads one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (the interface of click)
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"driftscan.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        command.epilog = "\b\nFor example:\n" + "\n".join(f"  {line}" for line in EXAMPLES[cmd_name])
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from driftscan.config.text import nearest

            near = nearest(args[0], COMMANDS)
            raise click.UsageError(f"no such command {args[0]!r}" + (f", did you mean {near!r}?" if near else ""), ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


_FIRST = """\b
First steps:
  driftscan demo                 see it work, no account needed
  driftscan init --dir parity    a configuration and the role for each account
  driftscan run                  the monthly job

\b
Completion in bash (zsh, fish likewise):
  eval "$(_DRIFTSCAN_COMPLETE=bash_source driftscan)"
"""


@click.group(
    cls=Lazy,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog=_FIRST,
)
@click.version_option(__version__, prog_name="driftscan", message="%(prog)s %(version)s")
@click.pass_context
def root(ctx: click.Context) -> None:
    """Tells, with evidence, whether stage still is a rehearsal of prod.

    Exit codes: 0 done; 1 failure; 2 usage or configuration error; 3 drift at or above --fail-on;
    4 coverage below min_coverage; 5 evidence failed verification; 75 another run holds the lock.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), err=True)
        ctx.exit(2)
