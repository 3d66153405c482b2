// The web chat's page: sends what is written or tapped, shows what arrives, and survives lost connections.
"use strict";

const talk = document.getElementById("talk");
const form = document.getElementById("form");
const text = document.getElementById("text");
const state = document.getElementById("state");
const limit = Number(document.body.dataset.limit);
const KEPT = "lotse-talk";
const WRITING_SECONDS = 10;
const RECONNECT_SECONDS = 3;
const ATTEMPTS = 10;
const LONGEST_PAUSE_SECONDS = 8;
let labels = JSON.parse(document.body.dataset.labels);
let last = 0; // the number of the newest message that this page has
let start = newId(); // the id of the first message: sent again after a quick reload, it is the same one
let awaiting = 0; // the timer of the typing notice; 0 while no answer is expected

// Memory

// The talk lives in this tab only, so that a reload does not lose it; closing the tab forgets it.
function keep() {
  try {
    const messages = [...talk.children].slice(-100).map((message) => message.outerHTML);
    sessionStorage.setItem(KEPT, JSON.stringify({ messages, last, start, language: document.documentElement.lang }));
  } catch { /* a full or forbidden storage costs only the memory of a reload */ }
}

function remember() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
    if (!kept) return;
    talk.innerHTML = kept.messages.join("");
    ({ last, start } = kept);
    speak(kept.language);
    if (talk.lastElementChild) talk.scrollTop = talk.scrollHeight;
  } catch { /* nothing is remembered */ }
}

function forget(farewell) {
  talk.replaceChildren(farewell);
  start = newId();
  try { sessionStorage.removeItem(KEPT); } catch { /* there was nothing */ }
}

// Showing

function say(words) {
  if (state.textContent !== words) state.textContent = words;
}

function expectAnswer() {
  clearTimeout(awaiting);
  awaiting = setTimeout(answered, WRITING_SECONDS * 1000);
  say(labels.writing);
}

function answered() {
  clearTimeout(awaiting);
  awaiting = 0;
  if (state.textContent === labels.writing) say("");
}

function topOf(message) {
  return talk.scrollTop + message.getBoundingClientRect().top - talk.getBoundingClientRect().top - 8;
}

function isAtEnd() {
  return talk.scrollHeight - talk.scrollTop - talk.clientHeight < 160;
}

// A long answer is read from its beginning; a short one together with the question.
function scrollTo(message) {
  const own = [...talk.querySelectorAll(".own")].pop();
  const both = own && own !== message && message.getBoundingClientRect().bottom - own.getBoundingClientRect().top;
  talk.scrollTop = both && both < talk.clientHeight - 16 ? topOf(own) : topOf(message);
}

function show(data) {
  const holder = document.createElement("template");
  holder.innerHTML = data.html;
  const message = holder.content.querySelector("article");
  if (data.forgets) {
    forget(message);
    return;
  }
  const old = data.replaces && document.getElementById(`message-${data.replaces}`);
  if (old) {
    message.id = old.id;
    message.dataset.number = old.dataset.number;
    const hadFocus = old.contains(document.activeElement);
    old.replaceWith(message);
    if (hadFocus) {
      message.tabIndex = -1;
      message.focus({ preventScroll: true });
    }
    // What has changed is looked at from its beginning; one's own words stand below it.
    talk.scrollTop = topOf(message);
    return;
  }
  const follow = awaiting || isAtEnd();
  talk.append(message);
  if (follow) scrollTo(message);
}

function showOwn(words) {
  const message = document.createElement("article");
  message.className = "message own";
  message.lang = "";
  message.dir = "auto";
  const author = document.createElement("span");
  author.className = "visually-hidden";
  author.textContent = `${labels.said}: `;
  const said = document.createElement("bdi");
  said.textContent = words;
  message.append(author, said);
  talk.append(message);
  scrollTo(message);
  return message;
}

let speaking = document.documentElement.lang;
async function speak(language) {
  if (!language || language === speaking) return;
  speaking = language;
  const answer = await fetch(`/chat/labels?language=${encodeURIComponent(language)}`).catch(() => null);
  if (speaking !== language) return; // meanwhile another one was chosen
  if (!answer?.ok) {
    speaking = document.documentElement.lang;
    return;
  }
  const values = await answer.json();
  const writing = state.textContent === labels.writing;
  labels = values.labels;
  document.documentElement.lang = language;
  document.documentElement.dir = values.direction;
  document.title = labels.title;
  talk.setAttribute("aria-label", labels.talk);
  text.placeholder = labels.write;
  for (const element of document.querySelectorAll("[data-label]")) element.textContent = labels[element.dataset.label];
  if (writing) say(labels.writing);
  keep();
}

