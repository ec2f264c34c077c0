"""Every setting of the application, typed. It knows no environment, no files and no Ray; a typo is an error.

`args` in a Serve YAML is an `AppConfig`. It is built once, in `build_app`, and passed on by constructors.
"""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    NonNegativeFloat,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError

MIB = 1024 * 1024


class Section(BaseModel):
    """A part of the configuration: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())


class RateLimit(Section):
    calls: PositiveInt
    seconds: PositiveInt


class TokenBudget(Section):
    """Tokens read, thought and written, in spans that begin with the first of them."""

    tokens: PositiveInt
    seconds: PositiveInt


class Windows(Section):
    """How many calls, per client address and kind of endpoint."""

    embed: RateLimit = RateLimit(calls=5, seconds=10)
    summarize: RateLimit = RateLimit(calls=2, seconds=60)
    chat: RateLimit = RateLimit(calls=10, seconds=60)
    failed_auth: RateLimit = Field(RateLimit(calls=20, seconds=60), description="wrong keys, per address")
    per_key: dict[Literal["embed", "summarize", "chat"], RateLimit] = Field(
        default_factory=dict, description="a second limit, per API key"
    )


class LimitsConfig(Windows):
    """Who counts, and what may be spent."""

    url: SecretStr | None = Field(None, description="a Redis that counts, redis://…; default: an actor of the Ingress")
    tracked_clients: PositiveInt = Field(100_000, description="addresses and keys remembered at most")
    budget: TokenBudget | None = Field(None, description="what each API key may spend on models that cost money")
    budgets: dict[str, TokenBudget] = Field(
        default_factory=dict, description="of single keys instead, by the names that they have in WORKBENCH_API_KEYS"
    )

    def budget_of(self, key: str) -> TokenBudget | None:
        return self.budgets.get(key, self.budget)


class AuthConfig(Section):
    """Keys themselves come from the environment or from the data directory, never from here."""

    generate_key: bool = Field(True, description="make a key at the first start if none is configured")


class HttpConfig(Section):
    """What is let in."""

    max_file_bytes: PositiveInt = Field(5 * MIB, description="an uploaded file")
    max_json_bytes: PositiveInt = Field(16 * MIB, description="the body of a JSON request")
    binary_threshold: float = Field(0.1, ge=0, le=1, description="share of control bytes that makes a file binary")
    answer_timeout_s: PositiveFloat = Field(600, description="a whole answer, streamed or not")

    @property
    def max_upload_bytes(self) -> int:
        """With boundaries, names and small fields beside the file."""
        return self.max_file_bytes + MIB // 16


class EmbedderConfig(Section):
    """A sentence-transformers model."""

    model: str = Field("builtin://all-MiniLM-L6-v2", description="builtin://…, hf://owner/repo or a folder")
    name: str | None = Field(None, description="the id clients see; default: the last part of `model`")
    dimensions: tuple[PositiveInt, ...] | None = Field(None, description="default: those its model card lists")
    device: Literal["auto", "cpu", "cuda", "mps"] = "auto"
    dtype: Literal["auto", "float32", "bfloat16"] = "auto"
    threads: PositiveInt | None = Field(None, description="CPU threads; default: the cores this process may use")
    packed: bool = Field(True, description="compute without padding, where that proves to give the same vectors")
    batch_tokens: PositiveInt = Field(640, description="tokens per forward pass")
    queue_tokens: PositiveInt = Field(262_144, description="tokens that may wait; beyond: 503")
    cache_bytes: int = Field(64 * MIB, ge=0, description="vectors kept, in bytes")
    cache_entries: int | None = Field(None, ge=0, description="vectors kept at most, whatever their size")
    ingress_cache_bytes: int = Field(16 * MIB, ge=0, description="answers kept at each ingress, in bytes")
    shared_cache_url: SecretStr | None = Field(None, description="a Redis whose vectors all replicas share")
    shared_cache_ttl_s: PositiveInt = Field(7 * 86_400, description="how long it keeps one")


CacheType = Literal["f32", "f16", "bf16", "q8_0", "q5_1", "q5_0", "q4_1", "q4_0"]
SplitMode = Literal["none", "layer", "row"]


def _auto_or_number(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    """A union's own errors would name its branches."""
    try:
        return handler(value)
    except ValidationError:
        raise PydanticCustomError("tokens", "Input should be 'auto' or a whole number greater than 0") from None


