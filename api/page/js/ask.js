// Questions to the server; a refusal carries the server's own sentence.

import { inWords } from "./refusals.js";

export class Refusal extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

async function answer(response) {
  if (response.status === 204) return null;
  const content = await response.json();
  if (!response.ok) throw new Refusal(await inWords(content.detail ?? response.statusText), response.status);
  return content;
}

export async function get(path, parameters = {}) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== undefined));
  return answer(await fetch(`/api/v1/${path}${query.size ? `?${query}` : ""}`));
}

export async function post(path, content) {
  const headers = { "content-type": "application/json" };
  return answer(await fetch(`/api/v1/${path}`, { method: "POST", headers, body: JSON.stringify(content) }));
}
