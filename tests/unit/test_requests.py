"""Parameters of a query string or a form, decoded as the standard library decodes them."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahg_server.http.problems import RequestRefused
from ahg_server.http.requests import parse_parameters

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(
    st.lists(st.tuples(TEXTS, TEXTS), max_size=5), st.sampled_from([quote, quote_plus]), st.sampled_from(["", "/:?="])
)
def test_what_is_encoded_is_decoded(pairs: list[tuple[str, str]], encode: type[str], safe: str) -> None:
    data = "&".join(f"{encode(name, safe.replace('=', ''))}={encode(value, safe)}" for name, value in pairs)
    assert list(parse_parameters(data.encode()).pairs) == pairs


@given(
    st.lists(
        st.sampled_from(
            [b"%41", b"%0A", b"%0d", b"%3D", b"%25", b"%c3%A9", b"=", b"+", b"\r\n", b"\n", b" ", b"a", b"_"]
        )
    )
)
def test_raw_bytes_are_decoded_as_the_standard_library_does(parts: list[bytes]) -> None:
    data = b"a=" + b"".join(parts)
    assert list(parse_parameters(data).pairs) == parse_qsl(data.decode(), keep_blank_values=True, separator="&")


@pytest.mark.parametrize("data", [b"a=%", b"a=%4", b"a=%zz", b"%=a", b"a=%C3", b"a=%C3%28", b"\xff=a", b"a&" * 1000])
def test_what_is_not_well_formed_is_refused(data: bytes) -> None:
    with pytest.raises(RequestRefused):
        parse_parameters(data)
