// What the pages about cases do by themselves: news, keys, presence, and small comforts. Without it every form still works.
(() => {
  "use strict";
  const RENEW_PAUSE = 150, PRESENCE = 15000, AGAIN = 5000, MINUTE = 60000;
  const $ = (selector, root = document) => root.querySelector(selector);
  const place = $("[data-live]");
  const isCase = place?.dataset.live === "case";
  const token = $('meta[name="csrf"]').content;

  document.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRF-Token"] = token; });
  for (const each of document.querySelectorAll(".ready[hidden]")) each.hidden = false;

  // News

  let source = null, renewing = 0, wanted = false;
  const lastLine = () => Number([...document.querySelectorAll("[data-line]")].at(-1)?.dataset.line ?? 0);

  const renew = () => {
    clearTimeout(renewing);
    renewing = setTimeout(() => {
      const target = $(isCase ? "#talk" : "#cases");
      if (target && window.htmx) htmx.trigger(target, "renew");
    }, RENEW_PAUSE);
  };

  const listen = () => {
    if (!place || source || document.hidden) return;
    source = new EventSource("/inbox/live");
    source.addEventListener("open", () => { $("#offline").hidden = true; if (wanted) renew(); wanted = false; });
    source.addEventListener("changed", (event) => {
      const numbers = JSON.parse(event.data);
      if (!isCase || numbers.includes(Number(place.dataset.case))) renew();
    });
    source.addEventListener("error", () => {
      wanted = true;
      $("#offline").hidden = false;
      // The browser tries again by itself, unless it was refused: then the session may be over, which renewing shows.
      if (source.readyState === EventSource.CLOSED) { hush(); setTimeout(() => { renew(); listen(); }, AGAIN); }
    });
  };
  const hush = () => { source?.close(); source = null; };

  // A page that nobody looks at needs no line of its own; browsers have few for each host.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) { hush(); wanted = true; } else { listen(); look(); }
  });
  window.addEventListener("pagehide", hush);
  window.addEventListener("pageshow", (event) => { if (event.persisted) { listen(); renew(); } });

  // What had the focus keeps it when its piece of the page is made anew; if it is gone, what stands beside it gets it.
  const INTO = "a[href], button, summary, input:not([type=hidden]), select, textarea, .translated";
  const placeOf = (element) => {
    const piece = element.closest(".line, #state");
    return piece && { piece: piece.id, at: [...piece.querySelectorAll(INTO)].indexOf(element) };
  };
  const putBack = (place) => {
    const list = [...(document.getElementById(place.piece)?.querySelectorAll(INTO) ?? [])];
    (list[Math.min(place.at, list.length - 1)] ?? $("#up")).focus({ preventScroll: true });
  };

  let before = lastLine(), focused = null, held = null;
  const shown = {};
  // A translation that is on its way needs its place: the talk renews itself as soon as it is there.
  const translating = () => $(".machine .htmx-request");
  let late = false;
  document.addEventListener("htmx:afterRequest", () => { if (late && !translating()) { late = false; renew(); } });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.target.id === "talk" && translating()) { event.detail.shouldSwap = false; late = true; return; }
    // Nothing new: whoever selects a text there keeps it, and whoever listens is not told again.
    if (["talk", "cases", "present"].includes(event.target.id)) {
      const answer = event.detail.xhr.response;
      if (answer === shown[event.target.id]) event.detail.shouldSwap = false;
      shown[event.target.id] = answer;
    }
    if (event.target.id === "talk") held = placeOf(document.activeElement);
    if (event.target.id === "cases") focused = { id: document.activeElement.id, at: cases().indexOf(document.activeElement) };
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "talk" && lastLine() > before) {
      const newest = $(`[data-line="${lastLine()}"]`);
      $("#news").textContent = newest.innerText;
      if (newest.classList.contains("line")) newest.classList.add("fresh");
      before = lastLine();
    }
    if (event.target.id === "talk" && held && document.activeElement === document.body) putBack(held);
    // Who was in the list stays there, on the same case or on the one that took its place.
    if (event.target.id === "cases" && focused && focused.at >= 0 && !document.getElementById(focused.id)) {
      const list = cases();
      list[Math.min(focused.at, list.length - 1)]?.focus();
    }
  });

  // Who has picked a text fills it in or sends it next; the others step aside.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id !== "picked") return;
    $("#hits").replaceChildren();
    $("[aria-invalid], input:not([type=hidden]), button", event.target)?.focus();
  });

  // A button that has done its work is gone: whoever pressed it goes on with what it brought.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.classList.contains("machine") && document.activeElement === document.body) $(".translated", event.target)?.focus();
  });
  // Another text is not the one that was translated.
  document.addEventListener("input", (event) => { if (event.target.id === "text") $("#written")?.remove(); });

  // On a phone the views are one long line.
  const showView = () => {
    const line = $(".views > ul"), current = $(".views [aria-current]");
    if (line && current) line.scrollLeft += current.getBoundingClientRect().left - line.getBoundingClientRect().left - 16;
  };
  document.addEventListener("htmx:oobAfterSwap", showView);
  showView();

  // Who looks

  const look = () => { const box = $("#present"); if (box && !document.hidden && window.htmx) htmx.trigger(box, "look"); };
  if (isCase) {
    setInterval(look, PRESENCE);
    window.addEventListener("pagehide", () => {
      navigator.sendBeacon(`/inbox/cases/${place.dataset.case}/leave`, new URLSearchParams({ csrf: token }));
    });
  }

  // "Waiting for 3 minutes" grows old.
  setInterval(() => { if (!document.hidden) renew(); }, MINUTE);

  // Forms

  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post" || event.target.hasAttribute("hx-post")) return;
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "yes";
    if (event.target.id === "reply" && window.htmx) htmx.trigger("#text", "htmx:abort");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
  document.addEventListener("click", (event) => {
    const box = event.target.closest("[data-empties]");
    if (box) { $(box.dataset.empties).replaceChildren(); $("#picking")?.focus(); }
  });

  // Back to the list as it was: the same view and filters.

  const LIST = "lotse-list";
  const backToList = () => `/inbox${sessionStorage.getItem(LIST) ?? ""}`;
  if (place && !isCase) {
    const asked = new URLSearchParams(location.search);
    asked.delete("said");
    sessionStorage.setItem(LIST, asked.size ? `?${asked}` : "");
  }
  document.addEventListener("click", (event) => { const up = event.target.closest("#up"); if (up) up.href = backToList(); });

  // Keys

  const help = $("#help"), keysOn = $("#keys-on");
  keysOn.checked = localStorage.getItem("lotse-keys") !== "off";
  keysOn.addEventListener("change", () => localStorage.setItem("lotse-keys", keysOn.checked ? "on" : "off"));
  $("#keys").hidden = false;
  $("#keys").addEventListener("click", () => help.showModal());

  const cases = () => [...document.querySelectorAll("a.case")];
  const step = (by) => {
    const list = cases();
    const now = list.indexOf(document.activeElement);
    list[now < 0 ? 0 : Math.max(0, Math.min(list.length - 1, now + by))]?.focus();
  };
  const go = (selector, fragment) => {
    const target = $(selector);
    if (target) { const box = target.closest("details"); if (box) box.open = true; target.focus(); return; }
    const chosen = document.activeElement.closest?.("a.case");
    if (chosen) location.href = `${chosen.href}#${fragment}`;
  };
  const takeFocused = () => {
    const chosen = document.activeElement.closest?.("a.case");
    if (!chosen) return;
    const form = Object.assign(document.createElement("form"), { method: "post", action: `${chosen.pathname}/take` });
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "csrf", value: token }));
    document.body.append(form);
    form.requestSubmit();
  };
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    r: () => go("#text", "text"),
    s: () => go("#picking", "picking"),
    n: () => go("#note", "note"),
    e: () => go("#resolution", "resolution"),
    a: () => { if (isCase) $("#take")?.click(); else takeFocused(); },
    u: () => { if (isCase) location.href = backToList(); },
    "/": () => { if (isCase) go("#picking", "picking"); else go("#q", "q"); },
    "?": () => help.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (typing && event.key === "Escape") { event.target.blur(); return; }
    if (typing || help.open || !keysOn.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    const action = keys[event.key];
    if (action) { event.preventDefault(); action(); }
  });

  // Where the page begins

  if (isCase) {
    const asked = location.hash.slice(1);
    if (asked && document.getElementById(asked)) go(`#${CSS.escape(asked)}`, asked);
    else if (!location.hash) $(".lines > :last-child")?.scrollIntoView({ block: "center" });
  } else if (place) {
    $("#filter").open = $("#filter").open || window.innerWidth > 900;
  }
  listen();
})();
