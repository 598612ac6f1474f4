// What the server refuses it says in English; here its sentences are said in the reader's language.

import { language } from "./texts.js";

let knownSentences = null;

// States stand together as in "Ended or Aborted".
const saidIn = (words, part) => words[part] ?? (part.split(" or ").every((word) => word in words) ? part.split(" or ").map((word) => words[word]).join(" o ") : part);

// A sentence that is not known stays as it is: better in English than not at all.
export async function inWords(sentence) {
  if (language === "en") return sentence;
  knownSentences ??= fetch(new URL("../refusals.json", import.meta.url)).then((answer) => answer.json());
  const { words, sentences } = (await knownSentences.catch(() => ({})))[language] ?? { words: {}, sentences: [] };
  for (const [pattern, said] of sentences) {
    const found = sentence.match(new RegExp(pattern));
    if (found) return said.replace(/\$(\d)/g, (_, place) => saidIn(words, found[place]));
  }
  return sentence;
}
