"""C and C++ write types around names; a type is told whole."""

from deployments.parsing.structure import parse
from tests.parsing.outlines import told


def lines(language: str, text: str) -> list[str]:
    """The definitions alone."""
    return told(parse(language, text.encode())).splitlines()[4:]


def test_types_keep_their_qualifiers_pointers_and_arrays():
    """Of parameters with and without a name, and of results."""
    text = """const char *const *names(const void *a, volatile int *b, char *c[], int d[3], int (*cmp)(int, int));
char **split(const char *);
static const struct node *east(struct node const *n) { return n; }
"""

    assert [
        "1-1 names(a: const void *, b: volatile int *, c: char *[], d: int[3], cmp: int (*)(int, int))"
        " -> const char *const *",
        "2-2 split(const char *: const char *) -> char **",
        "3-3 east(n: struct node const *) -> const struct node *",
    ] == lines("c", text)


def test_results_are_told_wherever_they_stand():
    """Before the owner's name, or after the parameters; a conversion is named as it is called."""
    text = """const Node& List::get() const { return *this; }
auto List::size() const -> std::size_t { return 0; }
List::operator std::string() const { return text; }
template <class... Args> void log(Args&&... args, int last = 1);
"""

    assert [
        "1-1 List.get() -> const Node &",
        "2-2 List.size() -> std::size_t",
        "3-3 List.operator std::string() -> None",
        "4-4 log(*args: Args &&, last: int = 1) -> void",
    ] == lines("cpp", text)
