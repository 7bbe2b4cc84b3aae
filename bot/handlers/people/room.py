"""The router that the files of this room register with."""

from __future__ import annotations

from bot.talk.router import Router
from core.access import EMPLOYEE
from core.chat.phrases import phrase
from core.notices import Notice
from core.people.correcting import CARDS
from core.people.deputies import DEPUTIES
from core.people.doubles import doubles
from core.people.erasing import RECORDS, do_forget_person, do_note_export
from core.people.grants import ROLES
from core.people.linking import ACCOUNTS
from core.people.roles import ADMIN, HR, MANAGER
from core.people.staffing import ACCESS as ACCESS_AUDIT

router = Router("people")

router.watches(doubles)
router.holds("departments", "deputies")
router.holds("people", "person_settings", "grants", "role_holders", export=do_note_export, erase=do_forget_person)

ACCESS = router.notice(Notice("people.access", phrase("Your access and your roles")))

for role in (EMPLOYEE, MANAGER, HR, ADMIN):
    router.role(role)

for kind in (ROLES, ACCESS_AUDIT, ACCOUNTS, CARDS, RECORDS, DEPUTIES):
    router.audits(kind)
