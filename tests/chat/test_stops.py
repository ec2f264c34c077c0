"""A stop string is found wherever its pieces fall, and nothing that is not one is lost."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from deployments.chat.stops import StopStrings

texts = st.text("ab", max_size=12)


@given(texts, st.lists(st.text("ab", min_size=1, max_size=3), max_size=4), st.lists(st.integers(0, 12)))
def test_a_streamed_text_stops_where_the_whole_one_would(text, stops, cuts):
    """Cut in any way, it ends before the stop string that is complete first."""
    found_at = [(index + len(stop), index) for stop in stops if (index := text.find(stop)) >= 0]
    expected = text[: min(found_at)[1]] if found_at else text
    places = [0, *sorted(cut for cut in cuts if cut < len(text)), len(text)]
    found = StopStrings(stops)
    shown = "".join(found.feed(text[start:end]) for start, end in itertools.pairwise(places))

    assert (expected, bool(found_at)) == (shown + found.flush(), found.hit)


def test_text_is_not_held_back_longer_than_needed():
    """Only what may yet become a stop string waits."""
    stops = StopStrings(["END"])

    assert ["one ", "", "ENtwo"] == [stops.feed("one "), stops.feed("EN"), stops.feed("two")]
