// The address bar holds the view, so that a link can be sent; a change of page is a step that "back" undoes.

export const kept = (name) => new URLSearchParams(location.search).get(name);

function changed(values) {
  const parameters = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(values)) {
    if (value === null) parameters.delete(name);
    else parameters.set(name, value);
  }
  return parameters;
}

export function keep(values, step = false) {
  const parameters = changed(values);
  const address = parameters.size ? `?${parameters}` : location.pathname;
  if (step) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  // The other language shows the same view.
  const link = document.querySelector("a.language");
  if (!link) return;
  parameters.set("lang", link.hreflang);
  link.href = `?${parameters}`;
}

export const linkTo = (values) => `?${changed(values)}`;
