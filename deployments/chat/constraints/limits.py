"""What compiling and following a form may cost. Every number bounds one client's work on behalf of all others."""

from llguidance import LLParserLimits

MAX_BYTES = 128 * 1024  # of a form's text
TRIAL_CPU_S = 5
TRIAL_WALL_S = 20  # of the same work where others compute too

# The library's own, but for the states: each takes 1 to 2 kB, for every sequence anew.
LIMITS = LLParserLimits(
    max_items_in_row=2_000,
    initial_lexer_fuel=1_000_000,
    step_lexer_fuel=200_000,
    step_max_items=50_000,
    max_lexer_states=20_000,
    max_grammar_size=500_000,
    verbose_errors=False,
)
