// Which message the next one answers: chosen beside it, or from the empty box with the arrow up.

import { touch, words } from "./page.js";

export class Replying {
  constructor(pane) {
    this.pane = pane;
    this.bar = pane.section.querySelector(".answering");
    this.to = null;
    this.bar.querySelector("button").addEventListener("click", () => { this.choose(null); pane.text.focus(); });
    pane.log.addEventListener("click", (event) => {
      const button = event.target.closest(".reply"), quoted = event.target.closest(".quoted");
      if (button) this.choose(button.closest(".message"));
      if (button) pane.text.focus({ preventScroll: touch.matches });
      if (quoted) pane.reading.lead(quoted.dataset.to);
    });
  }

  choose(message) {
    this.to = message?.dataset.id || null;
    this.bar.hidden = !message;
    this.bar.querySelector(".of").textContent = message ? this.beginning(message) : "";
    for (const other of this.pane.log.querySelectorAll(".answered")) other.classList.remove("answered");
    message?.classList.add("answered");
  }

  beginning(message) {
    const said = [...message.querySelectorAll(".body, .file .name, img")].map((part) => part.alt || part.innerText).join(" ");
    return said.replace(/\s+/g, " ").trim().slice(0, 120);
  }

  // The keyboard's way: from the empty box upwards, and back down again. Whether the key was for this.
  key(event) {
    if (event.key === "Escape" && this.to) {
      this.choose(null);
      return true;
    }
    if (this.pane.text.value || !["ArrowUp", "ArrowDown"].includes(event.key)) return false;
    const messages = [...this.pane.log.querySelectorAll(".message")];
    const at = messages.findIndex((message) => message.dataset.id === this.to);
    if (event.key === "ArrowDown" && at < 0) return false;
    const next = event.key === "ArrowUp" ? messages[at < 0 ? messages.length - 1 : Math.max(0, at - 1)] : messages[at + 1];
    this.choose(next);
    if (next) this.pane.reveal(next);
    return true;
  }

  // A message is now another, or none: so is what was quoted of it.
  changed(id, message) {
    const said = message ? this.beginning(message) : words.deleted;
    for (const quoted of this.pane.log.querySelectorAll(`.quoted[data-to="${id}"]`)) quoted.textContent = said;
    if (this.to === String(id)) this.choose(message);
  }
}
