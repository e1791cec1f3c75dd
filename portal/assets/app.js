// Everything works without this script. With it: less waiting, and the page says what changed.
import htmx from "htmx.org/dist/htmx.esm.js";
import { createAll } from "govuk-frontend/dist/govuk/init.mjs";
import { Button } from "govuk-frontend/dist/govuk/components/button/button.mjs";
import { CharacterCount } from "govuk-frontend/dist/govuk/components/character-count/character-count.mjs";
import { Checkboxes } from "govuk-frontend/dist/govuk/components/checkboxes/checkboxes.mjs";
import { ErrorSummary } from "govuk-frontend/dist/govuk/components/error-summary/error-summary.mjs";
import { NotificationBanner } from "govuk-frontend/dist/govuk/components/notification-banner/notification-banner.mjs";
import { SkipLink } from "govuk-frontend/dist/govuk/components/skip-link/skip-link.mjs";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  // Nothing of a page is kept on a phone that may be shared: going back asks the server.
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  timeout: 20000,
  // A form that was refused comes back with its errors; anything worse leaves the page as it is.
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true },
    { code: "...", swap: false, error: true },
  ],
});

const body = document.body;
const live = document.getElementById("announce");
const components = [Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, SkipLink];

function start(scope) {
  components.forEach((component) => createAll(component, {}, { scope }));
}

/** Says `text` to people who listen to the page; a repeated text is said again. */
function announce(text) {
  if (!live || !text) return;
  live.textContent = "";
  setTimeout(() => (live.textContent = text), 100);
}

body.classList.add("js-enabled", "govuk-frontend-supported");
start(document);

// After a part of the page was exchanged: start what is in it, say what it says of itself,
// and never leave the keyboard nowhere.
htmx.on("htmx:afterSettle", ({ detail: { elt } }) => {
  if (!elt.isConnected) return;
  start(elt);
  const told = elt.matches("[data-announce]") ? elt : elt.querySelector("[data-announce]");
  if (told) announce(told.dataset.announce);
  const active = document.activeElement;
  if (!active || active === body) {
    const next = elt.querySelector("[autofocus], [data-focus]") || elt;
    if (!next.matches("a, button, input, select, textarea, [tabindex]")) next.tabIndex = -1;
    next.focus({ preventScroll: next === elt });
  }
});
htmx.on("announce", ({ detail }) => announce(detail.value));

/** What did not work is seen too, until something works again. */
function seen(yes) {
  live.classList.toggle("govuk-visually-hidden", !yes);
  live.classList.toggle("app-time-out", yes);
}

function failed(what) {
  return () => {
    announce(live.dataset[what]);
    seen(true);
  };
}

htmx.on("htmx:responseError", failed("failed"));
htmx.on("htmx:timeout", failed("away"));
htmx.on("htmx:sendError", failed("away"));
htmx.on("htmx:afterRequest", ({ detail }) => detail.successful && seen(false));

// An address that is shown once is copied with one press, where the browser can.
document.querySelectorAll("[data-copy]").forEach((button) => {
  const box = document.getElementById(button.dataset.copy);
  box.addEventListener("focus", () => box.select());
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.clipboard.writeText(box.value).then(
      () => announce((button.textContent = button.dataset.done)),
      () => box.focus(),
    );
  });
});

// A form that came back with errors is not sent again by going back to it.
history.replaceState(history.state, "");

// A signed-in page says so five minutes before it ends. Drafts are safe on the server.
const warning = document.getElementById("time-out");
if (warning) {
  let timer;
  const wait = () => {
    clearTimeout(timer);
    warning.hidden = true;
    timer = setTimeout(
      () => {
        warning.hidden = false;
        announce(warning.dataset.say);
      },
      Math.max(0, warning.dataset.seconds - 300) * 1000,
    );
  };
  wait();
  htmx.on("htmx:afterRequest", ({ detail }) => detail.successful && wait());
}
