"""What an error prints."""

from sunwi.cli.error_words import english_of, korean_of
from sunwi.cli.screens.terminal import open_console, show_json
from sunwi.wording.plain_text import plain


def show_error(error: Exception, *, as_json: bool, command: str = "sunwi") -> None:
    """Print an error's sentence in Korean to standard error, and in English as a document when JSON was asked for."""
    if as_json:
        show_json({"error": {"name": type(error).__name__, "message": english_of(error)}})
    open_console(is_error=True).print(f"오류: {plain(korean_of(error, command=command))}")
