"""Figures: the allowlist, and the drawing with the texts of a language."""

import pytest
from django.utils.safestring import SafeString

from content import svg

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"'


def inside(content: str, head: str = HEAD) -> str:
    return f"{head}>{content}</svg>"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (inside("<script>alert(1)</script>"), "<script>"),
        (inside("<style>*{}</style>"), "<style>"),
        (inside("<foreignObject/>"), "<foreignObject>"),
        (inside("<image href='x.png'/>"), "<image>"),
        (inside("<a><rect/></a>"), "<a>"),
        (inside("<use/>"), "<use>"),
        (inside("<animate/>"), "<animate>"),
        (inside("<svg/>"), "no <svg> inside"),
        (inside("<h:p xmlns:h='http://www.w3.org/1999/xhtml'/>"), "not allowed"),
        (inside("<rect onload='x()'/>"), "'onload'"),
        (inside("<rect ONCLICK='x()'/>"), "'ONCLICK'"),
        (inside("<rect style='fill:red'/>"), "'style'"),
        (inside("<rect href='#a'/>"), "'href'"),
        (inside("<rect xmlns:x='http://www.w3.org/1999/xlink' x:href='#a'/>"), "href"),
        (inside("<rect id='a'/>"), "'id'"),
        (inside("<rect fill='url(#a)'/>"), "fill="),
        (inside("<rect fill='red'/>"), "fill="),
        (inside("<rect class='accent-fill evil'/>"), "'evil'"),
        (inside("<rect x='calc(1px)'/>"), "x="),
        (inside("<rect transform='url(#a)'/>"), "transform="),
        (inside("<path d='M0 0 url(x)'/>"), "d="),
        (inside("<text data-label='a'>vārdi</text>"), "empty <text>"),
        (inside("<g>vārdi</g>"), "words stand in <text>"),
        (inside("", head='<svg xmlns="http://www.w3.org/2000/svg"'), "viewBox"),
        (inside("", head="<svg viewBox='0 0 1 1'"), "the root"),
        (inside("<rect"), "well-formed"),
        ("", "well-formed"),
        (f"<!DOCTYPE svg [<!ENTITY a 'b'>]>{inside('<text>&a;</text>')}", "document types"),
        (f"<!DOCTYPE svg SYSTEM 'file:///etc/passwd'>{inside('')}", "document types"),
        (inside("<g>" * 60 + "</g>" * 60), "nested deeper"),
        (inside("<g/>" * 4000), "more than"),
        (inside(" " * svg.MAX_SIGNS), "more than"),
    ],
)
def test_what_a_drawing_may_not_hold(text, reason):
    with pytest.raises(svg.BadSvg) as error:
        svg.parse(text)
    assert reason in str(error.value)


def test_a_drawing_with_its_texts():
    text = inside(
        "<!-- x --><?pi?><text class='label' x='3' y='4' data-label='a' data-width='8'/>"
        "<text x='1' y='1' data-label='gone'/><text><tspan>1</tspan></text>"
    )
    drawn = svg.draw(
        text, id="f", title='A "b" <c>', texts={"a": "darba <stress> ilgi"}, described_by="w"
    )
    assert isinstance(drawn, SafeString)
    assert drawn == (
        '<svg viewBox="0 0 10 10" class="drawing" role="img" aria-labelledby="f-title" '
        'focusable="false" aria-describedby="w"><title id="f-title">A &quot;b&quot; &lt;c&gt;</title>'
        '<text class="label" x="3" y="4"><tspan x="3" dy="0">darba</tspan>'
        '<tspan x="3" dy="1.15em">&lt;stress&gt;</tspan><tspan x="3" dy="1.15em">ilgi</tspan></text>'
        "<text><tspan>1</tspan></text></svg>"
    )


@pytest.mark.parametrize(
    ("words", "width", "lines"),
    [
        ("", 5, []),
        ("viens", 0, ["viens"]),
        ("viens divi", 0, ["viens divi"]),
        ("viens divi trīs", 10, ["viens divi", "trīs"]),
        ("pārgaršvārds a", 5, ["pārgaršvārds", "a"]),
    ],
)
def test_lines_of_a_label(words, width, lines):
    assert svg.wrapped(words, width) == lines


def test_labels():
    assert svg.labels(inside("<text data-label='a'/><text data-label='b-c'/>")) == {"a", "b-c"}
