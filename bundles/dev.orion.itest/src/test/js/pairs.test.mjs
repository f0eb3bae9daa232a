// SPDX-License-Identifier: Apache-2.0
// Publishes on each protocol, reads on every other, and expects what the table in docs/mqtt.md says.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import mqtt from 'mqtt';
import {
  EventSource, api, centrifuge, connected, http, netcat, next, subscribed,
} from './orion.mjs';

const JSON_CLIENTS = ['websocket', 'sse', 'http_stream', 'tcp'];
const GROUPS = {
  from: {
    'MQTT 5': ['MQTT 5'], 'MQTT 3.1.1': ['MQTT 3.1.1'], '`/api/publish`': ['api'], 'JSON clients': JSON_CLIENTS,
  },
  to: {
    'MQTT 5': ['MQTT 5'], 'MQTT 3.1.1': ['MQTT 3.1.1'], 'JSON clients': [...JSON_CLIENTS, 'eventsource', 'api'],
  },
};
const DONE = []; // what is to be closed at the end

after(async () => { for (const close of DONE) await close(); });

// ---- the table

/** The rows of the table whose head begins with "from" and "to", as objects by its head. */
function table(markdown) {
  const cells = (line) => line.slice(1, -1).split('|').map((cell) => cell.trim());
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => line.startsWith('| from | to | JSON |'));
  assert.ok(start >= 0, 'docs/mqtt.md has the table');
  const head = cells(lines[start]);
  const end = lines.findIndex((line, i) => i > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) => {
    const row = cells(line);
    assert.equal(row.length, head.length, line);
    return Object.fromEntries(head.map((name, i) => [name, row[i]]));
  });
}

const rows = table(readFileSync(`${process.env.ORION_DOCS}/mqtt.md`, 'utf8'));

function expected(from, to) {
  const found = rows.filter((row) => GROUPS.from[row.from].includes(from) && GROUPS.to[row.to].includes(to));
  assert.equal(found.length, 1, `one row from ${from} to ${to}`);
  return found[0];
}

// ---- what is published

const bytes = Buffer.from([0xff, 0x00, 0x7f]);
const HEADERS = [['a', '1'], ['b', 'zwei'], ['a', '3']];
const ANSWER = { responseTopic: 'answers/here', correlationData: Buffer.from('c-1') };

/**
 * Each with what the publisher says beside the data; a protocol says of it what it can.
 * `kind` is the column that its data is about.
 */
const CASES = [
  { kind: 'JSON', data: '{"t": 21.5,\n"unit": "°C"}', qos: 0 },
  { kind: 'JSON', data: '["all"]', qos: 2, contentType: 'application/json', headers: HEADERS, answer: true, expiry: 600 },
  { kind: 'JSON', data: '1e2', qos: 1, contentType: 'application/problem+json' },
  { kind: 'text', data: 'plain "words"', qos: 1, contentType: 'text/plain', headers: HEADERS },
  { kind: 'text', data: 'line\nbreak', qos: 2 },
  { kind: 'text', data: '{"said": "to be text"}', qos: 0, contentType: 'text/plain', mqtt5Only: true },
  { kind: 'bytes', data: bytes, qos: 1, contentType: 'image/x-none', answer: true, expiry: 4_000_000_000 },
  { kind: 'bytes', data: Buffer.concat([bytes, bytes]), qos: 0 },
  { kind: 'JSON', data: '{"kept": true}', qos: 1, retain: true },
];

const raw = (it) => (Buffer.isBuffer(it.data) ? it.data : Buffer.from(it.data));

function headersAsObject(headers) {
  const object = {};
  for (const [name, value] of headers) {
    object[name] = name in object ? [object[name], value].flat() : value;
  }
  return object;
}

const lastOfEach = (headers) => Object.fromEntries(headers);

// ---- who publishes: makes { can, client, publish }; `can` are the columns that it can say

async function mqttPublisher(protocolVersion) {
  const client = await mqttClient(protocolVersion);
  const isFive = protocolVersion === 5;
  return {
    says: (it) => isFive || !it.mqtt5Only,
    can: isFive
      ? ['content type', 'headers', 'answer to', 'retain', 'QoS', 'expiry', 'origin']
      : ['retain', 'QoS', 'origin'],
    publish: (topic, it) => client.publishAsync(topic, raw(it), {
      qos: it.qos, retain: it.retain ?? false, ...(isFive ? { properties: properties(it) } : {}),
    }),
  };
}

