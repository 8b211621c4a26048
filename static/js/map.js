// What the map gains from JavaScript. Without it every dot, line and region is a link, and every map a page of its own.
//
// A place that is pointed at, tapped or reached by keyboard lights its lines; its partners are named under the map. The map comes
// nearer by buttons, keys, wheel (with Ctrl, or once the map has the focus, so that the page can be scrolled past it) and two
// fingers. Nothing is fetched: all of it is in the page.
const frame = document.querySelector(".atlas-frame");
if (frame) start(frame);

// On a wide screen the filters stand open beside the map.
const filters = document.querySelector("details.filters");
if (filters && matchMedia("(min-width: 62rem)").matches) filters.open = true;

function start(frame) {
  const sheet = frame.querySelector(".plate");
  const main = sheet.querySelector(".main");
  const sea = frame.querySelector(".atlas-sea"); // on a narrow screen the sheet is wider than it and can be scrolled
  const cut = sheet.parentNode; // as large as the sheet, and stands still while the sheet is moved behind it
  setBeside();
  const says = document.querySelector(".atlas-says");
  const [NEAR, FAR] = [12, 24]; // pixels from a dot within which the mouse, and a finger, mean that dot
  const CLOSEST = 16; // times nearer than the whole

  /** Panels beside the main one (Alaska, Okinawa) stand on a sheet of their own over it, and stay while the main one is moved. */
  function setBeside() {
    const panels = sheet.querySelectorAll(".panel:not(.main)");
    if (!panels.length) return;
    const beside = sheet.cloneNode(false);
    beside.removeAttribute("aria-label");
    beside.classList.add("beside");
    beside.append(...panels);
    cut.append(beside);
  }

  // Places and lines -------------------------------------------------------------------------------------------------

  const dots = [...cut.querySelectorAll(".dots a")];
  const circles = dots.map((dot) => dot.firstElementChild);
  const at = circles.map((circle) => [circle.cx.baseVal.value, circle.cy.baseVal.value]);
  const inset = dots.map((dot) => dot.closest(".panel") !== main);
  const lines = [...cut.querySelectorAll(".lines a")].map((link) => ({ link, ends: link.dataset.e.split(" ").map((id) => +id) }));
  const linesOf = dots.map(() => []);
  for (const line of lines) for (const end of line.ends) linesOf[end].push(line);
  const number = new Map(dots.map((dot) => [dot, +dot.id.slice(1)]));
  const byNumber = dots.reduce((all, dot, i) => { all[number.get(dot)] = i; return all; }, []);
  let lit = -1, pinned = false;

  function light(i) {
    if (i === lit) return;
    for (const found of cut.querySelectorAll(".lit")) found.classList.remove("lit");
    cut.classList.toggle("has-lit", i >= 0);
    lit = i;
    if (i < 0) return;
    dots[i].classList.add("lit");
    for (const { link, ends } of linesOf[number.get(dots[i])]) {
      link.classList.add("lit");
      link.parentNode.append(link); // over the others
      for (const end of ends) dots[byNumber[end]].classList.add("lit");
    }
    tell(i);
  }

  function tell(i) {
    const paragraph = document.createElement("p");
    const place = anchor(dots[i], dots[i].getAttribute("aria-label"));
    place.className = "told";
    paragraph.append(place);
    const ties = new Map(linesOf[number.get(dots[i])].map(({ link }) => [link.getAttribute("href"), link]));
    const named = [...ties.values()].slice(0, 12);
    const list = document.createElement("ul");
    for (const link of named) item(list, anchor(link, link.querySelector("title").textContent));
    if (ties.size > named.length) item(list, says.dataset.more.replace("{number}", ties.size - named.length));
    if (dots[i].dataset.x) item(list, says.dataset.unplaced.replace("{number}", dots[i].dataset.x));
    says.replaceChildren(paragraph, list);
    says.scrollTop = 0;
  }

  function anchor(link, text) {
    return Object.assign(document.createElement("a"), { href: link.getAttribute("href"), textContent: text });
  }

  function item(list, content) {
    const entry = document.createElement("li");
    entry.append(content);
    list.append(entry);
  }

  /** The dot nearest to a point of the screen, within some pixels; -1 for none. */
  function nearest(clientX, clientY, reach) {
    let best = -1, least = reach ** 2;
    const matrices = new Map([...cut.querySelectorAll(".panel")].map((panel) => [panel, panel.getScreenCTM().inverse()]));
    dots.forEach((dot, i) => {
      const matrix = matrices.get(inset[i] ? dot.closest(".panel") : main);
      const x = clientX * matrix.a + matrix.e, y = clientY * matrix.d + matrix.f;
      const distance = ((at[i][0] - x) ** 2 + (at[i][1] - y) ** 2) / matrix.a ** 2;
      if (distance < least) [best, least] = [i, distance];
    });
    return best;
  }

  // The view ---------------------------------------------------------------------------------------------------------

  const whole = { x: main.x.baseVal.value, y: main.y.baseVal.value, width: main.width.baseVal.value, height: main.height.baseVal.value };
  const ratio = whole.height / whole.width;
  const box = main.viewBox.baseVal;
  const home = { x: box.x, y: box.y, width: box.width };
  let view = { ...home }; // where the map is
  let drawn = view; // where it was drawn last
  let moving = false; // under a finger or the wheel

  /** Where sheet and frame are on the screen. Asked once for a movement: the browser lays out all lines before it answers. */
  let measured;
  const measures = () => measured ??= { sheet: cut.getBoundingClientRect(), seen: sea.getBoundingClientRect() };
  const forget = () => { measured = undefined; };
  for (const change of ["scroll", "resize", "pointerdown", "keydown"]) addEventListener(change, forget, { capture: true, passive: true });

  /** Where the part of the sheet begins and ends that is in sight, as shares of its width. */
  function inSight() {
    const { sheet, seen: { left, right } } = measures();
    return [Math.max(0, (left - sheet.left) / sheet.width), Math.min(1, (right - sheet.left) / sheet.width)];
  }

  function show(x, y, width) {
    width = Math.min(whole.width, Math.max(whole.width / CLOSEST, width));
    const height = width * ratio, [from, to] = inSight();
    x = Math.min(Math.max(x, whole.x - from * width), whole.x + whole.width - to * width);
    if (width === whole.width && x !== whole.x) { // what is in sight stays in sight
      sea.scrollLeft += (x - whole.x) / width * cut.clientWidth;
      x = whole.x;
    }
    y = Math.min(Math.max(y, whole.y), whole.y + whole.height - height);
    if (x === view.x && y === view.y && width === view.width) return false;
    view = { x, y, width };
    cut.classList.toggle("near", width < whole.width);
    cut.classList.toggle("moved", x !== home.x || y !== home.y || width !== home.width);
    if (moving) follow();
    else draw();
    clearTimeout(resting);
    resting = setTimeout(rest, 150);
    return true;
  }

  /** While it moves, the picture is moved as it is and no line drawn again: so 500 ties follow a finger on a phone. */
  function follow() {
    const { width, height } = measures().sheet, nearer = drawn.width / view.width;
    const across = (drawn.x - view.x) / view.width * width, down = (drawn.y - view.y) / view.width / ratio * height;
    sheet.style.transform = `translate(${across}px, ${down}px) scale(${nearer})`;
  }

  /** Draws the map where it is. */
  function draw() {
    moving = false;
    if (drawn === view) return;
    drawn = view;
    main.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.width * ratio}`);
    sheet.style.transform = "";
  }

  let resting;

  /** What is done once the map stands still: for each step of a movement it would be too much. */
  function rest() {
    forget();
    draw();
    main.style.setProperty("--z", whole.width / view.width); // a style of every dot and name
    name();
  }

  /** Nearer by a factor, with one point of the map left where it is: by default the middle. */
  function zoom(factor, clientX, clientY) {
    const { left, top, width, height } = measures().sheet, [from, to] = inSight();
    const acrossShare = clientX === undefined ? (from + to) / 2 : (clientX - left) / width;
    const downShare = clientY === undefined ? 0.5 : (clientY - top) / height;
    const next = Math.min(whole.width, Math.max(whole.width / CLOSEST, view.width / factor));
    return show(view.x + (view.width - next) * acrossShare, view.y + (view.width - next) * ratio * downShare, next);
  }

  const pan = (across, down) => show(view.x + across * view.width, view.y + down * view.width * ratio, view.width);

  function act(what) {
    moving = false;
    if (what === "in") zoom(1.6);
    else if (what === "out") zoom(1 / 1.6);
    else show(whole.x, whole.y, whole.width);
  }

  // Names ------------------------------------------------------------------------------------------------------------

  const names = main.querySelector(".names");

  /** The names that find room where the map is now, the most tied places first; the same rule as for the first picture. */
  function name() {
    for (const old of names.querySelectorAll(".own")) old.remove();
    if (!cut.classList.contains("moved")) return;
    const letters = parseFloat(getComputedStyle(sheet).getPropertyValue("--letters")) * 11 * view.width / whole.width;
    const taken = [...names.querySelectorAll(".region")].map((text) => text.getBBox()).map((b) => [b.x, b.y, b.x + b.width, b.y + b.height]);
    const found = [];
    for (let i = 0; i < dots.length && found.length < 60; i++) {
      const [x, y] = at[i];
      if (inset[i] || x < view.x || x > view.x + view.width || y < view.y || y > view.y + view.width * ratio) continue;
      const length = [...dots[i].dataset.n].reduce((sum, letter) => sum + (letter > "\u2e80" ? 1 : 0.56), 0) * letters;
      const gap = 0.7 * letters;
      for (const [anchor, dx, from] of [["start", gap, x + gap], ["end", -gap, x - gap - length]]) {
        const place = [from, y - 0.5 * letters, from + length, y + 0.6 * letters];
        if (place[0] < view.x || place[2] > view.x + view.width || taken.some((other) => place[0] < other[2] && other[0] < place[2] && place[1] < other[3] && other[1] < place[3])) continue;
        taken.push(place);
        found.push([dots[i].dataset.n, x + dx, y + 0.36 * letters, anchor]);
        break;
      }
    }
    names.append(...found.map(([content, x, y, anchor]) => {
      const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
      for (const [key, value] of Object.entries({ x, y, class: "own", "text-anchor": anchor })) text.setAttribute(key, value);
      text.textContent = content;
      return text;
    }));
  }

  // Pointers ---------------------------------------------------------------------------------------------------------

  const fingers = new Map();
  let dragged = false, pointer = "mouse", asked = 0;

  cut.addEventListener("dragstart", (event) => event.preventDefault());
  cut.addEventListener("pointerdown", (event) => {
    pointer = event.pointerType;
    if (!fingers.size) dragged = false;
    if (event.button === 0) fingers.set(event.pointerId, [event.clientX, event.clientY]);
  });
  cut.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (before) return drag(event, before);
    if (event.pointerType !== "mouse" || pinned) return;
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(() => point(event.clientX, event.clientY));
  });
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, (event) => { if (fingers.delete(event.pointerId) && !fingers.size) draw(); });
  cut.addEventListener("pointerleave", () => { if (!pinned && !frame.contains(document.activeElement)) dim(); });

  function point(clientX, clientY) {
    const i = nearest(clientX, clientY, NEAR);
    cut.classList.toggle("at-dot", i >= 0);
    if (i >= 0) light(i);
  }

  /** The lines go back to what they were; what was told stays, so that it can be read and followed. */
  function dim() {
    light(-1);
    pinned = false;
  }

  function drag(event, [beforeX, beforeY]) {
    const { width, height } = measures().sheet;
    moving = true;
    if (fingers.size === 2) {
      const [otherX, otherY] = [...fingers].find(([id]) => id !== event.pointerId)[1];
      const spread = Math.hypot(event.clientX - otherX, event.clientY - otherY) / Math.hypot(beforeX - otherX, beforeY - otherY);
      zoom(spread || 1, (event.clientX + otherX) / 2, (event.clientY + otherY) / 2);
      pan((beforeX - event.clientX) / width / 2, (beforeY - event.clientY) / height / 2);
      dragged = true;
    } else if (cut.classList.contains("near")) {
      if (!dragged && Math.hypot(event.clientX - beforeX, event.clientY - beforeY) < 5) return;
      if (!dragged) cut.setPointerCapture(event.pointerId);
      dragged = true;
      pan((beforeX - event.clientX) / width, (beforeY - event.clientY) / height);
    }
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
  }

  cut.addEventListener("click", (event) => {
    if (dragged) return event.preventDefault();
    if (event.detail === 0) return; // by keyboard: the link with the focus is followed
    const touch = pointer !== "mouse";
    const i = nearest(event.clientX, event.clientY, touch ? FAR : NEAR);
    if (i < 0) return dim();
    const again = pinned && i === lit;
    if (touch && !again) {
      event.preventDefault();
      light(i);
      pinned = true;
    } else if (!dots[i].contains(event.target) && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      location.assign(dots[i].getAttribute("href"));
    }
  });

  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !frame.contains(document.activeElement)) return;
    moving = true;
    if (zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.002) * (event.ctrlKey ? 3 : 1)), event.clientX, event.clientY)) event.preventDefault();
  }, { passive: false });

  // Keys -------------------------------------------------------------------------------------------------------------

  // One stop for Tab on the map itself, one among the regions, one among the places: the arrows lead from there to the next.
  const groups = [[...cut.querySelectorAll(".regions a")], dots].filter((group) => group.length);
  for (const group of groups) group.forEach((link, i) => link.setAttribute("tabindex", i || sheet.classList.contains("plate-world") && group !== dots ? -1 : 0));
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", sheet.getAttribute("aria-label"));
  says.id = "says";
  frame.setAttribute("aria-describedby", "says");

  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const arrow = ARROWS[event.key];
    if (event.key === "+" || event.key === "=") act("in");
    else if (event.key === "-") act("out");
    else if (event.key === "0") act("all");
    else if (event.key === "Escape") { dim(); frame.focus(); }
    else if (arrow && event.target.closest(".regions, .dots")) step(event.target.closest("a"), arrow);
    else if (arrow && event.target === frame) {
      moving = false;
      if (!pan(arrow[0] / 6, arrow[1] / 6)) sea.scrollBy({ left: arrow[0] * sea.clientWidth / 6 });
    }
    else return;
    event.preventDefault();
  });

  /** From a place or region to the next one in a direction: near, and not far off to the side. */
  function step(from, [right, down]) {
    const group = groups.find((links) => links.includes(from));
    const middle = (link) => { const { left, top, width, height } = link.getBoundingClientRect(); return [left + width / 2, top + height / 2]; };
    const [x, y] = middle(from);
    let best = null, least = Infinity;
    for (const link of group) {
      const [otherX, otherY] = middle(link);
      const ahead = (otherX - x) * right + (otherY - y) * down, aside = Math.abs((otherX - x) * down) + Math.abs((otherY - y) * right);
      if (link !== from && ahead > 0.5 && ahead + 2.5 * aside < least) [best, least] = [link, ahead + 2.5 * aside];
    }
    best?.focus();
  }

  frame.addEventListener("focusin", ({ target }) => {
    const group = groups.find((links) => links.includes(target));
    if (group) for (const link of group) if (link !== target && link.tabIndex === 0) link.setAttribute("tabindex", -1);
    if (group && !(group !== dots && sheet.classList.contains("plate-world"))) target.setAttribute("tabindex", 0);
    const i = dots.indexOf(target);
    if (i < 0) return;
    if (pointer === "mouse" || !pinned) light(i);
    const [x, y] = at[i];
    if (!inset[i] && (x < view.x || y < view.y || x > view.x + view.width || y > view.y + view.width * ratio)) {
      moving = false;
      show(x - view.width / 2, y - view.width * ratio / 2, view.width);
    }
  });
  frame.addEventListener("focusout", ({ relatedTarget }) => { if (!frame.contains(relatedTarget) && relatedTarget) light(-1); });

  const tools = frame.querySelector(".atlas-tools");
  tools.hidden = false;
  tools.addEventListener("click", (event) => { const button = event.target.closest("button"); if (button) act(button.dataset.zoom); });
}
