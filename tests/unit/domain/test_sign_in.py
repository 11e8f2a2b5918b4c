"""What a browser keeps between our page and the provider's, and where people may be led."""

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.sign_in import HOME, SIGN_IN_LIFE, Departure, depart, own_path, read_departure
from tests.examples import NIGHT


def departure(return_to: str = "/jobs?state=FAILED") -> Departure:
    numbers = count()
    return depart(return_to, new_secret=lambda: f"secret-{next(numbers)}", at=NIGHT)


def test_a_departure_comes_back_from_its_cookie_as_it_was() -> None:
    assert read_departure(departure().as_text()) == departure()


def test_state_nonce_and_verifier_are_three_secrets() -> None:
    left = departure()
    assert len({left.state, left.nonce, left.verifier}) == 3


@given(st.text())
def test_what_is_no_cookie_of_ours_is_none(text: str) -> None:
    assert read_departure(text) is None


def test_a_departure_holds_for_ten_minutes() -> None:
    left = departure()
    assert left.holds(NIGHT + SIGN_IN_LIFE - timedelta(seconds=1))
    assert not left.holds(NIGHT + SIGN_IN_LIFE)
    assert not left.holds(NIGHT - timedelta(seconds=1))


def test_the_challenge_is_that_of_the_standard() -> None:
    # RFC 7636, appendix B.
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    left = Departure(state="s", nonce="n", verifier=verifier, return_to="/", began_at=NIGHT)
    assert left.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.parametrize("path", ["/", "/jobs", "/jobs?state=FAILED&after=a%20b", "/a/b#c", "/~a"])
def test_a_path_of_ours_is_returned_to(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "jobs",
        "/a\r\nSet-Cookie: a=b",
        "/a b",
        "/\t/evil.example",
        "/한글",
        "/a\\b",
        "/" + "a" * 500,
    ],
)
def test_anything_else_leads_to_the_first_page(path: str) -> None:
    assert own_path(path) == HOME


@given(st.text())
def test_nobody_is_ever_led_to_another_site(text: str) -> None:
    path = own_path(text)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))
