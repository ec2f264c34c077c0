"""Files from the Hugging Face hub: fetched once, resumed where a download broke off, checked before use.

The hub's own client drops a half-finished file, which for a model of many gigabytes is a day's work; so the file
stays here, under `….partial`, until it is whole.
"""

import hashlib
import io
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock
from httpx2 import HTTPError
from huggingface_hub import HfApi, HfFileMetadata, get_hf_file_metadata, get_token, hf_hub_url, try_to_load_from_cache
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.file_download import http_get
from huggingface_hub.utils.tqdm import disable_progress_bars
from typing_extensions import Buffer

from deployments.errors import ConfigError
from deployments.models.progress import Progress, Report
from deployments.models.source import HubFile, HubRepository

LISTING = "files.json"
_SENTENCE_TRANSFORMERS_FILE = re.compile(r"(\d+_\w+/)?[^/]+\.(json|txt|model|safetensors)")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Hub:
    """Downloads into `folder`, after a look into the hub's own cache. HF_TOKEN and HF_ENDPOINT are honoured."""

    def __init__(self, folder: Path, report: Report = lambda _: None) -> None:
        self._folder = folder
        self._report = report
        self._endpoint = os.environ.get("HF_ENDPOINT")
        disable_progress_bars()  # its own would fill a replica's log; `report` takes their place

    def file(self, source: HubFile) -> Path:
        """One file's path, downloaded if it is not there yet. Raises ConfigError in words a user can act on."""
        return self.file_on_disk(source) or self._kept(source)

    def file_on_disk(self, source: HubFile) -> Path | None:
        """Nobody is asked."""
        cached = try_to_load_from_cache(source.repository, source.file, revision=source.revision)
        path = Path(cached) if isinstance(cached, str) else self._place(source)
        return path if path.exists() else None

    def repository_on_disk(self, source: HubRepository) -> Path | None:
        """The folder, if every file is there. Nobody is asked."""
        folder = self._target(source.repository, source.revision)
        listing = folder / LISTING
        files = json.loads(listing.read_text()) if listing.exists() else []
        return folder if files and all((folder / file).exists() for file in files) else None

    def repository(self, source: HubRepository) -> Path:
        """A folder with every file of a sentence-transformers model, downloaded where it is missing."""
        folder = self._target(source.repository, source.revision)
        listing = folder / LISTING
        if not listing.exists():
            with _explained(source.repository), FileLock(_lock_of(listing)):
                self._note(listing, source)
        for file in json.loads(listing.read_text()):
            self._kept(HubFile(source.repository, source.revision, file))
        return folder

    def _kept(self, source: HubFile) -> Path:
        """In our own folder, whatever the hub's cache holds: the files of a repository must lie together."""
        target = self._place(source)
        if not target.exists():
            with _explained(f"{source.repository}/{source.file}"), FileLock(_lock_of(target)):
                self._download(source, target)
        return target

    def _place(self, source: HubFile) -> Path:
        return self._target(source.repository, source.revision) / source.file

    def _target(self, repository: str, revision: str) -> Path:
        return self._folder / "hub" / repository / revision

    def _note(self, listing: Path, source: HubRepository) -> None:
        """Whole or not at all, for whoever reads it without the lock, or after a crash."""
        if not listing.exists():
            partial = listing.with_name(f"{listing.name}.partial")
            partial.write_text(json.dumps(self._list(source)))
            partial.replace(listing)

    def _list(self, source: HubRepository) -> list[str]:
        names = HfApi(endpoint=self._endpoint).list_repo_files(source.repository, revision=source.revision)
        files = sorted(name for name in names if _SENTENCE_TRANSFORMERS_FILE.fullmatch(name))
        if "modules.json" not in files:
            raise ConfigError(f"{source.repository} is not a sentence-transformers model: it has no modules.json.")
        return files

    def _download(self, source: HubFile, target: Path) -> None:
        if target.exists():  # another process has fetched it while this one waited for the lock
            return
        url = hf_hub_url(source.repository, source.file, revision=source.revision, endpoint=self._endpoint)
        metadata = get_hf_file_metadata(url, token=get_token(), endpoint=self._endpoint)
        partial = target.with_name(f"{target.name}.{_digest(metadata)[:16]}.partial")
        self._fetch(url, metadata, partial, source.file)
        self._check(partial, metadata)
        partial.replace(target)

    def _fetch(self, url: str, metadata: HfFileMetadata, partial: Path, name: str) -> None:
        """Append to what an earlier attempt left; its name holds the content's hash, so it is of the same file."""
        token = get_token()
        headers = {"authorization": f"Bearer {token}"} if token else {}

        def report(done_bytes: int) -> None:
            self._report(Progress(name, done_bytes, metadata.size or 0))

        with _WatchedFile(partial, report) as file:
            http_get(url, file, resume_size=file.tell(), headers=headers, expected_size=metadata.size)

    def _check(self, partial: Path, metadata: HfFileMetadata) -> None:
        """Large files carry their SHA-256 as etag, small ones git's hash, of which only the size is checked."""
        size = partial.stat().st_size
        if metadata.size is not None and size != metadata.size:
            partial.unlink()
            raise ConfigError(
                f"{partial.name} has {size} bytes instead of {metadata.size}. Start again to fetch it anew."
            )
        if _SHA256.fullmatch(metadata.etag or ""):
            with partial.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            if digest != metadata.etag:
                partial.unlink()
                raise ConfigError(f"{partial.name} does not have its published SHA-256. Start again to fetch it anew.")


class _WatchedFile(io.BufferedWriter):
    """Tells how long it is after each write."""

    def __init__(self, path: Path, report: Callable[[int], None]) -> None:
        super().__init__(io.FileIO(path, "ab"))
        self._report_bytes = report

    def write(self, data: Buffer, /) -> int:
        written = super().write(data)
        self._report_bytes(self.tell())
        return written


def _lock_of(target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    return target.with_name(f"{target.name}.lock")


def _digest(metadata: HfFileMetadata) -> str:
    return hashlib.sha256((metadata.etag or "").encode()).hexdigest()


@contextmanager
def _explained(what: str) -> Iterator[None]:
    try:
        yield
    except GatedRepoError as error:
        raise ConfigError(f"{what} is gated: accept its licence on the hub and set HF_TOKEN.") from error
    except RepositoryNotFoundError as error:
        raise ConfigError(f"{what} is not on the hub, or private and HF_TOKEN is missing or wrong.") from error
    except (EntryNotFoundError, RevisionNotFoundError) as error:
        raise ConfigError(f"{what}: the hub has no such file or revision.") from error
    except HfHubHTTPError as error:
        raise ConfigError(f"{what}: the hub answered {error.response.status_code}. Try again later.") from error
    except (OSError, HTTPError) as error:
        why = str(error).rstrip(".")
        raise ConfigError(
            f"{what} could not be fetched: {why}. What is there is kept; start again to resume."
        ) from error
