"""`kollega backup` and `kollega restore`: one file with all that an installation needs, and the way back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.run.setting_names import PREFIX
from bot.run.settings import load
from bot.run.shell import CommandError
from core.chat.phrases import Text, phrase, plural


def back_up(file: Path, *, force: bool) -> list[Text]:
    """Writes a backup, also while the bot runs; what is in it."""
    from importlib.metadata import version

    from storage.backup import Unusable, write_backup

    settings = load()
    file = file.absolute()
    if file.exists() and not force:
        raise CommandError(
            phrase("{file} is there already; choose another name, or add --force to replace it", file=str(file))
        )
    try:
        contents = write_backup(
            file,
            database_url=settings.database,
            data_dir=settings.data_dir.absolute(),
            version=version("kollega"),
            now=datetime.now(UTC),
        )
    except Unusable as error:
        raise CommandError(error.text) from None
    lines: list[Text] = [
        plural(
            "{file} is written: {packed} MB, {n} file of {megabytes} MB, revision {revision}. Keep it as safe as the "
            "data.",
            "{file} is written: {packed} MB, {n} files of {megabytes} MB, revision {revision}. Keep it as safe as the "
            "data.",
            n=len(contents.members),
            file=str(file),
            packed=_megabytes(file.stat().st_size),
            megabytes=_megabytes(contents.size),
            revision=", ".join(contents.revision) or "–",
        )
    ]
    if contents.database != "sqlite":
        lines.append(phrase("The database is not in it: back it up with pg_dump, before this command."))
    if settings.secret_key is not None:
        lines.append(
            phrase(
                "The application’s key is not in it, because {setting} is set: keep that one too.",
                setting=f"{PREFIX}SECRET_KEY",
            )
        )
    return lines


def restore(file: Path, *, force: bool) -> list[Text]:
    """Puts a backup in place; what it was, and where the former data is."""
    from storage.backup import Unusable, sqlite_path
    from storage.exclusive import InUse, claim
    from storage.migrate import NewerDatabase
    from storage.restore import read_backup

    settings = load()
    own = sqlite_path(settings.database)
    if own is not None:
        own.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with claim(settings.database):
            done = read_backup(
                file,
                database_url=settings.database,
                data_dir=settings.data_dir.absolute(),
                replace=force,
                now=datetime.now(UTC),
            )
    except (Unusable, InUse) as error:
        raise CommandError(error.text) from None
    except NewerDatabase as error:
        raise CommandError(
            phrase(
                "{file} is of a later version; update the program first ({reason})", file=str(file), reason=error.text
            )
        ) from None
    contents = done.contents
    lines: list[Text] = [
        plural(
            "Restored: {n} file of {megabytes} MB, backed up at {moment}.",
            "Restored: {n} files of {megabytes} MB, backed up at {moment}.",
            n=len(contents.members),
            megabytes=_megabytes(contents.size),
            moment=contents.made_at,
        )
    ]
    if done.migrated:
        lines.append(phrase("The database was of version {version} and has been upgraded.", version=contents.version))
    if own is None:
        lines.append(
            phrase(
                "The database is not in it: restore it with pg_restore, then run {command}.",
                command="`kollega db upgrade`",
            )
        )
    if done.replaced:
        former = ", ".join(map(str, done.replaced))
        lines.append(phrase("The former data is in {folders}; delete it when all is well.", folders=former))
    return lines


def _megabytes(size: int) -> float:
    return round(size / 2**20, 1)
