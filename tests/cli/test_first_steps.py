"""From nothing to a report that the dead man's switch is content with, as docs/operating.md tells it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli import estate
from tests.cli.conftest import Run


@pytest.mark.slow
def test_init_doctor_run_status(cli: Run, tmp_path: Path, server: str) -> None:
    env = dict(estate.environ(server))
    assert cli("init", "--dir", "parity").code == 0
    config = tmp_path / "parity" / "driftscan.yaml"
    done = cli("doctor", "-c", "parity/driftscan.yaml", env=env)
    assert done.code == 4
    assert "is the starter's example" in done.out
    text = config.read_text().replace("111122223333", estate.ACCOUNTS["stage"]).replace("444455556666", estate.ACCOUNTS["prod"])
    text = text.replace("regions: enabled ", f"regions: [{estate.REGION}] ")
    config.write_text(text + "types: ['AWS::SQS::*', 'AWS::SNS::*', 'AWS::IAM::Role', 'AWS::Lambda::Function']\n")
    done = cli("doctor", "-c", "parity/driftscan.yaml", env=env)
    assert done.code == 0, done.out
    assert cli("status", "-c", "parity/driftscan.yaml").code == 1
    done = cli("run", "-c", "parity/driftscan.yaml", "--output-dir", "out", "--quiet", "--output", "json=out/report.json", env=env)
    assert done.code == 0, done.err
    done = cli("status", "-c", "parity/driftscan.yaml")
    assert done.code == 0, done.out
    assert done.out.startswith("ok: the last final run is ")
    assert cli("status", "--store", "parity/store", "--verify").code == 0
    done = cli("doctor", "-c", "parity/driftscan.yaml", "--quiet", env=env)
    assert (done.code, done.out) == (0, "")
