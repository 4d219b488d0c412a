// The case page: two-key verdicts, the lease and its heartbeat, active time. Without this script
// the same page is a plain form.
FraudReview.onPage((signal) => {
  const IDLE_MS = 60_000; // reading without a touch for a minute is not reading
  const HEARTBEAT_MS = 60_000;
  const SHORT_MS = 120_000;
  const NEWS_MS = 10_000;
  const bar = document.querySelector(".verdict-bar");
  const form = document.querySelector("#verdict-form, #change-form, #practice-form");
  const tier = document.querySelector("[data-tier]");
  const fraud = document.querySelector("button[data-fraud]");
  const hint = document.querySelector("[data-hint]");
  const live = document.querySelector("[data-live]");
  const note = document.getElementById("note");
  function every(milliseconds, work) {
    const id = setInterval(work, milliseconds);
    signal.addEventListener("abort", () => clearInterval(id));
  }

  // Advancing: focus goes to the headline, so that a reader hears whose case this is.
  document.querySelector("[data-case-title]")?.focus({ preventScroll: true });

  // Active time: seconds in which this page was seen and somebody was there.
  let activeMs = 0;
  let lastTouch = performance.now();
  let lastTick = performance.now();
  function tick() {
    const now = performance.now();
    if (!document.hidden && now - lastTouch < IDLE_MS) activeMs += now - lastTick;
    lastTick = now;
  }
  for (const type of ["keydown", "pointermove", "pointerdown", "scroll"]) {
    addEventListener(type, () => { lastTouch = performance.now(); }, { passive: true, signal });
  }
  document.addEventListener("visibilitychange", tick, { signal });

  // The second tier rises for a fraud verdict; a reason then records it.
  let armed = false;
  function showTier(parts) {
    if (!tier) return;
    tier.classList.add("is-open");
    for (const part of ["reasons", "verification", "dispositions", "noteField"]) {
      const element = tier.querySelector(`[data-${part.replace("F", "-f")}]`);
      if (element) element.hidden = !parts.includes(part);
    }
  }
  function arm() {
    armed = true;
    word("fraud");
    fraud.setAttribute("aria-pressed", "true");
    showTier(["reasons", "verification", "dispositions", "noteField"]);
    say("One more key: why? Esc takes it back.");
    tier.querySelector("input[name=reason_code]:checked, input[name=reason_code]")?.focus({ preventScroll: true });
  }
  function takeBack() {
    armed = false;
    fraud?.removeAttribute("aria-pressed");
    for (const reason of tier?.querySelectorAll("input[name=reason_code]") ?? []) reason.checked = false;
    const looked = tier?.querySelector("input[name=verification]");
    if (looked) looked.checked = true; // nothing stays verified where nobody sees it
    tier?.classList.remove("is-open");
    for (const sheet of document.querySelectorAll("[data-sheet][open]")) sheet.open = false;
    say("");
  }
  function say(sentence) {
    if (hint) {
      hint.textContent = sentence;
      hint.hidden = !sentence;
    }
    document.querySelector("[data-toast]")?.toggleAttribute("hidden", Boolean(sentence));
  }
  // What was chosen for another verdict gives way to the obvious.
  function keepFitting(verdict) {
    const chosen = tier?.querySelector("[data-dispositions] input:checked");
    if (chosen && !fits(chosen, verdict)) tier.querySelector("[data-dispositions] input[value='']").checked = true;
  }
  function fits(choice, verdict) {
    const verdicts = choice.closest("[data-for]")?.dataset.for;
    return !verdicts || verdicts.split(" ").includes(verdict);
  }
  function word(verdict) {
    const obvious = tier?.querySelector("[data-obvious]");
    if (obvious) obvious.textContent = obvious.dataset[verdict];
  }

  if (form) {
    fraud?.addEventListener("click", (event) => {
      const reason = form.querySelector("input[name=reason_code]:checked");
      if (armed && reason) return;
      event.preventDefault();
      if (armed) return;
      arm();
    });
    // A key or a click on a reason is the last word; moving between reasons with arrows is not.
    let pointed = false;
    tier?.addEventListener("pointerdown", () => { pointed = true; });
    tier?.addEventListener("keydown", () => { pointed = false; });
    tier?.addEventListener("click", (event) => {
      const reason = event.target.closest("input[name=reason_code]");
      const byKey = event.detail === 0 && !arrows;
      if (armed && reason && (pointed || byKey)) form.requestSubmit(fraud);
      pointed = false;
    });
    let arrows = false;
    tier?.addEventListener("keydown", (event) => {
      arrows = event.key.startsWith("Arrow");
      if (event.key === "Enter" && event.target.matches("input[type=radio]")) {
        event.preventDefault(); // Enter never means fraud
      }
    });
    tier?.addEventListener("keyup", () => { arrows = false; });
    form.addEventListener("submit", (event) => {
      if (event.submitter === null) {
        event.preventDefault(); // a form sent by Enter in the note carries no verdict
        return;
      }
      tick();
      keepFitting(event.submitter.value);
      const seconds = form.querySelector("[name=active_seconds]");
      if (seconds) seconds.value = (activeMs / 1000).toFixed(1);
      for (const button of document.querySelectorAll(".verdict")) button.setAttribute("aria-busy", "true");
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
    });
    addEventListener("pageshow", () => { delete form.dataset.sent; }, { signal });
  }

  // D: what happens to the payment; N: the note. Both open the tier without a verdict.
  FraudReview.onKey("d", () => {
      const group = tier?.querySelector("[data-dispositions]");
      if (!group) return;
      showTier(armed ? ["reasons", "verification", "dispositions", "noteField"] : ["dispositions", "noteField"]);
      const choices = [...group.querySelectorAll("input")].filter((choice) => !armed || fits(choice, "fraud"));
      const next = (choices.findIndex((choice) => choice.checked) + 1) % choices.length;
      choices[next].checked = true;
      say("Now the verdict. Esc takes it back.");
  });
  // V: how one knows. The key goes on to the next way, the button only shows them.
  function showVerification() {
    const group = tier?.querySelector("[data-verification]");
    if (group) showTier(armed ? ["reasons", "verification", "noteField"] : ["verification", "noteField"]);
    if (group) say("How do you know? Then the verdict. Esc takes it back.");
    return group;
  }
  FraudReview.onKey("v", () => {
    const choices = [...showVerification()?.querySelectorAll("input") ?? []];
    const next = (choices.findIndex((choice) => choice.checked) + 1) % choices.length;
    if (choices.length) choices[next].checked = true;
  });
  document.querySelector("[data-verify]")?.addEventListener("click", showVerification);
  document.querySelector("[data-note]")?.addEventListener("click", () => {
    if (tier?.contains(note)) showTier(armed ? ["reasons", "verification", "dispositions", "noteField"] : ["noteField"]);
    note?.focus();
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
    if (event.target === note || event.target.closest?.("[data-sheet]")) event.target.blur();
    takeBack();
    document.querySelector("[data-case-title]")?.focus({ preventScroll: true });
  }, { signal });
  for (const sheet of document.querySelectorAll("[data-sheet]")) {
    sheet.addEventListener("toggle", () => { if (sheet.open) sheet.querySelector("input[name=reason]").focus(); });
  }

  // A note survives a lost lease, a closed tab and a broken wire.
  const slot = bar?.dataset.task && `note-${bar.dataset.task}`;
  if (slot && note) {
    try {
      note.value ||= sessionStorage.getItem(slot) ?? "";
      note.addEventListener("input", () => sessionStorage.setItem(slot, note.value));
    } catch { /* Storage is switched off. */ }
  }
  document.querySelector("[data-copy-note]")?.addEventListener("click", (event) => {
    navigator.clipboard.writeText(document.querySelector("[data-note-text]").textContent);
    event.currentTarget.lastChild.textContent = " Copied";
  });

  // Clocks: minutes, and seconds only under two minutes.
  const leaseClock = document.querySelector("[data-lease]");
  const dueClock = document.querySelector("[data-due]");
  let warned = Infinity;
  function show(clock, leftMs, soon) {
    clock.classList.toggle("is-soon", soon && leftMs > 0);
    const words = clock.querySelector("span:last-of-type");
    words.textContent = inWords(leftMs, clock === leaseClock);
  }
  function inWords(leftMs, seconds) {
    const left = Math.max(leftMs, 0);
    if (seconds && left < SHORT_MS) {
      const whole = Math.floor(left / 1000);
      return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
    }
    const minutes = Math.floor(Math.abs(leftMs) / 60_000);
    const length = minutes < 60 ? `${minutes} min` : minutes < 1440
      ? `${Math.floor(minutes / 60)} h${minutes % 60 ? ` ${String(minutes % 60).padStart(2, "0")}` : ""}`
      : `${Math.floor(minutes / 1440)} day${minutes < 2880 ? "" : "s"}`;
    return leftMs < 0 && !seconds ? `${length} late` : length;
  }
  function run() {
    tick();
    const now = Date.now();
    if (leaseClock) {
      const left = new Date(leaseClock.dataset.lease) - now;
      show(leaseClock, left, left < SHORT_MS);
      for (const limit of [SHORT_MS, 30_000]) {
        if (left < limit && warned > limit && live) {
          live.textContent = `Your lease ends in ${limit === SHORT_MS ? "two minutes" : "30 seconds"}.`;
          warned = limit;
        }
      }
      if (left <= 0) location.reload();
    }
    if (dueClock) {
      const due = new Date(dueClock.dataset.due);
      const opened = new Date(dueClock.dataset.opened);
      const left = due - now;
      dueClock.classList.toggle("is-late", left <= 0);
      show(dueClock, left, left < (due - opened) / 3);
    }
  }
  if (leaseClock || dueClock) every(1000, run);

  // The heartbeat holds the case for whoever works on it; idle hands let it go.
  const extend = document.querySelector("form[data-extend]");
  async function hold() {
    const answer = await fetch(extend.action, {
      method: "POST", body: new FormData(extend), headers: { "X-Requested-With": "fetch" },
    });
    const until = answer.headers.get("X-Lease-Until");
    if (!until) {
      if (answer.status === 409) location.reload();
      return;
    }
    leaseClock.dataset.lease = until;
    warned = Infinity;
    document.querySelector("[data-lease-clock]").textContent = new Date(until)
      .toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
    run();
  }
  if (extend) {
    extend.addEventListener("submit", (event) => {
      event.preventDefault();
      hold().catch(() => HTMLFormElement.prototype.submit.call(extend));
    });
    every(HEARTBEAT_MS, () => {
      const worked = performance.now() - lastTouch < HEARTBEAT_MS && !document.hidden;
      if (worked) hold().catch(() => { /* The next beat tries again. */ });
    });
  }

  // What was said and taken back stands there again, ready to be said anew.
  if (bar?.dataset.said === "fraud") arm();
  else if (bar?.dataset.said) bar.querySelector(`.verdict[value="${bar.dataset.said}"]`)?.setAttribute("aria-pressed", "true");

  // A case can grow while it is read: the page says so, and shows what is new when asked.
  async function ask() {
    if (document.hidden || form.dataset.sent) return;
    const answer = await fetch(bar.dataset.news, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok || signal.aborted || form.dataset.sent) return;
    const { held, items } = await answer.json();
    if (!held) location.reload();
    const known = new Set([...form.querySelectorAll("[name=items]")].map((input) => Number(input.value)));
    const fresh = items.filter((item) => !known.has(item)).length;
    const link = bar.querySelector("[data-news-link]");
    const words = `Show ${fresh} new payment${fresh === 1 ? "" : "s"}`;
    if (fresh && link.hidden && live) live.textContent = `${fresh} more of this case arrived. Your verdict does not cover what is not shown.`;
    link.hidden = !fresh;
    link.querySelector("[data-news-words]").textContent = words;
  }
  if (bar?.dataset.news) every(NEWS_MS, () => ask().catch(() => { /* The next round tries again. */ }));
});
