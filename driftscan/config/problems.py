"""What pydantic found wrong with a document, as errors with their place and what to write."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from driftscan.config.text import Document, Where, nearest
from driftscan.errors import ConfigError


def first_problem(document: Document, root: Where, error: ValidationError, model: type[BaseModel]) -> ConfigError:
    """The first of a model's problems in file order, as one ConfigError; the count of the others follows."""
    problems = sorted((problem(document, root, e, model) for e in error.errors(include_url=False)), key=lambda p: (p.line, p.column))
    first = problems[0]
    if len(problems) > 1:
        more = len(problems) - 1
        tail = f"{more} more problem{'s' if more > 1 else ''} in this file"
        first.hint = f"{first.hint}; then {tail}" if first.hint else tail
    return first


def problem(document: Document, root: Where, error: Any, model: type[BaseModel]) -> ConfigError:
    where: Where = (*root, *(p for p in error["loc"]))
    name = str(where[-1]) if where else ""
    kind, context = error["type"], error.get("ctx") or {}
    match kind:
        case "driftscan":
            return document.error(where, context["message"], context["write"])
        case "extra_forbidden":
            known = _fields(model, error["loc"][:-1])
            near = nearest(name, known)
            hint = f"did you mean `{near}`?" if near else f"known here: {', '.join(sorted(known))}"
            return document.error(where, f"unknown key `{name}`", hint, key=True)
        case "missing":
            return document.error(where[:-1], f"`{name}` is missing{_inside(where)}", f"write `{name}:` and its value", key=True)
        case "literal_error":
            value, allowed = error["input"], _allowed(context.get("expected", ""))
            near = nearest(str(value), allowed)
            return document.error(
                where, f"`{value}` is not possible here", f"did you mean {near}?" if near else f"write one of {', '.join(allowed)}"
            )
        case "dict_type" | "model_type" | "model_attributes_type":
            return document.error(
                where, f"`{name}` has to be a map of keys and values", f"write `{name}:` and indented `key: value` lines under it"
            )
        case "list_type":
            return document.error(where, f"`{name}` has to be a list", f"write `{name}: [...]`, or lines that begin with `- `")
        case "too_short":
            least = context.get("min_length", 1)
            return document.error(where, f"`{name}` is too short", f"give it at least {least} element{'s' if least > 1 else ''}")
        case _:
            return document.error(where, f"`{name}`: {error['msg'][:1].lower()}{error['msg'][1:]}", _bounds(context))


def _inside(where: Where) -> str:
    names = [str(w) for w in where[:-1] if isinstance(w, str)]
    return f" in `{names[-1]}`" if names else ""


def _allowed(text: str) -> list[str]:
    return [w.strip(" '") for w in text.replace(" or ", ", ").split(",") if w.strip(" '")]


def _bounds(context: dict[str, Any]) -> str:
    low, high = context.get("ge"), context.get("le")
    if low is not None:
        return f"write a number of at least {low:g}"
    return f"write a number of at most {high:g}" if high is not None else "write a value of the kind that the JSON Schema names"


def _fields(model: type[BaseModel], loc: Where) -> set[str]:
    """The keys that the model knows at `loc`."""
    for step in loc:
        if isinstance(step, str) and step in model.model_fields:
            inner = _model_in(model.model_fields[step].annotation)
            if inner is None:
                return set()
            model = inner
    return set(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        found = _model_in(inner)
        if found is not None:
            return found
    return None
