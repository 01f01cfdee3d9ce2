"""Credentials and clients: ambient, a profile, or an assumed role; refreshed by themselves; one loader per process."""

from __future__ import annotations

import base64
import logging
import os
import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import driftscan
from driftscan.model.settings import Account
from driftscan.sources.aws import guard
from driftscan.sources.aws.answers import timestamp
from driftscan.sources.aws.faults import Failure, NotEntered, failure
from driftscan.sources.aws.models import models
from driftscan.sources.aws.unit import Tuning

log = logging.getLogger(__name__)
_HOME: Final = "us-east-1"
_CREDENTIAL_ATTEMPTS: Final = 6


@dataclass(frozen=True)
class Client:
    """A client and what one call needs of it. age: of the credentials it was made with."""

    sdk: Any
    methods: Mapping[str, str]
    age: int
    seen: threading.local = field(default_factory=threading.local)
    dated: Callable[[str], None] = field(default=lambda _: None)

    def call(self, operation: str, args: Mapping[str, Any]) -> Any:
        """The parsed answer. Raises whatever the SDK raises; `seen` knows what came over the wire in this thread."""
        self.seen.status, self.seen.body, self.seen.html = 0, b"", False
        return getattr(self.sdk, self.methods[operation])(**args)

    def observe(self, response_dict: Mapping[str, Any] | None, **_: Any) -> None:
        """Handler of `before-parse` and `response-received`: remembers what the parser hides."""
        if response_dict is None:
            return
        body = response_dict.get("body")
        self.seen.status = response_dict["status_code"]
        self.seen.body = body if isinstance(body, bytes) else b""
        self.dated(response_dict["headers"].get("date", ""))
        self.seen.html = self.seen.body[:256].lstrip().lower().startswith((b"<!doctype html", b"<html"))


@dataclass
class _Login:
    """One account's credentials. age counts their renewals; proven: one call went through with this age; dead: they cannot be renewed."""

    account: str
    config: Account
    partition: str
    identity: str = ""
    age: int = 0
    proven: bool = False
    dead: Failure | None = None
    clients: dict[tuple[str, str], Client] = field(default_factory=dict)
    session: Any = None


