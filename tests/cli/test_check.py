"""`check` finds, before anything starts, what Ray would only find while it fails, or never."""

import sys
from pathlib import Path

import pytest
import yaml

from deployments.cli.check import check
from deployments.cli.machine import Machine
from deployments.cli.serve_file import read
from deployments.errors import ConfigError

ROOT = Path(__file__).parents[2]
MACHINE = Machine(cpus=2, gpus=0)
POET = "---\ndescription: Retells a text in verse\n---\nRetell it in rhymes."


@pytest.fixture
def raw():
    return yaml.safe_load((ROOT / "serve_config.yaml").read_text())


@pytest.fixture
def problems(tmp_path, raw):
    """All that is wrong with a changed file, for a machine."""

    def found(machine: Machine = MACHINE) -> list[str]:
        path = tmp_path / "serve.yaml"
        path.write_text(yaml.safe_dump(raw))
        try:
            check(path, machine)
        except ConfigError as error:
            return str(error).splitlines()
        return []

    return found


@pytest.fixture
def deployments(raw):
    return {deployment["name"]: deployment for deployment in raw["applications"][0]["deployments"]}


@pytest.mark.parametrize(
    ("file", "machine"),
    [
        ("serve_config.yaml", MACHINE),
        ("configs/laptop.yaml", MACHINE),
        ("configs/workstation.yaml", Machine(cpus=8, gpus=1)),
        ("configs/cluster.yaml", Machine(cpus=16, gpus=2)),
    ],
)
def test_the_files_that_come_with_the_project_are_fine(file, machine):
    """On the machines they are made for."""
    assert check(ROOT / file, machine).file.config


def test_a_typo_is_named_with_the_nearest_key(problems, raw, deployments):
    """Anywhere in Ray's parts, all of them at once."""
    raw["proxy_locaton"] = "HeadOnly"
    raw["http_options"]["prot"] = 1
    deployments["Chat"]["max_ongoing_request"] = 1
    deployments["Chat"]["ray_actor_options"]["num_gpu"] = 1
    deployments["Gemini"]["autoscaling_config"]["min_replica"] = 1
    deployments["Chat"]["request_router_config"]["router"] = 1

    chat, gemini = (f"applications[0].deployments[{i}]" for i in (2, 4))
    assert [
        "proxy_locaton: unknown key; did you mean proxy_location?",
        "http_options.prot: unknown key; did you mean port?",
        f"{chat}.max_ongoing_request: unknown key; did you mean max_ongoing_requests?",
        f"{chat}.ray_actor_options.num_gpu: unknown key; did you mean num_gpus?",
        f"{chat}.request_router_config.router: unknown key",
        f"{gemini}.autoscaling_config.min_replica: unknown key; did you mean min_replicas?",
    ] == sorted(problems(), key=_order)


def _order(line: str) -> tuple[bool, bool, str]:
    return line.startswith("applications"), line.startswith("http"), line


def test_our_own_settings_are_checked_too(problems, raw):
    """Unknown ones, wrong types and values out of range."""
    raw["applications"][0]["args"] = {"chatt": {}, "chat": {"slots": 0, "context_tokens": "many"}}

    assert [
        "args.chat.context_tokens: Input should be 'auto' or a whole number greater than 0",
        "args.chat.slots: Input should be greater than 0",
        "args.chatt: Extra inputs are not permitted",
    ] == sorted(problems())


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"context_tokens": "auto"}, None),
        ({"context_tokens": 0}, "args.chat.context_tokens: Input should be 'auto' or a whole number greater than 0"),
        ({"cache_type_k": "q8_0", "cache_type_v": "q8_0"}, None),
        ({"cache_type_v": "q8_0", "flash_attention": "off"}, "args.chat: a quantised cache_type_k or cache_type_v"),
        ({"cache_type_k": "q9"}, "args.chat.cache_type_k: Input should be 'f32', 'f16'"),
        ({"tensor_split": [0, 0]}, "args.chat: tensor_split needs a share above 0"),
        ({"tensor_split": [1, -1]}, "args.chat.tensor_split.1: Input should be greater than or equal to 0"),
        ({"tensor_split": []}, "args.chat.tensor_split: "),
        ({"split_mode": "column"}, "args.chat.split_mode: Input should be 'none', 'layer' or 'row'"),
    ],
)
def test_what_llama_cpp_would_refuse_is_said(problems, raw, settings, said):
    """Before a model is loaded for it."""
    raw["applications"][0]["args"]["chat"] |= settings
    found = problems()

    assert [] == found if said is None else found[0].startswith(said), found


