"""What is worth telling a client, in Korean."""

from sunwi.domain.evaluation import EventKind
from sunwi.domain.evaluation_thresholds import Thresholds
from sunwi.wording.evaluation.event_words import EVENT_KINDS

#: Names of the numbers.
THRESHOLDS = {
    "drop_places": "급락",
    "gap_days": "비교 간격",
    "unmeasured_nights": "연속 미측정",
    "ends_soon_days": "회차 종료 임박",
}
_UNITS = {
    "drop_places": "{}계단 이상 하락",
    "gap_days": "{}일 이내에 측정한 날과 비교",
    "unmeasured_nights": "{}회 연속",
    "ends_soon_days": "{}일 남았을 때",
}


def threshold_rows(thresholds: Thresholds) -> list[tuple[str, str]]:
    """Describe thresholds, each by its name and value."""
    numbers = [(THRESHOLDS[name], unit.format(getattr(thresholds, name))) for name, unit in _UNITS.items()]
    told = ", ".join(EVENT_KINDS[kind] for kind in EventKind if kind in thresholds.told)
    everything = len(thresholds.told) == len(EventKind)
    daily = "매일" if thresholds.is_daily else "알릴 것이 있는 날만"
    return [*numbers, ("알리는 것", "모두" if everything else told or "없음"), ("요약", daily)]
