"""The hosts of the stand-in Naver, one module each."""
