import json

from hypothesis import given
from hypothesis import strategies as st

from sunwi.adapters.sql.readings.reading_json import reading_from_json, reading_to_json
from sunwi.domain.reading import Card, LeftOut, PageReading, PageVerdict, Presence
from sunwi.domain.tracking import Device, Kind, Surface
from tests.examples import recognised

TEXTS = st.text(alphabet=st.characters(), max_size=20)
NAMES = st.lists(TEXTS, max_size=3).map(tuple)
CARDS = st.builds(
    Card,
    id=TEXTS,
    area=TEXTS,
    rank=st.integers(1, 500),
    page_rank=st.integers(1, 500),
    title=TEXTS,
    url=TEXTS,
    bundled=NAMES,
    aliases=NAMES,
)
READINGS = st.builds(
    PageReading,
    surface=st.sampled_from(Surface),
    device=st.sampled_from(Device),
    verdict=st.sampled_from(PageVerdict),
    evidence=NAMES,
    presence=st.dictionaries(st.sampled_from(Kind), st.sampled_from(Presence)),
    depth=st.dictionaries(st.sampled_from(Kind), st.integers(0, 500)),
    cards=st.lists(CARDS, max_size=3).map(tuple),
    left_out=st.lists(st.builds(LeftOut, TEXTS, TEXTS), max_size=3).map(tuple),
    unread=NAMES,
)


@given(READINGS)
def test_a_reused_reading_says_exactly_what_the_page_said(reading: PageReading) -> None:
    stored = json.loads(json.dumps(reading_to_json(reading)))
    assert reading_from_json(stored) == reading


def test_a_reading_stored_before_cards_had_other_names_is_read() -> None:
    card = Card(id="101", area="nmb_rnk", rank=1, page_rank=1, title="", url="")
    reading = PageReading(surface=Surface.INTEGRATED, device=Device.PC, verdict=PageVerdict.RECOGNISED, cards=(card,))
    stored = reading_to_json(reading)
    for written in stored["cards"]:
        written.pop("aliases", None)
    assert reading_from_json(stored) == reading


def test_a_reading_of_before_there_were_unread_areas_is_read() -> None:
    content = reading_to_json(recognised("101"))
    del content["unread"]
    assert reading_from_json(content) == recognised("101")
