"""The shape of `baselines/*.yaml`, as strict pydantic models; the JSON Schema is generated from them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from driftscan.config.document import Strict, Text, problem_of

Role = Literal["dev", "test", "stage", "prod"]


def _some(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _many(item: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [item, {"type": "array", "minItems": 1, "items": item}]})


Globs = Annotated[list[Text], Field(min_length=1), BeforeValidator(_some), _many({"type": "string", "minLength": 1})]
Roles = Annotated[list[Role], Field(min_length=1), BeforeValidator(_some), _many({"enum": ["dev", "test", "stage", "prod"]})]
Maker = Literal["declared", "vendor", "platform", "controller", "population"]
Makers = Annotated[
    list[Maker],
    Field(min_length=1),
    BeforeValidator(_some),
    _many({"enum": ["declared", "vendor", "platform", "controller", "population"]}),
]
Values = dict[Text, Any]


def _optional(value: Any) -> Any:
    if isinstance(value, bool) or (isinstance(value, list) and all(isinstance(v, str) for v in value)):
        return value
    raise problem_of("optional", "`optional` is neither true nor a list of paths", "write optional: true, or optional: [A.B]")


Optional = Annotated[
    Any,
    BeforeValidator(_optional),
    WithJsonSchema({"anyOf": [{"type": "boolean"}, {"type": "array", "items": {"type": "string"}}]}),
]


class SelectEntry(Strict):
    """Which resources: every condition has to fit, of a list any of its globs (`*`, `?`)."""

    type: Globs = Field(description="Resource types.")
    environment: Globs | None = Field(None, description="Names or aliases of environments; every one where this is left out.")
    key: Globs | None = Field(None, description="Logical keys as reports show them; `=text` is taken literally.")
    tags: dict[Text, Text] = Field(default_factory=dict, description="Name of a tag -> glob on its value.")
    owner: Globs | None = Field(None, description="Owners as the configuration's `owners` name them.")
    account: Globs | None = Field(None, description="Account ids.")
    provenance: Makers | None = Field(None, description="Who made it; `declared` where this is left out: what people or their code made.")
    where: Values = Field(default_factory=dict, description="Path -> literal or JSON Schema keywords; any place that fits selects.")


class CountEntry(Strict):
    """How many resources may be selected."""

    min: Annotated[int, Field(ge=0)] | None = None
    max: Annotated[int, Field(ge=0)] | None = None
    exactly: Annotated[int, Field(ge=0)] | None = None
    per: Literal["environment", "account", "region"] = Field("environment", description="`region`: each account and region.")

    @model_validator(mode="after")
    def _fits(self) -> CountEntry:
        if self.exactly is None and self.min is None and self.max is None:
            raise problem_of("count", "this counts nothing", "write {min: 1}, {max: 3} or {exactly: 2}")
        if self.exactly is not None and (self.min is not None or self.max is not None):
            raise problem_of("count", "`exactly` stands alone", "take `min` and `max` away, or `exactly`")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise problem_of("count", f"no number is at least {self.min} and at most {self.max}", "let min be the lesser")
        return self


class RuleEntry(Strict):
    """One rule: what has to stand at paths, how many there may be, or that there is none."""

    id: Text = Field(description="Stable: findings and waivers go by it.")
    select: SelectEntry | None = Field(None, description="A rule that overrides one may leave it out: then it selects what that one does.")
    expect: Values = Field(
        default_factory=dict,
        description="Path in the canonical form -> a literal, or JSON Schema keywords. A map as such is written {const: {...}}; "
        "null: not set.",
    )
    optional: Optional = Field(False, description="true, or paths: where nothing stands, the rule holds.")
    closed: bool = Field(False, description="No member but those that `expect` names.")
    count: CountEntry | None = None
    absent: bool = Field(False, description="No such resource may exist.")
    severity: Literal["critical", "high", "medium", "low", "info"] = "medium"
    reason: Text
    owner: Text | None = Field(None, description="Whose findings these are, where the configuration's `owners` name nobody.")
    override: Literal["tighten", "replace"] | None = Field(
        None, description="What this is to the rule of that id in an earlier layer: it has to hold too, or instead."
    )

    @model_validator(mode="after")
    def _fits(self) -> RuleEntry:
        if self.select is None and self.override is None:
            raise problem_of("select", "this rule selects nothing", 'write select: {type: "AWS::S3::Bucket"}')
        if not (self.expect or self.count or self.absent or self.closed):
            raise problem_of("expect", "this rule expects nothing", "write `expect:` with paths and values, `count:`, or absent: true")
        if self.absent and (self.expect or self.count or self.closed):
            raise problem_of("absent", "what must not exist has no values and no number", "keep `absent`, or the others")
        unknown = [p for p in self.optional if p not in self.expect] if isinstance(self.optional, list) else []
        if unknown:
            raise problem_of("optional", f"`{unknown[0]}` is optional, and nothing is expected there", "write paths that `expect` has")
        if self.optional is True and not self.expect:
            raise problem_of("optional", "nothing is expected that could be optional", "take `optional` away")
        return self


class BaselineDocument(Strict):
    """A file of baselines/"""

    version: Literal[1] = Field(1, description="Version of this format.")
    layer: Literal["organization", "role", "application"] | None = Field(
        None,
        description="Whose rules these are; later layers may override earlier ones. By the file's name where this is left out: "
        "organization.yaml, dev/test/stage/prod.yaml (role), anything else is an application's.",
    )
    role: Roles | None = Field(None, description="Only in environments of this role. By the file's name in the layer `role`.")
    description: Text | None = None
    rules: list[RuleEntry] = Field(min_length=1)
