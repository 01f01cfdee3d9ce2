"""Whether what stands in a canonical document is what a rule expects: yes, no, or nobody can say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from driftscan.catalog import Spec
from driftscan.judge import places
from driftscan.judge.spelling import Leaf, hidden, plainly, symbolic, symbolically, written
from driftscan.judge.values import KeyOf, number
from driftscan.model.baseline import Expectation
from driftscan.model.value import ABSENT, Bag, Keyed, Opaque, Path, Redacted, Ref, Seq, Text, Unknown, Value, show_scalar

HELD: Final = "held"
BROKEN: Final = "broken"
REDACTED: Final = "redacted"
OTHER_KEY: Final = "other key"
UNRESOLVED: Final = "unresolved id"
_NUMERIC: Final = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})


@dataclass(frozen=True, slots=True)
class Speech:
    """How values of one environment are spelled. own: the environment; key_of: the logical key of an address."""

    own: str
    key_of: KeyOf

    @property
    def leaf(self) -> Leaf:
        """Leaves with symbols for what is the environment's own."""
        return symbolically(self.own, self.key_of)


@dataclass(frozen=True, slots=True)
class Met:
    """One place and what became of the expectation there. answer: `held`, `broken`, or why nobody can say (a code)."""

    expectation: Expectation
    path: Path
    value: Value
    answer: str


def meet(expectation: Expectation, body: Value, spec: Spec | None, speech: Speech) -> list[Met]:
    """The expectation at every place that its path means; where it means none, at the path itself. Empty: the type has no tags."""
    pattern = places.pattern_of(expectation.path, spec)
    if pattern is None:
        return []
    found = places.places(body, pattern) or [(places.spelled(pattern), ABSENT)]
    return [met for path, value in found for met in _met(expectation, path, value, speech)]


def _met(expectation: Expectation, path: Path, value: Value, speech: Speech) -> list[Met]:
    """The expectation at one place; of a map that is not the literal one, only the members that are not."""
    said = answer(expectation, value, speech)
    literal = _literal(expectation)
    if said == HELD or not isinstance(literal, dict) or not isinstance(value, dict):
        return [Met(expectation, path, value, said)]
    out = []
    for name in sorted({*literal, *value}):
        inner = Expectation(expectation.path, literal.get(name), optional=False, location=expectation.location)
        out += [m for m in _met(inner, (*path, name), value.get(name, ABSENT), speech) if m.answer != HELD]
    return out or [Met(expectation, path, value, said)]


def _literal(expectation: Expectation) -> Value:
    """The one literal that is expected, or None."""
    if expectation.schema is None:
        return expectation.written
    options = _options(expectation.schema)
    return options[0] if options is not None and len(options) == 1 else None


def answer(expectation: Expectation, value: Value, speech: Speech) -> str:
    """Of one value."""
    if isinstance(value, Unknown):
        return value.code
    if value is ABSENT:
        return HELD if expectation.optional or (expectation.schema is None and expectation.written is None) else BROKEN
    schema = expectation.schema
    options = [expectation.written] if schema is None else _options(schema)
    if schema is None or options is not None:
        return _any(agreement(value, literal, speech) for literal in options or [expectation.written])
    for inner in hidden(value):
        return inner.code if isinstance(inner, Unknown) else REDACTED
    return HELD if _valid(schema, value, speech) else BROKEN


def _options(schema: Mapping[str, Any]) -> list[Value] | None:
    """The literals that a schema names, where it does nothing else: they are compared as literals are, masked ones and sets too."""
    match {k: v for k, v in schema.items() if k != "description"}:
        case {"const": value, **more} if not more:
            return [value]
        case {"enum": values, **more} if not more:
            return list(values)
        case _:
            return None


def _any(answers: Iterable[str]) -> str:
    """Held where one is, else unknown where one is."""
    found = set(answers)
    return HELD if HELD in found else min(found - {BROKEN}, default=BROKEN)


def _valid(schema: Mapping[str, Any], value: Value, speech: Speech) -> bool:
    instance = written(value, speech.leaf if symbolic(schema) else plainly)
    if isinstance(instance, str) and _NUMERIC.intersection(schema):
        amount = number(instance)
        instance = instance if amount is None else amount
    return fits_schema(schema, instance)


