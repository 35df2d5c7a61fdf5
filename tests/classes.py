#!/usr/bin/python3
"""classes.py TOCSIN DATA WORDS: docs/han-classes.md, to standard output: which classes of Han characters join
characters that are words of their own, what needs the join, and what it costs on DATA/headlines. WORDS is jieba's
dict.txt; the classes are the oracle's."""
import gzip
import json
import subprocess
import sys
import tempfile
import textwrap
from collections import Counter, defaultdict
from functools import lru_cache
from itertools import combinations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "oracle"))
import icu  # noqa: E402
import oracle  # noqa: E402

CONVERTERS = ("s2t", "s2tw", "s2hk")
SHOWN = 6


@lru_cache(None)
def encodes(char, charset):
    """Whether a script's character set has the character: GB 2312 for Simplified, level 1 of Big5 for Traditional."""
    try:
        code = char.encode(charset)
    except UnicodeEncodeError:
        return False
    return charset != "big5" or code[0] < 0xC7


def convert(config, lines):
    text = "".join(line + "\n" for line in lines)
    done = subprocess.run(["opencc", "-c", config], input=text, text=True, check=True, stdout=subprocess.PIPE).stdout
    converted = done.split("\n")[:-1]
    if len(converted) != len(lines):
        sys.exit(f"classes: opencc -c {config} made {len(converted)} lines of {len(lines)}")
    return converted


def titles(path, column):
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        names = next(file).rstrip("\n").split("\t")
        for line in file:
            yield line.rstrip("\n").split("\t", len(names) - 1)[names.index(column)]


def is_word(text):
    return 2 <= len(text) <= 4 and all(map(oracle.is_han, text))


def word_list(path):
    """Simplified words of two to four characters: jieba's and the keys of OpenCC's STPhrases."""
    with open(path, encoding="utf-8") as file:
        words = {line.split(" ")[0] for line in file}
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder, "phrases")
        subprocess.run(["opencc_dict", "-f", "ocd2", "-t", "text",
                        "-i", oracle.OPENCC_FOLDER + "/STPhrases.ocd2", "-o", text],
                       check=True, stdout=subprocess.DEVNULL)
        words.update(line.split("\t")[0] for line in text.read_text(encoding="utf-8").split("\n"))
    return sorted(word for word in words if is_word(word) and all(encodes(char, "gb2312") for char in word))


class Classes:
    """The components of a set of edges."""

    def __init__(self, edges):
        self.root = oracle.components(edges)
        self.members = defaultdict(set)
        for char, root in self.root.items():
            self.members[root].add(char)

    def fold(self, text):
        return "".join(self.root.get(char, char) for char in text)

    def of(self, char):
        return self.root.get(char, char)

    def ambiguous(self, charset):
        """The members of classes that have two or more characters of the charset, by class."""
        own = {root: sorted(c for c in members if encodes(c, charset)) for root, members in self.members.items()}
        return {root: chars for root, chars in own.items() if len(chars) > 1}


def false_matches(classes, roots, words, texts):
    """Counter of (class, word, text): where a word, as a term, is found in texts at other characters."""
    risky = {char for root in roots for char in classes.members[root]}
    by_fold = defaultdict(list)
    for word in words:
        if any(char in risky for char in word):
            by_fold[classes.fold(word)].append(word)
    found = Counter()
    for text in texts:
        places = {start for i, char in enumerate(text) if char in risky for start in range(max(0, i - 3), i + 1)}
        for start in places:
            for end in range(start + 2, min(start + 4, len(text)) + 1):
                gram = text[start:end]
                for word in by_fold.get(classes.fold(gram), ()):
                    for a, b in zip(word, gram):
                        if a != b and classes.of(a) in roots:
                            found[classes.of(a), word, gram] += 1
                            break
    return found


def merged_pairs(classes, roots, words):
    """Counter of pairs of words that fold together, by the class of the first character in which they differ."""
    by_fold = defaultdict(list)
    for word in words:
        by_fold[classes.fold(word)].append(word)
    pairs = Counter()
    for group in by_fold.values():
        for a, b in combinations(group, 2):
            root = next(classes.of(x) for x, y in zip(a, b) if x != y)
            pairs[root] += root in roots
    return pairs


def by_class(found):
    table = defaultdict(list)
    for (root, word, text), count in found.most_common():
        table[root].append((count, word, text))
    return table


def exceptions():
    """(cut or join, A, B, reason) as they stand in the file."""
    with open(oracle.HAN_EXCEPTIONS, encoding="utf-8") as lines:
        return [tuple(line.rstrip("\n").split("\t")) for line in lines if line.strip() and not line.startswith("#")]


