"""Offered tools: calling the right one with what the message says, telling what it answered, or that none fits."""

import json

from deployments.chat.messages import ReasoningEffort, ToolCall
from models.pocket.train.phrases import fill, phrases
from models.pocket.train.results import draw_result
from models.pocket.train.surface import as_typed
from models.pocket.train.toolbox import Gadget, draw_gadgets
from models.pocket.train.turn import Scene, Step, Turn, thoughts

ID = "call_1"


def call(scene: Scene) -> Turn:
    gadget = scene.rng.choice(scene.gadgets)
    user, arguments = _asked(gadget, scene)
    said = {"tool": gadget.name, "arguments": ", ".join(arguments) or "none"}
    made_call = ToolCall(ID, gadget.name, json.dumps(arguments, ensure_ascii=False))
    result, answer = draw_result(scene.values)
    step = Step(_thoughts("", said), made_call, result)
    return Turn("tools: call", user, _thoughts("result_", said), answer, (step,))


def refuse(scene: Scene) -> Turn:
    """The user wants what another tool could do."""
    taken = {gadget.name for gadget in scene.gadgets}
    gadget = next(one for one in iter(lambda: draw_gadgets(scene.values, 1)[0], None) if one.name not in taken)
    user = _asked(gadget, scene)[0]
    return Turn("tools: none fits", user, _thoughts("none_", {}), phrases("tools")["words"]["none"])


def _asked(gadget: Gadget, scene: Scene) -> tuple[str, dict[str, object]]:
    """What the user says, and what they say of the parameters, in the tool's order."""
    ask = as_typed(scene.rng.choice(gadget.asks), scene)
    named = [parameter for parameter in gadget.parameters if f"{{{parameter.name}}}" in ask]
    drawn = {parameter.name: parameter.draw(scene.values) for parameter in named}
    return fill(ask, lambda name: drawn[name][0]), {name: written for name, (_, written) in drawn.items()}


def _thoughts(prefix: str, said: dict[str, str]) -> dict[ReasoningEffort, str]:
    words = phrases("tools")["words"]
    return thoughts(
        *(fill(words[f"{prefix}{part}"], said.__getitem__) for part in ("label", "thought", "afterthought"))
    )
