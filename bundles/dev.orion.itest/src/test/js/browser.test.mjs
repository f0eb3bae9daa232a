// SPDX-License-Identifier: Apache-2.0
// Chromium: fetch, EventSource and WebSocket of pages, over HTTP/1.1 and HTTP/2.

import assert from 'node:assert/strict';
import { X509Certificate, createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import net from 'node:net';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { api, http } from './orion.mjs';

const https = `https://localhost:${process.env.ORION_HTTPS}`;
const listeners = { 'HTTP/1.1': http, 'HTTP/2': https };
const library = fileURLToPath(new URL('node_modules/centrifuge/dist/centrifuge.js', import.meta.url));
const limit = { timeout: 30_000 };

// Every page of http://NAME.test is empty and comes from here; Orion's configuration lists friend.test.
const elsewhere = createServer((request, response) => {
  response.setHeader('content-type', 'text/html').end('<!doctype html><link rel="icon" href="data:,">');
});
elsewhere.listen(0, '127.0.0.1');
await once(elsewhere, 'listening');

const browser = await launch();

after(async () => {
  await browser.close();
  elsewhere.closeAllConnections();
  elsewhere.close();
});

async function launch() {
  const executablePath = process.env.ORION_CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(
      `There is no Chromium at ${executablePath}: install Debian's chromium, or say with ORION_CHROMIUM where one is.`,
    );
  }
  const certificate = new X509Certificate(readFileSync(process.env.ORION_CERTIFICATE));
  const key = certificate.publicKey.export({ type: 'spki', format: 'der' });
  const trusted = createHash('sha256').update(key).digest('base64');
  const { port } = elsewhere.address();
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-sync',
      `--ignore-certificate-errors-spki-list=${trusted}`,
      `--host-resolver-rules=MAP *.test:80 127.0.0.1:${port},MAP *.test 127.0.0.1`,
    ],
  });
}

/** A page with connections of its own, which are closed when the test ends. */
async function open(t, origin) {
  const context = await browser.newContext();
  t.after(() => context.close());
  await context.addInitScript(forPages);
  const page = await context.newPage();
  await page.goto(`${origin}/nothing`);
  return page;
}

/** What the tests' code in a page uses. */
function forPages() {
  /** A WebSocket whose messages can be waited for, one after the other. */
  globalThis.dial = async (url) => {
    const socket = new WebSocket(url);
    const messages = [];
    let wake = () => {};
    socket.onmessage = ({ data }) => { messages.push(data); wake(); };
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onclose = ({ code }) => reject(new Error(`closed with ${code}`));
    });
    return {
      socket,
      say: (message) => socket.send(JSON.stringify(message)),
      async hear() {
        while (messages.length === 0) await new Promise((resolve) => { wake = resolve; });
        return messages.shift();
      },
      /** The next message of the client protocol that is no ping. */
      async hearReply() {
        for (;;) {
          const message = JSON.parse(await this.hear());
          if (Object.keys(message).length > 0) return message;
          this.say({});
        }
      },
    };
  };
}

