"""Files that are there whole, or not at all."""

import os
from pathlib import Path


def replace_file(path: Path, content: bytes, mode: int) -> None:
    """On the disk when this returns, with what was there before replaced in one move. Raises OSError."""
    new = path.with_name(f"{path.name}.new")
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        os.replace(new, path)
    except OSError:
        new.unlink(missing_ok=True)
        raise
