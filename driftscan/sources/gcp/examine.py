"""What `doctor` asks of a project before a scan does: one asset of each content type, and what Resource Manager says beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from driftscan.catalog.google import CONTENTS, permission_of
from driftscan.sources.gcp import hierarchy
from driftscan.sources.gcp.assets import first
from driftscan.sources.gcp.clients import Clients
from driftscan.sources.gcp.faults import Failure, failure
from driftscan.sources.gcp.gaps import hint
from driftscan.sources.gcp.levels import GET
from driftscan.sources.gcp.source import GcpSource
from driftscan.sources.unit import ResolvedAccount


@dataclass(frozen=True, slots=True)
class Refused:
    """What could not be asked. what: in words; permission: that it takes; hint: the next step."""

    what: str
    code: str
    kind: str
    permission: str
    hint: str


@dataclass(frozen=True, slots=True)
class Examined:
    """One project. asked: how many things; refused: of them. skew: the vendor's clock less this machine's, where an answer came."""

    account: ResolvedAccount
    asked: int
    refused: tuple[Refused, ...]
    skew: timedelta | None = None


def examine(source: GcpSource, account: ResolvedAccount, now: Callable[[], datetime]) -> Examined:
    """Ask a project that `source.resolve` gave and that is no export."""
    clients, refused, times = source.clients(account.login), list[Refused](), list[timedelta]()

    def listing(content: str) -> None:
        asked = now()
        times.append(first(clients, f"projects/{account.id}", content) - asked)

    project = source.project(account.id)
    questions: list[tuple[str, str, Callable[[], object]]] = [
        *((f"assets ({content})", permission, lambda c=content: listing(c)) for content, permission in CONTENTS.items()),
        ("liens", permission_of("ListLiens"), lambda: hierarchy.liens(clients, account.id)),
    ]
    if project is not None:
        name = f"projects/{project.number}"
        questions.append(("tags", permission_of("ListEffectiveTags"), lambda: hierarchy.tags(clients, name)))
    for what, permission, ask in questions:
        try:
            ask()
        except Exception as e:
            refused.append(_refused(what, account.id, permission, failure(e)))
    unseen = source.unseen(account.id)
    if unseen is not None:
        refused.append(_refused("where it lies", account.id, permission_of("GetProject"), unseen))
    return Examined(account, len(questions) + (unseen is not None), tuple(refused), times[0] if times else None)


def above(source: GcpSource) -> Iterator[tuple[str, tuple[str, ...], tuple[Refused, ...]]]:
    """Every level above the projects, what was asked of it, and what of that was refused. Of an organization, whether its own children may
    be listed; a scan asks every folder below it.
    """
    for name, login in source.levels():
        noun, clients, refused = name.partition("/")[0], source.clients(login), list[Refused]()
        questions: list[tuple[str, str, Callable[[Clients, str], object]]] = [
            ("it", permission_of(GET[noun]), hierarchy.level),
            ("its IAM policy", permission_of("GetIamPolicy", noun), hierarchy.policy),
            ("its organization policies", CONTENTS["ORG_POLICY"], lambda c, n: first(c, n, "ORG_POLICY")),
        ]
        if noun == "organizations":
            questions += [
                ("its projects", permission_of("ListProjects"), lambda c, n: next(hierarchy.projects_in(c, n), None)),
                ("its folders", permission_of("ListFolders"), lambda c, n: next(hierarchy.folders_in(c, n), None)),
            ]
        for what, permission, ask in questions:
            try:
                ask(clients, name)
            except Exception as e:
                refused.append(_refused(what, name, permission, failure(e)))
        yield name, tuple(what for what, _, _ in questions), tuple(refused)


def _refused(what: str, place: str, permission: str, problem: Failure) -> Refused:
    return Refused(what, problem.code, problem.kind, problem.permission or permission, hint(problem, place, permission))
