"""What a pasted link names, and what to paste instead, in Korean."""

from sunwi.domain.tracking import Kind
from sunwi.sites.naver.links.links import LinkForm

#: What to paste for each kind.
WANTED_LINKS = {
    Kind.PLACE: "네이버 지도에서 업체를 열고 그 페이지의 주소를 붙여 넣으세요",
    Kind.BLOG: "블로그 글을 열고 그 주소를 붙여 넣으세요 (https://blog.naver.com/<아이디>/<번호>)",
    Kind.CAFE: "카페 글을 열고 그 주소를 붙여 넣으세요 (https://cafe.naver.com/<카페>/<번호>)",
}

LINK_FORMS = {
    LinkForm.PLACE: "업체",
    LinkForm.BLOG_POST: "블로그 글",
    LinkForm.INFLUENCER_POST: "인플루언서 글",
    LinkForm.CAFE_POST: "카페 글",
    LinkForm.CLIP: "순위가 없는 네이버 클립",
    LinkForm.MAP_PAGE: "업체 번호가 없는 지도나 플레이스 페이지",
    LinkForm.BLOG_PAGE: "글 번호가 없는 블로그",
    LinkForm.CAFE_PAGE: "글 번호가 없는 카페",
    LinkForm.INFLUENCER_PAGE: "글 번호가 없는 인플루언서 페이지",
    LinkForm.NAVER_UTILITY_PAGE: "네이버의 검색, 광고, 로그인 페이지",
    LinkForm.NAVER_PAGE: "업체도 글도 아닌 네이버 페이지",
}
