"""driftscan.yaml -> Settings: the shape first (pydantic), then what only the whole can tell."""

from __future__ import annotations

import hashlib
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, cast

import orjson
from pydantic import ValidationError

from driftscan.config.baselines import ENDINGS, FOLDER, load_baselines
from driftscan.config.document import AccountEntry, ConfigDocument, ControlsEntry, Defaults, EnvironmentEntry, ExpectedEntry, WaiverEntry
from driftscan.config.problems import first_problem
from driftscan.config.text import Document, Where, nearest, read
from driftscan.model.baseline import BaselineRule, against
from driftscan.model.settings import (
    Account,
    ComparisonRule,
    ControlSettings,
    Environment,
    Excluded,
    Expected,
    Location,
    Owner,
    PairRule,
    Settings,
    SeverityRule,
    Shared,
    VoidWaiver,
    Waiver,
)

WAIVERS = "waivers.yaml"
"""Read from beside the configuration, if it is there."""


def load(path: Path) -> Settings:
    """The settings in `path`, the `waivers.yaml` and the `baselines` beside it.

    A relative `store` or `redaction.key_file` counts from the file's folder. Raises ConfigError for the first problem in file order.
    """
    document = read(path)
    config = _shaped(document)
    _check(document, config)
    beside = path.parent / WAIVERS
    sources: list[tuple[Document, Where, Any]] = [(document, ("waivers",), config.waivers)]
    if beside.exists():
        other = read(beside)
        sources.append((other, *_waiver_list(other)))
    waivers, void = waivers_of(sources)
    files = _baseline_files(document, config, path.parent)
    baselines = load_baselines(files)
    expected = tuple(expected_of(document, i, e) for i, e in enumerate(config.expected))
    return Settings(
        organization=config.organization,
        store=_place(config.store, path.parent),
        environments=tuple(
            Environment(
                name,
                tuple(e.aliases),
                tuple(_account(document, config.defaults, name, i, a, path.parent) for i, a in enumerate(e.accounts)),
                _role(name, e),
            )
            for name, e in config.environments.items()
        ),
        comparisons=tuple(
            ComparisonRule(
                _name(config, c.candidate),
                _name(config, c.reference),
                tuple(
                    PairRule(p.type, p.candidate, p.reference, _location(document, ("comparisons", i, "pairs", j)))
                    for j, p in enumerate(c.pairs)
                ),
                _location(document, ("comparisons", i)),
            )
            for i, c in enumerate(config.comparisons)
        ),
        promotion_max_age=config.promotion.max_age,
        expected=expected,
        severity=tuple(
            SeverityRule(s.severity, s.reason, s.type, s.path, s.aspect or "", s.environment, _location(document, ("severity", i)))
            for i, s in enumerate(config.severity)
        ),
        waivers=waivers,
        void_waivers=void,
        owners=tuple(Owner(o.owner, o.tag, o.stack, o.type, o.account, o.key) for o in config.owners),
        variables={k: {_name(config, e): t for e, t in v.items()} for k, v in config.variables.items()},
        region_map={_name(config, e): dict(v) for e, v in config.region_map.items()},
        reveal=tuple(config.reveal),
        min_coverage=float(config.min_coverage),
        types=tuple(config.types),
        skip_types=tuple(config.skip_types),
        redaction_key=_place(config.redaction.key_file, path.parent) if config.redaction.key_file else None,
        max_concurrency=config.max_concurrency,
        deadline=config.deadline,
        baselines=baselines,
        controls=_controls(document, config),
        digest=_digest(config, waivers, baselines),
        files=(str(path), *([str(beside)] if beside.exists() else []), *map(str, files)),
    )


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of driftscan.yaml."""
    out = ConfigDocument.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "driftscan.yaml",
        **{k: v for k, v in out.items() if k != "title"},
    }


# ------------------------------------------------------------------------------------------------- shape


def _shaped(document: Document) -> ConfigDocument:
    if not isinstance(document.data, dict):
        raise document.error((), "the file holds no settings", "start with `version: 1`, `organization:` and `environments:`")
    version = document.data.get("version")
    if "version" in document.data and (version != 1 or isinstance(version, bool)):
        raise document.error(("version",), f"version {version!r} is unknown here", "write version: 1")
    try:
        return ConfigDocument.model_validate(document.data)
    except ValidationError as e:
        raise first_problem(document, (), e, ConfigDocument) from None


# ------------------------------------------------------------------------------------------------- the whole


def _check(document: Document, config: ConfigDocument) -> None:
    """What no single entry can tell: words and accounts used twice, names that name nothing."""
    _words(document, config)
    _accounts(document, config)
    for i, comparison in enumerate(config.comparisons):
        for side in ("candidate", "reference"):
            _known(document, config, ("comparisons", i, side), getattr(comparison, side))
        if _name(config, comparison.candidate) == _name(config, comparison.reference):
            raise document.error(
                ("comparisons", i, "reference"), "an environment is compared with itself", "name two different environments"
            )
    for name, texts in config.variables.items():
        for env in texts:
            _known(document, config, ("variables", name, env), env, key=True)
    for env in config.region_map:
        _known(document, config, ("region_map", env), env, key=True)
    for env in config.controls.hold:
        _known(document, config, ("controls", "hold", env), env, key=True)
    seen: dict[str, int] = {}
    for i, rule in enumerate(config.expected):
        if rule.id in seen:
            first = document.mark(("expected", seen[rule.id])).value[0]
            raise document.error(
                ("expected", i, "id"), f"the rule id `{rule.id}` stands already in line {first}", "give each rule an id of its own"
            )
        seen[rule.id] = i
        if rule.comparison is not None:
            _comparison(document, config, i, rule)


def _words(document: Document, config: ConfigDocument) -> None:
    owner: dict[str, str] = {}
    for name in config.environments:
        if name.lower() in owner:
            raise document.error(
                ("environments", name), f"`{name}` and `{owner[name.lower()]}` differ in case only", "use another name", key=True
            )
        owner[name.lower()] = name
    for name, entry in config.environments.items():
        for i, alias in enumerate(entry.aliases):
            held = owner.get(alias.lower())
            if held is not None and held != name:
                raise document.error(
                    ("environments", name, "aliases", i),
                    f"the word `{alias}` names `{held}` already",
                    "a word can name one environment only",
                )
            owner[alias.lower()] = name


def _accounts(document: Document, config: ConfigDocument) -> None:
    seen: dict[tuple[str, str], tuple[str, Where]] = {}
    for name, entry in config.environments.items():
        for i, account in enumerate(entry.accounts):
            provider = "aws" if account.aws is not None else "gcp"
            where: Where = ("environments", name, "accounts", i, provider)
            identity = (provider, str(account.aws or account.gcp))
            if identity in seen:
                other, place = seen[identity]
                line = document.mark(place).value[0]
                if other == name:
                    raise document.error(where, f"{identity[1]} stands already in line {line}", "name it once")
                raise document.error(
                    where, f"{identity[1]} belongs to `{other}` already (line {line})", "an account belongs to exactly one environment"
                )
            seen[identity] = (name, where)


def _known(document: Document, config: ConfigDocument, where: Where, word: str, *, key: bool = False) -> None:
    words = {w: n for n, e in config.environments.items() for w in (n, *e.aliases)}
    if word not in words:
        near = nearest(word, words)
        hint = f"did you mean `{near}`?" if near else f"write one of {', '.join(config.environments)}"
        raise document.error(where, f"there is no environment `{word}`", hint, key=key)


def _comparison(document: Document, config: ConfigDocument, index: int, rule: ExpectedEntry) -> None:
    names = [f"{_name(config, c.candidate)}..{_name(config, c.reference)}" for c in config.comparisons]
    names += [against(name) for name in config.environments]
    if rule.comparison not in names:
        near = nearest(str(rule.comparison), names)
        hint = f"did you mean {near}?" if near else f"write one of {', '.join(names) or 'the configured comparisons'}"
        raise document.error(("expected", index, "comparison"), f"there is no comparison `{rule.comparison}`", hint)


def _name(config: ConfigDocument, word: str) -> str:
    """The environment's name for its name or alias."""
    if word in config.environments:
        return word
    return next(n for n, e in config.environments.items() if word in e.aliases)


