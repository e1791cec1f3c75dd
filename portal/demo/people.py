"""The people of the demo, all invented, and what a visitor can try as each of them."""

from dataclasses import dataclass
from typing import NamedTuple

from portal.demo.organisations import ORGANISATIONS
from trust.permissions import needs_second_factor, roles
from trust.records import N_


@dataclass(frozen=True)
class Someone:
    """A person. ``organisation`` is a key, empty for the portal's own administrator. ``roles``
    are held there; ``also`` are those held in the pilot or the case of the region named."""

    key: str
    name: str
    organisation: str
    roles: tuple[str, ...] = ()
    also: tuple[tuple[str, str], ...] = ()
    phone: str = ""
    lang: str = "en"

    @property
    def email(self) -> str:
        domain = ORGANISATIONS[self.organisation].domain if self.organisation else "portal"
        return f"{self.key}@{domain}.example"

    @property
    def strong(self) -> bool:
        """Whether a role of theirs needs a second factor."""
        return any(map(needs_second_factor, (*self.roles, *(role for _, role in self.also))))


_C, _B = "camden", "central-bedfordshire"
_SIGNS = ("signatory",)

_ALL = (
    Someone("ada", "Ada Bell", "", ("administrator",)),
    # Camden Council
    Someone("margaret", "Margaret Osei", "camden", _SIGNS, phone="020 7946 0111"),
    Someone("dan", "Dan Whitlock", "camden", ("relationship-lead",), phone="020 7946 0112"),
    Someone("ines", "Ines Carvalho", "camden", ("coordinator",), phone="020 7946 0113"),
    Someone("samir", "Samir Haddad", "camden", ("ig-lead",)),
    Someone("judith", "Judith Lowe", "camden", ("dpo",)),
    Someone("beatrice", "Beatrice Nwosu", "camden", ("safeguarding-lead",)),
    Someone("owen", "Owen Tait", "camden", ("safeguarding-deputy",)),
    Someone("idris", "Idris Vaughan", "camden", ("complaints-lead",)),
    Someone(
        "ravi", "Ravi Menon", "camden", ("member",), ((_C, "reviewer"),), phone="020 7946 0114"
    ),
    Someone("gloria", "Gloria Pemberton", "camden", ("member",), ((_C, "decision-owner"),)),
    # Camden’s groups
    Someone("priya", "Priya Desai", "bridgeway", _SIGNS),
    Someone("noor", "Noor Rahman", "bridgeway", ("supporter", "member"), phone="020 7946 0121"),
    Someone("kwame", "Kwame Boateng", "bridgeway", ("member",), ((_C, "connector"),)),
    Someone("rahima", "Rahima Begum", "lantern", _SIGNS, phone="07700 900118"),
    Someone("hodan", "Hodan Warsame", "lantern", ("member",), lang="so"),
    Someone("martin", "Martin Eade", "copperfield", _SIGNS),
    Someone("sana", "Sana Qureshi", "copperfield", ("member",)),
    Someone("chloe", "Chloe Adeyemi", "smallsteps", _SIGNS),
    Someone("len", "Len Harkness", "redbrick", _SIGNS),
    Someone("winifred", "Winifred Clarke", "chalklane", _SIGNS),
    Someone("joe", "Joe Tarrant", "bellstreet", _SIGNS),
    Someone("mei", "Mei Chen", "bramble", _SIGNS),
    # Central Bedfordshire Council
    Someone("alan", "Alan Prior", "beds", _SIGNS, phone="01632 960111"),
    Someone("frances", "Frances Oakley", "beds", ("relationship-lead",), phone="01632 960112"),
    Someone("imran", "Imran Sheikh", "beds", ("coordinator",), phone="01632 960113"),
    Someone("yusuf", "Yusuf Demir", "beds", ("ig-lead",)),
    Someone("helen", "Helen Strang", "beds", ("dpo",)),
    Someone("rosa", "Rosa Pinto", "beds", ("safeguarding-lead",)),
    Someone("neil", "Neil Ashby", "beds", ("safeguarding-deputy",)),
    Someone("faye", "Faye Munro", "beds", ("complaints-lead",)),
    Someone(
        "bethan", "Bethan Rees", "beds", ("member",), ((_B, "reviewer"),), phone="01632 960114"
    ),
    Someone("colin", "Colin Marsh", "beds", ("member",), ((_B, "decision-owner"),)),
    # Central Bedfordshire’s groups
    Someone("tom", "Tom Hallam", "wayside", _SIGNS),
    Someone("judy", "Judy Farr", "wayside", ("supporter", "member"), phone="01632 960121"),
    Someone("sheila", "Sheila Dunmore", "wayside", ("member",), ((_B, "connector"),)),
    Someone("tomasz", "Tomasz Zieliński", "wayside", ("member",), ((_B, "connector"),)),
    Someone("gwen", "Gwen Ackroyd", "wayside", ("member",), ((_B, "connector"),)),
    Someone("peter", "Peter Lovell", "greensand", _SIGNS),
    Someone("doreen", "Doreen Sharp", "thursday", _SIGNS),
    Someone("kasia", "Kasia Nowak", "sobota", _SIGNS, lang="pl"),
    Someone("marek", "Marek Wrona", "sobota", ("member",)),
    Someone("jackie", "Jackie Moon", "kettle", _SIGNS),
    Someone("sunil", "Sunil Rao", "ivel", _SIGNS),
    Someone("maureen", "Maureen Tate", "friday", _SIGNS),
    Someone("ed", "Ed Lunn", "corner", _SIGNS),
    Someone("blessing", "Blessing Okoro", "porch", _SIGNS),
    # Both regions
    Someone("petra", "Petra Lindqvist", "tworivers", _SIGNS, ((_C, "observer"),)),
    Someone("ivo", "Ivo Brandt", "tworivers", ("member",), ((_B, "observer"),)),
    Someone("tobias", "Tobias Renn", "tworivers", ("member",), ((_C, "invited-reviewer"),)),
    Someone("anneke", "Anneke Vries", "fieldgate", _SIGNS, ((_C, "research-lead"),)),
    Someone("lucy", "Lucy Amadi", "fieldgate", ("member",), ((_B, "research-lead"),)),
    Someone("hilda", "Hilda Strand", "fieldgate", ("member",), ((_B, "invited-reviewer"),)),
)

