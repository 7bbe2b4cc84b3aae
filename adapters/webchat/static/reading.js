// What has been read of a chat, and what stands above what the page shows.

import { element, fragment, words } from "./page.js";

const NEAR = 600; // pixels to the top within which earlier messages are fetched
const epoch = document.querySelector(".panes")?.dataset.since.split(".")[0];

export class Reading {
  constructor(pane) {
    this.pane = pane;
    this.older = pane.section.querySelector(".older");
    this.key = `seen:${epoch}:${pane.account}`;
    this.older.addEventListener("click", () => this.earlier());
    pane.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    for (const name of ["visibilitychange", "change"]) document.addEventListener(name, () => this.saw());
    if (localStorage.getItem(this.key) === null) this.saw(true);
    this.divide();
    this.line?.scrollIntoView({ block: "center", behavior: "instant" });
    if (!pane.atEnd) pane.newer.hidden = false;
    this.saw();
  }

  get looks() { return !document.hidden && this.pane.section.checkVisibility() && this.pane.atEnd; }
  get seen() { return Number(localStorage.getItem(this.key)); }

  // What is at the end and in sight has been read; the line above it stays until something is said.
  saw(always = false) {
    if (!always && !this.looks) return;
    localStorage.setItem(this.key, [...this.pane.log.querySelectorAll(".message")].at(-1)?.dataset.id || "0");
    if (this.line) this.line.dataset.read = "true";
  }

  // A line before the first message of the bot that nobody has looked at.
  divide() {
    if (this.line?.dataset.read) this.join();
    if (this.line) return;
    const first = [...this.pane.log.querySelectorAll(".message.bot")].find((message) => Number(message.dataset.id) > this.seen);
    if (!first) return;
    this.line = element("li", { className: "unread-line" }, element("span", { textContent: words.unread }));
    first.before(this.line);
  }

  join() {
    this.line?.remove();
    this.line = undefined;
  }

  came(own) {
    if (own) this.join();
    else if (!this.looks) this.divide();
    this.saw();
  }

  scrolled() {
    const { scroller } = this.pane;
    if (scroller.scrollHeight - scroller.clientHeight + scroller.scrollTop < NEAR) this.earlier();
    this.saw();
  }

  // The scroller counts from its end, so what is put on top moves nothing.
  async earlier() {
    const first = this.pane.log.querySelector(".message");
    if (this.older.hidden || this.loading || !first) return false;
    this.loading = true;
    this.older.setAttribute("aria-busy", "true");
    const asked = `/history/${encodeURIComponent(this.pane.account)}?before=${first.dataset.id}`;
    const answer = await fetch(asked).then((got) => (got.ok ? got.json() : null)).catch(() => null);
    this.older.removeAttribute("aria-busy");
    this.loading = false;
    if (!answer) return false;
    const above = fragment(answer.html), last = [...above.querySelectorAll(".message")].at(-1);
    const day = this.pane.log.firstElementChild;
    if (day?.className === "day" && last?.dataset.day === first.dataset.day) day.remove();
    this.pane.log.prepend(above);
    this.older.hidden = !answer.more;
    return true;
  }

  // Brings a message into view, from however far above.
  async lead(id) {
    const find = () => this.pane.log.querySelector(`[data-id="${id}"]`);
    while (!find()) if (!await this.earlier()) return;
    const found = find();
    found.scrollIntoView({ block: "center", behavior: "instant" });
    found.classList.remove("changed");
    requestAnimationFrame(() => found.classList.add("changed"));
  }
}
