import gc
import subprocess
import sys
from pathlib import Path

import click
import pytest

from profiler import cli
from profiler.cli.main import COMMANDS, OBJECTS_A_COLLECTION, kprof, main
from profiler.launch import manager, resume
from profiler.protocol.errors import CollectError, KprofError, OptionError
from profiler.version import VERSION


def told(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one line on standard error."""
    captured = capsys.readouterr()
    assert captured.out == ""
    lines = captured.err.splitlines()
    assert len(lines) == 1, captured.err
    return lines[0]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["run", "tinny"], "unknown workload 'tinny': did you mean tiny?"),
        (
            ["run", "--compile-state", "compild"],
            "unknown compile state 'compild': did you mean compiled?",
        ),
        (["run", "--entry-point", "predict,cal"], "unknown entry point 'cal': did you mean call?"),
        (["run", "--instrument", "cprof"], "unknown instrument 'cprof': did you mean cprofile?"),
        (["run", "--calls", "0"], "--calls 0: at least 1 is needed"),
        (["run", "--budget", "0"], "--budget 0: more than 0 seconds are needed"),
        (["run", "--budget", "-1"], "--budget -1: more than 0 seconds are needed"),
        (["run", "--budget", "nan"], "--budget nan: more than 0 seconds are needed"),
        (["run", "--processes", "-2"], "--processes -2: at least 1 is needed"),
        (
            ["run", "--batch-size", "32,x"],
            "--batch-size 32,x: give whole numbers, like 32 or 1,32,256",
        ),
        (
            ["run", "--full", "--calls", "3"],
            "--full: cannot be given with --calls: both say how many; give one of them",
        ),
        (["rnu"], "unknown command 'rnu': did you mean run?"),
        (["view", "latest", "snakevis"], "unknown viewer 'snakevis': did you mean snakeviz?"),
        (["report", "latest", "--format", "jsn"], "unknown format 'jsn': did you mean json?"),
        (["report"], "Missing argument 'RUN'."),
        (["run", "--calls", "many"], "Invalid value for '--calls': 'many' is not a valid integer."),
    ],
)
def test_bad_usage_is_one_line_and_exit_code_2(arguments, line, capsys):
    assert main(arguments) == 2
    assert told(capsys) == f"kprof: {line}"


@pytest.mark.parametrize("value", ["", ",", "predict,", "predict,predict"])
def test_a_list_with_a_hole_or_a_repetition_is_refused(value, capsys):
    assert main(["run", "--entry-point", value, "--dry-run"]) == 2
    assert "entry point" in told(capsys)


def raising(error: BaseException):
    def execute(request, listener, release, steering):
        raise error

    return execute


@pytest.mark.parametrize("error", [CollectError("no TensorFlow here: install it"), KprofError("no")])
def test_an_error_for_the_user_ends_with_its_own_code(error, monkeypatch, capsys):
    monkeypatch.setattr(manager, "execute", raising(error))
    assert main(["run"]) == error.exit_code
    assert told(capsys) == f"kprof: {error}"


def test_an_error_about_an_option_names_the_flag(monkeypatch, capsys):
    error = OptionError("smallest_effect", 2, "a fraction between 0 and 1 is needed")
    monkeypatch.setattr(manager, "execute", raising(error))
    assert main(["run"]) == 2
    assert told(capsys) == "kprof: --smallest-effect 2: a fraction between 0 and 1 is needed"


def test_an_interrupt_ends_with_130(monkeypatch, capsys):
    monkeypatch.setattr(manager, "execute", raising(KeyboardInterrupt()))
    assert main(["run"]) == 130
    assert capsys.readouterr().err.splitlines()[-1] == "kprof: interrupted"


def test_anything_else_is_one_line_that_names_a_log_with_the_traceback(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(manager, "execute", raising(ZeroDivisionError("on\nthe way")))
    assert main(["run"]) == 70
    line = told(capsys)
    assert line.startswith("kprof: internal error: ZeroDivisionError: on the way (the log is ")
    log = Path(line.split("the log is ")[1].rstrip(")"))
    assert log.parent == tmp_path / "kprof"
    assert "Traceback" in log.read_text()
    assert "ZeroDivisionError" in log.read_text()


def test_without_a_writable_cache_the_log_goes_elsewhere(monkeypatch, capsys, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(manager, "execute", raising(ZeroDivisionError("x")))
    assert main(["run"]) == 70
    log = Path(told(capsys).split("the log is ")[1].rstrip(")"))
    assert "Traceback" in log.read_text()
    log.unlink()


def test_an_error_cannot_command_the_terminal(monkeypatch, capsys):
    monkeypatch.setattr(manager, "execute", raising(KprofError("bad \x1b[2J name\nsecond")))
    assert main(["run"]) == 2
    assert told(capsys) == "kprof: bad \\x1b[2J name second"


def test_help_and_version_need_nothing_heavy():
    code = (
        "import sys\nfrom profiler.cli.main import main\nassert main([sys.argv[1]]) == 0\n"
        "print('LOADED', [m for m in sys.modules if m.split('.')[0] in"
        " ('pandas', 'numpy', 'tensorflow', 'keras', 'rich', 'scipy', 'snakeviz')])"
    )
    for option in ("--help", "--version"):
        done = subprocess.run(
            [sys.executable, "-c", code, option], capture_output=True, text=True, check=True
        )
        assert done.stdout.splitlines()[-1] == "LOADED []"


def test_the_module_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "profiler", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"kprof, version {VERSION}\n"


def command(name):
    return kprof.get_command(click.Context(kprof), name)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example(name, capsys):
    assert main([name, "--help"]) == 0
    text = capsys.readouterr().out
    assert f"kprof {name}" in text[text.index("Example") :]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_of_each_command_what_its_own_help_says_first(name):
    assert command(name).help.split("\n\n")[0] == COMMANDS[name].help
    assert command(name).name == name


def test_every_module_with_a_command_is_in_the_table():
    folder = Path(cli.__file__).parent
    found = {path.stem for path in folder.glob("*.py") if "@click.command(" in path.read_text()}
    assert found | {"environments"} == {one.module for one in COMMANDS.values()}


def test_the_list_of_commands_fits_a_terminal_of_80_columns(capsys):
    assert main(["--help"]) == 0
    listed = capsys.readouterr().out.partition("Commands:")[2].partition("Examples:")[0]
    assert len(listed.strip().splitlines()) == len(COMMANDS)


def test_only_the_command_that_is_called_is_imported():
    code = (
        "import sys\nfrom profiler.cli.main import main\nmain(['list', '--help'])\n"
        "print('LOADED', sorted(m for m in sys.modules if m.startswith('profiler.cli.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.splitlines()[-1]
    assert "list_runs" in loaded
    assert not any(
        f"profiler.cli.{one.module}'" in loaded for name, one in COMMANDS.items() if name != "list"
    )


def test_without_a_command_the_help_is_shown_as_bad_usage(capsys):
    assert main([]) == 2
    assert "Usage: kprof" in capsys.readouterr().err


def test_a_dry_run_prints_the_plan_and_starts_nothing(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(manager, "execute", raising(AssertionError("was started")))
    assert main(["run", "tiny", "--dry-run", "--out", str(tmp_path), "--compile-state", "compiled"]) == 0
    captured = capsys.readouterr()
    assert "tiny/compiled/predict/b32" in captured.out
    assert "uncompiled" not in captured.out
    assert list(tmp_path.iterdir()) == []


def test_every_option_reaches_the_request(monkeypatch, capsys):
    seen = []
    monkeypatch.setattr(manager, "dry_run", lambda request, release: seen.append(request) or "")
    arguments = "run medium --rows 7 --compile-state compiled,uncompiled --entry-point call --batch-size 1,32"
    arguments += " --instrument wall --processes 3 --budget 2.5 --calls 9 --python py --out o --dry-run"
    assert main(arguments.split()) == 0
    request = seen[0]
    assert request.workloads == ("medium",)
    assert (request.rows, request.processes, request.budget_s, request.calls) == (7, 3, 2.5, 9)
    assert request.compile_states == ("compiled", "uncompiled")
    assert (request.entry_points, request.batch_sizes, request.instruments) == (("call",), (1, 32), ("wall",))
    assert (request.python, request.out, request.full) == ("py", "o", False)


@pytest.mark.parametrize("other", [["--python", "python3"], ["--resume", "latest"]])
def test_a_release_and_another_interpreter_cannot_both_be_measured(other, capsys):
    assert main(["run", "tiny", "--tf", "2.15.1", *other]) == 2
    assert "leave out --python and --resume" in capsys.readouterr().err


def test_windows_proper_is_refused_in_one_line(monkeypatch, capsys):
    monkeypatch.setattr("sys.platform", "win32")
    assert main(["list"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "WSL" in line


def test_resuming_looks_for_the_run_where_out_says_and_hands_on_what_was_given(monkeypatch, capsys, tmp_path):
    (tmp_path / "elsewhere" / "mine").mkdir(parents=True)
    (tmp_path / "elsewhere" / "mine" / "run.json").write_text('{"schema": "kprof.run/1", "created": "1"}')
    seen = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(resume, "dry_run", lambda run, asked: seen.append((run, asked)) or "what it lacks")
    arguments = ["run", "--resume", "latest", "--out", "elsewhere", "--dry-run"]
    assert main(arguments) == 0
    assert main([*arguments, "tiny", "--calls", "6", "--batch-size", "1"]) == 0
    run_path = Path("elsewhere/mine")
    asked = {"workloads": ("tiny",), "calls": 6, "batch_sizes": (1,)}
    assert seen == [(run_path, {}), (run_path, asked)]
    assert capsys.readouterr().out == "what it lacks\nwhat it lacks\n"


@pytest.mark.parametrize("model", ["no-such.keras", "package.module", "/no/such/folder"])
def test_a_dry_run_refuses_a_model_that_the_run_would_refuse(model, monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main(["run", "--model", model, "--dry-run"]) == 2
    line = told(capsys)
    assert f"{model}: no such file; a function that returns a model is given as module:factory" in line


def test_a_process_of_our_own_looks_for_garbage_seldom_and_a_caller_s_as_it_did(monkeypatch, capsys):
    before = gc.get_threshold()
    try:
        assert main(["--version"]) == 0 and gc.get_threshold() == before
        monkeypatch.setattr(sys, "argv", ["kprof", "--version"])
        assert main() == 0 and gc.get_threshold()[0] == OBJECTS_A_COLLECTION > before[0]
    finally:
        gc.set_threshold(*before)
