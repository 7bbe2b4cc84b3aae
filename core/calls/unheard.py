"""An alert that has come to nobody: whom it was meant for could not read it, which shows only when it is sent."""

from __future__ import annotations

from core.calls.alert import Alert
from core.calls.lines import LineNamed, audience_of, chiefs_of, joined
from core.delivery import AddRecipients, ToAudience
from core.unit_of_work import UnitOfWork


def do_tell_others(uow: UnitOfWork, alert: Alert, message_id: int) -> None:
    """Tells those who stand in for people who cannot be reached, as if that had been known before.

    `message_id` is the message that has come to nobody: the alert's own or that to those above.
    """
    if not alert.open:
        return
    if message_id == alert.escalation_id:
        uow.apply(AddRecipients(message_id, ToAudience(chiefs_of(uow, alert.department_id))))
        return
    line = None if alert.line is None else uow.ask(LineNamed(alert.line))
    alert.audience = joined(alert.audience, audience_of(uow, line))
    uow.apply(AddRecipients(message_id, ToAudience(alert.audience)))
