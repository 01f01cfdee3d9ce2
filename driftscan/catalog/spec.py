"""What the catalogue knows about a resource type, as frozen values; the vocabulary is closed (see `load`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from driftscan.catalog.paths import Pattern
from driftscan.model.value import Value

Provider: TypeAlias = Literal["aws", "gcp"]
Scope: TypeAlias = Literal["region", "account", "organization"]

PROVIDERS: Final[tuple[Provider, ...]] = ("aws", "gcp")
SCOPES: Final = ("region", "account", "organization")
ASPECTS: Final = ("iam", "network", "data-protection", "capacity", "observability", "artifact", "cost", "metadata")
MEANINGS: Final = ("ingress", "egress", "acl", "routes", "bindings", "denials")
"""Lists whose elements mean something together only (`semantics.network`, `semantics.bindings`)."""
WHOLES: Final = ("firewall",)
"""Documents whose members mean something together only."""
GRANTS: Final = (
    "inline", "attached", "boundary", "groups", "document",
    "bindings", "member", "permissions", "above", "denials",
)  # fmt: skip
"""Where a principal's permissions stand: in documents of its own, in policies that are attached to it, in the one that bounds it, in
groups that it is in; `document` is where a policy has its own. Where policies are set on resources instead: in the `bindings` of each;
`member` is the name by which they mean a principal, `permissions` those of a role, `denials` what takes them away, and `above` what holds a
level of the hierarchy: what is set on that level holds for all that it holds."""
CONTENT: Final = ("RESOURCE", "IAM_POLICY", "ORG_POLICY")
"""What Cloud Asset Inventory gives of an asset (`ContentType`)."""
DOCUMENTS: Final = ("json", "policy", "base64", "number", "csv", "dns", "moment")
"""How a text is read. `moment`: of a moment only that there is one, because it follows the making of its resource."""

REASONS: Final[Mapping[str, str]] = {
    "identity": "The vendor assigns this id to the resource or to one of its parts; two environments never share it.",
    "time": "A moment that the vendor notes by itself: created, changed, last used.",
    "counter": "A number that the vendor counts up or down as the resource is used.",
    "state": "A state that moves by itself while nobody changes the configuration.",
    "derived": "It follows from another member that is compared.",
    "elsewhere": "It is compared as a resource of its own.",
    "scope": "It is the same for everything in the account, the region or the call, and says nothing about the resource.",
    "noise": "An artefact of the answer: warnings, markers, links that expire, copies of the request.",
}
"""Why a member may stay out of a comparison: the closed set of `[compare.ignore]`, each with its sentence for people."""


@dataclass(frozen=True, slots=True)
class Each:
    """Repeat a call over the values of one argument. `values` None: every value of the argument's enumeration in the vendor's model."""

    arg: str
    values: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Off:
    """An error that means "service not switched on": its code, and (where the code alone says too little) text in its message."""

    code: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One path and the globs that its value may fit (any of them). Globs may hold templates of the scope.

    An empty glob also fits where nothing stands at the path.
    """

    path: Pattern
    globs: tuple[str, ...]


Condition: TypeAlias = tuple[Check, ...]
"""Tests that must all hold."""


