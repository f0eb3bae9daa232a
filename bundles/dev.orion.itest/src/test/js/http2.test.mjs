// SPDX-License-Identifier: Apache-2.0
// HTTP/2 with node's own client and curl: by prior knowledge, by upgrade and by ALPN.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http2 from 'node:http2';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { api, http } from './orion.mjs';

const ca = readFileSync(process.env.ORION_CERTIFICATE);
const https = `https://localhost:${process.env.ORION_HTTPS}`;
const run = promisify(execFile);
const sessions = [];

after(() => sessions.forEach((each) => each.destroy()));

const ways = { 'prior knowledge': http, ALPN: https };

function connect(url) {
  const session = http2.connect(url, { ca, maxSessionMemory: 100 });
  sessions.push(session);
  return session;
}

/** One exchange: status, headers, body, trailers. */
async function ask(session, headers, body) {
  const stream = session.request(headers, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  let head;
  let trailers = {};
  stream.on('response', (got) => { head = got; });
  stream.on('trailers', (got) => { trailers = got; });
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  return { status: head[':status'], headers: head, body: Buffer.concat(pieces), trailers };
}

for (const [name, url] of Object.entries(ways)) {
  test(`${name}: echoes`, async () => {
    const session = connect(url);
    const answer = await ask(session, { ':method': 'POST', ':path': '/echo', 'content-type': 'text/x' }, 'hello');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'text/x');
    assert.equal(answer.body.toString(), 'hello');
    assert.equal((await ask(session, { ':path': '/nothing' })).status, 404);
  });

  test(`${name}: echoes megabytes on many streams at once`, async () => {
    const session = connect(url);
    const bodies = Array.from({ length: 8 }, () => randomBytes(2_000_000));
    const answers = await Promise.all(
      bodies.map((body) => ask(session, { ':method': 'POST', ':path': '/echo' }, body)),
    );
    answers.forEach((answer, i) => assert.ok(answer.body.equals(bodies[i]), `body ${i}`));
  });

  test(`${name}: answers a thousand requests, no more at once than it says`, async () => {
    const session = connect(url);
    await once(session, 'remoteSettings');
    assert.equal(session.remoteSettings.maxConcurrentStreams, 100);
    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_, i) => ask(session, { ':method': 'POST', ':path': '/echo' }, `${i}`)),
    );
    answers.forEach((answer, i) => assert.equal(answer.body.toString(), `${i}`));
  });

  test(`${name}: a stream that is reset costs no other`, async () => {
    const session = connect(url);
    for (let i = 0; i < 20; i += 1) {
      const stream = session.request({ ':method': 'POST', ':path': '/echo' });
      stream.on('error', () => {});
      stream.write('never to end');
      await once(stream, 'response');
      stream.close(http2.constants.NGHTTP2_CANCEL);
      await once(stream, 'close');
    }
    assert.equal((await ask(session, { ':method': 'POST', ':path': '/echo' }, 'still')).body.toString(), 'still');
  });

  test(`${name}: EventSource and HTTP stream`, async () => {
    const session = connect(url);
    const channel = `h2/${name.length}`;
    const begin = JSON.stringify({ id: 1, connect: { subs: { [channel]: {} } } });
    for (const request of [
      { head: { ':path': `/connection/sse?cf_connect=${encodeURIComponent(JSON.stringify({ id: 1, connect: {} }))}` } },
      { head: { ':method': 'POST', ':path': '/connection/http_stream' }, body: begin },
    ]) {
      const stream = session.request(request.head, { endStream: request.body === undefined });
      stream.setEncoding('utf8');
      if (request.body) stream.end(request.body);
      const [head] = await once(stream, 'response');
      assert.equal(head[':status'], 200);
      const [first] = await once(stream, 'data');
      assert.match(first, /"client":"/);
      stream.close();
    }
  });

  test(`${name}: a WebSocket on one stream (RFC 8441) carries the client protocol`, async () => {
    const session = connect(url);
    await once(session, 'remoteSettings');
    assert.equal(session.remoteSettings.enableConnectProtocol, true);
    const socket = await WebSocketStream.open(session, '/connection/websocket');
    socket.send(JSON.stringify({ id: 1, connect: {} }));
    assert.match(await socket.text(), /"id":1,"connect":/);
    socket.send(JSON.stringify({ id: 2, subscribe: { channel: 'h2/tunnel' } }));
    assert.match(await socket.text(), /"id":2,"subscribe":/);
    await api('publish', { channel: 'h2/tunnel', data: { to: name } });
    assert.match(await socket.text(), new RegExp(`"data":{"to":"${name}"}`));
    socket.close();
    await once(socket.stream, 'close');
  });

  test(`${name}: what is no WebSocket handshake is refused`, async () => {
    const session = connect(url);
    await once(session, 'remoteSettings');
    const tunnel = { ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'http', ':path': '/echo' };
    const old = session.request({ ...tunnel, 'sec-websocket-version': '12' });
    old.on('error', () => {});
    assert.equal((await once(old, 'response'))[0][':status'], 426);
    const other = session.request({ ...tunnel, ':protocol': 'chess', 'sec-websocket-version': '13' });
    other.on('error', () => {});
    assert.ok((await once(other, 'response'))[0][':status'] >= 400);
  });
}

