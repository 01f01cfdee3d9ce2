"""Google's spellings of a resource: one resource has a full name, a self link in several forms, a relative name, a project id and a number.

`//compute.googleapis.com/projects/p/global/networks/n` (full resource name), `https://www.googleapis.com/compute/v1/projects/p/...` and
`https://compute.googleapis.com/compute/v1/...` (self links), `projects/p/global/networks/n` (relative name): what they have in common is
the relative name with the project's id, and that is what is looked up. Source: AIP-122 (resource names); Cloud Asset Inventory, "Asset
names".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from driftscan.model.resource import Resource
from driftscan.model.value import Address, Value

PROJECT: Final = "cloudresourcemanager.googleapis.com/Project"
FOLDER: Final = "cloudresourcemanager.googleapis.com/Folder"
ORGANIZATION: Final = "cloudresourcemanager.googleapis.com/Organization"
LEVELS: Final = frozenset({FOLDER, ORGANIZATION})
"""Their numbers name them wherever they stand."""
ACCOUNT: Final = "iam.googleapis.com/ServiceAccount"
_ROOTS: Final = ("projects", "folders", "organizations", "apps")
_END: Final = r"[^\s\"'`,<>|\\()\[\]{};&?#]+"
_NAME: Final = re.compile(
    rf"(?:(?:https?:)?//[a-z0-9.-]*googleapis\.com/(?:[a-z]+/)?(?:(?:v\d\w*|alpha|beta)/)?)?(?<![A-Za-z0-9_-])((?:{'|'.join(_ROOTS)})/{_END})"
)
_BUCKET: Final = re.compile(
    r"(?<![\w.-])(?:gs://|(?:https?:)?//storage\.(?:cloud\.google|googleapis)\.com/(?:(?:storage|download/storage)/v1/b/)?"
    r"|https?://www\.googleapis\.com/(?:storage|download/storage)/v1/b/)([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])"
)
_CUT: Final = re.compile(r"[/:@]")
_SHORTEST: Final = 3
_SHORTEST_PATH: Final = 3
"""A project alone is no resource that a text means: what stands behind it is."""
_LEVEL: Final = re.compile(r"(?<![A-Za-z0-9_-])(?:folders|organizations)/(\d{5,20})(?![A-Za-z0-9])")
_INVENTED: Final = re.compile(r"(?<![A-Za-z0-9])\d{15,21}(?![A-Za-z0-9])")
"""A 64-bit number, as Google's services give to what they make; no project has a number as long."""
PLACES: Final = frozenset({"locations", "regions", "zones"})


@dataclass(frozen=True, slots=True)
class Name:
    """A full resource name in its pieces. service: `compute.googleapis.com`; parts: what stands between the slashes behind it."""

    service: str
    parts: tuple[str, ...]

    @property
    def last(self) -> str:
        """What the resource is called in its collection."""
        return self.parts[-1] if self.parts else ""


def name_of(text: str) -> Name:
    """The pieces of a full resource name (`//service/...`)."""
    service, _, rest = text.removeprefix("//").partition("/")
    return Name(service, tuple(rest.split("/")) if rest else ())


def relative(parts: Iterable[str], projects: Mapping[str, str]) -> str:
    """A relative name with the project's id where its number stands."""
    pieces = list(parts)
    if len(pieces) > 1 and pieces[0] in ("projects", "apps"):
        pieces[1] = projects.get(pieces[1], pieces[1])
    return "/".join(pieces)


def number_of(resource: Resource) -> tuple[str, str] | None:
    """(number, id) of a project."""
    if resource.address.type != PROJECT:
        return None
    number = str(resource.value.get("projectNumber") or name_of(resource.address.id).last)
    id_ = str(resource.value.get("projectId") or resource.address.account)
    return (number, id_) if number.isdigit() else None


def spellings(resource: Resource) -> Iterator[str]:
    """The relative names of a resource, numbers as they stand: by its full name, and by what it says of itself."""
    name = name_of(resource.address.id)
    if name.service == "storage.googleapis.com" and len(name.parts) == 1:
        yield f"b/{name.last}"
        return
    yield "/".join(name.parts)
    for member in ("name", "selfLink"):
        text = resource.value.get(member)
        if isinstance(text, str) and (found := _NAME.fullmatch(text)) is not None:
            yield found[1]


def emails(resource: Resource) -> Iterator[str]:
    """The e-mail of a service account, which names it everywhere."""
    if resource.address.type == ACCOUNT:
        email: Value = resource.value.get("email")
        if isinstance(email, str) and "@" in email:
            yield email


def levels(text: str) -> Iterator[tuple[int, int, str]]:
    """Where a text names folders and organisations, and of which type each is."""
    for m in _LEVEL.finditer(text):
        yield m.start(1), m.end(1), FOLDER if m[0].startswith("folders") else ORGANIZATION


def invented(text: str) -> Iterator[tuple[int, int]]:
    """Where a text holds numbers that Google invented. A number alone may be a setting."""
    if not text.isdigit():
        yield from (m.span() for m in _INVENTED.finditer(text))


def is_invented(text: str) -> bool:
    """Whether a text is nothing but such a number."""
    return _INVENTED.fullmatch(text) is not None


class Links:
    """Relative name -> the one resource that is called so; projects: number -> id."""

    def __init__(self, projects: Mapping[str, str] | None = None, known: Mapping[str, Address] | None = None) -> None:
        """known: what `known` was, where somebody kept it."""
        self.projects: dict[str, str] = dict(projects or {})
        self._raw: dict[str, list[Address]] = {}
        self._known: Mapping[str, Address] | None = known

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Links) and (self.projects, self.known) == (other.projects, other.known)

    __hash__ = None  # type: ignore[assignment]

    def add(self, resource: Resource) -> None:
        """Every spelling of a resource."""
        number = number_of(resource)
        if number is not None:
            self.projects[number[0]] = number[1]
        for text in spellings(resource):
            held = self._raw.setdefault(text, [])
            if resource.address not in held:
                held.append(resource.address)
        self._known = None

    def find(self, text: str) -> Iterator[tuple[int, int, Address]]:
        """Where a text names resources: (start, end, which), the longest name that is known at each place."""
        if not self.known:
            return
        if "projects/" in text or "/v" in text or "apps/" in text or "folders/" in text or "organizations/" in text:
            for m in _NAME.finditer(text):
                found = self._longest(m[1])
                if found is not None:
                    yield m.start(), m.start(1) + found[0], found[1]
        if "gs://" in text or "googleapis.com/" in text or "storage.cloud.google" in text:
            for m in _BUCKET.finditer(text):
                address = self.known.get(f"b/{m[1]}")
                if address is not None:
                    yield m.start(), m.end(), address

    @property
    def known(self) -> Mapping[str, Address]:
        """Relative names, projects by id; one that several resources have names none."""
        if self._known is None:
            out: dict[str, set[Address]] = {}
            for text, held in self._raw.items():
                out.setdefault(relative(text.split("/"), self.projects), set()).update(held)
            self._known = {text: next(iter(held)) for text, held in out.items() if len(held) == 1}
        return self._known

    def _longest(self, text: str) -> tuple[int, Address] | None:
        for cut in (len(text), *reversed([m.start() for m in _CUT.finditer(text)])):
            piece = text[:cut].rstrip(".")
            parts = piece.split("/")
            if len(parts) < _SHORTEST_PATH:
                return None
            address = self.known.get(relative(parts, self.projects))
            if address is not None:
                return len(piece), address
        return None
