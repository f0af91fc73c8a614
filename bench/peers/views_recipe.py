"""A SimCLR recipe, as text for us and as numbers for the peers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """crop | flip | jitter@p | grey@p | blur@p, with torchvision's meaning of the numbers."""

    jitter: tuple[float, float, float, float]  # brightness, contrast, saturation, hue in turns
    size: int  # pixels of a view's side
    antialias: bool = True  # our default, as it is torchvision's
    area: tuple[float, float] = (0.08, 1.0)
    ratio: tuple[float, float] = (3 / 4, 4 / 3)
    jitter_share: float = 0.8
    grey_share: float = 0.2
    sigma: tuple[float, float] = (0.1, 2.0)
    blur_share: float = 0.5

    @property
    def taps(self) -> int:
        """Of the blur: about a tenth of the view, odd, at least 3."""
        return 2 * max(1, self.size // 20) + 1

    def factors(self, strength: float) -> tuple[float, float]:
        """The range of a factor of the jitter."""
        return max(0.0, 1 - strength), 1 + strength

    @property
    def text(self) -> str:
        jitter = ", ".join(f"{strength:g}" for strength in self.jitter)
        return (f"crop({self.area[0]:g}, {self.area[1]:g}) | flip | "
                f"jitter({jitter})@{self.jitter_share:g} | grey@{self.grey_share:g} | "
                f"blur({self.sigma[0]:g}, {self.sigma[1]:g})@{self.blur_share:g}")
