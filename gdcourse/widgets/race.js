// Rules that descend side by side. The paths come from Python, see race.py: nothing is computed
// here but where to draw them. look.js stands before this text.

const DASHES = ["", "7 3", "7 3 2 3", "2 3"];
const SECONDS = 8; // that a whole race takes

/** Return where a run is after t recorded steps: the index of its last point, and is it still there? */
export function reach({ path, gone }, t) {
  const lost = gone !== null && t >= gone;
  return { last: Math.min(t, path.length / 2 - 1), lost };
}

/** Say in words how a race stands, the lowest loss first. */
export function describe(name, { runs, log }, rules, t, every) {
  const step = t * every;
  const when = step ? `After ${step} step${step > 1 ? "s" : ""} on ${name}` : `At the start on ${name}`;
  if (!rules.length) return `${when}: no rule is chosen.`;
  const stands = rules.map((rule) => {
    const { last, lost } = reach(runs[rule], t);
    const [x, y] = runs[rule].path.slice(2 * last, 2 * last + 2);
    const off = Math.min(x, y) < 0 || Math.max(x, y) > 10 * SIDE;
    return { rule, lost, off, loss: lost ? Infinity : runs[rule].loss[last] };
  });
  stands.sort((a, b) => a.loss - b.loss);
  const say = ({ rule, lost, off, loss }) =>
    rule + (lost ? ": no longer a number" : ` ${show(loss)}${off ? " (off the map)" : ""}`);
  const listed = stands.length > 6 ? stands.slice(0, 5) : stands;
  const rest = stands.length - listed.length;
  const end = log ? "" : " This surface has no lowest point.";
  return `${when} the loss is: ${listed.map(say).join("; ")}${rest ? `; ${rest} others higher` : ""}.${end}`;
}

function render({ model, el }) {
  const { rules: names, steps, every, surfaces } = model.get("data");
  const style = (i) => `stroke="var(--color-${i % 7})" stroke-dasharray="${DASHES[i % 4]}"`;
  const box = document.createElement("div");
  box.className = "gd-widget gd-race";
  box.innerHTML = `
    <label>Surface <select>${Object.keys(surfaces).map((name) => `<option>${name}</option>`).join("")}</select></label>
    <fieldset><legend>Rules, each with its learning rate on this surface</legend>${names
      .map(
        (name, i) => `<label><input type="checkbox" value="${name}"/>
          <svg viewBox="0 0 32 8" aria-hidden="true"><path d="M0,4h32" stroke-width="2.5" ${style(i)}/></svg>
          <span>${name} <small></small></span></label>`,
      )
      .join("")}</fieldset>
    <div class="map"></div><div class="curve"></div>
    <div class="controls"><button type="button">Play</button>
      <label>Step: <b class="value"></b>
        <input type="range" min="0" max="${steps}" step="1" aria-label="Step"/></label></div>
    <p class="words" aria-live="polite"></p>`;
  el.append(box);
  const find = (selector) => box.querySelector(selector);
  const [select, play, slider] = ["select", "button", "input[type=range]"].map(find);
  const boxes = [...box.querySelectorAll("input[type=checkbox]")];
  // Without this JupyterLab keeps the keys to itself.
  for (const part of [select, play, slider, ...boxes]) part.dataset.lmSuppressShortcuts = "true";
  let timer = null;

  function drawSurface() {
    const surface = surfaces[model.get("surface")];
    const [left, right, bottom, top] = surface.box;
    const goals = surface.minima.map(([x, y]) => {
      const at = [(SIDE * (x - left)) / (right - left), (SIDE * (top - y)) / (top - bottom)];
      return `M${at.map(near)}m-5,-5l10,10m0,-10l-10,10`;
    });
    find(".map").innerHTML = panel({
      role: "img",
      label: "Contour map of the loss with the paths of the chosen rules",
      x: "x",
      y: "y",
      inside: `<path class="contours" d="${surface.contours}"/><path class="goal" d="${goals.join("")}"/>
        <g class="paths"></g>`,
      around: ["", corners(surface.box)],
    });
    find(".curve").innerHTML = panel({
      role: "img",
      label: "Curves of the loss at every step",
      x: "step",
      y: "loss",
      inside: `<g class="paths"></g>`,
      around: [levels(surface), tick(0, SIDE + 16, 0, "middle") + tick(SIDE, SIDE + 16, steps * every, "middle")],
    });
    for (const part of boxes) {
      const { rate } = surface.runs[part.value];
      part.parentElement.querySelector("small").textContent = rate === null ? "" : show(Number(rate.toPrecision(2)));
    }
    select.value = model.get("surface");
    draw();
  }

  function draw() {
    const name = model.get("surface");
    const [surface, t, shown] = [surfaces[name], model.get("step"), model.get("rules")];
    const [map, curve] = [[], []];
    names.forEach((rule, i) => {
      if (!shown.includes(rule)) return;
      const run = surface.runs[rule];
      const { last, lost } = reach(run, t);
      const points = [];
      for (let k = 0; k <= last; k++) points.push([run.path[2 * k] / 10, run.path[2 * k + 1] / 10]);
      const heights = run.loss.slice(0, last + 1).map((f, k) => [(SIDE * k) / steps, near(depth(f, surface))]);
      if (!lost && t > last) heights.push([(SIDE * t) / steps, heights.at(-1)[1]]); // at rest
      for (const [group, line] of [[map, points], [curve, heights]]) {
        const [x, y] = line.at(-1);
        const head = lost ? "" : `<circle class="head" cx="${x}" cy="${y}" r="5" fill="var(--color-${i % 7})"/>`;
        group.push(`<path d="M${line.join("L")}" fill="none" stroke-width="2" ${style(i)}/>${head}`);
      }
    });
    find(".map .paths").innerHTML = map.join("");
    find(".curve .paths").innerHTML = curve.join("");
    boxes.forEach((part) => (part.checked = shown.includes(part.value)));
    slider.value = t;
    find(".value").textContent = `${t * every} of ${steps * every}`;
    slider.setAttribute("aria-valuetext", find(".value").textContent);
    // A screen reader is told how the race stands when it stands, not forty times a second.
    if (!timer) find(".words").textContent = describe(name, surface, names.filter((n) => shown.includes(n)), t, every);
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
    model.save_changes();
    draw();
  }
  function start() {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const stride = calm ? Math.ceil(steps / 10) : Math.max(1, Math.round(steps / (30 * SECONDS)));
    if (model.get("step") >= steps) model.set("step", 0);
    play.textContent = "Pause";
    timer = setInterval(() => {
      model.set("step", Math.min(steps, model.get("step") + stride));
      if (model.get("step") >= steps) stop();
    }, (1000 * SECONDS * stride) / steps);
  }
  function choose(key, value) {
    model.set(key, value);
    model.save_changes();
  }

  play.addEventListener("click", () => (timer ? stop() : start()));
  slider.addEventListener("input", () => {
    if (timer) stop();
    choose("step", Number(slider.value));
  });
  select.addEventListener("change", () => choose("surface", select.value));
  for (const part of boxes)
    part.addEventListener("change", () => choose("rules", boxes.filter((b) => b.checked).map((b) => b.value)));
  const calls = { surface: drawSurface, rules: draw, step: draw };
  for (const [key, call] of Object.entries(calls)) model.on(`change:${key}`, call);
  drawSurface();
  return () => {
    clearInterval(timer);
    for (const [key, call] of Object.entries(calls)) model.off(`change:${key}`, call);
  };
}

export default { render };
