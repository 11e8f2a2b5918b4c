"""Cards and blocks that several Naver pages share."""
