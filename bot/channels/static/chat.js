// The web chat's page: sends what is written or tapped, shows what arrives, and survives lost connections.
"use strict";

const talk = document.getElementById("talk");
const form = document.getElementById("form");
const text = document.getElementById("text");
const state = document.getElementById("state");
let labels = JSON.parse(document.body.dataset.labels);
const limit = Number(document.body.dataset.limit);
const KEPT = "lotse-talk";

// The talk lives in this tab only, so that a reload does not lose it; closing the tab forgets it.
function keep() {
  try {
    const messages = [...talk.children].slice(-100).map((message) => message.outerHTML);
    sessionStorage.setItem(KEPT, JSON.stringify({ messages, last }));
  } catch { /* a full or forbidden storage costs only the memory of a reload */ }
}

let last = 0;
function remember() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
    if (!kept) return false;
    talk.innerHTML = kept.messages.join("");
    last = kept.last;
    return talk.children.length > 0;
  } catch { return false; }
}

function say(words) {
  state.textContent = words;
  state.hidden = !words;
}

function scrollDown(message) {
  const below = message.getBoundingClientRect().top - talk.getBoundingClientRect().top;
  talk.scrollTop += Math.min(below - 8, talk.scrollHeight);
}

function show(html, replaces) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  const message = holder.content.querySelector("article");
  const old = replaces && document.getElementById(`message-${replaces}`);
  if (old) {
    message.id = old.id;
    const hadFocus = old.contains(document.activeElement);
    old.replaceWith(message);
    if (hadFocus) text.focus();
  } else if (!document.getElementById(message.id)) {
    talk.append(message);
    scrollDown(message);
  }
}

function showOwn(words) {
  const message = document.createElement("article");
  message.className = "message own";
  message.dir = "auto";
  const author = document.createElement("span");
  author.className = "visually-hidden";
  author.textContent = `${labels.said}: `;
  message.append(author, words);
  talk.append(message);
  scrollDown(message);
  return message;
}

function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function post(path, values) {
  const answer = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(values), credentials: "same-origin",
  });
  if (!answer.ok) throw new Error(String(answer.status));
}

// One message after the other, so that they arrive in the order in which they were sent.
let sending = Promise.resolve();
function send(values, own) {
  const message = { id: newId(), language: document.documentElement.lang || navigator.language, ...values };
  sending = sending.then(async () => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await post("/chat/messages", message);
        say(labels.writing);
        return;
      } catch (error) {
        const final = /^4(?!08|29)/.test(error.message);
        if (final || attempt === 5) {
          own?.classList.add("failed");
          say(labels.failed);
          return;
        }
        say(labels.connecting);
        await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** attempt));
      }
    }
  });
}

let acknowledging = 0;
function acknowledge() {
  clearTimeout(acknowledging);
  acknowledging = setTimeout(() => post("/chat/received", { up_to: last }).catch(() => {}), 300);
}

async function speak(language) {
  if (!language || language === document.documentElement.lang) return;
  document.documentElement.lang = language;
  const answer = await fetch(`/chat/labels?language=${encodeURIComponent(language)}`);
  if (!answer.ok) return;
  const values = await answer.json();
  labels = values.labels;
  document.documentElement.dir = values.direction;
  document.title = labels.title;
  talk.setAttribute("aria-label", labels.talk);
  text.placeholder = labels.write;
  for (const element of document.querySelectorAll("[data-label]")) element.textContent = labels[element.dataset.label];
}

function listen() {
  const stream = new EventSource("/chat/stream");
  stream.addEventListener("open", () => { if (state.textContent === labels.connecting) say(""); });
  stream.addEventListener("error", () => say(labels.connecting));
  stream.addEventListener("message", (event) => {
    const number = Number(event.lastEventId);
    if (number > last) {
      const data = JSON.parse(event.data);
      last = number;
      say("");
      show(data.html, data.replaces);
      speak(data.language);
      keep();
    }
    acknowledge();
  });
}

function submit() {
  const words = text.value.trim();
  if (!words) return;
  if (words.length > limit) {
    say(labels.too_long.replace("%(number)s", String(limit)));
    return;
  }
  text.value = "";
  grow();
  send({ text: words }, showOwn(words));
  keep();
}

function grow() {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`;
}

form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
text.addEventListener("input", grow);
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-tap], button[data-text]");
  if (!button) return;
  const own = button.closest("nav") ? null : showOwn(button.textContent.trim());
  if (button.dataset.tap) {
    send({ tap: button.dataset.tap, message: button.closest("article").dataset.number }, own);
  } else {
    send({ text: button.dataset.text }, own);
  }
  keep();
});

const known = remember();
listen();
if (!known) send({ text: "/start", language: navigator.language });
