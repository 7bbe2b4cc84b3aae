"""Copies, found again by what a messenger calls them, and the choices that they offer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Select, bindparam, exists, select, update

from core.chat.codec import dump, load
from core.chat.messenger import Receipt
from core.chat.pages import Choice
from core.chat.screens import Screen
from core.copies import AskedMenu, Copy, CopyAt, OnTheWay, Shows, SpendChoices, UnaskedMenus
from core.delivery import DeliveryState
from storage.dispatch import answers, carries_out
from storage.schema import AnyRow
from storage.tables.delivery import deliveries, delivery_ids, messages, pending
from storage.unit_of_work import SqlUnitOfWork


@answers(CopyAt)
def copy_at(uow: SqlUnitOfWork, query: CopyAt) -> Copy | None:
    """The copy that a messenger's message belongs to."""
    place = {"messenger": query.messenger, "chat": query.chat, "native": query.native}
    row = uow.connection.execute(_COPY_AT, place).first()
    return None if row is None else _copy(row, query.native)


@answers(Shows)
def shows(uow: SqlUnitOfWork, query: Shows) -> Screen | None:
    """The wanted content of a message."""
    row = uow.connection.execute(select(messages.c.content).where(messages.c.id == query.message_id)).first()
    content: Screen | None = None if row is None else load(row.content)
    return content


@answers(OnTheWay)
def on_the_way(uow: SqlUnitOfWork, query: OnTheWay) -> bool:
    """Whether the sender has work with a copy of this chat."""
    here = (deliveries.c.messenger == query.messenger, deliveries.c.chat == query.chat, pending(deliveries))
    return bool(uow.session.execute(select(exists().where(*here))).scalar())


@carries_out(SpendChoices)
def spend_choices(uow: SqlUnitOfWork, change: SpendChoices) -> None:
    """Leaves the labels, so that what they are chosen by is still known to be theirs."""
    this = deliveries.c.id == change.delivery_id
    offered = select(deliveries.c.choices).join(messages, messages.c.id == deliveries.c.message_id).where(this)
    choices: tuple[Choice, ...] = load(uow.session.execute(offered.with_for_update(of=messages)).scalar() or [])
    spent = dump(tuple(replace(choice, data="") for choice in choices))
    uow.session.execute(update(deliveries).where(this).values(choices=spent))


@answers(AskedMenu)
def asked_menu(uow: SqlUnitOfWork, query: AskedMenu) -> Copy | None:
    """By the order in which things were done, not by that in which outcomes were written down."""
    row = uow.connection.execute(_ASKED_MENU, {"messenger": query.messenger, "chat": query.chat}).first()
    return None if row is None else _copy(row)


@answers(UnaskedMenus)
def unasked_menus(uow: SqlUnitOfWork, query: UnaskedMenus) -> tuple[Copy, ...]:
    """The last ones that arrived."""
    place = {"messenger": query.messenger, "chat": query.chat, "limit": query.limit}
    return tuple(map(_copy, uow.connection.execute(_UNASKED_MENUS, place)))


def _copies() -> Select[Any]:
    return select(
        deliveries.c.id,
        deliveries.c.message_id,
        deliveries.c.person_id,
        deliveries.c.shown,
        deliveries.c.choices,
        deliveries.c.receipt,
        *deliveries.c["asked_at", "sent_at"],
        *messages.c["shared", "kind", "about"],
    ).join(messages, messages.c.id == deliveries.c.message_id)


def _copy(row: AnyRow, native: str | None = None) -> Copy:
    receipt: Receipt = load(row.receipt)
    choices: tuple[Choice, ...] = load(row.choices or [])
    return Copy(
        delivery_id=row.id,
        message_id=row.message_id,
        person_id=row.person_id,
        shared=row.shared,
        shown=row.shown,
        choices=tuple(choice for choice in choices if choice.offered),
        retired=tuple(choice for choice in choices if not choice.offered),
        native=native or receipt.ids[-1],
        version=receipt.version,
        asked_at=row.asked_at,
        sent_at=row.sent_at,
        kind=row.kind,
        about=row.about,
    )


_COPY_AT = (
    _copies()
    .join(delivery_ids, delivery_ids.c.delivery_id == deliveries.c.id)
    .where(
        delivery_ids.c.messenger == bindparam("messenger"),
        delivery_ids.c.chat == bindparam("chat"),
        delivery_ids.c.native == bindparam("native"),
    )
)
_MENUS = _copies().where(
    deliveries.c.messenger == bindparam("messenger"),
    deliveries.c.chat == bindparam("chat"),
    deliveries.c.sent_at.is_not(None),
    deliveries.c.choices.is_not(None),
    deliveries.c.state != DeliveryState.REMOVED.value,
)
_ASKED_MENU = (
    _MENUS.where(deliveries.c.asked_at.is_not(None))
    .order_by(deliveries.c.asked_at.desc(), deliveries.c.message_id.desc())
    .limit(1)
)
_UNASKED_MENUS = (
    _MENUS.where(deliveries.c.asked_at.is_(None))
    .order_by(deliveries.c.sent_at.desc(), deliveries.c.id.desc())
    .limit(bindparam("limit"))
)
