from infra.local.standin.request_log import RequestLog


def test_search_pages_are_counted_and_stand_in_the_order_of_their_arrival() -> None:
    log = RequestLog()
    for keyword in ("b", "a", "b"):
        log.note_document(keyword)
    assert log.documents == {"b": 2, "a": 1}
    assert [one.keyword for one in log.arrivals] == ["b", "a", "b"]
    times = [one.at for one in log.arrivals]
    assert times == sorted(times)
    log.clear()
    assert (log.documents, log.arrivals) == ({}, [])
