"""What the names of a snapshot's environment are made of, from the configuration and the snapshot's own header."""

from __future__ import annotations

from driftscan.model.settings import Settings, Vocabulary
from driftscan.model.snapshot import Header


def vocabulary(settings: Settings, header: Header) -> Vocabulary:
    """The vocabulary of the environment that `header` describes.

    Accounts of the own environment in the order of the header (units of an organisation are resolved and frozen there); accounts of the
    others as the configuration lists them. Regions: the order of the configuration for the first account, then by name.
    Nothing here depends on anything but the two arguments.
    """
    accounts: dict[str, tuple[str, int]] = {}
    projects: dict[str, tuple[str, int]] = {}
    cloud = settings.clouds()
    for environment in settings.environments:
        listed = [a.id for a in environment.accounts if a.single]
        own = list(header.accounts) if environment.name == header.environment else []
        found = list(dict.fromkeys([*(a for a in listed if a in own), *own, *listed]))
        for table, provider in ((accounts, "aws"), (projects, "gcp")):
            mine = [a for a in found if cloud(a) == provider]
            for position, account in enumerate(mine):
                table.setdefault(account, (environment.name, position))
    read = dict(header.regions)
    seen = {r for regions in read.values() for r in regions}
    declared: list[str] = []
    for environment in settings.environments:
        if environment.name == header.environment:
            declared = [r for a in environment.accounts for r in a.regions or () if r in seen]
    return Vocabulary(
        environment=header.environment,
        words={e.name: e.words for e in settings.environments},
        accounts=accounts,
        projects=projects,
        regions=tuple(dict.fromkeys([*declared, *sorted(seen)])),
        variables={name: dict(values) for name, values in settings.variables.items()},
        region_map=dict(settings.region_map.get(header.environment, {})),
    )
