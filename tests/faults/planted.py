"""Faults to plant, one at a time, in a copy of the code: proof that the checks can fail.

Each names a place by its exact words, what to put there instead, and the tests that must notice.
A fault whose words are no longer in the code fails too: mend it, do not drop it.
"""

from typing import NamedTuple


class Fault(NamedTuple):
    """One planted fault."""

    name: str
    file: str
    words: str
    instead: str
    tests: str


FAULTS = (
    Fault(
        "a verb without its permission",
        "trust/act.py",
        "if not self.allowed(act.actor, subject):",
        "if False:",
        "tests/trust/test_act.py",
    ),
    Fault(
        "a change that leaves no event",
        "trust/act.py",
        "self._record(act, draft, root, was)",
        "pass",
        "tests/trust/test_act.py",
    ),
    Fault(
        "records that change outside verbs",
        "trust/act.py",
        'raise Unaudited(f"{type(one).__name__} was changed outside a verb")',
        "pass",
        "tests/trust/test_act.py",
    ),
    Fault(
        "a double tap that makes two",
        "trust/act.py",
        "if before is not None:",
        "if before is not None and False:",
        "tests/trust/test_act.py",
    ),
    Fault(
        "a role that counts without its second factor",
        "trust/act.py",
        "if self.second_factor:",
        "if True:",
        "tests/trust/test_act.py",
    ),
    Fault(
        "a move from any state",
        "trust/states.py",
        "if state not in move.origins:",
        "if False:",
        "tests/trust/test_states.py",
    ),
    Fault(
        "a seal that does not look at the events",
        "trust/audit.py",
        "digest.update(hashlib.sha256(_canonical(event)).digest())",
        "pass",
        "tests/trust/test_audit.py",
    ),
    Fault(
        "words that are not checked against their hash",
        "trust/audit.py",
        "if event.words_sha256 != words_hash(words.salt, words.words):",
        "if False:",
        "tests/trust/test_audit.py",
    ),
    Fault(
        "a link that is used up by opening it",
        "portal/blueprints/signin.py",
        "    form = LinkForm()\n    if form.validate_on_submit():",
        "    form = LinkForm()\n    if True:",
        "tests/portal/test_signin.py",
    ),
    Fault(
        "a code that works twice",
        "trust/signin.py",
        "    code.used_at = now\n",
        "",
        "tests/portal/test_signin.py",
    ),
    Fault(
        "a code that never grows old",
        "trust/signin.py",
        "code.used_at is not None or now >= code.expires_at or",
        "code.used_at is not None or",
        "tests/portal/test_signin.py",
    ),
    Fault(
        "a code that works in any browser",
        "trust/signin.py",
        ".where(Code.browser_sha256 == sha256(browser))",
        ".where(Code.id > 0)",
        "tests/portal/test_signin.py",
    ),
    Fault(
        "wrong tries that do not count",
        "trust/signin.py",
        "code.tries += 1",
        "code.tries += 0",
        "tests/portal/test_signin.py",
    ),
    Fault(
        "an answer that tells who is known",
        "portal/blueprints/signin.py",
        'return redirect(url_for("signin.code", next=request.args.get("next")), 303)',
        'return redirect(url_for("signin.code", known=email == "rahima@example.org"), 303)',
        "tests/portal/test_signin.py",
    ),
    Fault(
        "a way back to anywhere",
        "portal/blueprints/signin.py",
        'return local_path(request.args.get("next"), url_for("home.index"))',
        'return request.args.get("next") or url_for("home.index")',
        "tests/portal/test_signin.py",
    ),
    Fault(
        "a session that cannot be ended from elsewhere",
        "trust/signin.py",
        "self.ended_at is None\n            and now",
        "True\n            and now",
        "tests/portal/test_signin.py",
    ),
    Fault(
        "reading that may write",
        "portal/database.py",
        "PRAGMA query_only={'OFF' if write else 'ON'}",
        "PRAGMA query_only={'OFF' if write else 'OFF'}",
        "tests/portal/test_database.py",
    ),
    Fault(
        "mail about what may not be seen any more",
        "portal/mails.py",
        "if not may_know(session, person, parcel.about, now):",
        "if False:",
        "tests/portal/test_worker.py",
    ),
    Fault(
        "a parcel that two workers take",
        "portal/worker.py",
        "parcel.claimed_at = now",
        "pass",
        "tests/portal/test_worker.py",
    ),
    Fault(
        "a page that nobody declared",
        "portal/blueprints/about.py",
        '@bp.route("/privacy")\n@page(read="public")',
        '@bp.route("/privacy")',
        "tests/portal/test_about.py",
    ),
    Fault(
        "an agreement that covers other projects too",
        "trust/scope.py",
        "if for_work in (None, work)",
        "if True",
        "tests/portal/test_requests.py",
    ),
    Fault(
        "use for another project than was signed for",
        "trust/scope.py",
        "        or_(Terms.work.is_(None), Terms.work == work),\n",
        "",
        "tests/portal/test_requests.py",
    ),
    Fault(
        "a naive suppressor",
        "trust/disclosure/gate.py",
        "return policy.rounded(number)",
        "return number",
        "tests/trust/disclosure",
    ),
    Fault(
        "a count that prints itself",
        "trust/disclosure/count.py",
        "__str__ = __format__ = __bytes__ = __html__ = _leak",
        "__bytes__ = __html__ = _leak",
        "tests/trust/disclosure/test_count.py",
    ),
    Fault(
        "two charities of one name made one",
        "trust/exchange/partner_import.py",
        "if owner := world.owners.get(one.identifiers[0]):",
        "if owner := next((p for p in world.owners.values() if p.name == one.name), None):",
        "tests/trust/exchange",
    ),
)
