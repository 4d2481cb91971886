"""Bytes to text: UTF-8 or a refusal that names the likely encoding, never letters that were not written."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from geoconflict.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

_FORMATS = (
    (b"%PDF-", "a PDF; its name must end in .pdf, or convert it with pdftotext"),
    (b"PK\x03\x04", "a ZIP or office document; save it as text"),
    (b"\xd0\xcf\x11\xe0", "an old office document; save it as text"),
    (b"{\\rtf", "an RTF document; save it as text"),
    (b"\x1f\x8b", "compressed; unpack it with gunzip"),
    (b"SQLite format 3", "a database, not text"),
    (b"PAR1", "a Parquet file; its name must end in .parquet"),
)
_UTF16 = ((codecs.BOM_UTF16_LE, "UTF-16LE"), (codecs.BOM_UTF16_BE, "UTF-16BE"))
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_SAMPLE = 4096
"""Bytes looked at to tell an encoding; the first page of a text is enough."""
_STRAY_NULS = 0.02
"""Of the bytes of a text that something put NULs into; binary data has more, or is no UTF-8."""
_ARABIC_SHARE = 0.5
"""Of the high bytes of Arabic in cp1256 at least this share are Arabic letters."""


def decode(data: bytes) -> str:
    """Return the text of a file: UTF-8, a BOM removed, line ends and spaces as they are.

    Raises InputError for anything else, naming the likely encoding and how to convert it.
    """
    if problem := _not_text(data):
        raise InputError(problem)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        encoding = _guess(data)
        raise InputError(
            f"not UTF-8 (byte {error.start + 1}); it looks like {encoding}: "
            f"convert it with iconv -f {encoding} -t UTF-8"
        ) from error


def read_bytes(path: Path) -> bytes:
    """Return a file's bytes; one that cannot be read raises InputError, which does not name it."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError("no such file") from error
    except OSError as error:
        raise InputError(error.strerror or str(error)) from error


def decode_file(path: Path) -> str:
    """Return a file's text, as `decode`; the error names the file."""
    try:
        return decode(read_bytes(path))
    except InputError as error:
        raise InputError(f"{path.name}: {error}") from error


def whole(text: str) -> str:
    """Return a text without halves of surrogate pairs, which only JSON escapes can write: no encoding holds them.

    Each becomes one replacement character, so offsets stay.
    """
    return _HALF_PAIR.sub("\ufffd", text)


def _not_text(data: bytes) -> str | None:
    """Say why some bytes are no text that could be UTF-8, or return None."""
    for mark, what in _FORMATS:
        if data.startswith(mark):
            return f"this is {what}"
    for mark, encoding in _UTF16:
        if data.startswith(mark):
            return f"not UTF-8; it is {encoding}: convert it with iconv -f UTF-16 -t UTF-8"
    if b"\0" not in data:
        return None
    sample = data[:_SAMPLE]
    for encoding, ascii_bytes, zeros in (
        ("UTF-16LE", sample[::2], sample[1::2]),
        ("UTF-16BE", sample[1::2], sample[::2]),
    ):
        # Every other byte of Latin text in UTF-16 is zero; the bytes between are never all zero.
        if zeros.count(0) > 0.4 * max(1, len(zeros)) and ascii_bytes.count(0) < 0.1 * max(1, len(ascii_bytes)):
            return f"not UTF-8; it looks like {encoding}: convert it with iconv -f {encoding} -t UTF-8"
    if data.count(0) <= _STRAY_NULS * len(data) and _is_utf8(data):
        return f"has NUL bytes, the first is byte {data.index(0) + 1}: remove them with tr -d '\\0'"
    return "binary data, not text"


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return True


def _guess(data: bytes) -> str:
    """Name the encoding some 8-bit text is likely in: the script of its letters decides."""
    sample = data[: 16 * _SAMPLE]
    high = [byte for byte in sample if byte >= 0x80]
    if b"\x1b$" in sample:
        return "ISO-2022-JP"
    letters = bytes(high).decode("cp1256", errors="ignore")
    words = re.findall(rb"[\xc1-\xed]{3,}", sample)  # runs of letters: Western text has single accents
    if words and sum("\u0600" <= letter <= "\u06ff" for letter in letters) > _ARABIC_SHARE * len(high):
        cyrillic = re.findall(rb"[\xc0-\xff]{3,}", sample)
        # Russian words in cp1251 lie in 0xE0-0xFF; of Arabic letters in cp1256 most lie in 0xC7-0xED.
        lower = sum(byte >= 0xEE for word in cyrillic for byte in word)
        return "CP1256" if lower < 0.2 * sum(map(len, cyrillic)) else "CP1251"
    return "CP1251" if re.search(rb"[\xe0-\xff]{4,}", sample) else "CP1252"
