"""The shape of `driftscan.yaml` and `waivers.yaml`, as strict pydantic models; the JSON Schema is generated from them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from driftscan.model.settings import MIN_COVERAGE

_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_DURATION = r"^[0-9]{1,6}[wdhms]$"
_AWS_ID = r"^([0-9]{12}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|r-[0-9a-z]{4,32})$"
_GCP_ID = (
    r"^([a-z][a-z0-9-]{4,28}[a-z0-9]|([a-z0-9.-]+:)[a-z][a-z0-9-]{4,28}[a-z0-9]|[0-9]{5,20}|(folders|organizations)/[0-9]+"
    r"|labels\.[a-z0-9_-]{1,63}[:=][A-Za-z0-9_*-]{1,63}( labels\.[a-z0-9_-]{1,63}[:=][A-Za-z0-9_*-]{1,63})*)$"
)
_PROJECT = r"^[a-z][a-z0-9.:-]{4,}[a-z0-9]$"
_EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
_REGION = r"^[a-z]+(-[a-z]+)+-?[0-9]+$"
_CONTROL = r"^ENV-(0[1-9]|1[0-7])$"
_ROLE = r"^(arn:[a-z0-9-]+:iam::[0-9]{12}:role/[\w+=,.@/-]{1,512}|[\w+=,.@/-]{1,512})$"


def problem_of(kind: str, message: str, write: str) -> PydanticCustomError:
    """A problem whose second line says what to write; the message is taken literally."""
    return PydanticCustomError("driftscan", "{message}", {"message": message, "write": write, "kind": kind})


def parse_duration(value: Any) -> timedelta:
    """`14d`, `12h`, `90m`, `2w`, `0d`."""
    if isinstance(value, timedelta):
        return value
    if isinstance(value, str) and re.fullmatch(_DURATION, value):
        return timedelta(**{_UNITS[value[-1]]: int(value[:-1])})
    shown = f"`{value}`" if isinstance(value, str | int | float) else "this"
    raise problem_of("duration", f"{shown} is no duration", "write a number and a unit, such as 14d, 12h or 0d")


def _aws_id(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        raise problem_of("quote", f"YAML reads the account id {value} as a number", f'quote it: "{value:012d}"')
    if not isinstance(value, str) or not re.fullmatch(_AWS_ID, value):
        raise problem_of(
            "aws", f"`{value}` is no AWS account id", 'write twelve digits in quotes ("111111111111"), or a unit such as ou-abcd-12345678'
        )
    return value


def _gcp_id(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        raise problem_of("quote", f"YAML reads the project number {value} as a number", f'quote it: "{value}"')
    if not isinstance(value, str) or not re.fullmatch(_GCP_ID, value):
        raise problem_of(
            "gcp",
            f"`{value}` is no GCP project",
            "write a project id such as acme-stage, a number in quotes, folders/123456, or labels.env:stage",
        )
    return value


def _email(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(_EMAIL, value):
        raise problem_of("email", f"`{value}` is no service account", "write its e-mail, NAME@PROJECT.iam.gserviceaccount.com")
    return value


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _regions(value: Any) -> Any:
    if value == "enabled":
        return value
    if not isinstance(value, list) or not value:
        raise problem_of("regions", "regions is neither `enabled` nor a list", "write `enabled`, or names such as [eu-west-1, us-east-1]")
    for item in value:
        if not isinstance(item, str) or not re.fullmatch(_REGION, item):
            raise problem_of("region", f"`{item}` is no region", "write names such as eu-west-1")
    if len(set(value)) != len(value):
        raise problem_of("region", "a region stands twice in this list", "keep it once")
    return value


def _role(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(_ROLE, value):
        raise problem_of("role", f"`{value}` is no role", "write a role's name, or its ARN arn:aws:iam::111111111111:role/NAME")
    return value


def _word(value: Any) -> str:
    if isinstance(value, int | float | bool):
        raise problem_of("quote", f"YAML reads `{value}` as a number or truth value", f'quote it: "{value}"')
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", value):
        raise problem_of("word", f"`{value}` cannot name an environment", "use letters, digits, - and _")
    return value


def _date(value: Any) -> Any:
    if isinstance(value, date):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise problem_of("date", f"`{value}` is no date", "write a day such as 2026-12-31")


def _text(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise problem_of("quote", f"YAML reads `{value}` as a number", f'quote it: "{value}"')
    if isinstance(value, bool):
        raise problem_of("quote", f"YAML reads this as the truth value {str(value).lower()}", f'quote it: "{str(value).lower()}"')
    if not isinstance(value, str) or not value.strip():
        raise problem_of("text", "this has to be text", "write some words")
    return value


def _control(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(_CONTROL, value):
        raise problem_of("control", f"`{value}` is no control", "write ENV-01 to ENV-17; `driftscan explain ENV-01` says what one means")
    return value


def _texts(value: Any) -> Any:
    if isinstance(value, str):
        raise problem_of("list", f"this has to be a list, not `{value}`", f"write [{value}]")
    return value


Text = Annotated[str, BeforeValidator(_text), WithJsonSchema({"type": "string", "minLength": 1})]
Texts = Annotated[list[Text], BeforeValidator(_texts)]
Word = Annotated[str, BeforeValidator(_word), WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_-]*$"})]
Words = Annotated[list[Word], BeforeValidator(_texts)]
Duration = Annotated[timedelta, BeforeValidator(parse_duration), WithJsonSchema({"type": "string", "pattern": _DURATION})]
AwsId = Annotated[str, BeforeValidator(_aws_id), WithJsonSchema({"type": "string", "pattern": _AWS_ID})]
GcpId = Annotated[str, BeforeValidator(_gcp_id), WithJsonSchema({"type": "string", "pattern": _GCP_ID})]
Role = Annotated[str, BeforeValidator(_role), WithJsonSchema({"type": "string", "minLength": 1})]
Day = Annotated[date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]
Regions = Annotated[
    Any,
    BeforeValidator(_regions),
    WithJsonSchema(
        {
            "anyOf": [
                {"const": "enabled"},
                {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"type": "string", "pattern": _REGION}},
            ]
        }
    ),
]
Globs = Texts
Controls = Annotated[
    list[Annotated[str, BeforeValidator(_control), WithJsonSchema({"type": "string", "pattern": _CONTROL})]], BeforeValidator(_texts)
]


Email = Annotated[str, BeforeValidator(_email), WithJsonSchema({"type": "string", "pattern": _EMAIL})]
Exports = Annotated[list[Text], BeforeValidator(_one_or_more), WithJsonSchema({"type": ["array", "string"], "items": {"type": "string"}})]


class Strict(BaseModel):
    """No unknown key, no silent conversion."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class AccountEntry(Strict):
    """One account, project, unit or folder."""

    aws: AwsId | None = Field(None, description="Account id of twelve digits in quotes, or an organisational unit (ou-..., r-...).")
    gcp: GcpId | None = Field(
        None, description="Project id or number, folders/NUMBER, organizations/NUMBER, or a query of labels: `labels.env:stage`."
    )
    role: Role | None = Field(None, description="Role to assume: its name, or its ARN. Without role and profile: ambient credentials.")
    profile: Text | None = Field(None, description="Profile of the AWS configuration files to read with.")
    external_id: Text | None = Field(None, description="External id that the role's trust policy asks for.")
    regions: Regions = Field(None, description="Regions to read, or every region that the account has enabled.")
    impersonate: Email | None = Field(None, description="Service account to read the project as, by its e-mail.")
    export: Exports = Field(
        default_factory=list,
        description="Files of `gcloud asset export` (JSON lines) to read instead of the API.",
    )

    @model_validator(mode="after")
    def _one_provider(self) -> AccountEntry:
        if (self.aws is None) == (self.gcp is None):
            raise problem_of("provider", "an account is either `aws` or `gcp`", 'write {aws: "111111111111"} or {gcp: my-project}')
        if self.gcp is not None and (self.role or self.external_id or self.profile or self.regions):
            raise problem_of(
                "provider", "`role`, `profile`, `external_id` and `regions` belong to AWS accounts", "take them away from this project"
            )
        if self.aws is not None and (self.impersonate or self.export):
            raise problem_of("provider", "`impersonate` and `export` belong to GCP projects", "take them away from this account")
        if self.export and not re.fullmatch(_PROJECT, str(self.gcp)):
            raise problem_of("provider", "an export is read for one project", "name the project by its id beside `export`")
        if self.export and self.impersonate:
            raise problem_of("provider", "an export is read as nobody", "take `impersonate` or `export` away")
        return self


