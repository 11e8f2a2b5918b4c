import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunwi.domain.web_address import check_host_name, is_public_address, parse_web_address
from sunwi.errors import InvalidInput
from sunwi.wording.error_sentences import SENTENCES

TAKEN = {
    "https://hooks.slack.com/services/T0/B0/x?y=1": "https://hooks.slack.com/services/T0/B0/x?y=1",
    " https://EXAMPLE.co.kr ": "https://example.co.kr/",
    "HTTPS://example.co.kr:443/a": "https://example.co.kr/a",
    "https://example.co.kr./a": "https://example.co.kr/a",
    "https://example.co.kr?q=국밥#here": "https://example.co.kr/?q=%EA%B5%AD%EB%B0%A5",
    "https://서울대.한국/교수진": "https://xn--vk1bo1ydle.xn--3e0b707e/%EA%B5%90%EC%88%98%EC%A7%84",
    "https://cse。snu。ac。kr/people": "https://cse.snu.ac.kr/people",
    "https://faculty.ＫＡＩＳＴ.ac.kr/": "https://faculty.kaist.ac.kr/",
    "https://a_b.example.co.kr/": "https://a_b.example.co.kr/",
    "https://xn--vk1bo1ydle.xn--3e0b707e/": "https://xn--vk1bo1ydle.xn--3e0b707e/",
}

REFUSED = [
    # other schemes, and none
    "",
    "example.co.kr",
    "//example.co.kr/",
    "http://example.co.kr/",
    "ftp://example.co.kr/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "gopher://example.co.kr/",
    # users, ports
    "https://user@example.co.kr/",
    "https://user:secret@example.co.kr/",
    "https://www.naver.com@169.254.169.254/",
    "https://www.naver.com\\@example.co.kr/",
    "https://example.co.kr:8443/",
    "https://example.co.kr:80/",
    "https://example.co.kr:0/",
    "https://example.co.kr:99999/",
    "https://example.co.kr:x/",
    # numbers in all notations
    "https://127.0.0.1/",
    "https://8.8.8.8/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://127.0.0.1./",
    "https://１２７.０.０.１/",
    "https://127。0。0。1/",
    "https://①②⑦.0.0.1/",
    "https://example.0x7f/",
    "https://[::1]/",
    "https://[2001:4860:4860::8888]/",
    "https://[::ffff:169.254.169.254]/",
    "https://[fd00:ec2::254]/",
    "https://[fe80::1%25eth0]/",
    # metadata and the runtime's own interface
    "https://169.254.169.254/latest/meta-data/",
    "https://169.254.170.2/v2/credentials",
    "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next",
    # names of this machine and network
    "https://localhost/",
    "https://LOCALHOST./",
    "https://a.localhost/",
    "https://intranet/",
    "https://printer.local/",
    "https://instance-data.ec2.internal/",
    "https://router.home.arpa/",
    "https://1.0.0.127.in-addr.arpa/",
    # no names at all
    "https:///a",
    "https://./",
    "https://a..co.kr/",
    "https://-a.co.kr/",
    "https://a-.co.kr/",
    f"https://{'a' * 64}.co.kr/",
    f"https://{'a.' * 130}co.kr/",
    "https://exa mple.co.kr/",
    "https://example.co.kr/a b",
    "https://example.co.kr/\nHost: other",
    "https://example.co.kr\u200b/",
    "https://example.co.kr\u2044@evil.co.kr/",
    "https://*.co.kr/",
    "https://[/",
    f"https://example.co.kr/{'a' * 2000}",
]

PUBLIC = ["8.8.8.8", "125.209.222.141", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1", "2001:4860::8888"]
PUBLIC += ["2600:1f14::1", "2406:da12::1", "223.130.195.95"]

NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104 - nothing is bound to it
    "0.0.0.1",
    "10.0.0.1",
    "100.64.0.1",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::8.8.8.8",
    "::ffff:8.8.8.8",
    "::ffff:127.0.0.1",
    "64:ff9b::8.8.8.8",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "2600:1f14::1%eth0",
    "fec0::1",
    "ff02::1",
    "",
    "localhost",
    "0x7f000001",
    "127.1",
    "0177.0.0.1",
]


@pytest.mark.parametrize(("typed", "url"), TAKEN.items())
def test_an_address_of_the_public_network_is_written_in_one_form(typed: str, url: str) -> None:
    assert parse_web_address(typed).url == url
    assert parse_web_address(url).url == url


@pytest.mark.parametrize("typed", REFUSED)
def test_any_other_address_is_refused_in_both_languages(typed: str) -> None:
    with pytest.raises(InvalidInput, match=r"the address '.*' is refused: ") as caught:
        parse_web_address(typed)
    assert caught.value.code in SENTENCES


@pytest.mark.parametrize("typed", [typed for typed in REFUSED if typed != "http://example.co.kr/"])
def test_to_allow_http_allows_nothing_else(typed: str) -> None:
    with pytest.raises(InvalidInput):
        parse_web_address(typed, allows_http=True)


def test_http_is_taken_on_its_own_port_where_it_is_allowed() -> None:
    address = parse_web_address("http://cse.example.ac.kr:80/people", allows_http=True)
    assert (address.url, address.port) == ("http://cse.example.ac.kr/people", 80)
    with pytest.raises(InvalidInput, match="only port 80 is asked"):
        parse_web_address("http://cse.example.ac.kr:443/", allows_http=True)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_that_the_public_network_routes_is_public(address: str) -> None:
    assert is_public_address(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_it_does_not_route_or_that_wraps_another_is_not(address: str) -> None:
    assert not is_public_address(address)


@given(st.ip_addresses(v=4))
def test_what_the_standard_library_calls_no_global_address_is_never_public(address: object) -> None:
    assert not is_public_address(str(address)) or getattr(address, "is_global")  # noqa: B009 - of both versions


@given(st.ip_addresses(v=4))
def test_no_mapped_or_translated_address_is_public(address: object) -> None:
    assert not is_public_address(f"::ffff:{address}")
    assert not is_public_address(f"64:ff9b::{address}")


@given(st.text(max_size=60))
def test_a_host_that_is_taken_is_one_that_is_taken_again_as_it_is(host: str) -> None:
    try:
        name = check_host_name(host)
    except InvalidInput:
        return
    assert name.isascii()
    assert name == name.lower()
    assert check_host_name(name) == name
