"""Made-up Korean text: no name and no sentence of it is anyone's."""

from infra.local.standin.naver.draw import Draw

_QUALITIES = (
    "푸른",
    "고운",
    "너른",
    "맑은",
    "한결",
    "달빛",
    "솔내",
    "느린",
    "둥근",
    "새벽",
    "온기",
    "은빛",
    "여문",
    "바른",
)
_THINGS = (
    "마당",
    "언덕",
    "물결",
    "나루",
    "서랍",
    "우물",
    "다락",
    "모퉁이",
    "정원",
    "창가",
    "들녘",
    "골목",
    "숲길",
    "오후",
)
_TRADES = ("식당", "상회", "공방", "의원", "미용실", "제과", "찻집", "광고기획", "체육관", "학원", "사진관", "꽃집")
_BRANCHES = ("", "", "", " 본점", " 가상역점", " 모의동점", " 2호점", " 시범로점")
_OPENINGS = (
    "지난주에",
    "얼마 전",
    "비 오는 날",
    "아이와 함께",
    "퇴근길에",
    "친구 소개로",
    "두 달 고민하다",
    "주말 아침",
)
_DEEDS = ("다녀온", "직접 써 본", "비교해 본", "정리한", "물어본", "찾아본", "맡겨 본", "예약해 본")
_ENDINGS = ("이야기", "기록", "메모", "솔직한 소감", "준비물 정리", "가격 비교", "순서 안내", "첫인상")
_CLAUSES = (
    "생각보다 조용해서 천천히 둘러볼 수 있었습니다",
    "가격표가 입구에 있어 고르기 편했습니다",
    "기다리는 동안 안내를 자세히 들었습니다",
    "다음에는 평일 낮에 가 보려고 합니다",
    "주차 자리는 넉넉한 편이었습니다",
    "사진보다 실제가 더 나았습니다",
    "처음이라 망설였지만 설명이 쉬웠습니다",
    "두 번째 방문에서도 느낌이 같았습니다",
)
#: Words of Naver's refusals, which a place or a post may have in its name.
REFUSALS = (
    "서비스 이용이 제한되었습니다",
    "검색 서비스 이용이 제한되었습니다 대처법",
    "과도한 접근 요청으로 막혔을 때",
    "자동입력 방지문자 보안 인증 필요",
    "비정상적인 접근이 감지되었습니다 [제한 해제]",
)
_SYLLABLES = ("ha", "neul", "bo", "ra", "mi", "so", "dam", "gyeol", "nari", "sol", "yeon", "byul", "on", "ru")


def place_name(draw: Draw) -> str:
    """Name a business; now and then one whose trade is advertising (광고), which makes it no advertisement."""
    return f"{draw.pick(_QUALITIES)}{draw.pick(_THINGS)}{draw.pick(_TRADES)}{draw.pick(_BRANCHES)}"


def branch(number: int) -> str:
    """Name a branch; another number is another name, and none is part of another."""
    rest, quality = divmod(number, len(_QUALITIES))
    rounds, thing = divmod(rest, len(_THINGS))
    return f"{_QUALITIES[quality]}{_THINGS[thing]}{('점', '분점', '직영점', '가맹점')[rounds % 4]}"


def title(draw: Draw, keyword: str) -> str:
    """Write the title of a post about a keyword."""
    return f"{draw.pick(_OPENINGS)} {draw.pick(_DEEDS)} {keyword} {draw.pick(_ENDINGS)}"


def passage(draw: Draw, keyword: str, sentences: int = 3) -> str:
    """Write some sentences of a post."""
    clauses = ". ".join(draw.pick(_CLAUSES) for _ in range(sentences))
    return f"{keyword}, {draw.pick(_OPENINGS)} {draw.pick(_DEEDS)} {draw.pick(_ENDINGS)}입니다. {clauses}."


def nickname(draw: Draw) -> str:
    """Name an author."""
    return f"{draw.pick(_QUALITIES)}{draw.pick(_THINGS)}{draw.number(1, 99)}"


def cafe_name(draw: Draw) -> str:
    """Name a cafe."""
    return f"{draw.pick(_QUALITIES)} {draw.pick(_THINGS)} 모임 [ {draw.pick(_ENDINGS)} ]"


def account(draw: Draw) -> str:
    """Write an account name, as in an address."""
    return f"si_{draw.pick(_SYLLABLES)}{draw.pick(_SYLLABLES)}{draw.number(1000, 9999)}"


def day(draw: Draw) -> str:
    """Describe when something was written."""
    return draw.pick(
        (f"{draw.number(1, 6)}일 전", f"{draw.number(1, 4)}주 전", f"2026.0{draw.number(1, 5)}.{draw.number(10, 28)}.")
    )
