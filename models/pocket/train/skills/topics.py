"""Greetings, what the model is, what the workbench offers: questions with a fixed answer, but for the date."""

from models.pocket.train.phrases import phrases
from models.pocket.train.surface import as_typed
from models.pocket.train.turn import Scene, Turn, thoughts


def talk(scene: Scene) -> Turn:
    topics = phrases("topics")
    name = scene.rng.choices(list(topics), [len(topic["ask"]) ** 0.5 for topic in topics.values()])[0]
    topic = topics[name]
    question = scene.phrasing(topic["ask"], topic["held_out"])
    said = {key: topic[key].replace("{today}", scene.today.isoformat()) for key in ("label", "thought", "afterthought")}
    answer = topic["answer"].replace("{today}", scene.today.isoformat())
    return Turn(f"topic: {name}", as_typed(question, scene), thoughts(**said), answer)
