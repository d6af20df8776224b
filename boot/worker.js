// Runs the engine in a worker. The page's first message brings its script and its module (boot.js).

addEventListener("message", async ({ data: { script: { href, text }, module } }) => {
  try {
    const address = href ?? URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    const { default: start, answer } = await import(address);
    await start({ module_or_path: module });
    addEventListener("message", ({ data }) => {
      const bytes = answer(data);
      postMessage(bytes, [bytes.buffer]);
    });
  } catch (error) {
    // Reaches the page as the worker's error; a rejected promise would not.
    return reportError(error);
  }
  postMessage("ready");
}, { once: true });
