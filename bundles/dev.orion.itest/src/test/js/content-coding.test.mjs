// SPDX-License-Identifier: Apache-2.0
// Answers as br and gzip, over HTTP/1.1 and HTTP/2, read by node's zlib and by curl.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import nodeHttp from 'node:http';
import http2 from 'node:http2';
import { before, test } from 'node:test';
import { promisify } from 'node:util';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { api, http } from './orion.mjs';

const ca = readFileSync(process.env.ORION_CERTIFICATE);
const https = `https://localhost:${process.env.ORION_HTTPS}`;
const key = process.env.ORION_API_KEY;
const run = promisify(execFile);
const channel = 'chat/coded';
const question = JSON.stringify({ channel, limit: -1 });
const decode = { br: brotliDecompressSync, gzip: gunzipSync, undefined: (body) => body };

/** Each way to ask for the channel's history: headers and body of the answer. */
const ways = {
  async 'HTTP/1.1'(accepted) {
    const request = nodeHttp.request(`${http}/api/history`, {
      method: 'POST', headers: { 'x-api-key': key, 'accept-encoding': accepted },
    });
    request.end(question);
    const [answer] = await once(request, 'response');
    const pieces = [];
    for await (const piece of answer) pieces.push(piece);
    return { headers: answer.headers, body: Buffer.concat(pieces) };
  },
  'HTTP/2': (accepted) => overHttp2(http, accepted),
  'HTTP/2 with TLS': (accepted) => overHttp2(https, accepted),
};

async function overHttp2(url, accepted) {
  const session = http2.connect(url, { ca });
  const stream = session.request({
    ':method': 'POST', ':path': '/api/history', 'x-api-key': key, 'accept-encoding': accepted,
  });
  stream.end(question);
  const [headers] = await once(stream, 'response');
  const pieces = [];
  for await (const piece of stream) pieces.push(piece);
  session.close();
  return { headers, body: Buffer.concat(pieces) };
}

let text;

before(async () => {
  for (let i = 0; i < 100; i += 1) {
    await api('publish', { channel, data: { text: `hällo ${i * 7919}`, at: 1762000000 + i * 31 } });
  }
  text = (await ways['HTTP/1.1']('identity')).body.toString();
  assert.equal(JSON.parse(text).result.publications.length, 100);
  // Who asks first is sent gzip, while what makes br is being loaded.
  const deadline = Date.now() + 10_000;
  while ((await ways['HTTP/1.1']('br, gzip')).headers['content-encoding'] !== 'br') {
    assert.ok(Date.now() < deadline, 'no br within 10 s');
  }
});

for (const [name, ask] of Object.entries(ways)) {
  for (const [accepted, coding] of [
    ['br', 'br'],
    ['gzip, deflate, br, zstd', 'br'],
    ['br;q=0.3, gzip;q=0.3', 'br'],
    ['*', 'br'],
    ['identity;q=0, *;q=0.1', 'br'],
    ['br;q=0.8, gzip', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['gzip, deflate', 'gzip'],
    ['br;q=0.8, identity', undefined],
    ['*;q=0', undefined],
    ['identity', undefined],
  ]) {
    test(`${name}, RFC 9110 §12.5.3: ${accepted} is sent ${coding}`, async () => {
      const { headers, body } = await ask(accepted);

      assert.equal(headers['content-encoding'], coding);
      assert.equal(headers.vary, 'accept-encoding');
      assert.equal(Number(headers['content-length']), body.length);
      assert.equal(decode[coding](body).toString(), text);
    });
  }
}

test('br is shorter than gzip', async () => {
  const [br, gzip] = await Promise.all(['br', 'gzip'].map(ways['HTTP/1.1']));
  assert.ok(br.body.length < gzip.body.length, `${br.body.length}, ${gzip.body.length}`);
});

test('curl --compressed reads what it asked for', async (t) => {
  const { stdout: version } = await run('curl', ['--version']);
  if (!version.includes(' brotli')) return t.skip('skipped: a curl without brotli');
  const ask = async (...words) => (await run('curl', [
    '-sS', '--compressed', '-w', '\n%header{content-encoding}', '-H', `X-API-Key: ${key}`, '-d', question, ...words])).stdout;

  assert.equal(await ask(`${http}/api/history`), `${text}\nbr`);
  assert.equal(await ask('--http2-prior-knowledge', `${http}/api/history`), `${text}\nbr`);
  assert.equal(await ask('--cacert', process.env.ORION_CERTIFICATE, `${https}/api/history`), `${text}\nbr`);
  return undefined;
});
