"""Texts that somebody could type, paste or put into a file or a message to do harm."""

#: Harmless once they are only text: taken, kept as typed, and given out again as typed.
TAKEN = {
    "sql": "'; DROP TABLE tracking; --",
    "sql comment": '김밥" OR 1=1 /*',
    "shell": "$(touch pwned) `id` | cat; rm -rf ~ &",
    "template": "{{7*7}} ${7*7} <%= 7 %> %s {0} %(x)s",
    "markup": "[red]빨강[/red] [/] [link=https://x.invalid]x[/link]",
    "html": "<script>alert(1)</script>&amp;\"'",
    "address": "김밥&where=web#x?y=%00%0a+김밥",
    "pattern": "100%_ .* \\d+ \\",
    "emoji": "🍜 👨‍👩‍👧 ❤️‍🔥",
    "combining": "Z̸̢̛͎a̷l̶g̴o",
    "right to left": "مطعم שלום",
    "longest": "가" * 255,
}

#: Refused, each with the words that say what is wrong.
REFUSED = {
    "nul": ("강남\x00역", "U+0000"),
    "lone surrogate": ("강남\ud83d", "U+D83D"),
    "stray byte": ("강남\udced", "U+DCED"),
    "new line": ("강남\n역", "U+000A"),
    "line separator": ("강남\u2028역", "U+2028"),
    "escape": ("강남\x1b[31m역", "U+001B"),
    "right-to-left override": ("강남\u202eפמט", "U+202E"),
    "isolate": ("강남\u2066역\u2069", "U+2066"),
    "zero width space": ("강\u200b남", "U+200B"),
    "joiner without emoji": ("강\u200d남", "U+200D"),
    "soft hyphen": ("강\u00ad남", "U+00AD"),
    "filler": ("\u3164", "U+3164"),
    "formula": ("=HYPERLINK(A1)", "formula"),
    "program": ("@SUM(1+1)*cmd|' /C calc'!A0", "formula"),
    "sum": ("+1+1", "formula"),
    "too long": ("가" * 10_000, "10000 characters"),
}
