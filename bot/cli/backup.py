"""`kollega backup` and `kollega restore`: one file with all that an installation needs, and the way back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.run.setting_names import PREFIX
from bot.run.settings import load
from bot.run.shell import CommandError


def back_up(file: Path, *, force: bool) -> str:
    """Writes a backup, also while the bot runs; what is in it."""
    from importlib.metadata import version

    from storage.backup import Unusable, write_backup

    settings = load()
    file = file.absolute()
    if file.exists() and not force:
        raise CommandError(f"{file} is there already; choose another name, or add --force to replace it")
    try:
        contents = write_backup(
            file,
            database_url=settings.database,
            data_dir=settings.data_dir.absolute(),
            version=version("kollega"),
            now=datetime.now(UTC),
        )
    except Unusable as error:
        raise CommandError(str(error)) from None
    lines = [
        f"{file} is written: {_megabytes(file.stat().st_size)}, {len(contents.members)} files of "
        f"{_megabytes(contents.size)}, revision {', '.join(contents.revision) or 'none'}. Keep it as safe as the data."
    ]
    if contents.database != "sqlite":
        lines.append("The database is not in it: back it up with pg_dump, before this command.")
    if settings.secret_key is not None:
        lines.append(f"The application's key is not in it, because {PREFIX}SECRET_KEY is set: keep that one too.")
    return "\n".join(lines)


def restore(file: Path, *, force: bool) -> str:
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
        raise CommandError(str(error)) from None
    except NewerDatabase as error:
        raise CommandError(f"{file} is of a later version; update the program first ({error})") from None
    contents = done.contents
    lines = [
        f"Restored: {len(contents.members)} files of {_megabytes(contents.size)}, backed up at {contents.made_at}."
    ]
    if done.migrated:
        lines.append(f"The database was of version {contents.version} and has been upgraded.")
    if own is None:
        lines.append("The database is not in it: restore it with pg_restore, then run `kollega db upgrade`.")
    if done.replaced:
        lines.append(f"The former data is in {', '.join(map(str, done.replaced))}; delete it when all is well.")
    return "\n".join(lines)


def _megabytes(size: int) -> str:
    return f"{size / 2**20:.1f} MB"