function properties(it) {
  return {
    ...(it.contentType ? { contentType: it.contentType } : {}),
    ...(it.headers ? { userProperties: headersAsObject(it.headers) } : {}),
    ...(it.answer ? ANSWER : {}),
    ...(it.expiry ? { messageExpiryInterval: it.expiry } : {}),
  };
}

async function centrifugePublisher(transport) {
  const client = centrifuge(transport);
  DONE.push(() => client.disconnect());
  const { client: id } = await connected(client);
  return jsonPublisher(id, (channel, data) => client.publish(channel, data));
}

async function tcpPublisher() {
  const nc = await netcat();
  DONE.push(() => nc.close());
  nc.say({ id: 1, connect: {} });
  const { connect } = await nc.hear();
  let id = 1;
  return jsonPublisher(connect.client, async (channel, data) => {
    id += 1;
    nc.say({ id, publish: { channel, data } });
    assert.deepEqual(await nc.hear(), { id, publish: {} });
  });
}

function jsonPublisher(client, publish) {
  return {
    client,
    says: (it) => it.kind === 'JSON',
    can: ['content type', 'origin'], // JSON is all that it has
    publish: (channel, it) => publish(channel, JSON.parse(it.data)),
  };
}

function apiPublisher() {
  return {
    says: (it) => !it.mqtt5Only, // it cannot say that JSON is text
    can: ['content type', 'headers'],
    async publish(channel, it) {
      const data = it.kind === 'JSON' ? { data: JSON.parse(it.data) } : { b64data: raw(it).toString('base64') };
      const tags = it.headers ? { tags: lastOfEach(it.headers) } : {};
      const { result } = await api('publish', { channel, ...data, ...tags });
      assert.ok(result.offset > 0);
    },
  };
}

const PUBLISHERS = {
  'MQTT 5': () => mqttPublisher(5),
  'MQTT 3.1.1': () => mqttPublisher(4),
  websocket: () => centrifugePublisher('websocket'),
  sse: () => centrifugePublisher('sse'),
  http_stream: () => centrifugePublisher('http_stream'),
  tcp: tcpPublisher,
  api: apiPublisher,
};

// ---- who reads: makes { received(n), late() }

async function mqttClient(protocolVersion) {
  const client = await mqtt.connectAsync(`mqtt://${process.env.ORION_MQTT}`, {
    protocolVersion, reconnectPeriod: 0, connectTimeout: 5000,
  });
  DONE.push(() => client.endAsync(true));
  return client;
}

/** What has come; `received(n)` waits for so many and gives the last. */
function pile() {
  const all = [];
  let wake = () => {};
  return {
    add(one) { all.push(one); wake(); },
    async received(n, ms = 5000) {
      const deadline = Date.now() + ms;
      while (all.length < n) {
        const left = deadline - Date.now();
        if (left <= 0) throw new Error(`${all.length} of ${n} within ${ms} ms`);
        await new Promise((resolve) => {
          const timer = setTimeout(resolve, left);
          wake = () => { clearTimeout(timer); resolve(); };
        });
      }
      assert.equal(all.length, n, 'each comes once');
      return all[n - 1];
    },
  };
}

async function mqttReader(protocolVersion, topic) {
  const subscribe = async () => {
    const client = await mqttClient(protocolVersion);
    const got = pile();
    client.on('message', (_, payload, packet) => got.add({ mqtt: packet, payload }));
    await client.subscribeAsync(topic, { qos: 2, rap: protocolVersion === 5 });
    return got;
  };
  const { received } = await subscribe();
  return { received, late: subscribe };
}

async function centrifugeReader(transport, channel) {
  const subscribe = async () => {
    const client = centrifuge(transport);
    DONE.push(() => client.disconnect());
    await connected(client);
    const got = pile();
    (await subscribed(client, channel)).on('publication', ({ channel: of, ...pub }) => {
      assert.equal(of, channel);
      got.add({ json: pub });
    });
    return got;
  };
  const { received } = await subscribe();
  return { received, late: subscribe };
}