def fits_schema(schema: Mapping[str, Any], instance: Any) -> bool:
    """Whether plain data is what a JSON Schema (2020-12) allows."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415  (a tenth of a second, and only where there are rules)

    return bool(Draft202012Validator(schema).is_valid(instance))


# --------------------------------------------------------------------------------------------- literals


def agreement(value: Value, literal: Value, speech: Speech) -> str:
    """Whether a value is what a literal says: as reports show it, or with symbols. `30`, `30.0` and `"30"` are one, sets have no order."""
    match value:
        case Unknown(code):
            return code
        case dict():
            return _map({str(k): v for k, v in value.items()}, literal, speech)
        case Keyed(items, True):
            return _map({_member(k[0], literal, speech): v for k, v in items}, literal, speech)
        case Seq(items) | tuple(items):
            return _list(items, literal, speech)
        case list():
            return _list(value, literal, speech)
        case Bag(items):
            return _set(items, literal, speech)
        case Keyed(items):
            return _set([v for _, v in items], literal, speech)
        case Redacted() | Opaque():
            return _masked(value, literal, speech)
        case Text(parts) if any(isinstance(p, Opaque) for p in parts):
            return _masked(value, literal, speech)
    if literal is None or isinstance(literal, dict | list):
        return HELD if value is None and literal is None else BROKEN
    ours, theirs = number(value), number(literal)
    if ours is not None and theirs is not None:
        return HELD if ours == theirs else BROKEN
    text = show_scalar(literal)
    if text in (show_scalar(value), speech.leaf(value)):
        return HELD
    return UNRESOLVED if _only_ids_differ(value, text, speech) else BROKEN


def worst(answers: Iterable[str]) -> str:
    """Broken before unknown before held."""
    held = HELD
    for one in answers:
        if one == BROKEN:
            return BROKEN
        held = one if one != HELD else held
    return held


def _member(name: Value, literal: Value, speech: Speech) -> str:
    """A member's name as the literal spells it."""
    return show_scalar(name) if isinstance(literal, dict) and show_scalar(name) in literal else speech.leaf(name)


def _map(value: Mapping[str, Value], literal: Value, speech: Speech) -> str:
    if not isinstance(literal, dict) or value.keys() != literal.keys():
        return BROKEN
    return worst(agreement(v, literal[k], speech) for k, v in value.items())


def _list(items: Sequence[Value], literal: Value, speech: Speech) -> str:
    if not isinstance(literal, list) or len(items) != len(literal):
        return BROKEN
    return worst(agreement(v, w, speech) for v, w in zip(items, literal, strict=True))


def _set(items: Sequence[Value], literal: Value, speech: Speech) -> str:
    if not isinstance(literal, list) or len(items) != len(literal):
        return BROKEN
    left = list(literal)
    undecided: list[str] = []
    for item in items:
        answers = [agreement(item, w, speech) for w in left]
        if HELD in answers:
            del left[answers.index(HELD)]
        elif codes := {a for a in answers if a != BROKEN}:
            undecided.append(min(codes))
        else:
            return BROKEN
    return min(undecided, default=HELD)


def _masked(value: Value, literal: Value, speech: Speech) -> str:
    """A digest can be told from another of the same key, and from nothing else."""
    marker = literal.get("redacted") if isinstance(literal, dict) and len(literal) == 1 else None
    if not isinstance(marker, dict):
        return REDACTED
    if marker.get("key_id") != _key_id(value):
        return OTHER_KEY
    return HELD if marker.get("text") in (show_scalar(value), speech.leaf(value)) else BROKEN


def _key_id(value: Value) -> str:
    if isinstance(value, Text):
        return next(p.key_id for p in value.parts if isinstance(p, Opaque))
    assert isinstance(value, Redacted | Opaque)
    return value.key_id


def _only_ids_differ(value: Value, text: str, speech: Speech) -> bool:
    """Whether nothing but ids that nothing explains tells a value from a text."""
    parts = value.parts if isinstance(value, Text) else (value,)
    if not any(isinstance(p, Ref) and p.target is None for p in parts):
        return False
    for leaf in (plainly, speech.leaf):
        form = "".join(
            r"[\w-]+" if isinstance(p, Ref) and p.target is None else re.escape(p if isinstance(p, str) else leaf(p)) for p in parts
        )
        if re.fullmatch(form, text):
            return True
    return False


# --------------------------------------------------------------------------------------------- words


def expected(e: Expectation) -> str:
    """What is expected, in words: `aws:kms`, `one of A, B`, `at least 7`."""
    if e.schema is None:
        return "not set" if e.written is None else _shown(e.written)
    return " and ".join(_words(e.written)) or "set"


def _words(schema: Any) -> list[str]:
    if not isinstance(schema, dict):
        return [] if schema is True else ["nothing"]
    out = []
    for name, value in schema.items():
        match name:
            case "const":
                out.append(_shown(value))
            case "enum":
                out.append(_shown(value[0]) if len(value) == 1 else f"one of {', '.join(map(_shown, value))}")
            case "minimum":
                out.append(f"at least {value}")
            case "maximum":
                out.append(f"at most {value}")
            case "exclusiveMinimum":
                out.append(f"more than {value}")
            case "exclusiveMaximum":
                out.append(f"less than {value}")
            case "pattern":
                out.append(f"text like {value}")
            case "minLength":
                out.append("some text" if value == 1 else f"at least {value} characters")
            case "minItems":
                out.append(f"at least {value} element{'' if value == 1 else 's'}")
            case "maxItems":
                out.append(f"at most {value} element{'' if value == 1 else 's'}")
            case "required":
                out.append(f"with {', '.join(value)}")
            case "description" | "type":
                pass
            case _:
                out.append(f"{name} {json.dumps(value, ensure_ascii=False, sort_keys=True)}")
    description = schema.get("description")
    return [description] if description else out or ([f"of type {schema['type']}"] if "type" in schema else [])


def _shown(value: Any) -> str:
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False, sort_keys=True)
