"""What people send besides words."""

from dataclasses import dataclass

from tests.support.botapi.files import Files, photo_size
from tests.support.botapi.model import Media
from tests.support.botapi.params import Part

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c63606060f80f00010401005fe5c34b0000000049454e44ae426082"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file a person sends: `kind` is photo, document, video, audio, voice or sticker."""

    kind: str = "photo"
    content: bytes = PNG
    name: str = "image.png"
    mime: str = "image/png"
    caption: str = ""
    duration: int = 0

    def stored(self, files: Files) -> Media:
        file = files.add(self.kind, Part(self.content, self.name, self.mime))
        small = None
        if self.kind == "photo":
            small = files.add("photo", Part(self.content[:1024], "small.jpg", "image/jpeg"))
        width, height = photo_size(self.content)
        return Media(kind=self.kind, file=file, thumbnail=small, width=width, height=height, duration=self.duration)
