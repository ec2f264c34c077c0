"""What replicas will take of a machine is known before it is bought."""

from pathlib import Path

import pytest
import yaml

from deployments.cli.machine import Machine, parse_gpus, parse_size
from deployments.cli.memory_plan import HIDES_GPUS, Plan, memory_plans, memory_shortages, unknown
from deployments.cli.serve_file import read
from deployments.embedding.minilm import minilm_folder
from deployments.errors import ConfigError
from tests.engine.llama.hollow import write_hollow_gpt_oss
from tests.models.hub_server import SmallHub

ROOT = Path(__file__).parents[2]
GIB, GB = 1 << 30, 10**9


@pytest.fixture(scope="module")
def gpt_oss(tmp_path_factory):
    return write_hollow_gpt_oss(tmp_path_factory.mktemp("hollow") / "gpt-oss-20b-mxfp4.gguf")


@pytest.fixture
def raw(gpt_oss):
    """The workstation's file, with models that are here; the chat model is of its own size."""
    raw = yaml.safe_load((ROOT / "configs" / "workstation.yaml").read_text())
    args = raw["applications"][0]["args"]
    args["chat"]["model"] = str(gpt_oss)
    args["summary"]["model"]["model"] = "builtin://pocket-chat"
    args["embedding"] = {"model": "builtin://all-MiniLM-L6-v2", "batch_tokens": 16384}
    return raw


@pytest.fixture
def plans(tmp_path, raw):
    def made(machine: Machine) -> dict[str, Plan]:
        path = tmp_path / "serve.yaml"
        path.write_text(yaml.safe_dump(raw))
        return {plan.demand.name: plan for plan in memory_plans(read(path), machine)}

    return made


@pytest.fixture
def args(raw):
    return raw["applications"][0]["args"]


@pytest.fixture
def options(raw):
    return {d["name"]: d["ray_actor_options"] for d in raw["applications"][0]["deployments"]}


def machine(gpu_gib: int | None = 48, gpus: int = 1, memory_gib: int = 64) -> Machine:
    return Machine(16, gpus, gpu_gib and gpu_gib * GIB, memory_gib * GIB)


def lines(plans: dict[str, Plan], machine: Machine) -> list[str]:
    return list(memory_shortages(list(plans.values()), machine))


def test_the_workstation_s_file_fits_the_card_that_it_names(plans):
    """Weights, conversations and buffers as llama.cpp lays them out, against the fraction."""
    chat = plans(machine())["Chat"]

    assert pytest.approx(12.1, abs=0.1) == chat.gpu.weights / GB
    assert pytest.approx(6.6, abs=0.1) == chat.gpu.conversations / GB
    assert 0.3 < chat.gpu.buffers / GB < 1.5
    assert int(0.5 * 48 * GIB) - GIB // 2 == chat.room
    assert "4 x 65,536 tokens" == chat.conversations
    assert [] == lines(plans(machine()), machine())


def test_what_does_not_fit_is_said_with_numbers_and_with_what_to_change(plans):
    """On a smaller card, the same fraction is too small."""
    (line,) = lines(plans(machine(30)), machine(30))

    assert line.startswith("Chat: gpt-oss-20b-mxfp4.gguf needs 19.4 GB (weights 12.1 GB, conversations 6.7 GB, ")
    assert "but 15.6 GB of GPU memory may be used: lower context_tokens or slots" in line
    assert "num_gpus" in line


@pytest.mark.parametrize(("change", "fits"), [({"context_tokens": 16384}, True), ({"slots": 2}, False)])
def test_the_advice_is_good(plans, args, change, fits):
    """Shorter conversations fit where half as many do not."""
    args["chat"] |= change

    assert fits == (not lines(plans(machine(30)), machine(30)))


def test_auto_is_planned_as_it_will_be_chosen(plans, args):
    """As long as the share allows."""
    args["chat"]["context_tokens"] = "auto"
    small, large = (plans(machine(gib))["Chat"].gpu for gib in (32, 48))

    assert small.conversations < large.conversations
    assert [] == lines(plans(machine(32)), machine(32))


def test_two_gpus_hold_a_model_that_is_spread_over_them(plans, args, options):
    """As `tensor_split` says."""
    options["Chat"]["num_gpus"] = 2
    assert [] == lines(plans(machine(12, gpus=2)), machine(12, gpus=2))
    args["chat"]["tensor_split"] = [3, 1]

    assert "Chat" in lines(plans(machine(12, gpus=2)), machine(12, gpus=2))[0]


