"""Sunwi: the daily Naver rank tracker that agencies can bill on."""
