"""The demo: trackings and faults whose outcomes are known beforehand."""
