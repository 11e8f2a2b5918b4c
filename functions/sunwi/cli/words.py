"""Korean names of what the screens show."""

from sunwi.domain.run import RunKind, RunStatus, TaskState
from sunwi.domain.tracking import Device, Kind, Surface, TrackingStatus

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
