"use strict";
// The page is whole without this script: all boards and figures stand one below the other. It
// writes text with textContent alone, so that no text of a corpus is ever read as markup.

const all = (selector, from = document) => [...from.querySelectorAll(selector)];

function make(tag, text, attributes = {}) {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function fill(select, names) {
  for (const [value, name] of names) select.append(make("option", name, { value }));
}

// ---- sorting

function sortBy(table, header) {
  const column = header.cellIndex;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const isNumber = rows.some((row) => row.cells[column].dataset.value !== undefined);
  const was = header.getAttribute("aria-sort");
  const first = isNumber && column > 0 ? "descending" : "ascending";
  const order = was === "ascending" ? "descending" : was === "descending" ? "ascending" : first;
  const sign = order === "ascending" ? 1 : -1;
  const compared = (row) => {
    const cell = row.cells[column];
    if (!isNumber) return cell.textContent.trim();
    return cell.dataset.value === undefined ? null : Number(cell.dataset.value);
  };
  const keyed = rows.map((row) => [compared(row), row]);
  keyed.sort(([one], [other]) => {
    if (one === null || other === null) return (one === null) - (other === null);
    return sign * (isNumber ? one - other : one.localeCompare(other, undefined, { numeric: true }));
  });
  body.append(...keyed.map(([, row]) => row));
  for (const each of all("th[aria-sort]", table)) each.setAttribute("aria-sort", "none");
  header.setAttribute("aria-sort", order);
}

function makeSortable(table) {
  for (const header of table.tHead.rows[0].cells) {
    const button = make("button", header.textContent, { type: "button" });
    header.replaceChildren(button);
    header.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => sortBy(table, header));
  }
}

// ---- one of several: boards, models, costs, dimensions

function picker(label, names, choose) {
  const wrapper = make("label", label, { class: "picker" });
  const select = make("select", "", { "data-picks": label });
  fill(select, names);
  select.addEventListener("change", () => choose(select.value));
  wrapper.append(select);
  return wrapper;
}

function makeChoice(container) {
  const parts = [...container.children];
  const choose = (value) => parts.forEach((part, at) => (part.hidden = String(at) !== value));
  const names = parts.map((part, at) => [at, part.dataset.name]);
  for (const name of all(":scope > * > .choice-name", container)) name.hidden = true;
  container.before(picker(container.dataset.choice, names, choose));
  choose("0");
}

function makeDimensions(container) {
  const bodies = all("tbody", container);
  if (bodies.length < 2) return;
  const names = [["", "all"], ...bodies.map((body, at) => [at, body.dataset.dimension])];
  const choose = (value) =>
    bodies.forEach((body, at) => (body.hidden = value !== "" && String(at) !== value));
  container.prepend(picker("Divided by", names, choose));
}

// ---- what a cell means, on a tap

function makeDetails(container) {
  const output = container.querySelector(".detail");
  output.textContent = output.dataset.prompt;
  const lines = all("tr[data-hint]", container);
  for (const cell of all("td[data-pair]", container)) cell.title = lines[cell.dataset.pair].dataset.hint;
  container.addEventListener("click", (event) => {
    const cell = event.target.closest("td.cell[title]");
    if (!cell) return;
    for (const other of all(".picked", container)) other.classList.remove("picked");
    cell.classList.add("picked");
    output.textContent = cell.title;
  });
}

// ---- legends that show and hide lines

function makeLegend(list) {
  const charts = all(".chart", list.parentElement);
  for (const item of list.children) {
    const lines = all(`.chart [data-series="${item.dataset.series}"]`, list.parentElement);
    const button = make("button", "", { type: "button", "aria-pressed": "true" });
    button.append(...item.childNodes);
    item.append(button);
    button.addEventListener("click", () => {
      const isOn = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", isOn);
      for (const line of lines) line.classList.toggle("away", !isOn);
    });
    const point = (isNear) => {
      const isPointed = isNear && !lines.some((line) => line.matches(".away"));
      for (const chart of charts) chart.classList.toggle("pointed", isPointed);
      for (const line of lines) line.classList.toggle("near", isNear);
    };
    button.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && point(true));
    button.addEventListener("pointerleave", () => point(false));
  }
}

