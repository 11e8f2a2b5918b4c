"""A stand-in for Naver's site: synthetic pages of the real structure, served on this machine.

Source: docs/standin.md.
"""

from infra.local.standin.faults import Fault, FaultKind
from infra.local.standin.list_truth import ListTruth
from infra.local.standin.site import StandinSite
from infra.local.standin.truth import PageTruth

__all__ = ["Fault", "FaultKind", "ListTruth", "PageTruth", "StandinSite"]