def test_a_model_is_spread_over_gpus_that_its_replica_sees(problems, raw, deployments):
    """Ray hides the others."""
    chat = raw["applications"][0]["args"]["chat"]
    chat |= {"tensor_split": [1, 1], "main_gpu": 1}

    assert [
        "args.chat.tensor_split: has shares for 2 GPUs, but Chat sees 1 (ray_actor_options.num_gpus 0)",
        "args.chat.main_gpu: 1 is counted from 0, but Chat sees 1 (ray_actor_options.num_gpus 0)",
    ] == problems()
    deployments["Chat"]["ray_actor_options"]["num_gpus"] = 2
    assert [] == problems(Machine(2, 2))


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("Chat", {"num_replicas": "three"}, "num_replicas"),
        ("Chat", {"num_replicas": -1}, "num_replicas"),
        ("Chat", {"ray_actor_options": {"num_cpus": 0.1, "num_gpus": -1}}, "num_gpus"),
        ("Chat", {"num_replicas": 2, "autoscaling_config": {"min_replicas": 1}}, "autoscaling"),
        ("Gemini", {"autoscaling_config": {"min_replicas": 3, "max_replicas": 2}}, "replicas"),
        ("Gemini", {"autoscaling_config": {"target_ongoing_requests": 99}}, "is never reached"),
        ("Chat", {"request_router_config": {"request_router_class": "deployments.nowhere:Router"}}, "nowhere"),
        ("Chat", {"name": "Chatt"}, "there is no Chatt in the graph"),
        ("Chat", {"name": "Chatt"}, "Chat is missing"),
        ("Chat", {"name": "Embedder"}, "Embedder stands there more than once"),
    ],
)
def test_what_cannot_be_deployed_is_said(problems, deployments, name, change, said):
    """Wrong types, impossible replicas, classes that do not exist, deployments that are not ours."""
    deployments[name] |= change

    assert any(said in line for line in problems()), problems()


def test_a_surge_without_room_for_it_is_noted(tmp_path, raw, deployments):
    """The graph can start, but a new model could not be deployed to it so."""
    deployments["Chat"] |= {"ray_actor_options": {"num_cpus": 0.5, "num_gpus": 0.6}, "max_surge_percent": 100}
    path = tmp_path / "serve.yaml"
    path.write_text(yaml.safe_dump(raw))

    [note] = check(path, Machine(cpus=8, gpus=1)).notes
    assert "Chat.max_surge_percent: a successor takes 0.6 GPU beside 0.6 in use, but there are 1" in note
    assert [] == check(path, Machine(cpus=8, gpus=2)).notes


def test_replicas_must_fit_the_machine(problems, deployments):
    """A share lies on one GPU; what may come later is a note, not an error."""
    deployments["Chat"]["ray_actor_options"] = {"num_cpus": 0.5, "num_gpus": 0.6}
    deployments["Embedder"]["ray_actor_options"] = {"num_cpus": 0.5, "num_gpus": 0.5}

    assert "0.5 + 0.6 GPU, but there are 1" in problems(Machine(2, 1))[0].replace("0.6 + 0.5", "0.5 + 0.6")
    assert [] == problems(Machine(2, 2))
    deployments["Chat"]["num_replicas"] = 4
    assert "reserve 2.7 CPUs, but there are 2" in problems(Machine(2, 9))[0]


@pytest.mark.parametrize(
    ("section", "model", "said"),
    [
        ("chat", "/no/such.gguf", "args.chat.model: /no/such.gguf does not exist"),
        ("chat", "builtin://nothing", "There is no built-in model"),
        ("embedding", "http://x", "is not understood"),
    ],
)
def test_a_model_that_is_not_there_is_missed_before_the_start(problems, raw, section, model, said):
    """Those on the hub are fetched later."""
    raw["applications"][0]["args"][section]["model"] = model

    assert said in problems()[0]


def test_the_proxy_is_never_left_unguarded(problems, raw):
    """Without the edge, clients could switch our timeouts off; without a list, they could be anybody."""
    raw["controller_options"]["runtime_env"]["env_vars"] = {}

    assert 3 == len(problems())
    assert all(line.startswith("controller_options.runtime_env.env_vars.") for line in problems())


@pytest.mark.parametrize("value", ["", "4194304", "64 MiB", "-1"])
def test_large_files_may_pass_between_deployments(problems, raw, value):
    """A value that is too small, or no number of bytes, is said like any other mistake."""
    raw["controller_options"]["runtime_env"]["env_vars"]["RAY_SERVE_REPLICA_GRPC_MAX_MESSAGE_LENGTH"] = value

    assert 1 == len(problems())
    assert "must be 33554432 or more" in problems()[0]


@pytest.mark.parametrize("value", ["64MiB", "1000000"])
def test_the_proxy_lets_in_what_the_application_allows(problems, raw, monkeypatch, value):
    """Its own limit is an environment variable, which may be too low for files that are allowed, or no number."""
    monkeypatch.setenv("MAX_FILE_SIZE_BYTES", "40000000")
    assert "WORKBENCH_MAX_BODY_BYTES: 33554432 must be 40065536 or more" in problems()[0]
    raw["controller_options"]["runtime_env"]["env_vars"]["WORKBENCH_MAX_BODY_BYTES"] = "40065536"
    assert [] == problems()
    raw["controller_options"]["runtime_env"]["env_vars"]["WORKBENCH_MAX_BODY_BYTES"] = value
    assert f"{value} must be" in problems()[0]