class Evidence:
    """Which Traditional character stands for which Simplified one, and in which word (the most frequent)."""

    def __init__(self, words, converted, weight):
        self.word = {}
        best = Counter()
        for config in CONVERTERS:
            for word, other in zip(words, converted[config]):
                if len(word) != len(other):
                    continue
                for pair in zip(word, other):
                    if pair not in self.word or weight[word] > best[pair]:
                        self.word[pair], best[pair] = (word, other), weight[word]

    def path(self, start, goal, members):
        """Pairs (word, other) that lead from one member to another, or None."""
        came = {start: None}
        queue = [start]
        while queue and goal not in came:
            here = queue.pop(0)
            for there in sorted(members - set(came)):
                for pair in ((here, there), (there, here)):
                    if pair in self.word and there not in came:
                        came[there] = (here, self.word[pair])
                        queue.append(there)
        if goal not in came:
            return None
        steps = []
        while came[goal]:
            goal, step = came[goal]
            steps.insert(0, step)
        return steps


PINYIN = icu.Transliterator.createInstance("Han-Latin")


def reading(chars):
    return ", ".join(f"{char} {PINYIN.transliterate(char)}" for char in chars)


def say(text):
    """A paragraph."""
    print(textwrap.fill(" ".join(text.split()), 118, break_long_words=False, break_on_hyphens=False) + "\n")


def cell(items):
    shown = ", ".join(items[:SHOWN])
    return shown + (" ..." if len(items) > SHOWN else "")


def of_a_class(rows):
    """(how many false matches, the most frequent as text)."""
    return sum(count for count, _, _ in rows), cell([f"{word} at {text} {count}" for count, word, text in rows])


# ---- the terms of patterns/ ----

