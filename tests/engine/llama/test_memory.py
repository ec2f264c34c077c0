"""Memory is judged before it is taken: what llama.cpp needs is known exactly, and what is missing is said."""

import re
import struct
from dataclasses import replace

import psutil
import pytest

from deployments.engine.llama.dry_run import Bytes, Need, dry_run
from deployments.engine.llama.fit import fit, shortage
from deployments.engine.llama.memory import fitting_context
from deployments.engine.llama.parameters import Placement, Shape
from deployments.engine.llama.room import Gpu, Room, on_gpus, ram
from deployments.errors import ConfigError

PLACEMENT, SHAPE = Placement(), Shape(slots=4, batch_tokens=64, threads=2)
AMPLE = Room(ram_total=10**12, ram_free=10**12)
GB = 10**9


def need(path, context_tokens: int = 1024, **shape) -> Bytes:
    with dry_run(path, PLACEMENT, is_offloaded=False) as model:
        return model.need(replace(SHAPE, **shape), context_tokens).ram


def test_the_pocket_model_s_caches_are_counted_to_the_byte(pocket_path):
    """In 4 of 8 layers a slot holds a window of 128 tokens and a batch, padded to 256. A key has 64 numbers."""
    assert 4 * 4 * (4096 + 256) * (64 + 64) * 2 == need(pocket_path, 4096).conversations


def test_nothing_is_allocated_to_find_out(pocket_path):
    """A context of a gigabyte costs a few megabytes of bookkeeping."""
    before = psutil.Process().memory_info().rss
    asked = need(pocket_path, 8192, slots=32, cache_type_k="f32", cache_type_v="f32")

    assert asked.conversations > 300_000_000
    assert psutil.Process().memory_info().rss - before < asked.conversations / 4


def test_quantised_caches_need_about_half(pocket_path):
    """Of 16 bits, q8_0 keeps 8.5."""
    plain = need(pocket_path).conversations
    quantised = need(pocket_path, cache_type_k="q8_0", cache_type_v="q8_0").conversations

    assert 17 / 32 == pytest.approx(quantised / plain, rel=0.02)


@pytest.mark.parametrize("free_mb", [40, 60, 100])
def test_auto_takes_what_fits_and_not_a_step_more(pocket_path, free_mb):
    """Beside the weights, half of what is free."""
    room = Room(ram_total=GB, ram_free=free_mb * 10**6)
    chosen = fit(pocket_path, PLACEMENT, SHAPE, "auto", room).context_tokens
    taken, more = need(pocket_path, chosen), need(pocket_path, chosen + 256)

    assert 0 == chosen % 256
    assert taken.weights + 2 * (taken.conversations + taken.buffers) <= room.ram_free
    assert chosen == 8192 or more.weights + 2 * (more.conversations + more.buffers) > room.ram_free


def test_auto_goes_no_further_than_the_model_was_trained_for(pocket_path):
    """Whatever there is."""
    assert 8192 == fit(pocket_path, PLACEMENT, SHAPE, "auto", AMPLE).context_tokens


@pytest.mark.parametrize("tokens", ["auto", 4096])
def test_too_little_memory_is_said_with_numbers_and_ways_out(pocket_path, tokens):
    """In one line, before anything is loaded."""
    lack = fit(pocket_path, PLACEMENT, SHAPE, tokens, Room(ram_total=GB, ram_free=4 * 10**6)).lack or ""

    assert re.search(r"needs .* MB \(conversations .*\), but 4.0 MB of memory are free", lack)
    assert "lower context_tokens or slots" in lack
    assert "\n" not in lack


def test_far_too_much_is_refused_before_it_is_tried(pocket_path):
    """llama.cpp's own tables of so many tokens would fill the machine while it finds out."""
    before = psutil.Process().memory_info().rss
    lack = fit(pocket_path, PLACEMENT, Shape(256, 512, 1), 4_000_000, Room(ram_total=25 * GB, ram_free=20 * GB)).lack

    assert "pocket-chat.gguf at least needs 49.2 GB (conversations 49.2 GB), but 20.0 GB of memory are free" in lack
    assert "lower context_tokens or slots" in lack
    assert psutil.Process().memory_info().rss - before < 100_000_000


