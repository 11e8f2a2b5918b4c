"""The style sheet of every page: as much of Naver's as it takes for a picture of the page to be one."""

#: Without it an icon is as wide as its column, and a page forty times as long as it should be.
STYLESHEET = """/* stand-in */
body { margin: 0; font: 14px/1.5 NanumGothic, sans-serif; }
#main_pack, #app-root { width: 700px; }
#ct { width: 400px; }
svg { width: 16px; height: 16px; }
img { max-width: 48px; max-height: 48px; vertical-align: top; }
.pui__photos li { display: inline-block; }
ul, ol { margin: 0; padding: 0; list-style: none; }
a { color: inherit; }
li, [data-template-id^="ugcItem"] { padding: 4px 0; }
"""