def hits(tocsin, texts, extra=()):
    """By title, a Counter of (lexicon, term, text of the hit)."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "titles.jsonl")
        with open(source, "w", encoding="utf-8") as file:
            for number, text in enumerate(texts):
                file.write(json.dumps({"id": str(number), "title": text}, ensure_ascii=False) + "\n")
        output = subprocess.run([tocsin, "scan", "-q", "--emit", "hits", *extra, source], check=True,
                                capture_output=True).stdout.decode()
    return {int(line["id"]): Counter((hit["lexicon"], hit["term"], hit["text"]) for hit in line["hits"])
            for line in map(json.loads, output.split("\n")[:-1])}


def terms_only(found):
    return {number: Counter({key: sum(n for hit, n in counter.items() if hit[:2] == key)
                             for key in {hit[:2] for hit in counter}}) for number, counter in found.items()}


def other_words(found):
    """Hits at text that is another word than the term in Simplified: Counter of (term, text)."""
    pairs = Counter()
    for counter in found.values():
        for (_, term, text), count in counter.items():
            pairs[term, text] += count
    keys = sorted(pairs)
    han = [["".join(filter(oracle.is_han, key[side])) for key in keys] for side in (0, 1)]
    plain = [convert("t2s", side) for side in han]
    return Counter({key: pairs[key] for key, term, text in zip(keys, *plain) if term != text})


def print_terms(tocsin, files, converted):
    print("## Terms of `patterns/`\n")
    say("""Every title and item of the Chinese files, in its own script and converted by OpenCC. *Other words*: hits at
        text that `opencc -c t2s` writes otherwise than the term, that is, hits owed to a class alone.""")
    print("| text | hits | other words | found here only | found in the original only |")
    print("| --- | --- | --- | --- | --- |")
    original = None
    for name, texts in [("as written", files), *converted.items()]:
        found = hits(tocsin, texts)
        other = other_words(found)
        count = sum(sum(counter.values()) for counter in found.values())
        listed = ", ".join(f"{term} at {text} {n}" for (term, text), n in other.most_common(SHOWN))
        terms = terms_only(found)
        if original is None:
            original, more, less = terms, "", ""
        else:
            keys = set(terms) | set(original)
            none = Counter()
            gains, losses = Counter(), Counter()
            for key in keys:
                gains += terms.get(key, none) - original.get(key, none)
                losses += original.get(key, none) - terms.get(key, none)
            more, less = (f"{sum(c.values())}" + (": " + cell([f"{k[1]} {n}" for k, n in c.most_common()]) if c else "")
                          for c in (gains, losses))
        print(f"| {name} | {count} | {sum(other.values())}{': ' + listed if listed else ''} | {more} | {less} |")
    print()


# ---- the classes ----

def print_simplified(classes, words, texts, evidence):
    """Returns what has neither a word that needs it nor a reviewed reason."""
    reasons = {frozenset((a, b)): reason for kind, a, b, reason in exceptions() if kind == "join"}
    ambiguous = classes.ambiguous("gb2312")
    frequency = Counter(char for text in texts for char in text)
    found = by_class(false_matches(classes, set(ambiguous), words, texts))
    merged = merged_pairs(classes, set(ambiguous), words)
    undecided = []
    print("## Classes that join what Simplified text tells apart\n")
    say(f"""{len(ambiguous)} of {len(classes.members)} classes have two or more characters of GB 2312. The figure behind
        a character: how often the titles have it. *Pairs*: of words of the list that fold together. *False matches*:
        how
        often a word of the list, as a term, is found in the titles at other characters; most are spellings of one word.
        *Needed*: words that OpenCC writes so in Traditional.""")
    print("| class | readings | pairs | false matches | needed | verdict |\n| --- | --- | --- | --- | --- | --- |")
    for root, chars in sorted(ambiguous.items(), key=lambda item: -sum(row[0] for row in found[item[0]])):
        members = classes.members[root]
        steps, verdict = [], []
        for char in chars[1:]:
            path = evidence.path(chars[0], char, members)
            kept = [reason for pair, reason in reasons.items() if pair <= members and pair & {chars[0], char}]
            if path is not None:
                steps += [step for step in path if step not in steps and step[0] != step[1]]
            elif kept:
                verdict += [reason for reason in kept if reason not in verdict]
            else:
                undecided.append(chars[0] + char)
        count, pairs = of_a_class(found[root])
        needed = cell([f"{word} {other}" for word, other in steps])
        met = ", ".join(f"{char} {frequency[char]}" for char in chars)
        print(f"| {''.join(sorted(members))}: {met} | {reading(chars)} | {merged[root]} | "
              f"{count}{': ' + pairs if pairs else ''} | {needed} | "
              f"kept{': ' + '; '.join(verdict) if verdict else ''} |")
    print()
    return undecided


def print_traditional(classes, words, texts, evidence):
    ambiguous = {root: chars for root, chars in classes.ambiguous("big5").items()}
    found = by_class(false_matches(classes, set(ambiguous), words, texts))
    merged = merged_pairs(classes, set(ambiguous), sorted(set(words)))

    def names(roots):
        return " ".join("".join(sorted(classes.members[root])) for root in sorted(roots) if root not in found) + "."

    forced, free = [], []
    for root, chars in ambiguous.items():
        members = classes.members[root]
        if all(evidence.path(chars[0], char, members) is not None for char in chars[1:]):
            forced.append(root)
        else:
            free.append(root)
    print("## Classes that join what Traditional text tells apart\n")
    say(f"""{len(ambiguous)} classes have two or more characters of Big5's level 1. Of {len(forced)} of them all such
        characters are written alike in Simplified words of the list, or stand for one another in Traditional ones: a
        term must find them all in either script, so none can be cut. The other {len(free)} hold characters that no word
        of the list needs. False matches: the list and the titles, both by `opencc -c s2tw`.""")
    print("| class | written alike | pairs | false matches |\n| --- | --- | --- | --- |")
    for root in sorted(filter(found.get, forced), key=lambda r: -sum(row[0] for row in found[r])):
        chars = ambiguous[root]
        steps = []
        for char in chars[1:]:
            path = evidence.path(chars[0], char, classes.members[root])
            steps += [step for step in path if step not in steps and step[0] != step[1]]
        count, pairs = of_a_class(found[root])
        print(f"| {''.join(sorted(classes.members[root]))} | {cell([f'{w} {o}' for w, o in steps])} | {merged[root]} | "
              f"{count}{': ' + pairs if pairs else ''} |")
    print()
    say("No false match in the rest of these: " + names(forced))
    print("Without such a word:\n\n| class | in Big5 | pairs | false matches |\n| --- | --- | --- | --- |")
    for root in sorted(filter(found.get, free), key=lambda r: -sum(row[0] for row in found[r])):
        count, pairs = of_a_class(found[root])
        print(f"| {''.join(sorted(classes.members[root]))} | {reading(ambiguous[root])} | {merged[root]} | "
              f"{count}: {pairs} |")
    print()
    say("No false match in the rest of these, which are forms of one word each: " + names(free))


def lost_words(classes, words, converted):
    """By pair of characters, the words that OpenCC writes with a character of another class."""
    lost = defaultdict(set)
    for config in CONVERTERS:
        for word, other in zip(words, converted[config]):
            pairs = [(a, b) for a, b in zip(word, other) if classes.of(a) != classes.of(b)]
            if len(word) == len(other) and pairs:
                lost["".join(pairs[0])].add((word, other))
    return lost


def print_lost(classes, edges, words, converted, texts):
    print("## What the fold does not join\n")
    say("""Words of the list that OpenCC's Traditional has with a character of another class: a Simplified term does not
        find these spellings. The last column is what joining the two characters would cost in the titles.""")
    print("| characters | words | false matches if joined |\n| --- | --- | --- |")
    for pair, examples in sorted(lost_words(classes, words, converted).items(), key=lambda item: -len(item[1])):
        joined = Classes(edges | {frozenset(pair)})
        root = joined.of(pair[0])
        count, pairs = of_a_class(by_class(false_matches(joined, {root}, words, texts))[root])
        print(f"| {pair} | {len(examples)}: {cell([f'{w} {o}' for w, o in sorted(examples)][:3])} | "
              f"{count}{': ' + pairs if pairs else ''} |")
    print()


def print_exceptions(all_edges, words, converted, texts):
    classes = Classes(all_edges)
    lost = sum(map(len, lost_words(classes, words, converted).values()))
    print("## Exceptions\n")
    say("""What each line of `engine/match/han-exceptions.tsv` does, the others staying as they are: words of the list
        whose Traditional spelling by OpenCC is found (join) or lost (cut), and false matches in the titles that it adds
        or avoids. A join that finds none keeps an edge of a source for spellings that OpenCC's phrases do not have.""")
    print("| line | words | false matches | reason |\n| --- | --- | --- | --- |")
    for kind, a, b, reason in exceptions():
        edge = {frozenset((a, b))}
        other = Classes(all_edges | edge if kind == "cut" else all_edges - edge)
        words_lost = sum(map(len, lost_words(other, words, converted).values())) - lost
        costs = [sum(false_matches(c, {c.of(a), c.of(b)}, words, texts).values()) for c in (classes, other)]
        print(f"| {kind} {a} {b} | {abs(words_lost)} {'lost' if kind == 'cut' else 'found'} | "
              f"{abs(costs[1] - costs[0])} {'avoided' if kind == 'cut' else 'added'} | {reason} |")
    print()


