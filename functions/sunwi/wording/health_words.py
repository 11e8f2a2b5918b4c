"""What a health check found, in English for programs and in Korean for people."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sunwi.domain.circuit import Circuit
from sunwi.domain.failure import FailureCause
from sunwi.domain.health_check import HealthCheck
from sunwi.domain.schedule import KST
from sunwi.domain.session_fault import SessionFault
from sunwi.sites.naver.site import Lane
from sunwi.wording.error_words import fill_sentence
from sunwi.wording.failure_words import failure_words
from sunwi.wording.jobs.job_health_words import name_reasons, reasons_words
from sunwi.wording.labels import DEVICES, SURFACES
from sunwi.wording.schedules.schedule_words import idle_words, name_idle
from sunwi.wording.session_fault_words import fault_words, name_fault


class Sentences(NamedTuple):
    """What a code means; a text's `{}` fields are a check's, as in `sunwi.wording.error_sentences`."""

    english: str | Callable[..., str]
    korean: str | Callable[..., str]


def describe_check(check: HealthCheck, sentences: Mapping[str, Sentences] | None = None) -> tuple[str, str]:
    """Describe what was found of a check that could be made, in English and in Korean.

    Args:
        check: Without an error: those have words of their own.
        sentences: By code; None for those of this module.
    """
    found = (HEALTH_SENTENCES if sentences is None else sentences)[check.code]
    return fill_sentence(found.english, check.fields), fill_sentence(found.korean, check.fields)


def name_faults(*, faults: Sequence[SessionFault]) -> str:
    """Name each session and what is wrong with it, in English."""
    return "; ".join(map(name_fault, faults))


def _faults(*, faults: Sequence[SessionFault]) -> str:
    return " / ".join(map(fault_words, faults))


def _name_circuits(*, circuits: Sequence[Circuit]) -> str:
    facts = [
        f"{lane.surface} on {lane.device} since {_kst(circuit.opened_at)} ({circuit.reason}), asked "
        f"again {_kst(circuit.probe_at)}"
        for circuit, lane in _with_lanes(circuits)
    ]
    return f"Naver refuses {'; '.join(facts)}: wait, and start no run by hand meanwhile"


def _circuits(*, circuits: Sequence[Circuit]) -> str:
    told = [
        f"{SURFACES[lane.surface]} {DEVICES[lane.device]} {_kst(circuit.opened_at)}부터 (다음 확인 "
        f"{_kst(circuit.probe_at)}; {failure_words(FailureCause.BLOCKED, circuit.reason or '')})"
        for circuit, lane in _with_lanes(circuits)
    ]
    return f"{'; '.join(told)}: 기다리고, 그동안 배치를 직접 시작하지 마세요"


def _kst(at: datetime | None) -> str:
    return "-" if at is None else at.astimezone(KST).strftime("%m-%d %H:%M:%S KST")


_NIGHT = "daily at {hour:02d}:{minute:02d} KST, at most {seconds} s, {delay_seconds:g} s between pages"
_KOREAN_NIGHT = "매일 {hour:02d}:{minute:02d} KST, 최대 {seconds}초, 페이지 사이 {delay_seconds:g}초"
_NOT_CURRENT = "not checked, the schema is not current"
_KOREAN_NOT_CURRENT = "스키마가 최신이 아니라 확인하지 못했습니다"
_QUEUE = "{waiting} waiting, {dead} in the DLQ, maxReceiveCount {max_receive_count}"
_KOREAN_QUEUE = "대기 {waiting}건, DLQ {dead}건, maxReceiveCount {max_receive_count}"
_RAISE_RECEIVES = ": set maxReceiveCount to {receives}, else postponed messages are lost"
_KOREAN_RAISE_RECEIVES = ": maxReceiveCount를 {receives}(으)로 올리세요. 그대로 두면 미룬 메시지가 사라집니다"
_MAIL = "from {sender}, {sent:.0f} of {quota:.0f} in 24 hours"
_KOREAN_MAIL = "{sender}에서 발송, 24시간 {sent:.0f}건 / 한도 {quota:.0f}건"

#: By a check's code. What only one interface can do about it is worded there.
HEALTH_SENTENCES: Mapping[str, Sentences] = {
    "settings_good": Sentences(_NIGHT, _KOREAN_NIGHT),
    "standin_answers": Sentences(
        f"{_NIGHT}; {{standin}} answers instead of Naver: unset STANDIN_ADDRESS to measure Naver",
        f"{_KOREAN_NIGHT}; 네이버 대신 {{standin}}이(가) 답합니다: 네이버를 재려면 STANDIN_ADDRESS를 지우세요",
    ),
    "database_current": Sentences("{backend}, schema {current}", "{backend}, 스키마 {current}"),
    "database_ahead": Sentences(
        "{backend}, schema {current} of a later version than this one ({needed}): use that version",
        "{backend}, 스키마 {current}이(가) 이 버전({needed})보다 새롭습니다: 새 버전의 sunwi를 쓰세요",
    ),
    "database_behind": Sentences(
        "{backend}, schema {current}, {needed} is needed", "{backend}, 스키마 {current}, 필요 {needed}"
    ),
    "database_empty": Sentences(
        "{backend}, no tables yet, {needed} is needed", "{backend}, 스키마 없음, 필요 {needed}"
    ),
    "connections_enough": Sentences(
        "up to {connections} of {max_connections} connections, {reserved} reserved in the account (limit {limit})",
        "연결 최대 {connections}개 / {max_connections}개, 계정의 동시 실행 예약 {reserved}개 (한도 {limit})",
    ),
    "connections_not_counted": Sentences(
        "up to {connections} functions at a time on one file, {reserved} reserved in the account (limit {limit})",
        "한 파일을 쓰는 함수가 최대 {connections}개, 계정의 동시 실행 예약 {reserved}개 (한도 {limit})",
    ),
    "connections_not_checked": Sentences(_NOT_CURRENT, _KOREAN_NOT_CURRENT),
    "sessions_good": Sentences("the rules explain every session", "모든 회차가 규칙에 맞습니다"),
    "sessions_faulty": Sentences(name_faults, _faults),
    "sessions_not_checked": Sentences(_NOT_CURRENT, _KOREAN_NOT_CURRENT),
    "circuits_not_checked": Sentences(_NOT_CURRENT, _KOREAN_NOT_CURRENT),
    "browser_starts": Sentences("Chromium {version}", "Chromium {version}"),
    "region_home": Sentences("{region}", "{region}"),
    "region_abroad": Sentences(
        "{region}: rank follows the caller's place, so deploy to {home} (AWS_DEFAULT_REGION)",
        "{region}: 순위는 조회하는 곳에 따라 다릅니다. {home}에 배포하세요 (AWS_DEFAULT_REGION)",
    ),
    "queue_good": Sentences(_QUEUE, _KOREAN_QUEUE),
    "queue_without_redrive": Sentences(
        "{url} has no redrive policy, so failures are lost: deploy the template",
        "{url}에 redrive 정책이 없어 실패한 메시지가 사라집니다: 템플릿을 배포하세요",
    ),
    "queue_loses_messages": Sentences(_QUEUE + _RAISE_RECEIVES, _KOREAN_QUEUE + _KOREAN_RAISE_RECEIVES),
    "queue_has_dead_letters": Sentences(_QUEUE, _KOREAN_QUEUE),
    "queue_loses_messages_and_has_dead_ones": Sentences(
        _QUEUE + _RAISE_RECEIVES, _KOREAN_QUEUE + _KOREAN_RAISE_RECEIVES
    ),
    "circuits_closed": Sentences("no surface refuses", "조회를 막는 화면이 없습니다"),
    "circuits_open": Sentences(_name_circuits, _circuits),
    "jobs_healthy": Sentences("jobs are done as they should be", "작업이 정상으로 처리됩니다"),
    "jobs_not_healthy": Sentences(name_reasons, reasons_words),
    "jobs_not_checked": Sentences(_NOT_CURRENT, _KOREAN_NOT_CURRENT),
    "schedules_good": Sentences("Sunwi's own schedules are there and go on", "기본 일정이 모두 켜져 있습니다"),
    "schedules_idle": Sentences(name_idle, idle_words),
    "schedules_not_set": Sentences(
        "not checked: set SCHEDULE_GROUP to the stack's group of schedules (an output)",
        "확인하지 못했습니다: SCHEDULE_GROUP을 스택의 일정 그룹(출력)으로 지정하세요",
    ),
    "mail_good": Sentences(_MAIL, _KOREAN_MAIL),
    "mail_not_used": Sentences(
        "no channel sends mail, and none is set up", "메일 채널이 없고, 메일도 설정되지 않았습니다"
    ),
    "mail_not_checked": Sentences(_NOT_CURRENT, _KOREAN_NOT_CURRENT),
    "mail_without_sender": Sentences(
        "{channels} channels of e-mail, but nothing to send from: set MailSender (MAIL_SENDER)",
        "메일 채널이 {channels}개인데 보내는 주소가 없습니다: MailSender(MAIL_SENDER)를 정하세요",
    ),
    "mail_sending_paused": Sentences(
        f"{_MAIL}; AWS has paused the account's sending: see the SES console for its reasons",
        f"{_KOREAN_MAIL}; AWS가 이 계정의 발송을 멈췄습니다: SES 콘솔에서 사유를 확인하세요",
    ),
    "mail_sender_unverified": Sentences(
        f"{_MAIL}; the sender is not verified: put the stack's three DKIM records into its domain's DNS",
        f"{_KOREAN_MAIL}; 보내는 주소가 확인되지 않았습니다: 스택 출력의 DKIM 레코드 3개를 도메인의 DNS에 넣으세요",
    ),
    "mail_in_sandbox": Sentences(
        f"{_MAIL}; SES is in its sandbox, so only verified addresses get mail: ask AWS for production access",
        f"{_KOREAN_MAIL}; SES 샌드박스라 확인된 주소로만 갑니다: AWS에 프로덕션 액세스를 신청하세요",
    ),
    "mail_quota_nearly_used": Sentences(
        f"{_MAIL}: the quota is nearly used up; ask AWS for more",
        f"{_KOREAN_MAIL}: 하루 한도를 거의 다 썼습니다. AWS에 늘려 달라고 신청하세요",
    ),
    "mail_unsigned": Sentences(
        f"{_MAIL}; mails carry no DKIM signature, so many will count as spam: check the domain's three records",
        f"{_KOREAN_MAIL}; DKIM 서명이 없어 스팸으로 처리되기 쉽습니다: 도메인의 DKIM 레코드 3개를 확인하세요",
    ),
    "backup_good": Sentences(
        "{name}, {megabytes:.1f} MB, {hours:.0f} h ago", "{name}, {megabytes:.1f} MB, {hours:.0f}시간 전"
    ),
    "backup_old": Sentences(
        "the last good backup is {hours:.0f} h old ({name})",
        "마지막 정상 백업이 {hours:.0f}시간 전의 것입니다 ({name})",
    ),
    "backup_none": Sentences("no backup yet", "아직 백업이 없습니다"),
    "backup_server_newer": Sentences(
        "the server is PostgreSQL {server}, and the worker's programs are of {client}, which dump no newer one: build "
        "the images with the programs of its version before the next backup",
        "서버가 PostgreSQL {server}인데 워커의 백업 프로그램은 {client}이라 백업할 수 없습니다: 다음 백업 전에 서버 "
        "버전의 프로그램으로 이미지를 다시 만드세요",
    ),
    "backup_not_checked": Sentences(_NOT_CURRENT, _KOREAN_NOT_CURRENT),
    "state_machine_active": Sentences("{machine}", "{machine}"),
    "state_machine_inactive": Sentences(
        "{arn} is {status}: deploy the template", "{arn}의 상태가 {status}입니다: 템플릿을 배포하세요"
    ),
    "clock_right": Sentences("{now:kst_time}", "{now:kst_time}"),
    "clock_not_compared": Sentences(
        "{now:kst_time}, with nothing to compare it to", "{now:kst_time} (비교할 시각이 없습니다)"
    ),
    "clock_off": Sentences(
        "{now:kst_time}, {skew_seconds:.0f} s off AWS: let the machine's clock follow a time server",
        "{now:kst_time}, AWS와 {skew_seconds:.0f}초 다릅니다: 이 컴퓨터의 시계를 시간 서버에 맞추세요",
    ),
}


def _with_lanes(circuits: Sequence[Circuit]) -> Iterator[tuple[Circuit, Lane]]:
    return ((circuit, Lane.of_circuit(circuit.key)) for circuit in circuits)
