// The one colour scale for heat: even steps to the eye, light to dark on paper and dark to light on black.

const STOPS = {
  light: [[236, 230, 218], [250, 214, 141], [243, 164, 79], [216, 100, 57], [162, 47, 52], [94, 20, 38]],
  dark: [[43, 40, 43], [94, 32, 60], [160, 46, 54], [220, 98, 44], [246, 168, 62], [252, 232, 164]],
};
const dark = matchMedia("(prefers-color-scheme: dark)");

export function heatColour(share) {
  const stops = STOPS[dark.matches ? "dark" : "light"];
  const place = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const below = Math.min(stops.length - 2, Math.floor(place));
  const mix = place - below;
  const channel = (i) => Math.round(stops[below][i] + (stops[below + 1][i] - stops[below][i]) * mix);
  return `rgb(${channel(0)} ${channel(1)} ${channel(2)})`;
}

export function shareOf(signal, value) {
  return (value - signal.low) / (signal.high - signal.low || 1);
}

const TWO_WAYS = {
  light: [[29, 86, 138], [150, 185, 212], [233, 230, 224], [226, 176, 132], [160, 76, 22]],
  dark: [[122, 184, 236], [52, 92, 126], [46, 45, 42], [128, 78, 40], [240, 166, 98]],
};

// From below (-1) to above (1), grey in the middle.
export function divergingColour(share) {
  const stops = TWO_WAYS[dark.matches ? "dark" : "light"];
  const place = ((Math.min(1, Math.max(-1, share)) + 1) / 2) * (stops.length - 1);
  const below = Math.min(stops.length - 2, Math.floor(place));
  const mix = place - below;
  const channel = (i) => Math.round(stops[below][i] + (stops[below + 1][i] - stops[below][i]) * mix);
  return `rgb(${channel(0)} ${channel(1)} ${channel(2)})`;
}
