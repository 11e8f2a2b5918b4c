"""Put rows into a database that a dump has to bring back: Korean, hostile, binary-looking, and many."""

from sqlalchemy import Engine, text

from sunwi.adapters.sql.store import SqlStore
from tests.examples import NIGHT, blog_tracking, place_tracking

TEXTS = (
    "강남역 맛집 🍙",
    "=1+1",
    "<script>alert(1)</script>",
    "\u202eRTL",
    "a\tb\nc\\.",
    "'; DROP TABLE run; --",
    "\\N",
)


#: Of one statement.
_STEP_MEGABYTES = 10


def fill(engine: Engine) -> None:
    """Store a few trackings whose texts are no friends of a text format."""
    with SqlStore(engine).begin() as tx:
        tx.trackings.add([place_tracking(number, f"말 {number}") for number in range(20)], at=NIGHT)
        tx.trackings.add([blog_tracking(f"writer/{number}", words) for number, words in enumerate(TEXTS)], at=NIGHT)


def fill_with(engine: Engine, megabytes: int) -> None:
    """Add a table of that many MB of rows which hardly compress: PostgreSQL alone."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS ballast (id bigint PRIMARY KEY, content text NOT NULL)"))
    for first in range(0, megabytes, _STEP_MEGABYTES):
        last = min(first + _STEP_MEGABYTES, megabytes)
        with engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO ballast SELECT n, string_agg(md5(random()::text || n || k), '') "
                    "FROM generate_series(CAST(:first AS int), CAST(:last AS int)) n, generate_series(1, 32) k "
                    "GROUP BY n"
                ),
                # 32 hashes of 32 letters are a kilobyte.
                {"first": first * 1000 + 1, "last": last * 1000},
            )