// ---- links within the page: in a frame without an address of its own, hrefs would leave it

function makeLink(link) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const found = all(`[data-section="${link.dataset.to}"]`).filter((one) => one.offsetParent);
    if (found.length) found[0].scrollIntoView();
  });
}

// ---- errors

const STEP = 50;

/** Make texts comparable: case, composed letters, and the apostrophes of Ukrainian. */
function folded(text) {
  return text.normalize("NFC").toLocaleLowerCase().replace(/[\u2019\u02bc\u2018`]/g, "'");
}

function errorText(text, language, start, end) {
  const quote = make("blockquote", "", { dir: "auto" });
  if (language) quote.lang = language;
  if (start < 0) quote.textContent = text;
  else quote.append(text.slice(0, start), make("mark", text.slice(start, end)), text.slice(end));
  return quote;
}

function errorItem(data, error) {
  const [model, at, actor, start, end, label, predicted, confidence, id, words] = error;
  const item = make("li");
  const about = make("div", "", { class: "about" });
  const answer = make("b", `${data.labels[label]} → ${data.labels[predicted]}`);
  answer.title = "true label → answer";
  about.append(answer, make("span", `sure to ${confidence.toFixed(2)}`));
  const who = make("span", "toward ");
  who.append(make("bdi", actor));
  about.append(who, make("span", data.models[model]), make("bdi", id));
  item.append(about, errorText(...data.texts[at], start, end));
  if (words.length) item.append(wordChips(words));
  return item;
}

function wordChips(words) {
  const chips = make("div", "", { class: "words" });
  for (const [word, weight] of words) {
    const chip = make("span");
    const sign = weight < 0 ? "−" : "+";
    chip.append(make("bdi", word), " ", make("i", sign + Math.abs(weight).toFixed(2)));
    chips.append(chip);
  }
  return chips;
}

function makeErrors(section) {
  const data = JSON.parse(document.getElementById("mistakes").textContent);
  const form = section.querySelector("form");
  const list = section.querySelector(".errors");
  const count = section.querySelector(".count");
  const more = section.querySelector(".more");
  const keys = data.errors.map((error) => folded(`${data.texts[error[1]][0]}\n${error[2]}`));
  const { model, label, predicted, text } = form.elements;
  let found = [];
  let shown = 0;

  function showMore() {
    const next = found.slice(shown, shown + STEP);
    list.append(...next.map((at) => errorItem(data, data.errors[at])));
    shown += next.length;
    const left = found.length - shown;
    more.hidden = left === 0;
    more.textContent = `Show ${Math.min(left, STEP)} more`;
  }

  function update() {
    const words = folded(text.value.trim());
    const fits = (select, value) => select.value === "" || Number(select.value) === value;
    found = data.errors
      .map((_, at) => at)
      .filter((at) => {
        const error = data.errors[at];
        const chosen = fits(model, error[0]) && fits(label, error[5]) && fits(predicted, error[6]);
        return chosen && keys[at].includes(words);
      });
    shown = 0;
    list.replaceChildren();
    count.textContent = `${found.length} of ${data.errors.length} errors`;
    showMore();
  }

  const numbered = (names) => names.map((name, at) => [at, name]);
  fill(model, [["", "all"], ...numbered(data.models)]);
  fill(label, [["", "any"], ...numbered(data.labels)]);
  fill(predicted, [["", "any"], ...numbered(data.labels)]);
  model.value = "0";
  form.hidden = false;
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  more.addEventListener("click", showMore);
  update();
}

all("table[data-sortable]").forEach(makeSortable);
all("[data-choice]").forEach(makeChoice);
all("[data-dimensions]").forEach(makeDimensions);
all("[data-details]").forEach(makeDetails);
all(".legend").forEach(makeLegend);
all("a[data-to]").forEach(makeLink);
all("#errors").forEach(makeErrors);