async function tcpReader(channel) {
  const subscribe = async () => {
    const nc = await netcat();
    DONE.push(() => nc.close());
    nc.say({ id: 1, connect: {} });
    await nc.hear();
    nc.say({ id: 2, subscribe: { channel } });
    await nc.hear();
    const got = pile();
    (async () => {
      for (let line = await nc.hear(60_000); line; line = await nc.hear(60_000)) {
        if (line.push?.pub) got.add({ json: line.push.pub });
      }
    })().catch(() => {});
    return got;
  };
  const { received } = await subscribe();
  return { received, late: subscribe };
}

async function eventSourceReader(channel) {
  const subscribe = async () => {
    const source = new EventSource(`${http}/connection/sse?channel=${encodeURIComponent(channel)}`);
    DONE.push(() => source.close());
    const got = pile();
    source.onmessage = ({ data }) => {
      const { push } = JSON.parse(data);
      if (push?.pub) got.add({ json: push.pub });
    };
    await next({ once: (name, then) => source.addEventListener(name, then, { once: true }) }, 'open');
    return got;
  };
  const { received } = await subscribe();
  return { received, late: subscribe };
}

function apiReader(channel) {
  return {
    async received(n) {
      const { result } = await api('history', { channel, limit: 100 });
      assert.equal(result.publications.length, n);
      return { json: result.publications[n - 1] };
    },
    late: null, // it always reads what was
  };
}

const READERS = {
  'MQTT 5': (channel) => mqttReader(5, channel),
  'MQTT 3.1.1': (channel) => mqttReader(4, channel),
  websocket: (channel) => centrifugeReader('websocket', channel),
  sse: (channel) => centrifugeReader('sse', channel),
  http_stream: (channel) => centrifugeReader('http_stream', channel),
  tcp: tcpReader,
  eventsource: eventSourceReader,
  api: apiReader,
};

// ---- what is expected, by the words of the table

/** The data of one message. `from` decides how JSON is written. */
function checkData(word, it, got, fromJson) {
  const text = it.data.toString();
  const sent = fromJson && it.kind === 'JSON' ? Buffer.from(JSON.stringify(JSON.parse(text))) : raw(it);
  if (got.mqtt) {
    assert.equal(word, 'same');
    assert.deepEqual(got.payload, sent);
    return;
  }
  const data = {
    same: () => JSON.parse(text),
    string: () => text,
    base64: () => ({ base64: sent.toString('base64') }),
  }[word]();
  assert.deepEqual(got.json.data, data);
}

/** Checks one column of a message that has come; `said` is whether its publisher has said it. */
const CHECKS = {
  'content type': (word, { it, got, said, isApi }) => {
    const type = got.mqtt?.properties?.contentType;
    const byData = it.kind === 'JSON' ? 'application/json' : 'application/octet-stream';
    const types = { JSON: 'application/json', 'by data': byData, same: said ? it.contentType : undefined };
    assert.equal(type, pick(word, types));
    if (word === 'by data') assert.ok(isApi);
  },
  headers: (word, { it, got, said, isApi }) => {
    const sent = said ? it.headers : undefined;
    const properties = sent && headersAsObject(isApi ? Object.entries(lastOfEach(sent)) : sent);
    const user = got.mqtt?.properties?.userProperties;
    assert.deepEqual(user && { ...user }, pick(word, { same: properties, tags: undefined }));
    assert.deepEqual(got.json?.tags, pick(word, { same: undefined, tags: sent && lastOfEach(sent) }));
  },
  'answer to': (word, { it, got, said }) => {
    const { responseTopic, correlationData } = got.mqtt?.properties ?? {};
    const same = said && it.answer ? ANSWER : { responseTopic: undefined, correlationData: undefined };
    assert.deepEqual({ responseTopic, correlationData }, pick(word, { same }, { responseTopic: undefined, correlationData: undefined }));
  },
  retain: (word, { it, got, said, isFive }) => {
    // Who asks for "retain as published" sees it at once; who comes later, in the test below.
    if (got.mqtt) assert.equal(got.mqtt.retain, pick(word, { same: Boolean(said && it.retain && isFive) }, false));
  },
  QoS: (word, { it, got }) => {
    if (got.mqtt) assert.equal(got.mqtt.qos, pick(word, { same: it.qos, 1: 1 }));
    else assert.ok(['lost', '–'].includes(word));
  },
  expiry: (word, { it, got, said }) => {
    const left = got.mqtt?.properties?.messageExpiryInterval;
    if (word === 'same' && said && it.expiry) {
      assert.ok(left <= it.expiry && left > it.expiry - 60, `${left} of ${it.expiry}`);
    } else {
      assert.equal(left, pick(word, { same: undefined }));
    }
  },
  origin: (word, { got, publisher }) => {
    const info = got.json?.info;
    if (word !== 'info') {
      assert.equal(info, pick(word, {}));
      return;
    }
    assert.match(info.client, /^[0-9a-f-]{36}$/);
    publisher.client ??= info.client; // MQTT does not tell its clients
    assert.equal(info.client, publisher.client);
    assert.equal(info.user ?? '', '');
  },
};

