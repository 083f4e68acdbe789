"""Make the pictures of the README from those that ``make screenshots`` took.

Few colours are kept: a screen of text needs no more, and the files stay small.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
TAKEN = ROOT / "ui-tests" / "screenshots"
SHOWN = ROOT / "docs" / "pictures"

COLOURS = 160
GAP = 16

PICTURES = {
    "notebook": ["01-page-light-380"],
    "panel": [
        "04-pinned-light-380",
        "05-variables-dark-380",
        "08-preview-light-380",
        "09-leak-dark-380",
    ],
}
"""The files and what stands in them, from left to right."""

HEIGHT = 860
"""What is lower is cut off: below it the panel of most pictures is empty."""


def beside(images: list[Image.Image]) -> Image.Image:
    """Put pictures beside each other, on nothing."""
    width = sum(image.width for image in images) + GAP * (len(images) - 1)
    whole = Image.new("RGBA", (width, HEIGHT))
    left = 0
    for image in images:
        whole.paste(image.crop((0, 0, image.width, HEIGHT)), (left, 0))
        left += image.width + GAP
    return whole


def main() -> None:
    """Write all pictures."""
    SHOWN.mkdir(parents=True, exist_ok=True)
    for name, parts in PICTURES.items():
        images = [Image.open(TAKEN / f"{part}.png").convert("RGBA") for part in parts]
        whole = beside(images)
        # the way that takes transparency along loses the tints of boxes and rows
        small = whole.convert("RGB").quantize(
            COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        )
        gaps = whole.getchannel("A").point(lambda alpha: 255 - alpha)
        small.paste(COLOURS, mask=gaps)
        small.save(SHOWN / f"{name}.png", optimize=True, transparency=COLOURS)


if __name__ == "__main__":
    main()
