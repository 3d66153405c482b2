"""The encoder in PyTorch, with the weights of a packed file: BERT, mean pooling, unit length.

Source of the architecture: Devlin et al. 2019 (BERT), Wang et al. 2024 (multilingual E5).
"""

import math
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - the name that PyTorch's own texts use

from bot.understanding.packed import BLOCK, Packed
from bot.understanding.pieces import WordPieces


class Words:
    """Turns texts into padded numbers [texts, longest] and a mask of the same shape."""

    def __init__(self, packed: Packed) -> None:
        self._pieces = WordPieces(packed)
        self._pad = packed.specials[2]

    def batch(self, texts: list[str]) -> tuple[Tensor, Tensor]:
        """Return numbers and mask of several texts."""
        rows = [self._pieces.numbers(text) for text in texts]
        longest = max(map(len, rows))
        numbers = torch.full((len(rows), longest), self._pad)
        mask = torch.zeros((len(rows), longest), dtype=torch.bool)
        for place, row in enumerate(rows):
            numbers[place, : len(row)] = torch.tensor(row)
            mask[place, : len(row)] = True
        return numbers, mask


class _Rounded(torch.autograd.Function):
    """Weights rounded to 4 bits as in the package; the gradient passes as if they were not (straight through)."""

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
        return self.of_pieces(self.table[numbers], mask, dropout)

    def of_pieces(self, pieces: Tensor, mask: Tensor, dropout: float = 0.0) -> Tensor:
        """Return unit vectors [texts, hidden] for vectors of word pieces [texts, longest, hidden]."""
        state = self._norm(pieces + self.place[: pieces.shape[1]], "emb.ln")
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


class _Transformer(nn.Module):
    """What becomes ONNX: vectors of word pieces [texts, longest, hidden] and their mask -> unit vectors."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, pieces: Tensor, mask: Tensor) -> Tensor:
        """Return unit vectors [texts, hidden]."""
        return self.encoder.of_pieces(pieces, mask)


def write_onnx(encoder: Encoder, path: Path) -> None:
    """Write the transformer with 8-bit weights, one scale a row.

    Only 7 of the 8 bits are used: on machines without VNNI the sum of two products would overflow otherwise.
    """
    with torch.no_grad():
        for part in encoder.parts.values():
            if encoder.rounded and part.dim() > 1:
                part.copy_(_Rounded.apply(part))
    encoder.eval()
    encoder.rounded = False
    pieces, mask = torch.randn(2, 7, encoder.table.shape[1]), torch.ones((2, 7), dtype=torch.bool)
    axes = {name: {0: "texts", 1: "longest"} for name in ("pieces", "mask")}
    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder) / "exact.onnx"
        torch.onnx.export(
            _Transformer(encoder),
            (pieces, mask),
            str(exact),
            input_names=["pieces", "mask"],
            output_names=["vectors"],
            dynamic_axes={**axes, "vectors": {0: "texts"}},
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(exact, path, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
