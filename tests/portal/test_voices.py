"""An agreement is read aloud: what sound is taken, what is left of it, and who hears it."""

import io
import time
from struct import pack
from typing import Any

import pytest
from flask.testing import FlaskClient
from tinytag import TinyTag

from portal.attachments import SOUNDS, check, sounds
from tests.world import World, spoken
from trust import inquiries, negotiation, voices
from trust.agreements import Agreement
from trust.attachments import Attachment
from trust.audit import Event
from trust.inquiries import Inquiry
from trust.partners import Kind, Partner
from trust.people import Person
from trust.records import Hidden, Ref, Refused
from trust.voices import Voice

WHO = b"Rahima's phone, Queen's Crescent"


# --- Sounds as phones make them, with things in them that nobody should hear of


def mp3(seconds: int = 2) -> bytes:
    tag = b"TPE1" + pack(">IH", len(WHO) + 1, 0) + b"\0" + WHO
    size = bytes(len(tag) >> shift & 0x7F for shift in (21, 14, 7, 0))
    frame = b"\xff\xfb\x90\x00" + b"\0" * 413  # 128 kbit/s, 44.1 kHz
    last = b"TAG" + WHO[:30].ljust(125, b"\0")
    return b"ID3\x03\0\0" + size + tag + frame * (seconds * 39) + last


def wav() -> bytes:
    plain = spoken(2)
    noted = b"LIST" + pack("<I", len(WHO) + len(WHO) % 2) + WHO + b"\0" * (len(WHO) % 2)
    return b"RIFF" + pack("<I", len(plain) - 8 + len(noted)) + plain[8:] + noted


