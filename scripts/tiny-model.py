#!/usr/bin/env python3
"""Makes a tiny language model with random weights, and a tokenizer trained on a few words, in the folder that is named.

Nothing is downloaded. What it says means nothing; that a real server says it, token by token, is what it is for:

    python3 -m venv venv && venv/bin/pip install 'transformers[serving]==5.24.0' torch==2.15.0
    venv/bin/python scripts/tiny-model.py tiny
    HF_HUB_OFFLINE=1 venv/bin/transformers serve tiny --device cpu --port 9933
    TINY_URL=http://127.0.0.1:9933/v1 TINY_MODEL=tiny scripts/record-counterparts
"""

import sys

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

WORDS = (
    "the reef lies under the water keep it to port and sound the depth before the tide turns "
    "a sailor asks the keeper of the lighthouse about wind rain and the moon"
).split()
SPECIAL = ["<|end|>", "<|unknown|>", "<|user|>", "<|assistant|>", "<|system|>", "<|developer|>"]
TEMPLATE = (
    "{% for m in messages %}<|{{ m['role'] }}|>{{ m['content'] }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def tokenizer() -> PreTrainedTokenizerFast:
    lines = [" ".join(WORDS[at:] + WORDS[:at]) for at in range(len(WORDS))]
    inner = Tokenizer(models.BPE(unk_token="<|unknown|>"))
    inner.pre_tokenizer = pre_tokenizers.Metaspace()
    inner.decoder = decoders.Metaspace()
    inner.train_from_iterator(lines, trainers.BpeTrainer(vocab_size=200, special_tokens=SPECIAL))
    whole = PreTrainedTokenizerFast(
        tokenizer_object=inner, eos_token="<|end|>", pad_token="<|end|>", unk_token="<|unknown|>"
    )
    whole.chat_template = TEMPLATE
    return whole


def model(words: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    torch.manual_seed(41)
    config = LlamaConfig(
        vocab_size=len(words),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=8192,
        bos_token_id=None,
        eos_token_id=words.eos_token_id,
        pad_token_id=words.pad_token_id,
    )
    made = LlamaForCausalLM(config)
    made.generation_config.do_sample = True
    made.generation_config.max_new_tokens = 40
    made.generation_config.suppress_tokens = [words.convert_tokens_to_ids(token) for token in SPECIAL[1:]]
    return made


def main() -> None:
    (folder,) = sys.argv[1:]
    words = tokenizer()
    words.save_pretrained(folder)
    model(words).save_pretrained(folder)


if __name__ == "__main__":
    main()
