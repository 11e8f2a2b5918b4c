"""Text of others for Slack's mrkdwn, which has signs for links, people, emphasis, quotes and emoji.

Slack has an escape for `&`, `<` and `>` alone. What else it would take for formatting becomes a wide sign that looks
the same, since no sign in front of it is certain to keep Slack from it.

Source: docs/channels.md, Slack.
"""

import re

#: `&` first: the others' escapes have one.
_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))
#: Emphasis, strike-through, code.
_WIDE = str.maketrans({"*": "＊", "~": "～", "`": "ˋ"})
#: Emphasis as well, unless it stands within a word, as in the name of a blog.
_UNDERSCORE = re.compile(r"(?<!\w)_|_(?!\w)")
#: The first colon of what would become an emoji; a time like 12:30:45 has no letter.
_EMOJI = re.compile(r":(?=[a-z0-9_+'-]*[a-z][a-z0-9_+'-]*:)", re.IGNORECASE)


def plain_mrkdwn(line: str) -> str:
    """Return one line so that Slack shows it as it is.

    Args:
        line: Without breaks; a quote begins at the beginning of a line alone.
    """
    text = _EMOJI.sub("꞉", _UNDERSCORE.sub("＿", line.translate(_WIDE)))
    return escape(f"＞{text[1:]}" if text.startswith(">") else text)


def code_block(text: str) -> str:
    """Return lines as a block to copy from, in which Slack formats nothing."""
    return f"```{escape(text.replace('`', 'ˋ'))}```"


def escape(text: str) -> str:
    """Escape what would begin a link, a name or an entity."""
    for sign, escaped in _ESCAPES:
        text = text.replace(sign, escaped)
    return text