def page(number: int, granule: int, packet: bytes, sort: int = 0) -> bytes:
    table = bytes([255] * (len(packet) // 255) + [len(packet) % 255])
    head = b"OggS\0" + bytes([sort]) + pack("<QIII", granule, 7, number, 0)
    made = head + bytes([len(table)]) + table + packet
    return made[:22] + pack("<I", sounds._crc(made)) + made[26:]


def ogg() -> bytes:
    head = b"OpusHead\x01\x01" + pack("<HIHB", 0, 48000, 0, 0)
    noted = b"ARTIST=" + WHO * 20
    tags = b"OpusTags" + pack("<I", 4) + b"made" + pack("<II", 1, len(noted)) + noted
    sound = page(2, 48000, b"\xfc\xff\xfe") + page(3, 96000, b"\xfc\xff\xfe", 4)
    return page(0, 0, head, 2) + page(1, 0, tags) + sound


def atom(name: bytes, *held: bytes) -> bytes:
    body = b"".join(held)
    return pack(">I", len(body) + 8) + name + body


def m4a(sort: bytes = b"soun", codec: bytes = b"mp4a", more: bytes = b"") -> bytes:
    times = pack(">II", 3_800_000_000, 3_800_000_000)
    told = b"\x04\x0d\x40\x15" + b"\0" * 3 + pack(">II", 64_000, 64_000)
    streams = atom(b"esds", b"\0" * 4 + b"\x03\x12\0\x01\0" + told)
    sound = b"\0" * 6 + pack(">H", 1) + b"\0" * 8 + pack(">HHII", 1, 16, 0, 44100 << 16)
    sample = atom(codec, sound, streams)
    table = atom(
        b"stbl",
        atom(b"stsd", pack(">II", 0, 1), sample),
        atom(b"stsz", pack(">III", 0, 100, 2)),
        atom(b"stco", pack(">III", 0, 1, 40)),
    )
    track = atom(
        b"trak",
        atom(b"tkhd", b"\0\0\0\x01" + times + b"\0" * 72),
        atom(
            b"mdia",
            atom(b"mdhd", b"\0" * 4 + times + pack(">II", 44100, 88200) + b"\0" * 4),
            atom(b"hdlr", b"\0" * 8 + sort + b"\0" * 12 + WHO),
            atom(b"minf", table),
        ),
    )
    header = atom(b"mvhd", b"\0" * 4 + times + pack(">II", 44100, 88200) + b"\0" * 80)
    noted = atom(b"udta", atom(b"\xa9xyz", b"+51.5392-000.1426/" + WHO))
    return b"".join(
        (
            atom(b"ftyp", b"M4A \0\0\0\0M4A mp42"),
            atom(b"moov", header, track, noted, more),
            atom(b"uuid", WHO),
            atom(b"mdat", b"\x21" * 200),
        )
    )


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("name", "content"),
    [("a.mp3", mp3()), ("a.wav", wav()), ("a.ogg", ogg()), ("a.oga", ogg()), ("a.m4a", m4a())],
)
def test_only_what_is_heard_is_left(name: str, content: bytes) -> None:
    kept = check(content, name, SOUNDS)
    assert WHO[:12] in content and WHO[:12] not in kept.content
    assert b"51.5392" not in kept.content and pack(">I", 3_800_000_000) not in kept.content
    # Another library still hears it, and as long as before.
    read = {}
    for of, held in (("before", content), ("after", kept.content)):
        read[of] = TinyTag.get(f"x.{kept.kind}", file_obj=io.BytesIO(held))
    assert read["after"].duration == pytest.approx(2, abs=0.1)
    assert read["after"].artist is None and not read["after"].other
    # Once bare, it stays as it is.
    assert check(kept.content, name, SOUNDS).content == kept.content


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.mp3", b"", "This file is empty"),
        ("a.mp3", b"\xff\xfb\x90\x00" * 3_000_000, "bigger than 10 MB"),
        ("a.exe", b"MZ", "as a recording"),
        ("a.pdf", b"%PDF-1.7", "as a recording"),
        ("a.webm", b"\x1aE\xdf\xa3", "as a recording"),
        ("a.mp3", spoken(), "something else inside"),
        ("a.wav", mp3(), "something else inside"),
        ("a.mp3", mp3(0), "may be damaged"),
        ("a.mp3", b"ID3\x03\0\0\x7f\x7f\x7f\x7f", "may be damaged"),
        ("a.mp3", mp3()[:-128] + b"PK\x03\x04 programs", "may be damaged"),
        ("a.wav", spoken(0.2), "may be damaged"),
        ("a.wav", b"RIFF\0\0\0\0AVI LIST", "may be damaged"),
        ("a.wav", wav().replace(b"fmt \x10\0\0\0\x01", b"fmt \x10\0\0\0\x55"), "as a recording"),
        ("a.ogg", b"OggS" + b"\0" * 60, "may be damaged"),
        ("a.ogg", ogg()[:90], "may be damaged"),
        ("a.ogg", ogg().replace(b"OpusHead", b"\x80theora\0"), "as a recording"),
        ("a.m4a", m4a(sort=b"vide"), "as a recording"),
        ("a.m4a", m4a(codec=b"alac"), "as a recording"),
        ("a.m4a", m4a(more=atom(b"trak")), "may be damaged"),
        ("a.m4a", m4a()[:-50], "may be damaged"),
        ("a.m4a", b"\0\0\0\x18ftypM4A " + b"\xff" * 40, "may be damaged"),
        ("a.m4a", b"\0\0\0\x01moov" + b"\xff" * 40, "may be damaged"),
        ("a.m4a", b"\0\0\0\0" * 400, "may be damaged"),
    ],
)
def test_what_is_not_taken_is_said(name: str, content: bytes, says: str) -> None:
    with pytest.raises(Refused) as refused:
        check(content, name, SOUNDS)
    assert says in refused.value.reason.text


@pytest.mark.one_database
def test_no_recording_hangs_on_other_things() -> None:
    with pytest.raises(Refused, match="cannot keep this kind of file"):
        check(spoken(), "a.wav")


