// What every page shares: the theme, menus, single keys, dialogs, forms that send themselves.
// A control takes a key by `data-key="f"`; pages add their own with FraudReview.onKey.
const FraudReview = (() => {
  const QUIET_MS = 250; // a double tap must not decide the next case
  const handlers = new Map();
  const setUps = [];
  let shown = new AbortController();
  let quietUntil = performance.now() + QUIET_MS;

  const stored = (name) => {
    try { return localStorage.getItem(name); } catch { return null; }
  };
  const store = (name, value) => {
    try {
      if (value) localStorage.setItem(name, value);
      else localStorage.removeItem(name);
    } catch { /* Storage is switched off: the choice lasts for this page. */ }
  };

  function setTheme(theme) {
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    store("theme", theme);
    showTheme(theme);
    document.dispatchEvent(new CustomEvent("themechange"));
  }

  function showTheme(theme) {
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
    }
  }

  const isTyping = (target) =>
    target.isContentEditable ||
    (target.matches("input, textarea, select") && !target.matches("[type=checkbox], [type=radio]"));

  const isUsable = (element) =>
    !element.disabled && element.getAttribute("aria-disabled") !== "true" && element.checkVisibility();

  function press(element) {
    if (isTyping(element)) {
      element.focus();
      element.select?.();
    } else element.click();
  }

  function onKeyDown(event) {
    if (event.defaultPrevented || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.length !== 1 || isTyping(event.target) || stored("keys") === "off") return;
    if (performance.now() < quietUntil) return;
    const key = event.key.toLowerCase();
    const open = document.querySelector("dialog[open]");
    const scope = open ?? document;
    const control = [...scope.querySelectorAll("[data-key]")].find(
      (element) => element.dataset.key === key && isUsable(element),
    );
    if (control) {
      event.preventDefault();
      press(control);
    } else if (!open && handlers.has(key)) {
      event.preventDefault();
      handlers.get(key)(event);
    }
  }

  function move(step) {
    const links = [...document.querySelectorAll("[data-list] .row-link")];
    if (!links.length) return;
    const here = links.indexOf(document.activeElement);
    const next = here < 0 ? 0 : Math.min(Math.max(here + step, 0), links.length - 1);
    links[next].focus();
  }

  function closeMenus(event) {
    for (const menu of document.querySelectorAll("[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  }

  // The server writes times in the reader's zone; it learns the zone from this cookie.
  function tellTimeZone() {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    if (zone) document.cookie = `timezone=${encodeURIComponent(zone)}; path=/; max-age=31536000; SameSite=Lax${secure}`;
  }

  function listen() {
    showTheme(stored("theme") ?? "");
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.addEventListener("click", () => setTheme(button.dataset.themeChoice));
    }
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
      document.dispatchEvent(new CustomEvent("themechange")),
    );
    const keysSwitch = document.querySelector("[data-keys-switch]");
    if (keysSwitch) {
      keysSwitch.checked = stored("keys") !== "off";
      keysSwitch.addEventListener("change", () => store("keys", keysSwitch.checked ? "" : "off"));
    }
    document.addEventListener("keydown", onKeyDown);
    document.addEventListener("click", closeMenus);
    document.addEventListener("keydown", (event) => {
      const menu = event.key === "Escape" && document.querySelector("[data-menu][open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
    document.addEventListener("click", (event) => {
      const opener = event.target.closest("[data-opens]");
      if (opener) document.getElementById(opener.dataset.opens)?.showModal();
      if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
    });
    document.addEventListener("change", (event) => {
      if (event.target.matches("form[data-auto] select")) event.target.form.requestSubmit();
    });
  }

  const api = {
    // Calls `handler` when the single key is pressed and no control of the page takes it.
    onKey: (key, handler) => handlers.set(key, handler),
    // Keys rest again, e.g. because the next case has just appeared.
    quiet: () => { quietUntil = performance.now() + QUIET_MS; },
    move,
    // Sets up a page, now and each time another takes its place; `signal` ends with the page.
    onPage: (setUp) => {
      setUps.push(setUp);
      setUp(shown.signal);
    },
    // Says that another page has taken this one's place without being loaded.
    renew: () => {
      shown.abort();
      shown = new AbortController();
      api.quiet();
      for (const setUp of setUps) setUp(shown.signal);
    },
  };
  api.onKey("?", () => document.getElementById("keys")?.showModal());
  api.onKey("j", () => move(1));
  api.onKey("k", () => move(-1));
  listen();
  tellTimeZone();
  return api;
})();
