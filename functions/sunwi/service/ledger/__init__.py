"""The history that is billed: days, sessions, corrections, proof."""
