"""`python -m infra.local.standin`: the stand-in site as a program.

Prints one line of JSON with its port once it listens, and runs until SIGTERM or SIGINT.
"""

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from infra.local.demo.plan import FAULTS, SEED
from infra.local.standin import StandinSite


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.standin", description="A stand-in for Naver's site.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--state-dir", type=Path, default=Path(".local/standin"), help="where the certificate is kept")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed is another web")
    parser.add_argument("--demo", action="store_true", help="set the faults of the demo")
    options = parser.parse_args()
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    with StandinSite(seed=options.seed, state_dir=options.state_dir, port=options.port) as site:
        for keyword, fault in FAULTS.items() if options.demo else ():
            site.set_fault(keyword, fault)
        sys.stdout.write(json.dumps({"port": site.port}) + "\n")
        sys.stdout.flush()
        stopping.wait()


if __name__ == "__main__":
    main()
