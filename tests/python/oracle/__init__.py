"""An independent judge: the published rules of the warehouse in plain, slow Python.

Nothing here is shared with the warehouse except the two geographic reference lists; the code lists,
priorities and class bounds are repeated on purpose, so that a slip in a seed is found as well.
"""

from oracle.judge import Judgement, judge
from oracle.landing import LandingError

__all__ = ["Judgement", "LandingError", "judge"]
