"""The organisations of the demo. The councils' places are real; everything said of anybody here
is invented, and no council's view. Addresses end in ``.example``, numbers are from the ranges
that Ofcom keeps for drama."""

from dataclasses import dataclass

from trust.partners import Kind


@dataclass(frozen=True)
class Organisation:
    """One organisation. ``domain`` is where its people's addresses are. ``supporter`` is the key
    of the one that introduces it; ``number`` its scheme and number in a register. Whoever has
    neither is added by the administrator."""

    key: str
    name: str
    kind: Kind
    region: str
    domain: str
    what: str = ""
    whom: str = ""
    areas: tuple[str, ...] = ()
    communities: tuple[str, ...] = ()
    languages: str = "English"
    interpreter: bool = False
    phone: str = ""
    shares_by: tuple[str, ...] = ("talk", "web")
    access_needs: str = ""
    supporter: str = ""
    number: tuple[str, str] | None = None

    @property
    def profile(self) -> dict[str, object]:
        """What it says of itself on its own page."""
        return {
            "what": {"en": self.what},
            "whom": self.whom,
            "areas": list(self.areas),
            "communities": list(self.communities),
            "languages": self.languages,
            "interpreter": self.interpreter,
            "phone": self.phone,
            "shares_by": list(self.shares_by),
            "access_needs": self.access_needs,
        }


_CAMDEN, _BEDS = "camden", "central-bedfordshire"

