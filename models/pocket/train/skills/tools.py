"""Offered tools: calling the right one with what the message says, telling what it answered, or that none fits."""

import json
import re
from typing import Any

from deployments.chat.messages import ReasoningEffort, ToolCall
from models.pocket.train.phrases import fill, phrases
from models.pocket.train.results import draw_result
from models.pocket.train.surface import as_typed
from models.pocket.train.toolbox import Gadget, draw_gadgets
from models.pocket.train.turn import Scene, Step, Turn, as_pairs, thoughts

ID = "call_1"
TRIES = 20


def call(scene: Scene) -> Turn:
    gadget = scene.rng.choice(scene.gadgets)
    user, told, wanted = _clear(gadget, scene)
    arguments = {parameter.name: told[parameter.name] for parameter in gadget.parameters if parameter.name in told}
    made_call = ToolCall(ID, gadget.name, json.dumps(arguments, ensure_ascii=False))
    result, answer = draw_result(scene.values)
    said = {**_choice(wanted, scene, gadget), "tool": gadget.name, "arguments": as_pairs(told) or "nothing"}
    return Turn("tools: call", user, _thoughts("result_", {}), answer, (Step(_thoughts("", said), made_call, result),))


def _clear(gadget: Gadget, scene: Scene) -> tuple[str, dict[str, Any], str]:
    """What the user says, what of the parameters, and what is wanted: words that mean none of the other tools."""
    for _ in range(TRIES):
        user, told = _asked(gadget, scene)
        wanted = _wanted(gadget, user)
        if sum(one.does(wanted) for one in scene.gadgets) == 1:
            return user, told, wanted
    return user, told, gadget.purpose


def refuse(scene: Scene) -> Turn:
    """The user wants what another tool could do."""
    user, wanted = next(
        (user, wanted)
        for user, wanted in iter(lambda: _wish(scene), None)
        if not any(one.does(wanted) for one in scene.gadgets)
    )
    thinking = _thoughts("none_", _choice(wanted, scene))
    return Turn("tools: none fits", user, thinking, phrases("tools")["words"]["none"])


def _wish(scene: Scene) -> tuple[str, str]:
    """For whatever tool: what the user says, and what is wanted."""
    gadget = draw_gadgets(scene.values, 1)[0]
    user, _ = _asked(gadget, scene)
    return user, _wanted(gadget, user)


def _wanted(gadget: Gadget, user: str) -> str:
    """The tool's words that the user says, so that they need only be copied; all of them, if the user says none."""
    said = re.findall(r"\w+", user.lower())
    words = [word for word in gadget.purpose.split() if any(one.startswith(word) for one in said)]
    return " ".join(words) or gadget.purpose


def _choice(wanted: str, scene: Scene, fitting: Gadget | None = None) -> dict[str, str]:
    """One tool after another is held against what is wanted: a small model can compare two, but not one with all."""
    verdicts = [f"{one.name} {'yes' if one is fitting else 'no'}" for one in scene.gadgets]
    last = scene.gadgets.index(fitting) + 1 if fitting else None
    return {"wanted": wanted, "offered": ", ".join(verdicts[:last])}


def _asked(gadget: Gadget, scene: Scene) -> tuple[str, dict[str, Any]]:
    """What the user says, and what they say of the parameters, in their order."""
    ask = as_typed(scene.rng.choice(gadget.asks), scene)
    named = [parameter for parameter in gadget.parameters if f"{{{parameter.name}}}" in ask]
    drawn = {parameter.name: parameter.draw(scene.values) for parameter in named}
    told = sorted(named, key=lambda parameter: ask.index(f"{{{parameter.name}}}"))
    return fill(ask, lambda name: drawn[name][0]), {parameter.name: drawn[parameter.name][1] for parameter in told}


def _thoughts(prefix: str, said: dict[str, str]) -> dict[ReasoningEffort, str]:
    words = phrases("tools")["words"]
    return thoughts(
        *(fill(words[f"{prefix}{part}"], said.__getitem__) for part in ("label", "thought", "afterthought"))
    )
