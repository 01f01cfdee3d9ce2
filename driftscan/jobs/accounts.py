"""Which accounts an environment has, where the configuration names organisational units."""

from __future__ import annotations

from dataclasses import replace

from driftscan.jobs.context import Context
from driftscan.model.settings import Account, Environment, Settings
from driftscan.store.manifest import moment


def resolved(context: Context) -> Settings:
    """The settings with each unit replaced by the accounts that the environment's newest snapshot (up to a pinned `as_of`) found in it.

    A name of another environment's account is only recognised where that account is known; without this, accounts of units never were.
    """
    return replace(context.settings, environments=tuple(_resolved(context, e) for e in context.settings.environments))


def _resolved(context: Context, environment: Environment) -> Environment:
    if not any(_is_unit(a) for a in environment.accounts):
        return environment
    infos = [i for i in context.store.snapshots(environment.name) if moment(i.as_of) <= context.upto(environment.name)]
    if not infos:
        return environment
    listed = {a.id for a in environment.accounts}
    found = [id for id in context.store.snapshot(infos[-1].id).header.accounts if id not in listed]
    accounts = [a for a in environment.accounts if not _is_unit(a)]
    return replace(environment, accounts=(*accounts, *(Account("aws", id) for id in found)))


def _is_unit(account: Account) -> bool:
    return account.id.startswith(("ou-", "r-"))
