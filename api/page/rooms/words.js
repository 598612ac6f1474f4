// Units and outcomes in the reader's language.

import { t } from "../js/texts.js";
import { inWords } from "../js/refusals.js";
import { roomNumber } from "./rooms.js";

const UNIT_WORDS = { pieces: "unit_pieces", piece: "unit_piece", day: "day" };
const CODES = { "not-running": "room_not_running", "no-answer": "room_no_answer" };

export const unitText = (symbol) => (symbol === "1" ? "" : symbol.replace(/\b(pieces|piece|day)\b/, (word) => t(UNIT_WORDS[word])));
export const outcome = async ({ code, sentence }) => (code in CODES ? t(CODES[code]) : inWords(sentence));
export const refused = (all) => Promise.all(all.map(async (each) => t("not_done", { number: roomNumber(each.room), sentence: await outcome(each) })));
