import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.owner import find_look_alikes, look_alike_key


@pytest.mark.parametrize(
    "other",
    [
        "강남 치과",
        unicodedata.normalize("NFD", "강남치과"),
        "강남치과\u200b",
        " 강남치과",
        "강남\u3000치과",
        "강남\u00a0치과",
    ],
)
def test_names_that_a_person_reads_as_one_look_alike(other: str) -> None:
    assert find_look_alikes(["강남치과", "강북치과", other]) == [["강남치과", other]]


@pytest.mark.parametrize(("one", "other"), [("ABC의원", "abc의원"), ("㈜온누리", "(주) 온누리"), ("ＡＢＣ", "abc")])
def test_case_width_and_signs_for_words_make_no_difference(one: str, other: str) -> None:
    assert look_alike_key(one) == look_alike_key(other)


def test_names_that_differ_otherwise_do_not_look_alike_and_equal_ones_are_one() -> None:
    assert find_look_alikes(["강남치과", "강남치과", "강남치과의원", "강남 치 과!"]) == []


@given(st.lists(st.text("가나 aA\u200b", max_size=4), max_size=20))
def test_every_name_is_in_one_group_at_most_and_groups_hold_different_names(names: list[str]) -> None:
    groups = find_look_alikes(names)
    told = [name for group in groups for name in group]
    assert len(told) == len(set(told))
    assert all(len(group) > 1 and len({look_alike_key(name) for name in group}) == 1 for group in groups)
