// A page of the console in Chromium, and what it costs there.

/** `prepare` runs in the page before anything else. */
export async function openPage(browser, url, prepare) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  if (prepare !== undefined) await page.addInitScript(prepare);
  await page.goto(url);
  return { page, close: () => context.close() };
}

/** Frames a second, and the longest task in between. */
export function framesOf(page, ms) {
  return page.evaluate((forMs) => {
    return new Promise((resolve) => {
      const tasks = [];
      const observer = new PerformanceObserver((list) => {
        tasks.push(...list.getEntries().map(({ duration }) => duration));
      });
      observer.observe({ type: "longtask" });
      const from = performance.now();
      let frames = 0;
      const next = (now) => {
        frames += 1;
        if (now - from < forMs) return requestAnimationFrame(next);
        observer.disconnect();
        resolve({
          perSecond: (frames * 1000) / (now - from),
          longestMs: Math.max(0, ...tasks),
          longTasks: tasks.length,
        });
      };
      requestAnimationFrame(next);
    });
  }, ms);
}

/** What the page holds once what nobody needs is collected. */
export async function sizeOf(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.enable");
  await session.send("Performance.enable");
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  const value = (wanted) => metrics.find(({ name }) => name === wanted).value;
  await session.detach();
  return { heapMb: value("JSHeapUsedSize") / 1e6, nodes: value("Nodes"), listeners: value("JSEventListeners") };
}

/** A script that has a page told each event of the live stream so many times a second instead of once, in as many seconds. */
export function tellFaster(times) {
  return `(${repeatEvents.toString()})(${times})`;
}

function repeatEvents(times) {
  const ask = window.fetch;
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  window.fetch = async (path, init) => {
    const response = await ask(path, init);
    if (path !== "/api/v1/live") return response;
    let text = "";
    let told = 0;
    const repeat = new TransformStream({
      async transform(chunk, stream) {
        const blocks = (text + chunk).split("\n\n");
        text = blocks.pop();
        for (const block of blocks) {
          const event = block.startsWith("data: ") ? JSON.parse(block.slice(6)) : undefined;
          if (event === undefined || event.isWhole) {
            stream.enqueue(`${block}\n\n`);
            continue;
          }
          const at = Date.parse(event.at);
          for (let nth = 0; nth < times; nth += 1) {
            const moved = new Date(at + told * 1000).toISOString();
            stream.enqueue(`data: ${JSON.stringify({ ...event, at: moved })}\n\n`);
            told += 1;
            await wait(900 / times);
          }
        }
      },
    });
    const body = response.body.pipeThrough(new TextDecoderStream()).pipeThrough(repeat);
    return new Response(body.pipeThrough(new TextEncoderStream()), { headers: response.headers });
  };
}
