"""Reads the catalogue's TOML files into `Spec`s. Strict: a key that the vocabulary lacks is an error, never a shrug."""

from __future__ import annotations

import difflib
import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from driftscan.catalog import general, paths, policy
from driftscan.catalog.paths import Pattern
from driftscan.catalog.spec import (
    ASPECTS,
    CONTENT,
    DOCUMENTS,
    GRANTS,
    MEANINGS,
    REASONS,
    SCOPES,
    WHOLES,
    Batch,
    Check,
    Compare,
    Condition,
    Detail,
    Each,
    Filter,
    Identity,
    Ignored,
    Latest,
    ListCall,
    Off,
    Provider,
    Returned,
    Revisions,
    Scope,
    Spec,
)
from driftscan.errors import ConfigError, DriftscanError
from driftscan.model.value import Value

HERE: Final = Path(__file__).parent
T = TypeVar("T")


@dataclass(frozen=True)
class Catalog:
    """Every written spec by type name, sorted; `digest` (hex) of all files that say something about types."""

    specs: Mapping[str, Spec]
    digest: str
    root: Path = field(default=HERE)

    def of(self, provider: Provider) -> Mapping[str, Spec]:
        """The written specs of one provider's types."""
        return {name: spec for name, spec in self.specs.items() if spec.provider == provider}

    def spec(self, type: str) -> Spec | None:
        """The written spec; for one of Google's types without one, the general spec; else None."""
        found = self.specs.get(type)
        return general.spec(type) if found is None and general.covers(type) else found

    def children(self, type: str) -> tuple[str, ...]:
        """The types that are listed under each resource of `type`."""
        return tuple(name for name, spec in self.specs.items() if type in spec.parent)


def load(root: Path | None = None) -> Catalog:
    """The catalogue in `root`, a folder with `aws/<service>/<noun>.toml` and `gcp/<api>/<noun>.toml`; where it is None, the one that ships.

    Raises ConfigError with file and line.
    """
    return _load((root or HERE).resolve())


@lru_cache(maxsize=8)
def _load(root: Path) -> Catalog:
    digest = hashlib.sha256()
    specs: dict[str, Spec] = {}
    files = [*root.rglob("*.toml"), *root.glob("derived.json"), *root.glob("gcp.json")]
    for path in sorted(files, key=lambda p: p.relative_to(root).parts):
        name = path.relative_to(root).as_posix()
        data = path.read_bytes()
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
        if "/" not in name:
            continue
        spec = read(data.decode(), name)
        if spec.type in specs:
            raise ConfigError(f"{spec.type} stands in {specs[spec.type].file} too", file=name, line=1, hint="keep one of the two files")
        specs[spec.type] = spec
    return Catalog(dict(sorted(specs.items())), digest.hexdigest(), root)


