"""Agencies and clients: listed, found to look alike, made one."""
