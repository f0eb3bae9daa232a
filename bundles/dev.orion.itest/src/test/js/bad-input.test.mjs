// SPDX-License-Identifier: Apache-2.0
// Whatever a peer sends costs that peer only, and gets the protocol's own answer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebSocket, centrifuge, collect, connected, http, netcat, next, subscribed, ws } from './orion.mjs';

async function closeCode(frames, path = '/connection/websocket') {
  const socket = new WebSocket(`${ws}${path}`);
  await next(socket, 'open');
  const closed = new Promise((resolve) => { socket.on('close', (code) => resolve(code)); });
  for (const { data, binary = false } of frames) socket.send(data, { binary });
  return closed;
}

const text = (data) => [{ data }];

const closes = [
  ['no JSON', text('hello'), 3501],
  ['half a command', text('{"id":1,"connect":{}'), 3501],
  ['an unknown command', text('{"id":1,"dance":{}}'), 3501],
  ['a command before connect', text('{"id":1,"subscribe":{"channel":"a"}}'), 3501],
  ['connect without an id', text('{"connect":{}}'), 3501],
  ['connect twice', text('{"id":1,"connect":{}}\n{"id":2,"connect":{}}'), 3501],
  ['a token nobody accepts', text('{"id":1,"connect":{"token":"x"}}'), 3500],
  ['rubbish behind a command', text('{"id":1,"connect":{}} x'), 3501],
  ['nesting without end', text(`{"id":1,"connect":{"data":${'['.repeat(20000)}`), 3501],
  ['a binary frame', [{ data: Buffer.from('{}'), binary: true }], 1003],
  ['a message that is too long', text('x'.repeat(70_000)), 1009],
];

for (const [what, frames, code] of closes) {
  test(`websocket: ${what} is closed with ${code}`, async () => {
    assert.equal(await closeCode(frames), code);
  });
}

test('websocket: text that is not UTF-8 is closed with 1007', async () => {
  const socket = new WebSocket(`${ws}/connection/websocket`);
  await next(socket, 'open');
  const closed = new Promise((resolve) => { socket.on('close', (code) => resolve(code)); });
  // A masked text frame by hand: FIN + text, 2 bytes, mask 0.
  socket._socket.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28]));
  assert.equal(await closed, 1007);
});

test('websocket: who does not answer a ping is closed with 3012', async () => {
  assert.equal(await closeCode(text('{"id":1,"connect":{}}')), 3012);
});

/** All pushes and replies of a stream until the server ends it. */
async function stream(path, body) {
  const response = await fetch(`${http}${path}`, { method: 'POST', body });
  return (await response.text()).split('\n')
    .map((line) => line.replace(/^data: /, ''))
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}

for (const path of ['/connection/http_stream', '/connection/sse']) {
  for (const [what, body, code] of [
    ['no JSON', 'hello', 3501],
    ['a command before connect', '{"id":1,"subscribe":{"channel":"a"}}', 3501],
    ['connect twice', '{"id":1,"connect":{}}\n{"id":2,"connect":{}}', 3501],
    ['a token nobody accepts', '{"id":1,"connect":{"token":"x"}}', 3500],
    ['no answer to a ping', '{"id":1,"connect":{}}', 3012],
  ]) {
    test(`${path}: ${what} is told ${code}, then it ends`, async () => {
      const { push } = (await stream(path, body)).at(-1);
      assert.equal(push.disconnect.code, code);
    });
  }

  test(`${path}: too long a body is answered with 413`, async () => {
    const response = await fetch(`${http}${path}`, { method: 'POST', body: 'x'.repeat(70_000) });
    assert.equal(response.status, 413);
  });
}

for (const [what, line, code] of [
  ['no JSON', 'hello', 3501],
  ['text that is not UTF-8', Buffer.from('{"id":1,"connect":{"name":"\xff"}}\n', 'latin1'), 3501],
  ['connect twice', '{"id":1,"connect":{}}\n{"id":2,"connect":{}}', 3501],
  ['a token nobody accepts', '{"id":1,"connect":{"token":"x"}}', 3500],
  ['a command before connect', '{"id":1,"publish":{"channel":"a","data":1}}', 3501],
  ['a line that is too long', 'x'.repeat(100_000), 3501],
]) {
  test(`tcp: ${what} is told ${code} and closed`, async () => {
    const terminal = await netcat();
    if (Buffer.isBuffer(line)) terminal.socket.write(line);
    else terminal.say(line);
    let { push } = await terminal.hear();
    if (!push) ({ push } = await terminal.hear()); // behind the reply to a good connect
    assert.equal(push.disconnect.code, code);
    assert.equal(await terminal.hear(), null);
  });
}

test('tcp: a peer that sends byte by byte is served', async () => {
  const terminal = await netcat();
  terminal.socket.setNoDelay(true);
  for (const byte of '{"id":1,"connect":{}}\n') {
    terminal.socket.write(byte);
    await new Promise((resolve) => { setImmediate(resolve); });
  }
  assert.ok((await terminal.hear()).connect.client);
  terminal.close();
});

test('tcp: what was asked before the peer stopped writing is answered', async () => {
  const terminal = await netcat();
  terminal.socket.end('{"id":1,"connect":{}}\n{"id":2,"publish":{"channel":"chat/half","data":1}}\n');
  assert.ok((await terminal.hear()).connect.client);
  assert.ok((await terminal.hear()).publish);
  assert.equal(await terminal.hear(), null);
});

test('tcp: thousands of subscriptions are refused beyond the limit', async () => {
  const terminal = await netcat();
  terminal.say({ id: 1, connect: {} });
  await terminal.hear();
  for (let i = 0; i < 2000; i += 1) terminal.say({ id: i + 2, subscribe: { channel: `many/${i}` } });
  const codes = [];
  for (let i = 0; i < 2000; i += 1) {
    const { error } = await terminal.hear();
    codes.push(error?.code ?? 0);
  }
  assert.equal(codes.filter((code) => code === 0).length, 128);
  assert.equal(codes.filter((code) => code === 106).length, 2000 - 128);
  terminal.close();
});

test('http: strange requests get their status', async () => {
  assert.equal((await fetch(`${http}/nowhere`)).status, 404);
  assert.equal((await fetch(`${http}/api/publish`)).status, 405);
  assert.equal((await fetch(`${http}/connection/websocket`)).status, 426);
  const foreign = await fetch(`${http}/echo`, { method: 'POST', body: 'x', headers: { Origin: 'http://evil.example' } });
  assert.equal(foreign.status, 403);
  const emulation = await fetch(`${http}/emulation`, {
    method: 'POST', body: JSON.stringify({ session: 'nobody', node: '', data: '{}' }),
  });
  assert.equal(emulation.status, 204); // as Centrifuge: the end of its stream has told the client
});

test('a flood of bad peers is noticed by nobody else', async () => {
  const ann = centrifuge('websocket');
  await connected(ann);
  const subscription = await subscribed(ann, 'chat/calm');
  const received = collect(subscription);
  let lost = false;
  ann.on('connecting', () => { lost = true; });

  const bad = Array.from({ length: 200 }, (_, i) => closeCode(text(`garbage ${i}`)));
  for (let i = 0; i < 50; i += 1) await subscription.publish(i);
  assert.ok((await Promise.all(bad)).every((code) => code === 3501));
  await received.until(50);
  assert.deepEqual(received.all, Array.from({ length: 50 }, (_, i) => i));
  assert.equal(lost, false);
  ann.disconnect();
});
