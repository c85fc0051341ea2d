"""Text of unknown origin: an attacker may have written every character of it. Pure."""

import unicodedata

# Control, format (bidirectional overrides are among them), lone surrogates, private use; line separators.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_KEPT = {"\n", "\t"}


def clean(value: object, limit: int) -> str:
    """Text of at most `limit` characters that looks like what it is; empty for what is not text.

    What can't be seen, or makes other text look different, is shown as its code: `\\x1b`, `\\u202e`.
    """
    if not isinstance(value, str):
        return ""
    # Escapes only make it longer, so nothing beyond the limit can come to be seen.
    shown = "".join(_visible(character) for character in value[: limit + 1])
    if len(shown) <= limit:
        return shown
    more = max(len(value) - limit, 1)
    note = f"… ({more} more)"
    return shown[: max(limit - len(note), 0)] + note


def one_line(value: object, limit: int) -> str:
    """The same in one line."""
    return " ".join(clean(value, limit).split())


def _visible(character: str) -> str:
    if character in _KEPT or unicodedata.category(character) not in _UNSEEN:
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
