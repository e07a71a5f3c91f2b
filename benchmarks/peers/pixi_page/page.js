// PixiJS: one ParticleContainer of one texture in which nothing but the position is dynamic, with a boundsArea, so that
// bounds are never worked out; what stands is in one in which nothing is. Its figures are the script's time: WebGL hands the calls to another process.

const WIDTH = 1280, HEIGHT = 720, SIDE = 8, DT = 1 / 60, WARM_UP = 5, LEAST = 5, MOVERS = 1000;
const options = Object.fromEntries(new URLSearchParams(location.search));
const standing = options.scenario === "static" ? Number(options.count) : 0;
const count = standing ? MOVERS : Number(options.count), most = Number(options.frames), seconds = Number(options.seconds);

function picture() {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext("2d"), image = context.createImageData(SIDE, SIDE);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const distance = Math.hypot((i % SIDE) - (SIDE - 1) / 2, Math.floor(i / SIDE) - (SIDE - 1) / 2);
    image.data.set([255, 176, 64, 255 * Math.max(0, Math.min(1, SIDE / 2 - distance))], 4 * i);
  }
  context.putImageData(image, 0, 0);
  return PIXI.Texture.from(canvas);
}

function percentiles(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { p50: at(0.5), p99: at(0.99) };
}

function send(line) {
  return fetch("/figures", { method: "POST", body: JSON.stringify(line) });
}

async function run() {
  const app = new PIXI.Application();
  await app.init({
    width: WIDTH, height: HEIGHT, background: 0x181c24, preference: "webgl", antialias: false, autoStart: false,
    sharedTicker: false,
  });
  document.body.appendChild(app.canvas);
  const texture = picture();
  function fill(size, position) {
    const container = new PIXI.ParticleContainer({
      dynamicProperties: { position, vertex: false, rotation: false, uvs: false, color: false },
      boundsArea: new PIXI.Rectangle(0, 0, WIDTH, HEIGHT),
    });
    for (let i = 0; i < size; i++) {
      const place = { x: Math.random() * WIDTH, y: Math.random() * HEIGHT };
      container.particleChildren.push(new PIXI.Particle({ texture, ...place, anchorX: 0.5, anchorY: 0.5 }));
    }
    container.update();
    app.stage.addChild(container);
    return container.particleChildren;
  }

  if (standing) fill(standing, false);
  const particles = fill(count, true), vx = new Float32Array(count), vy = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    vx[i] = Math.random() * 240 - 120;
    vy[i] = Math.random() * 240 - 120;
  }

  function move() {
    for (let i = 0; i < count; i++) {
      const particle = particles[i], x = particle.x + vx[i] * DT, y = particle.y + vy[i] * DT;
      particle.x = x;
      particle.y = y;
      if (x < 0) vx[i] = Math.abs(vx[i]); else if (x > WIDTH) vx[i] = -Math.abs(vx[i]);
      if (y < 0) vy[i] = Math.abs(vy[i]); else if (y > HEIGHT) vy[i] = -Math.abs(vy[i]);
    }
  }

  const script = [], wall = [], pixel = new Uint8Array(4);
  let done = -WARM_UP, end = 0, last = 0;
  function frame() {
    const began = performance.now();
    if (done >= 0) wall.push(began - last);
    last = began;
    if (done === 0) end = began + seconds * 1000;
    if (done >= most || (done >= LEAST && began > end)) return finish();
    move();
    app.renderer.render(app.stage);
    if (done >= 0) script.push(performance.now() - began);
    // Wait until it is drawn: else frames pile up in the other process, and a later one pays for all of them.
    app.renderer.gl.readPixels(0, 0, 1, 1, app.renderer.gl.RGBA, app.renderer.gl.UNSIGNED_BYTE, pixel);
    done++;
    requestAnimationFrame(frame);
  }

  async function finish() {
    const gl = app.renderer.gl, debug = gl.getExtension("WEBGL_debug_renderer_info");
    const line = {
      name: "PixiJS", version: PIXI.VERSION, scenario: options.scenario, count: Number(options.count),
      renderer: gl.getParameter(debug ? debug.UNMASKED_RENDERER_WEBGL : gl.RENDERER),
      frames: script.length, cpu_ms: percentiles(script), wall_ms: percentiles(wall),
    };
    if (options.screenshot) {
      app.renderer.render(app.stage);
      line.picture = app.canvas.toDataURL("image/png");
    }
    await send(line);
  }
  requestAnimationFrame(frame);
}

addEventListener("error", (event) => send({ error: String(event.message) }));
run().catch((error) => send({ error: String(error) }));