# ------------------------------------------------------------------------------------------------- values


def _controls(document: Document, config: ConfigDocument) -> ControlSettings:
    entry = config.controls
    return ControlSettings(
        {_name(config, e): tuple(ids) for e, ids in entry.hold.items()},
        tuple(Excluded(x.account, x.reason, _location(document, ("controls", "excluded", i))) for i, x in enumerate(entry.excluded)),
        tuple(Shared(x.target, x.reason, _location(document, ("controls", "shared", i))) for i, x in enumerate(entry.shared)),
    )


def _location(document: Document, where: Where) -> Location:
    return Location(document.file, document.mark(where).value[0])


def _place(target: str, base: Path) -> str:
    """A path relative to the configuration's folder; a URL stays as it is."""
    if "://" in target:
        return target
    path = Path(target).expanduser()
    return str(path if path.is_absolute() else base / path)


def _baseline_files(document: Document, config: ConfigDocument, base: Path) -> list[Path]:
    """The files that the configuration names, else those of the folder beside it. Raises ConfigError where a glob fits none."""
    if config.baselines is None:
        return sorted(f for f in (base / FOLDER).glob("*") if f.suffix in ENDINGS) if (base / FOLDER).is_dir() else []
    found: set[Path] = set()
    for i, text in enumerate(config.baselines):
        place = Path(text).expanduser()
        root, glob = (Path(place.anchor), str(place.relative_to(place.anchor))) if place.is_absolute() else (base, text)
        fitting = [f for f in root.glob(glob) if f.is_file()]
        if not fitting:
            raise document.error(
                ("baselines", i), f"no file fits `{text}`", "write a path from this file's folder, such as baselines/*.yaml"
            )
        found.update(fitting)
    return sorted(found)


