"""A stand-in for Naver's site: synthetic pages of the real structure, served on this machine.

Source: docs/standin.md.
"""

from infra.local.standin.faults import Fault, FaultKind
from infra.local.standin.naver.truth.list_truth import ListTruth
from infra.local.standin.naver.truth.truth import PageTruth
from infra.local.standin.site import StandinSite

__all__ = ["Fault", "FaultKind", "ListTruth", "PageTruth", "StandinSite"]
