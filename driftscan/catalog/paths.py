"""Paths and templates: the two small languages of the catalogue.

A path selects members of a vendor's document:

    A.B                    member B of member A; 'quoted.name' or "quoted.name" where a name holds a dot or a bracket
    A[]                    each element of the list A
    A[K=V]                 the elements of A whose member K is V (`true`, `false`, numbers and strings by their text)
    A.*                    each value of the map A
    **.X                   X anywhere below

A template is text with `{path}`, `{parent.path}`, `{parent.parent.path}`, `{scope.account}`, `{scope.region}`, `{scope.partition}`.
`{path/}` is what stands behind the last slash of the value (`Z1` of `/hostedzone/Z1`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache
from typing import Final, TypeAlias

from driftscan.errors import DriftscanError
from driftscan.model.value import ABSENT, Value

Concrete: TypeAlias = tuple[str | int, ...]
"""Where a value stands in one document: member names and list indices."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Where:
    """Elements of a list; with `key`, only those whose member `key` is `text`."""

    key: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Star:
    """Every value of a map."""


@dataclass(frozen=True, slots=True)
class Deep:
    """Any number of members and elements, none included."""


Step: TypeAlias = Member | Where | Star | Deep
_EACH: Final = Where()


@dataclass(frozen=True, slots=True)
class Pattern:
    """A parsed path. `text` is its spelling, `members` its steps without elements."""

    text: str
    steps: tuple[Step, ...]
    members: tuple[Step, ...]
    conditional: bool
    """It holds `[K=V]`: only `select` can tell what it means."""
    tail: bool = False
    """In a template: only what stands behind the last slash."""

    def __str__(self) -> str:
        return self.text

    def select(self, value: Value) -> list[tuple[Concrete, Value]]:
        """Every place in `value` that the path means, with what stands there, in document order."""
        return list(_select(self.steps, value, ()))

    def first(self, value: Value) -> Value:
        """The first value that the path means, or ABSENT."""
        for n, step in enumerate(self.steps):
            if type(step) is not Member:
                return next((v for _, v in _select(self.steps[n:], value, ())), ABSENT)
            if not isinstance(value, dict) or step.name not in value:
                return ABSENT
            value = value[step.name]
        return value

    def matches(self, path: Sequence[str]) -> bool:
        """Whether the path means this member path.

        Elements don't count: `A[].B`, `A.B` and the member path `("A", "B")` are one (steps `"[]"` in `path` are skipped).
        A conditional path (`A[K=V]`) never matches, because the names alone cannot tell; use `select`.
        """
        return not self.conditional and _matches(self.members, tuple(s for s in path if s != "[]"))

    def covers(self, path: Sequence[str]) -> bool:
        """Whether the path means this member path or something above it (see `matches`)."""
        if self.conditional:
            return False
        names = tuple(s for s in path if s != "[]")
        return any(_matches(self.members, names[:n]) for n in range(1, len(names) + 1))


def _select(steps: tuple[Step, ...], value: Value, at: Concrete) -> Iterator[tuple[Concrete, Value]]:
    if not steps:
        yield at, value
        return
    head, rest = steps[0], steps[1:]
    match head:
        case Member(name):
            if isinstance(value, dict) and name in value:
                yield from _select(rest, value[name], (*at, name))
        case Where(key, text):
            if isinstance(value, list | tuple):
                for i, element in enumerate(value):
                    if key is None or (isinstance(element, dict) and key in element and scalar(element[key]) == text):
                        yield from _select(rest, element, (*at, i))
        case Star():
            if isinstance(value, dict):
                for key, inner in value.items():
                    yield from _select(rest, inner, (*at, key))
        case Deep():
            yield from _select(rest, value, at)
            if isinstance(value, dict):
                for key, inner in value.items():
                    yield from _select(steps, inner, (*at, key))
            elif isinstance(value, list | tuple):
                for i, inner in enumerate(value):
                    yield from _select(steps, inner, (*at, i))


def _matches(steps: tuple[Step, ...], names: tuple[str, ...]) -> bool:
    if not steps:
        return not names
    head, rest = steps[0], steps[1:]
    if isinstance(head, Deep):
        return any(_matches(rest, names[n:]) for n in range(len(names) + 1))
    if not names:
        return False
    return (isinstance(head, Star) or (isinstance(head, Member) and head.name == names[0])) and _matches(rest, names[1:])


@cache
def parse(text: str) -> Pattern:
    """The path that `text` spells. Raises DriftscanError where it spells none."""
    steps: list[Step] = []
    i, expect = 0, True
    while i < len(text):
        c = text[i]
        if c == "[":
            end = text.find("]", i)
            if end < 0 or not steps:
                raise _bad(text, i)
            inner = text[i + 1 : end]
            key, equals, wanted = inner.partition("=")
            if inner and (not equals or not key):
                raise _bad(text, i)
            steps.append(Where(key, wanted) if inner else _EACH)
            i, expect = end + 1, False
        elif c == ".":
            if expect:
                raise _bad(text, i)
            i, expect = i + 1, True
        elif not expect:
            raise _bad(text, i)
        elif c in "'\"":
            end = text.find(c, i + 1)
            if end < 0:
                raise _bad(text, i)
            steps.append(Member(text[i + 1 : end]))
            i, expect = end + 1, False
        else:
            end = i
            while end < len(text) and text[end] not in ".[]":
                end += 1
            name = text[i:end]
            if not name or "'" in name or '"' in name:
                raise _bad(text, i)
            steps.append(Deep() if name == "**" else Star() if name == "*" else Member(name))
            i, expect = end, False
    if expect:
        raise _bad(text, i)
    return Pattern(
        text,
        tuple(steps),
        tuple(s for s in steps if not isinstance(s, Where)),
        any(isinstance(s, Where) and s.key is not None for s in steps),
    )


