// Lets the browser answer the challenge that a form carries. Without it the form stays hidden and
// the page says how to go on by mail.
const form = document.querySelector("form[data-passkey]");

/** Bytes of base64url text, as the browser takes them; and back. */
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
const named = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

async function answered(options) {
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  let made;
  if (options.user) {
    publicKey.user = { ...options.user, id: bytes(options.user.id) };
    publicKey.excludeCredentials = named(options.excludeCredentials);
    made = await navigator.credentials.create({ publicKey });
  } else {
    publicKey.allowCredentials = named(options.allowCredentials);
    made = await navigator.credentials.get({ publicKey });
  }
  const response = {};
  for (const key of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (made.response[key]) response[key] = text(made.response[key]);
  return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response });
}

if (form && window.PublicKeyCredential) {
  document.querySelector("[data-passkey-away]").hidden = true;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const failed = form.querySelector("[data-passkey-failed]");
    failed.hidden = true;
    answered(JSON.parse(form.dataset.passkey)).then(
      (made) => {
        form.elements.credential.value = made;
        form.submit();
      },
      () => (failed.hidden = false),
    );
  });
}
