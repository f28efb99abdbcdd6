// Plain gradient descent on a polynomial surface, under the reader's hand.
// All numbers about the surface come from Python; see descent.py. look.js stands before this text.

const NOTCHES = 200; // of the slider, for a factor of ten

/** Return the loss and its gradient: [f, df/dx, df/dy] at (x, y). */
export function evaluate({ center, terms }, [x, y]) {
  const u = x - center[0];
  const v = y - center[1];
  let [f, fx, fy] = [0, 0, 0];
  for (const [i, j, c] of terms) {
    f += c * u ** i * v ** j;
    if (i) fx += c * i * u ** (i - 1) * v ** j;
    if (j) fy += c * j * u ** i * v ** (j - 1);
  }
  return [f, fx, fy];
}

/** Return the points and losses of x <- x - lr * gradient, the start included. */
export function descend(surface, lr, start, steps) {
  const path = [];
  const loss = [];
  let [x, y] = start;
  for (let t = 0; t <= steps; t++) {
    const [f, fx, fy] = evaluate(surface, [x, y]);
    path.push([x, y]);
    loss.push(f);
    [x, y] = [x - lr * fx, y - lr * fy];
  }
  return { path, loss };
}

/** Say in words what a descent did. */
export function describe(surface, lr, { path, loss }) {
  const share = lr / surface.largest;
  const last = loss.at(-1);
  const [x, y] = path[0].map((value) => plain(value.toFixed(2)));
  const fell = last < loss[0];
  const end = Number.isFinite(last) ? `from ${show(loss[0])} to ${show(last)}` : "beyond all numbers";
  const verb = fell ? "falls" : last === loss[0] ? "stays, " : "grows";
  let why = "";
  if (!surface.minimum) why = fell ? "This surface has no lowest point." : "";
  else if (surface.quadratic) {
    if (!fell && share > 1) why = "It diverges: the learning rate is above 2/L.";
    else if (share > 1) why = "The rate is above 2/L, yet the steepest direction has not shown it so far.";
    else if (share === 1) why = "At 2/L exactly, it jumps from side to side for ever.";
    else if (share > 0.5) why = "Each step jumps across the steepest direction, and lands lower.";
    else if (loss[0] > 0) why = "No step jumps across the valley.";
  } else if (!fell) why = "It diverges from this start.";
  else if (share > 1) why = "It has not settled: at the minimum the rate is above 2/L.";
  return `After ${loss.length - 1} steps from (${x}, ${y}) the loss ${verb} ${end}. ${why}`.trim();
}

