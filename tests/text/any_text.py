"""Strings of whatever Unicode has, with much of what is unusual: for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

CONTROLS = "\0\a\b\t\n\v\f\r\x1b\x1c\x7f\x85\u2028\u2029"
SPACES = " \u00a0\u2003\u200b\u3000\u1680"
MARKS = "\u0301\u0308\u0489\u034f\u064b\u05b0\u20e3\ufe0f"
JOINERS = "\u00ad\u200c\u200d\u2060\ufeff"
DIRECTIONS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
LEFTWARD = "\u05d0\u05e9\u05dd\u0627\u0644\u0645\u0639\U0001e900"
EMOJI = "\U0001f600\U0001f468\U0001f469\U0001f3fd\U0001f1e9\U0001f1ea\U000e0067"
SURROGATES = "\ud800\udbff\udc00\udfff"
NO_CHARACTERS = "\ufffe\uffff\U0010ffff\U000e0001\ue000"
LATIN = "AVfi \u00e9\u0130\u01c50-9.,漢"

any_text = st.text(
    st.one_of(
        *map(st.sampled_from, (CONTROLS, SPACES, MARKS, JOINERS, DIRECTIONS, LEFTWARD, EMOJI, SURROGATES)),
        st.sampled_from(NO_CHARACTERS),
        st.sampled_from(LATIN),
        st.characters(),
    ),
    max_size=40,
)
