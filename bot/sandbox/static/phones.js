// The phones. Every act goes through /_sandbox/…; what is shown is what the stand-in says each phone holds.
"use strict";

const APP = document.body.dataset.appName;
const MOST_PHONES = 4;
const STAMP_GAP_MS = 5 * 60 * 1000;
const POLL_MS = 3000;
const SVG = "http://www.w3.org/2000/svg";

const world = { people: [], menu: [], snapshot: null, arrived: Date.now() };
const seats = [];
const seen = JSON.parse(sessionStorage.getItem("seen") || "{}");

// ---- small helpers -------------------------------------------------------------------------------------------------

/** An element; text is only ever set as text. */
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const ICONS = {
  back: "M15 5l-7 7 7 7", dots: "M5 12h.01M12 12h.01M19 12h.01", close: "M6 6l12 12M18 6L6 18", plus: "M12 5v14M5 12h14",
  keyboard: "M3 6h18v12H3zM7 10h.01M12 10h.01M17 10h.01M8 14h8", menu: "M4 7h16M4 12h16M4 17h16",
  add: "M12 3a9 9 0 100 18 9 9 0 000-18zM12 8v8M8 12h8",
};

function icon(name, size = 20) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  const drawn = { width: size, height: size, viewBox: "0 0 24 24", fill: "none", stroke: "currentColor",
    "stroke-width": name === "dots" ? 2.6 : 1.7, "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" };
  for (const [key, value] of Object.entries(drawn)) svg.setAttribute(key, value);
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

function signalAndBattery() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("width", 44); svg.setAttribute("height", 12); svg.setAttribute("viewBox", "0 0 44 12");
  svg.setAttribute("aria-hidden", "true");
  const bar = (x, y, width, height, extra = {}) => {
    const rect = document.createElementNS(SVG, "rect");
    const all = { x, y, width, height, rx: 1, fill: "currentColor", ...extra };
    for (const [key, value] of Object.entries(all)) rect.setAttribute(key, value);
    svg.append(rect);
  };
  [3, 5.5, 8, 10.5].forEach((height, index) => bar(index * 4.5, 11 - height, 3, height));
  bar(23.5, 1, 17, 10, { rx: 3, fill: "none", stroke: "currentColor", opacity: 0.45 });
  bar(25, 2.5, 12, 7, { rx: 1.6 });
  bar(41.6, 4.2, 1.6, 3.6, { opacity: 0.45 });
  return svg;
}

async function post(action, body) {
  const form = body instanceof FormData;
  const response = await fetch(`/_sandbox/${action}`, {
    method: "POST", body: form ? body : JSON.stringify(body), headers: form ? {} : { "Content-Type": "application/json" },
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error || `HTTP ${response.status}`);
  return answer;
}

async function get(view) {
  const response = await fetch(`/_sandbox/${view}`, { cache: "no-store" });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.json();
}

let toastTimer = 0;
function toast(text) {
  const element = document.querySelector("[data-role=toast]");
  element.textContent = text;
  element.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { element.hidden = true; }, 3500);
}

/** Do something on a phone and say so when the app did not answer. */
async function act(action, body) {
  try {
    const answer = await post(action, body);
    if (answer.status !== undefined && answer.status !== 200) toast("应用没有应答，请稍后再试。");
    return answer;
  } catch (error) {
    toast(`没有成功：${error.message}`);
    return null;
  }
}

// ---- time ----------------------------------------------------------------------------------------------------------

function now() {
  if (!world.snapshot) return new Date();
  const base = new Date(world.snapshot.now).getTime();
  return new Date(world.snapshot.frozen ? base : base + (Date.now() - world.arrived));
}

