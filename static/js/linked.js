// Apply to linked: A shows which open payments of others the verdict would also cover, and ticks
// those that share more than a merchant. Without this script the boxes are there from the start.
FraudReview.onPage((signal) => {
  const section = document.querySelector("[data-linked]");
  const opener = section?.querySelector("[data-pick]");
  if (!opener) return;
  const words = section.querySelector("[data-pick-words]");
  const boxes = [...section.querySelectorAll("input[name=linked]")];
  const explained = words.textContent;

  function show(picking) {
    section.classList.toggle("is-picking", picking);
    opener.setAttribute("aria-expanded", String(picking));
    for (const box of boxes) box.checked = picking && "suggested" in box.dataset;
    tell();
    if (picking) section.scrollIntoView({ block: "nearest" });
  }

  function tell() {
    const chosen = boxes.filter((box) => box.checked).length;
    const payments = `${chosen} linked payment${chosen === 1 ? "" : "s"}`;
    words.textContent = chosen
      ? `Your verdict also counts for ${payments}: each gets a verdict, label and disposition of its own.`
      : explained;
    const hint = document.querySelector("[data-hint]");
    if (!hint) return;
    hint.textContent = chosen ? `Also for ${payments}. Esc takes it back.` : "";
    hint.hidden = !chosen;
  }

  opener.addEventListener("click", () => show(!section.classList.contains("is-picking")));
  section.addEventListener("change", tell);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && section.classList.contains("is-picking")) show(false);
  }, { signal });
});
