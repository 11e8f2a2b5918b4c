"""Kept pages on S3: the document of every page gzipped, and a picture where one was taken."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError

from sunwi.domain.observation import LoadedPage, SurfaceLook
from sunwi.domain.reading import ServedPage
from sunwi.errors import InvalidInput, Retryable
from sunwi.service.vendor_words import aws_words

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

#: Of looks that were read: each may prove a ledger row, so nothing expires them.
READINGS_PREFIX = "readings"
#: Of looks that could not be read; the bucket's lifecycle expires them.
FAILURES_PREFIX = "failures"

#: Fast, and within a tenth of the best level's size on result pages.
_GZIP_LEVEL = 3
_SLUG_LENGTH = 40

#: Metadata is ASCII: of an address only what no address should hold is quoted.
_URL_CHARACTERS = "%:/?#[]@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True)
class S3EvidenceStore:
    """Keeps looks under keys derived from run, surface and keyword."""

    client: "S3Client"
    bucket: str

    def keep(self, run_id: str, look: SurfaceLook) -> str:
        """Keep a look's pages and give the key that they are found under.

        Raises:
            Retryable: S3 cannot be reached or refuses.
        """
        key = evidence_key(run_id, look)
        try:
            for number, page in enumerate(look.pages, start=1):
                self._keep_page(f"{key}/page-{number:02d}", page, look)
        except (BotoCoreError, ClientError) as error:
            raise Retryable(
                f"the pages of {key} could not be kept in bucket {self.bucket}: {error}",
                korean=f"{key} 페이지를 버킷 {self.bucket}에 보관하지 못했습니다: {aws_words(error)}",
            ) from error
        return key

    def load(self, evidence_key: str) -> list[ServedPage]:
        """Give kept pages in the order of their loads.

        Raises:
            Retryable: S3 cannot be reached or refuses.
            InvalidInput: Nothing is kept under that key.
        """
        try:
            listed = self.client.list_objects_v2(Bucket=self.bucket, Prefix=f"{evidence_key}/page-")
            names = [entry["Key"] for entry in listed.get("Contents", []) if entry["Key"].endswith(".html.gz")]
            pages = [self._load_page(name) for name in sorted(names)]
        except (BotoCoreError, ClientError) as error:
            raise Retryable(
                f"the pages of {evidence_key} cannot be read from {self.bucket}: {error}",
                korean=f"버킷 {self.bucket}에서 {evidence_key} 페이지를 읽지 못했습니다: {aws_words(error)}",
            ) from error
        if not pages:
            raise InvalidInput(
                f"nothing is kept under {evidence_key} in bucket {self.bucket}: it may have expired",
                korean=f"버킷 {self.bucket}에 {evidence_key} 페이지가 없습니다: 보관 기간이 지났을 수 있습니다",
            )
        return pages

    def _keep_page(self, name: str, page: LoadedPage, look: SurfaceLook) -> None:
        document = page.served.html.encode()
        self.client.put_object(
            Bucket=self.bucket,
            Key=f"{name}.html.gz",
            Body=gzip.compress(document, _GZIP_LEVEL, mtime=0),
            ContentType="text/html; charset=utf-8",
            ContentEncoding="gzip",
            Metadata={
                "requested-url": quote(page.served.requested_url, safe=_URL_CHARACTERS),
                "final-url": quote(page.served.final_url, safe=_URL_CHARACTERS),
                "status": str(page.served.status),
                "sha256": hashlib.sha256(document).hexdigest(),
                "fetched-at": page.fetched_at.isoformat(),
                "parser-version": look.parser_version,
                "verdict": look.reading.verdict.value,
                **_retry_after(page.served),
            },
        )
        if page.screenshot is not None:
            self.client.put_object(Bucket=self.bucket, Key=f"{name}.png", Body=page.screenshot, ContentType="image/png")

    def _load_page(self, name: str) -> ServedPage:
        answer = self.client.get_object(Bucket=self.bucket, Key=name)
        facts = answer["Metadata"]
        return ServedPage(
            requested_url=facts["requested-url"],
            final_url=facts["final-url"],
            status=int(facts["status"]),
            html=gzip.decompress(answer["Body"].read()).decode(),
            retry_after_seconds=int(facts["retry-after"]) if "retry-after" in facts else None,
        )


def _retry_after(served: ServedPage) -> dict[str, str]:
    return {} if served.retry_after_seconds is None else {"retry-after": str(served.retry_after_seconds)}


def evidence_key(run_id: str, look: SurfaceLook) -> str:
    """Derive where a look is kept: verdict, run, surface, keyword and time of the look.

    The keyword stands twice: shortened to be read, and digested with the location to be exact.
    """
    key = look.key
    prefix = READINGS_PREFIX if look.reading.verdict.is_readable else FAILURES_PREFIX
    slug = re.sub(r"[^\w-]+", "-", key.keyword)[:_SLUG_LENGTH].strip("-")
    exact = hashlib.sha256(f"{key.keyword}\n{key.location}".encode()).hexdigest()[:12]
    return f"{prefix}/{run_id}/{key.surface}-{key.device}/{slug}-{exact}/{look.fetched_at:%Y%m%dT%H%M%S.%fZ}"
