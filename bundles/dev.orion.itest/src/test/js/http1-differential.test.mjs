// SPDX-License-Identifier: Apache-2.0
// The same bytes to Orion and to Node's HTTP server, damaged at random: whatever Orion takes for a request, Node
// takes for the same one, with the same body. What could be read in two ways is refused (RFC 9112 §11.2).

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import net from 'node:net';
import { test } from 'node:test';
import { http } from './orion.mjs';

const STREAMS = 3000;
const AT_ONCE = 16;
const SEED = Number(process.env.ORION_SEED ?? 4);

/** mulberry32: the same numbers each time. */
function randomOf(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) % below;
  };
}

const HOST = 'Host: 127.0.0.1\r\n';
const requests = [
  `GET /echo HTTP/1.1\r\n${HOST}\r\n`,
  `GET /nowhere?a=b HTTP/1.1\r\n${HOST}Accept: */*\r\n\r\n`,
  `POST /echo HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhello`,
  `POST /echo HTTP/1.1\r\n${HOST}Content-Type: text/plain\r\nContent-Length: 12\r\n\r\nGET / HTTP/1`,
  `POST /echo HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;a=b\r\n world\r\n0\r\n\r\n`,
  `PUT /echo HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\nA\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n`,
  `POST /echo HTTP/1.1\r\n${HOST}Expect: 100-continue\r\nContent-Length: 2\r\n\r\nok`,
  `GET http://127.0.0.1/echo HTTP/1.1\r\n${HOST}X-Long: ${'x'.repeat(300)}\r\n\r\n`,
  `POST /echo HTTP/1.0\r\n${HOST}Connection: keep-alive\r\nContent-Length: 3\r\n\r\nold`,
];
const last = `GET /last HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`;

const pieces = [
  '\r', '\n', '\r\n', '\r\n\r\n', ' ', '\t', '\0', '\v', '\x7f', '\x80', ':', ',', ';', '"', '0', '1', '-', '+', 'a', '_', '.',
  '0x', '00', '1e1', 'FFFFFFFF', 'FFFFFFFFFFFFFFFFF', '18446744073709551617', '\r\n ', '\n\n', '\r\r\n',
  'Content-Length: 3\r\n', 'Content-Length: 5\r\n', 'Content-Length: 5, 5\r\n', 'Content-Length : 5\r\n', 'content-length:\t5\r\n',
  'Content-Length: +5\r\n', 'Content-Length:\r\n', 'Content_Length: 1\r\n', ' Content-Length: 1\r\n',
  'Transfer-Encoding: chunked\r\n', 'Transfer-Encoding: identity\r\n', 'Transfer-Encoding: chunked, chunked\r\n',
  'Transfer-Encoding: gzip, chunked\r\n', 'Transfer-Encoding: xchunked\r\n', 'transfer-encoding:\x0bchunked\r\n',
  'Transfer-Encoding: chunked;a\r\n', 'Transfer-Encoding : chunked\r\n', 'Transfer-Encoding:\r\n chunked\r\n',
  'Host: b\r\n', 'Host: \r\n', 'Host: a b\r\n', 'Connection: close\r\n', 'Connection: Transfer-Encoding\r\n', 'Expect: 100-continue\r\n',
  'X: y\r\n', ': y\r\n', 'X\r\n', 'X: \x01\r\n', '5\r\nhello\r\n', '0\r\n\r\n', '0\r\n', ' HTTP/1.1', ' HTTP/1.0', ' HTTP/0.9', ';a="\r\n"',
];

function damaged(text, random) {
  let bytes = text;
  for (let times = random(3) + 1; times > 0; times -= 1) {
    const at = random(bytes.length);
    const to = Math.min(bytes.length, at + 1 + random(4));
    const line = bytes.indexOf('\n', at) + 1;
    switch (random(6)) {
      case 0: bytes = bytes.slice(0, at) + bytes.slice(to); break;
      case 1: bytes = bytes.slice(0, at) + pieces[random(pieces.length)] + bytes.slice(at); break;
      case 2: bytes = bytes.slice(0, line) + pieces[random(pieces.length)] + bytes.slice(line); break;
      case 3: bytes = bytes.slice(0, at) + pieces[random(pieces.length)] + bytes.slice(to); break;
      case 4: bytes = bytes.slice(0, to) + bytes.slice(at); break;
      default: { // a line twice
        const from = bytes.lastIndexOf('\n', Math.max(0, at - 1)) + 1;
        bytes = bytes.slice(0, line) + bytes.slice(from, line) + bytes.slice(line);
      }
    }
  }
  return bytes;
}

function streamOf(random) {
  let bytes = '';
  for (let count = random(3) + 1; count > 0; count -= 1) {
    const request = requests[random(requests.length)];
    bytes += random(3) ? request : damaged(request, random);
  }
  return Buffer.from(bytes + last, 'latin1');
}

/** How a server has read these bytes, by all that it answers until it closes. */
function ask(port, bytes) {
  return new Promise((resolve, reject) => {
    const heard = [];
    let from;
    const socket = net.connect(port, '127.0.0.1', () => { from = socket.localPort; socket.end(bytes); });
    socket.setTimeout(20_000, () => { socket.destroy(); reject(new Error(`no end to: ${JSON.stringify(bytes.toString('latin1'))}`)); });
    socket.on('data', (data) => heard.push(data));
    socket.on('error', () => {}); // what was said before counts
    socket.on('close', () => resolve(Object.assign(readings(Buffer.concat(heard).toString('latin1')), { port: from })));
  });
}