def test_the_graph_is_served_at_the_root(problems, raw):
    """Documentation, health and limits are known by their paths."""
    raw["applications"][0]["route_prefix"] = "/models"
    raw["http_options"]["root_path"] = "/here"

    assert ["applications[0].route_prefix", "http_options.root_path"] == [line.partition(":")[0] for line in problems()]
    assert all("reverse proxy" in line for line in problems())


@pytest.mark.parametrize(
    ("section", "setting", "url", "said"),
    [
        ("embedding", "shared_cache_url", "http://host", "embedding.shared_cache_url is no URL of a Redis"),
        ("sessions", "url", "host:5432", "sessions.url is not a database URL"),
        ("sessions", "url", "mysql://host/sessions", "sessions.url: sessions are kept in SQLite or PostgreSQL, not in"),
        ("sessions", "url", "postgresql+x://host/s", "sessions.url: nothing here speaks postgresql+x"),
    ],
)
def test_a_database_that_cannot_be_meant_is_said(problems, raw, section, setting, url, said):
    """Before anything starts."""
    raw["applications"][0]["args"][section] = {setting: url}

    assert problems()[0].startswith(f"args.{said}")


@pytest.mark.parametrize(
    ("section", "setting", "url", "client", "extra"),
    [
        ("limits", "url", "redis://host", "deployments.limits.redis", "redis"),
        ("embedding", "shared_cache_url", "redis://host", "deployments.embedding.shared", "redis"),
        ("sessions", "url", "postgresql://host/sessions", "asyncpg", "postgres"),
    ],
)
def test_a_client_that_is_not_installed_is_said(problems, raw, monkeypatch, section, setting, url, client, extra):
    """With the command that installs it."""
    raw["applications"][0]["args"][section] = {setting: url}
    monkeypatch.setitem(sys.modules, client, None)

    assert problems()[0].startswith(f"args.{section}.{setting} needs packages that are not installed: pip install 'eg")
    assert f"-e '.[{extra}]'" in problems()[0]


@pytest.mark.parametrize("url", ["http://host", "host:6379"])
def test_a_redis_that_cannot_be_meant_is_said(problems, raw, url):
    """Whether there is one is another question."""
    raw["applications"][0]["args"]["limits"] = {"url": "redis://127.0.0.1:9/0"}
    assert [] == problems()
    raw["applications"][0]["args"]["limits"] = {"url": url}

    assert problems()[0].startswith("args.limits.url is no URL of a Redis, such as redis://HOST:6379/0")


@pytest.mark.parametrize(
    ("user_config", "said"),
    [
        ({"revison": 2}, "Summarizer.user_config: revison: Extra inputs are not permitted"),
        ({"texts": {"poet": POET}}, "Summarizer.user_config: Persona poet belongs to no kind"),
        (
            {"texts": {"docs/poet": "---\ntemperature: hot\n---\nx"}},
            "Summarizer.user_config: Persona docs/poet has wrong",
        ),
        ({"texts": {"docs/poet": ""}}, "Summarizer.user_config: Persona docs/poet has no text"),
    ],
)
def test_a_persona_that_cannot_be_meant_is_said(problems, deployments, user_config, said):
    """Nobody takes it over, for it would stop those who run."""
    deployments["Summarizer"]["user_config"] = user_config
    (problem,) = problems()

    assert problem.startswith(said)


@pytest.mark.parametrize(
    ("user_config", "said"),
    [
        ({"limits": {"chat": {"calls": 0, "seconds": 1}}}, "Ingress.user_config.limits.chat.calls: Input should be"),
        ({"chat": {"slots": 4}}, "Ingress.user_config.chat.slots: Extra inputs are not permitted"),
    ],
)
def test_a_change_that_a_running_ingress_cannot_take_over_is_said(problems, deployments, user_config, said):
    """With its place."""
    deployments["Ingress"]["user_config"] = user_config
    (problem,) = problems()

    assert problem.startswith(said)


def test_personas_that_can_be_read_are_fine(problems, raw, deployments, tmp_path):
    """Those of a folder on another machine are left to it."""
    deployments["Summarizer"]["user_config"] = {"revision": 2, "texts": {"docs/poet": POET}}
    assert [] == problems()
    raw["applications"][0]["args"]["summary"] = {"personas": str(tmp_path / "elsewhere")}

    assert [] == problems()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a: [", "is not YAML"),
        ("- a", "must be a mapping"),
        ("", "must be a mapping"),
        ("applications: []", "exactly one"),
    ],
)
def test_a_file_that_is_something_else_is_refused(tmp_path, content, said):
    """In one line."""
    path = tmp_path / "x.yaml"
    path.write_text(content)
    with pytest.raises(ConfigError, match=said) as error:
        check(path, MACHINE)

    assert "\n" not in str(error.value)


def test_the_environment_counts(problems, monkeypatch):
    """Its values are checked with the file."""
    monkeypatch.setenv("CHAT_N_CTX", "many")

    assert problems()[0].startswith("CHAT_N_CTX: ")


def test_an_address_of_ipv6_stands_in_brackets():
    """In the banner, and where `up` looks whether it is there."""
    assert "http://[::1]:8000" == read(ROOT / "serve_config.yaml", host="::1").url
