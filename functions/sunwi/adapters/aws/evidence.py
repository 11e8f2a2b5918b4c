"""Kept pages on S3: of each the document, gzipped, and what is known of it; beside them its picture, if it has one.

Everything is written once. Source: docs/aws.md, S3; docs/adr/0043-evidence-is-written-once.md.
"""

import gzip
import hashlib
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from typing_extensions import override

from sunwi.adapters.aws.picture_json import cards_to_json, picture_from_json
from sunwi.domain.observation import LoadedPage, LoadedSurface
from sunwi.domain.picture import PagePicture
from sunwi.domain.reading import ServedPage
from sunwi.errors import InvalidInput, Retryable
from sunwi.service.ports.outside import EvidenceStore

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

#: Of loads that were read: each may prove a ledger row, so nothing expires them.
READINGS_PREFIX = "readings"
#: Of loads that could not be read; the bucket's lifecycle expires them.
FAILURES_PREFIX = "failures"

#: Fast, and within a tenth of the best level's size on result pages.
_GZIP_LEVEL = 3
_SLUG_LENGTH = 40

#: S3's answer to a write that is to be the first under its key, and is not.
_IS_THERE = "PreconditionFailed"

#: S3's answer to a write while another one of the same key is under way, for instance a try that was given up.
#: Source: Amazon S3 User Guide, "How to prevent object overwrites with conditional writes".
_IS_UNDER_WAY = "ConditionalRequestConflict"
#: How often such a write is sent in all, and the pause before each further one, in seconds.
_WRITE_TRIES, _WRITE_PAUSE_SECONDS = 4, 0.25

#: What stands beside `page-01`: the document, what is known of it, its picture, and the cards in that.
_DOCUMENT, _FACTS, _PICTURE, _CARDS = ".html.gz", ".json", ".webp", ".cards.json"


