from profiler.collect import checkouts
from profiler.protocol.spec import Moved


def test_what_the_other_checkout_has_is_taken_from_there(tmp_path):
    before, after, elsewhere = (tmp_path / name for name in ("before", "after", "elsewhere"))
    for folder in (before / "src", before / ".venv" / "site-packages", after / "src", elsewhere):
        folder.mkdir(parents=True)
    (tmp_path / "link").symlink_to(before)
    path = [before, before / "src", before / ".venv" / "site-packages", elsewhere, tmp_path / "link" / "src"]
    found = list(checkouts.moved(["", *map(str, path)], Moved(str(before), str(after))))
    assert found == [
        "",
        str(after),
        str(after / "src"),
        # no revision holds a virtual environment
        str(before / ".venv" / "site-packages"),
        str(elsewhere),
        str(after / "src"),
    ]


def test_a_folder_whose_name_only_begins_alike_stays(tmp_path):
    for name in ("mine", "mine2", "tree"):
        (tmp_path / name).mkdir()
    path = [str(tmp_path / "mine2")]
    assert list(checkouts.moved(path, Moved(str(tmp_path / "mine"), str(tmp_path / "tree")))) == path
