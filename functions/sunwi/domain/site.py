"""A website that pages are opened of, and the address of one page of it.

Source: docs/adr/0045-sites-and-lanes.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sunwi.domain.reading import ServedPage
from sunwi.domain.tracking import Device
from sunwi.domain.typed_text import quote
from sunwi.domain.web_address import check_host_name, is_public_address
from sunwi.errors import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLayout:
    """How a site marks up its pages, for pictures of them; nothing is known by default.

    Attributes:
        main_columns: Selectors of the main column; the first that is shown counts, else the whole page.
        areas: Selector of elements that no card reaches out of.
        link_attribute: Attribute that holds a link's address beside or in place of `href`.
        id_attribute_suffix: How attributes that hold a row's identity end.
    """

    main_columns: tuple[str, ...] = ()
    areas: str = "section"
    link_attribute: str = "href"
    id_attribute_suffix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What the browser has to know of a site before it opens a page of it.

    Attributes:
        name: Its code, which is stored: pace and circuits are kept under it.
        hosts: Public names that its pages may reach, in lower case; `*.` stands for any name below. No other resolves.
        checked: Of hosts that a person entered: name and the public IP address that was checked, which alone is
            connected to; other hosts are left to the resolver.
        locale: Of a visitor, as `ko-KR`.
        languages: Of a visitor, in order, as an Accept-Language without weights.
        time_zone: Of a visitor, by its IANA name.
    """

    name: str
    hosts: tuple[str, ...]
    checked: tuple[tuple[str, str], ...] = ()
    locale: str = "ko-KR"
    languages: str = "ko-KR,ko,en-US,en"
    time_zone: str = "Asia/Seoul"
    layout: PageLayout = field(default_factory=PageLayout)

    def __post_init__(self) -> None:
        """Hold hosts and their addresses to the rules for all: else they would open this machine's network.

        Raises:
            InvalidInput: One of them breaks these.
        """
        for host in self.hosts:
            name = host.removeprefix("*.")
            if check_host_name(name) != name:
                raise InvalidInput(
                    f"the site {self.name} has the host {quote(host)}: write it in lower case and ASCII",
                    code="site_host_unusable",
                    site=self.name,
                    host=host,
                )
        for host, ip_address in self.checked:
            if host not in self.hosts or not is_public_address(ip_address):
                raise InvalidInput(
                    f"the site {self.name} has {quote(host)} at {quote(ip_address)}, which is no public address of it",
                    code="site_address_unusable",
                    site=self.name,
                    host=host,
                    ip_address=ip_address,
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitedRows:
    """Rows that a page's own script may write after the document has come.

    Attributes:
        selector: Of a row.
        none_words: What the page says in place of rows, in its visible text without spaces.
        are_missing: Asked of the served document; only where they are, the script is waited for.
    """

    selector: str
    none_words: tuple[str, ...]
    are_missing: Callable[[ServedPage], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAddress:
    """One page of a site, and as whom it is opened.

    Attributes:
        url: What to open; one of the site's hosts.
        device: Which profiles there are to choose from.
        visitor: Equal texts are always opened by the same profile.
        continues: A further page of what was opened last: the visitor keeps the profile of then, a fresh one too.
        rows: What to wait for behind the document; None waits for nothing.
        facts: Named in the log line of the load.
    """

    url: str
    device: Device
    visitor: str = ""
    continues: bool = False
    rows: AwaitedRows | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
