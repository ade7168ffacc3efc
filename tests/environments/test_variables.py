from profiler.environments import variables


def test_the_users_python_path_stays_out_and_the_hash_seed_is_fixed(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("TF_XLA_FLAGS", "--x")
    found = variables.of_worker(keep_pythonpath=False)
    assert "PYTHONPATH" not in found
    assert found["PYTHONHASHSEED"] == "0"
    assert found["TF_XLA_FLAGS"] == "--x"
    assert variables.of_worker(keep_pythonpath=True)["PYTHONPATH"] == "/somewhere"


def test_passwords_in_another_program_s_variables_are_not_kept(monkeypatch):
    monkeypatch.setenv("TF_VAR_password", "secret")
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "0")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    kept = variables.recorded(keep_pythonpath=False)
    assert kept["TF_ENABLE_ONEDNN_OPTS"] == "0"
    assert not {"TF_VAR_password", "PYTHONPATH"} & set(kept)
    assert variables.recorded(keep_pythonpath=True)["PYTHONPATH"] == "/somewhere"
