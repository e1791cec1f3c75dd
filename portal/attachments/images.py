"""Pictures: read, and written anew, so that nothing is left but what can be seen. Where and when
a photo was taken, and by whose phone, goes (EXIF, XMP, comments), and so does any other file that
was hidden behind it."""

import io
import warnings

from PIL import Image, ImageOps

from portal.attachments.refusals import damaged, unpacks_too_big

MOST_PIXELS = 25_000_000  # in memory, three or four bytes each
SHORT_SIDE = 2_200  # of a JPEG that is read smaller: enough to read a page by
NAMES = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}


def read(content: bytes, kind: str) -> bytes:
    """The picture alone, upright. Of one that moves, the first picture. Raises ``Refused`` for
    one that is damaged or has too many pixels."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _anew(content, kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise unpacks_too_big() from None
    except (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError):
        raise damaged() from None


def _anew(content: bytes, kind: str) -> bytes:
    with Image.open(io.BytesIO(content), formats=(NAMES[kind],)) as came:
        # A JPEG can be read at a half or a quarter of its size, which saves the memory of it all.
        came.draft(None, (SHORT_SIDE, SHORT_SIDE))
        if came.width * came.height > MOST_PIXELS:
            raise Image.DecompressionBombError
        came.load()
        upright = ImageOps.exif_transpose(came)
    colours = "RGBA" if upright.has_transparency_data and kind != "jpg" else "RGB"
    if upright.mode != colours and not (kind == "png" and upright.mode in ("1", "L")):
        upright = upright.convert(colours)
    bare = Image.new(upright.mode, upright.size)
    bare.paste(upright)
    out = io.BytesIO()
    bare.save(out, NAMES[kind], quality=90)
    return out.getvalue()