AutoTokens = Annotated[Literal["auto"] | PositiveInt, WrapValidator(_auto_or_number)]


class AnswerDefaults(Section):
    """Of an answer, where the request does not say."""

    max_tokens: PositiveInt = 4096
    temperature: float = Field(0.7, ge=0, le=2)


class GeneratorConfig(AnswerDefaults):
    """A GGUF model and its engine."""

    enabled: bool = True
    model: str = Field("builtin://pocket-chat", description="builtin://…, hf://owner/repo/file.gguf or a file")
    name: str | None = Field(None, description="the id clients see; default: the last part of `model`")
    context_tokens: AutoTokens = Field(
        8192, description="per conversation: prompt and answer together; auto: as many as fit in memory"
    )
    slots: PositiveInt = Field(4, le=256, description="conversations decoded at the same time")
    batch_tokens: PositiveInt = Field(512, description="tokens per llama_decode call")
    longest_gap_ms: PositiveInt = Field(150, description="a running answer's wait for a token while prompts are read")
    stream_interval_ms: int = Field(40, ge=0, description="tokens that come faster are sent together")
    queue_requests: PositiveInt = Field(64, description="requests that may wait for a slot; beyond: 503")
    gpu_layers: int = Field(-1, ge=-1, description="layers on the GPU; -1: all, where there is one")
    split_mode: SplitMode = Field("layer", description="several GPUs: a share of the layers each, or of every row")
    main_gpu: int = Field(0, ge=0, description="the one GPU of split_mode none, and that of small results of row")
    tensor_split: tuple[NonNegativeFloat, ...] | None = Field(
        None, min_length=1, description="shares per GPU, such as [3, 1]; default: by what is free on each"
    )
    threads: PositiveInt | None = Field(None, description="CPU threads; default: the cores this process may use")
    flash_attention: Literal["auto", "on", "off"] = "auto"
    cache_type_k: CacheType = Field("f16", description="of the conversations' keys; q8_0 halves their memory")
    cache_type_v: CacheType = Field("f16", description="of their values; on GPUs best the same as cache_type_k")
    cache_memory_bytes: int = Field(
        1024 * MIB, ge=0, description="of the host, for conversations that had to leave their slot, and checkpoints"
    )
    cache_disk_bytes: int = Field(0, ge=0, description="of the disk, for those that had to leave there; they survive")
    speculation: bool = Field(True, description="guess what repeats the prompt, where that saves time")
    use_mmap: bool = True
    use_mlock: bool = Field(False, description="keep the weights in memory, whatever else needs it")

    @model_validator(mode="after")
    def _llama_could_start(self) -> Self:
        """Each would else be found only after a model is loaded."""
        is_quantised = any("_" in kind for kind in (self.cache_type_k, self.cache_type_v))
        if is_quantised and self.flash_attention == "off":
            raise PydanticCustomError("cache_type", "a quantised cache_type_k or cache_type_v needs flash_attention")
        if self.tensor_split and not any(self.tensor_split):
            raise PydanticCustomError("tensor_split", "tensor_split needs a share above 0")
        return self


class SummaryModelConfig(GeneratorConfig):
    """A model of its own for summaries. It has no default: a small one would not do."""

    model: str


class SummaryConfig(Section):
    """Summaries by persona. With neither a `model` nor `share_chat` they are extractive."""

    model: SummaryModelConfig | None = Field(None, description="a model of its own, deployed as SummaryModel")
    share_chat: bool = Field(False, description="let the chat model write them")
    max_tokens: int = Field(300, ge=1, le=32_768, description="of a summary, where the request does not say")
    temperature: float = Field(0.2, ge=0, le=2, description="where the request does not say")
    cache_bytes: int = Field(16 * MIB, ge=0, description="summaries kept, in bytes")
    cache_ttl_s: PositiveFloat = Field(86_400, description="how long one is kept")
    cache_entries: int | None = Field(None, ge=0, description="summaries kept at most, whatever their size")
    personas: Path | None = Field(None, description="a folder with code/ and docs/; default: the built-in one")

    @model_validator(mode="after")
    def _one_model(self) -> Self:
        if self.share_chat and self.model and self.model.enabled:
            raise PydanticCustomError(
                "share_chat", "summaries are written by a model of their own or by chat's, not both"
            )
        return self


