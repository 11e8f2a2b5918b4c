"""Agencies and clients: listed, added, renamed, found to look alike, made one."""
