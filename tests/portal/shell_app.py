"""A portal of nothing but its shell, with one page of each kind, to look at and to test."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from flask import Flask, abort, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, DictLoader

from portal import components, languages, security, static_files
from portal.fields import (
    Choose,
    ChooseMany,
    Code,
    CountTable,
    DateParts,
    Email,
    Form,
    LongText,
    Number,
    Phone,
    Pick,
    Text,
    Tick,
    Upload,
    YesNo,
    need,
)
from portal.languages import words
from portal.shell import Help, Item, Who, tell
from portal.shell import Number as Line
from trust.records import N_, Msg, Refused

PAGES = {
    "one.html": """{% extends "base.html" %}
{% block title %}{{ question }}{% endblock %}
{% block before %}{{ ui.back("/list") }}{% endblock %}
{% block content %}{{ ui.errors(form) }}
<span class="govuk-caption-l">{{ _('Question %(n)s of %(of)s', n=3, of=4) }}</span>
{% call ui.form(form) %}{{ form.story() }}
<div class="govuk-button-group">{{ ui.button(_('Save and go on')) }}
{{ ui.button(_('Save and leave'), kind='secondary', name='leave', value='yes') }}</div>
{% endcall %}{% endblock %}""",
    "all.html": """{% extends "base.html" %}
{% block title %}{{ _('Every field') }}{% endblock %}
{% block content %}{{ ui.errors(form) }}<h1 class="govuk-heading-l">{{ self.title() }}</h1>
{% call ui.form(form, upload=True) %}
{% for name in 'name email phone people on place kinds story code file agree'.split() %}
{{ form[name]() }}
{% endfor %}
{{ form.reach(reveal={'phone': form.number()}) }}{{ form.quote() }}
{{ form.families(check='/totals') }}{{ form.calls() }}{{ ui.button(_('Send')) }}
{% endcall %}{% endblock %}""",
    "list.html": """{% extends "base.html" %}
{% set staff = true %}{% set wide = true %}
{% block title %}{{ _('What came of it') }}{% endblock %}
{% block content %}
{{ ui.notice(_('Your answer is on its way to the council.'), done=True) }}
<h1 class="govuk-heading-l">{{ self.title() }}</h1>
{{ ui.cards([{'title': ui.words('Why do families give up on damp repairs?', 'en'), 'href': '/one',
  'text': _('The council asks 4 questions.'), 'tag': _('To do'), 'colour': 'yellow',
  'at': _('Answer by %(day)s', day=soon|weekday)}]) }}