// Sending

function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function pause(seconds) {
  return new Promise((resolve) => { setTimeout(resolve, seconds * 1000); });
}

async function post(path, values) {
  const answer = await fetch(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(values), credentials: "same-origin",
  });
  if (answer.status === 401) await renewCookie();
  if (!answer.ok) throw new Error(String(answer.status));
}

// Opening the page sets the cookie; somebody may have deleted it meanwhile.
function renewCookie() {
  return fetch("/", { cache: "no-store" }).catch(() => null);
}

// One message after the other, so that they arrive in the order in which they were sent.
let sending = Promise.resolve();
function send(values, own) {
  const message = { id: newId(), language: document.documentElement.lang, ...values };
  if (own) own.dataset.unsent = JSON.stringify(message);
  expectAnswer();
  keep();
  sending = sending.then(() => deliver(message, own));
}

async function deliver(message, own) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await post("/chat/messages", message);
      if (own) delete own.dataset.unsent;
      if (own?.isConnected) keep(); // meanwhile the talk may have been forgotten
      return;
    } catch (error) {
      const final = /^4(?!01|08|29)/.test(error.message);
      if (final || attempt === ATTEMPTS) {
        failed(own);
        return;
      }
      if (error.message !== "401") say(labels.connecting);
      await pause(Math.min(0.25 * 2 ** attempt, LONGEST_PAUSE_SECONDS));
      if (awaiting) expectAnswer();
    }
  }
}

function failed(own) {
  answered();
  say(labels.failed);
  if (!own?.isConnected) return;
  own.classList.add("failed");
  const problem = document.createElement("p");
  problem.className = "problem";
  problem.lang = document.documentElement.lang;
  problem.dir = document.documentElement.dir;
  const again = document.createElement("button");
  again.type = "button";
  again.className = "button again";
  again.textContent = labels.send;
  problem.append(`⚠ ${labels.failed}`, again);
  own.append(problem);
  scrollTo(own);
  keep();
}

function sendAgain(own) {
  own.classList.remove("failed");
  own.querySelector(".problem")?.remove();
  text.focus({ preventScroll: true });
  send(JSON.parse(own.dataset.unsent), own);
}

// Receiving

let acknowledging = 0;
function acknowledge() {
  clearTimeout(acknowledging);
  acknowledging = setTimeout(() => post("/chat/received", { up_to: last }).catch(() => {}), 300);
}

function receive(event) {
  const number = Number(event.lastEventId);
  if (number > last) {
    const data = JSON.parse(event.data);
    last = number;
    show(data);
    answered();
    if (!data.forgets) keep();
    speak(data.language);
  }
  acknowledge();
}

// Only the page that is looked at listens: a browser opens few connections to one server.
let stream = null;
function listen() {
  if (document.hidden) {
    stream?.close();
    stream = null;
    return;
  }
  if (stream) return;
  stream = new EventSource("/chat/stream");
  stream.addEventListener("open", () => { if (state.textContent === labels.connecting) say(""); });
  stream.addEventListener("message", receive);
  stream.addEventListener("error", async (event) => {
    if (event.target !== stream) return;
    say(labels.connecting);
    if (stream.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    await pause(RECONNECT_SECONDS);
    await renewCookie();
    if (event.target !== stream) return;
    stream = null;
    listen();
  });
}

// What the person does

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
  const button = event.target.closest("button");
  if (button?.matches(".again")) {
    sendAgain(button.closest(".own"));
  } else if (button?.dataset.tap) {
    const number = button.closest("article").dataset.number;
    send({ tap: button.dataset.tap, message: number }, showOwn(button.textContent.trim()));
  } else if (button?.dataset.text) {
    send({ text: button.dataset.text }, button.closest("nav") ? null : showOwn(button.textContent.trim()));
  }
});
document.addEventListener("visibilitychange", listen);

document.getElementById("no-script").remove();
remember();
listen();
const unsent = talk.querySelectorAll("[data-unsent]:not(.failed)");
for (const own of unsent) send(JSON.parse(own.dataset.unsent), own);
if (!talk.children.length) send({ id: start, text: "/start", language: navigator.language });
