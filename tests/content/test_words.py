"""Words are found in whatever form they were written."""

import pytest

from content.words import indexed, matches, stems


def found(text, query):
    """As the database would: every word of the query by one of its stems, from its beginning."""
    kept = indexed(text)

    def holds(q):
        parts = [
            holds(part) if not isinstance(part, tuple) else part[1] in kept for part in q.children
        ]
        return all(parts) if q.connector == "AND" else any(parts)

    return holds(matches("words", query))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Izdegšana rodas no ilgstoša stresa.", "izdegšanas"),
        ("Izdegšana rodas no ilgstoša stresa.", "izdegsanu"),
        ("Kas veicina izdegšanu?", "IZDEGŠANA"),
        ("Klientam bija divi brāļi.", "brālis"),
        ("Klientam bija divi brāļi.", "brali"),
        ("Sociālajiem darbiniekiem", "sociālais darbinieks"),
        ("Robežu saplūšana", "robeža"),
        ("Supervīzijā pārrunā gadījumu", "supervizija gadijumi"),
        ("Cietumā", "cietumi"),
        ("Clients and boundaries", "client"),
        ("Clients and boundaries", "bound"),
        ("burnout/client-dies", "client dies"),
        ("Pašpārbaude", "paš"),
        ("Gadījums nr. 12", "12"),
    ],
)
def test_inflected_and_plain_words_are_found(text, query):
    assert found(text, query)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Izdegšana", "degšana"),
        ("Izdegšana rodas", "izdegšana nerodas"),
        ("Klients", "kolēģis"),
    ],
)
def test_other_words_are_not(text, query):
    assert not found(text, query)


def test_signs_of_the_database_are_only_signs():
    assert stems("100 % _drošs_ 'x'\"") == stems("100 drošs x")
    assert found("Anything", "%")  # without a word in it everything is shown
