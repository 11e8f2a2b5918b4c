import pytest

from sunwi.errors import Forbidden
from sunwi.web.protection.csrf import check_csrf

OWN = "https://sunwi.example.com"

#: Method, Sec-Fetch-Site, Origin → whether it goes on.
CASES = [
    ("GET", "cross-site", "https://evil.example", True),
    ("HEAD", None, None, True),
    ("POST", "same-origin", None, True),
    ("POST", "same-origin", OWN, True),
    ("POST", None, OWN, True),
    ("DELETE", "same-origin", None, True),
    ("POST", None, None, False),
    ("POST", "same-site", OWN, False),
    ("POST", "cross-site", OWN, False),
    ("POST", "none", OWN, False),
    ("POST", "", OWN, False),
    ("POST", None, "null", False),
    ("POST", None, "https://evil.example", False),
    ("POST", None, f"{OWN}.evil.example", False),
    ("POST", None, "http://sunwi.example.com", False),
    ("POST", None, f"{OWN}:8443", False),
    ("PATCH", None, None, False),
    ("DELETE", "cross-site", None, False),
]


@pytest.mark.parametrize(("method", "site", "origin", "goes_on"), CASES)
def test_only_our_own_pages_may_change_anything(
    method: str,
    site: str | None,
    origin: str | None,
    goes_on: bool,  # noqa: FBT001 - an example's outcome
) -> None:
    given = {"sec-fetch-site": site, "origin": origin}
    headers = {name: value for name, value in given.items() if value is not None}
    if goes_on:
        assert check_csrf(method, headers, public_address=OWN) is None  # type: ignore[func-returns-value]
    else:
        with pytest.raises(Forbidden) as refused:
            check_csrf(method, headers, public_address=OWN)
        assert refused.value.code == "origin_foreign"
