"""The languages a point may offer: own names and fall-back order.

Tags and own names: domain knowledge of the product (Dao is two languages, ``ium`` and ``mji``;
varieties of Nùng are private-use sub-tags such as ``nut-x-phanslinh``). The site's configuration
chooses which are offered and in which order.
"""

from __future__ import annotations

from kiosk.types import LanguageTag

VIETNAMESE = LanguageTag("vi")

OWN_NAMES: dict[str, str] = {
    "vi": "Tiếng Việt",
    "tyz": "Tiếng Tày",
    "nut": "Tiếng Nùng",
    "ium": "Tiếng Dao",
    "mji": "Tiếng Dao (Mùn)",
    "en": "English",
    "zh-Hans": "中文",
}

DEFAULT_LANGUAGES: tuple[LanguageTag, ...] = tuple(
    LanguageTag(tag) for tag in ("vi", "tyz", "nut", "ium", "en", "zh-Hans")
)

SPOKEN_BY_PEOPLE_ONLY = frozenset({"tyz", "nut", "ium", "mji"})
"""No speech engine exists for these: a Vietnamese voice must never read them."""


def base(tag: str) -> str:
    """Return the tag of the language without its private variety (``nut-x-phanslinh`` → ``nut``)."""
    return tag.split("-x-", 1)[0]


def own_name(tag: str) -> str:
    """Return what the language calls itself; the tag itself when it is not known."""
    return OWN_NAMES.get(tag) or OWN_NAMES.get(base(tag)) or tag


def fallbacks(tag: str) -> tuple[LanguageTag, ...]:
    """Return the languages to look for, best first: the variety, its language, then Vietnamese.

    Vietnamese is the common written language of the villages, so it is everybody's fall-back.
    """
    chain = dict.fromkeys((tag, base(tag), VIETNAMESE))
    return tuple(LanguageTag(entry) for entry in chain)
