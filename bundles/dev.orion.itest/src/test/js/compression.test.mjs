// SPDX-License-Identifier: Apache-2.0
// permessage-deflate (RFC 7692) with the npm client `ws`, whose zlib really has the window that was agreed on.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import mqtt from 'mqtt';
import { WebSocket, api, centrifuge, collect, connected, next, subscribed, ws } from './orion.mjs';

const prose = Array.from({ length: 4000 }, (_, i) => `{"sensor":${i % 97},"value":${(i * 7919) % 1000}}`).join('\n');

async function open(path, perMessageDeflate) {
  const socket = new WebSocket(`${ws}${path}`, { perMessageDeflate });
  const [[response]] = await Promise.all([once(socket, 'upgrade'), once(socket, 'open')]);
  socket.answer = response.headers['sec-websocket-extensions'];
  return socket;
}

async function echo(socket, data, options = {}) {
  socket.send(data, { compress: true, ...options });
  const [back, isBinary] = await once(socket, 'message');
  return isBinary ? back : back.toString();
}

const answers = 'permessage-deflate; server_no_context_takeover; client_no_context_takeover';

for (const [what, options, answer] of [
  ['what ws offers by itself', true, answers],
  ['every message', { threshold: 0 }, answers],
  ['no context takeover', { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true }, answers],
  ['a small window of ours', { threshold: 0, serverMaxWindowBits: 9 }, `${answers}; server_max_window_bits=9`],
  ['a small window of theirs', { threshold: 0, clientMaxWindowBits: 9 }, answers],
]) {
  test(`echo, RFC 7692 §7.1: ${what}`, async () => {
    const socket = await open('/echo', options);
    assert.equal(socket.answer, answer);

    for (const length of [0, 1, 300, 1023, 1024, 40_000, prose.length]) {
      assert.equal(await echo(socket, prose.slice(0, length)), prose.slice(0, length));
    }
    const before = socket._socket.bytesRead;
    const back = await echo(socket, Buffer.from(prose), { binary: true });
    assert.ok(back.equals(Buffer.from(prose)));
    assert.ok(socket._socket.bytesRead - before < prose.length / 2);
    socket.close();
  });
}

test('echo, RFC 7692 §6.1: a message in fragments', async () => {
  const socket = await open('/echo', { threshold: 0 });
  socket.send(prose.slice(0, 5000), { fin: false, compress: true });
  socket.ping();
  socket.send(prose.slice(5000, 9000), { fin: false });

  assert.equal(await echo(socket, prose.slice(9000)), prose);
  socket.close();
});

test('echo, RFC 7692 §5.1: who offers nothing is sent nothing compressed', async () => {
  const socket = await open('/echo', false);
  assert.equal(socket.answer, undefined);

  assert.equal(await echo(socket, prose), prose);
  assert.ok(socket._socket.bytesRead > prose.length);
  socket.close();
});

for (const [path, length] of [['/connection/websocket', 65_537], ['/echo', (16 << 20) + 1]]) {
  test(`${path}, RFC 7692 §8: what is too long when it is inflated is closed with 1009`, async () => {
    const socket = await open(path, { threshold: 0 });
    socket.send('x'.repeat(length), { compress: true });

    const [code] = await once(socket, 'close');
    assert.equal(code, 1009);
  });
}

/** A masked frame, made by hand: mask 0. */
const frame = (first, payload) => Buffer.concat([
  Buffer.from(payload.length < 126 ? [first, 0x80 | payload.length] : [first, 0xfe, payload.length >> 8, payload.length & 0xff]),
  Buffer.alloc(4), payload,
]);

for (const [what, first, payload, code] of [
  ['broken data', 0xc1, Buffer.from([0xff, 0xff]), 1007],
  ['data that is cut off', 0xc1, deflateRawSync(Buffer.from(prose.slice(0, 2000))).subarray(0, 100), 1007],
  ['text that is not UTF-8', 0xc1, deflateRawSync(Buffer.from([0xc3, 0x28])), 1007],
  ['a compressed ping', 0xc9, Buffer.alloc(0), 1002],
  ['RSV2', 0xa1, Buffer.from('a'), 1002],
]) {
  test(`client protocol: ${what} is closed with ${code}`, async () => {
    const socket = await open('/connection/websocket', true);
    socket._socket.write(frame(first, payload));

    assert.equal((await once(socket, 'close'))[0], code);
  });
}

test('client protocol: publications come compressed to those who asked for it, and whole to everybody', async () => {
  class Plain extends WebSocket {
    constructor(url, protocols) { super(url, protocols, { perMessageDeflate: false }); }
  }
  const clients = [centrifuge('websocket'), centrifuge('websocket'), centrifuge('websocket', { websocket: Plain })];
  const inboxes = [];
  for (const client of clients) {
    await connected(client);
    inboxes.push(collect(await subscribed(client, 'compressed/news')));
  }
  const data = { text: prose.slice(0, 30_000) };
  const read = (client) => client._transport._transport._socket.bytesRead;
  const before = clients.map(read);

  await api('publish', { channel: 'compressed/news', data });
  await api('publish', { channel: 'compressed/news', data: 'short' });

  for (const inbox of inboxes) {
    await inbox.until(2);
    assert.deepEqual(inbox.all, [data, 'short']);
  }
  const [one, two, plain] = clients.map((client, i) => read(client) - before[i]);
  assert.ok(one < 15_000 && two < 15_000, `${one}, ${two}`);
  assert.ok(plain > 30_000, `${plain}`);
  clients.forEach((client) => client.disconnect());
});

test('mqtt: publications come compressed, too', async () => {
  const client = await mqtt.connectAsync(`${ws}/mqtt`, { reconnectPeriod: 0 });
  await client.subscribeAsync('compressed/mqtt');
  const message = next(client, 'message');
  await client.publishAsync('compressed/mqtt', prose.slice(0, 30_000));

  assert.equal(await message, 'compressed/mqtt');
  await client.endAsync();
});
