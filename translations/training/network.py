"""The network: a small character transformer, laid out so that every weight has its place in a CTranslate2 model.

Pre-norm, 3 encoder and 2 decoder layers, width 192: 2.1 million parameters, 3 MB as int8. `train` fits it, `export`
writes its weights out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

PAD_ID, UNKNOWN_ID, START_ID, END_ID = 0, 1, 2, 3
POSITIONS = 512  # exported whole: a runaway output of CTranslate2's 256 steps must still find its position


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a network; kept in the checkpoint, so that export builds the same one."""

    source_symbols: int
    target_symbols: int
    width: int = 192
    inner: int = 512
    heads: int = 4
    encoder_layers: int = 3
    decoder_layers: int = 2
    dropout: float = 0.1


def positions(width: int, count: int = POSITIONS) -> Tensor:
    """Sinusoidal position encodings, `count` rows of `width` (Vaswani and others 2017)."""
    rates = torch.exp(torch.arange(0, width, 2) * (-math.log(10000.0) / width))
    angles = torch.arange(count).unsqueeze(1) * rates
    table = torch.zeros(count, width)
    table[:, 0::2], table[:, 1::2] = torch.sin(angles), torch.cos(angles)
    return table


class Attention(nn.Module):  # type: ignore[misc]  # torch is not installed where types are checked
    """Multi-head attention over itself or, with a memory, over the encoder's output."""

    def __init__(self, shape: Shape, *, over_memory: bool) -> None:
        super().__init__()
        self.heads, self.over_memory = shape.heads, over_memory
        self.norm = nn.LayerNorm(shape.width)
        if over_memory:
            self.query = nn.Linear(shape.width, shape.width)
            self.key_value = nn.Linear(shape.width, 2 * shape.width)
        else:
            self.query_key_value = nn.Linear(shape.width, 3 * shape.width)
        self.out = nn.Linear(shape.width, shape.width)

    def forward(self, x: Tensor, memory: Tensor | None, mask: Tensor | None, *, causal: bool) -> Tensor:
        """The residual update of x, [batch, length, width]; mask is True where attention may look."""
        normed = self.norm(x)
        if memory is not None:
            query = self.query(normed)
            key, value = self.key_value(memory).chunk(2, dim=-1)
        else:
            query, key, value = self.query_key_value(normed).chunk(3, dim=-1)
        query, key, value = (self._split(part) for part in (query, key, value))
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask, is_causal=causal)
        return self.out(mixed.transpose(1, 2).reshape(x.shape))

    def _split(self, part: Tensor) -> Tensor:
        batch, length, width = part.shape
        return part.view(batch, length, self.heads, width // self.heads).transpose(1, 2)


class PooledDropout(nn.Module):  # type: ignore[misc]  # torch is not installed where types are checked
    """Dropout whose masks are slices of one large pool drawn once: on a processor, drawing is what takes the time."""

    def __init__(self, share: float, pool: int = 1 << 23) -> None:
        super().__init__()
        self.register_buffer("pool", (torch.rand(pool) >= share).float() / (1 - share), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """X with a share of its values at zero while training; x itself otherwise."""
        size = x.numel()
        if not self.training or size >= len(self.pool):
            return x
        begin = int(torch.randint(len(self.pool) - size, ()))
        return x * self.pool[begin : begin + size].view(x.shape)


class FeedForward(nn.Module):  # type: ignore[misc]  # torch is not installed where types are checked
    """The two-layer perceptron of a transformer layer."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(shape.width)
        self.inner = nn.Linear(shape.width, shape.inner)
        self.outer = nn.Linear(shape.inner, shape.width)

    def forward(self, x: Tensor) -> Tensor:
        """The residual update of x."""
        return self.outer(functional.relu(self.inner(self.norm(x))))


class Network(nn.Module):  # type: ignore[misc]  # torch is not installed where types are checked
    """Encoder and decoder; `forward` gives the logits of every next target symbol."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.source_embedding = nn.Embedding(shape.source_symbols, shape.width, padding_idx=PAD_ID)
        self.target_embedding = nn.Embedding(shape.target_symbols, shape.width, padding_idx=PAD_ID)
        self.encoder = nn.ModuleList(
            nn.ModuleList([Attention(shape, over_memory=False), FeedForward(shape)])
            for _ in range(shape.encoder_layers)
        )
        self.decoder = nn.ModuleList(
            nn.ModuleList([Attention(shape, over_memory=False), Attention(shape, over_memory=True), FeedForward(shape)])
            for _ in range(shape.decoder_layers)
        )
        self.encoder_norm = nn.LayerNorm(shape.width)
        self.decoder_norm = nn.LayerNorm(shape.width)
        self.projection = nn.Linear(shape.width, shape.target_symbols)
        self.dropout = PooledDropout(shape.dropout)
        self.register_buffer("positions", positions(shape.width), persistent=False)
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.xavier_uniform_(parameter)
        for embedding in (self.source_embedding, self.target_embedding):
            nn.init.normal_(embedding.weight, std=shape.width**-0.5)

    def encode(self, source: Tensor) -> tuple[Tensor, Tensor]:
        """Source ids [batch, length] to the encoder's output and the mask of its real symbols."""
        mask = (source != PAD_ID)[:, None, None, :]
        x = self._embed(self.source_embedding, source)
        for attention, feed_forward in self.encoder:
            x = x + self.dropout(attention(x, None, mask, causal=False))
            x = x + self.dropout(feed_forward(x))
        return self.encoder_norm(x), mask

    def decode(self, target: Tensor, memory: Tensor, mask: Tensor) -> Tensor:
        """Target ids [batch, length] to logits [batch, length, target_symbols]."""
        x = self._embed(self.target_embedding, target)
        for attention, over_memory, feed_forward in self.decoder:
            x = x + self.dropout(attention(x, None, None, causal=True))
            x = x + self.dropout(over_memory(x, memory, mask, causal=False))
            x = x + self.dropout(feed_forward(x))
        return self.projection(self.decoder_norm(x))

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """Logits for a batch with the targets given (teacher forcing)."""
        return self.decode(target, *self.encode(source))

    def _embed(self, embedding: nn.Embedding, ids: Tensor) -> Tensor:
        scaled = embedding(ids) * math.sqrt(self.shape.width)
        return self.dropout(scaled + self.positions[: ids.shape[1]])
