// One open chat: the messages that come by themselves, the forms that do not leave the page.

import { ring } from "./bell.js";
import { calm, element, fragment, post, toast, touch, upload, words } from "./page.js";
import { Reading } from "./reading.js";
import { Replying } from "./replying.js";

const title = document.title;
let unseen = 0;

document.addEventListener("visibilitychange", () => { if (!document.hidden) { unseen = 0; document.title = title; } });

export class Pane {
  constructor(section) {
    this.section = section;
    this.account = section.dataset.account;
    this.scroller = section.querySelector(".scroller");
    this.log = section.querySelector(".log");
    this.newer = section.querySelector(".newer");
    this.toasts = section.querySelector(".toasts");
    this.told = section.querySelector(".told");
    this.form = section.querySelector(".say");
    this.text = section.querySelector("textarea");
    this.commands = section.querySelector(".commands");
    this.busy = new Map();
    this.files = [];
    this.queue = Promise.resolve();
    this.compose();
    this.choose();
    this.reading = new Reading(this);
    this.replying = new Replying(this);
    this.newer.addEventListener("click", () => this.toEnd());
    this.scroller.addEventListener("scroll", () => { if (this.atEnd) this.newer.hidden = true; }, { passive: true });
    section.addEventListener("submit", (event) => this.submit(event));
    section.addEventListener("click", (event) => this.click(event));
  }

  get atEnd() { return this.scroller.scrollTop > -48; } // a reversed scroller counts from its end, downwards from 0

  toEnd() {
    this.scroller.scrollTo({ top: 0, behavior: calm.matches ? "instant" : "smooth" });
    this.newer.hidden = true;
  }

  // Whoever has just pressed a key waits for what it does, wherever it appears.
  get expects() { return this.pressed && Date.now() - this.pressed.at < 10_000; }

  // Brings a message into view: its beginning, where it is larger than that.
  reveal(message) {
    const shown = message.getBoundingClientRect(), view = this.scroller.getBoundingClientRect();
    if (shown.top >= view.top && shown.bottom <= view.bottom) return;
    const block = shown.top < view.top || shown.height > view.height ? "start" : "end";
    message.scrollIntoView({ block, behavior: calm.matches ? "instant" : "smooth" });
  }

  // --- what comes ---

  message({ id, own, html, call }) {
    const fresh = fragment(html).querySelector(".message");
    const known = this.log.querySelector(`[data-id="${id}"]`), first = this.log.querySelector(".message");
    if (!known && first && id < Number(first.dataset.id) && !this.reading.older.hidden) return; // it comes with those above
    if (known) {
      this.replace(known, fresh);
      this.replying.changed(id, fresh);
      if (this.pressed?.id === String(id) && this.expects) this.reveal(fresh);
      return;
    }
    const before = [...this.log.querySelectorAll(".message")].findLast((other) => Number(other.dataset.id) < id);
    const wasAtEnd = this.atEnd;
    fresh.classList.add("new");
    if (before) before.after(fresh); else this.log.prepend(fresh);
    const day = fresh.nextElementSibling;
    if (day?.className === "day" && day.nextElementSibling?.dataset.day === fresh.dataset.day) day.remove();
    if (before?.dataset.day !== fresh.dataset.day) {
      fresh.before(element("li", { className: "day" }, element("span", { textContent: fresh.dataset.day })));
    }
    if (own || wasAtEnd) this.scroller.scrollTop = 0;
    else if (call === "answer" && this.expects) this.reveal(fresh);
    else this.newer.hidden = false;
    this.reading.came(own);
    if (!own) {
      this.notice();
      this.tell(fresh);
      ring(this, fresh, call);
    }
  }

  // To a screen reader: what is new. What changes in place is not read anew, so the log itself is silent.
  tell(fresh) {
    const said = [...fresh.querySelectorAll(".unseen, .body")].map((part) => part.innerText).join(" ");
    const line = element("p", { textContent: said.slice(0, 600) });
    this.told.append(line);
    setTimeout(() => line.remove(), 10_000);
  }

  replace(known, fresh) {
    const focused = known.contains(document.activeElement) ? document.activeElement.value : null;
    if (known.querySelector("details[open]")) fresh.querySelector("details")?.setAttribute("open", "");
    fresh.classList.add("changed");
    known.replaceWith(fresh);
    if (focused !== null) {
      const keys = [...fresh.querySelectorAll(".key")];
      const next = keys.find((key) => key.value === focused) || keys[0] || (touch.matches ? null : this.text);
      next?.focus({ preventScroll: true });
    }
  }