function render({ model, el }) {
  const surface = model.get("surface");
  const [left, right, bottom, top] = surface.box;
  const notch = (lr) => NOTCHES * Math.log10(lr / surface.largest);
  const [lowest, highest] = [-2.5 * NOTCHES, 0.25 * NOTCHES];
  const name = surface.quadratic ? "2/L" : "2/L at the minimum";
  const at = -lowest / (highest - lowest);
  const px = ([x, y]) => [
    (SIDE * (x - left)) / (right - left),
    (SIDE * (top - y)) / (top - bottom),
  ];
  const goal = surface.minimum ? px(surface.minimum) : [-99, -99];
  const box = document.createElement("div");
  box.className = "gd-widget";
  box.innerHTML = `
    <label>Learning rate: <b class="value"></b>
      <input type="range" min="${lowest}" max="${highest}" step="1" aria-label="Learning rate"/>
      <span class="limit" aria-hidden="true"><span>▲ 2/L</span></span></label>
    ${panel({
      role: "group",
      label: "Contour map of the loss with the path of gradient descent",
      x: "x",
      y: "y",
      inside: `<rect class="sheet" width="${SIDE}" height="${SIDE}"/>
        <path class="contours" d="${surface.contours}"/>
        <path class="goal" d="M${goal}m-5,-5l10,10m0,-10l-10,10"/>
        <path class="line"/><path class="dots"/>
        <g class="handle" tabindex="0" role="slider" aria-roledescription="movable point"
          aria-label="Start point; move it with the arrow keys" aria-valuemin="${left}"
          aria-valuemax="${right}"><circle class="touch" r="22"/><circle class="dot" r="8"/></g>`,
      around: ["", corners(surface.box)],
    })}
    ${panel({
      role: "img",
      label: "Curve of the loss at every step",
      x: "step",
      y: "loss",
      inside: `<path class="line"/>`,
      around: [
        levels(surface),
        tick(0, SIDE + 16, 0, "middle") +
          `<text class="steps" x="${SIDE}" y="${SIDE + 16}" text-anchor="middle"></text>`,
      ],
    })}
    <p class="words" aria-live="polite"></p>`;
  el.append(box);
  const find = (selector) => box.querySelector(selector);
  const [map, curve] = box.querySelectorAll("svg.inside");
  const [slider, handle] = [find("input"), find(".handle")];
  // Without this JupyterLab keeps the arrow keys to itself.
  for (const part of [slider, handle]) part.dataset.lmSuppressShortcuts = "true";
  find(".limit span").style.left = `calc(${100 * at}% + ${8 - 16 * at}px)`;
  if (!surface.minimum) find(".limit").remove();

  function draw() {
    const [lr, start, steps] = ["lr", "start", "steps"].map((key) => model.get(key));
    const result = descend(surface, lr, start, steps);
    const points = result.path.filter((p) => p.every(Number.isFinite)).map((p) => px(p).map(near));
    map.querySelector(".line").setAttribute("d", `M${points.join("L")}`);
    map.querySelector(".dots").setAttribute("d", points.map((p) => `M${p}h0`).join(""));
    const heights = result.loss.map((f, t) => [((SIDE * t) / steps).toFixed(2), near(depth(f, surface))]);
    const drawn = heights.filter(([, y]) => y !== "NaN");
    curve.querySelector(".line").setAttribute("d", `M${drawn.join("L")}`);
    find(".steps").textContent = steps;

    const share = (lr / surface.largest).toPrecision(3);
    slider.value = Math.round(notch(lr));
    find(".value").textContent = surface.minimum ? `${show(lr)} = ${share} × ${name}` : show(lr);
    slider.setAttribute("aria-valuetext", find(".value").textContent);
    handle.setAttribute("transform", `translate(${px(start)})`);
    handle.setAttribute("aria-valuenow", start[0]);
    handle.setAttribute("aria-valuetext", `x ${start[0].toFixed(2)}, y ${start[1].toFixed(2)}`);
    find(".words").textContent = describe(surface, lr, result);
  }

  function choose(key, value) {
    model.set(key, value);
    model.save_changes();
  }
  const clip = (v, a, b) => Math.min(b, Math.max(a, v));
  const place = (x, y) => choose("start", [clip(x, left, right), clip(y, bottom, top)]);
  function follow(event) {
    const { x, y, width, height } = find(".sheet").getBoundingClientRect();
    const across = (event.clientX - x) / width;
    const down = (event.clientY - y) / height;
    place(left + across * (right - left), top - down * (top - bottom));
  }

  slider.addEventListener("input", () => choose("lr", surface.largest * 10 ** (slider.value / NOTCHES)));
  handle.addEventListener("pointerdown", (event) => handle.setPointerCapture(event.pointerId));
  handle.addEventListener("pointermove", (event) => {
    if (handle.hasPointerCapture(event.pointerId)) follow(event);
  });
  map.addEventListener("click", follow);
  handle.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!way) return;
    event.preventDefault();
    const stride = (event.shiftKey ? 0.005 : 0.025) * (right - left);
    const [x, y] = model.get("start");
    place(x + way[0] * stride, y + way[1] * stride);
  });
  for (const key of ["lr", "start", "steps"]) model.on(`change:${key}`, draw);
  draw();
  return () => ["lr", "start", "steps"].forEach((key) => model.off(`change:${key}`, draw));
}

export default { render };
