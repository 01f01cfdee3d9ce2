"""What the pages tell people to type, to write and to look at is so."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import pytest
from ruamel.yaml import YAML

from driftscan.cli.root import root
from driftscan.config import load
from driftscan.config.baselines import load_baselines

REPOSITORY = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`(driftscan [^`]+)`")
MINIMUM = "version: 1\norganization: acme\nenvironments:\n  prod: {accounts: [{aws: '444455556666'}]}\n"
PLACEHOLDERS = {"driftscan schedule KIND", "driftscan COMMAND --help"}


def blocks(page: str, *kinds: str) -> list[str]:
    return [text for kind, text in BLOCK.findall(page) if kind in kinds]


def calls(page: str) -> Iterator[str]:
    """Every call of driftscan in blocks, with lines put together again."""
    for block in blocks(page, "console", "bash"):
        lines = [line.removeprefix("$ ") for line in block.replace("\\\n", " ").splitlines()]
        yield from (line for line in lines if line.startswith("driftscan "))


def mentions(page: str) -> Iterator[str]:
    """Every call of driftscan in sentences."""
    yield from (line for line in INLINE.findall(re.sub(BLOCK, "", page)) if line not in PLACEHOLDERS)


def parse(line: str, *, named: bool = False) -> None:
    """As the command line would take it, down to the last subcommand. Nothing runs. named: a command alone may be meant by its name."""
    words = shlex.split(line, comments=True)[1:]
    words = words[: min((words.index(end) for end in (">", "|") if end in words), default=len(words))]
    command, context = root, click.Context(root, info_name="driftscan")
    while isinstance(command, click.Group):
        assert words, line
        name, *words = words
        if name in ("--version", "--help"):
            return
        inner = command.get_command(context, name)
        assert inner is not None, line
        command, outer = inner, context
        if "--help" in words:
            return
        context = click.Context(command, info_name=name, parent=outer) if isinstance(command, click.Group) else context
    if words or not named:
        command.make_context(command.name, words, parent=context)


def test_every_command_is_one_that_the_command_line_takes(
    pages: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("rules.yaml", "decisions.yaml", "report.json"):
        (tmp_path / name).touch()
    lines = {(line, False) for page in pages.values() for line in calls(page)}
    lines |= {(line, True) for page in pages.values() for line in mentions(page)}
    assert len(lines) > 60
    wrong = []
    for line, named in sorted(lines):
        try:
            parse(line, named=named)
        except (click.ClickException, AssertionError) as e:
            wrong.append(f"{line}: {e}")
    assert wrong == []


def test_a_command_that_is_none_would_be_found() -> None:
    for line in ("driftscan nonsense", "driftscan diff stage prod --sideways", "driftscan baseline paint"):
        with pytest.raises((click.ClickException, AssertionError)):
            parse(line)


def test_every_example_in_yaml_loads(pages: Mapping[str, str], tmp_path: Path) -> None:
    seen = {"configuration": 0, "waivers": 0, "rules": 0}
    for path, page in sorted(pages.items()):
        for number, text in enumerate(blocks(page, "yaml")):
            folder = tmp_path / f"{path.replace('/', '-')}-{number}"
            folder.mkdir()
            top = YAML(typ="safe", pure=True).load(text)
            if "rules" in top:
                seen["rules"] += 1
                (folder / "rules.yaml").write_text(text)
                assert load_baselines([folder / "rules.yaml"])
                continue
            whole = "environments" in top
            assert whole or set(top) == {"waivers"}, (path, text)
            seen["configuration" if whole else "waivers"] += 1
            (folder / "driftscan.yaml").write_text(text if whole else MINIMUM)
            if not whole:
                (folder / "waivers.yaml").write_text(text)
            settings = load(folder / "driftscan.yaml")
            assert whole or settings.waivers, path
            assert not settings.void_waivers, path
    assert all(seen.values()), seen


def test_findings_that_the_tutorial_asks_about_are_in_the_report(pages: Mapping[str, str]) -> None:
    named = set(re.findall(r"\b[0-9a-f]{16}\b", (REPOSITORY / "docs" / "tutorial.md").read_text()))
    known = {f["id"] for f in json.loads((REPOSITORY / "reports" / "report.json").read_text())["findings"]}
    assert named
    assert named <= known


def test_every_page_stands_in_the_menu_and_every_line_of_the_menu_is_a_page(pages: Mapping[str, str]) -> None:
    menu = YAML(typ="safe", pure=True).load((REPOSITORY / "docs" / "site" / "mkdocs.yml").read_text())["nav"]
    listed = set(re.findall(r"[\w/-]+\.md", json.dumps(menu)))
    assert listed == {path for path in pages if not path.startswith("reference/catalogue/")}


def test_pages_read_without_the_site_hold_no_unknown_mark(pages: Mapping[str, str]) -> None:
    assert [path for path, page in pages.items() if "<!-- generated" in page or "<!-- excerpt" in page] == []
