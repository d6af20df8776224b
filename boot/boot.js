// Starts the page, and the worker that runs the engine (worker.js). They are two Wasm modules: the engine is fetched when it
// is first needed.
//
// A file of its own because the page's Content-Security-Policy allows no script inside the HTML. In the single file
// (llamafleet.html) the parts stand inside the HTML instead; `part` below is all that differs.

startPage();

async function startPage() {
  const [script, wasm, workerScript, engineScript, engineWasm] =
    ["page-script", "page-wasm", "worker-script", "engine-script", "engine-wasm"].map(part);
  /** The engine's module, compiled once: a worker that takes the place of one that died starts at once. */
  let engine;
  // What the page's Rust finds here.
  globalThis.llamafleet = {
    /** Is this the single file, which needs no server? */
    single: wasm.text !== undefined,
    /** A new worker that runs the engine. Its first message says that it is ready for questions. */
    startWorker() {
      // Not a module worker: from file:// Chromium refuses to start one.
      const worker = new Worker(address(workerScript), { name: "engine" });
      engine ??= compile(engineWasm);
      engine.then(
        (module) => {
          worker.postMessage({ script: engineScript, module });
          keepForOffline();
        },
        (error) => {
          engine = undefined;
          worker.dispatchEvent(new ErrorEvent("error", { error, message: String(error) }));
        },
      );
      return worker;
    },
  };
  // A trap in Wasm (a panic, a stack overflow) ends up here.
  addEventListener("error", (event) => report(event.error ?? event.message));
  addEventListener("unhandledrejection", (event) => report(event.reason));

  try {
    const [{ default: start }, module] = await Promise.all([import(address(script)), compile(wasm)]);
    await start({ module_or_path: module });
  } catch (error) {
    report(error);
    throw error;
  }

  /** From its first use on the page works without a network, where browsers allow it (https and localhost). */
  function keepForOffline() {
    if (script.href) navigator.serviceWorker?.register("sw.js").catch(console.info);
  }
}

/** A part of the page: a file of its own, or text inside the single file. */
function part(id) {
  const element = document.getElementById(id);
  const href = element.href || element.src || element.dataset.src;
  return href ? { href: new URL(href, document.baseURI).href } : { text: element.textContent };
}

/** Where a script is to be had. A text's address is good only where it was made: the worker makes its own. */
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
