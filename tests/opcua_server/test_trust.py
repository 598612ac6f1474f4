"""Which certificates are let in, and what the server's own says."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from opcua_server.own_certificate import RENEWAL, own_identity
from opcua_server.pki_command import duration
from opcua_server.trust import Trust, UntrustedError, thumbprint
from tests.support.certificates import NOW, URI, YEAR, authority, certificate, der, revocation, signed_by
from twin.host.cli import main
from twin.line.errors import DefinitionError


@pytest.fixture
def trust(tmp_path: Path) -> Trust:
    return Trust(tmp_path / "pki", most_rejected=3)


def refusal(trust: Trust, made: x509.Certificate) -> str:
    with pytest.raises(UntrustedError) as refused:
        trust.check(der(made))
    return str(refused.value)


def test_an_unknown_certificate_is_refused_and_kept_until_somebody_trusts_it(trust: Trust) -> None:
    made = certificate()
    mark = thumbprint(der(made))
    assert "is not trusted" in refusal(trust, made)
    assert [(word, kept) for word, kept, _ in trust.listed()] == [("rejected", mark)]
    assert trust.trust(mark[:12]) == mark
    trust.check(der(made))
    assert [(word, kept) for word, kept, _ in trust.listed()] == [("trusted", mark)]
    assert trust.reject(mark) == mark
    assert "is not trusted" in refusal(trust, made)


def test_a_file_that_somebody_put_into_the_folder_counts_whatever_its_name(trust: Trust) -> None:
    trust.trusted.mkdir(parents=True)
    (trust.trusted / "anna").write_bytes(der(certificate()))
    (trust.trusted / "readme.txt").write_text("no certificate")
    trust.check(der(certificate_of_anna := x509.load_der_x509_certificate((trust.trusted / "anna").read_bytes())))
    assert "is not trusted" in refusal(trust, certificate())
    trust.reject(thumbprint(der(certificate_of_anna)))
    assert not (trust.trusted / "anna").exists()


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (lambda: certificate(begins=NOW - 2 * YEAR), "valid from"),
        (lambda: certificate(begins=NOW + YEAR), "valid from"),
        (lambda: certificate(bits=1024), "2048 to 4096 bits"),
        (authority, "no application URI"),
    ],
)
def test_what_nobody_should_trust_is_refused_even_in_the_folder(trust: Trust, made: object, sentence: str) -> None:
    unsound = made()  # type: ignore[operator]
    trust.trusted.mkdir(parents=True)
    (trust.trusted / "unsound.der").write_bytes(der(unsound))
    assert sentence in refusal(trust, unsound)


@pytest.mark.parametrize("raw", [b"", b"\x30", b"\x30\x82\x01\x00rest", b"-----BEGIN CERTIFICATE-----"])
def test_bytes_that_are_no_certificate_are_refused_and_not_kept(trust: Trust, raw: bytes) -> None:
    with pytest.raises(UntrustedError):
        trust.check(raw)
    assert trust.listed() == []


def test_an_authority_vouches_for_its_clients_until_it_revokes_them(trust: Trust) -> None:
    issuer = authority()
    client = signed_by(issuer)
    assert "is not trusted" in refusal(trust, client)
    trust.trusted.mkdir(parents=True)
    (trust.trusted / "authority.der").write_bytes(der(issuer))
    trust.check(der(client))
    assert "is not trusted" in refusal(trust, signed_by(issuer, by=8))
    trust.revoked.mkdir(parents=True)
    (trust.revoked / "list.crl").write_bytes(revocation(issuer, by=8))
    trust.check(der(client))
    (trust.revoked / "list.crl").write_bytes(revocation(issuer))
    assert "revoked" in refusal(trust, client)


def test_an_authority_out_of_date_vouches_for_nobody(trust: Trust) -> None:
    issuer = authority(life=timedelta(days=-1))
    trust.trusted.mkdir(parents=True)
    (trust.trusted / "authority.der").write_bytes(der(issuer))
    assert "out of date" in refusal(trust, signed_by(issuer))


def test_for_a_class_whoever_comes_is_trusted_from_then_on(trust: Trust, tmp_path: Path) -> None:
    assert main(["pki", "accept-for", "10m", "--config", str(tmp_path)]) == 0
    known = certificate("known")
    trust.check(der(known))
    assert "valid from" in refusal(trust, certificate(begins=NOW - 2 * YEAR))
    trust.accept_for(0.0)
    trust.check(der(known))
    assert "is not trusted" in refusal(trust, certificate("late"))


def test_no_more_rejected_certificates_are_kept_than_may_be(trust: Trust) -> None:
    for number in range(6):
        refusal(trust, certificate(f"client-{number}"))
    assert len(trust.listed()) == 3


def test_the_command_line_lists_trusts_and_rejects(
    trust: Trust, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = certificate("press-mes")
    refusal(trust, made)
    start, config = thumbprint(der(made))[:16], ("--config", str(tmp_path))
    assert main(["pki", "list", *config]) == 0
    assert capsys.readouterr().out.split()[:2] == ["rejected", start]
    assert main(["pki", "trust", start, *config]) == 0
    trust.check(der(made))
    assert main(["pki", "trust", "ffffffffff", *config]) == 2
    assert "begins 0 thumbprints" in capsys.readouterr().err


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90.0), ("10m", 600.0), ("2h", 7200.0), ("0s", 0.0)])
def test_times_are_written_with_their_unit(text: str, seconds: float) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize("text", ["10", "ten", "25h", "-1m", "1d"])
def test_other_times_are_refused(text: str) -> None:
    with pytest.raises(Exception, match="write it like"):
        duration(text)


def test_the_servers_certificate_names_its_uri_and_hosts_and_is_kept(tmp_path: Path) -> None:
    first = own_identity(tmp_path, URI, ["plant-pc", "localhost", "127.0.0.1"])
    names = first.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(name.value) for name in names] == [URI, "plant-pc", "localhost", "127.0.0.1"]
    assert stat.S_IMODE((tmp_path / "private" / "server.pem").stat().st_mode) == 0o600
    assert own_identity(tmp_path, URI, ["localhost"]).der == first.der


def test_the_servers_certificate_is_made_anew_before_it_expires_and_for_another_host(tmp_path: Path) -> None:
    first = own_identity(tmp_path, URI, ["plant-pc"])
    late = first.certificate.not_valid_after_utc - RENEWAL + timedelta(days=1)
    renewed = own_identity(tmp_path, URI, ["plant-pc"], late)
    assert renewed.certificate.not_valid_after_utc > first.certificate.not_valid_after_utc
    assert renewed.key.private_numbers() == first.key.private_numbers()
    assert own_identity(tmp_path, URI, ["other-pc"]).der != renewed.der


def test_a_key_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "server.pem").write_text("no key")
    with pytest.raises(DefinitionError, match=r"server\.pem"):
        own_identity(tmp_path, URI, [])