def test_a_machine_with_gpus_can_be_judged_from_one_without(pocket_path):
    """All layers go there with their conversations and buffers; half of them with half the weights."""
    room = Room(ram_total=GB, ram_free=GB, gpu_free=GB)
    whole, half = [fit(pocket_path, Placement(gpu_layers=n), SHAPE, 1024, room).need for n in (-1, 3)]

    assert 0 == whole.ram.total < min(whole.gpu.weights, whole.gpu.conversations, whole.gpu.buffers)
    assert 3 / 9 == pytest.approx(half.gpu.weights / whole.gpu.weights)
    assert half.gpu.weights + half.ram.weights == whole.gpu.weights


@pytest.mark.parametrize(
    ("room", "placement", "lacks"),
    [
        (Room(20 * GB, 2 * GB), Placement(), None),
        (Room(20 * GB, GB // 2), Placement(), "conversations 0.9 GB, buffers 0.1 GB"),
        (Room(12 * GB, 12 * GB), Placement(), "there are 12.0 GB of memory"),
        (Room(20 * GB, 2 * GB), Placement(use_mmap=False), "weights 12.1 GB"),
        (Room(20 * GB, 2 * GB), Placement(use_mlock=True), "weights 12.1 GB"),
        (Room(20 * GB, 14 * GB), Placement(use_mmap=False), None),
    ],
)
def test_mapped_weights_may_share_their_memory_with_files(room, placement, lacks):
    """They need not be free, but there."""
    said = shortage(Need(Bytes(12_100_000_000, 900_000_000, 100_000_000), Bytes()), placement, room)

    assert (said is None) if lacks is None else lacks in (said or "")


def test_a_share_of_a_gpu_is_a_limit():
    """Ray counts shares; the engine keeps to them, and CUDA itself takes half a gigabyte of each."""
    on_gpu = Need(Bytes(), Bytes(12_100_000_000, 900_000_000, 100_000_000))
    cards = [Gpu(free=40 * GB, total=48 * GB)]

    def said(fraction: float | None) -> str | None:
        return shortage(on_gpu, PLACEMENT, Room(GB, GB, on_gpus(cards, PLACEMENT, fraction)))

    assert said(None) is said(0.6) is None
    assert "11.5 GB of GPU memory may be used: lower context_tokens" in (said(0.25) or "")


@pytest.mark.parametrize(
    ("placement", "fraction", "room"),
    [
        (Placement(), None, 30),
        (Placement(), 0.5, 14),
        (Placement(), 2, 30),
        (Placement(split_mode="none", main_gpu=1), None, 20),
        (Placement(split_mode="none", main_gpu=2), None, 0),
        (Placement(tensor_split=(1, 1)), None, 20),
        (Placement(tensor_split=(1, 3)), None, 26),
        (Placement(tensor_split=(0, 1)), None, 20),
        (Placement(tensor_split=(1, 1, 1)), None, 0),
    ],
)
def test_several_gpus_hold_what_the_split_lets_them(placement, fraction, room):
    """A model of the size of the room puts no more on each card than is free there."""
    cards = [Gpu(free=10 * GB, total=12 * GB), Gpu(free=20 * GB, total=20 * GB)]

    assert room == on_gpus(cards, placement, fraction) // GB


def test_the_tightest_control_group_counts(tmp_path):
    """Its parents' limits are its own; page cache is not in use."""
    proc, groups = tmp_path / "proc", tmp_path / "cgroup"
    inner = groups / "a" / "b"
    inner.mkdir(parents=True)
    (proc / "self").mkdir(parents=True)
    (proc / "self" / "cgroup").write_text("1:name=systemd:/x\n0::/a/b\n")
    (proc / "meminfo").write_text("MemTotal: 99 kB\nMemAvailable: 5000000 kB\n")
    (inner / "memory.max").write_text("max\n")
    (inner.parent / "memory.max").write_text("4000000\n")
    (inner.parent / "memory.current").write_text("3000000\n")
    (inner.parent / "memory.stat").write_text("anon 1\ninactive_file 500000\n")

    assert (4_000_000, 1_500_000) == ram(proc, groups)


def test_older_control_groups_are_read_as_well(tmp_path):
    """Those of version 1, which have a folder per controller."""
    proc, groups = tmp_path / "proc", tmp_path / "cgroup"
    (groups / "memory").mkdir(parents=True)
    (proc / "self").mkdir(parents=True)
    (proc / "self" / "cgroup").write_text("4:memory:/not/mounted/here\n3:cpuset:/\n")
    (groups / "memory" / "memory.limit_in_bytes").write_text("4000000\n")
    (groups / "memory" / "memory.usage_in_bytes").write_text("1000000\n")

    assert (4_000_000, 3_000_000) == ram(proc, groups)


def test_where_nothing_is_said_all_memory_is_free(tmp_path):
    """As on systems without these files."""
    total, free = ram(tmp_path, tmp_path)

    assert total == free == psutil.virtual_memory().total


@pytest.mark.parametrize("split", [(0.0, 0.0), (-1.0, 2.0), (float("nan"),), (1.0,) * 1000])
def test_a_split_that_is_none_is_refused(split):
    """Shares are finite, not negative, and not all 0."""
    with pytest.raises(ConfigError, match="tensor_split"):
        Placement(tensor_split=split).parameters()


def test_the_answer_comes_from_another_process(pocket_path):
    """A number, or what is wrong."""
    assert 2048 == fitting_context(pocket_path, PLACEMENT, SHAPE, 2048, AMPLE)
    with pytest.raises(ConfigError, match=r"4\.0 MB of memory are free"):
        fitting_context(pocket_path, PLACEMENT, SHAPE, 2048, Room(ram_total=GB, ram_free=4 * 10**6))


def test_a_damaged_file_that_aborts_llama_cpp_is_an_error(tmp_path, pocket_path):
    """More experts are used than there are, which llama.cpp asserts; the process that asked goes on."""
    path = tmp_path / "model.gguf"
    key = b"gpt-oss.expert_used_count"
    whole = pocket_path.read_bytes()
    number = whole.index(key) + len(key) + 4
    path.write_bytes(whole[:number] + b"\xff" + whole[number + 1 :])

    with pytest.raises(ConfigError, match=r"breaks off at model\.gguf: llama-model\.cpp.*GGML_ASSERT") as error:
        fitting_context(path, PLACEMENT, SHAPE, 1024, AMPLE)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("size", "said"), [(0, "cannot load"), (30_000, "cannot load"), (3_000_000, "incomplete")])
def test_a_file_cut_short_is_refused_before_memory_is(tmp_path, pocket_path, size, said):
    """Wherever it ends."""
    path = tmp_path / "model.gguf"
    path.write_bytes(pocket_path.read_bytes()[:size])

    with pytest.raises(ConfigError, match=said):
        fit(path, PLACEMENT, SHAPE, "auto", AMPLE)


def test_a_missing_part_of_a_split_file_is_named(tmp_path, pocket_path):
    """Without the folder it should lie in."""
    path = tmp_path / "model-00001-of-00002.gguf"
    _write_part(pocket_path, path, parts=2)

    with pytest.raises(ConfigError, match=r"model-00002-of-00002\.gguf") as error:
        fit(path, PLACEMENT, SHAPE, 1024, AMPLE)
    assert str(tmp_path) not in str(error.value)


def _write_part(source, path, *, parts: int) -> None:
    """All tensors, but it says that there are more parts. The keys take 64 bytes, so what follows stays aligned."""
    whole = source.read_bytes()
    keys = b"".join(
        struct.pack("<Q", len(name)) + name + struct.pack("<IH", 2, value)
        for name, value in ((b"split.no", 0), (b"split.count", parts), (b"pad", 0))
    )
    version, tensors, count = struct.unpack_from("<IQQ", whole, 4)
    path.write_bytes(whole[:4] + struct.pack("<IQQ", version, tensors, count + 3) + keys + whole[24:])
