"""What to do about a problem of the night, as alarms say it: in commands, since whoever one reaches has a shell."""

from collections.abc import Mapping

from sunwi.domain.watch import ProblemKind

#: What to do about a backup that failed.
BACKUP_REMEDY = (
    "sunwi backup list 로 마지막 온전한 백업을 보고, 원인을 고친 뒤 sunwi backup now, verify 나 restore 로 다시 하세요."
)

#: `{}` fields are a problem's.
ALARM_REMEDIES: Mapping[ProblemKind, str] = {
    ProblemKind.RUN_MISSING: (
        "오늘 배치라면 sunwi runs start --scheduled 로 시작하세요. 원인은 예약 규칙과 dispatcher 로그에 있습니다."
    ),
    ProblemKind.RUN_OPEN: "sunwi watch --repair 로 남은 측정 건을 기한 초과로 마감하세요.",
    ProblemKind.RUN_UNWATCHED: "sunwi runs resume {subject} 로 다시 지켜보게 하세요.",
    ProblemKind.RUN_FAILED: (
        "sunwi runs show {subject} 로 측정하지 못한 추적을 보고, 그날 안에 sunwi runs start 로 다시 측정하세요."
    ),
    ProblemKind.RUN_UNBALANCED: "이 날의 결과를 정산에 쓰기 전에 sunwi runs show {subject} 로 확인하세요.",
    ProblemKind.RUN_MOSTLY_UNMEASURED: (
        "sunwi runs show {subject} 로 사유를 보고, 그날 안에 sunwi runs retry-failed {subject} --expired 로 재세요."
    ),
    ProblemKind.TRACKING_WITHOUT_TASK: "오늘 배치라면 sunwi runs start --tracking 번호 로 측정하세요.",
    ProblemKind.TRACKING_EXPIRED: (
        "sunwi runs show {subject} 로 사유를 보고, 오늘 배치라면 sunwi runs start --tracking 번호 로 다시 측정하세요."
    ),
    ProblemKind.LEDGER_ROW_MISSING: "이 날의 결과를 정산에 쓰지 말고, 데이터베이스를 되돌린 일이 있는지 확인하세요.",
    ProblemKind.TASK_STUCK: "crawler 로그를 확인하세요. 기한이 되면 기한 초과로 마감됩니다.",
    ProblemKind.DEAD_LETTERS: "sunwi dlq list 로 사유와 추적 수를 보고, 원인을 고친 뒤 DLQ를 재처리(redrive)하세요.",
    ProblemKind.DISPATCH_FAILED: (
        "오류를 고치고, 오늘 배치가 없으면 sunwi runs start --scheduled 로 시작한 뒤 대기열을 비우세요."
    ),
    ProblemKind.WATCH_FAILED: "오류를 고치고, sunwi watch --repair 로 그날을 다시 확인한 뒤 대기열을 비우세요.",
    ProblemKind.NOT_ASKED: "AWS 권한과 연결을 확인하고 sunwi watch 로 다시 확인하세요.",
    ProblemKind.JOB_STUCK: (
        "sunwi monitor 와 tender 로그에서 원인을 보고, 계속 멈춰 있으면 sunwi jobs cancel 로 취소하세요."
    ),
    ProblemKind.TICK_SILENT: "1분 규칙(TenderSchedule)이 켜져 있는지, tender 로그에 오류가 있는지 확인하세요.",
    ProblemKind.POOL_PAUSED: "멈춰 둘 까닭이 없으면 sunwi pool resume 으로 다시 시작하세요.",
    ProblemKind.SCHEDULE_MISSING: (
        "sunwi schedules list 로 이름과 시각을 보고, sunwi schedules set 으로 다시 만드세요. 다시 배포해도 됩니다."
    ),
    ProblemKind.SCHEDULE_PAUSED: "멈춰 둘 까닭이 없으면 sunwi schedules resume 으로 다시 시작하세요.",
    ProblemKind.SCHEDULE_OVER: "sunwi schedules set 으로 다시 올 시각을 정하세요.",
    ProblemKind.EVALUATION_MISSING: (
        "sunwi jobs list --work evaluation 으로 사유를 보고, 고친 뒤 sunwi evaluation run --watch 로 다시 평가하세요."
    ),
    ProblemKind.MAIL_BOUNCED: "주소를 확인한 뒤 sunwi channels add 로 다시 추가하세요.",
    ProblemKind.MAIL_COMPLAINED: "받는 분이 다시 받겠다고 할 때만 sunwi channels add 로 다시 추가하세요.",
    ProblemKind.BACKUP_OLD: (
        "sunwi backup list 로 까닭을, sunwi schedules list 로 일정을 보고, 고친 뒤 sunwi backup now 를 실행하세요."
    ),
    ProblemKind.SCHEMA_BEHIND: "sunwi db upgrade 를 실행하거나 다시 배포하세요.",
    ProblemKind.DATABASE_AWAY: "데이터베이스를 살린 뒤 sunwi watch --repair 로 다시 확인하세요.",
}
