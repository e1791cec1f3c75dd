"""What a reader of answers fills in."""

from flask_babel import lazy_gettext as _l

from pilots import review
from portal.fields import Choose, DateParts, Form, LongText, Pick, need
from trust.records import N_


class FilterForm(Form):
    class Meta(Form.Meta):
        csrf = False

    pilot = Pick(_l("Pilot"), blank=_l("All pilots"), own_words=True)
    state = Pick(_l("State"), blank=_l("All that is open"))


class AskForm(Form):
    words = LongText(_l("Your question"), need(N_("Write your question")), rows=4, count=4000)


class AcceptForm(Form):
    next_news_on = DateParts(
        _l("By when do they hear more?"),
        need(N_("Give the day by which they hear more")),
        hint=_l("“Nothing yet” is news too. Choose a day that you can keep."),
    )
    reason = LongText(
        _l("Why is it later than promised?"),
        hint=_l("Only for a later day. They read this."),
        rows=2,
        count=500,
        optional=True,
    )


class NewsForm(Form):
    next_news_on = DateParts(
        _l("By when do they hear more?"),
        need(N_("Give the day by which they hear more")),
        hint=_l("Choose a day that you can keep."),
    )
    reason = LongText(
        _l("What is happening meanwhile?"),
        hint=_l("They read this."),
        rows=3,
        count=500,
        optional=True,
    )


class AsideForm(Form):
    code = Choose(
        _l("Why is it not used?"),
        need(N_("Choose a reason")),
        choices=[(key, _l(text)) for key, text in review.REASONS.items()],
    )
    reason = LongText(
        _l("Say it in your own words"),
        need(N_("Say why, in your own words")),
        hint=_l("They read this. Thank them, and say what would help."),
        rows=4,
        count=2000,
    )


class RiskForm(Form):
    words = LongText(
        _l("What worries you?"),
        need(N_("Say in a few words what worries you")),
        hint=_l("Only the safeguarding lead and the deputy read this."),
        rows=5,
        count=4000,
        safeguarding=None,  # this is the place to report it
    )
