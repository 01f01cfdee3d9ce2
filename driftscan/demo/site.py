"""One environment of the demo's company, and what every part of it is built with."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from driftscan.demo.project import Project

Client = Any

EDGE: Final = "us-east-1"
"""Where every environment keeps what its content delivery needs, whatever its home."""
COST_CENTERS: Final = {"payments": "4711", "storefront": "4712"}


@dataclass(frozen=True)
class Site:
    """One environment: its account, its home region, its address plan (second octet), its client factory (service, region) -> client.

    ids: what the parts built so far are called, for those that come after them. projects: its Google Cloud projects by short name.
    """

    env: str
    account: str
    octet: int
    region: str
    factory: Callable[[str, str], Client]
    ids: dict[str, str] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)

    def client(self, service: str, region: str = "") -> Client:
        """A client of this account, in its home region unless told otherwise."""
        return self.factory(service, region or self.region)

    def arn(self, service: str, rest: str) -> str:
        """An ARN of this site's account and home region."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"

    def tags(self, team: str, name: str = "") -> list[dict[str, str]]:
        """The company's tags: Environment, Team, CostCenter, and a Name where one is given."""
        tags = {"Environment": self.env, "Team": team, "CostCenter": COST_CENTERS.get(team, "4700")}
        return [{"Key": k, "Value": v} for k, v in (tags | ({"Name": name} if name else {})).items()]

    def tag_map(self, team: str) -> dict[str, str]:
        """The same tags as a map."""
        return {t["Key"]: t["Value"] for t in self.tags(team)}

    def lower_tags(self, team: str) -> list[dict[str, str]]:
        """The same tags in the spelling of ECS and CodePipeline."""
        return [{"key": t["Key"], "value": t["Value"]} for t in self.tags(team)]

    @property
    def strict(self) -> bool:
        """Whether it is built as prod is: dev is where people try things."""
        return self.env != "dev"


def policy(*statements: dict[str, Any]) -> str:
    """A policy document of Allow statements unless they say otherwise."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **s} for s in statements]})


def trust(service: str) -> str:
    """A trust policy for one AWS service."""
    return policy({"Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"})


def bundle(source: str) -> bytes:
    """A deployment package whose bytes depend on the source alone."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("app.py", (2026, 1, 1, 0, 0, 0)), source)
    return out.getvalue()
