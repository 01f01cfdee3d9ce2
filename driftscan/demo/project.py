"""One Google Cloud project of the demo's company, and how its assets are made: lines of a Cloud Asset export, in the vendor's shapes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

Json = dict[str, Any]

ORGANIZATION: Final = "organizations/846201937755"
DOMAIN: Final = "acme.example"
REGISTRY: Final = "europe-docker.pkg.dev/acme-registry/apps"
"""The company's one registry, in a project of no environment."""


@dataclass
class Project:
    """A project of one environment. id, number, folder: as Google knows them; region: its home; octet: its address plan's second.

    assets: what it holds, by the nickname that parts and events call it by.
    """

    env: str
    id: str
    number: str
    folder: str
    region: str
    octet: int
    team: str
    assets: dict[str, Json] = field(default_factory=dict)

    @property
    def compute(self) -> str:
        """The beginning of Compute Engine's self links."""
        return f"https://www.googleapis.com/compute/v1/projects/{self.id}"

    @property
    def zone(self) -> str:
        """Where zonal things are."""
        return f"{self.region}-b"

    @property
    def labels(self) -> dict[str, str]:
        """The company's labels."""
        return {"environment": self.env, "team": self.team, "cost-center": {"analytics": "4721", "learning": "4722"}.get(self.team, "4700")}

    def robot(self, name: str) -> str:
        """The e-mail of a service account of this project."""
        return f"{name}@{self.id}.iam.gserviceaccount.com"

    def agent(self, service: str) -> str:
        """The e-mail of Google's own agent for a service."""
        return f"service-{self.number}@gcp-sa-{service}.iam.gserviceaccount.com"

    def digits(self, name: str, count: int = 19) -> str:
        """An id as Google generates them: another one in every project, the same in every run."""
        return str(10 ** (count - 1) + int(hashlib.sha256(f"{self.number}/{name}".encode()).hexdigest(), 16) % (9 * 10 ** (count - 1)))

    def code(self, name: str) -> str:
        """A fingerprint or etag."""
        return hashlib.sha256(f"{self.number}/{name}/code".encode()).hexdigest()[:11] + "="

    def at(self, name: str) -> str:
        """When something was made: some minute of the spring before the demo begins."""
        n = int(self.digits(name, 9))
        return f"2026-0{3 + n % 3}-{1 + n % 28:02}T{n % 24:02}:{n % 60:02}:{n // 60 % 60:02}Z"

    def add(
        self,
        nick: str,
        type: str,
        path: str,
        data: Json,
        *,
        version: str = "v1",
        where: str = "global",
        policy: Mapping[str, Sequence[str]] | None = None,
    ) -> Json:
        """An asset `//SERVICE/PATH`. type: `compute/Firewall`, the API without its domain; policy: role -> members; where: its location."""
        api, _, kind = type.partition("/")
        service = {"sqladmin": "cloudsql"}.get(api, api)
        asset: Json = {
            "name": f"//{service}.googleapis.com/{path}",
            "assetType": f"{api}.googleapis.com/{kind}",
            "ancestors": [f"projects/{self.number}", self.folder, ORGANIZATION],
            "updateTime": self.at(nick),
            "resource": {
                "version": version,
                "discoveryDocumentUri": f"https://www.googleapis.com/discovery/v1/apis/{api}/{version}/rest",
                "discoveryName": kind,
                "parent": f"//cloudresourcemanager.googleapis.com/projects/{self.number}",
                "location": where,
                "data": data,
            },
        }
        if policy is not None:
            bindings = [{"role": role, "members": list(members)} for role, members in policy.items()]
            asset["iamPolicy"] = {"version": 1, "etag": self.code(f"{nick}/policy"), "bindings": bindings}
        self.assets[nick] = asset
        return asset

    def change(self, nick: str, how: Callable[[Json], object], when: str) -> None:
        """Somebody changes the data of an asset. when: the time that Google then notes."""
        how(self.assets[nick]["resource"]["data"])
        self.assets[nick]["updateTime"] = when

    def grant(self, nick: str, role: str, member: str, when: str) -> None:
        """Somebody gives a role on an asset."""
        self.assets[nick]["iamPolicy"]["bindings"].append({"role": role, "members": [member]})
        self.assets[nick]["updateTime"] = when
