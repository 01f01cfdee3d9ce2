"""Which rules are in force in an environment, and which resources they select."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from driftscan.catalog import Spec
from driftscan.judge import places
from driftscan.judge.aspects import tag_members
from driftscan.judge.expectation import BROKEN, HELD, Speech, meet
from driftscan.judge.globs import fits
from driftscan.judge.owners import Owned, owner_of
from driftscan.model.baseline import BaselineRule, Select
from driftscan.model.resource import Canonical
from driftscan.model.settings import Environment, Owner
from driftscan.model.value import ABSENT, Unknown, show_scalar


def in_force(rules: Sequence[BaselineRule], environment: Environment) -> Mapping[str, tuple[BaselineRule, ...]]:
    """Rule id -> the rules of that id that are about the environment, earliest layer first; ids in the order of the first."""
    out: dict[str, tuple[BaselineRule, ...]] = {}
    for rule in rules:
        if about(rule, environment):
            out[rule.id] = (*out.get(rule.id, ()), rule)
    return out


def about(rule: BaselineRule, environment: Environment) -> bool:
    """Whether a rule is about the environment: by its file's roles, and by the names and aliases that it selects."""
    if rule.roles and environment.role not in rule.roles:
        return False
    wanted = rule.select.environments
    return not wanted or any(fits(glob, word) for glob in wanted for word in environment.words)


def standing(chain: Sequence[BaselineRule]) -> tuple[BaselineRule, ...]:
    """Of rules with one id, those that hold together: the last that replaces, and what tightens it."""
    last = max((i for i, rule in enumerate(chain) if rule.override == "replace"), default=0)
    return tuple(chain[last:])


@dataclass(frozen=True)
class Looked:
    """One resource as rules look at it. key: its logical key."""

    form: Canonical
    key: str
    spec: Spec | None
    speech: Speech
    owners: tuple[Owner, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The spellings of its key that rules may use."""
        seal = self.form.seal
        return tuple(dict.fromkeys(n for n in (self.key, seal.name) if n))

    @cached_property
    def owner(self) -> str | None:
        """Who it belongs to, by the configuration."""
        if not self.owners:
            return None
        seal = self.form.seal
        return owner_of(self.owners, Owned(seal.address.type, self.key, (seal,), lambda: [self.form.body], tag_members(self.spec)))


def selects(select: Select, looked: Looked) -> str:
    """`held` where the resource is selected, `broken` where not, or why nobody can say (a code)."""
    seal = looked.form.seal
    if not (
        any(fits(glob, seal.address.type) for glob in select.types)
        and str(seal.provenance) in select.provenance
        and (not select.accounts or any(fits(glob, seal.address.account) for glob in select.accounts))
        and any(_named(glob, looked) for glob in select.keys)
        and (not select.owners or any(fits(glob, looked.owner or "") for glob in select.owners))
    ):
        return BROKEN
    answers = [_tagged(name, glob, looked) for name, glob in select.tags]
    for condition in select.where:
        met = {m.answer for m in meet(condition, looked.form.body, looked.spec, looked.speech)}
        answers.append(HELD if HELD in met else min(met - {BROKEN}, default=BROKEN))
    if BROKEN in answers:
        return BROKEN
    return next((a for a in answers if a != HELD), HELD)


def _named(glob: str, looked: Looked) -> bool:
    return looked.key == glob[1:] if glob.startswith("=") else any(fits(glob, name) for name in looked.names)


def _tagged(name: str, glob: str, looked: Looked) -> str:
    pattern = places.pattern_of(f"{places.TAGS}.'{name}'", looked.spec)
    if pattern is None:
        return BROKEN
    for _, value in places.places(looked.form.body, pattern):
        if isinstance(value, Unknown):
            return value.code
        if value is not ABSENT and any(fits(glob, text) for text in (show_scalar(value), looked.speech.leaf(value))):
            return HELD
    return BROKEN
