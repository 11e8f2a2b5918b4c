"""Sunwi on one machine: AWS as MiniStack, Naver as a stand-in site, demo data."""
