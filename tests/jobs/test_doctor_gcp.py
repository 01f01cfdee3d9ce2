"""What is told of Google Cloud projects before a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import google.auth
import pytest
from google.auth import exceptions as auth

from driftscan.demo.google.faults import Fault
from driftscan.demo.google.server import Cloud, serving, variables
from driftscan.jobs.doctor import Check, doctor, exit_code
from driftscan.jobs.doctor_gcp import projects
from driftscan.model.settings import Account, Environment
from tests.jobs import estate
from tests.sources.gcp.conftest import DOCUMENT, NOW
from tests.sources.gcp.test_exports import written


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    with serving(DOCUMENT) as made:
        made.now = NOW
        for name, value in variables(made.url).items():
            monkeypatch.setenv(name, value)
        yield made


def checks(*names: str, now: datetime = NOW, **more: Any) -> list[Check]:
    environment = Environment("stage", (), tuple(Account("gcp", n, **more) for n in names))
    context = replace(estate.context(), now=lambda: now, pinned=False, as_of=now)
    return list(projects(context, environment))


def test_everything_is_well(cloud: Cloud) -> None:
    found = checks("acme-stage")
    assert {c.state for c in found} == {"ok"}
    said = [f"{c.topic}: {c.text}" for c in found]
    assert said == [
        "stage: no quota project is named: calls count against the project of the account that reads",
        "stage: clocks agree to 0 s",
        "stage acme-stage: read as anonymous",
        "stage acme-stage: nothing that a scan needs is denied (5 calls tried)",
        "stage folders/200: it, its IAM policy and its organization policies can be read",
        "stage folders/201: it, its IAM policy and its organization policies can be read",
        "stage organizations/100: it, its IAM policy, its organization policies, its projects and its folders can be read",
    ]
    assert cloud.faults.counts["ListAssets"] == 3 + 3, "one page of each content type, and one of each level"
    assert exit_code(found) == 0


def test_what_is_denied_and_what_is_not_enabled_are_two_things(cloud: Cloud) -> None:
    cloud.faults.set(Fault("denied", content="IAM_POLICY"))
    (found,) = (c for c in checks("acme-stage") if c.state != "ok")
    assert (found.state, "cloudasset.assets.listIamPolicy" in found.text, "permissions gcp" in found.hint) == ("note", True, True)
    cloud.faults.set(Fault("denied", content="RESOURCE"))
    (found,) = (c for c in checks("acme-stage") if c.state != "ok")
    assert found.state == "unread"
    cloud.faults.set(Fault("disabled", method="ListAssets"))
    bad = [c for c in checks("acme-stage") if c.state != "ok"]
    assert {(c.state, c.text.rpartition(" ")[2]) for c in bad} == {("unread", "SERVICE_DISABLED")}
    assert all("gcloud services enable" in c.hint for c in bad)
    cloud.faults.set(Fault("denied", scope="folders/200"))
    found = [c for c in checks("acme-stage") if c.state != "ok"]
    assert [(c.topic, c.state, c.text) for c in found] == [
        ("stage folders/200", "note", "it cannot be read: PERMISSION_DENIED"),
        ("stage folders/200", "note", "its IAM policy cannot be read: PERMISSION_DENIED"),
        ("stage folders/200", "note", "its organization policies cannot be read: PERMISSION_DENIED"),
    ]
    cloud.faults.set(Fault("denied", method="ListProjects"))
    (found,) = (c for c in checks("acme-stage") if c.state != "ok")
    assert (found.topic, found.text) == ("stage organizations/100", "its projects cannot be read: PERMISSION_DENIED")
    assert "resourcemanager.projects.list on organizations/100" in found.hint


def test_projects_that_cannot_be_reached(cloud: Cloud) -> None:
    found = checks("acme-lost", "labels.env:none")
    assert [(c.state, c.topic) for c in found] == [("unread", "stage acme-lost"), ("unread", "stage labels.env:none")]
    assert exit_code(found) == 4


def test_a_clock_that_is_wrong(cloud: Cloud) -> None:
    (found,) = (c for c in checks("acme-stage", now=NOW - timedelta(minutes=10)) if c.state == "fail")
    assert found.text == "this machine's clock is 600 s behind the vendor's"


def test_credentials_at_their_end_name_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in variables("x"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(google.auth, "default", _ended)
    (found,) = checks("acme-stage")
    assert (found.state, "UNAUTHENTICATED" in found.text) == ("unread", True)
    assert "gcloud auth application-default login" in found.hint


def _ended(**_: Any) -> Any:
    raise auth.RefreshError("Reauthentication is needed.")


def test_an_export_asks_nobody(cloud: Cloud, tmp_path: Path) -> None:
    found = checks("acme-stage", exports=written(tmp_path, "RESOURCE", "IAM_POLICY", "ORG_POLICY"))
    assert [(c.state, c.text.startswith("read from export ")) for c in found] == [("ok", True)]
    assert cloud.faults.counts == {}


def test_an_environment_of_both_clouds_is_asked_for_both(cloud: Cloud) -> None:
    accounts = (Account("gcp", "acme-prod"),)
    settings = replace(estate.SETTINGS, environments=(Environment("prod", (), accounts),))
    found = list(doctor(replace(estate.context(settings=settings), now=lambda: NOW), has_key=False))
    assert ("ok", "prod acme-prod", "read as anonymous") in {(c.state, c.topic, c.text) for c in found}
