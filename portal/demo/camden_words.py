"""What is said in Camden's story. All of it is invented."""

from portal.demo.work import Talk

QUESTION = "Why do families give up on damp repairs?"

RING_FIRST = "Ring us before a meeting is moved. Some of us take two buses."

TALKS = (
    Talk(
        "rahima",
        "met",
        (
            "Lantern meets on Tuesdays. About thirty women come.",
            "Two years ago the council asked them for stories. They never heard what came of it.",
            "They share one phone. Rahima or Hodan picks it up, after ten in the morning.",
            "Many families have stopped reporting damp. Hodan asks how long a visit takes.",
        ),
        {1: "About twenty women come, and their children."},
        "Dan finds out how long a visit takes, ward by ward.",
    ),
    Talk(
        "martin",
        "video",
        (
            "One in three people at the desk comes about repairs.",
            "They have a spreadsheet by ward. They want to know who reads it before they share it.",
        ),
    ),
    Talk(
        "chloe",
        "met",
        (
            "Parents talk about damp at every play morning.",
            "Chloe has an hour a month for this, and no more.",
        ),
    ),
    Talk(
        "len",
        "met",
        (
            "Redbrick told the paper last year that jobs are closed when nobody came.",
            "They take part if they stay free to say so again.",
            "They fear that what tenants say could be used against a tenancy.",
        ),
        {3: "They know of two cases where what tenants said was used against a tenancy."},
        "Dan looks for words that rule this out.",
    ),
    Talk(
        "winifred",
        "phone",
        (
            "The club is glad to be asked. Nobody there uses a computer.",
            "Kwame from Bridgeway can write things down for them, if he reads them back.",
        ),
    ),
    Talk(
        "joe",
        "phone",
        ("Three volunteers are left at Bell Street. This winter is hard.",),
    ),
)

ASKED = "How many people told you about damp last year, ward by ward? How long to a visit?"
ASKED_WHY = "Our women ask if it helps to report. We want to tell them the truth."
GAVE = """\
These are the damp reports of the last twelve months, and the days from report to visit.

St Pancras and Somers Town: 310 reports, 19 days
Gospel Oak: 240 reports, 16 days
Kilburn: 205 reports, 23 days
Regent's Park: 180 reports, 15 days

We do not know who never reported. That is what we would like to learn from you."""

DECLINED = "We are three people, and the winter is hard. Please ask us again next year."

NARROWED_WHY = "Tenants talk to us only if it can never touch their tenancy."

CANVAS = {
    "outcome": "Families with damp at home report it, and it is mended before a child falls ill.",
    "action": "The repairs team calls back in the family’s own language, and closes no job unseen.",
    "product": "A small table by ward, and the reasons in people’s own words.",
    "without_personal": "Yes. Counts by ward and stories that point to nobody are enough.",
    "items": [
        {
            "name": "Families with damp, by ward",
            "from_whom": "Groups that meet families",
            "why": "To see where people wait, and where they never report",
            "category": "count",
        },
        {
            "name": "Why people give up",
            "from_whom": "Groups that meet families",
            "why": "To change what stops them",
            "category": "story",
        },
    ],
}

LIGHT = "Small counts by ward, at least three groups behind each, and stories that name nobody."

FINDING = {
    "statement": "Families stay silent about damp. The phone line is in English only. "
    "And they fear that a crowded home will be held against them.",
    "confidence": "likely",
    "caveats": "It rests on five groups. A family may be in more than one report. "
    "Nobody spoke for young people who rent alone.",
}
RIGHT = "Yes. That is what the women say."
MISSED = "You missed the jobs that were closed without a visit. That is not silence."

DID = "A call-back in Bengali and Somali, on Tuesdays and Thursdays. Ring once, in any language."
WILL = "A letter to each tenant. It says that reporting damp starts no tenancy check."
CANNOT = "Visit within 24 hours. There are three surveyors for the whole borough."

TABLE = {
    "title": "Families with damp at home, by ward",
    "description": "What groups in a demo told a council about damp. All figures are invented.",
}
