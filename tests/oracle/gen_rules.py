"""Random pattern folders and documents over one small alphabet, so that everything meets everything.

RuleSet(random.Random(...)) has .files ({path: YAML}), .terms (of -e), .min_score and .input (a file's bytes, JSONL or
WET).
"""
import json
import re

LETTERS = list("换換骗騙脸臺台") + list("absetA1") + ["ing", "es", "é", "ﬁ", "ａ", "か", "ー", "한", "я", "A.I.", "４"]
SIGNS = ([" ", " ", "-", ".", "'", "\"", "”", "「", "」", "*", "_", "，", "(", ")", "、", "\u3000", "\u00a0", "\t", "\n", "\n\n", "\r\n"]
         + ["\u2029", "\u2028", "。", "!", "; ", ". ", ".) ", "……", "\u200b", "\u00ad", "\ufe0f", "\u0301", "™", "①", "²", "\v", "‐", "·"])
ALIKE = {c: group for group in ("换換", "骗騙", "台臺", "aAａ", "sSſ", "eEｅ", "tTｔ", "1１", "4４", "-‐", " \u00a0") for c in group}
FIELDS = ("title", "head", "lead", "text", "more", "note")  # two titles and two texts: a role may stand twice
FIELD_OPTION = ["--field", "title=title,title=head,lead=lead,text=text,text=more,other=note"]
NAMES = ("red", "green", "blue", "grey", "pink")