<h2 class="govuk-heading-m">{{ _('So far') }}</h2>
{{ ui.timeline([
  {'title': _('You sent it'), 'at': soon|day_and_time,
   'text': ui.story('Half of us\\nnever call.', 'so')},
  {'title': _('Rahima reads it'), 'at': _('By %(day)s', day=soon|day), 'done': False}], level=3) }}
{{ ui.summary([{'key': _('Group'), 'value': ui.words('دائرة الفانوس', 'ar'), 'change': '/all'},
  {'key': _('Who we are'), 'value': _('A small group')}]) }}
{{ ui.table(_('Damp by ward'), [_('Ward'), _('Fixed'), _('Waiting')],
  [[ui.words('Gospel Oak'), 12, 1234|number], [ui.words('Kentish Town South'), 3, 4]],
  numbers=(1, 2), dense=True) }}
{{ ui.task_list([
  {'title': _('Read the agreement'), 'href': '/one', 'status': _('Done'), 'colour': 'green'},
  {'title': _('Sign it'), 'hint': _('Your signatory does this.'), 'status': _('Not yet')}]) }}
{{ ui.inset(_('A word apart.')) }}{{ ui.warning(_('This cannot be undone.')) }}
{{ ui.details(_('Why do we ask?'), _('To answer you.')) }}{{ ui.safeguarding() }}
{{ ui.empty(_('Nothing here yet'), _('It stands here when a group asks.'), _('Ask'), '/one') }}
<p class="govuk-body">{{ ui.tag(_('Accepted'), 'green') }} {{ ui.tag(_('Set aside'), 'grey') }}
{{ ui.tag(_('New')) }} {{ ui.tag(_('Late'), 'red') }}</p>
{{ ui.pagination(4, 9, '/list?page={page}') }}
{% endblock %}""",
    "done.html": """{% extends "base.html" %}
{% block title %}{{ _('Sent. Thank you') }}{% endblock %}
{% block content %}{{ ui.panel(_('Sent. Thank you'), _('Your reference is %(ref)s.', ref='C-17')) }}
<p class="govuk-body">{{ _('We mail you when it is read.') }}</p>{% endblock %}""",
    "bad.html": """{% extends "base.html" %}
{% block title %}{{ _('Bad') }}{% endblock %}
{% block content %}<h1>{{ _('Bad') }}</h1><p>Nobody translated me</p>{% endblock %}""",
}

WARDS = [("E05013653", "Gospel Oak"), ("E05013658", "Kentish Town South")]
STATES = [("fixed", _l("Fixed")), ("waiting", _l("Waiting")), ("never", _l("Never reported"))]


class One(Form):
    story = LongText(
        _l("Why do families give up?"),
        need(N_("Tell us what you see. A few words are enough")),
        hint=_l("Tell us what you see. Do not name anyone."),
        as_heading=True,
        count=1200,
    )


class All(Form):
    name = Text(_l("Your name"), need(N_("Enter your name")), autocomplete="name")
    email = Email(_l("E-mail"), optional=True)
    phone = Phone(_l("Phone"), hint=_l("We call only if you ask us to."))
    people = Number(_l("How many people?"), need(N_("Enter how many people")), width=3)
    on = DateParts(_l("When was it?"), need(N_("Enter the day")))
    place = Pick(_l("Ward"), need(N_("Choose a ward")), choices=WARDS, own_words=True)
    kinds = ChooseMany(
        _l("What goes wrong?"),
        need(N_("Choose what goes wrong")),
        choices=[("damp", _l("Damp")), ("heat", _l("Heating"), _l("Or hot water."))],
        none_of_these=("none", _l("None of these")),
    )
    story = LongText(_l("What happened?"), need(N_("Tell us what happened")))
    code = Code(_l("Code from your mail"), optional=True)
    file = Upload(_l("A file"), need(N_("Choose a file")), accept=".csv,.xlsx")
    agree = Tick(_l("I have read it"), need(N_("Tick the box when you have read it")))
    reach = Choose(
        _l("How may we reach you?"),
        need(N_("Choose how we may reach you")),
        choices=[("mail", _l("E-mail")), ("phone", _l("Phone"))],
    )
    number = Phone(_l("Your number"))
    quote = YesNo(_l("May we quote you?"), need(N_("Say if we may quote you")))
    families = CountTable(
        _l("How many families?"),
        need(N_("Enter at least one number")),
        hint=_l("Leave a box empty if you do not know."),
        rows=[(code, words(name)) for code, name in WARDS],
        columns=STATES,
        corner=_l("Ward"),
    )
    calls = CountTable(
        _l("How many calls?"),
        rows=[(code, words(name)) for code, name in WARDS],
        columns=[("calls", _l("Calls"))],
        optional=True,
    )


def make(**changes: Any) -> Flask:
    """The app. ``changes`` are settings."""
    app = Flask("portal", root_path=components.__file__.rpartition("/")[0])
    settings = {
        "name": "Community insights",
        "brand": "harbour",
        "demo": True,
        "languages": ("en", "so", "bn", "pl", "ar"),
        "hosts": ("localhost", "127.0.0.1"),
        "https": False,
    }
    app.config.update(PORTAL=SimpleNamespace(**settings | changes), SECRET_KEY="test", TESTING=True)
    CSRFProtect(app)
    static_files.init(app)
    components.register(app)
    languages.init(app)
    app.jinja_loader = ChoiceLoader([DictLoader(PAGES), app.jinja_loader])
    app.add_url_rule("/language/<code>", view_func=languages.choose)

    @app.before_request
    def frame() -> None:
        tell(
            nav=(
                Item(_("Home"), "/list", here=request.path == "/list"),
                Item(_("Asked of us"), "/one", here=request.path == "/one"),
                Item(_("Our group"), "/all"),
            ),
            who=Who(
                "Rahima",
                "Lantern Women's Circle",
                switch_href="/switch",
                seconds=1800,
                keep_href="/keep",
            ),
            help=Help("Sheila Brown", "01632 960 123", _("your connector"), _("Monday to Friday")),
            numbers=(Line(_l("Children"), "020 7946 0317"), Line(_l("Adults"), "020 7946 0400")),
        )

    def show(page: str, form: Form | None = None, **context: Any) -> Any:
        wrong = form is not None and request.method == "POST" and not form.validate()
        return render_template(page, form=form, **context), 422 if wrong else 200

    @app.route("/one", methods=["GET", "POST"])
    def one() -> Any:
        form = One()
        return show("one.html", form, question=form.story.label.text)

    @app.route("/all", methods=["GET", "POST"])
    def every() -> Any:
        return show("all.html", All())

    @app.post("/totals")
    def totals() -> Any:
        return All().families.totals()

    @app.get("/<any(list, done, bad):page>")
    def page(page: str) -> Any:
        return show(f"{page}.html", soon=datetime(2026, 5, 3, 15, 5, tzinfo=UTC))

    @app.get("/error/<int:code>")
    def error(code: int) -> Any:
        if code != 409:
            abort(code)
        refused = Refused(
            Msg(N_("%(who)s has not signed yet."), {"who": "Lantern"}),
            clause="3",
            next_step=Msg(N_("Ask its signatory.")),
        )
        return render_template("errors/409.html", refused=refused, back="/one"), 409

    def failed(problem: Any) -> Any:
        return render_template(f"errors/{problem.code}.html"), problem.code

    for code in (400, 404, 405, 413, 429, 500, 503):
        app.register_error_handler(code, failed)
    security.init(app)
    return app