test('curl: every way to HTTP/2, and HTTP/1.1 beside it', async () => {
  const ask = async (...words) => (await run('curl', ['-s', '-w', ' %{http_version}', ...words])).stdout;
  assert.equal(await ask('--http2', `${http}/nothing`), 'not found\n 2');
  assert.equal(await ask('--http2', '-d', 'posted', `${http}/echo`), 'posted 1.1');
  assert.equal(await ask('--http2-prior-knowledge', '-d', 'known', `${http}/echo`), 'known 2');
  assert.equal(await ask('--http1.1', '-d', 'old', `${http}/echo`), 'old 1.1');
  const certificate = ['--cacert', process.env.ORION_CERTIFICATE];
  assert.equal(await ask(...certificate, '-d', 'agreed', `${https}/echo`), 'agreed 2');
  assert.equal(await ask(...certificate, '--http1.1', '-d', 'old', `${https}/echo`), 'old 1.1');
});

/** A WebSocket client of one stream; messages are short. */
class WebSocketStream {
  static async open(session, path) {
    const stream = session.request({
      ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'http', ':path': path, 'sec-websocket-version': '13',
    });
    const [head] = await once(stream, 'response');
    assert.equal(head[':status'], 200);
    assert.equal(head['sec-websocket-accept'], undefined);
    return new WebSocketStream(stream);
  }

  constructor(stream) {
    this.stream = stream;
    this.bytes = Buffer.alloc(0);
    this.wake = () => {};
    stream.on('data', (piece) => {
      this.bytes = Buffer.concat([this.bytes, piece]);
      this.wake();
    });
  }

  send(text) {
    this.frame(1, Buffer.from(text));
  }

  close() {
    this.frame(8, Buffer.from([3, 232])); // 1000
  }

  frame(opcode, payload) {
    assert.ok(payload.length < 126);
    const mask = randomBytes(4);
    const masked = payload.map((byte, i) => byte ^ mask[i % 4]);
    this.stream.write(Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length]), mask, masked]));
  }

  /** The next text message. */
  async text() {
    for (;;) {
      const length = this.bytes.length < 2 ? -1 : this.bytes[1];
      const head = length === 126 ? 4 : 2;
      const size = length === 126 && this.bytes.length >= 4 ? this.bytes.readUInt16BE(2) : length;
      if (length >= 0 && this.bytes.length >= head + size) {
        const opcode = this.bytes[0] & 15;
        const payload = this.bytes.subarray(head, head + size);
        this.bytes = this.bytes.subarray(head + size);
        if (opcode === 1) return payload.toString();
      } else {
        await new Promise((resolve) => { this.wake = resolve; });
      }
    }
  }
}