  gone({ id }) {
    const known = this.log.querySelector(`[data-id="${id}"]`);
    if (!known) return;
    const before = known.previousElementSibling, after = known.nextElementSibling;
    known.remove();
    this.replying.changed(id, null);
    if (before?.className === "day" && (!after || after.className === "day")) before.remove();
  }

  acknowledged({ press, toast: text }) {
    this.idle(press);
    if (text) toast(text, this.toasts);
  }

  menu({ html }) {
    this.commands.querySelector(".menu").innerHTML = html;
  }

  notice() {
    if (document.hidden) document.title = `(${++unseen}) ${title}`;
    if (!this.section.checkVisibility()) {
      document.querySelector(`.tabs input[value="${this.section.classList.contains("left") ? "left" : "right"}"]`)
        ?.closest("label").classList.add("unread");
    }
  }

  // --- what goes ---

  submit(event) {
    const form = event.target, kind = form.dataset.kind;
    if (!kind) return;
    event.preventDefault();
    if (kind === "compose") return this.say();
    const body = new URLSearchParams(new FormData(form, event.submitter));
    const id = crypto.randomUUID();
    body.set("id", id);
    if (kind === "press") this.press(event.submitter, id);
    this.commands.open = false;
    this.send(form.action, body).then((sent) => {
      if (!sent) this.idle(id);
      else if (kind === "share") form.closest("details").open = false;
    });
  }

  press(button, id) {
    button.setAttribute("aria-busy", "true");
    this.pressed = { id: button.closest(".message")?.dataset.id, at: Date.now() };
    this.busy.set(id, button);
    setTimeout(() => this.idle(id), 10_000);
  }

  idle(id) {
    this.busy.get(id)?.removeAttribute("aria-busy");
    this.busy.delete(id);
  }

  // One after another, so that what was said first arrives first.
  send(address, body, how = post) {
    const sent = this.queue.then(() => how(address, body)).then((answer) => {
      if (answer.error) toast(answer.error, this.toasts);
      return !answer.error && !answer.stopped;
    });
    this.queue = sent;
    return sent;
  }

  async say() {
    const text = this.text.value, files = this.files;
    if (!text.trim() && !files.length) return this.text.focus();
    const body = files.length ? new FormData() : new URLSearchParams();
    for (const [name, value] of [["account", this.account], ["id", crypto.randomUUID()], ["text", text]]) body.append(name, value);
    const to = this.replying.to;
    if (to) body.append("reply_to", to);
    for (const file of files) body.append("files", file, file.name);
    this.text.value = "";
    this.files = [];
    this.typed();
    this.chosen();
    this.replying.choose(null);
    this.text.focus();
    if (await (files.length ? this.uploads(body) : this.send("/say", body))) return;
    this.text.value = [text, this.text.value].filter(Boolean).join("\n"); // nothing typed is lost
    this.files = [...files, ...this.files];
    this.typed();
    this.chosen();
    if (to) this.replying.choose(this.log.querySelector(`[data-id="${to}"]`));
  }

  // How far the files are, with a way to take them back.
  async uploads(body) {
    const stopping = new AbortController();
    const bar = element("progress", { max: 1, value: 0, ariaLabel: words.uploading });
    const stop = element("button", { type: "button", className: "stop", textContent: words.stop });
    const shown = element("div", { className: "uploading" }, element("span", { textContent: `${words.uploading}…` }), bar, stop);
    stop.addEventListener("click", () => stopping.abort());
    this.section.querySelector(".chosen").before(shown);
    const told = (part) => { bar.value = part; };
    const sent = await this.send("/upload", body, (address, form) => upload(address, form, told, stopping.signal));
    shown.remove();
    return sent;
  }

  // --- composer ---

  compose() {
    const draft = `draft:${this.account}`;
    this.typed = () => {
      sessionStorage.setItem(draft, this.text.value);
      if (!CSS.supports("field-sizing", "content")) {
        this.text.style.height = "auto";
        this.text.style.height = `${this.text.scrollHeight}px`;
      }
      this.suggest();
    };
    this.text.value = sessionStorage.getItem(draft) || "";
    this.text.addEventListener("input", () => this.typed());
    this.text.addEventListener("keydown", (event) => this.keydown(event));
    this.commands.addEventListener("toggle", () => {
      this.point();
      if (!this.commands.open) this.filter("");
      else if (!this.text.value.startsWith("/")) this.commands.querySelector("button")?.focus();
    });
  }