PEOPLE = {one.key: one for one in _ALL}


class Part(NamedTuple):
    """Somebody a visitor can be. ``role`` is its key, ``region`` a name, empty for all of them;
    ``strong`` says that the code of an authenticator is asked for."""

    region: str
    role: str
    name: str
    organisation: str
    email: str
    to_try: str
    strong: bool


_CAMDEN, _BEDS = "Camden", "Central Bedfordshire"

_CAST = (
    (_CAMDEN, "rahima", "signatory", N_("See what came of what her group shared.")),
    (_CAMDEN, "hodan", "member", N_("Read the council’s answer to her question. Ask another.")),
    (_CAMDEN, "mei", "signatory", N_("Read a trust agreement. Ask for a change, sign, or say no.")),
    (_CAMDEN, "len", "signatory", N_("See how his other view stayed in the finding.")),
    (_CAMDEN, "chloe", "signatory", N_("Answer a reader who asks what she meant.")),
    (_CAMDEN, "noor", "supporter", N_("Bring in a small group, and invite its first person.")),
    (_CAMDEN, "kwame", "connector", N_("Write down an answer on the phone. Read it back.")),
    (_CAMDEN, "dan", "relationship-lead", N_("Write up a talk. The other side reads it too.")),
    (_CAMDEN, "ines", "coordinator", N_("Look at the stages. Ask the groups something new.")),
    (_CAMDEN, "ravi", "reviewer", N_("Take the newest answer from the queue and read it.")),
    (_CAMDEN, "gloria", "decision-owner", N_("See what she promised, and add an answer.")),
    (_CAMDEN, "margaret", "signatory", N_("Invite a colleague. Sign when Mei has signed.")),
    (_CAMDEN, "anneke", "research-lead", N_("Follow the work and learn how well it goes.")),
    (_CAMDEN, "samir", "ig-lead", N_("See step 1 of the case, filled in from the canvas.")),
    (_CAMDEN, "judith", "dpo", N_("Read the case, and download it.")),
    (_CAMDEN, "tobias", "invited-reviewer", N_("Read the one case he was invited to.")),
    (_CAMDEN, "beatrice", "safeguarding-lead", N_("Take the worry that waits for her.")),
    (_CAMDEN, "owen", "safeguarding-deputy", N_("Stand in for the lead.")),
    (_CAMDEN, "idris", "complaints-lead", N_("Answer somebody who asks what the council holds.")),
    (_CAMDEN, "petra", "observer", N_("Read the released table. There is nothing else to see.")),
    (_BEDS, "doreen", "signatory", N_("See how her “not quite” changed the finding.")),
    (_BEDS, "kasia", "signatory", N_("Read the portal in Polish, and what she took back.")),
    (_BEDS, "marek", "member", N_("Ask the council a question.")),
    (_BEDS, "judy", "supporter", N_("Bring in a small group, and invite its first person.")),
    (_BEDS, "sheila", "connector", N_("See what came of the nine papers from one afternoon.")),
    (_BEDS, "tomasz", "connector", N_("Read what he wrote down on the phone.")),
    (_BEDS, "frances", "relationship-lead", N_("Write up a talk. The other side reads it too.")),
    (_BEDS, "imran", "coordinator", N_("Look at the stages of the other model.")),
    (_BEDS, "bethan", "reviewer", N_("Read what was sent, place by place.")),
    (_BEDS, "colin", "decision-owner", N_("See his answers, one for each place.")),
    (_BEDS, "alan", "signatory", N_("Read an agreement that both sides signed.")),
    (_BEDS, "lucy", "research-lead", N_("Follow the work and learn how well it goes.")),
    (_BEDS, "yusuf", "ig-lead", N_("See why this work took the light path.")),
    (_BEDS, "helen", "dpo", N_("Read the case, and download it.")),
    (_BEDS, "hilda", "invited-reviewer", N_("Read the one case she was invited to.")),
    (_BEDS, "rosa", "safeguarding-lead", N_("See what a quiet day looks like.")),
    (_BEDS, "neil", "safeguarding-deputy", N_("Stand in for the lead.")),
    (_BEDS, "faye", "complaints-lead", N_("See what a day without complaints looks like.")),
    (_BEDS, "ivo", "observer", N_("Read the released table. One cluster is hidden.")),
    ("", "ada", "administrator", N_("Add a council, or bring in a register.")),
)


def cast() -> list[Part]:
    """Whom a visitor can be: one person for each role in both regions, and a few more."""
    found = []
    for region, key, role, to_try in _CAST:
        one = PEOPLE[key]
        held_for = ORGANISATIONS[one.organisation].name if one.organisation else ""
        known = roles()[role].key
        found.append(Part(region, known, one.name, held_for, one.email, to_try, one.strong))
    return found
