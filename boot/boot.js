// Starts the page, and in a worker the engine: the same Wasm module, compiled once.
//
// A file of its own because the page's Content-Security-Policy allows no script inside the HTML. In the single file
// (llamafleet.html) the parts stand inside the HTML instead; `part` below is all that differs.

if (typeof document === "undefined") {
  startEngine();
} else {
  startPage();
}

async function startPage() {
  const [boot, script, wasm] = ["boot", "page-script", "page-wasm"].map(part);
  let module;
  // What the page's Rust finds here.
  globalThis.llamafleet = {
    /** Is this the single file, which needs no server? */
    single: wasm.text !== undefined,
    /** A new worker that runs the engine. Messages sent before it has started wait for it. */
    startWorker() {
      // Not a module worker: from file:// Chromium refuses to start one.
      const worker = new Worker(address(boot), { name: "engine" });
      worker.postMessage({ script, module });
      return worker;
    },
    report,
  };
  // A trap in Wasm (a panic, a stack overflow) ends up here.
  addEventListener("error", (event) => report(event.error ?? event.message));
  addEventListener("unhandledrejection", (event) => report(event.reason));

  try {
    const [{ default: start }, compiled] = await Promise.all([import(address(script)), compile(wasm)]);
    module = compiled;
    await start({ module_or_path: module });
  } catch (error) {
    report(error);
    throw error;
  }

  // Offline use: only where browsers allow it (https and localhost), and never a reason to fail.
  if (boot.href) navigator.serviceWorker?.register("sw.js").catch(console.info);
}

function startEngine() {
  const early = [];
  const keep = (event) => early.push(event.data);
  addEventListener("message", async ({ data: { script, module } }) => {
    addEventListener("message", keep);
    try {
      const { default: start } = await import(address(script));
      await start({ module_or_path: module });
    } catch (error) {
      // Reaches the page as the worker's error; a rejected promise would not.
      return reportError(error);
    }
    removeEventListener("message", keep);
    for (const data of early) dispatchEvent(new MessageEvent("message", { data }));
  }, { once: true });
}

/** A part of the page: a file of its own, or text inside the single file. */
function part(id) {
  const element = document.getElementById(id);
  const href = element.href || element.src;
  return href ? { href } : { text: element.textContent };
}

/** Where a script is to be had. A text's address is good only where it was made, in the page or in the worker. */
function address({ href, text }) {
  return href ?? URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
}

/** The compiled module: while it comes in where the server names its type, else afterwards. */
async function compile({ href, text }) {
  if (text) return WebAssembly.compile(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
  const response = await fetch(href);
  if (!response.ok) throw new Error(`${href}: ${response.status} ${response.statusText}`);
  const streams = response.headers.get("content-type")?.startsWith("application/wasm");
  return streams ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

/** Says that the page has failed, and leaves what the user typed where it is. The first reason stays. */
function report(reason) {
  const fatal = document.getElementById("fatal");
  if (!fatal.hidden) return;
  document.getElementById("fatal-reason").textContent = String(reason);
  fatal.hidden = false;
}
