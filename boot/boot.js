// Starts the page, and in a worker the engine: the same Wasm module, compiled once.
//
// A file of its own because the page's Content-Security-Policy allows no script inside the HTML. In the single file
// (llamafleet.html) the parts stand inside the HTML instead; `link` and `wasm` below are all that differs.

if (typeof document === "undefined") {
  startEngine();
} else {
  startPage();
}

async function startPage() {
  const single = document.querySelector("link#page-wasm") === null;
  // What the page's Rust finds here.
  globalThis.llamafleet = {
    /** Is this the single file, which needs no server? */
    single,
    /** A new worker that runs the engine. Messages sent before it has started wait for it. */
    startWorker,
    /** Says that the page has failed, and leaves what the user typed where it is. The first reason stays. */
    report,
  };
  // A trap in Wasm (a panic, a stack overflow) ends up here.
  addEventListener("error", (event) => report(event.error ?? event.message));
  addEventListener("unhandledrejection", (event) => report(event.reason));

  const own = single ? link("boot") : import.meta.url;
  const script = link("page-script");
  let module;

  function startWorker() {
    const worker = new Worker(own, { type: "module", name: "engine" });
    worker.postMessage({ script, module });
    return worker;
  }

  try {
    const [{ default: start }, compiled] = await Promise.all([import(script), wasm()]);
    module = compiled;
    await start({ module_or_path: module });
  } catch (error) {
    report(error);
    throw error;
  }

  // Offline use: only where browsers allow it (https and localhost), and never a reason to fail.
  if (!single) navigator.serviceWorker?.register("sw.js").catch(console.info);
}

function startEngine() {
  const early = [];
  const keep = (event) => early.push(event.data);
  addEventListener("message", async ({ data: { script, module } }) => {
    addEventListener("message", keep);
    const { default: start } = await import(script);
    await start({ module_or_path: module });
    removeEventListener("message", keep);
    for (const data of early) dispatchEvent(new MessageEvent("message", { data }));
  }, { once: true });
}

/** The address of a script: a file's, or one made for the text inside the single file. */
function link(id) {
  const element = document.getElementById(id);
  return element.href ?? URL.createObjectURL(new Blob([element.textContent], { type: "text/javascript" }));
}

/** The compiled module: as it streams in where the server names its type, else when it is there. */
async function wasm() {
  const element = document.getElementById("page-wasm");
  if (!element.href) return WebAssembly.compile(Uint8Array.from(atob(element.textContent), (c) => c.charCodeAt(0)));
  const response = await fetch(element.href);
  if (!response.ok) throw new Error(`${element.href}: ${response.status} ${response.statusText}`);
  const streams = response.headers.get("content-type")?.startsWith("application/wasm");
  return streams ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

function report(reason) {
  const fatal = document.getElementById("fatal");
  if (!fatal.hidden) return;
  document.getElementById("fatal-reason").textContent = String(reason);
  fatal.hidden = false;
}
