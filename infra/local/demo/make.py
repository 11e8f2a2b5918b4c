"""`python -m infra.local.demo.make`: write the demo's trackings from the truth of their pages."""

import csv
import io
from pathlib import Path

from infra.local.demo.plan import demo_trackings
from sunwi.domain.tracking import Device, Kind

#: Trackings of the demo, as an agency would keep them: UTF-8 with a BOM, Korean column names.
DEMO_FILE = Path(__file__).with_name("trackings.csv")

_COLUMNS = ("업체", "광고주", "유형", "키워드", "대상 URL", "화면", "기기")
_KINDS = {Kind.PLACE: "플레이스", Kind.BLOG: "블로그", Kind.CAFE: "카페"}
_DEVICES = {Device.PC: "", Device.MOBILE: "모바일"}


def demo_file() -> bytes:
    """Write the demo's trackings as CSV; surface and device are left empty where they are the usual ones."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for number, tracking in enumerate(demo_trackings()):
        writer.writerow(
            [
                tracking.agency,
                tracking.client,
                tracking.kind.value if number % 5 == 0 else _KINDS[tracking.kind],
                tracking.keyword,
                tracking.url,
                "통합검색" if number % 4 == 0 else "",
                _DEVICES[tracking.device],
            ]
        )
    return text.getvalue().encode("utf-8-sig")


def main() -> None:
    """Write the file."""
    DEMO_FILE.write_bytes(demo_file())


if __name__ == "__main__":
    main()
