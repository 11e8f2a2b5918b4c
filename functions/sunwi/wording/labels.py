"""Korean names of what the screens show."""

from sunwi.domain.canary import CanaryState
from sunwi.domain.dead_letter import QueueName
from sunwi.domain.exposure_criteria import ExposureCriteria, NamedArea, name_of_area
from sunwi.domain.failure import FailureCause
from sunwi.domain.health_check import CheckName, Level
from sunwi.domain.recognition import PageFinding
from sunwi.domain.run import RunKind, RunStatus, TaskState
from sunwi.domain.session import DEFAULT_SESSION_DAYS, LedgerRow
from sunwi.domain.tracking import Device, Kind, Surface, Tracking, TrackingStatus
from sunwi.service.ports.dead_letters import MoveStatus
from sunwi.service.trackings.parse_areas import AREA_NAMES

KINDS = {Kind.PLACE: "플레이스", Kind.BLOG: "블로그", Kind.CAFE: "카페"}
SURFACES = {
    Surface.INTEGRATED: "통합검색",
    Surface.PLACE_LIST: "플레이스 목록",
    Surface.BLOG_TAB: "블로그 탭",
    Surface.CAFE_TAB: "카페 탭",
}
DEVICES = {Device.PC: "PC", Device.MOBILE: "모바일"}
TRACKING_STATUSES = {
    TrackingStatus.ACTIVE: "진행",
    TrackingStatus.PAUSED: "중지",
    TrackingStatus.ENDED: "종료",
}
RUN_KINDS = {RunKind.SCHEDULED: "정기", RunKind.MANUAL: "수동", RunKind.ON_DEMAND: "즉시"}
RUN_STATUSES = {
    RunStatus.DISPATCHING: "배정 중",
    RunStatus.RUNNING: "진행 중",
    RunStatus.BLOCKED: "차단됨",
    RunStatus.CLOSED: "완료",
    RunStatus.FAILED: "실패",
    RunStatus.CANCELLED: "취소",
}
TASK_STATES = {
    TaskState.QUEUED: "대기",
    TaskState.RUNNING: "측정 중",
    TaskState.RETRYING: "재시도",
    TaskState.SUCCEEDED: "성공",
    TaskState.FAILED: "실패",
    TaskState.CANCELLED: "취소",
    TaskState.EXPIRED: "기한 초과",
}
CANARY_STATES = {
    CanaryState.HELD: "카나리아 화면을 알아보지 못해 배치를 보류하고 있습니다",
    CanaryState.MISSING: "카나리아 점검 없이 배치를 시작했습니다",
    CanaryState.UNRECOGNISED: "카나리아 화면을 끝내 알아보지 못했지만 배치를 시작했습니다",
    CanaryState.CHECK_FAILED: "보류 중에 카나리아 점검이 실패하여 배치를 시작했습니다",
    CanaryState.BY_HAND: "카나리아 화면을 알아보지 못해 보류한 배치를 사람이 시작했습니다",
}
HELD_TO_THE_END = "카나리아 화면을 알아보지 못해 배치를 끝까지 보류했습니다"
RUN_HELD = "보류 중"
RUN_MOSTLY_UNMEASURED = "대부분 미측정"
PAGE_FINDINGS = {
    PageFinding.RECOGNISED: "인식",
    PageFinding.LAYOUT_UNKNOWN: "구조 불명",
    PageFinding.BLOCKED: "차단",
    PageFinding.UNREACHABLE: "접속 실패",
}
QUEUES = {QueueName.CRAWL: "정기", QueueName.EXPRESS: "즉시"}
MOVE_STATUSES = {
    MoveStatus.CREATED: "준비",
    MoveStatus.RUNNING: "이동 중",
    MoveStatus.COMPLETED: "완료",
    MoveStatus.CANCELLING: "중지하는 중",
    MoveStatus.CANCELLED: "중지",
    MoveStatus.FAILED: "실패",
}
CHECKS = {
    CheckName.SETTINGS: "설정",
    CheckName.DATABASE: "데이터베이스",
    CheckName.CONNECTIONS: "연결 수",
    CheckName.SESSIONS: "회차",
    CheckName.BROWSER: "브라우저",
    CheckName.REGION: "리전",
    CheckName.CRAWL_QUEUE: "정기 대기열",
    CheckName.EXPRESS_QUEUE: "즉시 대기열",
    CheckName.CIRCUITS: "차단",
    CheckName.STATE_MACHINE: "상태 머신",
    CheckName.JOBS: "작업",
    CheckName.SCHEDULES: "일정",
    CheckName.MAIL: "메일",
    CheckName.BACKUP: "백업",
    CheckName.CLOCK: "시계",
}
LEVELS = {Level.OK: "정상", Level.WARN: "주의", Level.FAIL: "이상"}
FAILURE_CAUSES = {
    FailureCause.BLOCKED: "차단",
    FailureCause.LAYOUT: "화면 구조 변경",
    FailureCause.TRUNCATED: "응답 잘림",
    FailureCause.UNRENDERED: "목록 미표시",
    FailureCause.TIMEOUT: "시간 초과",
    FailureCause.UNREACHABLE: "접속 실패",
    FailureCause.CRASH: "비정상 종료",
    FailureCause.UNUSABLE: "처리 불가",
    FailureCause.BAD_MESSAGE: "잘못된 메시지",
    FailureCause.STARVED: "측정 기회 없음",
    FailureCause.DEADLINE: "배치 기한 초과",
    FailureCause.HELD: "배치 보류",
    FailureCause.RUN_FAILED: "배치 실패",
    FailureCause.CANCELLED: "취소",
    FailureCause.OTHER: "기타",
}

#: Fields of a tracking, by the names that documents give them.
TRACKING_TERMS = {"session_days": "회차 일수", "target_rank": "목표 순위", "tags": "태그"}


def area_words(code: str) -> str:
    """Name an area by its word and Naver's own code."""
    name = name_of_area(code)
    return code if name is None else f"{AREA_NAMES[name][0]} ({code})"


def counting_words(counting: ExposureCriteria) -> str:
    """Describe what counts for a tracking."""
    named = {area.value: names[0] for area, names in AREA_NAMES.items()}
    order = [area.value for area in NamedArea]
    areas = [named[area] for area in order if area in counting.areas]
    areas += [area_words(code) for code in sorted(counting.areas - set(order))]
    return f"{', '.join(areas) or '모든 영역'}{', 묶인 글 포함' if counting.bundled else ''}"


def sold_words(tracking: Tracking) -> str:
    """Describe what is sold where it is not the usual, led in by a comma."""
    days = f", 회차 {tracking.session_days}일" if tracking.session_days != DEFAULT_SESSION_DAYS else ""
    return f"{days}, 목표 {tracking.target_rank}위 이내" if tracking.target_rank else days


def describe_rank(rank: int | None) -> str:
    """Describe a measured day's rank, or that the target was not exposed."""
    return "미노출" if rank is None else f"{rank}위"


def describe_day(row: LedgerRow) -> str:
    """Describe a day by its rank, and by whether its session leaves it out."""
    return describe_counted(row.rank, counts=row.counts)


def describe_counted(rank: int | None, *, counts: bool) -> str:
    """Describe a rank, and whether its session leaves the day out."""
    return describe_rank(rank) if counts or rank is None else f"{describe_rank(rank)} 초과 노출"
