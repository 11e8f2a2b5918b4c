"""Marks in Naver's markup that are names of classes and words, and so go stale.

Everything else reads state and data attributes. Each mark says when it was seen, and where.
"""

#: Elements of a page that asks whether a person is there (public code, 2025-11 to 2026-08).
CAPTCHA_ELEMENTS = (
    "#captcha, .captcha_container, [id^=captcha], form[action*=captcha], iframe[src*=captcha], "
    "script[src*=wtm_captcha], [id^=wtm_captcha], [class^=WtmCaptcha]"
)
#: Words of a refusal in its visible text; spaces removed (public code, 2025-11 to 2026-08; captured pages, 2026).
REFUSALS = (
    "자동입력방지문자",
    "비정상적인트래픽",
    "비정상트래픽",
    "비정상적인움직임이발견",
    "비정상적인접근",
    "보안문자를입력",
    "보안확인을완료해주세요",
    "사이트접속이일시적으로",
    "접근이일시적으로제한",
    "서비스이용이제한되었습니다",
    "과도한접근요청으로",
)
#: The question whether a person is there, laid over a page that came whole (public code, 2026).
CHALLENGE = '#wtm-captcha-root [role=dialog], [role=dialog][aria-modal=true][aria-label="보안 인증 필요"]'
#: Elements whose words are those of results, and never those of a statement of the site's own.
RESULT_WORDS = "a, li, input, option"
#: Label of a new opening in a row of places, spaces removed (public code, 2025-11 to 2026-08).
NEW_OPENING_LABEL = "새로오픈"
#: Rows of searches between the posts of an area (captured page, 2025-06).
JOINED_SEARCHES = "type_join"
#: Words in the title of a refusal; spaces removed, lower case (public code, 2025-11 to 2026-08).
REFUSAL_TITLES = ("captcha", "자동입력", "보안확인", "접근제한", "accessdenied")
#: The sign-in form (public code, 2025-11 to 2026-08).
LOGIN_FORM = "#frmNIDLogin, form[action*=nidlogin]"
#: Box of Naver's own statement that nothing was found (captured page of a web tab; the others general knowledge).
NO_RESULT_BOX = "[data-slog-container=nrs], #notfound, [class*=not_found], [class*=noresult], [class*=no_result]"
#: The statement itself, spaces removed (captured page of a web tab; the second general knowledge).
NO_RESULT_WORDS = ("검색결과가없습니다", "조건에맞는업체가없습니다")
#: What stands after the last area (captured pages, 2026-04 and 2026-05).
PAGE_END = "._scrollLogEndline, #footer, footer"
#: Label of a paid place row (public code, 2025-11 to 2026-08).
PLACE_AD_LABEL = (
    "[class*=place_ad_label], .place_ad_label_text, .place_ad_label_border, .place_ad_label_icon, "
    ".gU6bV, .OErwL, .ad_mark, .ad_area, .ad-badge"
)
#: The place list's scrolling element; its rows carry no other mark (public code, 2023-06 to 2026-08).
PLACE_LIST = "#_pcmap_list_scroll_container"
#: What is there once the script of a place list has written its rows (public code, 2023-06 to 2026-08).
PLACE_LIST_ROWS = f"{PLACE_LIST} li, #_list_scroll_container li, li[data-laim-exp-id], li a[href*='place.naver.com/']"
#: Class of a card's title link on pages older than 2026 (public code, 2023-11 to 2026-05).
TITLE_CLASSES = frozenset({"title_link", "total_tit", "api_txt_lines", "link_tit"})
#: Elements around paid rows of the tabs (public code, 2025-11 to 2026-08).
PAID_BLOCKS = "[id^=power_ad], [class*=sp_power_ad], .ad_area, .ad_section"
#: The main column, on the pages of each device that have one (captured pages, 2025-06 to 2026-07).
MAIN_COLUMNS = ("#main_pack", "#ct")
#: Elements that hold whole areas or boxes: no card reaches further (captured pages, 2025-06 to 2026-07).
AREA_ELEMENTS = "section, [data-meta-area], [data-slog-container], [data-block-id]"