class Defaults(Strict):
    """What every account has unless it says otherwise."""

    role: Role | None = Field(default=None, description="Role to assume: its name, or its ARN.")
    profile: Text | None = Field(default=None, description="Profile of the AWS configuration files to read with.")
    external_id: Text | None = Field(default=None, description="External id that the roles' trust policies ask for.")
    regions: Regions = Field(default=None, description="Regions to read, or every region that an account has enabled.")


class EnvironmentEntry(Strict):
    """One environment; their order in the file is the promotion order, dev first."""

    aliases: Words = Field(default_factory=list, description="Other words for this environment in names.")
    role: Literal["dev", "test", "stage", "prod"] | None = Field(
        None, description="What it is in the order of promotion: whose baselines it has to keep. By its name or alias where it is left out."
    )
    accounts: list[AccountEntry] = Field(min_length=1, description="What belongs to it; nothing belongs to two environments.")


class PairEntry(Strict):
    """Two resources that are counterparts whatever their names say (ids or ARNs)."""

    type: Text = Field(description="Resource type of both.")
    candidate: Text = Field(description="Id or ARN on one side.")
    reference: Text = Field(description="Id or ARN on the other.")


class ComparisonEntry(Strict):
    """`candidate` is judged against `reference`."""

    candidate: Text = Field(description="The environment that should be like the other: stage.")
    reference: Text = Field(description="The environment that it should be like: prod.")
    pairs: list[PairEntry] = Field(default_factory=list, description="Counterparts that names do not show.")


