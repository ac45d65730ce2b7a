"""Where in a source something stands, said in the reader's language."""

import pytest
from django.template import Context, Template
from django.utils.translation import override

from content.passages import passage


@pytest.mark.parametrize(
    ("section", "pages", "lv", "en"),
    [
        ("1.2", "19–20", "1.2. nodaļa, 19.–20. lpp.", "section 1.2, pp. 19–20"),
        ("1.3", "23", "1.3. nodaļa, 23. lpp.", "section 1.3, p. 23"),
        ("Pielikums Nr. 1", "121", "pielikums Nr. 1, 121. lpp.", "Annex 1, p. 121"),
        ("Annex 1", "", "Annex 1", "Annex 1"),
        ("", "1, 21, 101", "1., 21., 101. lpp.", "pp. 1, 21, 101"),
        ("", "", "", ""),
    ],
)
def test_a_passage_is_told_in_both_languages(section, pages, lv, en):
    with override("lv"):
        assert passage(section, pages) == lv
    with override("en"):
        assert passage(section, pages) == en


@pytest.mark.parametrize(
    ("section", "pages", "html"),
    [("1.2", "19", "T, 1.2. nodaļa, 19. lpp."), ("1.2", "", "T, 1.2. nodaļa."), ("", "", "T.")],
)
def test_it_follows_a_title_and_ends_with_one_full_stop(section, pages, html):
    template = Template('{% load content %}T{% passage section pages end="." %}')
    with override("lv"):
        assert template.render(Context({"section": section, "pages": pages})) == html
