// Who the reader is to the plant, and what the page therefore offers.

import { get } from "./ask.js";

let me = { name: "", role: "observer", truth: false, commands: [] };

export async function loadMe() {
  me = await get("me");
}

export const role = () => me.role;
export const userName = () => me.name;
export const may = (command) => me.commands.includes(command);
export const seesTruth = () => me.truth;
