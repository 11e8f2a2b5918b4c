"""Addresses of Naver: what they point to, and whether two are the same."""
