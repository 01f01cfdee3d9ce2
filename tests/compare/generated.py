"""Generated estates: a plan of logical resources, built once for each environment, so that two builds are clean twins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from driftscan.model.resource import MatchKey
from driftscan.model.value import Bag, Keyed, Ref, Seq, Text, Value, Word
from tests.compare.estate import KEY, QUEUE, ROUTE, SUBNET, VPC, Estate, at, canonical

TYPES = (QUEUE, VPC, SUBNET, KEY, ROUTE)


@dataclass(frozen=True)
class Own:
    """The environment's own word, inside a text."""

    before: str


@dataclass(frozen=True)
class Literal:
    """Another environment's word, written alike on both sides."""

    env: str


@dataclass(frozen=True)
class To:
    """A reference to the n-th resource of the plan (modulo its length)."""

    n: int


@dataclass(frozen=True)
class Planned:
    """One logical resource. key: how it is found: `name`, `iac`, or `none` (by form alone)."""

    type: str
    name: str
    body: dict[str, Any]
    key: str = "name"


scalars = st.one_of(
    st.integers(-3, 3),
    st.booleans(),
    st.none(),
    st.sampled_from(["", "a", "b", "tcp", "0.0.0.0/0"]),
    st.builds(Own, st.sampled_from(["", "app-", "db-"])),
    st.builds(Literal, st.sampled_from(["stage", "prod", "dev"])),
    st.builds(To, st.integers(0, 9)),
)
names = st.sampled_from(["Rules", "Name", "Id", "Port", "Peers", "Mode"])
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.dictionaries(names, inner, max_size=3),
        st.lists(inner, max_size=3).map(lambda v: Seq(tuple(v))),
        st.lists(inner, max_size=4).map(lambda v: Bag(tuple(v))),
        st.dictionaries(st.sampled_from(["22", "80", "443"]), inner, max_size=3).map(
            lambda d: Keyed(tuple(((k,), v) for k, v in sorted(d.items())))
        ),
    ),
    max_leaves=8,
)
bodies = st.dictionaries(names, values, max_size=4)


@st.composite
def plans(draw: st.DrawFn, keys: tuple[str, ...] = ("name", "iac")) -> list[Planned]:
    """Up to eight logical resources with distinct names."""
    chosen = draw(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=8, unique=True))
    return [Planned(draw(st.sampled_from(TYPES)), n, draw(bodies), draw(st.sampled_from(keys))) for n in chosen]


def build(
    plan: list[Planned], env: str, order: list[int] | None = None, words: dict[str, str] | None = None, reverse: bool = False
) -> Estate:
    """The plan as one environment shows it. words: other names of environments; reverse: sets in another order."""
    word = (words or {}).get
    addresses = [at(env, p.type, f"{p.type[-3:].lower()}-{hash_of(env, p.name)}") for p in plan]

    def value(v: Any) -> Value:
        match v:
            case Own(before):
                return Text((before, Word(word(env, env), word(env, env), "{env}")))
            case Literal(other):
                return Word(word(other, other), word(other, other), "{env}")
            case To(n):
                target = addresses[n % len(addresses)]
                return Ref(target, target.type, target.id)
            case dict():
                return {k: value(x) for k, x in v.items()}
            case Seq(items):
                return Seq(tuple(value(x) for x in items))
            case Bag(items):
                return Bag(tuple(value(x) for x in (reversed(items) if reverse else items)))
            case Keyed(items):
                return Keyed(tuple((k, value(x)) for k, x in items))
        return v

    estate = Estate(word(env, env))
    for i in order or range(len(plan)):
        p = plan[i]
        parts: dict[str, tuple[Value, ...]] = {"name": (value(Own(f"{p.name}-")),), "iac": ("stack", p.name)}
        keys = (MatchKey(p.key, parts[p.key]),) if p.key in parts else ()
        estate.add(canonical(addresses[i], value(p.body), keys, name=f"{p.name}-{{env}}", rename=p.key != "none"))
    return estate


def hash_of(env: str, name: str) -> str:
    """An id that tells nothing and sorts differently in each environment."""
    return f"{(ord(name[0]) * (7 if env == 'stage' else 11)) % 97:02d}{name}"


def with_body(plan: list[Planned], n: int, body: dict[str, Any]) -> list[Planned]:
    return [replace(p, body=body) if i == n else p for i, p in enumerate(plan)]
