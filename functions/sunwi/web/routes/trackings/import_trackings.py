"""Import up to 10,000 trackings in one call, as JSON, CSV or a workbook; or say what that would do."""

from pydantic import Field, JsonValue, ValidationError

from sunwi.domain.table_file import LineError
from sunwi.errors import InvalidInput
from sunwi.service.accounts.permissions import Action
from sunwi.service.runs.measure_new import Measuring
from sunwi.service.trackings.read_tracking_file import FileRow, TrackingFile, read_tracking_file
from sunwi.service.trackings.then_measure import measure_at_night
from sunwi.web.answer import Answer
from sunwi.web.asked.fields import Asked
from sunwi.web.asked.request_ids import run_request_id
from sunwi.web.asked.tracking_words import TrackingRowBody
from sunwi.web.request import Request
from sunwi.web.route import Route
from sunwi.web.routes.trackings.add_trackings import When
from sunwi.wording.capacity_words import capacity_words
from sunwi.wording.documents import import_document
from sunwi.wording.error_words import error_words
from sunwi.wording.trackings.import_documents import measuring_document, preview_document

#: Rows of one import.
MOST_ROWS = 10_000
#: 10,000 rows with Korean words; Lambda takes 6 MB.
MOST_IMPORT_BYTES = 5_000_000

CSV = "text/csv"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportQuery(Asked):
    """How rows are imported."""

    preview: bool = Field(default=False, description="Only say what would become of each row.")
    partial: bool = Field(default=False, description="Store the good rows although others are refused.")
    when: When = Field(When.NOW, description="When they are measured first; `night`: by the nightly run.")
    sheet: str = Field("", max_length=200, description="Of a workbook; else the first that is shown.")


class ImportBody(Asked):
    """Rows that are imported together."""

    rows: list[dict[str, JsonValue]] = Field(description="Each as the body of `add_tracking`; at most 10,000.")


def import_trackings(request: Request[ImportQuery, ImportBody | None]) -> Answer:
    """Store what is new with the run that measures it, and answer row by row."""
    file = _read(request)
    if request.query.preview:
        return _preview(request, file)
    asked = request.query
    begin = request.house.runs.measure_new.begin
    run = begin(run_request_id(request, "import_trackings")) if asked.when is When.NOW else None
    report = request.house.trackings.import_trackings.import_rows(
        request.actor, file, partial=asked.partial, then=run or measure_at_night
    )
    measuring = Measuring() if run is None else run.watch(len(report.imported))
    warning = request.house.runs.check_capacity.warning() if report.imported else None
    document = {
        **import_document(report, describe=error_words),
        "capacity_warning": None if warning is None else capacity_words(warning),
        **measuring_document(measuring, when=asked.when),
    }
    return Answer(document=document)


def _preview(request: Request[ImportQuery, ImportBody | None], file: TrackingFile) -> Answer:
    preview = request.house.trackings.preview_import.preview(request.actor, file)
    warning = request.house.runs.check_capacity.warning(more=preview.new_pages)
    return Answer(document=preview_document(preview, warning, describe=error_words))


def _read(request: Request[ImportQuery, ImportBody | None]) -> TrackingFile:
    if request.body is None:
        spreadsheets = request.house.adapters.spreadsheets
        file = read_tracking_file(request.content, spreadsheets=spreadsheets, sheet=request.query.sheet)
    else:
        file = _read_rows(request.body.rows)
    _check_size(len(file.rows) + len(file.errors))
    return file


def _check_size(rows: int) -> None:
    if rows > MOST_ROWS:
        raise InvalidInput(
            f"{rows} rows are too many for one import: send at most {MOST_ROWS}",
            code="import_too_large",
            rows=rows,
            most=MOST_ROWS,
        )
    if not rows:
        raise InvalidInput("there is nothing to import: send at least one row", code="import_of_nothing")


def _read_rows(given: list[dict[str, JsonValue]]) -> TrackingFile:
    _check_size(len(given))
    rows: list[FileRow] = []
    errors: list[LineError] = []
    for line, row in enumerate(given, 1):
        try:
            rows.append(FileRow(line, TrackingRowBody.model_validate(row).fields()))
        except ValidationError as error:
            errors.append(LineError(line, _row_problem(error)))
    return TrackingFile(rows=rows, errors=errors)


def _row_problem(error: ValidationError) -> InvalidInput:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    name = ".".join(map(str, first["loc"]))
    return InvalidInput(
        f"the row cannot be used: {name}: {first['msg']}", code="job_row_unusable", name=name, cause=first["msg"]
    )


ROUTES: tuple[Route, ...] = (
    Route(
        name="import_trackings",
        method="POST",
        path="/api/v1/trackings/import",
        action=Action.TRACKINGS_CHANGE,
        handle=import_trackings,
        summary="Import up to 10,000 trackings, all or none (with `partial`, the good ones), or `preview` that.",
        query=ImportQuery,
        body=ImportBody,
        takes=(CSV, WORKBOOK),
        most_bytes=MOST_IMPORT_BYTES,
    ),
)