def test_an_embedding_model_keeps_to_its_share_too(plans, options):
    """Its weights by its files, and a budget for batches."""
    embedder = plans(machine())["Embedder"]
    assert pytest.approx(45, abs=1) == embedder.gpu.weights / 10**6
    options["Embedder"]["num_gpus"] = 0.02
    (line,) = lines(plans(machine()), machine())

    assert "lower batch_tokens, or reserve more with num_gpus" in line


def test_without_a_gpu_everything_is_memory_of_the_machine(plans, args):
    """Weights count once, conversations for each replica."""
    args["chat"]["gpu_layers"] = 0
    here = machine(None, gpus=0, memory_gib=16)
    chat = plans(here)["Chat"]

    assert (0, None) == (chat.gpu.total, chat.room)
    assert "Chat: gpt-oss-20b-mxfp4.gguf needs 19.4 GB" in lines(plans(here), here)[0]


def test_replicas_must_fit_together(plans, raw, args):
    """Each alone would."""
    args["chat"] |= {"gpu_layers": 0, "context_tokens": 16384}
    here = machine(None, gpus=0, memory_gib=18)
    assert [] == lines(plans(here), here)
    raw["applications"][0]["deployments"][2]["num_replicas"] = 6
    (line,) = lines(plans(here), here)

    assert line.startswith("All replicas together need ")
    assert "but there are 19.3 GB" in line


@pytest.mark.parametrize(("hides", "sees"), [("1", False), ("0", True)])
def test_a_replica_without_a_share_sees_gpus_unless_they_are_hidden(plans, raw, options, hides, sees):
    """Ray leaves them visible by itself."""
    del options["Chat"]["num_gpus"]
    raw["controller_options"]["runtime_env"]["env_vars"][HIDES_GPUS] = hides

    assert sees == (plans(machine())["Chat"].gpu.total > 0)


def test_numbers_are_said_even_for_cards_of_unknown_size(plans):
    """Without a verdict."""
    plan = plans(machine(None))["Chat"]

    assert (True, None, None) == (plan.gpu.total > 0, plan.room, plan.lack)


def test_a_model_that_is_not_here_yet_is_judged_later(plans, args):
    """And that is said."""
    args["chat"]["model"] = "hf://acme/large/model.gguf"
    made = plans(machine())

    assert [] == lines(made, machine())
    assert ["Chat: hf://acme/large/model.gguf is not on this machine yet; --ask-hub judges it all the same"] == list(
        unknown(list(made.values()))
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2", (2, None)),
        ("24GiB", (1, 24 * GIB)),
        ("2x24GiB", (2, 24 * GIB)),
        ("24GiB, 2x80GB", (3, 24 * GIB)),
    ],
)
def test_another_machine_is_described_in_a_word(text, expected):
    """The smallest card counts, for Ray may choose it."""
    assert expected == parse_gpus(text)


@pytest.mark.parametrize("text", ["", "x", "2x", "2x24 apples", "-1"])
def test_a_description_that_says_nothing_is_refused(text):
    """With the name of the option."""
    with pytest.raises(ConfigError, match="--gpus"):
        parse_gpus(text)
    with pytest.raises(ConfigError, match="--memory"):
        parse_size("much", "--memory")


def test_a_model_on_the_hub_is_judged_by_the_head_of_its_file(tmp_path, raw, args, pocket_path, monkeypatch):
    """Exactly as it would be if it were here, though nearly nothing of it has been fetched."""
    monkeypatch.setattr("deployments.models.hollow.HEAD_BYTES", 200_000)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    folder = minilm_folder()
    whole = [file for file in folder.rglob("*") if file.is_file()]
    files = {f"acme/minilm/{file.relative_to(folder)}": file.read_bytes() for file in whole}
    hub = SmallHub(files | {"acme/pocket/pocket.gguf": pocket_path.read_bytes() + bytes(5_000_000)})
    path = tmp_path / "serve.yaml"
    args["chat"]["model"], args["embedding"]["model"] = "builtin://pocket-chat", "builtin://all-MiniLM-L6-v2"
    path.write_text(yaml.safe_dump(raw))
    here = memory_plans(read(path), machine())
    args["chat"]["model"], args["embedding"]["model"] = "hf://acme/pocket/pocket.gguf", "hf://acme/minilm"
    path.write_text(yaml.safe_dump(raw))
    with hub.serving() as url:
        monkeypatch.setenv("HF_ENDPOINT", url)
        there = memory_plans(read(path), machine(), heads=tmp_path / "heads")

    assert [(plan.gpu, plan.lack) for plan in here] == [(plan.gpu, plan.lack) for plan in there]
    assert {"bytes=0-199999"} == {
        range_ for method, name, range_ in hub.requests if method == "GET" and "/resolve/" in name
    }