class Promotion(Strict):
    """How long a difference may be on its way; `0d` switches it off."""

    max_age: Duration = Field(default=timedelta(days=14), description="Such as 14d; what is on its way for longer is a stalled promotion.")


class ExpectedEntry(Strict):
    """A declared difference, with its bounds."""

    id: Text = Field(description="Reports name the rule by it.")
    type: Text = Field(description="Resource type; `*` stands for anything.")
    path: str = Field(
        "", description="Path of the difference, elements as `[]`; `*` stands for anything. Empty for kind missing and extra."
    )
    rule: Literal["any", "one_of", "at_most_reference", "at_least_reference", "ratio", "must_differ", "mapped"] = Field(
        description="The bounds inside which it is expected."
    )
    reason: Text = Field(description="Why it may differ; reports show it.")
    owner: Text = Field(description="Who answers for it.")
    key: Text = Field("*", description="Glob on the logical key.")
    kind: Literal["changed", "missing", "extra"] = Field(
        "changed", description="A change inside a pair, or a resource that the candidate lacks (missing) or has alone (extra)."
    )
    values: Any = Field(None, description="one_of: list of allowed candidate values. mapped: reference value -> candidate value.")
    ratio: Annotated[list[float], Field(min_length=2, max_length=2)] | None = Field(
        None, description="Least and most of candidate / reference."
    )
    comparison: Text | None = Field(None, description="Only in this comparison: `stage..prod`.")

    @model_validator(mode="after")
    def _fits(self) -> ExpectedEntry:
        if self.rule == "one_of" and not (isinstance(self.values, list) and self.values):
            raise problem_of("values", "rule one_of needs `values`, a list", "write values: [A, B]")
        if self.rule == "mapped" and not (isinstance(self.values, dict) and self.values):
            raise problem_of(
                "values", "rule mapped needs `values`, a map from reference to candidate", "write values: {prod-value: stage-value}"
            )
        if self.rule == "ratio" and (self.ratio is None or not 0 <= self.ratio[0] <= self.ratio[1]):
            raise problem_of(
                "ratio", "rule ratio needs `ratio`, the least and the most of candidate / reference", "write ratio: [0.25, 1.0]"
            )
        if self.rule != "ratio" and self.ratio is not None:
            raise problem_of("ratio", f"`ratio` says nothing under rule {self.rule}", "take it away or write rule: ratio")
        if self.rule not in ("one_of", "mapped") and self.values is not None:
            raise problem_of("values", f"`values` says nothing under rule {self.rule}", "take it away, or write rule: one_of")
        if self.kind == "changed" and not self.path:
            raise problem_of(
                "path",
                "a rule about changes needs a `path`",
                'write the path as the report shows it, or kind: missing; path: "*" is every path',
            )
        if self.kind != "changed" and (self.path or self.rule != "any"):
            raise problem_of(
                "path", f"a rule about {self.kind} resources has rule `any` and no `path`", "write rule: any and take `path` away"
            )
        return self


