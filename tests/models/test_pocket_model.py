"""pocket-chat as published can be trained on."""

from models.pocket.train.export import write
from models.pocket.train.restore import restore


def test_a_restored_model_writes_the_same_file(pocket_path, tmp_path):
    """Nothing is lost between the GGUF and the model that training goes on with."""
    write(tmp_path / "again.gguf", *restore(pocket_path))

    assert pocket_path.read_bytes() == (tmp_path / "again.gguf").read_bytes()