def _bad(text: str, at: int) -> DriftscanError:
    return DriftscanError(f"{text!r} is no path (character {at + 1})", "write A.B, A[], A[K=V], A.* or **.X; quote names that hold dots")


def scalar(value: Value) -> str:
    """A leaf as conditions and templates spell it: `true`, `false`, `null`, numbers and strings as they are."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    return "null" if value is None else str(value)


def glob(pattern: str, value: Value) -> bool:
    """Whether a leaf fits a glob (`*`, `?`, `[...]`), letter case included."""
    return not isinstance(value, dict | list | tuple) and fnmatchcase(scalar(value), pattern)


# --------------------------------------------------------------------------------------------- templates


@cache
def holes(template: str) -> tuple[str | Pattern, ...]:
    """The parts of a template: literal text as `str`, `{path}` as `Pattern`. Raises DriftscanError where a brace stays open."""
    parts: list[str | Pattern] = []
    i = 0
    while i < len(template):
        start = template.find("{", i)
        if start < 0:
            parts.append(template[i:])
            break
        end = template.find("}", start)
        if end < 0:
            raise DriftscanError(f"{template!r}: a brace stays open", "write {path}, {parent.path} or {scope.account}")
        if start > i:
            parts.append(template[i:start])
        path = template[start + 1 : end]
        parts.append(replace(parse(path[:-1]), tail=True) if path.endswith("/") else parse(path))
        i = end + 1
    return tuple(parts)


def render(template: Value, item: Value, parents: Sequence[Value] = (), scope: Mapping[str, str] | None = None) -> Value:
    """What a template means for one item, or ABSENT where a value it names is missing.

    item: the document so far. parents: the documents above it, nearest first. scope: `account`, `region`, `partition`.
    A template that is one `{path}` and nothing else gives the value itself, of any type; otherwise text. Lists and tables are
    rendered member by member; members that are missing are left out of tables (see `render_args`) and of lists.
    """
    if isinstance(template, dict):
        return {k: r for k, v in template.items() if (r := render(v, item, parents, scope)) is not ABSENT}
    if isinstance(template, list | tuple):
        return [r for v in template if (r := render(v, item, parents, scope)) is not ABSENT]
    if not isinstance(template, str):
        return template
    return _text(holes(template), item, parents, scope)


def _text(
    parts: tuple[str | Pattern, ...], item: Value, parents: Sequence[Value], scope: Mapping[str, str] | None, *, join: str = ""
) -> Value:
    """The parts of a template put together; `join` is written once where both neighbours bring it."""
    if len(parts) == 1 and isinstance(parts[0], Pattern):
        return _hole(parts[0], item, parents, scope)
    out = ""
    for part in parts:
        value = part if isinstance(part, str) else _hole(part, item, parents, scope)
        if value is ABSENT or isinstance(value, dict | list):
            return ABSENT
        text = scalar(value)
        out += text.removeprefix(join) if join and out.endswith(join) else text
    return out


def render_args(
    args: Mapping[str, Value], item: Value, parents: Sequence[Value] = (), scope: Mapping[str, str] | None = None
) -> tuple[dict[str, Value], tuple[str, ...]]:
    """The arguments of a call, and the names of those whose template names a value that is missing (they are left out)."""
    out: dict[str, Value] = {}
    missing: list[str] = []
    for name, template in args.items():
        value = render(template, item, parents, scope)
        if value is ABSENT:
            missing.append(name)
        else:
            out[name] = value
    return out, tuple(missing)


def locate(text: str, item: Value, parents: Sequence[Value] = (), scope: Mapping[str, str] | None = None) -> Value:
    """What a *path or template* means (`identity`): with a brace it is a template, else a path. ABSENT where it is missing.

    A slash is not doubled where text that ends in one meets a value that begins with one: the ARN of the parameter `/a/b` ends in
    `:parameter/a/b`, that of `c` in `:parameter/c`.
    """
    if "{" not in text:
        return render("{" + text + "}", item, parents, scope)
    return _text(holes(text), item, parents, scope, join="/")


def _hole(pattern: Pattern, item: Value, parents: Sequence[Value], scope: Mapping[str, str] | None) -> Value:
    steps = pattern.steps
    head = steps[0]
    if scope is not None and isinstance(head, Member) and head.name == "scope" and len(steps) == 2 and isinstance(steps[1], Member):
        return scope.get(steps[1].name, ABSENT)
    level = 0
    while level < len(steps) - 1 and steps[level] == Member("parent"):
        level += 1
    if level:
        if level > len(parents):
            return ABSENT
        item, steps = parents[level - 1], steps[level:]
    value = next((v for _, v in _select(steps, item, ())), ABSENT)
    return value.rpartition("/")[2] if pattern.tail and isinstance(value, str) else value