@pytest.mark.one_database
def test_bytes_in_any_order_are_a_sentence() -> None:
    """What is cut off, turned and repeated is taken or refused, and nothing else."""
    for name, whole in (("a.mp3", mp3()), ("a.wav", wav()), ("a.ogg", ogg()), ("a.m4a", m4a())):
        for at in range(1, min(len(whole), 900), 7):
            for content in (
                whole[:at],
                whole[:4] + whole[at:],
                whole[:at] + b"\xff" + whole[at + 1 :],
                whole[:at] + b"\0\0\0\0" + whole[at + 4 :],
            ):
                try:
                    check(content, name, SOUNDS)
                except Refused:
                    continue


# --- Who puts one up, and who hears it

SAID = {"reader": "Grace Oke", "lang": "bn", "words": "আমরা সমান।\nDamp.", "agrees": "yes"}


@pytest.fixture
def camden(world: World) -> Partner:
    return world.partner("Camden", Kind.COUNCIL)


@pytest.fixture
def lantern(world: World) -> Partner:
    return world.partner("Lantern")


@pytest.fixture
def ines(world: World, camden: Partner) -> Person:
    return world.person("Ines", camden, "relationship-lead", "signatory")


@pytest.fixture
def rahima(world: World, lantern: Partner) -> Person:
    return world.person("Rahima", lantern, "member")


@pytest.fixture
def group(world: World, rahima: Person, lantern: Partner) -> FlaskClient:
    return world.client(rahima, lantern)


@pytest.fixture
def lead(world: World, ines: Person, camden: Partner) -> FlaskClient:
    return world.client(ines, camden)


@pytest.fixture
def held(world: World, ines: Person, camden: Partner, lantern: Partner) -> Agreement:
    return world.proposed(lantern, camden, ines)


def put_up(client: FlaskClient, held: Agreement, **given: Any) -> Any:
    file = (io.BytesIO(given.pop("content", None) or spoken()), "Grace reads.wav")
    data = {**SAID, "read": held.text_sha256, "file": file, **given}
    data = {key: value for key, value in data.items() if value is not None}
    return client.post(f"/agreements/{held.id}/aloud", data=data)


def test_both_sides_hear_it_and_read_what_is_said(
    world: World, group: FlaskClient, lead: FlaskClient, held: Agreement
) -> None:
    at = f"/agreements/{held.id}"
    before = lead.get(at)
    assert "Hear it" not in before.text
    assert "media-src" not in before.headers["Content-Security-Policy"]
    assert f'href="{at}/aloud"' in group.get(at).text
    assert "Add a recording" in group.get(f"{at}/aloud").text
    came = put_up(group, held)
    assert came.status_code == 303 and came.location.endswith(f"{at}?done=heard")
    assert "Both sides can hear it." in group.get(came.location).text
    for client in (group, lead):
        page = client.get(at)
        assert page.headers["Content-Security-Policy"].endswith("; media-src 'self'")
        assert '<audio class="govuk-file-upload" controls preload="none" src="/files/' in page.text
        assert "Grace Oke" in page.text and "Bangla" in page.text
        assert 'lang="bn"' in page.text and "আমরা সমান।" in page.text
        assert "From Lantern" in page.text and "0.1 MB" in page.text
    (file,) = world.all(Attachment)
    with lead.plain():
        sound = lead.get(f"/files/{file.id}")
        part = lead.get(f"/files/{file.id}", headers={"Range": "bytes=0-3"})
        wrong = lead.get(f"/files/{file.id}", headers={"Range": "bytes=99999999-"})
    assert sound.status_code == 200 and sound.data == check(spoken(), "a.wav", SOUNDS).content
    assert sound.headers["Content-Type"] == "audio/wav"
    assert sound.headers["X-Content-Type-Options"] == "nosniff"
    assert sound.headers["Content-Disposition"].startswith("attachment")
    assert sound.headers["Accept-Ranges"] == "bytes"
    assert part.status_code == 206 and part.data == b"RIFF"
    assert wrong.status_code in (400, 416)
    # One event, with the hash and without words.
    (event,) = [one for one in world.all(Event) if one.verb == "voice:put-up"]
    assert event.facts["text_sha256"] == held.text_sha256 and "Grace" not in str(event.facts)
    assert (event.giver_id, event.taker_id) == (held.giver_id, held.taker_id)
    stranger = world.client(world.person("Sam", world.partner("Wren"), "signatory"))
    assert stranger.get(f"/files/{file.id}").status_code == 404
    assert put_up(stranger, held).status_code == 404


