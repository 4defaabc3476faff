
// ---- what a mention says: on a pointer for as long as it rests there, on a tap or Enter until the next

const LABELS = ["hostile", "neutral", "cooperative"];
const card = document.querySelector(".card");
const mentions = all(".mention");
let pinned = null;

function shareLine(label, share) {
  const line = make("div", "", { class: label });
  const bar = make("dd");
  bar.append(make("i"));
  bar.firstChild.style.width = `${100 * share}%`;
  line.append(make("dt", label), bar, make("dd", share.toFixed(2)));
  return line;
}

function tagLines([actor, answer, shares, source, how]) {
  const heading = make("h5", `${answer} toward `);
  heading.append(make("bdi", actor));
  const list = make("dl");
  list.append(...shares.map((share, at) => shareLine(LABELS[at], share)));
  const note = make("p", "Source: ", { class: "note" });
  note.append(make("bdi", source), `. Recognised ${how}.`);
  return [heading, list, note];
}

function show(mention) {
  for (const other of all(".mention.picked")) other.classList.remove("picked");
  card.hidden = !mention;
  card.classList.toggle("pinned", mention === pinned);
  if (!mention) return;
  mention.classList.add("picked");
  card.replaceChildren(...JSON.parse(mention.dataset.tags).flatMap(tagLines));
  if (matchMedia("(max-width: 47.99rem)").matches) underneath(mention.getClientRects()[0]);
  else beside(mention.getClientRects()[0]);
}

function beside(box) {
  const room = document.documentElement.clientWidth - card.offsetWidth - 16;
  const isBelow = box.bottom + card.offsetHeight + 12 < innerHeight;
  const top = isBelow ? box.bottom + 6 : Math.max(box.top - card.offsetHeight - 6, 0);
  card.style.left = `${Math.max(Math.min(box.left, room), 8)}px`;
  card.style.top = `${top + scrollY}px`;
}

/** The card is at the bottom of a small window: move what it would cover. */
function underneath(box) {
  card.style.left = card.style.top = "";
  const covered = box.bottom + card.offsetHeight + 12 - innerHeight;
  if (pinned && covered > 0) scrollBy(0, covered);
}

function pin(mention) {
  pinned = mention === pinned ? null : mention;
  show(pinned);
}

for (const mention of mentions) {
  mention.ariaDescription = mention.title;
  mention.removeAttribute("title"); // the card says the same
}
document.addEventListener("click", (event) => {
  const mention = event.target.closest(".mention");
  if (mention || !event.target.closest(".card")) pin(mention);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") pin(null);
  if (!event.target.matches(".mention") || !["Enter", " "].includes(event.key)) return;
  event.preventDefault();
  pin(event.target);
});
document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "mouse" && !event.target.closest(".card")) show(event.target.closest(".mention") || pinned);
});

// ---- only some actors

function makeChips(form) {
  const count = form.querySelector(".count");
  function update() {
    const chosen = all(":checked", form).map((chip) => chip.value);
    const fits = (mention) => mention.dataset.actors.split(" ").some((actor) => chosen.includes(actor));
    for (const mention of mentions) mention.classList.toggle("dim", chosen.length > 0 && !fits(mention));
    const left = mentions.filter((mention) => !mention.classList.contains("dim")).length;
    count.textContent = `${left} of ${mentions.length} mentions marked`;
  }
  form.hidden = false;
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  update();
}

all(".chips").forEach(makeChips);
