// A figure with controls. Every outcome comes from Python, see explore.py: nothing is computed
// here but which one to show. look.js stands before this text.

const DASHES = ["", "7 3", "7 3 2 3", "2 3"];

/** Return which frame a choice is: the last control changes fastest. */
export function frameOf(controls, index) {
  return controls.reduce((at, { values }, i) => at * values.length + index[i], 0);
}

/** Return the path of a line; null is a gap. */
export function line({ x, y }) {
  let [path, gap] = ["", true];
  x.forEach((across, i) => {
    if (across === null || y[i] === null) return (gap = true);
    path += `${gap ? "M" : "L"}${near(across / 10)},${near(y[i] / 10)}`;
    gap = false;
  });
  return path;
}

/** Return the outline of a band, over the points that have both edges. */
export function band({ x, low, high }) {
  if (!low) return "";
  const whole = x.map((_, i) => i).filter((i) => [x, low, high].every((edge) => edge[i] !== null));
  if (!whole.length) return "";
  const side = (edge, order) => order.map((i) => `${near(x[i] / 10)},${near(edge[i] / 10)}`).join("L");
  return `M${side(high, whole)}L${side(low, whole.toReversed())}Z`;
}

/** Return the marks of dots: each series has its own shape. */
function dots({ x, y }, number) {
  const shapes = ["m-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0", "m-3.5,-3.5h7v7h-7z", "m0,-4.5l4.5,8h-9z", "m0,-5l5,5l-5,5l-5,-5z"];
  return x
    .map((across, i) => (across === null || y[i] === null ? "" : `M${near(across / 10)},${near(y[i] / 10)}${shapes[number % 4]}`))
    .join("");
}

/** Return the outlines of bars, which stand on the foot of the panel. */
function bars({ left, right, y }) {
  return y
    .map((top, i) => (top === null ? "" : `M${near(left[i] / 10)},${SIDE}V${near(top / 10)}H${near(right[i] / 10)}V${SIDE}Z`))
    .join("");
}

function draw(curve, [number, style]) {
  const color = `var(--color-${number % 7})`;
  if (style === "dots") return `<path d="${dots(curve, number)}" fill="${color}"/>`;
  if (style === "bars") return `<path d="${bars(curve)}" fill="${color}" fill-opacity="0.55" stroke="${color}"/>`;
  return `<path d="${band(curve)}" fill="${color}" fill-opacity="0.2"/>
    <path d="${line(curve)}" fill="none" stroke="${color}" stroke-width="2" stroke-dasharray="${DASHES[number % 4]}"/>`;
}

function axis(ticks, across) {
  return ticks
    .map(([place, value, power]) => {
      const text = power ? `10<tspan class="power" dy="-5">${plain(value)}</tspan>` : side(value);
      const at = across ? SIDE * place : SIDE * (1 - place);
      return across
        ? `<line class="grid" x1="${at}" x2="${at}" y2="${SIDE}"/>${tick(at, SIDE + 16, text, "middle")}`
        : `<line class="grid" x2="${SIDE}" y1="${at}" y2="${at}"/>${tick(-5, at + 4, text, "end")}`;
    })
    .join("");
}

function swatch([number, style]) {
  const color = `var(--color-${number % 7})`;
  if (style === "line")
    return `<path d="M0,5h32" stroke="${color}" stroke-width="2.5" stroke-dasharray="${DASHES[number % 4]}"/>`;
  return `<path d="${dots({ x: [160], y: [50] }, style === "dots" ? number : 1)}" fill="${color}"/>`;
}

const escaped = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

function control({ name, kind, values }, group) {
  const title = escaped(name);
  if (kind === "slider")
    return `<label>${title}: <b class="value"></b>
      <input type="range" min="0" max="${values.length - 1}" step="1" aria-label="${title}"/></label>`;
  if (kind === "box") return `<label class="box"><input type="checkbox"/> ${title}</label>`;
  const options = values.map(
    (value) => `<label><input type="radio" name="${group}"/> ${escaped(typeof value === "number" ? show(value) : value)}</label>`,
  );
  return `<fieldset><legend>${title}</legend>${options.join("")}</fieldset>`;
}

function render({ model, el }) {
  const { controls, series, panels, frames } = model.get("data");
  const group = `gd-${crypto.getRandomValues(new Uint32Array(1))[0]}-`;
  const box = document.createElement("div");
  box.className = "gd-widget gd-explore";
  box.innerHTML = `
    <div class="controls">${controls.map((c, i) => `<div>${control(c, group + i)}</div>`).join("")}</div>
    ${panels
      .map(
        ({ x, y, curves }) => `<div class="panel">${panel({
          role: "img",
          label: escaped(`${y.name} against ${x.name}: ${curves.map(([n]) => series[n]).join(", ")}`),
          x: escaped(x.name),
          y: escaped(y.name),
          inside: `<g class="curves"></g>`,
          around: [axis(x.ticks, true) + axis(y.ticks, false), ""],
        })}<p class="legend">${curves
          .map((c) => `<span><svg viewBox="0 0 32 10" aria-hidden="true">${swatch(c)}</svg>${escaped(series[c[0]])}</span>`)
          .join(" ")}</p></div>`,
      )
      .join("")}
    <p class="words" aria-live="polite"></p>`;
  el.append(box);
  const parts = [...box.querySelectorAll(".controls > div")].map((part) => [...part.querySelectorAll("input")]);
  const groups = [...box.querySelectorAll(".curves")];
  // Without this JupyterLab keeps the keys to itself.
  for (const part of parts.flat()) part.dataset.lmSuppressShortcuts = "true";

  function update() {
    const index = model.get("index");
    const { curves, words } = frames[frameOf(controls, index)];
    groups.forEach((group, k) => {
      group.innerHTML = curves[k].map((curve, i) => draw(curve, panels[k].curves[i])).join("");
    });
    controls.forEach(({ kind, values }, i) => {
      const [first] = parts[i];
      if (kind === "slider") {
        first.value = index[i];
        first.previousElementSibling.textContent = show(values[index[i]]);
        first.setAttribute("aria-valuetext", show(values[index[i]]));
      } else if (kind === "box") first.checked = values[index[i]];
      else parts[i].forEach((part, j) => (part.checked = j === index[i]));
    });
    box.querySelector(".words").textContent = words;
  }

  function choose(i, value) {
    model.set("index", model.get("index").map((old, j) => (j === i ? value : old)));
    model.save_changes();
  }
  controls.forEach(({ kind }, i) => {
    const [first] = parts[i];
    if (kind === "slider") first.addEventListener("input", () => choose(i, Number(first.value)));
    else if (kind === "box") first.addEventListener("change", () => choose(i, Number(first.checked)));
    else parts[i].forEach((part, j) => part.addEventListener("change", () => choose(i, j)));
  });
  model.on("change:index", update);
  update();
  return () => model.off("change:index", update);
}

export default { render };
