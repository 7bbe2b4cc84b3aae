"""TEMPORARY: the news room alone."""

import tests.support.world as w
from bot.handlers.news.handlers import router
from bot.house import House
from tests.support.telegram_wire import TelegramPerson, TelegramWire

w.open_house = lambda languages: House([router], languages)


def person(self, key, number, world):
    user = self.server.user(id=number, first_name=key.title(), language_code="en", started=True, met=True)
    return TelegramPerson(key, world, user)


TelegramWire.person = person
