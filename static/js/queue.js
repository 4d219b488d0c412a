// The queue keeps itself fresh: an empty one wakes up when a case arrives, a full one counts on.
const REFRESH_MS = 15000;

async function refresh() {
  if (document.hidden || document.querySelector("dialog[open]")) return;
  try {
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of [".title-row .sentence", ".my-day", ".tabs", "section.panel[aria-label='Open cases']"]) {
      swap(part, fresh);
    }
    const button = document.querySelector(".next-case button");
    const freshButton = fresh.querySelector(".next-case button");
    if (button && freshButton) button.disabled = freshButton.disabled;
  } catch { /* The server does not answer: what is shown stays, the next round tries again. */ }
}

// What has the focus is left alone: nobody loses their place in the list.
function swap(selector, fresh) {
  const old = document.querySelector(selector);
  const next = fresh.querySelector(selector);
  if (old && next && !old.contains(document.activeElement)) old.replaceWith(next);
}

setInterval(refresh, REFRESH_MS);
