// SPDX-License-Identifier: Apache-2.0
// After a disk was full and the process was killed: what was acknowledged is there, nothing else.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import mqtt from 'mqtt';

const acknowledged = JSON.parse(readFileSync(process.env.ORION_ACKNOWLEDGED, 'utf8'));
let back;

after(() => back.endAsync(true));

test('the subscriber gets everything that was acknowledged, and nothing that was refused', async () => {
  assert.ok(acknowledged.length >= 5);
  back = mqtt.connect(`mqtt://${process.env.ORION_MQTT}`, {
    protocolVersion: 5, clean: false, clientId: 'stays', reconnectPeriod: 0,
    properties: { sessionExpiryInterval: 600 },
  });
  const got = [];
  const end = new Promise((resolve) => {
    back.on('message', (_, payload) => {
      const text = payload.toString();
      if (text === 'end') resolve();
      else got.push(text);
    });
  });
  const connack = await new Promise((resolve) => { back.once('connect', resolve); });
  assert.equal(connack.sessionPresent, true);
  await back.publishAsync('disk/a', 'end', { qos: 2 }); // MQTT.js shows QoS 2 when it is released
  await end;
  assert.deepEqual(got.sort(), acknowledged.sort());
});
