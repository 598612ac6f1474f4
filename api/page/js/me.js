// Who the reader is to the plant, and what the page therefore offers.

let me = { name: "", role: "observer", truth: false, commands: [] };

export function know(reader) {
  me = reader;
}

export const role = () => me.role;
export const userName = () => me.name;
export const may = (command) => me.commands.includes(command);
export const seesTruth = () => me.truth;