const beijing = (options) => new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour12: false, ...options });
const DAY = beijing({ month: "long", day: "numeric" });
const WEEKDAY = beijing({ weekday: "short" });
const HOUR = beijing({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

function stamp(moment) {
  const day = DAY.format(moment);
  if (day === DAY.format(now())) return HOUR.format(moment);
  if (day === DAY.format(new Date(now().getTime() - 864e5))) return `昨天 ${HOUR.format(moment)}`;
  return `${day} ${HOUR.format(moment)}`;
}

function tick() {
  const moment = now();
  const text = `${DAY.format(moment)} ${WEEKDAY.format(moment)} ${HOUR.format(moment)}`;
  document.querySelector("[data-role=now]").textContent = text;
  for (const clock of document.querySelectorAll("[data-role=clock]")) clock.textContent = HOUR.format(moment);
}

// ---- people --------------------------------------------------------------------------------------------------------

const COLOURS = ["#3d7a6b", "#8a5a9e", "#b06a3b", "#47719e", "#a34f63", "#5b7c3a", "#7a6a4f", "#4f5fa3"];

function avatar(person) {
  if (!person) return h("span", { class: "avatar app", "aria-hidden": "true" }, APP.slice(0, 1));
  const index = world.people.findIndex((one) => one.userid === person.userid);
  const element = h("span", { class: "avatar", "aria-hidden": "true" }, (person.name || person.userid).slice(0, 1));
  element.style.background = COLOURS[Math.max(0, index) % COLOURS.length];
  return element;
}

const personOf = (user) => world.people.find((person) => person.userid === user);
const label = (person) => [person.unit, person.role].filter(Boolean).join(" · ");

function unread(user) {
  return (world.snapshot?.received[user] || 0) > (seen[user] || 0);
}

function markSeen(user) {
  seen[user] = world.snapshot?.received[user] || 0;
  sessionStorage.setItem("seen", JSON.stringify(seen));
}

// ---- text with links, markdown, text cards ---------------------------------------------------------------------------

const isPage = (url) => /^https?:\/\//i.test(url);

function link(seat, url, text) {
  if (!isPage(url)) return document.createTextNode(text);
  return h("a", { class: "inline-link", href: url, onclick: (event) => { event.preventDefault(); openPage(seat, url); } }, text);
}

/** `<a href="…">…</a>` and bare addresses become links; everything else stays text. */
function linked(seat, text) {
  const parts = [];
  const pattern = /<a\s+href\s*=\s*["']?([^"'>\s]+)["']?[^>]*>([\s\S]*?)<\/a>|(https?:\/\/[^\s<>"'，。；、）】」]+)/gi;
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(end, match.index), match[3] ? link(seat, match[3], match[3]) : link(seat, match[1], match[2]));
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)].filter((part) => part !== "");
}

function inlineMarkdown(seat, text) {
  const parts = [];
  const pattern = /\*\*(.+?)\*\*|`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)|<font color="(info|comment|warning)">([\s\S]*?)<\/font>/g;
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(end, match.index));
    if (match[1]) parts.push(h("b", {}, inlineMarkdown(seat, match[1])));
    else if (match[2]) parts.push(h("code", {}, match[2]));
    else if (match[3]) parts.push(link(seat, match[4], match[3]));
    else parts.push(h("span", { class: `c-${match[5]}` }, inlineMarkdown(seat, match[6])));
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)].filter((part) => part !== "");
}

function markdown(seat, text) {
  return text.split("\n").map((line) => {
    const heading = line.match(/^#{1,6} (.*)$/);
    if (heading) return h("h4", {}, inlineMarkdown(seat, heading[1]));
    if (line.startsWith("> ")) return h("blockquote", {}, inlineMarkdown(seat, line.slice(2)));
    return h("p", {}, inlineMarkdown(seat, line));
  });
}

function textcardBody(text) {
  const parts = [];
  let end = 0;
  const pattern = /<br\s*\/?>|<div class="(gray|highlight|normal)">([\s\S]*?)<\/div>/g;
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(end, match.index).trim(), match[1] ? h("div", { class: match[1] }, match[2]) : "\n");
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)].filter((part) => part !== "");
}

// ---- pages inside the phone ----------------------------------------------------------------------------------------

/** One browser has one login, so a page opened for one person closes those of the others. */
function openPage(seat, url) {
  for (const other of seats) if (other.user !== seat.user) closePage(other);
  closePage(seat);
  const address = `/_sandbox/open?user=${encodeURIComponent(seat.user)}&url=${encodeURIComponent(url)}`;
  const sheet = h("div", { class: "sheet", "data-role": "page" },
    h("div", { class: "titlebar" },
      h("button", { class: "icon", type: "button", "data-role": "close-page", "aria-label": "关闭页面", onclick: () => closePage(seat) }, icon("close")),
      h("span", {}, APP), h("span", {})),
    h("iframe", { src: address, title: `${APP}的页面` }));
  seat.phone.append(sheet);
}

function closePage(seat) {
  for (const sheet of seat.phone.querySelectorAll(".sheet")) sheet.remove();
}

function enlarge(seat, source) {
  const viewer = h("button", { class: "viewer", type: "button", "aria-label": "关闭图片", onclick: () => viewer.remove() },
    h("img", { src: source, alt: "" }));
  seat.phone.append(viewer);
}

// ---- cards ---------------------------------------------------------------------------------------------------------

function follow(seat, target) {
  if (target?.type === 1 && target.url) return () => openPage(seat, target.url);
  if (target?.type === 2) return () => toast("演示里不打开小程序。");
  return null;
}

function questionsOf(card) {
  return [card.button_selection, card.checkbox, ...(card.select_list || [])].filter(Boolean);
}

function shownChoice(card, question) {
  const chosen = card.chosen?.[question.question_key];
  if (chosen?.length) return chosen;
  if ("is_checked" in question.option_list[0]) return question.option_list.filter((one) => one.is_checked).map((one) => one.id);
  const ids = question.option_list.map((one) => one.id);
  return [ids.includes(question.selected_id) ? question.selected_id : ids[0]];
}

function cardSource(seat, card) {
  const source = card.source || {};
  const actions = card.action_menu?.action_list;
  if (!source.desc && !source.icon_url && !actions) return null;
  const image = isPage(source.icon_url || "") ? h("img", { src: source.icon_url, alt: "" }) : null;
  return h("div", { class: `source s${source.desc_color || 0}` }, image, h("span", { class: "grow" }, source.desc || ""),
    actions ? cardMenu(seat, card, actions) : null);
}

function cardMenu(seat, card, actions) {
  const choose = (key) => { list.hidden = true; act("card_menu", { user: seat.user, task_id: card.task_id, key }); };
  const list = h("div", { class: "more-list", hidden: true }, card.action_menu.desc ? h("p", {}, card.action_menu.desc) : null,
    actions.map((one) => h("button", { type: "button", "data-action-key": one.key,
      onclick: (event) => { event.stopPropagation(); choose(one.key); } }, one.text)));
  const toggle = (event) => { event.stopPropagation(); const open = list.hidden; closePopups(); list.hidden = !open; };
  return h("div", { class: "more" },
    h("button", { class: "icon", type: "button", "data-role": "card-menu", "aria-label": "更多", onclick: toggle }, icon("dots", 18)), list);
}

function cardRows(seat, rows) {
  if (!rows?.length) return null;
  const shown = (row) => {
    const text = row.value || (row.type === 3 ? personOf(row.userid)?.name || row.userid : "");
    if (row.type === 1) return link(seat, row.url, text || row.url);
    if (row.type === 2) return h("a", { class: "inline-link", href: mediaUrl(row.media_id), download: text }, text);
    return row.type === 3 ? h("span", { class: "inline-link" }, text) : text;
  };
  return h("dl", { class: "rows" }, rows.flatMap((row) => [h("dt", {}, row.keyname), h("dd", {}, shown(row))]));
}

function linkedBlock(seat, area, className, children) {
  const open = follow(seat, area);
  if (!open) return h("div", { class: className }, children);
  return h("button", { class: className, type: "button", onclick: (event) => { event.stopPropagation(); open(); } }, children);
}

function cardTop(seat, card) {
  const title = card.main_title || {};
  const open = follow(seat, card.card_action);
  const quote = card.quote_area;
  const area = card.image_text_area;
  const top = h("div", { class: open ? "card-top linked" : "card-top", "data-role": open ? "card-link" : undefined },
    cardSource(seat, card),
    title.title ? h("h3", {}, h("span", {}, title.title), open ? h("i", { class: "arrow" }) : null) : null,
    title.desc ? h("p", { class: "desc" }, title.desc) : null,
    card.card_image && isPage(card.card_image.url) ? cardImage(card.card_image) : null,
    area ? linkedBlock(seat, area, "quote pictured", imageText(area)) : null,
    card.emphasis_content ? h("p", { class: "hero" }, h("b", {}, card.emphasis_content.title || ""), h("small", {}, card.emphasis_content.desc || "")) : null,
    quote ? linkedBlock(seat, quote, "quote", [quote.title ? h("b", {}, quote.title) : null, quote.quote_text || ""]) : null,
    card.sub_title_text ? h("p", { class: "para" }, card.sub_title_text) : null,
    (card.vertical_content_list || []).map((one) => h("div", { class: "textblock" }, h("b", {}, one.title), h("p", { class: "desc" }, one.desc || ""))),
    cardRows(seat, card.horizontal_content_list));
  if (open) top.addEventListener("click", (event) => { if (!event.target.closest("a, button")) open(); });
  return top;
}

function imageText(area) {
  const image = isPage(area.image_url) ? h("img", { src: area.image_url, alt: "" }) : null;
  return [h("span", {}, h("b", {}, area.title || ""), area.desc || ""), image];
}

function cardImage(image) {
  const element = h("img", { class: "card-image", src: image.url, alt: "" });
  element.style.aspectRatio = String(image.aspect_ratio || 1.3);
  return element;
}

function questionField(card, question) {
  const chosen = shownChoice(card, question);
  const fixed = question.disable || card.replaced !== null;
  if ("is_checked" in question.option_list[0]) {
    const kind = question.mode === 1 ? "checkbox" : "radio";
    return h("fieldset", { class: "choices", "data-question": question.question_key },
      question.option_list.map((one) => h("label", {},
        h("input", { type: kind, name: `${card.task_id}/${question.question_key}`, value: one.id, "data-option": one.id,
          checked: chosen.includes(one.id), disabled: fixed }), one.text)));
  }
  return h("label", { class: "field" }, h("span", {}, question.title || ""),
    h("select", { "data-question": question.question_key, disabled: fixed },
      question.option_list.map((one) => h("option", { value: one.id, selected: chosen.includes(one.id) }, one.text))));
}

/** What the person sees chosen right now. */
function selectionsIn(element) {
  const selections = {};
  for (const field of element.querySelectorAll("[data-question]")) {
    const inputs = field.matches("select") ? [...field.selectedOptions] : [...field.querySelectorAll("input:checked")];
    selections[field.dataset.question] = inputs.map((input) => input.value);
  }
  return selections;
}

function cardButtons(seat, card, element) {
  if (card.replaced !== null) {
    return h("div", { class: "buttons" }, h("button", { class: "replaced", type: "button", disabled: true, "data-role": "replaced" }, card.replaced));
  }
  const list = [...(card.button_list || [])];
  if (card.submit_button) list.push({ ...card.submit_button, style: 1 });
  if (!list.length) return null;
  return h("div", { class: "buttons" }, list.map((one) => cardButton(seat, card, element, one)));
}

function cardButton(seat, card, element, one) {
  const look = `b${one.style || 1}${card.pressed !== null && card.pressed === one.key ? " pressed" : ""}`;
  const button = h("button", { type: "button", class: look, "data-key": one.key, onclick: async () => {
    if (one.type === 1) return openPage(seat, one.url);
    button.classList.add("busy");
    await act("tap", { user: seat.user, task_id: card.task_id, key: one.key, selections: selectionsIn(element) });
    button.classList.remove("busy");
  } }, one.text);
  return button;
}

function templateCard(seat, card) {
  const element = h("article", { class: "card", "data-task-id": card.task_id, "data-card-type": card.card_type });
  const questions = questionsOf(card);
  element.append(cardTop(seat, card));
  if (questions.length) element.append(h("div", { class: "ask" }, questions.map((one) => questionField(card, one))));
  const buttons = cardButtons(seat, card, element);
  if (buttons) element.append(buttons);
  for (const jump of card.jump_list || []) {
    const open = follow(seat, jump);
    element.append(h("button", { class: "jump", type: "button", onclick: () => open?.() }, jump.title, open ? h("i", { class: "arrow" }) : null));
  }
  return element;
}

// ---- messages ------------------------------------------------------------------------------------------------------

const mediaUrl = (id) => `/_sandbox/media/${encodeURIComponent(id)}`;

function fileBox(message, kind) {
  const extension = (message.file_name || "").split(".").pop().slice(0, 4);
  return h("a", { class: "file", href: mediaUrl(message.media_id), download: message.file_name || "", "data-role": "file-link" },
    h("b", {}, message.title || message.file_name || kind), h("i", {}, kind === "文件" ? extension : kind));
}

const CONTENT = {
  text: (seat, message) => h("div", { class: "bubble" }, linked(seat, message.content)),
  markdown: (seat, message) => h("div", { class: "bubble md" }, markdown(seat, message.content)),
  image: (seat, message) => h("img", { class: "picture", src: mediaUrl(message.media_id), alt: message.file_name || "图片",
    onclick: () => enlarge(seat, mediaUrl(message.media_id)), onload: () => seat.settle() }),
  file: (seat, message) => fileBox(message, "文件"),
  video: (seat, message) => fileBox(message, "视频"),
  voice: (seat, message) => fileBox(message, "语音"),
  location: (seat, message) => h("div", { class: "bubble" }, `位置：${message.label || `${message.latitude}, ${message.longitude}`}`),
  link: (seat, message) => h("div", { class: "bubble" }, link(seat, message.url, message.title), message.description ? `\n${message.description}` : ""),
  template_card: (seat, message) => templateCard(seat, message.card),
  textcard: (seat, message) => h("article", { class: "card" },
    h("div", { class: "card-top linked", onclick: () => openPage(seat, message.url) },
      h("h3", {}, h("span", {}, message.title)), h("div", { class: "desc" }, textcardBody(message.description))),
    h("button", { class: "jump", type: "button", onclick: () => openPage(seat, message.url) }, message.btntxt, h("i", { class: "arrow" }))),
  news: (seat, message) => h("article", { class: "card" }, message.articles.map((one) =>
    h("button", { class: "article", type: "button", onclick: () => isPage(one.url || "") && openPage(seat, one.url) },
      h("span", {}, h("b", {}, one.title), h("small", {}, one.description || "")),
      isPage(one.picurl || "") ? h("img", { src: one.picurl, alt: "" }) : null))),
};

function messageElement(seat, message) {
  const attributes = { "data-message-id": message.id, "data-direction": message.direction, "data-type": message.type };
  if (message.recalled) return h("div", { class: "recalled", ...attributes }, `${APP}撤回了一条消息`);
  const content = (CONTENT[message.type] || (() => h("div", { class: "bubble" }, "［不能显示的消息］")))(seat, message);
  return h("div", { class: `message ${message.direction}`, ...attributes },
    avatar(message.direction === "out" ? personOf(seat.user) : null), content);
}

// ---- one phone -----------------------------------------------------------------------------------------------------

class Seat {
  constructor(user) {
    this.user = user;
    this.version = -1;
    this.loading = false;
    this.typed = new URLSearchParams(location.search).has("keyboard");
    this.root = h("section", { class: "seat" });
    this.build();
  }

  build() {
    this.drawn = new Map();
    this.draft = "";
    this.version = -1;
    this.chat = h("div", { class: "chat", "data-role": "chat", onscroll: () => this.scrolled() });
    this.newer = h("button", { class: "newer", type: "button", hidden: true, onclick: () => this.toEnd() }, "有新消息 ↓");
    this.bottom = h("footer", { class: "bottom" });
    this.phone = h("div", { class: "phone", "data-user": this.user },
      h("div", { class: "statusbar" }, h("span", { "data-role": "clock" }, HOUR.format(now())), signalAndBattery()),
      h("div", { class: "titlebar" }, h("span", { class: "icon" }, icon("back")), h("span", {}, APP), h("span", { class: "icon" }, icon("dots"))),
      this.chat, this.newer, this.bottom);
    this.holder = h("div", { class: "holder" });
    this.root.replaceChildren(this.holder, this.phone);
    new ResizeObserver(() => this.settle()).observe(this.chat);
    this.drawHolder();
    this.drawBottom();
  }

  drawHolder() {
    const person = personOf(this.user);
    const shown = new Set(seats.map((seat) => seat.user));
    const waiting = world.people.some((one) => !shown.has(one.userid) && unread(one.userid));
    const open = this.list && !this.list.hidden;
    this.list = h("div", { class: "people", hidden: !open }, world.people.map((one) =>
      h("button", { type: "button", "data-person": one.userid, "aria-current": String(one.userid === this.user), onclick: () => this.become(one.userid) },
        avatar(one), h("span", { class: "names" }, h("b", {}, one.name), h("small", {}, label(one))),
        !shown.has(one.userid) && unread(one.userid) ? h("i", { class: "dot", "data-role": "unread" }) : null)));
    const toggle = (event) => { event.stopPropagation(); const closed = this.list.hidden; closePopups(); this.list.hidden = !closed; };
    this.holder.replaceChildren(
      h("button", { class: "who", type: "button", "data-role": "person", "aria-label": "换一个人", onclick: toggle },
        avatar(person), h("span", { class: "names" }, h("b", {}, person.name), h("small", {}, label(person))),
        waiting ? h("i", { class: "dot", title: "其他人有新消息" }) : null, h("i", { class: "caret" })),
      seats.length > 1 ? h("button", { class: "icon", type: "button", "data-role": "remove-phone", "aria-label": "收起这部手机", onclick: () => removeSeat(this) }, icon("close", 17)) : "",
      this.list);
  }

  become(user) {
    this.list.hidden = true;
    const other = seats.find((seat) => seat.user === user && seat !== this);
    if (other) { other.user = this.user; other.build(); }
    this.user = user;
    this.build();
    chosenChanged();
  }

  drawBottom() {
    const typing = this.typed || !world.menu.length;
    this.bottom.replaceChildren(typing ? this.typingBox() : this.menuBar());
  }

  switchTo(typed) {
    this.typed = typed;
    this.drawBottom();
    if (typed) this.bottom.querySelector("textarea").focus();
  }

  typingBox() {
    const box = h("textarea", { rows: 1, placeholder: "说点什么", "data-role": "input", "aria-label": "输入消息", enterkeyhint: "send" });
    const grow = () => { box.style.height = "38px"; box.style.height = `${Math.min(128, box.scrollHeight)}px`; send.hidden = !box.value; attach.hidden = !!box.value; };
    const say = () => { const text = box.value.trim(); box.value = this.draft = ""; grow(); if (text) act("say", { user: this.user, text }); box.focus(); };
    const file = h("input", { type: "file", hidden: true, "data-role": "file", onchange: () => { this.sendFile(file.files[0]); file.value = ""; } });
    const attach = h("button", { class: "icon", type: "button", "data-role": "attach", "aria-label": "发送图片或文件", onclick: () => file.click() }, icon("add", 25));
    const send = h("button", { class: "send", type: "button", "data-role": "send", onclick: say }, "发送");
    box.addEventListener("input", () => { this.draft = box.value; grow(); });
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); say(); }
    });
    box.value = this.draft || "";
    grow();
    requestAnimationFrame(grow);
    const back = world.menu.length
      ? h("button", { class: "icon", type: "button", "data-role": "toggle", "aria-label": "切换到菜单", onclick: () => this.switchTo(false) }, icon("menu", 22)) : null;
    return h("div", { class: "typing" }, back, box, attach, send, file);
  }

  async sendFile(file) {
    if (!file) return;
    const form = new FormData();
    const pictures = ["image/jpeg", "image/png"];
    form.append("user", this.user);
    form.append("type", pictures.includes(file.type) ? "image" : file.type === "video/mp4" ? "video" : file.name.endsWith(".amr") ? "voice" : "file");
    form.append("file", file, file.name);
    await act("send_media", form);
  }

  menuBar() {
    const choose = (entry) => {
      closePopups();
      if (entry.type === "view") { act("menu", { user: this.user, url: entry.url }); openPage(this, entry.url); }
      else if (entry.type === "click") act("menu", { user: this.user, key: entry.key });
      else toast("演示里没有这种菜单。");
    };
    const entryButton = (entry) => h("button", { type: "button", "data-menu-key": entry.key || entry.url || entry.name, onclick: () => choose(entry) }, entry.name);
    const slot = (entry) => {
      if (!entry.sub_button) return h("div", { class: "slot" }, entryButton(entry));
      const list = h("div", { class: "submenu", hidden: true }, entry.sub_button.map(entryButton));
      const toggle = (event) => { event.stopPropagation(); const closed = list.hidden; closePopups(); list.hidden = !closed; };
      return h("div", { class: "slot" }, h("button", { type: "button", "data-menu-parent": entry.name, onclick: toggle }, h("i", { class: "bars" }), entry.name), list);
    };
    return h("div", { class: "menu" },
      h("button", { class: "icon", type: "button", "data-role": "toggle", "aria-label": "切换到输入框", onclick: () => this.switchTo(true) }, icon("keyboard", 23)),
      world.menu.map(slot));
  }

  atEnd() { return this.chat.scrollHeight - this.chat.scrollTop - this.chat.clientHeight < 80; }

  /** Growing content scrolls by itself; only a move upwards is the reader's own. */
  scrolled() {
    const top = this.chat.scrollTop;
    if (this.atEnd()) { this.stuck = true; this.newer.hidden = true; } else if (top < this.lastTop) this.stuck = false;
    this.lastTop = top;
  }

  toEnd() { this.chat.scrollTop = this.chat.scrollHeight; this.newer.hidden = true; }

  settle() { if (this.stuck) this.toEnd(); }

  async refresh() {
    if (this.loading) { this.again = true; return; }
    this.loading = true;
    try {
      const view = await get(`phone/${encodeURIComponent(this.user)}`);
      if (view.user === this.user) this.draw(view);
    } catch { /* the next snapshot asks again */ }
    this.loading = false;
    if (this.again) { this.again = false; this.refresh(); }
  }

  draw(view) {
    const first = this.version < 0;
    const end = first || this.atEnd();
    const before = this.count || 0;
    this.version = view.version;
    this.count = view.messages.length;
    const kept = new Set();
    const nodes = [];
    let last = 0;
    for (const message of view.messages) {
      const at = new Date(message.at).getTime();
      if (Math.abs(at - last) > STAMP_GAP_MS) nodes.push(h("p", { class: "stamp" }, stamp(new Date(at))));
      last = at;
      nodes.push(this.element(message));
      kept.add(message.id);
    }
    for (const id of this.drawn.keys()) if (!kept.has(id)) this.drawn.delete(id);
    if (!nodes.length) nodes.push(h("p", { class: "empty" }, `还没有消息，跟${APP}打个招呼吧`));
    this.place(nodes);
    const mine = view.messages.at(-1)?.direction === "out" && this.count > before;
    this.stuck = end || mine;
    if (this.stuck) this.toEnd();
    else if (this.count > before) this.newer.hidden = false;
  }

  /** Only what changed is touched, so an open select or a text selection survives. */
  place(nodes) {
    const wanted = new Set(nodes);
    for (const child of [...this.chat.childNodes]) if (!wanted.has(child)) child.remove();
    nodes.forEach((node, index) => { if (this.chat.childNodes[index] !== node) this.chat.insertBefore(node, this.chat.childNodes[index] || null); });
  }

  element(message) {
    const text = JSON.stringify(message);
    const known = this.drawn.get(message.id);
    if (known?.text === text) return known.element;
    const element = messageElement(this, message);
    this.drawn.set(message.id, { text, element });
    return element;
  }
}

// ---- the desk ------------------------------------------------------------------------------------------------------

function closePopups() {
  for (const popup of document.querySelectorAll(".people, .submenu, .more-list")) popup.hidden = true;
}

function enterOnce(user) {
  if (sessionStorage.getItem(`entered:${user}`)) return;
  sessionStorage.setItem(`entered:${user}`, "1");
  post("enter", { user }).catch(() => {});
}

function chosenChanged() {
  const query = new URLSearchParams(location.search);
  query.set("p", seats.map((seat) => seat.user).join(","));
  history.replaceState(null, "", `?${query.toString().replaceAll("%2C", ",")}`);
  drawDesk();
  for (const seat of seats) { seat.refresh(); enterOnce(seat.user); }
}

function drawDesk() {
  const desk = document.querySelector("[data-role=desk]");
  const wanted = seats.map((seat) => seat.root);
  for (const child of [...desk.children]) if (!wanted.includes(child)) child.remove();
  wanted.forEach((root, index) => { if (desk.children[index] !== root) desk.insertBefore(root, desk.children[index] || null); });
  document.querySelector("[data-role=add-phone]").hidden = seats.length >= Math.min(MOST_PHONES, world.people.length);
  for (const seat of seats) { markSeen(seat.user); seat.drawHolder(); }
}

function addSeat() {
  const shown = new Set(seats.map((seat) => seat.user));
  const next = world.people.find((person) => !shown.has(person.userid));
  if (next) { seats.push(new Seat(next.userid)); chosenChanged(); }
}

function removeSeat(seat) {
  seats.splice(seats.indexOf(seat), 1);
  chosenChanged();
}

async function arrived(snapshot) {
  const before = world.snapshot;
  world.snapshot = snapshot;
  world.arrived = Date.now();
  tick();
  if (before && before.version === snapshot.version) return;
  const [people, menu] = await Promise.all([get("people"), get("menu")]);
  const same = JSON.stringify(menu.button) === JSON.stringify(world.menu);
  world.people = people.people;
  world.menu = menu.button;
  for (const seat of seats) {
    if (!same) seat.drawBottom();
    if (snapshot.phones[seat.user] !== seat.version) seat.refresh();
  }
  drawDesk();
}

function listen() {
  const source = new EventSource("/_sandbox/stream");
  let poll = 0;
  source.onmessage = (event) => { clearInterval(poll); poll = 0; arrived(JSON.parse(event.data)).catch(() => {}); };
  source.onerror = () => {
    poll ||= setInterval(() => get("versions").then(arrived).catch(() => {}), POLL_MS);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => { clearInterval(poll); listen(); }, POLL_MS);
  };
}

document.querySelector("[data-role=add-phone]").addEventListener("click", addSeat);
for (const button of document.querySelectorAll("[data-preset]")) {
  button.addEventListener("click", async () => {
    const all = document.querySelectorAll("[data-preset]");
    for (const one of all) one.disabled = true;
    const answer = await act("clock", { preset: button.dataset.preset });
    if (answer?.bot === 0) toast("应用的时钟没有跟上。");
    for (const one of all) one.disabled = false;
  });
}

async function start() {
  world.people = (await get("people")).people;
  world.menu = (await get("menu")).button;
  world.snapshot = await get("versions");
  for (const person of world.people) seen[person.userid] ??= world.snapshot.received[person.userid] || 0;
  const asked = (new URLSearchParams(location.search).get("p") || "").split(",").filter((user) => personOf(user));
  const chosen = asked.length ? [...new Set(asked)].slice(0, MOST_PHONES) : world.people.slice(0, 3).map((person) => person.userid);
  for (const user of chosen) seats.push(new Seat(user));
  chosenChanged();
  document.addEventListener("click", closePopups);
  setInterval(tick, 1000);
  listen();
}

start().catch(() => toast("打不开演示，请刷新页面。"));
