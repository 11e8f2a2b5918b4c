"""The schema of the database."""

from sunwi.cli.screens.terminal import open_console
from sunwi.domain.schema_version import SchemaVersion


def show_upgrade(before: SchemaVersion, after: SchemaVersion) -> None:
    """Print what an upgrade did."""
    if before.is_current:
        open_console().print(f"스키마가 이미 최신입니다 ({after.current})")
    elif after.is_ahead:
        show_schema(after)
    else:
        open_console().print(f"스키마를 올렸습니다: {before.current or '없음'} → {after.current}")


def show_schema(schema: SchemaVersion) -> None:
    """Print where a schema stands."""
    if schema.is_current:
        open_console().print(f"스키마가 최신입니다 ({schema.current})")
    elif schema.is_ahead:
        ahead = f"스키마 {schema.current}은(는) 더 새로운 버전의 것입니다 (이 버전은 {schema.head})"
        open_console().print(f"{ahead}: 그대로 두었습니다. 새 버전의 sunwi 를 쓰세요")
    else:
        stand = f"현재 {schema.current or '없음'}, 필요 {schema.head}"
        open_console().print(f"스키마가 최신이 아닙니다: {stand} (sunwi db upgrade 를 실행하세요)")
