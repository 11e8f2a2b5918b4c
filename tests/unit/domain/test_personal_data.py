import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.personal_data import (
    PersonalColumns,
    Treatment,
    check_person,
    erased,
    names_of,
    pseudonym_of,
)
from sunwi.errors import InvalidInput

COLUMNS = PersonalColumns(
    owners=("owner",),
    addresses=("address",),
    documents={"notify": Treatment.CLEAR, "after": Treatment.REPLACE},
)
PERSON = "Kim@Example.com"


def row(**values: Any) -> dict[str, Any]:
    return {"id": 1, "owner": "cli:lee", "address": None, "notify": None, "after": None, **values}


def test_a_name_is_compared_letter_by_letter_and_an_address_is_not() -> None:
    assert names_of(row(owner=PERSON), COLUMNS, PERSON) == ("owner",)
    assert names_of(row(owner=PERSON.lower()), COLUMNS, PERSON) == ()
    assert names_of(row(address=PERSON.upper()), COLUMNS, PERSON) == ("address",)


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({"to": PERSON.lower()}, True),
        ({"to": [{"deep": [1, None, PERSON]}]}, True),
        ({PERSON: 1}, True),
        ({"to": f"{PERSON} and others"}, False),
        ([], False),
        (PERSON, True),
    ],
)
def test_any_text_of_a_document_may_be_the_person(document: object, *, named: bool) -> None:
    assert (names_of(row(after=json.dumps(document)), COLUMNS, PERSON) == ("after",)) is named


def test_a_pseudonym_takes_the_persons_place_and_what_tells_somebody_becomes_null() -> None:
    document = {"to": [PERSON, "a@b.kr"], PERSON: {"n": 1.5}}
    named = row(owner=PERSON, address=PERSON, notify=json.dumps(document), after=json.dumps(document))
    assert erased(named, COLUMNS, PERSON, pseudonym="erased-1") == {
        "owner": "erased-1",
        "address": "erased-1",
        "notify": None,
        "after": json.dumps({"to": ["erased-1", "a@b.kr"], "erased-1": {"n": 1.5}}),
    }


def test_what_is_set_besides_is_set_in_rows_that_named_the_person_alone() -> None:
    columns = PersonalColumns(addresses=("address",), also={"suppressed": "erased"})
    changes = erased(row(address=PERSON), columns, PERSON, pseudonym="erased-1")
    assert changes == {"address": "erased-1", "suppressed": "erased"}
    assert erased(row(address="a@b.kr"), columns, PERSON, pseudonym="erased-1") == {}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.just(PERSON),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.just(PERSON), inner, max_size=3),
    max_leaves=10,
)


@given(_JSON)
def test_nothing_names_a_person_who_was_erased_and_twice_is_once(document: object) -> None:
    named = row(notify=json.dumps(document), after=json.dumps(document))
    gone = {**named, **erased(named, COLUMNS, PERSON, pseudonym="erased-1")}
    assert names_of(gone, COLUMNS, PERSON) == ()
    assert erased(gone, COLUMNS, PERSON, pseudonym="erased-1") == {}


def test_a_pseudonym_is_the_same_each_time_and_says_nothing() -> None:
    assert pseudonym_of(PERSON) == pseudonym_of(PERSON.lower()) != pseudonym_of("cli:kim")
    assert pseudonym_of(PERSON).startswith("erased-")
    assert len(pseudonym_of(PERSON)) == len("erased-") + 24


@pytest.mark.parametrize("typed", ["", " ", "system", "erased-00", "x" * 256])
def test_who_is_nobody_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        check_person(typed)
    assert raised.value.code == "person_unusable"


def test_spaces_around_a_person_are_none_of_theirs() -> None:
    assert check_person(f" {PERSON}\n") == PERSON
