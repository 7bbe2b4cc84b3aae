"""Imports what the programs of this project import, in the process that `preloaded` forks; imported nowhere else."""

from __future__ import annotations

import gc
import pkgutil
import threading
from importlib import import_module

import adapters
import bot.cli
from adapters.telegram.loading import build_usual_models, load_aiogram

load_aiogram()
for package in (adapters, bot.cli):
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        import_module(found.name)
for name in ("bot.build", "psycopg", "tests.support.synapse.server", "typer"):
    import_module(name)
build_usual_models()
assert threading.active_count() == 1, "a fork has only the thread that forks"
gc.collect()
gc.freeze()