@dataclass(frozen=True, slots=True)
class S3EvidenceStore(EvidenceStore):
    """Keeps loaded pages under keys derived from run, surface and keyword.

    Attributes:
        lock_days: How long S3 refuses to delete or replace what proves a reading, from its load; 0 locks nothing.
        pause: Waits some seconds.
    """

    client: "S3Client"
    bucket: str
    lock_days: int = 0
    pause: Callable[[float], None] = time.sleep

    @override
    def keep(self, run_id: str, loaded: LoadedSurface) -> str:
        key = evidence_key(run_id, loaded)
        try:
            for number, page in enumerate(loaded.pages, start=1):
                self._keep_page(_page_name(key, number), page, loaded)
        except (BotoCoreError, ClientError) as error:
            raise Retryable(
                f"the pages of {key} could not be kept in bucket {self.bucket}: {error}",
                code="pages_not_kept",
                key=key,
                bucket=self.bucket,
                cause=str(error),
            ) from error
        return key

    @override
    def keep_pictures(self, evidence_key: str, pictures: Mapping[int, PagePicture], *, fetched_at: datetime) -> None:
        try:
            for number, picture in pictures.items():
                self._keep_picture(_page_name(evidence_key, number), picture, fetched_at)
        except (BotoCoreError, ClientError) as error:
            raise Retryable(
                f"the pictures of {evidence_key} could not be kept in bucket {self.bucket}: {error}",
                code="pictures_not_kept",
                evidence_key=evidence_key,
                bucket=self.bucket,
                cause=str(error),
            ) from error

    @override
    def load(self, evidence_key: str) -> list[ServedPage]:
        try:
            names = self._names(evidence_key)
            pages = [self._load_page(name, names) for name in names if name.endswith(_DOCUMENT)]
        except (BotoCoreError, ClientError) as error:
            raise Retryable(
                f"the pages of {evidence_key} cannot be read from {self.bucket}: {error}",
                code="pages_unreadable",
                bucket=self.bucket,
                evidence_key=evidence_key,
                cause=str(error),
            ) from error
        if not pages:
            raise InvalidInput(
                f"nothing is kept under {evidence_key} in bucket {self.bucket}: it may have expired",
                code="evidence_missing",
                bucket=self.bucket,
                evidence_key=evidence_key,
            )
        return pages

    @override
    def pictures(self, evidence_key: str) -> dict[int, PagePicture]:
        try:
            names = self._names(evidence_key)
            drawn = [name.removesuffix(_CARDS) for name in names if name.endswith(_CARDS)]
            return {
                _page_number(name): picture_from_json(self._read(name + _PICTURE), self._read_json(name + _CARDS))
                for name in drawn
                if name + _PICTURE in names
            }
        except (BotoCoreError, ClientError) as error:
            raise Retryable(
                f"the pictures of {evidence_key} cannot be read from {self.bucket}: {error}",
                code="pictures_unreadable",
                bucket=self.bucket,
                evidence_key=evidence_key,
                cause=str(error),
            ) from error

    def _keep_page(self, name: str, page: LoadedPage, loaded: LoadedSurface) -> None:
        """Keep what is known of a page before the page, so that none is found without it.

        Addresses are of any length, and S3 takes 2 kB of metadata: they stand in an object of their own.
        """
        document = page.served.html.encode()
        known: dict[str, str] = {
            "status": str(page.served.status),
            "sha256": hashlib.sha256(document).hexdigest(),
            "fetched-at": page.fetched_at.isoformat(),
            "parser-version": loaded.parser_version,
            "verdict": loaded.reading.verdict.value,
        }
        addresses = {"requested-url": page.served.requested_url, "final-url": page.served.final_url}
        facts = {**known, **addresses, "retry-after": page.served.retry_after_seconds}
        self._write_json(name + _FACTS, facts, loaded.fetched_at)
        self._write_once(
            name + _DOCUMENT,
            gzip.compress(document, _GZIP_LEVEL, mtime=0),
            loaded.fetched_at,
            ContentType="text/html; charset=utf-8",
            ContentEncoding="gzip",
            Metadata=known,
        )

    def _keep_picture(self, name: str, picture: PagePicture, fetched_at: datetime) -> None:
        self._write_once(name + _PICTURE, picture.data, fetched_at, ContentType="image/webp")
        self._write_json(name + _CARDS, cards_to_json(picture), fetched_at)

    def _load_page(self, name: str, names: list[str]) -> ServedPage:
        answer = self.client.get_object(Bucket=self.bucket, Key=name)
        facts_name = name.removesuffix(_DOCUMENT) + _FACTS
        # Earlier releases kept the addresses in the page's own metadata.
        facts = self._read_json(facts_name) if facts_name in names else answer["Metadata"]
        retry_after = facts.get("retry-after")
        return ServedPage(
            requested_url=facts["requested-url"],
            final_url=facts["final-url"],
            status=int(facts["status"]),
            html=gzip.decompress(answer["Body"].read()).decode(),
            retry_after_seconds=None if retry_after is None else int(retry_after),
        )

    def _names(self, evidence_key: str) -> list[str]:
        """List what is kept under a key, by name; a load has some 40 pages at most, which is one list."""
        listed = self.client.list_objects_v2(Bucket=self.bucket, Prefix=f"{evidence_key}/page-")
        return sorted(entry["Key"] for entry in listed.get("Contents", []))

    def _write_json(self, name: str, content: dict[str, Any], fetched_at: datetime) -> None:
        # Half of a surrogate pair, as a name that was cut within an emoji ends with, is written as JSON escapes it.
        body = json.dumps(content, ensure_ascii=False).encode(errors="backslashreplace")
        self._write_once(name, body, fetched_at, ContentType="application/json")

    def _write_once(self, name: str, body: bytes, fetched_at: datetime, **described: Any) -> None:  # noqa: ANN401 - S3's own arguments
        """Write an object unless it is there: an attempt that S3 took without an answer leaves the same bytes.

        Raises:
            Retryable: Something else is there; it stays as it is.
        """
        if self.lock_days and name.startswith(f"{READINGS_PREFIX}/"):
            described["ObjectLockMode"] = "GOVERNANCE"
            described["ObjectLockRetainUntilDate"] = fetched_at + timedelta(days=self.lock_days)
        try:
            self._put_once(name, body, **described)
        except ClientError as error:
            if error.response["Error"]["Code"] != _IS_THERE:
                raise
            kept, offered = (hashlib.sha256(content).hexdigest() for content in (self._read(name), body))
            if kept != offered:
                raise Retryable(
                    f"{name} in bucket {self.bucket} holds something else (SHA-256 {kept}, not {offered}); it stays, "
                    "and nothing was written",
                    code="evidence_differs",
                    bucket=self.bucket,
                    name=name,
                    kept=kept[:12],
                    offered=offered[:12],
                ) from error

    def _put_once(self, name: str, body: bytes, **described: Any) -> None:  # noqa: ANN401 - S3's own arguments
        """Send a write that waits for no other one: it is sent again while an earlier try is still under way."""
        for tried in range(1, _WRITE_TRIES + 1):
            try:
                self.client.put_object(Bucket=self.bucket, Key=name, Body=body, IfNoneMatch="*", **described)
            except ClientError as error:
                if error.response["Error"]["Code"] != _IS_UNDER_WAY or tried == _WRITE_TRIES:
                    raise
                self.pause(_WRITE_PAUSE_SECONDS)
            else:
                return

    def _read_json(self, name: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self._read(name))
        return content

    def _read(self, name: str) -> bytes:
        return self.client.get_object(Bucket=self.bucket, Key=name)["Body"].read()


def _page_name(evidence_key: str, number: int) -> str:
    return f"{evidence_key}/page-{number:02d}"


def _page_number(name: str) -> int:
    return int(name.rpartition("/page-")[2])


def evidence_key(run_id: str, loaded: LoadedSurface) -> str:
    """Derive where a loaded surface is kept: verdict, run, surface, keyword and time of the load.

    The keyword stands twice: shortened to be read, and digested with the location to be exact.
    """
    key = loaded.key
    prefix = READINGS_PREFIX if loaded.reading.verdict.is_readable else FAILURES_PREFIX
    slug = re.sub(r"[^\w-]+", "-", key.keyword)[:_SLUG_LENGTH].strip("-")
    exact = hashlib.sha256(f"{key.keyword}\n{key.location}".encode()).hexdigest()[:12]
    return f"{prefix}/{run_id}/{key.surface}-{key.device}/{slug}-{exact}/{loaded.fetched_at:%Y%m%dT%H%M%S.%fZ}"
