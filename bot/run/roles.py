"""What a process does: everything, or a part of what several processes share."""

from __future__ import annotations

from enum import Enum


class ProcessRole(Enum):
    """The part of one process. Any number of processes may have the same: what only one may do goes by leases."""

    ALL = "all"
    GATEWAY = "gateway"
    SENDER = "sender"
    SCHEDULER = "scheduler"

    def includes(self, part: ProcessRole) -> bool:
        """Whether a process with this role does that part."""
        return self in (ProcessRole.ALL, part)
