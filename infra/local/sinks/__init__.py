"""What stands in for people on this machine: a mailbox, and hooks of Slack and of others."""

from infra.local.sinks.hook_faults import HookFault
from infra.local.sinks.hook_sink import HookSink, TakenHook
from infra.local.sinks.mail_sink import MailSink

__all__ = ["HookFault", "HookSink", "MailSink", "TakenHook"]