Aspect = Literal["iam", "network", "data-protection", "capacity", "observability", "artifact", "cost", "metadata"]
"""The catalogue's aspects."""


class SeverityEntry(Strict):
    """How bad drift is, where the built-in severity is not yours. It accepts nothing, and what is critical stays critical."""

    severity: Literal["critical", "high", "medium", "low"] = Field(description="What it is instead.")
    reason: Text = Field(description="Why; each finding shows it with this line.")
    type: Text = Field("*", description="Glob on the resource type.")
    path: str = Field("", description="Path of the difference, as in `expected`; without it every path, and whole resources.")
    aspect: Aspect | None = Field(None, description="Only differences of this aspect.")
    environment: Text = Field("*", description="Glob on the environment; either side of a comparison may fit.")

    @model_validator(mode="after")
    def _fits(self) -> SeverityEntry:
        if (self.type, self.path, self.aspect, self.environment) == ("*", "", None, "*"):
            raise problem_of("severity", "this rule is about everything", "say what it is about: a type, path, aspect or environment")
        return self


class OwnerEntry(Strict):
    """The first rule that fits names the owner of a finding."""

    owner: Text | None = Field(None, description="Who it is, where the globs of this entry fit.")
    tag: Text | None = Field(None, description="The tag whose value is the owner.")
    stack: Text | None = Field(None, description="Glob on the stack's name.")
    type: Text | None = Field(None, description="Glob on the resource type.")
    account: Text | None = Field(None, description="Glob on the account id.")
    key: Text | None = Field(None, description="Glob on the logical key.")

    @model_validator(mode="after")
    def _fits(self) -> OwnerEntry:
        globs = (self.stack, self.type, self.account, self.key)
        if self.tag is None and self.owner is None:
            raise problem_of("owner", "this rule names no owner", "write {tag: Team} or {stack: 'payments-*', owner: payments}")
        if self.tag is not None and (self.owner is not None or any(globs)):
            raise problem_of("owner", "a `tag` rule takes the tag's value and stands alone", "write {tag: Team}")
        return self


class RedactionEntry(Strict):
    """Where the key of the digests lies; without it DRIFTSCAN_KEY, else `.driftscan.key` beside the configuration."""

    key_file: Text | None = Field(default=None, description="File that holds the key; it may not lie in the store.")


class ExcludedEntry(Strict):
    """Accounts of the organization that belong to no environment, on purpose."""

    account: Text = Field(
        description="Glob on the account's id or name, of a project also on its number or on a folder above it (`folders/123`); `*` where "
        "nobody has to know the organization's accounts."
    )
    reason: Text = Field(description="Why they belong to none; reports show it.")


class SharedEntry(Strict):
    """What every environment may point at, and what may point at every environment."""

    target: Text = Field(description="Glob on an account id, or on the name, address or ARN of what is shared.")
    reason: Text = Field(description="Why it is shared; reports show it.")


class ControlsEntry(Strict):
    """How strictly each environment is held to the promises of the environment strategy."""

    hold: dict[Word, Controls] = Field(
        default_factory=dict,
        description="Environment -> the controls that it is held to, such as [ENV-01, ENV-03]; of one that is left out, its role decides.",
    )
    excluded: list[ExcludedEntry] = Field(default_factory=list, description="Accounts that are no environment's (ENV-01).")
    shared: list[SharedEntry] = Field(default_factory=list, description="What environments share (ENV-03).")


Digests = Annotated[list[Text], Field(min_length=1), BeforeValidator(lambda v: [v] if isinstance(v, str) else v)]
"""One digest, or a list of them."""