_ALL = (
    Organisation(
        "camden",
        "Camden Council",
        Kind.COUNCIL,
        _CAMDEN,
        "camden-council",
        what="Looks after council homes, streets, schools and care in Camden.",
        whom="Everyone who lives or works in Camden",
        phone="020 7946 0110",
    ),
    Organisation(
        "bridgeway",
        "Bridgeway VCS Network",
        Kind.INFRASTRUCTURE,
        _CAMDEN,
        "bridgeway",
        what="Stands by small groups: rooms, forms, and someone to ring.",
        whom="Voluntary groups in Camden",
        phone="020 7946 0120",
    ),
    Organisation(
        "lantern",
        "Lantern Women’s Circle",
        Kind.VCS,
        _CAMDEN,
        "lantern",
        what="Women who meet on Tuesdays to cook, talk, and help each other with letters.",
        whom="Bangladeshi and Somali women and their families in Somers Town",
        areas=("St Pancras and Somers Town",),
        communities=("families", "women", "bangladeshi", "somali"),
        languages="Bengali, Sylheti, Somali, English",
        interpreter=True,
        phone="07700 900118",
        shares_by=("talk", "phone", "web"),
        access_needs="One phone for the whole group. After 10 in the morning, please.",
        supporter="bridgeway",
    ),
    Organisation(
        "copperfield",
        "Copperfield Advice Desk",
        Kind.VCS,
        _CAMDEN,
        "copperfield",
        what="Free advice on housing, debt and benefits, three days a week.",
        whom="Anyone in Camden who walks in",
        areas=("Camden Town", "Kentish Town South"),
        communities=("everyone", "poor"),
        phone="020 7946 0133",
        shares_by=("web", "spreadsheet"),
        number=("GB-CHC", "9990001"),
    ),
    Organisation(
        "smallsteps",
        "Small Steps Parents CIC",
        Kind.VCS,
        _CAMDEN,
        "smallsteps",
        what="Play mornings, and help for parents of children under five.",
        whom="Parents and small children",
        areas=("Kilburn",),
        communities=("children", "families"),
        phone="020 7946 0144",
        shares_by=("phone", "web"),
        number=("GB-COH", "99990002"),
    ),
    Organisation(
        "redbrick",
        "Redbrick Tenants’ Voice",
        Kind.VCS,
        _CAMDEN,
        "redbrick",
        what="Tenants who speak up, in public, about repairs and rents.",
        whom="Council tenants",
        areas=("Haverstock", "Gospel Oak"),
        communities=("tenants",),
        phone="020 7946 0155",
        shares_by=("talk", "web"),
    ),
    Organisation(
        "chalklane",
        "Chalk Lane Elders",
        Kind.VCS,
        _CAMDEN,
        "chalklane",
        what="Dominoes, soup and company, twice a week.",
        whom="People over 65 in Gospel Oak",
        areas=("Gospel Oak",),
        communities=("older", "alone"),
        phone="020 7946 0166",
        shares_by=("phone",),
        access_needs="By phone only. Speak slowly; some of us do not hear well.",
        supporter="bridgeway",
    ),
    Organisation(
        "bellstreet",
        "Bell Street Drop-in",
        Kind.VCS,
        _CAMDEN,
        "bellstreet",
        what="Tea, a shower and a dry pair of socks.",
        whom="People without a home",
        areas=("King's Cross", "Chalk Farm"),
        communities=("homeless",),
        phone="020 7946 0177",
        shares_by=("talk",),
        supporter="bridgeway",
    ),
    Organisation(
        "bramble",
        "Bramble Court Neighbours",
        Kind.VCS,
        _CAMDEN,
        "bramblecourt",
        what="Neighbours of one block who look in on each other.",
        whom="The people of Bramble Court",
        areas=("Kilburn",),
        communities=("everyone", "tenants"),
        languages="English, Cantonese",
        phone="07700 900188",
        shares_by=("talk", "phone"),
        supporter="bridgeway",
    ),
    Organisation(
        "beds",
        "Central Bedfordshire Council",
        Kind.COUNCIL,
        _BEDS,
        "centralbeds-council",
        what="Looks after roads, buses, schools and care in Central Bedfordshire.",
        whom="Everyone who lives or works in Central Bedfordshire",
        phone="01632 960110",
    ),
    Organisation(
        "wayside",
        "Wayside VCS Link",
        Kind.INFRASTRUCTURE,
        _BEDS,
        "wayside",
        what="Helps village groups with people, money and paper.",
        whom="Voluntary groups in Central Bedfordshire",
        phone="01632 960120",
    ),
    Organisation(
        "greensand",
        "Greensand Good Turns",
        Kind.VCS,
        _BEDS,
        "greensand",
        what="Volunteers who drive neighbours to the doctor and the shops.",
        whom="People in and around Ampthill who cannot drive",
        areas=("Ampthill", "Flitwick"),
        communities=("older", "ill"),
        phone="01632 960133",
        shares_by=("paper", "talk"),
        supporter="wayside",
    ),
    Organisation(
        "thursday",
        "Thursday Table",
        Kind.VCS,
        _BEDS,
        "thursdaytable",
        what="A lunch club in Sandy, every Thursday.",
        whom="People who would eat alone",
        areas=("Sandy", "Potton"),
        communities=("older", "alone"),
        phone="01632 960144",
        shares_by=("phone",),
        access_needs="We have a landline and no computer. Ring before eleven.",
        supporter="wayside",
    ),
    Organisation(
        "sobota",
        "Sobota Families",
        Kind.VCS,
        _BEDS,
        "sobota",
        what="A Saturday school and a place to meet in Biggleswade.",
        whom="Polish families",
        areas=("Biggleswade",),
        communities=("families", "newcomers", "polish"),
        languages="Polish, English",
        phone="01632 960155",
        shares_by=("web", "talk"),
        supporter="wayside",
    ),
    Organisation(
        "kettle",
        "Kettle and Carers",
        Kind.VCS,
        _BEDS,
        "kettle",
        what="A warm room and a break for people who care for somebody.",
        whom="Carers in Dunstable",
        areas=("Dunstable", "Houghton Regis"),
        communities=("carers",),
        phone="01632 960166",
        shares_by=("spreadsheet", "web"),
        number=("GB-CHC", "9990003"),
    ),
    Organisation(
        "ivel",
        "Ivel Bank Neighbours",
        Kind.VCS,
        _BEDS,
        "ivelbank",
        what="Lifts, shopping and a knock on the door.",
        whom="People in Shefford and the villages near it",
        areas=("Shefford", "Campton"),
        communities=("everyone",),
        phone="01632 960177",
        shares_by=("phone", "web"),
        supporter="wayside",
    ),
    Organisation(
        "friday",
        "Friday Friends",
        Kind.VCS,
        _BEDS,
        "fridayfriends",
        what="Cards, chair exercise and cake in Flitwick.",
        whom="Older people in Flitwick",
        areas=("Flitwick",),
        communities=("older",),
        phone="01632 960188",
        shares_by=("paper",),
        supporter="wayside",
    ),
    Organisation(
        "corner",
        "Cranfield Corner Club",
        Kind.VCS,
        _BEDS,
        "cornerclub",
        what="A youth club that feeds everyone who comes.",
        whom="Young people in Cranfield and their parents",
        areas=("Cranfield",),
        communities=("young", "families"),
        phone="01632 960199",
        shares_by=("paper", "talk"),
        supporter="wayside",
    ),
    Organisation(
        "porch",
        "The Porch",
        Kind.VCS,
        _BEDS,
        "theporch",
        what="A food shelf and a chat in Houghton Regis.",
        whom="Anyone who is short this week",
        areas=("Leighton-Linslade",),
        communities=("poor",),
        phone="01632 960211",
        shares_by=("phone",),
        supporter="wayside",
    ),
    Organisation(
        "tworivers",
        "Two Rivers Regional Observatory",
        Kind.REGIONAL,
        "",
        "tworivers",
        what="Watches what is learned across councils, from what is made public.",
        phone="01632 960220",
    ),
    Organisation(
        "fieldgate",
        "Fieldgate Learning Unit",
        Kind.OTHER,
        "",
        "fieldgate",
        what="Studies how councils and groups work together.",
        phone="01632 960230",
    ),
)

ORGANISATIONS = {one.key: one for one in _ALL}