/** Stands between the browser and the TLS listener, and counts. */
async function relay(t) {
  const counted = { connections: 0, bytes: 0 };
  const server = net.createServer((near) => {
    counted.connections += 1;
    const far = net.connect(Number(process.env.ORION_HTTPS), '127.0.0.1');
    for (const [from, to] of [[near, far], [far, near]]) {
      from.on('data', (piece) => { counted.bytes += piece.length; });
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { counted, origin: `https://localhost:${server.address().port}` };
}

for (const [name, origin] of Object.entries(listeners)) {
  const protocol = name === 'HTTP/2' ? 'h2' : 'http/1.1';
  const sockets = origin.replace(/^http/, 'ws');

  test(`${name}: fetch posts, and many at once`, limit, async (t) => {
    const page = await open(t, origin);
    const { answers, large, spoken } = await page.evaluate(async () => {
      performance.setResourceTimingBufferSize(1000);
      const post = (body) => fetch('/echo', { method: 'POST', body }).then((answer) => answer.text());
      return {
        answers: await Promise.all(Array.from({ length: 200 }, (_, i) => post(`number ${i}`))),
        large: (await post('x'.repeat(3_000_000))).length,
        spoken: performance.getEntriesByType('resource')
          .filter((entry) => entry.name.endsWith('/echo')).map((entry) => entry.nextHopProtocol),
      };
    });
    assert.deepEqual(answers, Array.from({ length: 200 }, (_, i) => `number ${i}`));
    assert.equal(large, 3_000_000);
    assert.deepEqual(spoken, Array(201).fill(protocol));
  });

  test(`${name}: an EventSource hears what is published`, limit, async (t) => {
    const page = await open(t, origin);
    const channel = `browser/${protocol}`;
    await page.evaluate(listen, { channel, count: 1 });
    await api('publish', { channel, data: 'news' });
    assert.deepEqual(await page.evaluate(() => globalThis.heard), ['news']);
  });

  test(`${name}: a WebSocket carries the client protocol, compressed`, limit, async (t) => {
    const page = await open(t, origin);
    const channel = `browser/socket/${protocol}`;
    const [extensions, ...replies] = await page.evaluate(async ({ url, channel }) => {
      const { socket, say, ...client } = await dial(url);
      globalThis.client = client;
      const ask = async (command) => { say(command); return client.hearReply(); };
      return [
        socket.extensions,
        await ask({ id: 1, connect: {} }),
        await ask({ id: 2, subscribe: { channel } }),
        await ask({ id: 3, publish: { channel, data: { from: 'page' } } }),
        await client.hearReply(),
      ];
    }, { url: `${sockets}/connection/websocket`, channel });
    assert.match(extensions, /^permessage-deflate\b/);
    assert.match(replies[0].connect.client, /^[0-9a-f-]{36}$/);
    assert.ok(replies[1].subscribe);
    const [push, answer] = replies[2].push ? replies.slice(2) : replies.slice(2).reverse();
    assert.deepEqual(push.push.pub.data, { from: 'page' });
    assert.deepEqual(answer, { id: 3, publish: {} });
    await api('publish', { channel, data: { from: 'api' } });
    const heard = await page.evaluate(() => globalThis.client.hearReply());
    assert.deepEqual(heard.push.pub.data, { from: 'api' });
  });
}

/** Opens so many EventSources of a channel; `heard` will be the first publication of each. */
async function listen({ channel, count }) {
  const opened = [];
  globalThis.heard = Promise.all(Array.from({ length: count }, () => {
    const source = new EventSource(`/connection/sse?channel=${encodeURIComponent(channel)}`);
    opened.push(new Promise((resolve) => { source.onopen = resolve; }));
    return new Promise((resolve) => {
      source.onmessage = ({ data }) => {
        const { push } = JSON.parse(data);
        if (push?.pub) resolve(push.pub.data);
      };
    });
  }));
  await Promise.all(opened);
}

test('HTTP/2: a page has more EventSources than over HTTP/1.1, on one connection', limit, async (t) => {
  const { counted, origin } = await relay(t);
  const page = await open(t, origin);
  const before = counted.connections;
  await page.evaluate(listen, { channel: 'browser/many', count: 24 });
  await api('publish', { channel: 'browser/many', data: 'to all' });
  assert.deepEqual(await page.evaluate(() => globalThis.heard), Array(24).fill('to all'));
  const echoed = await page.evaluate(async () => (await fetch('/echo', { method: 'POST', body: 'beside' })).text());
  assert.equal(echoed, 'beside');
  assert.equal(counted.connections, before);
});

test('HTTP/2: a WebSocket is a stream of the connection that the page has (RFC 8441)', limit, async (t) => {
  const { counted, origin } = await relay(t);
  const page = await open(t, origin);
  const tools = await page.context().newCDPSession(page);
  await tools.send('Network.enable');
  const handshakes = [];
  tools.on('Network.webSocketHandshakeResponseReceived', ({ response }) => handshakes.push(response));
  const before = { ...counted };
  const echoed = await page.evaluate(async (url) => {
    const clients = await Promise.all(Array.from({ length: 5 }, () => dial(url)));
    return Promise.all(clients.map(async ({ socket, hear }, i) => {
      socket.send(`${i}`.repeat(1_000_000));
      const message = await hear();
      return { length: message.length, first: message[0], same: new Set(message).size };
    }));
  }, `${origin.replace(/^http/, 'ws')}/echo`);
  assert.deepEqual(echoed, Array.from({ length: 5 }, (_, i) => ({ length: 1_000_000, first: `${i}`, same: 1 })));
  assert.deepEqual(handshakes.map(({ status }) => status), Array(5).fill(200)); // 101 is HTTP/1.1's
  assert.equal(counted.connections, before.connections);
  const bytes = counted.bytes - before.bytes;
  assert.ok(bytes < 500_000, `ten million bytes, compressed, were ${bytes}`);
});

test('HTTP/2: fetch streams what it posts', limit, async (t) => {
  const page = await open(t, https); // over HTTP/1.1 Chromium refuses to
  const echoed = await page.evaluate(async () => {
    let n = 0;
    const body = new ReadableStream({
      pull(controller) {
        controller.enqueue(`piece ${n}\n`);
        n += 1;
        if (n === 1000) controller.close();
      },
    }).pipeThrough(new TextEncoderStream());
    return (await fetch('/echo', { method: 'POST', body, duplex: 'half' })).text();
  });
  assert.equal(echoed, Array.from({ length: 1000 }, (_, n) => `piece ${n}\n`).join(''));
});

test('HTTP/2: a page that gives up its requests can go on', limit, async (t) => {
  const { counted, origin } = await relay(t);
  const page = await open(t, origin);
  const before = counted.connections;
  const echoed = await page.evaluate(async () => {
    for (let i = 0; i < 50; i += 1) {
      const giveUp = new AbortController();
      await fetch('/connection/sse?channel=browser/none', { signal: giveUp.signal });
      giveUp.abort();
    }
    return (await fetch('/echo', { method: 'POST', body: 'still' })).text();
  });
  assert.equal(echoed, 'still');
  assert.equal(counted.connections, before);
});

for (const transport of ['websocket', 'http_stream', 'sse']) {
  test(`HTTP/2: the centrifuge client in a page, by ${transport}`, limit, async (t) => {
    const page = await open(t, https);
    await page.addScriptTag({ path: library });
    const channel = `chat/browser/${transport}`;
    const spoken = await page.evaluate(join, { transport, channel });
    assert.equal(spoken, transport);
    const expected = [];
    for (let i = 0; i < 50; i += 1) {
      expected.push({ api: i });
      assert.equal((await api('publish', { channel, data: { api: i } })).status, 200);
    }
    const { heard, history } = await page.evaluate(converse);
    for (let i = 0; i < 50; i += 1) expected.push({ page: i });
    assert.deepEqual(heard, expected);
    assert.deepEqual(history, expected);
  });
}

/** Connects and subscribes; answers with the transport that the client says it has. */
async function join({ transport, channel }) {
  const base = transport === 'websocket' ? `wss://${location.host}` : location.origin;
  const client = new Centrifuge(
    [{ transport, endpoint: `${base}/connection/${transport}` }],
    { emulationEndpoint: '/emulation' },
  );
  const connected = new Promise((resolve) => { client.once('connected', resolve); });
  client.connect();
  const { transport: spoken } = await connected;
  const subscription = client.newSubscription(channel);
  const subscribed = new Promise((resolve) => { subscription.once('subscribed', resolve); });
  const heard = [];
  let wake = () => {};
  subscription.on('publication', ({ data }) => { heard.push(data); wake(); });
  subscription.subscribe();
  await subscribed;
  const until = async (n) => {
    while (heard.length < n) await new Promise((resolve) => { wake = resolve; });
  };
  globalThis.chat = { client, subscription, heard, until };
  return spoken;
}

/** After the fifty of the API the page publishes fifty of its own. */
async function converse() {
  const { client, subscription, heard, until } = globalThis.chat;
  await until(50);
  for (let i = 0; i < 50; i += 1) await subscription.publish({ page: i });
  await until(100);
  const { publications } = await subscription.history({ limit: 100 });
  client.disconnect();
  return { heard, history: publications.map(({ data }) => data) };
}

/** What a page can do at a listener that may not be its own. */
async function tryAll(origin) {
  const settle = (promise) => promise.then((what) => what, () => 'refused');
  return {
    get: await settle(fetch(`${origin}/echo`).then(({ status }) => status)),
    post: await settle(fetch(`${origin}/echo`, { method: 'POST', body: 'x' }).then((answer) => answer.text())),
    json: await settle(fetch(`${origin}/echo`, { // asks first, with OPTIONS
      method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{}',
    }).then((answer) => answer.text())),
    events: await new Promise((resolve) => {
      const source = new EventSource(`${origin}/connection/sse?channel=browser/pages`);
      source.onopen = () => resolve('open');
      source.onerror = () => resolve('refused');
    }),
    socket: await settle(dial(`${origin.replace(/^http/, 'ws')}/echo`).then(() => 'open')),
  };
}

/** The statuses of the next answers to a page, also of those that it may not read. */
async function statusesOf(page, count) {
  const tools = await page.context().newCDPSession(page);
  await tools.send('Network.enable');
  const all = new Promise((resolve) => {
    const statuses = [];
    const note = (status) => {
      if (statuses.push(status) === count) resolve(statuses);
    };
    tools.on('Network.responseReceivedExtraInfo', ({ statusCode }) => note(statusCode));
    tools.on('Network.webSocketFrameError', ({ errorMessage }) => note(Number(errorMessage.match(/\d+$/))));
  });
  return { all };
}

for (const [name, origin] of Object.entries(listeners)) {
  test(`${name}: a page of a foreign origin may do nothing`, limit, async (t) => {
    const page = await open(t, 'http://foreign.test');
    const statuses = await statusesOf(page, 5);
    const answers = await page.evaluate(tryAll, origin);
    assert.deepEqual(answers, {
      get: 'refused', post: 'refused', json: 'refused', events: 'refused', socket: 'refused',
    });
    assert.deepEqual(await statuses.all, Array(5).fill(403)); // and not only kept from the page
  });

  test(`${name}: a page of a listed origin may do what an own page may`, limit, async (t) => {
    const page = await open(t, 'http://friend.test');
    const answers = await page.evaluate(tryAll, origin);
    assert.deepEqual(answers, { get: 200, post: 'x', json: '{}', events: 'open', socket: 'open' });
  });
}

test('a name that is made to point here makes no page an own one (DNS rebinding)', limit, async (t) => {
  const page = await open(t, `http://rebound.test:${new URL(http).port}`);
  const answers = await page.evaluate(async () => ({
    post: (await fetch('/echo', { method: 'POST', body: 'x' })).status,
    socket: await dial(`ws://${location.host}/echo`).then(() => 'open', () => 'refused'),
  }));
  assert.deepEqual(answers, { post: 403, socket: 'refused' });
});
