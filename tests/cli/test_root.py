"""Help that teaches, and completion in a shell."""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from driftscan.cli.root import COMMANDS, EXAMPLES, root
from tests.cli import estate
from tests.cli.conftest import Run, clean_environ


def test_every_command_has_an_example() -> None:
    assert set(EXAMPLES) == set(COMMANDS)
    assert all(EXAMPLES.values())


@pytest.mark.parametrize("line", [line for lines in EXAMPLES.values() for line in lines])
def test_each_example_is_one_that_the_command_takes(line: str) -> None:
    program, name, *arguments = shlex.split(line)
    assert program == "driftscan"
    with click.Context(root) as outer:
        command = root.get_command(outer, name)
        assert command is not None
        command.make_context(name, arguments, parent=outer)


def test_help_ends_with_the_examples(cli: Run) -> None:
    said = cli("diff", "--help").out
    assert said.rstrip().endswith("\n".join(f"    {line}" for line in EXAMPLES["diff"]))
    assert "driftscan init --dir parity" in cli("--help").out


def complete(cli: Run, line: str) -> list[str]:
    """What a shell is offered for the last word of a line."""
    words = line.split(" ")
    done = cli(env={"_DRIFTSCAN_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)})
    assert (done.code, done.err) == (0, "")
    return [offered.partition(",")[2] for offered in done.out.splitlines() if offered]


def test_completion_offers_commands_options_and_choices(cli: Run) -> None:
    assert complete(cli, "driftscan s") == [c for c in COMMANDS if c.startswith("s")]
    assert complete(cli, "driftscan diff --fail") == ["--fail-on"]
    assert complete(cli, "driftscan run --fail-on h") == ["high"]
    assert complete(cli, "driftscan permissions ") == ["aws", "gcp"]


def test_completion_offers_the_configured_environments(cli: Run, tmp_path: Path) -> None:
    assert complete(cli, "driftscan scan ") == []
    (tmp_path / "driftscan.yaml").write_text(estate.config())
    assert complete(cli, "driftscan scan ") == ["stage", "prod"]
    assert complete(cli, "driftscan scan stage ") == ["prod"]
    assert complete(cli, "driftscan diff stage p") == ["prod"]
    assert complete(cli, "driftscan check prod ") == ["stage"]
    (tmp_path / "driftscan.yaml").rename(tmp_path / "other.yaml")
    assert complete(cli, "driftscan diff --config other.yaml s") == ["stage"]
    (tmp_path / "other.yaml").write_text("version: 7\n")
    assert complete(cli, "driftscan diff --config other.yaml s") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(cli: Run, shell: str) -> None:
    done = cli(env={"_DRIFTSCAN_COMPLETE": f"{shell}_source"})
    assert done.code == 0
    assert f"_DRIFTSCAN_COMPLETE={shell}_complete" in done.out


def test_bash_takes_it(tmp_path: Path, cli: Run) -> None:
    bash = shutil.which("bash")
    assert bash is not None
    script = tmp_path / "completion"
    script.write_text(cli(env={"_DRIFTSCAN_COMPLETE": "bash_source"}).out)
    done = subprocess.run(
        [bash, "--norc", "-c", f"source {script} && complete -p driftscan"], capture_output=True, text=True, check=True, env=clean_environ()
    )
    assert "_driftscan_completion driftscan" in done.stdout
