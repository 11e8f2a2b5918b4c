"""Naver's refusals that come as pages, with a status of success or of refusal, and what can lie over a list."""

from html import escape

from infra.local.standin.naver.markup.filler import css_slot, fill

#: Characters; the captured pages have 6.3 and 9.9 kB.
_WEIGHT, _LATER_WEIGHT, _SEARCH_WEIGHT = 6_230, 9_830, 7_000
#: An address that nobody has.
_CALLER = "192.0.2.77"
_HEAD = (
    '<!doctype html><html lang="ko"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<meta name="robots" content="noindex">'
)


def place_refusal() -> str:
    """Return the refusal of the place service."""
    page = (
        f'{_HEAD}<title>네이버 플레이스</title>{css_slot()}</head><body><div id="wrap" class="error_wrap"><div '
        'class="error_area"><h2 class="title_area">서비스 이용이 제한되었습니다.</h2><p class="desc_area">과도한 접근 '
        "요청으로 지금은 이 화면을 열 수 없습니다.<br>조금 뒤에 다시 들러 주세요.</p><dl "
        f'class="info_area"><dt>접속한 주소</dt><dd>{_CALLER}</dd></dl><a href="https://www.naver.com" '
        'class="btn_home">첫 화면으로</a></div></div></body></html>\n'
    )
    return fill(page, _WEIGHT)


def place_refusal_of_later_build() -> str:
    """Return the same refusal as a later build of the place service draws it."""
    page = (
        f'{_HEAD}<title>네이버 플레이스</title><link rel="icon" href="https://ssl.pstatic.net/static/place/standin/'
        f'favicon.ico">{css_slot()}</head><body class="place_error"><div id="app-root"><header class="gnb"><a '
        'href="https://m.place.naver.com">플레이스</a></header><main class="error_page" role="main"><div '
        'class="title_area"><strong>서비스 이용이 제한되었습니다.</strong></div><div class="text_area"><p>과도한 접근 '
        "요청으로 이용이 잠시 막혔습니다.</p><p>여러 사람이 함께 쓰는 망이라면 다른 망에서 다시 시도해 주세요.</p>"
        f'<p class="ip">IP {_CALLER}</p></div><div class="link_area"><a href="https://help.naver.com">도움말</a>'
        '</div></main></div><script>window.__ERROR_STATE__ = {"code": "E0403"};</script></body></html>\n'
    )
    return fill(page, _LATER_WEIGHT)


def search_refusal() -> str:
    """Return the refusal of the search; a person can lift it with a button."""
    page = (
        f'{_HEAD}<title>네이버 검색</title>{css_slot()}</head><body><div id="content" class="content_error"><div '
        'class="inner"><h1 class="logo"><a href="https://www.naver.com">NAVER</a></h1><h2 class="tit">검색 서비스 '
        '이용이 제한되었습니다</h2><p class="desc">프로그램 등을 이용, 특정 단어를 반복적으로 대량으로 입력하는 '
        '등의 사용이 보여 검색을 잠시 멈췄습니다. 사람이 쓰고 있다면 아래 단추를 눌러 주세요.</p><form method="post" '
        'action="/release">'
        f'<input type="hidden" name="ip" value="{_CALLER}"><button type="submit" class="btn_release">제한 해제</button>'
        "</form></div></div></body></html>\n"
    )
    return fill(page, _SEARCH_WEIGHT)


def with_challenge(page: str) -> str:
    """Lay the question whether a person is there over a page; its root takes no room, its dialog takes all of it."""
    dialog = (
        '<div role="dialog" aria-modal="true" aria-label="보안 인증 필요" style="position:fixed;left:0;top:0;'
        'width:100%;height:100%;z-index:2147483647;background:rgba(0,0,0,.6)"><div style="margin:120px auto;'
        'width:320px;background:#fff"><strong>보안 인증이 필요합니다</strong><p>사람이 보고 있는지 알려 주세요.</p>'
        '<button type="button">인증하기</button></div></div>'
    )
    return _with_root(page, dialog)


def with_unused_challenge(page: str) -> str:
    """Add the same root with nothing in it, as a page has it that asks nobody."""
    return _with_root(page, "")


def page_for_script() -> str:
    """Return the page that a script gets in place of its data: no refusal in words."""
    return (
        f'{_HEAD}<title>NAVER</title></head><body><div id="wrap"><h1><a href="https://www.naver.com">NAVER</a></h1>'
        "<p>페이지를 표시할 수 없습니다.</p></div></body></html>\n"
    )


def in_pre(data: str) -> str:
    """Wrap data as a browser shows it that was led to its address."""
    return (
        '<html><head><meta name="color-scheme" content="light dark"></head><body><pre style="word-wrap: break-word; '
        f'white-space: pre-wrap;">{escape(data, quote=False)}</pre></body></html>'
    )


def _with_root(page: str, content: str) -> str:
    root = f'<div id="wtm-captcha-root" style="height:0">{content}</div>'
    return page.replace("</body>", f"{root}</body>", 1)
