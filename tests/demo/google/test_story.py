"""The demo's Google half alone, month by month: what was planted there shows, and nothing else does. A minute instead of five."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from driftscan.demo import organization
from driftscan.demo.google.faults import Fault
from driftscan.demo.google.server import running
from driftscan.demo.play import BASELINE, CONFIG, read
from driftscan.demo.site import Site
from driftscan.demo.story import DECLARED, DENIED_PROJECTS, EVENTS, MONTHS
from tests.demo.test_play import shows

PLANTED = [s for s in (*(s for e in EVENTS for s in e.shows), *DECLARED) if ".googleapis.com/" in s.type]


def _alone() -> str:
    """The demo's configuration without its AWS accounts."""
    yaml = YAML(typ="safe")
    whole = yaml.load(CONFIG)
    for name, environment in list(whole["environments"].items()):
        environment["accounts"] = [a for a in environment["accounts"] if "gcp" in a]
        if not environment["accounts"]:
            del whole["environments"][name]
    out = io.StringIO()
    yaml.dump(whole, out)
    return out.getvalue()


@pytest.mark.slow
def test_every_month_shows_what_was_planted_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "driftscan.yaml").write_text(_alone())
    (tmp_path / "baselines").mkdir()
    shutil.copyfile(BASELINE, tmp_path / "baselines" / BASELINE.name)
    sites = {env: Site(env, "", 0, "", lambda *_: None, projects=organization.projects(env)) for env in organization.FOLDERS}
    with running() as cloud:
        for month, as_of in enumerate(MONTHS, 1):
            for event in EVENTS:
                if event.month == month and event.cloud == "gcp":
                    for env in event.where:
                        event.do(sites[env])
            cloud.load(organization.document(p for site in sites.values() for p in site.projects.values()))
            if month in DENIED_PROJECTS:
                env, short = DENIED_PROJECTS[month]
                cloud.faults(Fault("denied", scope=f"projects/{organization.IDS[env, short]}"))
            assert read(tmp_path, cloud.variables, as_of, quiet=True) in (0, 4)
            report = json.loads((tmp_path / "report.json").read_text())
            shows(report, month, PLANTED)
            expected = [("test", "acme-ml-test-1b7e", "*", "*", "PERMISSION_DENIED")] if month in DENIED_PROJECTS else []
            assert [(g["environment"], g["account"], g["region"], g["type"], g["code"]) for g in report["gaps"]] == expected
            assert all(c["parity"] > 0.85 for c in report["comparisons"])
            separate = {c["environment"]: c for c in report["controls"] if c["id"] == "ENV-01"}
            assert {e: c["status"] for e, c in separate.items()} == {
                "prod": "PASS", "stage": "PASS", "test": "UNKNOWN" if month in DENIED_PROJECTS else "PASS",
            }  # fmt: skip
            nobodys = [e["text"] for c in separate.values() for e in c["evidence"] if e["standing"] == "accepted"]
            assert [text.partition(":")[0] for text in nobodys] == ["project acme-registry (Registry) belongs to no environment"]


def test_every_event_of_google_cloud_is_marked_as_such() -> None:
    for event in EVENTS:
        assert {".googleapis.com/" in shown.type for shown in event.shows} <= {event.cloud == "gcp"}
    assert {event.cloud for event in EVENTS} == {"aws", "gcp"}
    assert PLANTED