_ROLE_WORDS = {
    "dev": ("dev", "develop", "development"),
    "test": ("test", "tst", "testing", "qa"),
    "stage": ("stage", "stg", "staging"),
    "prod": ("prod", "prd", "production", "live"),
}


def _role(name: str, entry: EnvironmentEntry) -> str:
    """The environment's role: as written, else as its name or one of its aliases says, else none."""
    if entry.role is not None:
        return entry.role
    for word in (name, *entry.aliases):
        for role, words in _ROLE_WORDS.items():
            if word.lower() in words:
                return role
    return ""


def _account(document: Document, defaults: Defaults, env: str, index: int, entry: AccountEntry, base: Path) -> Account:
    location = _location(document, ("environments", env, "accounts", index))
    regions = entry.regions if entry.regions is not None else defaults.regions
    names = None if regions in (None, "enabled") else tuple(regions)
    if entry.gcp is not None:
        exports = tuple(_place(text, base) for text in entry.export)
        return Account("gcp", entry.gcp, location=location, impersonate=entry.impersonate, exports=exports)
    own = entry.role is not None or entry.profile is not None
    role = entry.role if own else defaults.role
    profile = entry.profile if own else defaults.profile
    external_id = (entry.external_id or defaults.external_id) if role else None
    return Account("aws", str(entry.aws), role, external_id, profile, names, location)


def expected_of(document: Document, index: int, e: ExpectedEntry) -> Expected:
    """The rule at this place of the document's `expected` list."""
    ratio = (e.ratio[0], e.ratio[1]) if e.ratio else None
    location = _location(document, ("expected", index))
    return Expected(e.id, e.type, e.path, e.rule, e.reason, e.owner, e.key, e.kind, e.values, ratio, e.comparison, location)


def _waiver_list(document: Document) -> tuple[Where, Any]:
    if isinstance(document.data, dict):
        for key in document.data:
            if key != "waivers":
                raise document.error((key,), f"unknown key `{key}`", "this file holds `waivers:` and its list", key=True)
        return ("waivers",), document.data.get("waivers")
    return (), document.data


def waivers_of(sources: list[tuple[Document, Where, Any]]) -> tuple[tuple[Waiver, ...], tuple[VoidWaiver, ...]]:
    """The waivers that hold together, and those that are void: a malformed one waives nothing, is listed, and stops nothing."""
    good: list[Waiver] = []
    void: list[VoidWaiver] = []
    seen: set[str] = set()
    for document, root, entries in sources:
        if entries is None:
            continue
        if not isinstance(entries, list):
            raise document.error(root, "waivers have to be a list", "write `waivers:` and lines that begin with `- {id: ...}`")
        for i, entry in enumerate(entries):
            where: Where = (*root, i)
            location = _location(document, where)
            name = str(entry.get("id", f"#{i + 1}")) if isinstance(entry, dict) else f"#{i + 1}"
            try:
                w = WaiverEntry.model_validate(entry)
            except ValidationError as e:
                problem = first_problem(document, where, e, WaiverEntry)
                void.append(VoidWaiver(name, str(problem), location))
                continue
            if w.id in seen:
                void.append(
                    VoidWaiver(
                        w.id, str(document.error(where, f"the id `{w.id}` stands here a second time", "give it one of its own")), location
                    )
                )
                continue
            seen.add(w.id)
            good.append(
                Waiver(
                    w.id,
                    w.finding or "",
                    w.owner,
                    w.approver,
                    w.ticket,
                    w.reason,
                    w.expires,
                    w.candidate,
                    w.reference,
                    w.value_digest,
                    location,
                    {id: tuple(digests) for id, digests in w.findings.items()},
                )
            )
    return tuple(good), tuple(void)


def _digest(config: ConfigDocument, waivers: tuple[Waiver, ...], baselines: tuple[BaselineRule, ...]) -> str:
    """Of what the file means: not of its layout, its comments, where the store lies or where the key lies."""
    meaning = config.model_dump(mode="json", exclude={"store", "redaction", "waivers", "baselines"})
    if config.controls == ControlsEntry():
        del meaning["controls"]  # who says nothing about them means what they meant before there were any
    meaning["environments"] = [[name, meaning["environments"][name]] for name in config.environments]
    meaning["waivers"] = [
        [
            w.id,
            w.finding,
            w.owner,
            w.approver,
            w.ticket,
            w.reason,
            w.expires.isoformat(),
            w.candidate,
            w.reference,
            w.value_digest,
            *([dict(w.findings)] if w.findings else []),
        ]
        for w in sorted(waivers, key=lambda w: w.id)
    ]
    meaning["baselines"] = [_meaning(rule) for rule in baselines]
    return hashlib.sha256(orjson.dumps(meaning, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _meaning(rule: BaselineRule) -> dict[str, Any]:
    """A rule without its place."""

    def plain(value: Any) -> Any:
        if isinstance(value, Location):
            return None
        if is_dataclass(value):
            return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
        return [plain(v) for v in value] if isinstance(value, tuple) else value

    return cast("dict[str, Any]", plain(rule))
