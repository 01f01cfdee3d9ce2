"""Rules and waivers that are not in force yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from driftscan.config import load
from driftscan.config.proposal import proposed
from driftscan.errors import ConfigError
from driftscan.model.settings import Settings
from tests.config.test_load import LEAST, WAIVER

RULE = '{id: tags, type: "*", path: Tags.A, rule: any, reason: r, owner: o}'


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    more = f"comparisons: [{{candidate: stage, reference: prod}}]\nexpected:\n  - {RULE}\n"
    (tmp_path / "driftscan.yaml").write_text(LEAST + more)
    return load(tmp_path / "driftscan.yaml")


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(text)
    return path


def test_rules_and_waivers_join_those_in_force(tmp_path: Path, settings: Settings) -> None:
    text = f"expected:\n  - {RULE.replace('tags', 'more')}\nwaivers:\n  - {WAIVER}\n"
    found = proposed(written(tmp_path, text), settings)
    assert [r.id for r in found.expected] == ["tags", "more"]
    assert [w.id for w in found.waivers] == ["W-1"]
    assert [r.id for r in settings.expected] == ["tags"]


def test_one_with_a_known_id_takes_its_place(tmp_path: Path, settings: Settings) -> None:
    (rule,) = proposed(written(tmp_path, f"expected:\n  - {RULE.replace('Tags.A', 'Tags.B')}\n"), settings).expected
    assert rule.path == "Tags.B"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "proposes nothing"),
        ("expected:\n# - {}\n", "proposes nothing"),
        ("- a\n", "proposes nothing"),
        ("expectd: []\n", "unknown key"),
        (f"expected:\n  - {RULE.replace('any', 'anny')}\n", "rules.yaml:2:"),
        (f"expected:\n  - {RULE.replace('reason: r', 'reason: ``').replace('``', chr(34) * 2)}\n", "has to be text"),
        (f"expected:\n  - {RULE.replace('rule: any', 'rule: any, comparison: stage..prd')}\n", "there is no comparison"),
        (f"waivers:\n  - {WAIVER.replace('approver: b', 'approver: a')}\n", "the same person"),
    ],
)
def test_a_mistake_is_said_with_its_place(tmp_path: Path, settings: Settings, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        proposed(written(tmp_path, text), settings)
