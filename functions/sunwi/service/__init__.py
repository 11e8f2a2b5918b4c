"""Use cases, one verb_noun file each, over the ports of `ports.py`."""