/** What a word stands for; nothing for "lost" and "–". */
function pick(word, meanings, nothing = undefined) {
  if (word === 'lost' || word === '–') return nothing;
  assert.ok(word in meanings, `the word ${word} is known here`);
  return meanings[word];
}

function check(row, from, to, publisher, it, got) {
  const isJson = JSON_CLIENTS.includes(from);
  checkData(row[it.kind], it, got, isJson || from === 'api');
  for (const [column, checkColumn] of Object.entries(CHECKS)) {
    const said = publisher.can.includes(column);
    assert.equal(row[column] === '–', !said && !hasDefault(column, row, to), `${column}: ${row[column]}`);
    checkColumn(row[column], { it, got, said, publisher, isApi: from === 'api', isFive: to === 'MQTT 5' });
  }
  if (got.json) {
    const known = ['data', 'info', 'offset', 'tags'];
    assert.deepEqual(Object.keys(got.json).filter((key) => !known.includes(key)), []);
    assert.ok(got.json.offset > 0);
  }
}

/** MQTT has a QoS for everything. */
const hasDefault = (column, row, to) => column === 'QoS' && to.startsWith('MQTT');

// ---- the tests

test('the table has a row for each pair', () => {
  for (const from of Object.keys(PUBLISHERS)) {
    for (const to of Object.keys(READERS)) expected(from, to);
  }
  assert.equal(rows.length, Object.keys(GROUPS.from).length * Object.keys(GROUPS.to).length);
});

for (const [from, makePublisher] of Object.entries(PUBLISHERS)) {
  test(`from ${from}`, async (context) => {
    const channel = `chat/pairs/${from.replaceAll(' ', '-')}`;
    const readers = {};
    for (const [to, make] of Object.entries(READERS)) readers[to] = await make(channel);
    const publisher = await makePublisher();
    const published = CASES.filter(publisher.says);
    const received = Object.fromEntries(Object.keys(READERS).map((to) => [to, []]));
    for (const [i, it] of published.entries()) {
      await publisher.publish(channel, it);
      for (const to of Object.keys(READERS)) received[to].push(await readers[to].received(i + 1));
    }

    for (const to of Object.keys(READERS)) {
      const row = expected(from, to);
      await context.test(`to ${to}: what the table says`, () => {
        for (const kind of ['JSON', 'text', 'bytes']) {
          assert.equal(row[kind] === '–', !published.some((it) => it.kind === kind), `${kind}: ${row[kind]}`);
        }
        published.forEach((it, i) => check(row, from, to, publisher, it, received[to][i]));
      });
      if (readers[to].late) {
        await context.test(`to ${to}: what a later reader begins with`, () => checkLate(row, readers[to], channel));
      }
    }
  });
}

/** Who comes later gets what is retained, and then what is published next. */
async function checkLate(row, reader, channel) {
  const { received } = await reader.late();
  let n = 1;
  if (row.retain === 'same') {
    const { payload, mqtt: packet } = await received(n);
    assert.equal(packet.retain, true);
    assert.equal(payload.toString(), CASES.find((it) => it.retain).data);
    n += 1;
  }
  await api('publish', { channel, data: 'next' });
  const { json, payload } = await received(n);
  assert.equal(json ? json.data : JSON.parse(payload), 'next');
}