@dataclass(frozen=True, slots=True)
class ListCall:
    """A listing. items: where the items stand in the answer. as_: the member name for bare strings. home: a fixed region, once per account.

    only: the members to take of each item (empty: all). absent: codes that mean "none here". off: codes that mean "not switched on".
    """

    service: str
    operation: str
    items: Pattern
    args: Mapping[str, Value] = field(default_factory=dict, hash=False)
    as_: str | None = None
    home: str | None = None
    only: tuple[str, ...] = ()
    each: Each | None = None
    absent: tuple[str, ...] = ()
    off: tuple[Off, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """N ids per call: `arg` takes a list of up to `size` values."""

    arg: str
    size: int


@dataclass(frozen=True, slots=True)
class Detail:
    """A call per item (or, with `join`, one for all of them; with `batch`, one for N of them).

    take: which part of the answer (None: all of it; a path that ends in an element gives a list unless `join` picks one of them).
    into: under which member of the item (None: merged). append: `into` was written `Name[]`, each result becomes one element.
    join: pairs (their member, our member) that say which element belongs to which item. A join without `into` merges the one element
    that fits; with `into`, the member becomes the list of all that fit.
    when: call only for items that match one of the conditions (empty: all).
    """

    service: str
    operation: str
    args: Mapping[str, Value] = field(default_factory=dict, hash=False)
    take: Pattern | None = None
    into: str | None = None
    append: bool = False
    join: tuple[tuple[str, str], ...] = ()
    batch: Batch | None = None
    when: tuple[Condition, ...] = ()
    only: tuple[str, ...] = ()
    each: Each | None = None
    absent: tuple[str, ...] = ()
    off: tuple[Off, ...] = ()


@dataclass(frozen=True, slots=True)
class Latest:
    """Keep the newest by `by` of each group `per` (paths, or `parent`)."""

    by: Pattern
    per: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """keep: if there are any, one must hold. skip: none may hold. Judged as soon as their paths are known."""

    keep: tuple[Condition, ...] = ()
    skip: tuple[Condition, ...] = ()
    latest: Latest | None = None


@dataclass(frozen=True, slots=True)
class Revisions:
    """A series of which the newest is listed, and others may be in use (`revisions`).

    item: what the listing would have said of one revision, as templates over `{name}` and `{number}`; the details then describe it.
    Empty: the listing shows every revision, and `latest` leaves the newest.
    """

    item: Mapping[str, Value] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Returned:
    """What CloudFormation's `Ref` returns (a path or template) for items that match one of the conditions (none: all)."""

    text: str
    when: tuple[Condition, ...] = ()


AROUND: Final = ("parent", "users")
"""Parts of a match key that stand in no member: the parent, and of a revision who runs it."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Paths or templates (`paths.locate`). id: several parts are a composite, joined by `|`; `parent` is the parent's id; none: singleton.

    ref: in order, what `Ref` returns where that is not the id, because it names the resource only inside another (a stage of an API) or
    only one revision of it (`ref.reference`).

    other_arns: in order, for an item that lacks what `arn` names (written as a list behind `arn`: some answers leave the ARN out).
    region: where the item says its region. match: alternatives in order, each a tuple of paths, `parent`, `users` (of a revision: who
    runs it) or `tags.X`.
    """

    arn: str | None = None
    id: tuple[str, ...] = ()
    region: str | None = None
    match: tuple[tuple[str, ...], ...] = ()
    other_arns: tuple[str, ...] = ()
    ref: tuple[Returned, ...] = ()


@dataclass(frozen=True, slots=True)
class Ignored:
    """A path that is not compared, and why (a key of `REASONS`)."""

    path: Pattern
    reason: str


@dataclass(frozen=True, slots=True)
class Compare:
    """How a document of the type is compared. Paths are those of the assembled document, as the reader made it.

    tags: path, or `tagging-api`. keys: list -> the members (paths inside an element) that identify an element; list paths are written
    without the last `[]`, in `ordered` and `meaning` too. empty: lists and texts that mean something else when empty than when absent.
    references: path -> type names. meaning: list -> one of `MEANINGS`; whole: one of `WHOLES`, or empty. grants: one of `GRANTS` -> path.
    """

    tags: str | None = None
    ignore: tuple[Ignored, ...] = ()
    config: tuple[Pattern, ...] = ()
    sensitive: tuple[Pattern, ...] = ()
    reveal: tuple[Pattern, ...] = ()
    ordered: tuple[Pattern, ...] = ()
    empty: tuple[Pattern, ...] = ()
    keys: Mapping[Pattern, tuple[Pattern, ...]] = field(default_factory=dict, hash=False)
    defaults: Mapping[Pattern, Value] = field(default_factory=dict, hash=False)
    documents: Mapping[Pattern, str] = field(default_factory=dict, hash=False)
    references: Mapping[Pattern, tuple[str, ...]] = field(default_factory=dict, hash=False)
    aspects: Mapping[Pattern, str] = field(default_factory=dict, hash=False)
    meaning: Mapping[Pattern, str] = field(default_factory=dict, hash=False)
    grants: Mapping[str, Pattern] = field(default_factory=dict, hash=False)
    whole: str = ""

    @property
    def meanings(self) -> tuple[tuple[Pattern, str], ...]:
        """What is compared as a whole besides member by member: (path, `policy` or one of `MEANINGS`)."""
        return (*((p, kind) for p, kind in self.documents.items() if kind == "policy"), *self.meaning.items())


@dataclass(frozen=True, slots=True)
class Spec:
    """One resource type.

    pair False: read for controls, never compared. cfn False: CloudFormation has no such type. parent: types under each resource of
    which the listing runs (one that holds itself makes a tree). owner: paths that, where present, name the resource that made this one.
    revisions: it is one of a series, known by the series. population: such resources come and go by themselves. file: relative to the
    catalogue's folder, empty for a general spec. schemas: of Google's types, `API.VERSION:Schema` of the discovery documents, several where
    Cloud Asset Inventory gives one thing in several shapes, none where none is known. content: what of it the inventory is asked for; there
    is no other call. The part `name` of their `match` is the last segment of the full resource name.
    """

    type: str
    title: str
    aspect: str
    scope: Scope = "region"
    pair: bool = True
    cfn: bool = True
    lists: tuple[ListCall, ...] = ()
    parent: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()
    filter: Filter = Filter()
    identity: Identity = Identity()
    compare: Compare = Compare()
    owner: tuple[Pattern, ...] = ()
    revisions: Revisions | None = None
    population: bool = False
    file: str = ""
    schemas: tuple[str, ...] = ()
    content: tuple[str, ...] = ()

    @property
    def provider(self) -> Provider:
        """Whose type it is, as its name says."""
        return provider_of(self.type)

    @property
    def singleton(self) -> bool:
        """A settings document, one per scope: no listing. Google's are all listed."""
        return not self.lists and self.provider == "aws"

    @property
    def service(self) -> str:
        """The service of the first call, by its botocore name; of Google's types, the API: `compute` of `compute.googleapis.com`."""
        if self.provider == "gcp":
            return self.type.partition("/")[0].removesuffix(".googleapis.com")
        return self.lists[0].service if self.lists else self.details[0].service


def provider_of(type: str) -> Provider:
    """Whose type a name is: CloudFormation's (`AWS::S3::Bucket`) or Cloud Asset Inventory's (`storage.googleapis.com/Bucket`)."""
    return "aws" if "::" in type else "gcp"
