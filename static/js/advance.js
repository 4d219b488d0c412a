// From verdict to next case in one round trip: a form is sent in the background, and the case that
// the server answers with takes the place of the one on the screen. And the ten seconds of undo.
FraudReview.onPage((signal) => {
  const UNDO_MS = 10_000;
  const STAYS = ".skip, .topbar, #keys, script";
  const isCase = (page) => page.getElementById("main")?.classList.contains("case");

  async function advance(form, submitter) {
    const began = performance.now();
    const body = new FormData(form);
    if (submitter?.name) body.append(submitter.name, submitter.value);
    let answer, page;
    try {
      answer = await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      return stay(form, "The server does not answer. Nothing is lost: try again.");
    }
    if (isCase(page)) {
      show(page, answer);
      requestAnimationFrame(() => { document.documentElement.dataset.advanceMs = String(Math.round(performance.now() - began)); });
    } else if (answer.redirected) location.assign(answer.url);
    else stay(form, `The server could not do it (${answer.status}). Nothing is lost: try again.`);
  }

  function show(page, answer) {
    for (const old of [...document.body.children]) if (!old.matches(STAYS)) old.remove();
    const keys = document.getElementById("keys");
    for (const part of [...page.body.children]) if (!part.matches(STAYS)) keys.before(document.adoptNode(part));
    keys.querySelector(".key-list").replaceWith(document.adoptNode(page.querySelector("#keys .key-list")));
    document.querySelector(".nav-wide").replaceWith(document.adoptNode(page.querySelector(".nav-wide")));
    document.title = page.title;
    if (answer.redirected) history.pushState({}, "", answer.url);
    scrollTo(0, 0);
    FraudReview.renew();
    announce();
  }

  // A live region that has just been put there says nothing of what it came with.
  function announce() {
    const live = document.querySelector("[data-live]");
    const due = document.querySelector("[data-due]")?.closest(".clock")?.querySelector("dt");
    const words = live?.dataset.words ? [live.dataset.words] : [document.querySelector("[data-case-title]"), due].map((part) => part?.textContent.trim()).filter(Boolean);
    if (live) setTimeout(() => { live.textContent = words.join(". "); }, 150);
  }

  function stay(form, sentence) {
    delete form.dataset.sent;
    for (const busy of document.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
    const hint = document.querySelector("[data-hint]");
    if (!hint) return;
    hint.textContent = sentence;
    hint.hidden = false;
  }

  if (isCase(document)) {
    document.addEventListener("submit", (event) => {
      if (event.defaultPrevented || !event.target.matches("form[data-advance]")) return;
      event.preventDefault();
      advance(event.target, event.submitter);
    }, { signal });
    addEventListener("popstate", () => location.reload(), { signal });
  }

  const toast = document.querySelector("[data-undo-ms]");
  if (!toast) return;
  const ends = performance.now() + Number(toast.dataset.undoMs);
  const line = toast.querySelector("[data-undo-line]");
  const seconds = toast.querySelector("[data-undo-seconds]");
  line.style.animationDelay = `${Number(toast.dataset.undoMs) - UNDO_MS}ms`;
  line.classList.add("is-running");
  const clock = setInterval(count, 250);
  signal.addEventListener("abort", () => clearInterval(clock));
  function count() {
    const left = Math.ceil((ends - performance.now()) / 1000);
    seconds.textContent = `${Math.max(left, 0)} s`;
    if (left > 0) return;
    clearInterval(clock);
    toast.querySelector("[data-undo]").remove();
    line.remove();
  }
  count();
});