class RuleSet:
    def __init__(self, rng):
        self.rng = rng
        self.letters = rng.sample(LETTERS, rng.randrange(2, 7))
        self.signs = [" "] + rng.sample(SIGNS, rng.randrange(1, 7))
        self.strings = []    # of all terms, to plant
        self.names = rng.sample(NAMES, rng.randrange(1, len(NAMES) + 1))
        self.files = {}
        for name in self.names:
            self.files[f"lexicons/{name}.yaml"] = self.lexicon(name)
        self.is_narrow = rng.random() < 0.6  # each rule needs something, so that there is a sieve
        rules = [{"rule": f"rule_{i}", "when": self.rule(), "score": rng.choice([0, 0.5, 1, 1.5, 2, 3])}
                 for i in range(rng.randrange(1, 7))]
        self.files["rules/rules.yaml"] = {"rules": rules}
        if rng.random() < 0.6:
            labels = [{"label": label, "when": self.expression(2)} for label in ("complementary", "hazard")[:rng.randrange(3)]]
            self.files["labels.yaml"] = {"labels": labels + [{"label": "incident"}]}
        self.files = {path: json.dumps(content) for path, content in self.files.items()}
        self.terms = [self.string() for _ in range(rng.choice([0, 0, 0, 1, 2]))]
        self.min_score = rng.choice([0, 0, 0, 0.05, 0.375, 1, 1.5, 3])
        self.is_wet = rng.random() < 0.2
        texts = [{field: self.text() for field in FIELDS if rng.random() < 0.6} for _ in range(30)]
        self.input = b"".join(map(wet_record, texts)) if self.is_wet else "".join(
            json.dumps(text, ensure_ascii=rng.random() < 0.5) + "\n" for text in texts).encode()

    # ---- lexicons ----

    def string(self):
        """A term's text, kept for planting."""
        rng = self.rng
        while True:
            if self.strings and rng.random() < 0.08:  # one that folds like another
                return "".join(rng.choice(ALIKE.get(c, c)) for c in rng.choice(self.strings))
            text = rng.choice(self.letters)
            for _ in range(rng.choice([0, 0, 1, 1, 2, 3])):
                if rng.random() < 0.35:
                    text += rng.choice([" ", "-", rng.choice(self.signs)])
                text += rng.choice(self.letters)
            if not re.search(r"[一-龥]\s+[一-龥]", text):
                self.strings.append(text)
                return text

    def entry(self):
        rng = self.rng
        text = self.string()
        entry = {}
        if rng.random() < 0.25:
            entry["prefix"] = text
            if rng.random() < 0.5:
                entry["up_to"] = rng.randrange(1, 7)
        elif rng.random() < 0.1:
            entry["term"] = text + "*"
        else:
            entry["term"] = text
            if rng.random() < 0.4 and re.search("[a-zA-Zéяﬁａ]$", text) and text not in "eEｅ":
                entry["inflect"] = True
        if rng.random() < 0.2:
            entry["version"] = True
        if rng.random() < 0.1:
            entry["word"] = True
        return entry

    def lexicon(self, name):
        rng = self.rng
        terms = [self.entry() for _ in range(rng.randrange(1, 6))]
        for term in terms:
            if rng.random() < 0.3:
                term["weight"] = rng.choice([0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3])
        terms = unlike(terms)
        lexicon = {"lexicon": name, "terms": {"zh": [t["term"] if list(t) == ["term"] else t for t in terms]}}
        if rng.random() < 0.4:
            lexicon["unless"] = [self.entry() for _ in range(rng.randrange(1, 3))]
            for phrase in lexicon["unless"]:  # one that holds a term
                key = "term" if "term" in phrase else "prefix"
                if rng.random() < 0.7 and not phrase[key].endswith("*"):
                    phrase[key] = rng.choice(self.strings) + rng.choice(["", " ", "-"]) + rng.choice(self.letters)
                    phrase.pop("inflect", None)
                    self.strings.append(phrase[key])
            lexicon["unless"] = unlike(lexicon["unless"])
        return lexicon

    # ---- rules ----

    def leaf(self):
        if self.rng.random() < 0.8:
            return self.rng.choice(self.names)
        text = self.rng.choice(self.strings) if self.rng.random() < 0.5 else self.string()
        if "'" not in text and self.rng.random() < 0.5:
            return f"'{text}'"
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    def leaves(self, least):
        return ", ".join(self.leaf() for _ in range(self.rng.choice([least, least, least + 1, 3])))

    def rule(self):
        if not self.is_narrow:
            return self.expression(3)
        need = self.rng.choice(["{}", "title({})", "count({}) >= 2"]).format(self.leaf())
        sides = [need, self.expression(2)]
        self.rng.shuffle(sides)
        return " and ".join(sides)

    def expression(self, depth):
        rng = self.rng
        inner = lambda: self.expression(depth - 1)  # noqa: E731
        op = rng.choice(["leaf", "near", "near", "sentence", "sentence", "paragraph", "count", "distinct"]
                        + ["and", "or", "not", "title", "lead", "lead", "atleast"] * (depth > 0))
        if op == "leaf":
            return self.leaf()
        if op == "near":
            return f"near({self.leaf()}, {self.leaf()}, {rng.choice([0, 0, 1, 1, 2, 3, 4, 6, 10, 200])})"
        if op in ("sentence", "paragraph"):
            return f"{op}({self.leaves(2)})"
        if op in ("count", "distinct"):
            return f"{op}({self.leaf()}) >= {rng.choice([1, 2, 2, 3, 4, 6])}"
        if op in ("and", "or"):
            return "(" + f" {op} ".join(inner() for _ in range(rng.choice([2, 2, 3]))) + ")"
        if op == "not":
            return "not " + inner()
        if op == "atleast":
            children = [inner() for _ in range(rng.randrange(1, 5))]
            return f"atleast({rng.randrange(1, len(children) + 1)}, {', '.join(children)})"
        return f"{op}({inner()})"

    # ---- documents ----

    def text(self):
        rng = self.rng
        if self.is_narrow and rng.random() < 0.6:  # little that any lexicon knows
            text = "".join(rng.choice(["的", "，", "mm ", "了。", "。\n"]) for _ in range(rng.randrange(20)))
            where = rng.randrange(len(text) + 1)
            return text[:where] + (rng.choice(self.strings) if rng.random() < 0.3 else "") + text[where:]
        pieces = []
        for _ in range(rng.choice([0, 1, 2, 4, 8, 8, 16, 30])):
            kind = rng.random()
            if kind < 0.45:
                pieces.append(rng.choice(self.strings))
                if rng.random() < 0.3:
                    pieces.append(rng.choice(["s", "es", "ed", "ing", "a", "sss", "1", "換"]))
            else:
                pieces.append(rng.choice(self.letters if kind < 0.6 else self.signs))
        if pieces and rng.random() < 0.1:  # about as much as the lead view holds
            pieces.insert(rng.randrange(len(pieces)), rng.choice(["的", "x，"]) * rng.randrange(85, 202))
        text = "".join(pieces)
        return text.swapcase() if rng.random() < 0.1 else text


def unlike(entries):
    """Without those that are written like an earlier one, which the engine refuses."""
    return list({entry["prefix"] + "*" if "prefix" in entry else entry["term"]: entry for entry in entries}.values())


def wet_record(fields):
    block = "\n".join(fields.values()).encode()
    return (f"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://example.org/\r\nContent-Type: text/plain\r\n"
            f"Content-Length: {len(block)}\r\n\r\n").encode() + block + b"\r\n\r\n"
