"""That the night is too short for the pages, in Korean."""

from sunwi.domain.capacity import CapacityWarning


def capacity_words(warning: CapacityWarning) -> str:
    """Describe how long the pages take, and the values to set."""
    pages, pace = warning.pages, warning.pace
    at_once = "" if pace.crawlers == 1 else f", 동시에 {pace.crawlers}개"
    crawlers = warning.crawlers_needed
    or_more = f" CRAWLER_CONCURRENCY 를 {crawlers} 이상으로 정해도 됩니다." if crawlers else ""
    return (
        f"서로 다른 화면 {pages.distinct}개는 {pages.loads}쪽이고 약 {warning.needed_seconds}초가 걸립니다 (쪽마다 "
        f"간격 {pace.delay_seconds:g}초 + 읽기 {pace.assumed_load_seconds:.1f}초{at_once}). 배치 제한 시간이 "
        f"{warning.allowed_seconds}초이니 CRAWL_BATCH_TIMEOUT 을 {warning.needed_seconds} 이상으로 정하세요.{or_more}"
    )
