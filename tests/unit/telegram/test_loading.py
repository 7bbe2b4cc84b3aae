"""aiogram comes quickly, and works as if it had come as usual."""

import subprocess
import sys

import pytest

_LOADED = """
import sys
from adapters.telegram.loading import build_usual_models, load_aiogram
load_aiogram()
build_usual_models()
from aiogram import methods, types
print(sum(model.__pydantic_complete__ for model in vars(types).values() if hasattr(model, "model_rebuild")))
for model in (methods.SendMediaGroup, methods.EditMessageMedia, methods.SetMyCommands, types.ChatFullInfo):
    model.model_rebuild(raise_errors=True)
from pydantic import BaseModel
assert BaseModel.model_rebuild.__func__.__module__ == "pydantic.main"
"""

_LIGHT = """
import sys
import adapters.telegram
import adapters.telegram.settings
assert not {"aiogram", "aiohttp"} & set(sys.modules)
"""


@pytest.mark.parametrize(("program", "most"), [(_LOADED, 60), (_LIGHT, None)])
def test_imports(program: str, most: int | None) -> None:
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert most is None or int(done.stdout) < most