class GeminiModelConfig(Section):
    """One of the API's models. What it thinks is paid from the same limit as its answer, so that comes on top."""

    context_tokens: PositiveInt = Field(1_048_576, description="longer documents are read in parts")
    thinking_tokens: int | None = Field(None, ge=0, description="on top of max_tokens; null: it does not think")
    thinking_level: Literal["minimal", "low", "medium", "high"] | None = Field(
        None, description="how much it thinks, from Gemini 3 on; null: as much as thinking_tokens allows, as before"
    )


class GeminiConfig(Section):
    """The Gemini API. Its key comes from GEMINI_API_KEY alone."""

    default_model: str = Field("gemini-2.5-flash", description="what `gemini` alone means")
    models: dict[str, GeminiModelConfig] = Field(
        default_factory=lambda: {
            "gemini-2.5-flash": GeminiModelConfig(thinking_tokens=0),
            "gemini-2.5-flash-lite": GeminiModelConfig(thinking_tokens=0),
            "gemini-2.5-pro": GeminiModelConfig(thinking_tokens=512),
        },
        description="by the names that the API gives them",
    )
    other_models: GeminiModelConfig = Field(
        GeminiModelConfig(thinking_level="low", thinking_tokens=4096), description="those not listed: newer ones"
    )
    timeout_s: PositiveFloat = Field(60, description="longest silence, before an answer begins and while it comes")
    retries: int = Field(2, ge=0, description="of what failed for the moment, before a word of the answer")
    longest_retry_s: PositiveFloat = Field(10, description="the API may ask to wait longer; then the client is told so")
    parallel: PositiveInt = Field(4, description="parts of one long document that are read side by side")
    base_url: str | None = Field(None, description="another address of the API, such as a gateway's")

    def model(self, name: str) -> GeminiModelConfig:
        return self.models.get(name, self.other_models)


class SessionsConfig(Section):
    """Where conversations are stored."""

    url: SecretStr | None = Field(None, description="an SQLAlchemy URL; default: SQLite in the data directory")
    turn_wait_s: PositiveFloat = Field(10, description="how long a turn waits for the one before it; then 409")
    ttl_s: PositiveFloat | None = Field(None, description="sessions not used for so long leave; default: none does")
    max_bytes: PositiveInt | None = Field(
        None, description="of all conversations; beyond, those used longest ago leave; default: none does"
    )
    sweep_s: PositiveFloat = Field(60, description="how often they are looked for")


class AppConfig(Section):
    """The whole application, `args` in the YAML."""

    data_dir: Path | None = Field(None, description="key and sessions; default: the platform's user data folder")
    models_dir: Path | None = Field(
        None, description="where downloads go; default: `models/` of a checkout, else the user's cache"
    )
    auth: AuthConfig = AuthConfig()
    http: HttpConfig = HttpConfig()
    limits: LimitsConfig = LimitsConfig()
    embedding: EmbedderConfig = EmbedderConfig()
    chat: GeneratorConfig = GeneratorConfig()
    summary: SummaryConfig = SummaryConfig()
    gemini: GeminiConfig = GeminiConfig()
    sessions: SessionsConfig = SessionsConfig()

    @property
    def summary_model(self) -> tuple[str, GeneratorConfig] | None:
        """The local model that writes summaries, if one does, and the deployment that holds it."""
        if self.summary.share_chat:
            return "Chat", self.chat
        if self.summary.model and self.summary.model.enabled:
            return "SummaryModel", self.summary.model
        return None

    @model_validator(mode="after")
    def _shared_chat_is_there(self) -> Self:
        if self.summary.share_chat and not self.chat.enabled:
            raise PydanticCustomError("share_chat", "summary.share_chat needs chat.enabled")
        return self
