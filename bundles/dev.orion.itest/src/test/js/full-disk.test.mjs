// SPDX-License-Identifier: Apache-2.0
// What MQTT clients are told while the disk is full, and that it passes.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import mqtt from 'mqtt';

const QUOTA_EXCEEDED = 0x97;
const clients = [];
const acknowledged = []; // what a session that stays is to get

async function client(options) {
  const made = await mqtt.connectAsync(`mqtt://${process.env.ORION_MQTT}`, {
    reconnectPeriod: 0, connectTimeout: 5000, ...options,
  });
  clients.push(made);
  return made;
}

const staying = (clientId) => ({
  protocolVersion: 5, clean: false, clientId, properties: { sessionExpiryInterval: 600 },
});

function allowFiles(bytes) {
  execFileSync('prlimit', ['--pid', process.env.ORION_PID, `--fsize=${bytes}:`]);
}

async function publish(by, text, qos) {
  await by.publishAsync('disk/a', text, { qos });
  acknowledged.push(text);
}

let five;
let three;

before(async () => {
  const subscriber = await client(staying('stays'));
  await subscriber.subscribeAsync('disk/#', { qos: 2 });
  await subscriber.endAsync();
  five = await client({ protocolVersion: 5 });
  three = await client({ protocolVersion: 4 });
  await publish(five, 'before', 1);
  await publish(three, 'before, too', 2);
});

after(async () => {
  allowFiles('unlimited');
  await Promise.all(clients.map((each) => each.endAsync(true)));
  writeFileSync(process.env.ORION_ACKNOWLEDGED, JSON.stringify(acknowledged));
});

test('version 5: what cannot be kept is refused with 0x97, and the connection stays', async () => {
  allowFiles(0);
  for (const qos of [1, 2]) {
    await assert.rejects(five.publishAsync('disk/a', `refused ${qos}`, { qos }), { code: QUOTA_EXCEEDED });
  }
  await assert.rejects(
    five.publishAsync('kept/a', 'refused', { qos: 1, retain: true }), { code: QUOTA_EXCEEDED });
  await five.publishAsync('nobody/a', 'nothing to keep', { qos: 1 });
  await five.publishAsync('disk/a', 'at most once', { qos: 0 });
});

test('sessions that are to stay are refused, others are not', async () => {
  await assert.rejects(client(staying('new')), { code: QUOTA_EXCEEDED });
  await assert.rejects(client(staying('stays')), { code: QUOTA_EXCEEDED });
  await assert.rejects(client({ protocolVersion: 4, clean: false, clientId: 'new' }), { code: 3 });
  const passing = await client({ protocolVersion: 5 });
  const got = new Promise((resolve) => {
    passing.on('message', (_, payload) => resolve(payload.toString()));
  });
  await passing.subscribeAsync('disk/live', { qos: 1 });
  await passing.publishAsync('disk/live', 'live', { qos: 0 });
  assert.equal(await got, 'live');
});

test('version 3.1.1: the connection is closed, and nothing acknowledged', async () => {
  const closed = new Promise((resolve) => { three.once('close', resolve); });
  let answered = false;
  three.publishAsync('disk/a', 'refused 3', { qos: 1 }).then(() => { answered = true; }, () => {});
  await closed;
  assert.equal(answered, false);
});

test('goes on when there is space again', async () => {
  allowFiles('unlimited');
  await publish(five, 'after', 1);
  await publish(five, 'after, too', 2);
  await publish(await client({ protocolVersion: 4 }), 'after by 3.1.1', 1);
  await client(staying('new'));
});