class WaiverEntry(Strict):
    """One accepted finding, bound to its two values, with an end; or several that were accepted at once, each bound to its own."""

    id: Text = Field(description="Reports name the waiver by it.")
    finding: Text | None = Field(None, description="comparison/type/key/path, or a finding's id.")
    findings: dict[Text, Digests] = Field(
        default_factory=dict, description="A finding's id -> value_digest of what is accepted there; `driftscan waive` writes it."
    )
    candidate: Any = Field(None, description="The candidate's value as the report shows it; left out: not set.")
    reference: Any = Field(None, description="The reference's value as the report shows it; left out: not set.")
    value_digest: Text | None = Field(None, description="Instead of the two values: the value_digest of the change or the finding.")
    owner: Text = Field(description="Who answers for it.")
    approver: Text = Field(description="Someone else than the owner.")
    ticket: Text = Field(description="Where it is written down.")
    reason: Text = Field(description="Why it may differ; reports show it.")
    expires: Day = Field(description="Its last day.")

    @model_validator(mode="after")
    def _fits(self) -> WaiverEntry:
        if self.owner.strip().lower() == self.approver.strip().lower():
            raise problem_of("approver", "owner and approver are the same person", "let someone else approve it")
        if self.findings:
            if {"finding", "candidate", "reference", "value_digest"} & self.model_fields_set:
                raise problem_of(
                    "findings", "`findings` holds names and values already", "take finding, candidate, reference and value_digest away"
                )
            return self
        if self.finding is None:
            raise problem_of("finding", "it names no finding", "write finding: comparison/type/key/path, or findings: {ID: DIGEST}")
        if self.value_digest is None and not {"candidate", "reference"} & self.model_fields_set:
            raise problem_of("values", "it is bound to no value", "write candidate and reference as the report shows them, or value_digest")
        return self


WaiverDocument = Annotated[
    Any,
    WithJsonSchema({"type": "array", "items": WaiverEntry.model_json_schema()}),
]
"""Waivers are checked one by one: a malformed one is void and listed, and stops nothing."""


class ConfigDocument(Strict):
    """driftscan.yaml"""

    version: Literal[1] = Field(description="Version of this format.")
    organization: Text = Field(description="The heading of the report.")
    store: Text = Field("./store", description="A path, s3://bucket/prefix or gs://bucket/prefix.")
    defaults: Defaults = Defaults()
    environments: dict[Word, EnvironmentEntry] = Field(min_length=1, description="By name, in the order of promotion.")
    comparisons: list[ComparisonEntry] = Field(default_factory=list, description="What every run compares.")
    promotion: Promotion = Promotion()
    expected: list[ExpectedEntry] = Field(default_factory=list, description="Differences that are meant; without it all are drift.")
    severity: list[SeverityEntry] = Field(default_factory=list, description="Severities of your own: the first entry that fits.")
    waivers: WaiverDocument = Field(default_factory=list, description="As in waivers.yaml.")
    baselines: Texts | None = Field(
        None, description="Files of rules, as globs from this file's folder; without it, those of the folder baselines beside it."
    )
    controls: ControlsEntry = ControlsEntry()
    owners: list[OwnerEntry] = Field(default_factory=list, description="Who hears of a finding: the first entry that fits.")
    variables: dict[Word, dict[Word, Text]] = Field(default_factory=dict, description="Name -> environment -> text, such as domains.")
    region_map: dict[Word, dict[Text, Text]] = Field(default_factory=dict, description="Environment -> region -> common name.")
    reveal: Texts = Field(default_factory=list, description="Settings to keep in clear: names (LOG_LEVEL) or Type:path.")
    min_coverage: Annotated[float, Field(ge=0, le=1)] = Field(
        MIN_COVERAGE, description="Share of the listings of types in use that has to be read; below it a run exits with 4."
    )
    types: Globs = Field(default_factory=lambda: ["*"], description="Resource types to read, as globs.")
    skip_types: Globs = Field(default_factory=list, description="Resource types not to read, as globs.")
    redaction: RedactionEntry = RedactionEntry()
    max_concurrency: Annotated[int, Field(ge=1, le=512)] = Field(32, description="Calls at a time, over all accounts.")
    deadline: Duration | None = Field(None, description="After this long a scan stops reading and says so.")
