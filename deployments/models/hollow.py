"""What a model on the hub says of itself, without its weights: its files with holes where those would be."""

from pathlib import Path

from huggingface_hub import HfFileMetadata, get_session, get_token

from deployments.models.hub import Hub

HEAD_BYTES = 32 * 1024 * 1024  # of a GGUF, the vocabulary; of safetensors, the names and shapes; settings as a whole


class HollowHub(Hub):
    """For planning: files that llama.cpp and others lay out as they would the real ones, but cannot compute with."""

    def _fetch(self, url: str, metadata: HfFileMetadata, partial: Path, name: str) -> None:
        token = get_token()
        headers = {"Range": f"bytes=0-{HEAD_BYTES - 1}"} | ({"Authorization": f"Bearer {token}"} if token else {})
        with (
            get_session().stream("GET", url, headers=headers, follow_redirects=True) as answer,
            partial.open("wb") as file,
        ):
            answer.raise_for_status()
            for piece in answer.iter_bytes():
                file.write(piece[: HEAD_BYTES - file.tell()])
                if file.tell() == HEAD_BYTES:
                    break
            file.truncate(metadata.size or file.tell())

    def _check(self, partial: Path, metadata: HfFileMetadata) -> None:
        """A hole has no hash."""
