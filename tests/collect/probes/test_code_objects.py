from profiler.collect.probes.code_objects import nested, replaced, with_constants


def outer():
    def inner():
        return [lambda: "before"]

    return inner


def test_nested_code_is_found_however_deep():
    assert [one.co_name for one in nested(outer.__code__)] == ["inner", "<lambda>"]


def test_constants_are_exchanged_in_the_code_itself_alone():
    (inner, deeper) = nested(outer.__code__)
    assert with_constants(deeper, {"before": "after"}).co_consts[-1] == "after"
    assert list(nested(with_constants(inner, {"before": "after"}))) == [deeper]


def test_an_attribute_is_replaced():
    assert replaced(outer.__code__, co_name="other").co_name == "other"
