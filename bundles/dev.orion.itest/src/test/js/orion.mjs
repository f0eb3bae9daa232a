// SPDX-License-Identifier: Apache-2.0
// What the tests know of the Orion that they drive, and the clients they drive it with.

import { once } from 'node:events';
import net from 'node:net';
import { Centrifuge } from 'centrifuge';
import { EventSource } from 'eventsource';
import WebSocket from 'ws';

export const http = process.env.ORION_HTTP; // http://127.0.0.1:8080
export const ws = http.replace(/^http/, 'ws');
const [tcpHost, tcpPort] = process.env.ORION_TCP.split(':');
const apiKey = process.env.ORION_API_KEY;

const endpoints = {
  websocket: `${ws}/connection/websocket`,
  http_stream: `${http}/connection/http_stream`,
  sse: `${http}/connection/sse`,
};

/** A centrifuge client that speaks one transport and no other. */
export function centrifuge(transport, options = {}) {
  return new Centrifuge([{ transport, endpoint: endpoints[transport] }], {
    websocket: WebSocket,
    eventsource: EventSource,
    fetch,
    readableStream: ReadableStream,
    emulationEndpoint: `${http}/emulation`,
    minReconnectDelay: 20,
    maxReconnectDelay: 100,
    timeout: 5000,
    ...options,
  });
}

/** Resolves with the first argument of an emitter's next event of that name. */
export function next(emitter, event, ms = 5000) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event} within ${ms} ms`)), ms);
    emitter.once(event, (context) => {
      clearTimeout(timer);
      resolve(context);
    });
  });
}

export async function connected(client) {
  const event = next(client, 'connected');
  client.connect();
  return event;
}

export async function subscribed(client, channel, options = {}) {
  const subscription = client.newSubscription(channel, options);
  const event = next(subscription, 'subscribed');
  subscription.subscribe();
  await event;
  return subscription;
}

/** Collects what a subscription receives; `until(n)` waits for so many, `all` has them. */
export function collect(subscription) {
  const all = [];
  const waiting = [];
  subscription.on('publication', ({ data }) => {
    all.push(data);
    waiting.filter(({ n }) => all.length >= n).forEach(({ resolve }) => resolve());
  });
  return {
    all,
    until(n, ms = 5000) {
      if (all.length >= n) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`${all.length} of ${n} publications within ${ms} ms`)), ms);
        waiting.push({ n, resolve: () => { clearTimeout(timer); resolve(); } });
      });
    },
  };
}

/** One call of the server API, as a program with the key makes it. */
export async function api(method, params, key = apiKey) {
  const response = await fetch(`${http}/api/${method}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(key ? { 'X-API-Key': key } : {}) },
    body: JSON.stringify(params),
  });
  const text = await response.text();
  return { status: response.status, ...(text.startsWith('{') ? JSON.parse(text) : { text }) };
}

/** Somebody at `nc`: writes lines and reads lines. */
export async function netcat() {
  const socket = net.connect(Number(tcpPort), tcpHost);
  await once(socket, 'connect');
  const lines = [];
  let rest = '';
  let wake = () => {};
  let ended = false;
  socket.setEncoding('utf8');
  socket.on('data', (text) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop();
    lines.push(...parts.filter((line) => line !== '{}')); // server pings
    wake();
  });
  const finish = () => { ended = true; wake(); };
  socket.on('close', finish);
  socket.on('error', finish);
  return {
    socket,
    say: (line) => socket.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`),
    /** The next line, parsed; null when the server has closed. */
    async hear(ms = 5000) {
      const deadline = Date.now() + ms;
      while (lines.length === 0) {
        if (ended) return null;
        const left = deadline - Date.now();
        if (left <= 0) throw new Error(`no line within ${ms} ms`);
        await new Promise((resolve) => {
          const timer = setTimeout(resolve, left);
          wake = () => { clearTimeout(timer); resolve(); };
        });
      }
      return JSON.parse(lines.shift());
    },
    close: () => socket.destroy(),
  };
}

export { EventSource, WebSocket };
