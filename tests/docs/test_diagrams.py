"""The diagrams are those that the code draws, and nothing in them runs out of the picture."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from tools.diagrams import IMAGES, PICTURES

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", PICTURES)
def test_a_diagram_is_what_the_code_draws(name: str) -> None:
    assert (IMAGES / name).read_text("utf-8") == PICTURES[name](), "run python -m tools.diagrams"


@pytest.mark.parametrize("name", PICTURES)
def test_a_diagram_loads_nothing_and_stays_inside_its_frame(name: str) -> None:
    text = (IMAGES / name).read_text("utf-8")
    root = ET.fromstring(text)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])

    assert "://" not in text.replace("http://www.w3.org/2000/svg", "")
    assert root.find(f"{SVG}title") is not None
    for part in root.iter(f"{SVG}rect"):
        assert 0 <= float(part.get("x", 0)) <= width - float(part.get("width", 0))
        assert 0 <= float(part.get("y", 0)) <= height - float(part.get("height", 0))
    for part in root.iter(f"{SVG}text"):
        long = len(part.text or "") * float(part.get("font-size", 0)) * 0.55
        left = {"start": 0.0, "middle": long / 2, "end": long}[part.get("text-anchor", "start")]
        start = float(part.get("x", 0)) - left
        assert 0 <= start, part.text
        assert start + long <= width, part.text