def main():
    tocsin, headlines = sys.argv[1], Path(sys.argv[2], "headlines")
    words = word_list(sys.argv[3])
    texts = list(titles(headlines / "ordinary-zh-Hans.tsv.gz", "title"))
    files = [*texts, *titles(headlines / "ai-product-news-zh.tsv", "text"),
             *titles(headlines / "labelled.tsv", "title")]
    edges = oracle.han_edges()
    classes = Classes(edges)
    converted = {config: convert(config, words) for config in CONVERTERS}
    text_of_titles = "\n".join(texts)
    weight = Counter()
    for start in range(len(text_of_titles)):
        for length in (2, 3, 4):
            weight[text_of_titles[start:start + length]] += 1
    evidence = Evidence(words, converted, weight)
    traditional = convert("s2tw", texts)

    print("# Classes of Han characters\n")
    say(f"""Written by `TOCSIN_DATA=DIR WORDS=dict.txt make classes`; not by hand. The classes are those of
        [matching.md](matching.md), 2.4, as the oracle derives them; `dict.txt` is jieba's (0.42.1; Debian:
        python3-jieba), the titles are the {len(texts):,} ordinary ones of justjavac/weibo-trending-hot-search, the
        items those of justlovemaki/Hextra-AI-Insight-Daily.""")
    sizes = Counter(len(members) for members in classes.members.values())
    members = ", ".join(f"{size}: {count}" for size, count in sorted(sizes.items()))
    say(f"""{len(classes.members)} classes; members: {members}. The word list:
        {len(words)} Simplified words of two to four characters (jieba and OpenCC's STPhrases).""")
    print_terms(tocsin, files, {f"by {config}": convert(config, files) for config in CONVERTERS})
    undecided = print_simplified(classes, words, texts, evidence)
    print_exceptions(edges, words, converted, texts)
    print_lost(classes, edges, words, converted, texts)
    print_traditional(classes, convert("s2tw", words), traditional, evidence)
    if undecided:  # the page is not replaced
        sys.exit("classes: no word needs these, and no line of han-exceptions.tsv keeps or cuts them: " +
                 " ".join(undecided))


main()
