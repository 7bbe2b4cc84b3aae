"""Both databases for what this room keeps."""

from tests.support.databases import *  # noqa: F403
