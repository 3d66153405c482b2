"""Trains the encoder on what people write to Lotse, so that messages with one meaning come to lie together.

All layers are trained, the table of word pieces is not. The loss is cross-entropy over labels on a normalised head
(temperature .05, label smoothing .05) plus 0.3 times the supervised contrastive loss (Khosla et al. 2020); weights stay
rounded to 4 bits, as the package has them, in every step (straight-through, Bengio et al. 2013); what is written has 8.
The learning rate falls with the time that was given, so that a slow machine ends with an orderly model too.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from model import Encoder, Words, write_onnx
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the name that PyTorch's own texts use
from typing_as_people import as_typed

from bot.understanding.encoder import packed_weights
from bot.understanding.packed import read_packed

BATCH = 64
RATE, WARM_UP, DECAY = 6e-5, 0.06, 0.01
TEMPERATURE, SMOOTHING, CONTRASTIVE, DROPOUT = 0.05, 0.05, 0.3, 0.1
SEED = 20261122
SHOW_EVERY = 25


@dataclass(frozen=True, slots=True)
class Example:
    """What somebody writes in a language, and what it means."""

    text: str
    language: str
    label: str


def read_examples(path: Path) -> list[Example]:
    """Read JSON lines with text, lang and label."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [Example(row["text"], row["lang"], row["label"]) for row in rows]


def batches(examples: list[Example], chance: random.Random) -> Iterator[list[Example]]:
    """Yield batches of texts of similar length for ever; each example comes once a round."""
    while True:
        order = sorted(examples, key=lambda example: len(example.text) * chance.uniform(0.8, 1.25))
        groups = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        chance.shuffle(groups)
        yield from groups


class Head(nn.Module):
    """A direction for each label; scores are cosines divided by the temperature."""

    def __init__(self, directions: Tensor) -> None:
        super().__init__()
        self.directions = nn.Parameter(directions)

    def forward(self, vectors: Tensor) -> Tensor:
        """Return scores [texts, labels] of unit vectors [texts, hidden]."""
        return vectors @ F.normalize(self.directions, dim=1).T / TEMPERATURE


def contrastive(vectors: Tensor, labels: Tensor) -> Tensor:
    """Return the supervised contrastive loss of unit vectors [texts, hidden]."""
    scores = vectors @ vectors.T / TEMPERATURE
    itself = torch.eye(len(labels), dtype=torch.bool)
    scores = scores.masked_fill(itself, -1e4)
    friends = (labels[:, None] == labels[None, :]) & ~itself
    shares = scores - scores.logsumexp(dim=1, keepdim=True)
    having = friends.any(dim=1)
    means = (shares * friends).sum(dim=1)[having] / friends.sum(dim=1)[having]
    return -means.mean() if having.any() else scores.new_zeros(())


def first_directions(encoder: Encoder, words: Words, examples: list[Example], labels: list[str]) -> Tensor:
    """Return the mean vector of some examples of each label [labels, hidden], without what all have in common."""
    chance = random.Random(SEED)
    rows = []
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        for label in labels:
            own = [example.text for example in examples if example.label == label]
            rows.append(encoder(*words.batch(chance.sample(own, min(32, len(own))))).float().mean(dim=0))
    means = torch.stack(rows)
    return F.normalize(means - means.mean(dim=0), dim=1)


def train(encoder: Encoder, words: Words, examples: list[Example], seconds: float) -> None:
    """Train for so many seconds; shows how it goes on standard error."""
    labels = sorted({example.label for example in examples})
    number = {label: place for place, label in enumerate(labels)}
    encoder.train()
    head = Head(first_directions(encoder, words, examples, labels))
    matrices = [part for part in encoder.parameters() if part.dim() > 1]
    others = [part for part in encoder.parameters() if part.dim() == 1]
    groups = [
        {"params": matrices, "weight_decay": DECAY, "share": 1.0},
        {"params": others, "weight_decay": 0.0, "share": 1.0},
        {"params": head.parameters(), "weight_decay": 0.0, "share": 20.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.98))
    greetings: dict[str, list[str]] = {}
    for example in examples:
        if example.label == "greet":
            greetings.setdefault(example.language, []).append(example.text)
    chance, begun, seen, average = random.Random(SEED), time.monotonic(), 0, 0.0
    for step, group in enumerate(batches(examples, chance), start=1):
        done = (time.monotonic() - begun) / seconds
        if done >= 1:
            break
        for part in optimiser.param_groups:
            part["lr"] = RATE * part["share"] * min(done / WARM_UP, 1.0) * (1 - done)
        texts = [as_typed(each.text, greetings.get(each.language, []), chance) for each in group]
        wanted = torch.tensor([number[each.label] for each in group])
        with torch.autocast("cpu", dtype=torch.bfloat16):
            vectors = encoder(*words.batch(texts), DROPOUT)
        vectors = vectors.float()
        loss = F.cross_entropy(head(vectors), wanted, label_smoothing=SMOOTHING)
        loss = loss + CONTRASTIVE * contrastive(vectors, wanted)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimiser.step()
        seen += len(group)
        average += (loss.item() - average) / min(step, 50)
        if step % SHOW_EVERY == 0:
            print(f"{done:4.0%}  {seen / len(examples):5.2f} rounds  loss {average:.3f}", file=sys.stderr, flush=True)


def main() -> None:
    """Read the examples, train, write the encoder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("examples", type=Path, help="JSON lines with text, lang, label (see lotse examples)")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("encoder.onnx"))
    parser.add_argument("--minutes", type=float, default=40.0)
    parser.add_argument("--threads", type=int, default=1, help="more than there are real cores makes it slower")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.manual_seed(SEED)
    packed = read_packed(packed_weights())
    encoder, words = Encoder(packed), Words(packed)
    train(encoder, words, read_examples(given.examples), given.minutes * 60)
    write_onnx(encoder, given.out)
    print(f"{given.out}: {given.out.stat().st_size} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
