"""Where uv looks for packages: pip's own settings in its words."""

import pytest

from profiler.environments import indexes, make
from profiler.environments.indexes import Indexes

pytestmark = pytest.mark.long

NOTHING = Indexes({})


def test_wheels_that_only_pip_knows_of_are_found(wheels, no_own_indexes, monkeypatch, tmp_path):
    configuration = tmp_path / "pip.conf"
    configuration.write_text(f"[global]\nno-index = true\nfind-links = {wheels}\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))
    assert make("2.4.1", [].append).packages["tensorflow-cpu"] == "2.4.1"


def test_an_index_of_pip_replaces_the_public_one_from_the_start(no_own_indexes, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "https://packages.example/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "https://a.example https://b.example")
    (only,) = indexes.attempts()
    assert only.variables == {
        "UV_DEFAULT_INDEX": "https://packages.example/simple",
        "UV_INDEX": "https://a.example https://b.example",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }


def test_further_indexes_of_pip_are_a_second_attempt(no_own_indexes, monkeypatch, tmp_path):
    monkeypatch.setenv("PIP_FIND_LINKS", f"{tmp_path} /no/such/folder")
    first, second = indexes.attempts()
    assert first == NOTHING
    assert second.variables["UV_FIND_LINKS"] == str(tmp_path)


def test_uv_indexes_of_the_users_own_are_left_alone(no_own_indexes, monkeypatch, tmp_path):
    monkeypatch.setenv("PIP_INDEX_URL", "https://packages.example/simple")
    (tmp_path / "config" / "uv").mkdir(parents=True)
    settings = tmp_path / "config" / "uv" / "uv.toml"
    settings.write_text('[[index]]\nurl = "https://own.example/simple"\n')
    assert indexes.attempts() == (NOTHING,)
    settings.write_text("offline = false\n")
    assert indexes.attempts() != (NOTHING,)
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://own.example/simple")
    assert indexes.attempts() == (NOTHING,)


def test_without_any_index_of_its_own_pip_hands_nothing_over(no_own_indexes):
    assert indexes.attempts() == (NOTHING,)


def test_hosts_and_certificates_that_pip_trusts_are_handed_over(no_own_indexes, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    handed = indexes.from_pip({"trusted-host": "a.example\nb.example", "cert": "/etc/own.pem"})
    assert handed.variables == {"UV_INSECURE_HOST": "a.example b.example", "SSL_CERT_FILE": "/etc/own.pem"}
