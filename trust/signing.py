"""Signing a trust agreement: a typed declaration by somebody with authority, over the exact text
that stood on their page. The second signature writes the terms that are enforced from then on."""

from trust import ground
from trust.act import Act, Actor, verb
from trust.agreements import STATES, Agreement, Signature, tell
from trust.clauses import grants
from trust.dispute import must_not_be_disputed
from trust.ledger import promised_in
from trust.mailboxes import only_shared, read_by_one
from trust.parties import name_contacts
from trust.people import Person
from trust.records import N_, Hidden, Msg, Ref, Refused
from trust.renewal import check_goes_on, take_over
from trust.terms import Terms


def of_both_sides(actor: Actor, agreement: Agreement) -> bool:
    """Whether somebody belongs to both sides, with whichever hat. They sign for neither: whoever
    works for a council never signs as its partner (trust.md, "Trust agreement")."""
    return {agreement.giver_id, agreement.taker_id} <= actor.own


def _sign(act: Act, agreement: Agreement, name: str, role: str, read_sha256: str) -> None:
    partner_id = act.actor.acting_for
    if partner_id not in (agreement.giver_id, agreement.taker_id):
        raise Hidden("agreement")
    if any(one.partner_id == partner_id for one in agreement.signatures):
        raise Refused(N_("Your side has signed. Now the other side signs."))
    if of_both_sides(act.actor, agreement):
        raise Refused(
            N_("You belong to both sides of this agreement. So you sign it for neither."),
            next_step=Msg(N_("Ask somebody to sign who belongs to this side only.")),
        )
    if any(one.person_id == act.actor.person_id for one in agreement.signatures):
        raise Refused(N_("You have signed for the other side. Somebody else signs for this one."))
    assert act.actor.person_id is not None
    if any(
        read_by_one(act.session, act.actor.person_id, one.person_id) for one in agreement.signatures
    ):
        raise Refused(
            N_("Somebody with your mailbox has signed for the other side."),
            next_step=Msg(N_("Let somebody sign here who has another email address.")),
        )
    if read_sha256 != agreement.text_sha256:
        raise Refused(
            N_("The text has changed since you read it. Nothing was signed."),
            next_step=Msg(N_("Read it again. The change is shown on the page.")),
        )
    must_not_be_disputed(act, partner_id)
    check_goes_on(act.session, agreement)
    ground.check(act.session, agreement.work, agreement.chosen)
    if not name.strip():
        raise Refused(N_("Type your full name."), field="name")
    if not role.strip():
        raise Refused(N_("Say what you do in your organisation."), field="role")
    person = act.session.get_one(Person, act.actor.person_id)
    shared = only_shared(act.session, act.actor, person)
    agreement.signatures.append(
        Signature(
            partner_id=partner_id,
            person_id=act.actor.person_id,
            name=" ".join(name.split())[:120],
            role=" ".join(role.split())[:120],
            at=act.now,
            text_sha256=read_sha256,
            shared_mailbox=shared,
        )
    )
    name_contacts(act, agreement, "giver" if partner_id == agreement.giver_id else "taker")
    act.fact(text_sha256=read_sha256, **({"shared_mailbox": True} if shared else {}))


@verb("agreement:sign", table=STATES)
def sign(act: Act, agreement: Agreement, *, name: str, role: str, read_sha256: str) -> None:
    """Sign first. ``read_sha256`` is the fingerprint of the text on the signer's page.

    Raises ``Refused`` for somebody of both sides, when the text changed since, when this side has
    signed, or somebody with the same mailbox for the other one, or without the name and
    role that are typed as the declaration.
    """
    _sign(act, agreement, name, role, read_sha256)
    tell(act, agreement, agreement.other_side(act.actor.acting_for), "agreement-signed")


@verb("agreement:sign-last", table=STATES)
def sign_last(act: Act, agreement: Agreement, *, name: str, role: str, read_sha256: str) -> None:
    """Sign second: from now on it is in force, and enforced, and the version before it, if there
    is one, is over. Refused as in ``sign``."""
    _sign(act, agreement, name, role, read_sha256)
    tell(act, agreement, agreement.other_side(act.actor.acting_for), "agreement-in-force")
    into_force(act, agreement)


def into_force(act: Act, agreement: Agreement) -> None:
    """Both sides have signed: write what is allowed and promised from now on. For the verbs that
    bring the last signature. Raises ``Refused`` unless they signed the same text."""
    if {one.text_sha256 for one in agreement.signatures} != {agreement.text_sha256}:
        raise Refused(N_("The two sides did not sign the same text. Nothing was signed."))
    agreement.in_force_at = act.now
    source = Ref.of(agreement)
    parties = (agreement.giver_id, agreement.taker_id)
    going_on = take_over(act, agreement)
    promised = promised_in(agreement.parts, source, *parties, agreement.work, act.now)
    for one in promised:
        one.starts = going_on.get(one.key, one.starts)
    act.session.add_all(promised)
    for grant in grants(agreement.parts):
        act.session.add(
            Terms(
                giver_id=agreement.giver_id,
                taker_id=agreement.taker_id,
                use=grant.term.use,
                purpose=grant.term.purpose,
                category=grant.term.category,
                audience=grant.term.audience,
                work=agreement.work,
                source=source,
                clause=grant.clause,
                starts=act.now,
            )
        )