def read(text: str, file: str) -> Spec:
    """The spec that one file's text holds. Raises ConfigError with file and line."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        line = re.search(r"line (\d+)", str(e))
        raise ConfigError(str(e), file=file, line=int(line[1]) if line else 0, column=1, hint="mend the TOML") from e
    return _Reader(text, file).spec(data)


class _Reader:
    """Holds the file's text, so that every error can say its line."""

    def __init__(self, text: str, file: str) -> None:
        self.lines, self.file = text.splitlines(), file

    # ----------------------------------------------------------------------------------------- errors

    def bad(self, message: str, where: tuple[str, ...], hint: str) -> ConfigError:
        return ConfigError(message, file=self.file, line=self.line(where), column=1, hint=hint)

    def line(self, where: tuple[str, ...]) -> int:
        """The line (from 1) on which the table or key `where` stands, as near as a search of the text can tell."""
        best, depth = 1, 0
        header: tuple[str, ...] = ()
        for number, line in enumerate(self.lines, 1):
            if m := re.match(r"\s*\[\[?([^\[\]]+)\]", line):
                header = tuple(p.strip().strip("\"'") for p in m[1].split("."))
            common = 0
            while common < min(len(header), len(where)) and header[common] == where[common]:
                common += 1
            if common < len(header):
                continue
            rest = where[common:]
            for key in rest:
                if not re.search(rf"(?:^|[\s{{,.\"']){re.escape(key)}[\"']?\s*[=.\]]", line) and f'"{key}"' not in line:
                    break
                common += 1
            if common > depth:
                best, depth = number, common
        return best

    def keys(self, table: Mapping[str, Any], known: Iterable[str], where: tuple[str, ...]) -> None:
        names = sorted(known)
        for key in table:
            if key not in names:
                near = difflib.get_close_matches(key, names, 1, 0.6)
                hint = (f"did you mean {near[0]!r}? " if near else "") + f"known here: {', '.join(names)}"
                raise self.bad(f"unknown key {key!r}", (*where, key), hint)

    # ----------------------------------------------------------------------------------------- kinds of values

    def get(self, table: Mapping[str, Any], key: str, kind: type[T], where: tuple[str, ...], default: T | None = None) -> T:
        value = table.get(key, default)
        if value is None:
            raise self.bad(f"{key!r} is missing", where, f"add `{key} = ...`")
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.bad(f"{key!r} must be a {_KINDS[kind]}", (*where, key), f"write {key} = {_EXAMPLES[kind]}")
        return value

    def strings(self, value: Any, where: tuple[str, ...]) -> tuple[str, ...]:
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list) and all(isinstance(v, str) for v in value):
            return tuple(value)
        raise self.bad(f"{where[-1]!r} must be text or a list of texts", where, f'write {where[-1]} = ["..."]')

    def listed(self, table: Mapping[str, Any], key: str, where: tuple[str, ...]) -> tuple[str, ...]:
        value = self.get(table, key, list, where, [])
        return self.strings(value, (*where, key))

    def path(self, text: str, where: tuple[str, ...]) -> Pattern:
        try:
            return paths.parse(text)
        except DriftscanError as e:
            raise self.bad(e.message, where, e.hint) from e

    def template(self, value: Value, where: tuple[str, ...]) -> Value:
        """A template checked, at any depth."""
        if isinstance(value, dict):
            return {k: self.template(v, (*where, k)) for k, v in value.items()}
        if isinstance(value, list):
            return tuple(self.template(v, where) for v in value)
        if isinstance(value, str):
            try:
                paths.holes(value)
            except DriftscanError as e:
                raise self.bad(e.message, where, e.hint) from e
        return value

    def located(self, text: str, where: tuple[str, ...]) -> str:
        """A path or template, checked, as it was."""
        if "{" in text:
            self.template(text, where)
        else:
            self.path(text, where)
        return text

    def choice(self, value: str, known: Iterable[str], where: tuple[str, ...]) -> str:
        names = sorted(known)
        if value in names:
            return value
        near = difflib.get_close_matches(value, names, 1, 0.5)
        raise self.bad(
            f"{where[-1]!r} cannot be {value!r}", where, (f"did you mean {near[0]!r}? " if near else "") + f"known: {', '.join(names)}"
        )

    # ----------------------------------------------------------------------------------------- parts of a spec

    def spec(self, data: Mapping[str, Any]) -> Spec:
        if isinstance(data.get("type"), str) and general.covers(data["type"]):
            return self.asset(data)
        self.keys(data, _TOP, ())
        type_ = self.get(data, "type", str, ())
        if not re.fullmatch(r"[A-Za-z0-9]+::[A-Za-z0-9]+::[A-Za-z0-9]+", type_):
            raise self.bad(f"{type_!r} is no type name", ("type",), f"write it as {_SPELLINGS}")
        found = data.get("list", [])
        tables = [found] if isinstance(found, dict) else found
        lists = tuple(self.list_call(self.table(t, ("list",)), ("list",)) for t in self.tables(tables, ("list",)))
        details: list[Detail] = []
        for t in self.tables(data.get("detail", []), ("detail",)):
            details.append(self.detail(t, lists[0].service if lists else details[0].service if details else None, ("detail",)))
        if not lists and not details:
            raise self.bad("a type needs a [list] or a [[detail]]", (), "add the call that reads it")
        parent: tuple[str, ...] = ()
        if "parent" in data:
            table = self.table(data["parent"], ("parent",))
            self.keys(table, ["type"], ("parent",))
            parent = self.strings(self.get(table, "type", object, ("parent",)), ("parent", "type"))
        owner = self.strings(data["owner"], ("owner",)) if "owner" in data else ()
        revisions = None
        if "revisions" in data:
            table = self.table(data["revisions"], ("revisions",))
            self.keys(table, ["item"], ("revisions",))
            item = self.get(table, "item", dict, ("revisions",), {})
            revisions = Revisions({k: self.template(v, ("revisions", "item", k)) for k, v in item.items()})
        return Spec(
            type=type_,
            title=self.get(data, "title", str, ()),
            aspect=self.choice(self.get(data, "aspect", str, ()), ASPECTS, ("aspect",)),
            scope=cast(Scope, self.choice(self.get(data, "scope", str, (), "region"), SCOPES, ("scope",))),
            pair=self.get(data, "pair", bool, (), True),
            cfn=self.get(data, "cfn", bool, (), True),
            lists=lists,
            parent=parent,
            details=tuple(details),
            filter=self.filter(self.table(data.get("filter", {}), ("filter",))),
            identity=self.identity(self.table(data.get("identity", {}), ("identity",))),
            compare=self.compare(self.table(data.get("compare", {}), ("compare",))),
            owner=tuple(self.path(p, ("owner",)) for p in owner),
            revisions=revisions,
            population=self.get(data, "population", bool, (), False),
            file=self.file,
        )

    def asset(self, data: Mapping[str, Any]) -> Spec:
        """One of Google's types: Cloud Asset Inventory lists it, so nothing is said about calls."""
        self.keys(data, _ASSET, ())
        schemas = self.strings(self.get(data, "schema", object, ()), ("schema",))
        for schema in schemas:
            if not re.fullmatch(r"[A-Za-z0-9]+\.[A-Za-z0-9_]+:[A-Za-z0-9_]+", schema):
                hint = 'write API, version and schema as the discovery document does: "compute.v1:Firewall"'
                raise self.bad(f"{schema!r} is no schema", ("schema",), hint)
        content = tuple(
            self.choice(c, CONTENT, ("content",)) for c in self.strings(data.get("content", ["RESOURCE", "IAM_POLICY"]), ("content",))
        )
        if not content:
            raise self.bad(
                "'content' names nothing", ("content",), f"known: {', '.join(CONTENT)}; leave the key out for RESOURCE and IAM_POLICY"
            )
        where = ("identity",)
        table = self.table(data.get("identity", {}), where)
        self.keys(table, ["match"], where)
        owner = self.strings(data["owner"], ("owner",)) if "owner" in data else ()
        return Spec(
            type=data["type"],
            title=self.get(data, "title", str, ()),
            aspect=self.choice(self.get(data, "aspect", str, ()), ASPECTS, ("aspect",)),
            scope=cast(Scope, self.choice(self.get(data, "scope", str, (), "region"), SCOPES, ("scope",))),
            pair=self.get(data, "pair", bool, (), True),
            cfn=False,
            identity=Identity(match=self.match(table, where) if "match" in table else general.MATCH),
            compare=policy.added(data["type"], self.compare(self.table(data.get("compare", {}), ("compare",)))),
            owner=tuple(self.path(p, ("owner",)) for p in owner),
            population=self.get(data, "population", bool, (), False),
            file=self.file,
            schemas=schemas,
            content=content,
        )

    def table(self, value: Any, where: tuple[str, ...]) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.bad(f"{where[-1]!r} must be a table", where, f"write [{'.'.join(where)}] and the keys below it")
        return value

    def tables(self, value: Any, where: tuple[str, ...]) -> list[dict[str, Any]]:
        if not isinstance(value, list):
            raise self.bad(f"{where[-1]!r} must be a list of tables", where, f"write [[{'.'.join(where)}]]")
        return [self.table(v, where) for v in value]

    def call(self, table: Mapping[str, Any], service: str | None, where: tuple[str, ...]) -> dict[str, Any]:
        """The keys that listings and details share."""
        offs: list[Off] = []
        for text in self.listed(table, "off", where):
            code, colon, words = text.partition(": ")
            offs.append(Off(code, words if colon else ""))
        for code in self.listed(table, "absent", where):
            if ": " in code:
                raise self.bad(f"{code!r}: only `off` may name an error's text", (*where, "absent"), "write the code alone")
        each = None
        if "each" in table:
            one = self.table(table["each"], (*where, "each"))
            if len(one) != 1:
                hint = 'write each = { Arg = "enum" } or { Arg = ["a", "b"] }'
                raise self.bad("'each' repeats over one argument", (*where, "each"), hint)
            ((arg, values),) = one.items()
            each = Each(arg, None if values == "enum" else self.strings(values, (*where, "each", arg)))
        return {
            "service": self.get(table, "service", str, where, service),
            "operation": self.get(table, "operation", str, where),
            "args": self.template(self.get(table, "args", dict, where, {}), (*where, "args")),
            "only": self.listed(table, "only", where),
            "each": each,
            "absent": self.listed(table, "absent", where),
            "off": tuple(offs),
        }

    def list_call(self, table: Mapping[str, Any], where: tuple[str, ...]) -> ListCall:
        self.keys(table, _LIST, where)
        return ListCall(
            **self.call(table, None, where),
            items=self.path(self.get(table, "items", str, where), (*where, "items")),
            as_=self.get(table, "as", str, where) if "as" in table else None,
            home=self.get(table, "home", str, where) if "home" in table else None,
        )

    def detail(self, table: Mapping[str, Any], service: str | None, where: tuple[str, ...]) -> Detail:
        self.keys(table, _DETAIL, where)
        into = self.get(table, "into", str, where) if "into" in table else None
        join: tuple[tuple[str, str], ...] = ()
        if "join" in table:
            value = table["join"]
            if isinstance(value, dict):
                join = tuple((theirs, self.get(value, theirs, str, (*where, "join"))) for theirs in value)
            else:
                join = tuple((name, name) for name in self.strings(value, (*where, "join")))
        batch = None
        if "batch" in table:
            one = self.table(table["batch"], (*where, "batch"))
            self.keys(one, ["arg", "size"], (*where, "batch"))
            batch = Batch(self.get(one, "arg", str, (*where, "batch")), self.get(one, "size", int, (*where, "batch")))
            if not join:
                raise self.bad("a batch needs `join`", (*where, "batch"), "say which member of the answer names the item")
        return Detail(
            **self.call(table, service, where),
            take=self.path(self.get(table, "take", str, where), (*where, "take")) if "take" in table else None,
            into=into.removesuffix("[]") if into else None,
            append=into is not None and into.endswith("[]"),
            join=join,
            batch=batch,
            when=self.conditions(table.get("when"), (*where, "when")),
        )

    def conditions(self, value: Any, where: tuple[str, ...]) -> tuple[Condition, ...]:
        if value is None:
            return ()
        out: list[Condition] = []
        for table in self.tables(value if isinstance(value, list) else [value], where):
            checks: list[Check] = []
            for text, globs in table.items():
                many = globs if isinstance(globs, list) else [globs]
                if not many or any(isinstance(g, dict | list) for g in many):
                    raise self.bad(f"{text!r} needs a value or a list of values", (*where, text), "globs; a list means or")
                for g in many:
                    self.template(g, (*where, text))
                checks.append(Check(self.path(text, (*where, text)), tuple(paths.scalar(g) for g in many)))
            out.append(tuple(checks))
        return tuple(out)

    def filter(self, table: Mapping[str, Any]) -> Filter:
        where = ("filter",)
        self.keys(table, ["keep", "skip", "latest"], where)
        latest = None
        if "latest" in table:
            one = self.table(table["latest"], (*where, "latest"))
            self.keys(one, ["by", "per"], (*where, "latest"))
            latest = Latest(
                self.path(self.get(one, "by", str, (*where, "latest")), (*where, "latest", "by")),
                self.strings(self.get(one, "per", object, (*where, "latest")), (*where, "latest", "per")),
            )
        return Filter(self.conditions(table.get("keep"), (*where, "keep")), self.conditions(table.get("skip"), (*where, "skip")), latest)

    def identity(self, table: Mapping[str, Any]) -> Identity:
        where = ("identity",)
        self.keys(table, ["arn", "id", "ref", "region", "match"], where)
        ids = self.strings(self.get(table, "id", object, where), (*where, "id"))
        alternatives = self.match(table, where)
        for part in ids:
            self.located(part, (*where, "id"))
        arns = self.strings(table["arn"], (*where, "arn")) if "arn" in table else ()
        for text in arns:
            self.located(text, (*where, "arn"))
        refs = table.get("ref", [])
        return Identity(
            arn=arns[0] if arns else None,
            other_arns=arns[1:],
            id=ids,
            ref=tuple(self.returned(r, (*where, "ref")) for r in (refs if isinstance(refs, list) else [refs])),
            region=self.located(self.get(table, "region", str, where), (*where, "region")) if "region" in table else None,
            match=alternatives,
        )

    def match(self, table: Mapping[str, Any], where: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
        """One key, or a list of alternatives."""
        match = self.get(table, "match", list, where, [])
        alternatives = tuple(self.strings(a, (*where, "match")) for a in match) if any(isinstance(a, list) for a in match) else ()
        if not alternatives and match:
            alternatives = (self.strings(match, (*where, "match")),)
        for part in (p for a in alternatives for p in a):
            self.located(part, (*where, "match"))
        return alternatives

    def returned(self, value: Any, where: tuple[str, ...]) -> Returned:
        if isinstance(value, str):
            return Returned(self.located(value, where))
        table = self.table(value, where)
        self.keys(table, ["is", "when"], where)
        return Returned(self.located(self.get(table, "is", str, where), where), self.conditions(table.get("when"), (*where, "when")))

    def compare(self, table: Mapping[str, Any]) -> Compare:
        where = ("compare",)
        self.keys(table, _COMPARE, where)
        ignored: list[Ignored] = []
        for reason, texts in self.table(table.get("ignore", {}), (*where, "ignore")).items():
            if reason not in REASONS:
                near = difflib.get_close_matches(reason, REASONS, 1, 0.5)
                hint = (f"did you mean {near[0]!r}? " if near else "") + f"known reasons: {', '.join(sorted(REASONS))}"
                raise self.bad(f"unknown reason {reason!r}", (*where, "ignore", reason), hint)
            here = (*where, "ignore", reason)
            ignored.extend(Ignored(self.path(text, here), reason) for text in self.strings(texts, here))

        def patterns(key: str) -> tuple[Pattern, ...]:
            return tuple(self.path(t, (*where, key)) for t in self.listed(table, key, where))

        def mapped(key: str, kind: Callable[[Any, tuple[str, ...]], T]) -> dict[Pattern, T]:
            here = self.table(table.get(key, {}), (*where, key))
            return {self.path(text, (*where, key, text)): kind(v, (*where, key, text)) for text, v in here.items()}

        def one(known: Iterable[str]) -> Callable[[Any, tuple[str, ...]], str]:
            return lambda v, w: self.choice(self.get({w[-1]: v}, w[-1], str, w[:-1]), known, w)

        for pattern in patterns("config"):
            for entry in ignored:
                if entry.path.covers(_names(pattern)) and not pattern.covers(_names(entry.path)):
                    raise self.bad(
                        f"`config` cannot take back {pattern}: {entry.path} is dropped whole",
                        (*where, "config"),
                        f"drop the other members of {entry.path} by name instead",
                    )
        tags = self.get(table, "tags", str, where) if "tags" in table else None
        if tags not in (None, "tagging-api"):
            self.path(tags, (*where, "tags"))
        return Compare(
            tags=tags,
            ignore=tuple(ignored),
            config=patterns("config"),
            sensitive=patterns("sensitive"),
            reveal=patterns("reveal"),
            ordered=patterns("ordered"),
            empty=patterns("empty"),
            keys=mapped("keys", lambda v, w: tuple(self.path(t, w) for t in self.strings(v, w))),
            defaults=mapped("defaults", lambda v, _: v),
            documents=mapped("documents", one(DOCUMENTS)),
            references=mapped("references", self.strings),
            aspects=mapped("aspects", one(ASPECTS)),
            meaning=mapped("meaning", one(MEANINGS)),
            whole=self.choice(self.get(table, "whole", str, where), WHOLES, (*where, "whole")) if "whole" in table else "",
            grants=self.grants(self.table(table.get("grants", {}), (*where, "grants"))),
        )

    def grants(self, table: Mapping[str, Any]) -> dict[str, Pattern]:
        where = ("compare", "grants")
        self.keys(table, GRANTS, where)
        return {kind: self.path(self.get(table, kind, str, where), (*where, kind)) for kind in table}


def _names(pattern: Pattern) -> tuple[str, ...]:
    return tuple(getattr(step, "name", "*") for step in pattern.members)


_TOP: Final = (
    "type", "title", "scope", "aspect", "pair", "cfn", "owner", "population", "list", "parent", "detail", "filter", "revisions",
    "identity", "compare",
)  # fmt: skip
_ASSET: Final = ("type", "title", "schema", "content", "scope", "aspect", "pair", "owner", "population", "identity", "compare")
_SPELLINGS: Final = "CloudFormation does, AWS::Service::Noun, or as Cloud Asset Inventory does, api.googleapis.com/Noun"
_CALL: Final = ("service", "operation", "args", "only", "each", "absent", "off")
_LIST: Final = (*_CALL, "items", "as", "home")
_DETAIL: Final = (*_CALL, "take", "into", "join", "batch", "when")
_COMPARE: Final = (
    "tags", "ignore", "config", "sensitive", "reveal", "ordered", "empty", "keys", "defaults", "documents", "references",
    "aspects", "meaning", "grants", "whole",
)  # fmt: skip
_KINDS: Final[Mapping[type, str]] = {str: "text", bool: "true or false", int: "whole number", list: "list", dict: "table", object: "value"}
_EXAMPLES: Final[Mapping[type, str]] = {str: '"..."', bool: "true", int: "1", list: "[...]", dict: "{...}", object: '"..."'}
