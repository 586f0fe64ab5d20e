"""The stack of places: forward, back, and what the open item needs loaded."""

from __future__ import annotations

from typing import Any

import msgspec

from kiosk.catalogue import Item
from kiosk.shell.events import CloseDocument, Doubt, Effect, OpenDocument, OpenText, Shelf
from kiosk.shell.scene import Screen
from kiosk.shell.state import SCREEN_OF, USE_OF, Card, Place, State, pages_here
from kiosk.types import ItemKind, Sha256, Use


class Places:
    """Moves the person about."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._text: Sha256 | None = None  # asked for
        self._document: Sha256 | None = None

    def push(self, place: Place) -> None:
        """Go on to a new place."""
        self._state.places.append(place)

    def pop(self) -> None:
        """Go back; the attract loop stays."""
        if len(self._state.places) > 1:
            self._state.places.pop()

    def pop_all(self) -> None:
        """Go back to the attract loop."""
        del self._state.places[1:]

    def remove(self, place: Place) -> None:
        """Take a place out of the stack, wherever it is."""
        self._state.places.remove(place)

    def change(self, **fields: Any) -> None:
        """Change the place in front."""
        self._state.places[-1] = msgspec.structs.replace(self._state.here, **fields)

    def put_card(self, screens: tuple[Screen, ...], card: Card | None) -> None:
        """Show `card` (None: no longer) in the open place of one of `screens`."""
        for index, place in enumerate(self._state.places):
            if place.screen in screens:
                self._state.places[index] = msgspec.structs.replace(place, card=card)

    def open(self, item: Item) -> None:
        """Go to the item's own screen."""
        rendition = item.rendition(USE_OF[item.kind], self._state.reader)
        if rendition is not None:
            self._state.unreadable.discard(rendition.blob)  # perhaps it is whole again: try
        self.push(Place(SCREEN_OF[item.kind], item=item))

    def try_again(self) -> None:
        """Load the open item anew."""
        self.change(card=None)
        self._text = self._document = None
        self._state.unreadable.clear()

    def renew_items(self, shelf: Shelf) -> None:
        """Show open items as the new catalogue has them; one that is gone stays open as it was."""
        new = {item.id: item for item in shelf.items}
        self._state.places[:] = [
            msgspec.structs.replace(place, item=new.get(place.item.id, place.item))
            if place.item is not None and _same_kind(new.get(place.item.id), place.item)
            else place
            for place in self._state.places
        ]

    def keep_page_in_range(self) -> None:
        """Stay within the pages there are (another language's text may be shorter)."""
        pages = pages_here(self._state)
        if pages and self._state.here.page >= pages:
            self.change(page=pages - 1)

    def found_unreadable(self, blob: Sha256, damaged: bool, card: Card) -> list[Effect]:
        """Grey the item, apologise where it is open, and have damaged bytes looked at."""
        fresh = blob not in self._state.unreadable
        self._state.unreadable.add(blob)
        for index, place in enumerate(self._state.places):
            if place.item is not None and self._needs(place.item) == blob:
                self._state.places[index] = msgspec.structs.replace(place, card=card)
        return [Doubt(blob)] if damaged and fresh else []

    def wanted(self) -> list[Effect]:
        """Return the loading that the place in front needs and that was not asked for yet."""
        effects: list[Effect] = []
        item = next((place.item for place in reversed(self._state.places) if place.item is not None), None)
        text = self._needs(item) if item is not None and item.kind is ItemKind.BULLETIN else None
        document = self._needs(item) if item is not None and item.kind is ItemKind.HANDBOOK else None
        if text != self._text:
            self._text = text
            if text is not None:
                effects.append(OpenText(text))
        if document != self._document:
            self._state.documents.clear()
            effects.append(OpenDocument(document) if document is not None else CloseDocument())
            self._document = document
        return effects

    def _needs(self, item: Item) -> Sha256 | None:
        use = USE_OF[item.kind]
        rendition = item.rendition(use, self._state.reader)
        if rendition is None and use is Use.PICTURE:
            return item.picture
        return rendition.blob if rendition is not None else None


def _same_kind(new: Item | None, old: Item) -> bool:
    return new is not None and new.kind is old.kind
