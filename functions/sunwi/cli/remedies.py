"""What the command line can do about an error: the commands and options that follow its sentence."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Remedy(NamedTuple):
    """What follows an error's message and its Korean sentence; `{}` fields are the error's, as in a sentence.

    Either may be empty: not every command needs naming in both.
    """

    english: str
    korean: str


#: By the error's code.
REMEDIES: Mapping[str, Remedy] = MappingProxyType(
    {
        "account_in_use": Remedy(": sunwi accounts list shows it", " (확인: sunwi accounts list)"),
        "account_not_named": Remedy(" with --account", " (--account 메일주소)"),
        "account_of_key_disabled": Remedy(" with sunwi accounts enable", " (sunwi accounts enable)"),
        "account_taken": Remedy(" with sunwi accounts change", " (sunwi accounts change)"),
        "account_taken_disabled": Remedy(" with sunwi accounts enable", " (sunwi accounts enable)"),
        "account_unknown": Remedy(": sunwi accounts list shows what there is", ": sunwi accounts list 로 확인하세요"),
        "agency_name_taken": Remedy(
            " with sunwi agencies merge (agencies look-alikes finds more)", " (sunwi agencies merge 남길번호 합칠번호)"
        ),
        "area_unknown": Remedy(" (sunwi rank shows the codes)", ""),
        "channel_unknown": Remedy(": sunwi channels list shows what there is", ": sunwi channels list 로 확인하세요"),
        "backup_unknown": Remedy(": sunwi backup list shows what there is", ": sunwi backup list 로 확인하세요"),
        "client_name_taken": Remedy(
            " with sunwi clients merge (clients look-alikes finds more)", " (sunwi clients merge 남길번호 합칠번호)"
        ),
        "database_in_use": Remedy("", " (그래도 하려면 --in-use)"),
        "database_not_set": Remedy(
            "; the command line also takes --env-file FILE, and looks for .local/env, which make run KEEP=1 writes, "
            "here",
            " (환경 변수, --env-file, 이 폴더의 .local/env 확인): "
            "make run KEEP=1 로 데모를 띄우거나, --env-file FILE 또는 DATABASE_URL 을 지정하세요",
        ),
        "environment_file_missing": Remedy(
            ": name another one, or leave it out", ": 다른 파일을 지정하거나 --env-file 을 빼세요"
        ),
        "event_of_another_day": Remedy(
            ": sunwi runs start --scheduled", ": 오늘 측정하려면 sunwi runs start --scheduled"
        ),
        "event_of_the_future": Remedy(
            ": sunwi runs start --scheduled", ": 오늘 측정하려면 sunwi runs start --scheduled"
        ),
        "event_too_old": Remedy(": sunwi runs start --scheduled", ": 오늘 측정하려면 sunwi runs start --scheduled"),
        "key_unknown": Remedy(": sunwi keys list shows what there is", ": sunwi keys list 로 확인하세요"),
        "keys_full": Remedy(" with sunwi keys revoke", " (sunwi keys revoke)"),
        "notice_homeless": Remedy(" (sunwi channels add)", " (sunwi channels add)"),
        "notice_unknown": Remedy(": sunwi notices list shows what there is", ": sunwi notices list 로 확인하세요"),
        "notify_unknown": Remedy(": sunwi channels list shows what there is", ": sunwi channels list 로 확인하세요"),
        "redrive_not_found": Remedy("", ": sunwi dlq redrive --status 로 확인하세요"),
        "redrive_of_all_under_way": Remedy(
            ": wait for its end (sunwi dlq redrive --status), or stop it (sunwi dlq redrive --cancel)",
            ": 끝나기를 기다리거나 (sunwi dlq redrive --status) 중지하세요 (--cancel)",
        ),
        "redrive_of_queue_under_way": Remedy(
            ": follow it with sunwi dlq redrive --status, or stop it with sunwi dlq redrive --cancel",
            ": sunwi dlq redrive --status 로 지켜보거나 --cancel 로 중지하세요",
        ),
        "retries_refused": Remedy(
            ": only what is not waiting in it is sent by: sunwi runs retry-failed {run_id}",
            ": 나머지는 다시 sunwi runs retry-failed {run_id}",
        ),
        "run_closed_already": Remedy(
            ": sunwi runs show {run_id} shows how it ended", " (결과: sunwi runs show {run_id})"
        ),
        "run_partly_sent": Remedy(
            ", and you can at once: sunwi runs resume {run_id}", ". 바로 보내려면: sunwi runs resume {run_id}"
        ),
        "run_unbalanced": Remedy(
            "; look at its tasks with: sunwi runs show {run_id}", " (확인: sunwi runs show {run_id})"
        ),
        "run_unknown": Remedy(": sunwi runs list shows what there is", ": sunwi runs list 로 확인하세요"),
        "schedule_is_own": Remedy(" with sunwi schedules pause {name}", " (sunwi schedules pause {name})"),
        "schedule_of_deployment": Remedy("; to measure now: sunwi runs start", ". 지금 측정하려면 sunwi runs start"),
        "schedule_unknown": Remedy(
            ": sunwi schedules list shows what there is; a new one takes --work",
            ": sunwi schedules list 로 확인하세요. 새로 만들려면 --work 를 함께 쓰세요",
        ),
        "schedule_without_time": Remedy(
            ", as in sunwi schedules set {name} daily 03:00", " (예: sunwi schedules set {name} 매일 03:00)"
        ),
        "schema_behind": Remedy(": run sunwi db upgrade", ": sunwi db upgrade 를 실행하세요"),
        "session_unknown": Remedy(
            ": sunwi accounts sessions shows what there is", ": sunwi accounts sessions 로 확인하세요"
        ),
        "setting_missing": Remedy("", ": 환경 변수나 --env-file 로 지정하세요"),
        "tracking_ended": Remedy("", ": 다시 측정하려면 sunwi trackings resume {tracking_id}"),
        "tracking_paused": Remedy("", ": 다시 측정하려면 sunwi trackings resume {tracking_id}"),
        "tracking_unknown": Remedy(
            ": sunwi trackings list shows what there is", ": sunwi trackings list 로 확인하세요"
        ),
        "trackings_not_measurable": Remedy(
            ": sunwi trackings list shows what there is, and resume makes one active", ": sunwi trackings list"
        ),
    }
)