  keydown(event) {
    if (event.isComposing) return;
    const shown = this.commands.open ? this.buttons().filter((button) => !button.hidden) : [];
    const active = shown.findIndex((button) => button.classList.contains("active"));
    if (!shown.length && this.replying.key(event)) return event.preventDefault();
    if (shown.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const next = (active + (event.key === "ArrowDown" ? 1 : -1) + shown.length) % shown.length;
      shown.forEach((button, place) => button.classList.toggle("active", place === next));
      shown[next].scrollIntoView({ block: "nearest" });
      this.point();
    } else if (event.key === "Tab" && active >= 0) {
      event.preventDefault();
      this.text.value = `${shown[active].value} `;
      this.commands.open = false;
    } else if (event.key === "Enter" && !event.shiftKey && !touch.matches) {
      event.preventDefault();
      if (active >= 0) this.text.value = shown[active].value;
      this.commands.open = false;
      this.say();
    }
  }

  // While it offers commands, the box behaves as a combobox: which one Enter takes is said without moving the focus.
  // It has not the role, which HTML does not allow for a box of several lines.
  point() {
    const offers = this.commands.open && this.text.value.startsWith("/");
    const active = offers ? this.buttons().find((button) => button.classList.contains("active") && !button.hidden) : null;
    for (const button of this.buttons()) button.setAttribute("aria-selected", String(button === active));
    if (active) this.text.setAttribute("aria-activedescendant", active.id); else this.text.removeAttribute("aria-activedescendant");
  }

  buttons() { return [...this.commands.querySelectorAll("button")]; }

  suggest() {
    const typing = /^\/\S*$/.test(this.text.value);
    const any = typing && this.filter(this.text.value.slice(1));
    if (any) this.commands.open = true;
    else if (this.commands.open) this.commands.open = false;
    this.point();
  }

  filter(start) {
    const begun = `/${start.toLowerCase()}`, buttons = this.buttons();
    const fitting = buttons.filter((button) => button.value.startsWith(begun));
    const meant = fitting.find((button) => button.value === begun) || fitting[0];
    for (const button of buttons) {
      button.hidden = !fitting.includes(button);
      button.classList.toggle("active", Boolean(start) && button === meant);
    }
    return fitting.length > 0;
  }

  // --- files ---

  choose() {
    const label = this.section.querySelector(".attach"), input = label.querySelector("input");
    label.hidden = false;
    input.addEventListener("change", () => { this.add(input.files); input.value = ""; });
    this.text.addEventListener("paste", (event) => this.add(event.clipboardData.files, event));
    const dragging = (event) => event.dataTransfer?.types.includes("Files");
    this.section.addEventListener("dragover", (event) => {
      if (!dragging(event)) return;
      event.preventDefault();
      this.section.classList.add("dragging");
    });
    this.section.addEventListener("dragleave", (event) => {
      if (!this.section.contains(event.relatedTarget)) this.section.classList.remove("dragging");
    });
    this.section.addEventListener("drop", (event) => {
      this.section.classList.remove("dragging");
      this.add(event.dataTransfer.files, event);
    });
  }

  add(files, event) {
    if (!files.length) return;
    event?.preventDefault();
    if (this.files.length + files.length > 10) toast(words.too_many, this.toasts);
    this.files = [...this.files, ...files].slice(0, 10);
    this.chosen();
    this.text.focus();
  }

  chosen() {
    const list = this.section.querySelector(".chosen");
    list.querySelectorAll("img").forEach((picture) => URL.revokeObjectURL(picture.src));
    list.replaceChildren(...this.files.map((file) => {
      const remove = element("button", { type: "button", textContent: "×", ariaLabel: `${words.remove}: ${file.name}` });
      remove.addEventListener("click", () => { this.files = this.files.filter((other) => other !== file); this.chosen(); });
      const item = element("li", {}, element("span", { textContent: file.name }), remove);
      if (file.type.startsWith("image/")) item.prepend(element("img", { src: URL.createObjectURL(file), alt: "" }));
      return item;
    }));
    list.hidden = !this.files.length;
  }

  async click(event) {
    const copy = event.target.closest("[data-copy]");
    const picture = event.target.closest("a.picture");
    if (copy) {
      await navigator.clipboard.writeText(copy.dataset.copy);
      toast(words.copied, this.toasts);
    } else if (picture && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      const viewer = document.querySelector(".viewer"), shown = picture.querySelector("img");
      Object.assign(viewer.querySelector("img"), { src: shown.src, alt: shown.alt });
      viewer.showModal();
    }
  }
}