def test_the_english_that_is_signed_is_its_own_transcript(
    world: World, group: FlaskClient, held: Agreement
) -> None:
    assert put_up(group, held, lang="en", words="Typed and not needed").status_code == 303
    page = group.get(f"/agreements/{held.id}").text
    assert "What is said is the English text on this page." in page
    assert world.all(Voice)[0].words == ""


def test_another_language_has_its_own_name(group: FlaskClient, held: Agreement) -> None:
    assert put_up(group, held, lang="other", other="Sylheti").status_code == 303
    page = group.get(f"/agreements/{held.id}").text
    assert "Sylheti" in page
    refused = put_up(group, held, lang="other", other="")
    assert refused.status_code == 422 and "Say which language it is." in refused.text


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"words": ""}, "Write down what is said"),
        ({"reader": " "}, "Say who reads"),
        ({"agrees": None}, "Ask whoever reads"),
        ({"content": b"MZ not a sound"}, "something else inside"),
        ({"content": spoken(0.1)}, "may be damaged"),
        ({"file": ""}, "Choose a file"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(
    world: World, group: FlaskClient, held: Agreement, given: dict[str, Any], says: str
) -> None:
    came = put_up(group, held, **given)
    assert came.status_code == 422 and says in came.text
    assert not world.all(Voice) and not world.all(Attachment)


def test_a_recording_belongs_to_its_exact_words(
    world: World,
    group: FlaskClient,
    lead: FlaskClient,
    ines: Person,
    rahima: Person,
    camden: Partner,
    lantern: Partner,
    held: Agreement,
) -> None:
    assert put_up(group, held).status_code == 303
    file = world.all(Attachment)[0].id
    asked = {"clause": "quote", "why": "We are few.", "note": "Ask us each time."}
    world.do((rahima, lantern), negotiation.ask_change, held, **asked)
    world.do((ines, camden), negotiation.make_change, held)
    # The other side hears the new words from nobody yet; ours can take the old one away.
    page = lead.get(f"/agreements/{held.id}").text
    assert "Hear it" not in page and lead.get(f"/files/{file}").status_code == 404
    page = group.get(f"/agreements/{held.id}").text
    assert "The words changed since." in page and "<audio" not in page
    # Whoever recorded the words before is told.
    late = put_up(group, held)
    assert late.status_code == 422 and "The words changed meanwhile." in late.text
    (voice,) = world.all(Voice)
    assert group.post(f"/agreements/aloud/{voice.id}/take-away").status_code == 303


def test_it_is_taken_away_by_its_own_side(
    world: World, group: FlaskClient, lead: FlaskClient, lantern: Partner, held: Agreement
) -> None:
    put_up(group, held)
    (voice,) = world.all(Voice)
    path = f"/agreements/aloud/{voice.id}/take-away"
    assert path not in lead.get(f"/agreements/{held.id}").text
    assert lead.get(path).status_code == lead.post(path).status_code == 404
    assert world.all(Voice)[0].state == "kept"
    colleague = world.client(world.person("Asha", lantern, "member"), lantern)
    assert path in colleague.get(f"/agreements/{held.id}").text
    assert "Nobody can hear this recording" in colleague.get(path).text
    gone = colleague.post(path)
    assert gone.status_code == 303
    assert "The recording is taken away." in colleague.get(gone.location).text
    (voice,) = world.all(Voice)
    assert (voice.state, voice.reader, voice.words) == ("taken-away", "", "")
    assert not world.all(Attachment)
    assert [one.verb for one in world.all(Event)][-1] == "voice:take-away"
    assert "Hear it" not in lead.get(f"/agreements/{held.id}").text
    assert colleague.post(path).status_code == 404


@pytest.mark.parametrize("whole", [True, False])
def test_it_stays_while_a_request_for_information_holds_it(
    world: World,
    group: FlaskClient,
    camden: Partner,
    lantern: Partner,
    held: Agreement,
    whole: bool,
) -> None:
    put_up(group, held)
    (voice,) = world.all(Voice)
    idris = (world.person("Idris", camden, "complaints-lead"), camden)
    given = {"reference": "1", "law": "foi", "asks": "All.", "lang": "en"}
    asked = world.do(idris, inquiries.log, camden, **given, received_on=world.now.date())
    about = Ref.of(lantern) if whole else Ref.of(held)
    world.do(idris, inquiries.cover, asked, about=about, giver_id=lantern.id)
    refused = group.post(f"/agreements/aloud/{voice.id}/take-away")
    assert refused.status_code in (409, 422) and "An open request for information" in refused.text
    assert len(world.all(Attachment)) == 1
    asked = world.read(Inquiry, asked.id)
    world.do(idris, inquiries.close, asked, outcome="taken-back", reason="They need it not.")
    assert group.post(f"/agreements/aloud/{voice.id}/take-away").status_code == 303


def test_it_is_put_up_for_one_of_the_two_sides(
    world: World, rahima: Person, lantern: Partner, held: Agreement
) -> None:
    """Somebody with roles in two places puts it up for the one that they act for."""
    wren = world.partner("Wren")
    world.person("Rahima", wren, "member")
    file = {"name": "a.wav", "kind": "wav", "size": 1, "sha256": "0" * 64}
    given = {"reader": "Rahima", "lang": "en", "words": "", "file": file}
    with pytest.raises(Hidden):
        world.do((rahima, wren), voices.put_up, held, read_sha256=held.text_sha256, **given)


def test_there_is_an_end_to_it(
    world: World, group: FlaskClient, lead: FlaskClient, held: Agreement
) -> None:
    for number in range(10):
        assert put_up(group, held, content=spoken(1.2 + number / 10)).status_code == 303
    eleventh = put_up(lead, held)
    assert eleventh.status_code == 422 and "There are ten recordings" in eleventh.text
    lead.post(f"/agreements/{held.id}/decline", data={"reason": "No time."})
    assert f"{held.id}/aloud" not in group.get(f"/agreements/{held.id}").text
    assert group.get(f"/agreements/{held.id}/aloud").status_code == 303


def nested(deep: int, within: bytes = b"") -> bytes:
    """A film's index within a film's index within …"""
    sizes = [8 * (number + 1) + len(within) for number in reversed(range(deep))]
    heads = b"".join(pack(">I4s", size, b"moov") for size in sizes)
    return atom(b"ftyp", b"M4A \0\0\0\0") + heads + within


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("deep.m4a", nested(2_000)),
        ("deep.m4a", nested(900, pack(">I4s", 8, b"free") * 300_000)),
        ("many.m4a", atom(b"ftyp", b"M4A \0\0\0\0") + pack(">I4s", 8, b"free") * 1_200_000),
        ("many.wav", b"RIFF\0\0\0\0WAVE" + pack("<4sI", b"junk", 0) * 1_200_000),
    ],
)
def test_pieces_without_end_are_a_sentence_soon(name: str, content: bytes) -> None:
    """Each took minutes, or the stack of the server, before pieces were counted."""
    begun = time.process_time()
    with pytest.raises(Refused, match="may be damaged"):
        check(content, name, SOUNDS)
    assert time.process_time() - begun < 3