class Sessions:
    """Every session, credential and client of one source. Thread-safe. `made` counts every request, by `service:Operation`.

    skew: by how much the vendor's clock was ahead of ours at its first answer; None before it.
    """

    def __init__(
        self, run_id: str, tuning: Tuning, allowed: frozenset[tuple[str, str]], pool: int, now: Callable[[], datetime] | None = None
    ) -> None:
        self.run_id, self.tuning, self.allowed, self.pool = run_id, tuning, allowed, pool
        self._now = now or (lambda: datetime.now(UTC))
        self.skew: timedelta | None = None
        self._lock = threading.RLock()
        self._bases: dict[str | None, Any] = {}
        self._logins: dict[str, _Login] = {}
        self.made: Counter[str] = Counter()
        self.models = models()

    # ----------------------------------------------------------------------------------------- sessions

    def _base(self, profile: str | None, fresh: bool = False) -> Any:
        """The session from which credentials come: ambient, or of a profile."""
        import botocore.session  # noqa: PLC0415  (the SDK is loaded when a source is used)

        with self._lock:
            if fresh or profile not in self._bases:
                session = botocore.session.Session(profile=profile)
                session.register_component("data_loader", self.models.loader)
                self._bases[profile] = session
            return self._bases[profile]

    def base(self, profile: str | None) -> Any:
        """The SDK's session that holds the ambient credentials, or those of a profile."""
        return self._base(profile)

    def base_region(self, profile: str | None = None) -> str:
        """The region that the environment or the profile names, or the vendor's first."""
        return str(self._base(profile).get_config_variable("region") or _HOME)

    def login(self, account: str, config: Account) -> None:
        """Makes an account known. Nothing is called yet."""
        with self._lock:
            self._logins[account] = _Login(account, config, self.models.partition(self.base_region(config.profile)))

    def _open(self, login: _Login, fresh: bool = False) -> Any:
        """The account's session: the profile's settings, its credentials or an assumed role's, our parsers."""
        import botocore.session  # noqa: PLC0415
        from botocore.credentials import CredentialResolver  # noqa: PLC0415

        base = self._base(login.config.profile, fresh)
        session = botocore.session.Session(profile=login.config.profile)
        session.register_component("data_loader", self.models.loader)
        session.register_component("credential_provider", CredentialResolver([_Given(lambda: self._credentials(login, base))]))
        session.get_component("response_parser_factory").set_parser_defaults(timestamp_parser=timestamp, blob_parser=_text)
        return session

    def _credentials(self, login: _Login, base: Any) -> Any:
        from botocore.credentials import DeferredRefreshableCredentials  # noqa: PLC0415

        role = login.config.role
        if role is None:
            return base.get_credentials()
        arn = role if role.startswith("arn:") else f"arn:{login.partition}:iam::{login.account}:role/{role}"
        return DeferredRefreshableCredentials(lambda: self._assume(login, base, arn), "assume-role")

    def _assume(self, login: _Login, base: Any, arn: str) -> dict[str, str]:
        """New keys of a role, in the form that the SDK's refreshing credentials want."""
        args = {"RoleArn": arn, "RoleSessionName": self.session_name, "Policy": guard.session_policy()}
        if login.config.external_id is not None:
            args["ExternalId"] = login.config.external_id
        client = self._make(base, "sts", self.base_region(login.config.profile), login.age, attempts=_CREDENTIAL_ATTEMPTS)
        self.count("sts:AssumeRole")
        try:
            answer = client.call("AssumeRole", args)
        except Exception as e:
            raise NotEntered(failure(e, client.seen.status, client.seen.html)) from e
        log.debug("assumed %s", arn)
        keys, login.identity = answer["Credentials"], answer["AssumedRoleUser"]["Arn"]
        return {
            "access_key": keys["AccessKeyId"],
            "secret_key": keys["SecretAccessKey"],
            "token": keys["SessionToken"],
            "expiry_time": timestamp(keys["Expiration"]),
        }

    def enter(self, account: str) -> str:
        """Assumes the account's role now; the ARN of the session. Raises what the SDK raises, and NotEntered."""
        with self._lock:
            login = self._logins[account]
            if login.session is None:
                login.session = self._open(login)
        login.session.get_credentials().get_frozen_credentials()
        return login.identity

    def _dated(self, header: str) -> None:
        """The Date header of an answer; the first one counts."""
        if self.skew is None:
            try:
                self.skew = parsedate_to_datetime(header).astimezone(UTC) - self._now()
            except ValueError:
                log.debug("an answer without a date")

    def count(self, call: str) -> None:
        """One request went out."""
        with self._lock:
            self.made[call] += 1

    @property
    def session_name(self) -> str:
        """How the vendor's audit log names us: `driftscan-<run>`, within its alphabet and its 64 characters."""
        return "".join(c if c.isalnum() or c in "+=,.@-_" else "-" for c in f"driftscan-{self.run_id}")[:64]

    def renew(self, account: str, age: int, problem: Failure) -> bool:
        """Credentials of this age were called expired. True: there are newer ones, try again."""
        with self._lock:
            login = self._logins[account]
            if login.age != age:
                return login.dead is None
            if not login.proven and age > 0:
                login.dead = login.dead or problem
                return False
            log.info("credentials expired, renewing them")
            login.age, login.proven = age + 1, False
            login.clients.clear()
            login.session = self._open(login, fresh=True)
            return True

    def dead(self, account: str) -> Failure | None:
        """Why the account's credentials ended for good, if they did."""
        login = self._logins.get(account)
        return login.dead if login is not None else None

    def proven(self, account: str) -> None:
        """A call of the account went through."""
        self._logins[account].proven = True

    # ----------------------------------------------------------------------------------------- clients

    def client(self, account: str, service: str, region: str) -> Client:
        """The one client of (account, service, region)."""
        login = self._logins[account]
        client = login.clients.get((service, region))
        if client is None:
            with self._lock:
                client = login.clients.get((service, region))
                if client is None:
                    if login.session is None:
                        login.session = self._open(login)
                    client = self._make(login.session, service, region, login.age)
                    login.clients[service, region] = client
        return client

    def base_client(self, profile: str | None, service: str, region: str) -> Client:
        """A client with the credentials that assume roles (for the organisation, before accounts are known)."""
        with self._lock:
            return self._make(self._base(profile), service, region, 0, attempts=_CREDENTIAL_ATTEMPTS)

    @cached_property
    def custom(self) -> bool:
        """Whether calls go to an endpoint that is not the vendor's (`AWS_ENDPOINT_URL`): no published rate holds there."""
        url = os.environ.get("AWS_ENDPOINT_URL") or self._base(None).get_config_variable("endpoint_url") or ""
        host = urlsplit(str(url)).hostname or ""
        return bool(host) and not re.search(r"(^|\.)(amazonaws\.com(\.cn)?|api\.aws|amazonaws\.eu)$", host)

    def drop(self, account: str, service: str, region: str) -> None:
        """Forgets a client; it is made anew should it be wanted again."""
        with self._lock:
            client = self._logins[account].clients.pop((service, region), None)
        if client is not None:
            client.sdk.close()

    def leave(self, account: str) -> None:
        """Forgets all clients of an account; its credentials stay."""
        with self._lock:
            clients = list(self._logins[account].clients.values())
            self._logins[account].clients.clear()
        for client in clients:
            client.sdk.close()

    def _make(self, session: Any, service: str, region: str, age: int, attempts: int = 1) -> Client:
        """attempts: the SDK's own; of a scan's calls `calls` takes care, where every call of a service can see what befell the others."""
        from botocore.config import Config  # noqa: PLC0415

        config = Config(
            connect_timeout=self.tuning.connect_timeout,
            read_timeout=self.tuning.read_timeout,
            retries={"mode": "standard", "total_max_attempts": attempts},
            max_pool_connections=self.pool,
            parameter_validation=False,
            user_agent=f"driftscan/{driftscan.__version__} Botocore/{_sdk_version()}",
            inject_host_prefix=not self.custom,
            s3={"addressing_style": "path"} if self.custom else {},
        )
        with self._lock:
            sdk = session.create_client(service, region_name=region, config=config)
        client = Client(sdk, {operation: method for method, operation in sdk.meta.method_to_api_mapping.items()}, age, dated=self._dated)
        sdk.meta.events.register("before-parse", client.observe)
        sdk.meta.events.register("response-received", client.observe)  # again: S3's own handler makes a 500 of a 200 that it cannot read
        sdk.meta.events.register_first("before-call", guard.hook(service, self.allowed))
        if self.custom:
            sdk.meta.events.register("before-call", _plain_host(urlsplit(sdk.meta.endpoint_url).netloc))
        return client


def _plain_host(netloc: str) -> Callable[..., None]:
    """A `before-call` handler: a test server has one host, and no names below it (`111111111111.127.0.0.1`)."""

    def mend(params: dict[str, Any], **_: Any) -> None:
        url = urlsplit(params["url"])
        if url.netloc.endswith("." + netloc):
            params["url"] = urlunsplit(url._replace(netloc=netloc))

    return mend


def _text(value: Any) -> str:
    """Binary members stay the base64 text that came over the wire."""
    return value if isinstance(value, str) else base64.b64encode(value).decode()


class _Given:
    """A credential provider of the SDK's resolver that gives what it was given."""

    METHOD = "driftscan"
    CANONICAL_NAME = None

    def __init__(self, give: Callable[[], Any]) -> None:
        self.load = give


def _sdk_version() -> str:
    import botocore  # noqa: PLC0415

    return str(botocore.__version__)
