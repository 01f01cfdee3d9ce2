"""The one generic reader: what a spec says becomes listings, details and resources. No type has code of its own."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import orjson

from driftscan.catalog import paths
from driftscan.catalog.paths import Member, Pattern, Where
from driftscan.catalog.revisions import of
from driftscan.catalog.spec import Detail, ListCall, Off, Spec
from driftscan.model.resource import Read, Resource
from driftscan.model.snapshot import Gap, Listing, Status
from driftscan.model.value import ABSENT, Address, Unknown, Value, encode
from driftscan.sources.aws import bulktags, filters, flux
from driftscan.sources.aws.bulktags import RegionTags
from driftscan.sources.aws.calls import Answer, Call
from driftscan.sources.aws.details import Course, course, parent_needs
from driftscan.sources.aws.faults import Failure
from driftscan.sources.aws.gaps import gap
from driftscan.sources.aws.models import Models
from driftscan.sources.aws.unit import GLOBAL, ResolvedAccount, Unit

Ask: TypeAlias = Callable[[Call], Awaitable[Answer]]
Effect: TypeAlias = Callable[[], None]
"""What an answer does to the items that asked for it."""
TAGS: Final = "Tags"
_OLD_REGIONS: Final = {"EU": "eu-west-1", "US": "us-east-1", "": "us-east-1"}
"""How the oldest API spells regions (S3's LocationConstraint)."""
_NO_SUCH: Final = re.compile(r"^MISSING$|NotFound|DoesNotExist")
"""What a bulk answer gives as the reason where there is no such item (any more)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A detail that failed: the call (service, operation), when and where it was made, the members that are Unknown for it."""

    failure: Failure
    call: tuple[str, str]
    at: str
    region: str
    members: tuple[str, ...]


@dataclass(eq=False, slots=True)
class Item:
    """A resource on its way. value: the document so far. region: where its details are asked, None where that is unknown (`lost`).

    gone: it vanished between listing and description. absent: some detail said that it has none. open: a failure whose members
    nobody can name.
    """

    spec: Spec
    value: dict[str, Value]
    parent: Item | None
    region: str | None
    call_region: str
    reads: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    lost: str = ""
    gone: bool = False
    absent: bool = False
    open: Failure | None = None
    address: Address | None = None

    @property
    def parents(self) -> list[dict[str, Value]]:
        """The documents above, nearest first."""
        out, item = [], self.parent
        while item is not None:
            out.append(item.value)
            item = item.parent
        return out


@dataclass(slots=True)
class Found:
    """What came of one type in one scope. failures: of listings; dropped: items that could not be told apart or judged."""

    spec: Spec
    items: list[Item] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    answered: int = 0
    off: int = 0
    denied: int = 0
    failed: int = 0
    dropped: int = 0

    def add(self, other: Found) -> None:
        """Takes in what came of the same type elsewhere."""
        self.items += other.items
        self.gaps += other.gaps
        self.answered += other.answered
        self.off += other.off
        self.denied += other.denied
        self.failed += other.failed
        self.dropped += other.dropped

    def status(self) -> Status:
        """How completely the type was listed."""
        if not self.denied and not self.failed:
            if self.off and not self.answered:
                return Status.OFF
            return Status.PARTIAL if self.dropped else Status.COMPLETE
        if self.answered or self.items or self.off:
            return Status.PARTIAL
        return Status.NOT_READ if self.failed else Status.DENIED


class Reader:
    """Reads one unit: some types of one service in one scope of one account. Used once."""

    def __init__(
        self,
        unit: Unit,
        account: ResolvedAccount,
        specs: Sequence[Spec],
        all_specs: Mapping[str, Spec],
        models: Models,
        ask: Ask,
        tags: Callable[[str, str], Awaitable[RegionTags]],
        wanted: frozenset[Address] | None = None,
    ) -> None:
        self.unit, self.account, self.specs, self.all_specs = unit, account, specs, all_specs
        self.models, self.tags, self.wanted = models, tags, wanted
        self._above_wanted = _ancestors(wanted or (), all_specs)
        self._make = ask
        self._asked: dict[tuple[str, str, str, str, bytes], asyncio.Future[Answer]] = {}
        self._types: dict[str, asyncio.Task[Found]] = {}
        self._narrowed: dict[str, asyncio.Future[Found]] = {}
        self._courses: dict[str, Course] = {}
        self.scope = {"account": account.id, "partition": account.partition, "region": unit.region}
        if unit.region == GLOBAL:
            self.scope["region"] = models.home(unit.service, account.partition)

    async def read(self) -> list[Resource | Gap | Listing]:
        """Everything of the unit, in an order that no timing changes: resources, listings, gaps."""
        tasks = await asyncio.gather(*(self._type(spec.type) for spec in self.specs))
        resources: dict[Address, Resource] = {}
        listings: list[Listing] = []
        gaps: list[Gap] = []
        for spec, found in zip(self.specs, tasks, strict=True):
            count = 0
            for item in found.items:
                gaps.extend(self._item_gaps(item))
            for made in _distinct(spec, [r for item in found.items if (r := self._resource(item)) is not None]):
                resources[made.address] = made
                count += 1
            gaps.extend(found.gaps)
            listings.append(Listing(self.account.id, self.unit.region, spec.type, found.status(), count))
        return [*(resources[a] for a in sorted(resources)), *sorted(listings), *_in_order(gaps)]

    async def revisions(self, spec: Spec, wanted: Sequence[tuple[str, int]]) -> list[tuple[Resource | None, list[Gap]]]:
        """Revisions (name of the series, number) of a type, in their order: each as the details describe it, and what could not be read.

        Where the catalogue says that the listing shows every revision, they are picked from it.
        """
        assert spec.revisions is not None
        found = Found(spec)
        region = self._region(spec.service)
        if spec.revisions.item:
            for name, number in wanted:
                seed, _ = paths.render_args(spec.revisions.item, {"name": name, "number": number})
                found.items.append(Item(spec, seed, None, region, region))
        else:
            await self._list(found, [None])
        items = list(found.items)
        await self._describe(found, (*self._course(spec).first, *self._course(spec).then))
        await self._bulk_tags(found)
        self._finish(found)
        kept = {id(i) for i in found.items}
        if not spec.revisions.item:
            known = {(u.series.name, u.number): i for i in found.items if (r := self._resource(i)) is not None and (u := of(r)) is not None}
            items = [i for w in wanted if (i := known.get(w)) is not None]
            if len(items) < len(wanted):  # it cannot be described any more, or the listing failed
                nothing = found.gaps or [self._gap(spec, Failure("NotReturned", "client"), _first_call(spec), "", region)]
                return [(self._resource(i), self._item_gaps(i)) if (i := known.get(w)) is not None else (None, nothing) for w in wanted]
        return [(self._resource(i) if id(i) in kept else None, self._item_gaps(i)) for i in items]

    # ----------------------------------------------------------------------------------------- calls

    async def ask(self, service: str, operation: str, args: Mapping[str, Value], region: str) -> Answer:
        """The answer to a call, made at most once per unit."""
        call = Call(self.account.id, region, service, operation, _quirks(service, args))
        key = call.key
        if key not in self._asked:
            self._asked[key] = asyncio.ensure_future(self._make(call))
        return await self._asked[key]

    def _region(self, service: str, home: str | None = None) -> str:
        """The region to ask for what belongs to the unit's scope."""
        if home is not None:
            return home
        return self.models.home(service, self.account.partition) if self.unit.region == GLOBAL else self.unit.region

    # ----------------------------------------------------------------------------------------- types

    def _type(self, name: str) -> asyncio.Task[Found]:
        """A type of the scope, read once per unit; parents of another service are read (from the same calls) but not reported."""
        if name not in self._types:
            self._types[name] = asyncio.ensure_future(self._read_type(self.all_specs[name]))
        return self._types[name]

    async def _read_type(self, spec: Spec) -> Found:
        found = Found(spec)
        ready = self._ready(spec.type)
        above: list[asyncio.Task[Found]] = []
        if spec.singleton:
            region = self._region(spec.service)
            found.items.append(Item(spec, {}, None, region, region))
            found.answered = 1
        elif not spec.parent:
            await self._list(found, [None])
            await self._narrow(found)
        else:
            above = [self._type(name) for name in spec.parent if name != spec.type]
            for task, name in zip(above, (n for n in spec.parent if n != spec.type), strict=True):
                # a listing below needs its parents' documents only as far as its arguments do
                early = parent_needs(spec) <= self._early(self.all_specs[name])
                await self._list(found, (await (self._ready(name) if early else task)).items)
            await self._narrow(found)
            level = list(found.items) if spec.type in spec.parent else []
            while level:
                below = Found(spec)
                await self._list(below, level)
                await self._narrow(below)
                level = list(below.items)
                found.add(below)
        if not ready.done():
            ready.set_result(Found(spec, list(found.items)))
        await self._describe(found, self._course(spec).then)
        for task in above:
            self._inherit(found, await task)
        await self._bulk_tags(found)
        self._finish(found)
        return found

    def _ready(self, name: str) -> asyncio.Future[Found]:
        """The type's resources as soon as it is known which there are; their details may still be on the way."""
        self._type(name)
        return self._narrowed.setdefault(name, asyncio.get_running_loop().create_future())

    def _early(self, spec: Spec) -> frozenset[str]:
        """The members that a type's resources have once it is known which there are."""
        plan = self._course(spec)
        given = [plan.gives[i] or frozenset() for wave in plan.first for i in wave]
        return (plan.own or frozenset()).union(*given)

    def _course(self, spec: Spec) -> Course:
        if spec.type not in self._courses:
            self._courses[spec.type] = course(spec, self.models)
        return self._courses[spec.type]

    def _inherit(self, found: Found, above: Found) -> None:
        """A type under parents is no more complete than its parents' listing."""
        status = above.status()
        if status is Status.OFF:
            found.off += 1
        elif status in (Status.DENIED, Status.NOT_READ, Status.PARTIAL):
            found.denied += status is Status.DENIED
            found.failed += status is not Status.DENIED
            source = next((g for g in above.gaps), None) or next((g for i in above.items for g in self._item_gaps(i)), None)
            if source is not None:
                found.gaps.append(
                    Gap(source.account, self.unit.region, found.spec.type, source.service, source.operation, source.code,
                        source.permission, source.hint, at=source.at)
                )  # fmt: skip

    # ----------------------------------------------------------------------------------------- listing

    async def _list(self, found: Found, parents: Iterable[Item | None]) -> None:
        async with asyncio.TaskGroup() as group:
            for parent in parents:
                if parent is not None and parent.gone:
                    continue
                for call in found.spec.lists:
                    if (call.home is None) == (self.unit.region == GLOBAL and found.spec.scope == "region"):
                        continue
                    for value in self._values(call):
                        group.create_task(self._list_once(found, call, value, parent))

    def _values(self, call: ListCall | Detail) -> Sequence[str | None]:
        if call.each is None:
            return (None,)
        return call.each.values if call.each.values is not None else self.models.enum(call.service, call.operation, call.each.arg)

    async def _list_once(self, found: Found, call: ListCall, value: str | None, parent: Item | None) -> None:
        region = self._region(call.service, call.home)
        if parent is not None and call.home is None and parent.region:
            region = parent.region
        above = [parent.value, *parent.parents] if parent is not None else []
        args, missing = paths.render_args(call.args, {}, above, self.scope)
        if value is not None and call.each is not None:
            args[call.each.arg] = value
        name = (call.service, call.operation)
        lost = _lost_in(dict(call.args), {}, above)
        if lost is not None or set(missing) & self.models.required(*name):
            found.failed += 1
            cause = Failure(lost.code if lost is not None else "MissingArgument", "client")
            found.gaps.append(self._gap(found.spec, cause, name, "", region))
            return
        answer = await self.ask(*name, args, region)
        at = {f"{call.service}:{call.operation}": answer.at}
        for page in answer.pages:
            for _, thing in call.items.select(page):
                document = {call.as_: thing} if call.as_ else thing
                if isinstance(document, dict):
                    document = {k: document[k] for k in call.only if k in document} if call.only else dict(document)
                    found.items.append(Item(found.spec, document, parent, region, region, dict(at)))
        problem = answer.failure
        if problem is None or problem.is_any(call.absent):
            found.answered += 1
        elif _is_off(problem, call.off) or await self._is_elsewhere(found.spec, problem):
            found.off += 1
        else:
            found.answered += bool(answer.pages)
            found.denied += problem.kind == "denied"
            found.failed += problem.kind != "denied"
            found.gaps.append(self._gap(found.spec, problem, name, "" if _common(problem) else answer.at, region))

    async def _is_elsewhere(self, spec: Spec, problem: Failure) -> bool:
        """Whether a refused reading of the organization is none of this account's business: another account manages it."""
        if spec.scope != "organization" or problem.kind != "denied":
            return False
        answer = await self.ask("organizations", "DescribeOrganization", {}, self._region("organizations"))
        if answer.failure is not None:
            return answer.failure.is_any(("AWSOrganizationsNotInUseException",))
        manager = answer.pages[0].get("Organization", {}).get("MasterAccountId")
        return manager is not None and manager != self.account.id

    async def _narrow(self, found: Found) -> None:
        """The filter, as soon as what it needs is known."""
        spec = found.spec
        await self._describe(found, self._course(spec).first)
        kept: list[Item] = []
        for item in found.items:
            verdict = filters.kept(spec, item.value, item.parents, self.scope)
            if isinstance(verdict, Unknown):
                found.dropped += 1
                found.gaps.extend(self._item_gaps(item))
            elif verdict:
                kept.append(item)
        if spec.filter.latest is not None:
            kept = filters.latest(spec.filter.latest, kept, lambda i: i.value, lambda i: id(i.parent))
        found.items = kept
        if self.wanted is not None and spec.type not in self._above_wanted:
            wanted = {a.id for a in self.wanted if a.type == spec.type}
            found.items = [i for i in kept if (name := self._id(i)) is None or name in wanted]

    # ----------------------------------------------------------------------------------------- details

    async def _describe(self, found: Found, waves: Sequence[Sequence[int]]) -> None:
        plan = self._course(found.spec)
        for wave in waves:
            live = [i for i in found.items if not i.gone]
            tasks: dict[int, list[asyncio.Task[list[Effect]]]] = {index: [] for index in wave}
            async with asyncio.TaskGroup() as group:
                single = [(index, found.spec.details[index]) for index in wave if not found.spec.details[index].join]
                for index in wave:
                    if found.spec.details[index].join:
                        tasks[index].append(group.create_task(self._join(found, plan, index, found.spec.details[index], live)))
                for item in live:  # an item's calls go together: the SDK remembers the endpoints of the last hundred buckets
                    for index, detail in single:
                        tasks[index].append(group.create_task(self._detail(found, plan, index, detail, item)))
            for index in wave:  # in the order of the spec, not of the answers
                for task in tasks[index]:
                    for effect in task.result():
                        effect()
            if set(wave) & set(plan.regional):
                for item in live:
                    item.region = self._home_of(item)

    def _due(self, found: Found, detail: Detail, item: Item) -> bool | Unknown:
        """Whether `when` asks for the detail."""
        if not detail.when:
            return True
        return filters.any_holds(detail.when, found.spec.compare, item.value, item.parents, self.scope)

    def _args(self, found: Found, plan: Course, index: int, detail: Detail, item: Item) -> dict[str, Value] | None:
        """The arguments of a detail for one item, or None where it must not be asked (what that leaves unknown is noted)."""
        due = self._due(found, detail, item)
        if due is False:
            return None
        args, missing = paths.render_args(detail.args, item.value, item.parents, self.scope)
        if detail.each is not None:
            missing = tuple(m for m in missing if m != detail.each.arg)
        lost = due if isinstance(due, Unknown) else _lost_in(dict(detail.args), item.value, item.parents)
        code = lost.code if lost is not None else item.lost if item.region is None else ""
        if code:
            members = self._lose(plan, index, item, Failure(code, "client"))
            for i, problem in enumerate(item.problems):  # the gap that took what this call needs takes this too
                if problem.failure.code == code:
                    item.problems[i] = dataclasses.replace(problem, members=(*problem.members, *members))
                    break
            return None
        if set(missing) & self.models.required(detail.service, detail.operation):
            cause = Failure("MissingArgument", "client")
            members = self._lose(plan, index, item, cause)
            item.problems.append(Problem(cause, (detail.service, detail.operation), "", item.region or "", members))
            return None
        return args

    def _where(self, detail: Detail, item: Item) -> str:
        """The region to ask about an item."""
        if self.unit.region == GLOBAL and item.region == item.call_region:
            return self._region(detail.service) if detail.service != self.unit.service else item.call_region
        return item.region or item.call_region

    async def _detail(self, found: Found, plan: Course, index: int, detail: Detail, item: Item) -> list[Effect]:
        args = self._args(found, plan, index, detail, item)
        if args is None:
            return []
        name = (detail.service, detail.operation)
        region = self._where(detail, item)
        values = self._values(detail)
        each = detail.each
        asked = [self.ask(*name, args if v is None or each is None else {**args, each.arg: v}, region) for v in values]
        answers = await asyncio.gather(*asked)

        def effect() -> None:
            failed: list[Answer] = []
            for answer in answers:
                problem = answer.failure
                if problem is None:
                    item.reads[f"{detail.service}:{detail.operation}"] = answer.at
                    _merge(item.value, detail, answer.pages)
                elif problem.is_any(detail.absent):
                    item.reads[f"{detail.service}:{detail.operation}"] = answer.at
                    item.absent = True
                    item.gone = item.gone or (detail.into is None and not detail.only and not found.spec.singleton)
                elif _is_off(problem, detail.off):
                    found.off += found.spec.singleton
                else:
                    failed.append(answer)
            for answer in failed:  # after the others: where one of several calls failed, what they give together is unknown
                assert answer.failure is not None
                members = self._lose(plan, index, item, answer.failure)
                item.problems.append(Problem(answer.failure, name, answer.at, region, members))

        return [effect]

    async def _join(self, found: Found, plan: Course, index: int, detail: Detail, items: Sequence[Item]) -> list[Effect]:
        """One call for many items, or one per `batch.size` of them; each element of the answer goes to the item that it names."""
        groups: dict[tuple[str, bytes], tuple[str, dict[str, Value], list[tuple[Item, Value]]]] = {}
        for item in items:
            args = self._args(found, plan, index, detail, item)
            if args is None:
                continue
            one = args.pop(detail.batch.arg, None) if detail.batch is not None else None
            region = self._where(detail, item)
            key = (region, orjson.dumps(args, option=orjson.OPT_SORT_KEYS, default=str))
            groups.setdefault(key, (region, args, []))[2].append((item, one))
        parts = [
            self._join_once(plan, index, detail, args, members[start : start + size], region)
            for region, args, members in groups.values()
            for size in [detail.batch.size if detail.batch is not None else len(members)]
            for start in range(0, len(members), size)
        ]
        return [effect for effects in await asyncio.gather(*parts) for effect in effects]

    async def _join_once(
        self, plan: Course, index: int, detail: Detail, args: dict[str, Value], members: list[tuple[Item, Value]], region: str
    ) -> list[Effect]:
        name = (detail.service, detail.operation)
        full = dict(args)
        if detail.batch is not None:
            full[detail.batch.arg] = [one for _, one in members]
        values = self._values(detail)
        each = detail.each
        asked = [self.ask(*name, full if v is None or each is None else {**full, each.arg: v}, region) for v in values]
        answers = await asyncio.gather(*asked)
        problem: Failure | None = next((a.failure for a in answers if a.failure is not None), None)
        quiet = problem is None or problem.is_any(detail.absent) or _is_off(problem, detail.off)
        if (
            problem is not None
            and problem.kind == "client"
            and detail.batch is not None
            and len(members) > 1
            and not _is_off(problem, detail.off)
        ):
            half = len(members) // 2  # one bad id fails the whole batch: find it
            parts = (self._join_once(plan, index, detail, args, part, region) for part in (members[:half], members[half:]))
            return [effect for effects in await asyncio.gather(*parts) for effect in effects]

        def effect() -> None:
            table = _Joined(detail, [row for a in answers for page in a.pages for row in _taken(detail.take, page)])
            for item, one in members:
                fits = table.of(item)
                if problem is None and not fits and detail.batch is not None and detail.into is None:
                    cause = _refusal(detail, one, [page for a in answers for page in a.pages])
                    if cause is None:
                        item.gone = item.absent = True
                        continue
                    lost = self._lose(plan, index, item, cause)
                    item.problems.append(Problem(cause, name, answers[0].at, region, lost))
                elif quiet or (fits and detail.into is None):
                    item.reads[f"{detail.service}:{detail.operation}"] = max(a.at for a in answers)
                    _join_into(item.value, detail, fits)
                elif problem is not None:
                    lost = self._lose(plan, index, item, problem)
                    item.problems.append(Problem(problem, name, answers[0].at, region, lost))

        return [effect]

    def _lose(self, plan: Course, index: int, item: Item, problem: Failure) -> tuple[str, ...]:
        """What a failed detail would have given is Unknown now; what the listing gave stays."""
        gives = plan.gives[index]
        if gives is None:
            item.open = item.open or problem
            return ()
        own = item.spec.details[index].into
        lost = sorted(m for m in gives if m == own or m not in item.value or isinstance(item.value[m], Unknown))
        for member in lost:
            item.value[member] = Unknown(problem.code)
        return tuple(lost)

    # ----------------------------------------------------------------------------------------- tags, identity, results

    async def _bulk_tags(self, found: Found) -> None:
        if found.spec.compare.tags != "tagging-api" or not found.items:
            return
        name = (bulktags.SERVICE, bulktags.OPERATION)
        for item in found.items:
            region = item.region or item.call_region
            read = await self.tags(self.account.id, region)
            arn = self._arn(item)
            tags: Value = read.by_arn.get(arn) if arn is not None else None
            if tags is not None:
                item.value[TAGS] = [dict(t) for t in tags]
            elif read.failure is not None:
                item.value[TAGS] = Unknown(read.failure.code)
                if not any(g.service == name[0] for g in found.gaps):
                    found.gaps.append(self._gap(found.spec, read.failure, name, read.at, region, member=(TAGS,)))
            else:
                item.value[TAGS] = [] if arn is not None else Unknown("NoArn")
            item.reads[f"{name[0]}:{name[1]}"] = read.at

    def _id(self, item: Item) -> str | None:
        """The resource's id, or None where it cannot be told."""
        identity = item.spec.identity
        if not identity.id:
            return self.account.id
        parts: list[str] = []
        for part in identity.id:
            if part == "parent":
                above = self._address(item.parent) if item.parent is not None else None
                if above is None:
                    return None
                parts.append(above.id)
                continue
            value = self._locate(part, item)
            if isinstance(value, Unknown):
                return None
            if value is ABSENT or value is None:
                if len(identity.id) == 1:
                    return None
                value = ""
            parts.append(paths.scalar(value))
        return "|".join(parts)

    def _locate(self, text: str, item: Item) -> Value:
        """What a path or template of the identity means; Unknown where a part of it is."""
        lost = _lost_in(text if "{" in text else "{" + text + "}", item.value, item.parents)
        return lost if lost is not None else paths.locate(text, item.value, item.parents, self.scope)

    def _address(self, item: Item) -> Address | None:
        if item.address is None:
            id_ = self._id(item)
            if id_ is not None:
                region = self._home_of(item) if item.spec.identity.region else self.unit.region
                item.address = Address(item.spec.type, self.account.id, region or self.unit.region, id_)
        return item.address

    def _home_of(self, item: Item) -> str | None:
        """The region that the item names, None where it could not be read."""
        where = self._locate(item.spec.identity.region or "", item)
        if isinstance(where, Unknown):
            item.lost = where.code
            return None
        text = "" if where is ABSENT or where is None else str(where)
        return _OLD_REGIONS.get(text, text)

    def _arn(self, item: Item) -> str | None:
        if item.spec.identity.arn is None:
            return None
        for text in (item.spec.identity.arn, *item.spec.identity.other_arns):
            value = self._locate(text, item)
            if isinstance(value, str):
                return value
        return None

    def _finish(self, found: Found) -> None:
        """Addresses; items that vanished go, items that cannot be told apart or compared make the listing incomplete."""
        spec, kept = found.spec, []
        if spec.singleton:
            self._finish_singleton(found)
        _tell_broken_from_unbuilt(found.items)
        for item in found.items:
            address = self._address(item)
            if item.gone or (address is None and item.absent and not item.problems):
                continue
            if address is None and not item.problems:
                problem = Failure("MissingIdentity", "client")
                found.gaps.append(self._gap(spec, problem, _first_call(spec), "", item.call_region))
            if address is None or item.open is not None:
                found.dropped += 1
                found.gaps.extend(self._item_gaps(item))
                continue
            kept.append(item)
        found.items = kept

    def _finish_singleton(self, found: Found) -> None:
        """Settings of which nothing could be read are a listing that failed, not a resource."""
        (item,) = found.items
        if found.off:
            found.answered, found.items = 0, []
        elif item.problems and not item.reads:
            found.answered, found.items = 0, []
            found.gaps.extend(self._item_gaps(item))
            found.denied = sum(p.failure.kind == "denied" for p in item.problems)
            found.failed = len(item.problems) - found.denied

    def _resource(self, item: Item) -> Resource | None:
        address = self._address(item)
        if address is None or (self.wanted is not None and address not in self.wanted):
            return None
        parent = self._address(item.parent) if item.parent is not None else None
        reads = tuple(Read(call, at) for call, at in sorted(item.reads.items()))
        return Resource(address, item.value, self._arn(item), parent, reads)

    def _item_gaps(self, item: Item) -> list[Gap]:
        """The gaps that failed details leave; what befalls every resource alike is one gap, not one per resource."""
        return [
            self._gap(
                item.spec,
                p.failure,
                p.call,
                "" if _common(p.failure) else p.at,
                p.region,
                address=None if _common(p.failure) else self._address(item),
                member=p.members,
            )
            for p in item.problems
        ]

    def _gap(
        self,
        spec: Spec,
        problem: Failure,
        name: tuple[str, str],
        at: str,
        called_in: str,
        *,
        address: Address | None = None,
        member: Iterable[str] = (),
    ) -> Gap:
        return gap(problem, self.account, self.unit.region, spec.type, name, at, called_in=called_in, address=address, member=member)


# --------------------------------------------------------------------------------------------- pure parts


def _first_call(spec: Spec) -> tuple[str, str]:
    """The call that shows which resources there are."""
    call = spec.lists[0] if spec.lists else spec.details[0]
    return call.service, call.operation


def _distinct(spec: Spec, resources: Iterable[Resource]) -> list[Resource]:
    """Each resource once. A listing that moved while it was paged names one twice (`flux.agreed`); but ids of the catalogue's own making
    (several parts) may be shared by different resources, and none of those may get lost: they are numbered in the order of their content.
    """
    by_address: dict[Address, list[Resource]] = {}
    for resource in resources:
        by_address.setdefault(resource.address, []).append(resource)
    out: list[Resource] = []
    for address, same in by_address.items():
        several = {encode(r.value): r for r in same} if len(same) > 1 and len(spec.identity.id) > 1 else {b"": flux.agreed(same)}
        for n, key in enumerate(sorted(several)):
            out.append(
                several[key]
                if n == 0
                else dataclasses.replace(several[key], address=dataclasses.replace(address, id=f"{address.id}#{n + 1}"))
            )
    return out


def _tell_broken_from_unbuilt(items: Sequence[Item]) -> None:
    """A web page with status 500 means that the endpoint lacks the operation, unless it answered it for another item."""
    answered = {call for item in items for call in item.reads}
    for item in items:
        for i, problem in enumerate(item.problems):
            names = problem.failure.names
            if problem.failure.code == "NotImplemented" and "500" in names and ":".join(problem.call) in answered:
                item.problems[i] = dataclasses.replace(problem, failure=Failure("500", "server", names))
                item.value.update({m: Unknown("500") for m in problem.members})


def _common(problem: Failure) -> bool:
    """Whether a failure says nothing about the resource: the endpoint lacks the operation, the time is up, the credentials ended."""
    return problem.code == "NotImplemented" or problem.kind in ("deadline", "expired", "credentials")


def _ancestors(wanted: Iterable[Address], specs: Mapping[str, Spec]) -> frozenset[str]:
    """The types above the wanted ones."""
    found: set[str] = set()
    queue = [a.type for a in wanted]
    while queue:
        for name in specs[queue.pop()].parent:
            if name not in found:
                found.add(name)
                queue.append(name)
    return frozenset(found)


def _is_off(problem: Failure, rules: Iterable[Off]) -> bool:
    """Whether an error says that the service is not switched on."""
    return any(rule.code in problem.names and rule.text in problem.message for rule in rules)


def _taken(take: Pattern | None, page: Mapping[str, Any]) -> list[Value]:
    return [page] if take is None else [v for _, v in take.select(page)]


def _merge(value: dict[str, Value], detail: Detail, pages: Sequence[Mapping[str, Any]]) -> None:
    """Puts what a detail's pages hold where the spec says. `only` picks members before."""
    taken = [_pick(v, detail.only) for page in pages for v in _taken(detail.take, page)]
    many = detail.take is not None and bool(detail.take.steps) and isinstance(detail.take.steps[-1], Where)
    if detail.into is not None:
        if detail.append:
            before = value.get(detail.into)
            value[detail.into] = [*(before if isinstance(before, list) else []), *taken]
        elif many:
            before = value.get(detail.into) if detail.each is not None else None
            value[detail.into] = [*(before if isinstance(before, list) else []), *taken]
        elif taken:
            value[detail.into] = _together(taken)
    else:
        for document in taken:
            if isinstance(document, dict):
                _add(value, document, len(pages) > 1)


def _add(value: dict[str, Value], document: Mapping[str, Value], paged: bool) -> None:
    for k, v in document.items():
        if v is None and k in value:
            continue
        if paged and isinstance(v, list) and isinstance(value.get(k), list):
            value[k] = [*value[k], *v]
        else:
            value[k] = v


def _together(documents: Sequence[Value]) -> Value:
    """The pages of one answer as one document: their lists are joined."""
    if len(documents) == 1 or not all(isinstance(d, dict) for d in documents):
        return documents[0]
    out: dict[str, Value] = {}
    for document in documents:
        _add(out, document, True)
    return out


def _pick(value: Value, only: Sequence[str]) -> Value:
    return {k: value[k] for k in only if k in value} if only and isinstance(value, dict) else value


class _Joined:
    """The elements of a bulk answer by the members that name their item."""

    def __init__(self, detail: Detail, rows: Iterable[Value]) -> None:
        self.theirs = [paths.parse(theirs) for theirs, _ in detail.join]
        self.ours = [paths.parse(ours) for _, ours in detail.join]
        self.rows: dict[tuple[str, ...], list[Value]] = {}
        self.short: dict[tuple[str, ...], list[Value]] = {}
        for row in rows:
            key = tuple(_text(p.first(row)) for p in self.theirs)
            self.rows.setdefault(key, []).append(row)
            self.short.setdefault(tuple(k.rpartition("/")[2] for k in key), []).append(row)

    def of(self, item: Item) -> list[Value]:
        """What names this item; ids with and without their path (`/hostedzone/Z1`, `Z1`) are the same id."""
        key = tuple(_text(p.first(item.value)) for p in self.ours)
        if key in self.rows:
            return self.rows[key]
        bare = tuple(k.rpartition("/")[2] for k in key)
        if bare != key:
            return self.rows.get(bare, [])
        return [] if key in self.rows else [r for r in self.short.get(key, []) if any("/" in _text(p.first(r)) for p in self.theirs)]


def _text(value: Value) -> str:
    return "" if value is ABSENT or isinstance(value, Unknown) else paths.scalar(value)


def _refusal(detail: Detail, asked: Value, pages: Iterable[Mapping[str, Any]]) -> Failure | None:
    """Why a bulk answer does not hold an item that was asked for by name, None where the vendor says that there is no such item.

    Beside the elements stands who is missing: as names (`projectsNotFound`), or with a reason (`failures[].reason`).
    """
    own = detail.take.steps[0] if detail.take is not None else None
    for page in pages:
        for member, rows in page.items():
            if not isinstance(rows, list) or own == Member(member):
                continue
            if asked in rows:
                return None
            for row in rows:
                if isinstance(row, dict) and asked in row.values():
                    code = str(row.get("reason") or row.get("errorCode") or "NotReturned")
                    return None if _NO_SUCH.search(code) else Failure(code, "client")
    return Failure("NotReturned", "client")


def _join_into(value: dict[str, Value], detail: Detail, fits: Sequence[Value]) -> None:
    picked = [_pick(v, detail.only) for v in fits]
    if detail.into is not None:
        before = value.get(detail.into) if detail.each is not None or detail.append else None
        value[detail.into] = [*(before if isinstance(before, list) else []), *picked]
    else:
        for document in picked[:1]:
            if isinstance(document, dict):
                _add(value, document, False)


def _lost_in(template: Value, item: Mapping[str, Value], parents: Sequence[Mapping[str, Value]]) -> Unknown | None:
    """The Unknown that a template or path would have to be made of."""
    match template:
        case dict():
            return next((u for v in template.values() if (u := _lost_in(v, item, parents)) is not None), None)
        case list() | tuple():
            return next((u for v in template if (u := _lost_in(v, item, parents)) is not None), None)
        case str() if "{" in template:
            for pattern in paths.holes(template):
                if isinstance(pattern, Pattern):
                    names = [s.name for s in pattern.steps if isinstance(s, Member)]
                    level = 0
                    while level < len(names) - 1 and names[level] == "parent":
                        level += 1
                    document = item if level == 0 else parents[level - 1] if level <= len(parents) else {}
                    value = document.get(names[level]) if level < len(names) else None
                    if isinstance(value, Unknown):
                        return value
    return None


def _quirks(service: str, args: Mapping[str, Value]) -> dict[str, Value]:
    """Route 53 lists ids with their path and takes them without; the SDK mends only plain text, we lists too."""
    if service != "route53":
        return dict(args)
    return {k: [_bare(v) for v in value] if isinstance(value, list) else _bare(value) for k, value in args.items()}


def _bare(value: Value) -> Value:
    return (
        value.rpartition("/")[2] if isinstance(value, str) and value.startswith(("/hostedzone/", "/delegationset/", "/change/")) else value
    )


def _in_order(gaps: Iterable[Gap]) -> list[Gap]:
    """Sorted, each once."""
    return sorted(set(gaps), key=lambda g: (g.type, g.operation, g.region, str(g.address or ""), g.code, g.member, g.at))
