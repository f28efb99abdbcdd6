// What the drawings of all widgets share: their size, axes and numbers in words.
// figure.py puts this text before the widget's own.

const SIDE = 300; // a panel, in units of the drawing
const MARGIN = { left: 58, right: 18, top: 12, bottom: 40 };

function show(value) {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e5)) return plain(Number(value.toPrecision(3)));
  const [digits, power] = value.toExponential(1).split("e");
  const raised = [...String(Number(power))].map((d) => (d === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[d])).join("");
  return plain(`${digits} × 10${raised}`);
}

function plain(value) {
  return String(value).replace("-", "−");
}

const side = (v) => plain(Number(v.toPrecision(3)));
const tick = (x, y, text, anchor) => `<text x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`;

/** Keep a coordinate that lies far outside the drawing within what a browser can draw. */
const near = (v) => Math.max(-1e4, Math.min(1e4, v)).toFixed(2);

/** Return a square panel with named axes; `inside` is clipped to it, `around` is not. */
function panel({ role, label, x, y, inside, around }) {
  const { left, right, top, bottom } = MARGIN;
  return `<svg viewBox="0 0 ${left + SIDE + right} ${SIDE + top + bottom}" role="${role}" aria-label="${label}">
    <g transform="translate(${left},${top})">${around[0] ?? ""}
      <svg class="inside" width="${SIDE}" height="${SIDE}">${inside}</svg>
      <rect class="frame" width="${SIDE}" height="${SIDE}"/>${around[1] ?? ""}
      ${tick(SIDE / 2, SIDE + 34, x, "middle")}
      <text transform="translate(-46,${SIDE / 2}) rotate(-90)" text-anchor="middle">${y}</text>
    </g></svg>`;
}

/** Return the numbers at the corners of a map. */
function corners([left, right, bottom, top]) {
  return (
    tick(0, SIDE + 16, side(left), "middle") + tick(SIDE, SIDE + 16, side(right), "middle") +
    tick(-5, SIDE, side(bottom), "end") + tick(-5, 10, side(top), "end")
  );
}

/** Return how far down the panel a loss is drawn. */
function depth(loss, { axis: [low, high], log }) {
  return (SIDE * (high - (log ? Math.log10(loss) : loss))) / (high - low);
}

/** Return the grid lines and numbers of the loss axis; `surface.axis` holds powers where `log`. */
function levels({ axis: [low, high], log }) {
  const marks = log ? [0, 2, 4, 6, 8, 10].map((i) => low + i) : [low, 0, high];
  return marks
    .map((v) => {
      const y = (SIDE * (high - v)) / (high - low);
      const text = log ? `10<tspan class="power" dy="-5">${plain(v)}</tspan>` : side(v);
      return `<line class="grid" x2="${SIDE}" y1="${y}" y2="${y}"/>${tick(-5, y + 4, text, "end")}`;
    })
    .join("");
}
