// The address bar holds the view, so that a link can be sent.

export const kept = (name) => new URLSearchParams(location.search).get(name);

export function keep(values) {
  const parameters = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(values)) {
    if (value === null) parameters.delete(name);
    else parameters.set(name, value);
  }
  history.replaceState(null, "", parameters.size ? `?${parameters}` : location.pathname);
  // The other language shows the same view.
  const link = document.querySelector("a.language");
  if (!link) return;
  parameters.set("lang", link.hreflang);
  link.href = `?${parameters}`;
}
