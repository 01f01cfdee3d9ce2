"""Every command with its arguments, options and examples, from click."""

from __future__ import annotations

import inspect

import click

from driftscan.cli.root import COMMANDS, EXAMPLES, root
from sitegen.text import code, plain, table


def commands() -> str:
    """All commands: a list, then each."""
    outer = click.Context(root, info_name="driftscan")
    parts = [table(("command", "what it does"), [(f"[`{name}`](#driftscan-{name})", plain(said)) for name, said in COMMANDS.items()])]
    for name in COMMANDS:
        command = root.get_command(outer, name)
        assert command is not None
        parts.append(_command(command, click.Context(command, info_name=name, parent=outer), 2))
        parts.append("For example:\n\n```console\n" + "\n".join(EXAMPLES[name]) + "\n```\n")
    return "\n".join(parts)


def _command(command: click.Command, context: click.Context, depth: int) -> str:
    parts = [f"{'#' * depth} {context.command_path}\n", _prose(command.help or "")]
    pieces = [p for p in command.collect_usage_pieces(context) if p != "[OPTIONS]"]
    parts.append(f"```text\n{' '.join([context.command_path, '[OPTIONS]', *pieces])}\n```\n")
    if options := [record for p in command.get_params(context) if (record := p.get_help_record(context)) and "--help" not in p.opts]:
        parts.append(table(("option", "meaning"), [(code(names), plain(said)) for names, said in options]))
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            parts.append(_command(inner, click.Context(inner, info_name=name, parent=context), depth + 1))
    return "\n".join(parts)


def _prose(text: str) -> str:
    return plain(inspect.cleandoc(text).replace("\b\n", "")) + "\n"
