"""Write docs/openapi.json, and with --release docs/openapi-baseline.json, which later changes are compared with."""

import argparse
import json
from pathlib import Path
from typing import Any

from sunwi.web.openapi.document import api_document

DOCS = Path(__file__).parents[2] / "docs"
SNAPSHOT, BASELINE = DOCS / "openapi.json", DOCS / "openapi-baseline.json"


def text_of(document: dict[str, Any]) -> str:
    """Return a document as it is stored: a line for each value, so that a change is seen in a diff."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    """Write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--release", action="store_true", help="a release: callers may rely on the document from now on"
    )
    arguments = parser.parse_args()
    text = text_of(api_document())
    SNAPSHOT.write_text(text, encoding="utf-8")
    if arguments.release or not BASELINE.exists():
        BASELINE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
