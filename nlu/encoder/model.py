"""The encoder in PyTorch, with the weights of a packed file: BERT, mean pooling, unit length.

Source of the architecture: Devlin et al. 2019 (BERT), Wang et al. 2024 (multilingual E5).
"""

import math

import numpy as np
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the name that PyTorch's own texts use

from bot.understanding.packed import BLOCK, Packed, pack

QUERY = "query: "
_MATRICES = ("q", "k", "v", "ao", "fi", "fo")


def tokenizer_of(packed: Packed) -> Tokenizer:
    """Return the unigram tokenizer; characters are to be replaced with ``Words`` before."""
    made = Tokenizer(models.Unigram(packed.pieces, packed.specials[3]))
    made.pre_tokenizer = pre_tokenizers.Metaspace(split=False)
    return made


class Words:
    """Turns texts into padded numbers [texts, longest] and a mask of the same shape."""

    def __init__(self, packed: Packed) -> None:
        self._tokenizer = tokenizer_of(packed)
        self._characters = dict(packed.characters)
        self._begin, self._end, self._pad, _ = packed.specials

    def numbers(self, text: str) -> list[int]:
        """Return the numbers of one text that is read as a query."""
        replaced = (QUERY + text).translate(self._characters)
        single = " ".join(part for part in replaced.split(" ") if part) if "  " in replaced else replaced
        return [self._begin, *self._tokenizer.encode(single).ids[:96], self._end]

    def batch(self, texts: list[str]) -> tuple[Tensor, Tensor]:
        """Return numbers and mask of several texts."""
        rows = [self.numbers(text) for text in texts]
        longest = max(map(len, rows))
        numbers = torch.full((len(rows), longest), self._pad)
        mask = torch.zeros((len(rows), longest), dtype=torch.bool)
        for place, row in enumerate(rows):
            numbers[place, : len(row)] = torch.tensor(row)
            mask[place, : len(row)] = True
        return numbers, mask


class _Rounded(torch.autograd.Function):
    """Weights as they will be after packing; the gradient passes as if nothing was rounded (straight through)."""

    @staticmethod
    def forward(_context: object, weights: Tensor) -> Tensor:
        rows = weights.view(-1, BLOCK)
        farthest = rows.gather(1, rows.abs().argmax(dim=1, keepdim=True))
        scale = (farthest / -8).half().float()
        numbers = torch.clamp(torch.round(rows / torch.where(scale == 0, 1.0, scale)) + 8, 0, 15)
        return ((numbers - 8) * scale).view_as(weights)

    @staticmethod
    def backward(_context: object, gradient: Tensor) -> Tensor:  # type: ignore[override]
        return gradient


class Encoder(nn.Module):
    """Query -> unit vector [texts, hidden]; the table of word pieces is not trained."""

    def __init__(self, packed: Packed, *, rounded: bool = True) -> None:
        super().__init__()
        self.heads, self.layers, self.rounded = packed.heads, packed.layers, rounded
        hidden = packed.hidden
        table = torch.from_numpy(packed.floats("emb.word").reshape(-1, hidden).copy())
        self.register_buffer("table", table, persistent=False)
        place = packed.floats("emb.pos").reshape(-1, hidden) + packed.floats("emb.type")[:hidden]
        self.register_buffer("place", torch.from_numpy(place.copy()), persistent=False)
        self.epsilon = packed.epsilon
        self.parts = nn.ParameterDict()
        for name, entry in packed.tensors.items():
            if name.startswith(("l", "emb.ln")):
                values = torch.from_numpy(packed.floats(name).copy())
                if entry.packed:
                    outputs = packed.inner if ".fi." in name else hidden
                    values = values.view(outputs, -1)
                self.parts[name.replace(".", "_")] = nn.Parameter(values)

    def _part(self, name: str) -> Tensor:
        values = self.parts[name.replace(".", "_")]
        return _Rounded.apply(values) if self.rounded and values.dim() > 1 else values

    def _linear(self, given: Tensor, name: str) -> Tensor:
        return F.linear(given, self._part(f"{name}.w"), self._part(f"{name}.b"))

    def _norm(self, given: Tensor, name: str) -> Tensor:
        weight, bias = self._part(f"{name}.w"), self._part(f"{name}.b")
        return F.layer_norm(given.float(), weight.shape, weight, bias, max(self.epsilon, 1e-12))

    def forward(self, numbers: Tensor, mask: Tensor, dropout: float = 0.0) -> Tensor:
        """Return unit vectors [texts, hidden] for numbers and mask [texts, longest]."""
        state = self._norm(self.table[numbers] + self.place[: numbers.shape[1]], "emb.ln")
        blocked = torch.zeros(mask.shape, dtype=state.dtype).masked_fill(~mask, -1e9)[:, None, None, :]
        for layer in range(self.layers):
            state = self._layer(state, blocked, f"l{layer}", dropout)
        weights = mask[:, :, None].float()
        return F.normalize((state * weights).sum(dim=1) / weights.sum(dim=1), dim=1)

    def _layer(self, state: Tensor, blocked: Tensor, name: str, dropout: float) -> Tensor:
        texts, length, hidden = state.shape
        split = (texts, length, self.heads, hidden // self.heads)
        query, key, value = (self._linear(state, f"{name}.{part}").view(split).transpose(1, 2) for part in "qkv")
        scores = query @ key.transpose(2, 3) / math.sqrt(hidden // self.heads) + blocked
        mixed = (scores.softmax(dim=-1).to(value.dtype) @ value).transpose(1, 2).reshape(texts, length, hidden)
        seen = F.dropout(self._linear(mixed, f"{name}.ao"), dropout, self.training)
        state = self._norm(state + seen, f"{name}.aln")
        inner = F.gelu(self._linear(state, f"{name}.fi"))
        thought = F.dropout(self._linear(inner, f"{name}.fo"), dropout, self.training)
        return self._norm(state + thought, f"{name}.oln")


def trained_parts(encoder: Encoder, packed: Packed) -> dict[str, bytes]:
    """Return the bytes of every tensor that was trained, as they stand in a packed file."""
    found = {}
    for name, entry in packed.tensors.items():
        stored = name.replace(".", "_")
        if stored in encoder.parts:
            values = encoder.parts[stored].detach().numpy().astype(np.float32).reshape(-1)
            found[name] = pack(values) if entry.packed else values.tobytes()
    return found
