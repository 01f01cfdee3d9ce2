"""The page about baselines: its example loads, and lint has nothing against it."""

from __future__ import annotations

import re
from pathlib import Path

from driftscan.catalog import load
from driftscan.config.baselines import load_baselines
from driftscan.jobs.lint import contradictions, shaped
from tests.judge.ground import ENVIRONMENTS

PAGE = Path(__file__).parents[2] / "docs" / "baselines.md"


def test_the_example_is_right(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)
    (tmp_path / "orders.yaml").write_text(text)
    rules = load_baselines([tmp_path / "orders.yaml"])
    assert [r.id for r in rules] == ["orders-durable", "no-temporary-users", "one-trail"]
    assert [c for rule in rules for c in shaped(rule, load(), ENVIRONMENTS)] == []
    assert list(contradictions(rules, ENVIRONMENTS, {})) == []
