"use strict";
(() => {
  const LEAST = 0.005;  // a weight that is shown as 0.00 says nothing
  const LABELS = ["hostile", "neutral", "cooperative"];
  const HOW = {
    weights: "The number beside a word is what it adds to the score of the answer over that of the next likely one (logits).",
    occlusion: "The number beside a word is how much of the answer's lead over the next likely one goes without it (logits).",
  };
  const one = (selector) => document.querySelector(selector);
  const [form, found, problem, count] = [".ask", ".found", ".problem", "main > .count"].map(one);
  const [go, keyForm, key] = [".go", ".key-form", "#key"].map(one);
  let token = "", asking = null;

  const make = (name, css, ...content) => {
    const made = document.createElement(name);
    if (css) made.className = css;
    made.append(...content);
    return made;
  };
  const shown = (name) => make("bdi", "", name);

  const quoted = (tag) => {
    const letters = Array.from(tag.text);  // the span counts characters, not UTF-16 units
    const quote = make("blockquote", "");
    quote.dir = "auto";
    if (tag.mention_start < 0) { quote.append(tag.text); return quote; }
    const cut = (from, to) => letters.slice(from, to).join("");
    quote.append(cut(0, tag.mention_start),
      make("span", `sample ${tag.predicted}`, cut(tag.mention_start, tag.mention_end)),
      cut(tag.mention_end));
    return quote;
  };
  const named = (tag) => {
    if (tag.mention_start < 0) return tag.unsearched
      ? "Not named in the statement; other names of it were not looked for ('stancelab[articles]' is not installed)."
      : "Not named in the statement.";
    return tag.renamed ? "Named there by another name." : "";
  };
  const shares = (tag) => {
    const list = make("dl", "shares");
    for (const label of LABELS) {
      const share = tag[`p_${label}`];
      const bar = make("i", label);
      bar.style.setProperty("width", `${100 * share}%`);
      const drawn = make("dd", "", bar);
      drawn.setAttribute("aria-hidden", "true");
      list.append(make("div", "", make("dt", "", label), drawn, make("dd", "", share.toFixed(2))));
    }
    return list;
  };
  const words = (tag) => {
    const weighed = tag.words.filter(([, weight]) => weight >= LEAST);
    if (!weighed.length) return [make("p", "said", "No word by itself speaks for this answer.")];
    const list = make("ul", "words");
    for (const [word, weight] of weighed)
      list.append(make("li", "", shown(word), " ", make("i", "", `+${weight.toFixed(2)}`)));
    return [make("p", "said", "Words that weighed most"), list];
  };
  const stance = (tag) => make("article", `stance ${tag.predicted}`,
    make("h2", "", make("b", `badge-letter ${tag.predicted}`, tag.predicted), " toward ", shown(tag.actor)),
    make("p", "said", named(tag)), quoted(tag), shares(tag), ...words(tag));

  const headers = () => (token ? { Authorization: `Bearer ${token}` } : {});
  const locked = () => {
    keyForm.hidden = false;
    if (token) problem.textContent = "This is not the token of this service.";
    token = "";
    key.focus();
  };
  const ask = async (text, actors) => {
    asking?.abort();
    asking = new AbortController();
    const mine = asking;
    go.setAttribute("aria-disabled", "true");
    problem.textContent = "";
    count.textContent = "Asking…";
    try {
      const answer = await fetch("explain", {
        method: "POST", signal: mine.signal, body: JSON.stringify({ text, actors }),
        headers: { "Content-Type": "application/json", ...headers() },
      });
      if (answer.status === 401) { count.textContent = ""; locked(); return; }
      const content = await answer.json();
      if (!answer.ok) throw new Error(content.message);
      const how = make("p", "note", HOW[content.words_by]);
      found.replaceChildren(...content.tags.map(stance), how);
      count.textContent = `${content.tags.length === 1 ? "1 tag" : `${content.tags.length} tags`}, by ${content.classifier}`;
    } catch (error) {
      if (mine.signal.aborted) return;
      found.replaceChildren();
      count.textContent = "";
      problem.textContent = error instanceof TypeError ? "The service cannot be reached." : error.message;
    } finally {
      if (mine === asking) go.removeAttribute("aria-disabled");
    }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const actors = one("#actors").value.split("\n").map((name) => name.trim()).filter(Boolean);
    ask(one("#text").value, actors);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  keyForm.addEventListener("submit", async (event) => {
    event.preventDefault();
    token = key.value.trim();
    const answer = await fetch("version", { headers: headers() });
    if (answer.status === 401) { locked(); return; }
    problem.textContent = key.value = "";
    keyForm.hidden = true;
    one("#text").focus();
  });
  fetch("version").then((answer) => { if (answer.status === 401) locked(); }, () => {});
})();
