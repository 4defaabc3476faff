"""The code that a card shows: it opens the directory and answers, with `transformers` and `torch`.

It makes the very inputs of `ActorTokenizer`, for the one format, length and pooling that the
classifier has.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Template
from typing import Any

from stancelab.export.card.use import FOLDER
from stancelab.features.actor_tokens import ACTOR_MARKERS, SOURCE_MARKER
from stancelab.finetuning.pooling import Pooling

HEAD = "stance_head.safetensors"

_CODE = Template('''\
import torch
from safetensors.torch import load_file
from transformers import AutoModel, AutoTokenizer

folder = "$folder"
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModel.from_pretrained(folder).eval()
head = load_file(f"{folder}/$head")
$names = tokenizer.convert_tokens_to_ids($markers)


def tokens(text):
    return tokenizer(text, add_special_tokens=False, split_special_tokens=True,
                     return_offsets_mapping=True, verbose=False)


def around_mention(text, start, end):
    """Give the tokens before, of and after the mention; one that crosses its edge is cut."""
    found = tokens(text)
    spans = [(high - len(text[low:high].lstrip()), high) for low, high in found.offset_mapping]
    inside = [at for at, (low, high) in enumerate(spans) if low < end and high > start]
    if inside and all(start <= spans[at][0] and spans[at][1] <= end for at in inside):
        ids, first, last = found.input_ids, inside[0], inside[-1] + 1
        return ids[:first], ids[first:last], ids[last:]
    return [tokens(part).input_ids for part in (text[:start], text[start:end], text[end:])]


def stancelab_input(text, actor, start=-1, end=-1$source_given):
    """Give token ids, and 1 on those of the actor; start and end are -1 where it is not named."""
    named = start >= 0
    parts = around_mention(text, start, end) if named else ([], [], tokens(text).input_ids)
    left, mention, right = parts
    beside = $beside
    actors = [int(not named)] * len(beside)
$source    before, between, after = ($pair) if beside else ($single)
    room = max(1, $longest - len(before + between + after + beside)$less)
    mention = mention[:room]  # of a longer text the window around the mention is kept
    spare = room - len(mention)
    kept = min(len(left), max(spare // 2, spare - len(right)))
    left, right = left[len(left) - kept:], right[:spare - kept]
$mark    first = before + left + mention + right + between
    actors = [0] * len(before + left) + [1] * len(mention) + [0] * len(right + between) + actors
    return first + beside + after, actors + [0] * len(after)$types


def probabilities(text, actor, start=-1, end=-1$source_given):
    """Give the probabilities of hostile, neutral and cooperative."""
    made = stancelab_input(text, actor, start, end$source_passed)
    ids, actors$types_too = (torch.tensor([one]) for one in made)
    with torch.inference_mode():
        states = model(input_ids=ids$typed).last_hidden_state[0]
    $summary
    return torch.softmax(head["weight"] @ summary + head["bias"], dim=0).tolist()


text = "Kyiv thanked Warsaw and accused Minsk."
for actor in ("Warsaw", "Minsk"):
    start = text.find(actor)
    found = probabilities(text, actor, start, start + len(actor))
    print(actor, {model.config.id2label[at]: round(one, 3) for at, one in enumerate(found)})
''')

_OF_ACTOR = "states[actors[0] == 1] if actors.any() else states"
_SUMMARIES: Mapping[Pooling, str] = {
    "cls": "summary = states[0]",
    "mean": "summary = states.mean(0)",
    "span": f"summary = ({_OF_ACTOR}).mean(0)",
    "mean_span": f"of_actor = {_OF_ACTOR}\n"
    "    summary = torch.cat([states.mean(0), of_actor.mean(0)])",
}
_MARK = """\
    if named:
        left, right = left + [OPENING], [CLOSING] + right
"""
_SOURCE = Template("""\
    said = [SOURCE] + tokens(source).input_ids[:$most] if source else []
    beside, actors = beside + said, actors + [0] * len(said)
""")


def card_code(described: Mapping[str, Any]) -> str:
    """Write the code for a classifier.

    Parameters
    ----------
    described : mapping
        What the directory's config has under ``stancelab``.
    """
    shown, most = described["input"], described["longest_name"]
    has_markers, has_source = shown["format"] != "pair", bool(shown["source"])
    names = [*(("OPENING", "CLOSING") if has_markers else ()), *(["SOURCE"] if has_source else [])]
    markers = [*(ACTOR_MARKERS if has_markers else ()), *([SOURCE_MARKER] if has_source else [])]
    name = f"tokens(text[start:end] if named else actor).input_ids[:{most}]"
    only_beside = f"[] if named else tokens(actor).input_ids[:{most}]"
    typed = described["typed"]
    found = _CODE.substitute(
        folder=FOLDER,
        head=described["head"],
        names=", ".join(names),
        markers=_quoted(markers),
        source_given=', source=""' if has_source else "",
        source_passed=", source" if has_source else "",
        source=_SOURCE.substitute(most=most) if has_source else "",
        beside=only_beside if shown["format"] == "mark" else name,
        pair=_listed(described["pair"]),
        single=_listed([*described["single"], []]),
        longest=shown["max_tokens"],
        less=" - 2 * named" if has_markers else "",
        mark=_MARK if has_markers else "",
        types=", [0] * len(first) + [1] * len(beside + after)" if typed else "",
        types_too=", types" if typed else "",
        typed=", token_type_ids=types" if typed else "",
        summary=_SUMMARIES[described["pooling"]],
    )
    return found if names else found.replace(" = tokenizer.convert_tokens_to_ids([])\n", "")


def _quoted(markers: list[str]) -> str:
    return "[" + ", ".join(f'"{one}"' for one in markers) + "]"


def _listed(parts: list[list[int]]) -> str:
    return ", ".join(map(str, parts))