/** The answers as what was read: the body where it was sent back, 'read' for another answer, 'refused' for the end. */
function readings(answers) {
  const all = [];
  let rest = answers;
  while (rest) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return [...all, 'refused'];
    const head = rest.slice(0, end).toLowerCase();
    const status = Number(head.slice(9, 12));
    rest = rest.slice(end + 4);
    if (status >= 100 && status < 200) continue;
    let body = '';
    const length = /\ncontent-length: (\d+)/.exec(head);
    if (length) {
      body = rest.slice(0, Number(length[1]));
      if (body.length < Number(length[1])) return [...all, 'refused'];
      rest = rest.slice(body.length);
    } else if (head.includes('\ntransfer-encoding: chunked')) {
      for (;;) {
        const line = rest.indexOf('\r\n');
        const size = parseInt(rest.slice(0, line), 16);
        if (line < 0 || Number.isNaN(size) || rest.length < line + size + 4) return [...all, 'refused'];
        body += rest.slice(line + 2, line + 2 + size);
        rest = rest.slice(line + size + 4);
        if (size === 0) break;
      }
    } else {
      body = rest;
      rest = '';
    }
    if (status === 200) all.push(`body ${body}`);
    else if ([400, 408, 411, 413, 414, 417, 426, 431, 500, 501, 505].includes(status)) return [...all, 'refused'];
    else all.push('read');
  }
  return all;
}

function pathOf(target) {
  return target.replace(/^http:\/\/[^/?]*/, '').replace(/\?.*/, '');
}

/** Node's reading, answered as Orion answers: what was read before a fault is answered before it is refused. */
async function nodeServer() {
  const exchanges = new Map(); // by socket
  const server = createServer({ requireHostHeader: true, maxHeaderSize: 8192 }, (request, response) => {
    const exchange = { request, isAnswered: false };
    exchanges.set(request.socket, [...(exchanges.get(request.socket) ?? []), exchange]);
    response.on('finish', () => { exchange.isAnswered = true; });
    const body = [];
    request.on('data', (data) => body.push(data));
    request.on('end', () => {
      const isEcho = ['GET', 'POST', 'PUT'].includes(request.method) && pathOf(request.url) === '/echo';
      const answer = isEcho ? Buffer.concat(body) : 'no';
      response.writeHead(isEcho ? 200 : 404, { 'Content-Length': answer.length });
      response.end(answer);
    });
  });
  server.httpAllowHalfOpen = true;
  server.faults = new Map();
  server.on('clientError', (error, socket) => {
    server.faults.set(socket.remotePort, error.code);
    const refuse = (turns) => { // a 100 makes Node say that an answer has gone some turns before it has
      const waits = (exchanges.get(socket) ?? []).some((each) => each.request.complete && !each.isAnswered);
      if ((waits || turns > 0) && !socket.destroyed) setImmediate(refuse, turns - 1);
      else socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    };
    refuse(20);
  });
  server.on('connection', (socket) => socket.on('close', () => exchanges.delete(socket)));
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return server;
}

/** What Node refuses although it can be read in one way only. */
const harmless = {
  HPE_INVALID_CONTENT_LENGTH: /content-length:[ \t]*\d+ *\t[ \t]*\r\n/i, // RFC 9110 §5.6.3: a tab behind a value
  HPE_INVALID_TRANSFER_ENCODING: /\r\n0+\r\n(.+\r\n)*transfer-encoding:/i, // RFC 9110 §6.5.1: in a trailer it means nothing
};

function isHarmless(bytes, fault, ours, at) {
  const answeredUnread = ours[at] === 'read' && at === ours.length - 1; // and closed, before the body was looked at
  return answeredUnread || (harmless[fault]?.test(bytes.toString('latin1')) ?? false);
}

test('what Orion takes for a request Node takes for the same one', async () => {
  const node = await nodeServer();
  const random = randomOf(SEED);
  const { port } = new URL(http);
  const differences = [];
  const counts = { taken: 0, refused: 0, stricter: 0 };
  let left = STREAMS;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const bytes = streamOf(random);
      const [ours, theirs] = await Promise.all([ask(port, bytes), ask(node.address().port, bytes)]);
      for (let i = 0; i < ours.length; i += 1) {
        if (ours[i] === 'refused') {
          counts.refused += 1;
          if (theirs[i] !== undefined && theirs[i] !== 'refused') counts.stricter += 1;
          break;
        }
        counts.taken += 1;
        if (ours[i] !== theirs[i]) {
          const fault = node.faults.get(theirs.port);
          if ((theirs[i] ?? 'refused') !== 'refused' || !isHarmless(bytes, fault, ours, i)) {
            differences.push({ bytes: bytes.toString('latin1'), ours, theirs, fault });
          }
          break;
        }
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  node.close();
  console.log(JSON.stringify(counts));
  assert.ok(counts.refused > STREAMS / 10 && counts.taken > STREAMS, JSON.stringify(counts));
  assert.deepEqual(differences.slice(0, 5), [], `${differences.length} of ${STREAMS} streams are read in two ways`);
});
