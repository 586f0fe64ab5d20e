"""Where files come from: one interface over a web server and over a folder.

Every wait is bounded, every error is a `Problem` in words or `NotThere`. Nothing a source says is
believed: lengths, types and bytes are judged by those who know the signatures.
"""

from __future__ import annotations

import contextlib
import errno
import ssl
import urllib.parse
from collections.abc import Callable, Iterator
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any, BinaryIO

import requests
from requests.adapters import HTTPAdapter

from content_cache import advice as say
from content_cache.ports import NotThere, Source
from kiosk import __version__

CONNECT_S, READ_S = 10.0, 30.0
"""Longest wait for a connection, and between two receptions."""

SMALL_CHUNK = 64 * 1024
MAX_REDIRECTS = 3

_NO_CHECK_TIME = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME: chain and name are checked, dates are not."""


class TooBig(Exception):
    """A file is longer than its limit."""


def open_source(url: str, *, dates_known: bool = True) -> Source:
    """Return the driver for `url`; raises `Problem` ``content.bad-url``.

    While the time is unknown (`dates_known` false) the dates of a TLS certificate are not judged; what
    is taken is proven by signatures either way.
    """
    parts = urllib.parse.urlsplit(url)
    if parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.startswith("/"):
        return FolderSource(Path(urllib.parse.unquote(parts.path)), url)
    if parts.scheme in ("http", "https") and parts.netloc:
        return WebSource(url, dates_known=dates_known)
    raise say.bad_url(url)


def read_small(source: Source, path: str, limit: int, moved: Callable[[int], None]) -> bytes:
    """Return a small file whole; `moved(received)` is told as it comes.

    Raises `NotThere`, `TooBig` beyond `limit` bytes, or `Problem`.
    """
    data = bytearray()
    with source.open(path) as stream:
        if stream.is_page:
            raise say.portal(source.url)
        for chunk in stream.chunks(SMALL_CHUNK):
            data += chunk
            if len(data) > limit:
                raise TooBig(f"{path}: > {limit} bytes")
            moved(len(data))
    return bytes(data)


class _DatelessAdapter(HTTPAdapter):
    """TLS for a machine that does not know the date."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        context = ssl.create_default_context()
        context.verify_flags |= _NO_CHECK_TIME
        super().init_poolmanager(*args, ssl_context=context, **kwargs)


class WebSource:
    """A static web server over one kept connection (used by one thread at a time)."""

    def __init__(self, url: str, *, dates_known: bool = True) -> None:
        self._url = url.rstrip("/") + "/"
        self._session = requests.Session()
        self._session.max_redirects = MAX_REDIRECTS
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers.update(
            {"User-Agent": f"banlang/{__version__}", "Accept-Encoding": "identity", "Accept": "*/*"}
        )
        if not dates_known:
            self._session.mount("https://", _DatelessAdapter())

    @property
    def url(self) -> str:
        """The address as configured."""
        return self._url

    @contextlib.contextmanager
    def open(self, path: str, *, offset: int = 0) -> Iterator[_WebStream]:
        """Ask for a file from `offset`."""
        headers = {"Range": f"bytes={offset}-"} if offset else {}
        address = self._url + urllib.parse.quote(path, safe="/%")
        try:
            response = self._session.get(address, headers=headers, stream=True, timeout=(CONNECT_S, READ_S))
        except requests.TooManyRedirects:
            raise say.portal(self._url) from None
        except (requests.RequestException, OSError) as error:
            raise say.unreachable(self._url, reason(error)) from error
        with response:
            if response.status_code in (403, 404, 410):
                raise NotThere(path)
            if response.status_code == 511:  # Network Authentication Required
                raise say.portal(self._url)
            if response.status_code not in (200, 206):
                raise say.unreachable(self._url, f"HTTP {response.status_code}")
            yield _WebStream(response, self._url)


class _WebStream:
    def __init__(self, response: requests.Response, url: str) -> None:
        self._response = response
        self._url = url
        self.is_page = response.headers.get("Content-Type", "").startswith("text/html")
        self.start, self.total = _extent(response)

    def chunks(self, size: int) -> Iterator[bytes]:
        try:
            yield from self._response.iter_content(size)
        except (requests.RequestException, OSError) as error:
            raise say.unreachable(self._url, reason(error)) from error


def _extent(response: requests.Response) -> tuple[int, int | None]:
    """Return where the body starts in the file, and how long the file is if that is said."""
    if response.status_code == 206:
        unit, _, rest = response.headers.get("Content-Range", "").partition(" ")
        span, _, whole = rest.partition("/")
        first = span.partition("-")[0]
        if unit == "bytes" and first.isdigit():
            return int(first), int(whole) if whole.isdigit() else None
        return -1, None  # a part of unknown place: of no use
    length = response.headers.get("Content-Length", "")
    plain = "Content-Encoding" not in response.headers
    return 0, int(length) if plain and length.isdigit() else None


def reason(error: BaseException) -> str:
    """Return a few words for a low-level error; what libraries print is for developers."""
    if isinstance(error, requests.exceptions.SSLError):
        return "TLS"
    if isinstance(error, requests.Timeout):
        return "timeout"
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror and not isinstance(cause, requests.RequestException):
            return cause.strerror
        following = cause.__cause__ or cause.__context__
        inner = getattr(cause, "reason", None) or (cause.args[0] if cause.args else None)
        cause = inner if isinstance(inner, BaseException) else following
    return type(error).__name__


class FolderSource:
    """A repository folder on this machine: a mounted stick, a share, a developer's sample."""

    def __init__(self, folder: Path, url: str = "") -> None:
        self._folder = folder
        self._url = url or folder.as_uri()

    @property
    def url(self) -> str:
        """The folder as a file: address."""
        return self._url

    @contextlib.contextmanager
    def open(self, path: str, *, offset: int = 0) -> Iterator[_FileStream]:
        """Open a file of the folder from `offset`."""
        try:
            file = (self._folder / path).open("rb")
        except FileNotFoundError:
            if not self._folder.is_dir():
                raise say.unreachable(self._url, "no such folder") from None
            raise NotThere(path) from None
        except OSError as error:
            raise say.unreachable(self._url, error.strerror) from error
        with file:
            total = file.seek(0, 2)
            file.seek(offset)
            yield _FileStream(file, offset, total, self._url)


class _FileStream:
    is_page = False

    def __init__(self, file: BinaryIO, start: int, total: int, url: str) -> None:
        self._file, self._url = file, url
        self.start, self.total = start, total

    def chunks(self, size: int) -> Iterator[bytes]:
        while True:
            try:
                data = self._file.read(size)
            except OSError as error:  # a stick pulled out, a bad sector
                raise say.unreachable(self._url, error.strerror) from error
            if not data:
                return
            yield data


def is_full(error: OSError) -> bool:
    """Tell whether `error` means that there is no room for more."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
