from types import CodeType

from profiler.collect.probes.code_objects import nested, replaced, with_constants


def outer():
    def inner():
        return [lambda: "deep"]

    return inner, "text", 1


def test_code_within_code_is_found_however_deep():
    assert [code.co_name for code in nested(outer.__code__)] == ["inner", "<lambda>"]


def test_constants_are_exchanged_by_equality_and_the_rest_stays():
    inner = next(nested(outer.__code__))
    other = replaced(inner, co_name="other")
    changed = with_constants(outer.__code__, {"text": "exchanged", inner: other})
    assert "exchanged" in changed.co_consts and "text" not in changed.co_consts
    assert [one.co_name for one in changed.co_consts if isinstance(one, CodeType)] == ["other"]
    assert 1 in changed.co_consts
    assert changed.co_code == outer.__code__.co_code
