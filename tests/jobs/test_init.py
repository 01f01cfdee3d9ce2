"""What a new user gets: it loads, it agrees with itself, and nothing of theirs is written over."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from driftscan.catalog import load
from driftscan.config import load as configured
from driftscan.config import schema
from driftscan.config.text import read
from driftscan.errors import UsageError
from driftscan.jobs.init import EXAMPLES, external_id, files, init

RULES = [f"baselines/{name}.yaml" for name in ("dev", "organization", "prod", "stage", "test")]
ROLE = ["reader-role/cloudformation.yaml", "reader-role/main.tf"]
WRITTEN = ["driftscan.yaml", "waivers.yaml", *RULES, *ROLE, ".gitignore"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert init(tmp_path / "new", load()) == WRITTEN
    return tmp_path / "new"


def test_the_configuration_loads(folder: Path) -> None:
    settings = configured(folder / "driftscan.yaml")
    assert [e.name for e in settings.environments] == ["stage", "prod"]
    assert {a.id for e in settings.environments for a in e.accounts} == EXAMPLES
    assert (settings.waivers, settings.void_waivers) == ((), ())
    jsonschema.validate(read(folder / "driftscan.yaml").data, schema())


def test_configuration_and_role_agree_on_the_external_id(folder: Path) -> None:
    (identity,) = {a.external_id for e in configured(folder / "driftscan.yaml").environments for a in e.accounts}
    assert identity is not None
    for name in ROLE:
        assert f'"{identity}"' in (folder / name).read_text()


def test_the_rules_that_ship_are_those_of_the_repository(folder: Path) -> None:
    top = Path(__file__).parents[2] / "baselines"
    assert [f"baselines/{p.name}" for p in sorted(top.glob("*.yaml"))] == RULES
    assert all((folder / name).read_bytes() == (top.parent / name).read_bytes() for name in RULES)
    assert len(configured(folder / "driftscan.yaml").baselines) > 50


def test_each_external_id_is_a_new_one() -> None:
    assert len({external_id() for _ in range(100)}) == 100


def test_the_commented_examples_load_too(folder: Path) -> None:
    """Each line that is commented out is one that a person can take in."""
    config = folder / "driftscan.yaml"
    text = config.read_text()
    for line in [
        '  # dev:\n  #   aliases: [development]\n  #   accounts:\n  #     - {aws: "ou-abcd-12345678"}',
        "# redaction: {key_file: /etc/driftscan/key}",
        "# variables:\n#   domain: {stage: stage.example.org, prod: example.org}",
        "# reveal: [LOG_LEVEL]",
        '  # - {stack: "payments-*", owner: payments}',
    ]:
        assert line in text
        text = text.replace(
            line, line.replace("# ", "", 1) if "\n" not in line else "\n".join(x.replace("# ", "", 1) for x in line.split("\n"))
        )
    config.write_text(text)
    settings = configured(config)
    assert [e.name for e in settings.environments] == ["dev", "stage", "prod"]
    assert settings.reveal == ("LOG_LEVEL",)
    assert settings.variables == {"domain": {"stage": "stage.example.org", "prod": "example.org"}}
    waivers = (folder / "waivers.yaml").read_text().replace("waivers: []", "waivers:").replace("\n#  ", "\n  ")
    (folder / "waivers.yaml").write_text(waivers)
    settings = configured(config)
    assert [w.id for w in settings.waivers] == ["W-1"]
    assert settings.void_waivers == ()


def test_nothing_is_written_over(folder: Path) -> None:
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    (folder / "waivers.yaml").unlink()
    with pytest.raises(UsageError, match=r"driftscan.yaml is there already and 7 more: nothing was written") as e:
        init(folder, load())
    assert "--force" in e.value.hint
    assert not (folder / "waivers.yaml").exists()
    assert init(folder, load(), force=True) == WRITTEN[:-1]
    after = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert after.keys() == before.keys()
    assert after[folder / "driftscan.yaml"] != before[folder / "driftscan.yaml"]


def test_a_gitignore_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    assert ".gitignore" not in init(tmp_path, load())
    assert (tmp_path / ".gitignore").read_text() == "mine\n"


def test_the_same_external_id_gives_the_same_bytes() -> None:
    assert json.dumps(files(load(), "x-1")) == json.dumps(files(load(), "x-1"))
